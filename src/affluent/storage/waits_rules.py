"""By which rules waits are announced: as the queues say, as a switchback has turned them, as a trial gives some."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, LiteralString

from affluent.storage.database import Conn
from affluent.storage.trials.released import turned
from affluent.twin.waits.predicting import BARE, Cushion

FIELDS = ("announces", "announce_share", "cushion_share", "cushion_ms")
"""The columns of a queue that say it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether customers are told their wait, how often a range shall hold, and what is added to its upper end."""

    announces: bool = True
    share: float = 0.8
    cushion: Cushion = BARE


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial by share changes of a queue's rule for those who fell to it."""

    queue_id: int
    changes: Mapping[str, Any]

    def on(self, rule: Rule) -> Rule:
        return changed(rule, self.changes)


def changed(rule: Rule, fields: Mapping[str, Any]) -> Rule:
    """A rule with some of the fields of a queue."""
    cushion = Cushion(
        fields.get("cushion_share", rule.cushion.share), fields.get("cushion_ms", rule.cushion.added_ms)
    )
    announces, share = fields.get("announces", rule.announces), fields.get("announce_share", rule.share)
    return replace(rule, announces=announces, share=share, cushion=cushion)


def rules_of(conn: Conn, queue_ids: Sequence[int]) -> dict[int, Rule]:
    """The rules of queues as they are now."""
    rows = conn.execute(_RULES, [list(queue_ids)]).fetchall()
    tried = turned(conn.execute)
    return {row["id"]: changed(Rule(), {**row, **tried.get(("queues", row["id"]), {})}) for row in rows}


def tried_now(conn: Conn) -> dict[int, Tried]:
    """Rules of announcing that run on trial by share, by trial."""
    rows = conn.execute(_TRIED, [list(FIELDS)]).fetchall()
    return {row["id"]: Tried(row["noun_id"], row["changes"]) for row in rows}


_RULES: LiteralString = """
select id, announces, announce_share, cushion_share, cushion_ms from queue where id = any(%s)"""
_TRIED: LiteralString = """
select id, noun_id, changes from trial
where state = 'running' and mode = 'share' and noun = 'queues' and changes ?| %s::text[]"""
