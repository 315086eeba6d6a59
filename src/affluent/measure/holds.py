"""What an agent had in hand: one hold from when a contact came awake into a hand to when it slept, left or ended."""

from dataclasses import dataclass, replace

from affluent.facts import contact as facts
from affluent.facts import together
from affluent.facts.media import SYNCHRONOUS
from affluent.measure.outcomes import NEVER

_TAKES = (facts.OfferAccepted, facts.ContactTaken, facts.ContactWoken, facts.ContactReopened)
_LEAVES = (
    facts.ContactSlept, facts.ContactTransferred, facts.ContactReturned, facts.ContactReassigned,
    facts.ContactClosed, facts.ContactAbandoned, facts.ContactPromised, facts.WrapUpEnded,
)  # fmt: skip
TOLD_BY = (
    facts.ContactReceived,
    facts.ContactQueued,
    facts.ContactOverflowed,
    together.ContactHandedOver,
    *_TAKES,
    *_LEAVES,
)
"""The facts that holds are made of."""


@dataclass(frozen=True, slots=True)
class Hold:
    """From `from_ms` up to, without, `to_ms`, which is `NEVER` while it lasts. `live`: its customer is there."""

    contact_id: int
    from_ms: int
    to_ms: int
    agent_id: int
    queue_id: int
    live: int


class HoldFold:
    """One contact, fact by fact. Each step returns the holds that it ended or began."""

    def __init__(self, *, live: bool = False, queue_id: int = NEVER, now: Hold | None = None) -> None:
        self._live = live
        self._queue_id = queue_id
        self._now = now

    def step(self, fact: facts.ContactFact) -> tuple[Hold, ...]:
        match fact:
            case facts.ContactReceived():
                self._live = fact.medium in SYNCHRONOUS
            case facts.ContactQueued():
                self._queue_id = fact.queue_id
            case facts.ContactOverflowed():
                self._queue_id = fact.to_queue_id
            case facts.ContactClosed() if fact.wrap_up_ms > 0:
                # The hand stays full for the work after it, until `WrapUpEnded`.
                pass
            case (
                facts.OfferAccepted() | facts.ContactTaken() | facts.ContactWoken() | facts.ContactReopened()
            ):
                if isinstance(fact, facts.ContactReopened) and fact.queue_id is not None:
                    self._queue_id = fact.queue_id
                self._now = Hold(
                    fact.contact_id, fact.at_ms, NEVER, fact.agent_id, self._queue_id, int(self._live)
                )
                return (self._now,)
            case together.ContactHandedOver() if self._now is not None:
                ended = replace(self._now, to_ms=fact.at_ms)
                self._now = replace(self._now, from_ms=fact.at_ms, agent_id=fact.agent_id)
                return ended, self._now
            case _ if isinstance(fact, _LEAVES) and self._now is not None:
                ended, self._now = replace(self._now, to_ms=fact.at_ms), None
                return (ended,)
            case _:
                pass
        return ()
