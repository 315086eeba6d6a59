"""Which rules the engine followed: with these, the journal alone is enough to decide a day again."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class EngineBuilt:
    """The engine was built anew under the rules of a version, from the standing that a mark keeps.

    The last `untold` facts before it were never told to an engine: they stand in the mark already. `stopped_after`: so
    many decisions were made at once, and more was due; None where nothing was left.
    """

    at_ms: int
    version_id: int
    mark_id: int
    untold: int
    stopped_after: int | None = None


@dataclass(frozen=True, slots=True)
class EngineMarked:
    """The engine, as it ran on, stood at this place of the journal as a mark keeps it."""

    at_ms: int
    version_id: int
    mark_id: int


@dataclass(frozen=True, slots=True)
class RulesFollowed:
    """From now on the engine, as it runs, follows the rules of a version."""

    at_ms: int
    version_id: int


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """From now on the engine, as it runs, follows other rules: `changes` tells what differs from those before."""

    at_ms: int
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AgentRuleFollowed:
    """From now on the engine, as it runs, follows `rule` for one agent (as plain data), and all others as before."""

    at_ms: int
    agent_id: int
    rule: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SliceDecided:
    """More was due than is decided at once: here the engine went on with it (decision 39).

    `stopped_after` so many decisions, with more still due; None where nothing was left.
    """

    at_ms: int
    stopped_after: int | None


EngineFact = EngineBuilt | EngineMarked | RulesFollowed | RulesChanged | AgentRuleFollowed | SliceDecided
