"""The journal read back: rows as facts."""

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from functools import cache
from typing import Any, cast, get_args

from affluent.facts.agent import AgentFact, LimitsLifted
from affluent.facts.call import EndedBy
from affluent.facts.contact import ContactFact
from affluent.facts.engine import EngineFact
from affluent.facts.media import Medium, Outcome
from affluent.facts.queue import QueueFact
from affluent.facts.together import InvitationEnd, Part, PartEnd

_KINDS: dict[str, type[Any]] = {
    one.__name__: one for one in (*get_args(ContactFact), *get_args(AgentFact), LimitsLifted)
}
ToldFact = ContactFact | AgentFact | LimitsLifted | QueueFact | EngineFact
_ENUMS: dict[str, type[StrEnum]] = {"medium": Medium, "outcome": Outcome, "part": Part, "by": EndedBy}
_CAUSES: dict[str, type[StrEnum]] = {"InvitationEnded": InvitationEnd, "AgentParted": PartEnd}


_TOLD: dict[str, type[Any]] = {
    **_KINDS,
    **{one.__name__: one for one in (*get_args(QueueFact), *get_args(EngineFact))},
}


def told_of(row: Mapping[str, Any]) -> ToldFact | None:
    """As `fact_of`, with those of queues and of the engine: all that a journal decided again needs."""
    return cast("ToldFact | None", _fact(_TOLD, row))


def fact_of(row: Mapping[str, Any]) -> ContactFact | AgentFact | LimitsLifted | None:
    """The fact of a row: at_ms, kind, contact_id, agent_id, data. None for kinds that move no state.

    What an older version did not write has its default; what a newer one wrote besides is left out.
    """
    return cast("ContactFact | AgentFact | LimitsLifted | None", _fact(_KINDS, row))


def _fact(kinds: Mapping[str, type[Any]], row: Mapping[str, Any]) -> Any:
    kind = kinds.get(row["kind"])
    if kind is None:
        return None
    names = _names(kind)
    values = {name: value for name, value in row["data"].items() if name in names}
    values["at_ms"] = row["at_ms"]
    for name in ("contact_id", "agent_id"):
        if name in names:
            values[name] = row[name]
    for name, enum in _ENUMS.items():
        if name in values:
            values[name] = enum(values[name])
    if row["kind"] in _CAUSES:
        values["cause"] = _CAUSES[row["kind"]](values["cause"])
    return kind(**values)


@cache
def _names(kind: type[Any]) -> frozenset[str]:
    return frozenset(one.name for one in fields(kind))
