"""What can happen to an agent's presence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgentReady:
    """Takes contacts."""

    at_ms: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class AgentAway:
    """Signed in, takes nothing new; `reason` is a key such as `lunch`."""

    at_ms: int
    agent_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class AgentOffline:
    """Went home, or was signed out."""

    at_ms: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class LimitsLifted:
    """A supervisor allows an agent `extra` contacts over the limits, by medium, until `until_ms`.

    What was lifted before is over; nothing at all ends it. It moves nobody's presence.
    """

    at_ms: int
    agent_id: int
    extra: dict[str, int]
    until_ms: int
    by_id: int


AgentFact = AgentReady | AgentAway | AgentOffline
