"""The journal says which rules the engine followed, and now and then how it stood: a day can be decided again.

Decision 38 says what is written when, and what it costs.
"""

import json
import zlib

from affluent.centre.rules_changed import difference
from affluent.centre.transaction import Transaction
from affluent.facts.engine import (
    AgentRuleFollowed,
    EngineBuilt,
    EngineMarked,
    RulesChanged,
    RulesFollowed,
    SliceDecided,
)
from affluent.routing.engine import Router
from affluent.routing.plain import as_plain, from_plain
from affluent.routing.policy import AgentRule, Policy
from affluent.routing.standing import Packing, packed_of

COMMANDS_BETWEEN = 1_000
"""A mark after so many commands at the earliest: what a question about a past offer has to live through again."""
STANDING_MAX = 2_500
"""Contacts and agents together. With more, writing down how they stand would hold up who comes: only when the engine
is built anew, which takes its time anyhow."""


def built(tx: Transaction, router: Router, packing: Packing, untold: int) -> None:
    """The engine was built from the database: its rules and its standing are kept."""
    version = tx.store.marks.version(packed_rules(router.policy), tx.now_ms)
    mark = tx.store.marks.keep(tx.now_ms, version, packing.packed())
    tx.emit_engine(EngineBuilt(tx.now_ms, version, mark, untold, router.stopped_after))


def slice_decided(tx: Transaction, router: Router) -> None:
    """The engine went on with more than it decides at once. To be called before what it then decides is written."""
    tx.emit_engine(SliceDecided(tx.now_ms, router.stopped_after))


def rules_followed(tx: Transaction, router: Router, before: Policy) -> None:
    """The engine learned other rules as it runs. To be called before what it then decides is written.

    A small change is told by itself: all the rules of a large centre take too long to be written down each time.
    """
    found = difference(before, router.policy)
    if found is not None:
        if found:
            tx.emit_engine(RulesChanged(tx.now_ms, found))
        return
    version = tx.store.marks.version(packed_rules(router.policy), tx.now_ms)
    tx.emit_engine(RulesFollowed(tx.now_ms, version))


def agent_followed(tx: Transaction, rule: AgentRule) -> None:
    """The engine learned the rules of one agent as it runs. To be called before what it then decides is written."""
    tx.emit_engine(AgentRuleFollowed(tx.now_ms, rule.id, as_plain(rule)))


class Marking:
    """When the next mark is due, by commands: kept by the runner."""

    def __init__(self) -> None:
        self._commands = 0

    def look(self, tx: Transaction, router: Router, commands: int) -> None:
        """Keeps a mark when enough has happened since the last one."""
        self._commands += commands
        if self._commands < COMMANDS_BETWEEN or router.behind:
            return
        self._commands = 0
        if len(router.row_of) + len(router.rows.agents) > STANDING_MAX:
            return
        version = tx.store.marks.version(packed_rules(router.policy), tx.now_ms)
        mark = tx.store.marks.keep(tx.now_ms, version, packed_of(router))
        tx.emit_engine(EngineMarked(tx.now_ms, version, mark))


def packed_rules(policy: Policy) -> bytes:
    """All the rules of an engine, the same for the same rules."""
    return zlib.compress(json.dumps(as_plain(policy), separators=(",", ":")).encode(), 1)


def rules_of(packed: bytes) -> Policy:
    return from_plain(Policy, json.loads(zlib.decompress(packed)))
