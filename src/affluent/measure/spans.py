"""What an agent was doing: one span a change of presence or of the number of contacts in hand."""

from dataclasses import dataclass

from affluent.facts.agent import AgentAway, AgentFact, AgentOffline
from affluent.measure.outcomes import NEVER

OFFLINE, READY, AWAY = 0, 1, 2
"""Codes of presence. Codes are stored."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `from_ms` up to, without, `to_ms`, which is `NEVER` while it lasts."""

    agent_id: int
    from_ms: int
    to_ms: int
    presence: int
    reason: str | None
    in_hand: int
    """Contacts awake in hand."""
    live: int
    """Those of them whose customer is there."""


@dataclass(slots=True)
class OpenSpan:
    """How things stand since `from_ms`."""

    from_ms: int
    presence: int
    reason: str | None
    in_hand: int
    live: int


class SpanFold:
    """One agent, fact by fact. Each step returns the spans that it wrote anew: the one ended, the one begun."""

    def __init__(self, agent_id: int, now: OpenSpan | None) -> None:
        self.agent_id = agent_id
        self._now = now

    def presence(self, fact: AgentFact) -> list[Span]:
        held, live = (0, 0) if self._now is None else (self._now.in_hand, self._now.live)
        if isinstance(fact, AgentAway):
            return self._change(OpenSpan(fact.at_ms, AWAY, fact.reason, held, live))
        code = OFFLINE if isinstance(fact, AgentOffline) else READY
        return self._change(OpenSpan(fact.at_ms, code, None, held, live))

    def holds(self, at_ms: int, more: int, *, live: bool) -> list[Span]:
        """One contact more in hand, or one less; `live` when its customer is there."""
        now = self._now or OpenSpan(at_ms, OFFLINE, None, 0, 0)
        there = now.live + (more if live else 0)
        return self._change(OpenSpan(at_ms, now.presence, now.reason, now.in_hand + more, there))

    def _change(self, after: OpenSpan) -> list[Span]:
        before, self._now = self._now, after
        written: list[Span] = []
        # Two changes at one instant are one.
        if before is not None and before.from_ms < after.from_ms:
            written.append(self._span(before, after.from_ms))
        return [*written, self._span(after, NEVER)]

    def _span(self, one: OpenSpan, to_ms: int) -> Span:
        return Span(self.agent_id, one.from_ms, to_ms, one.presence, one.reason, one.in_hand, one.live)
