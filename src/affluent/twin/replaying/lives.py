"""What people did on a recorded day, apart from what the engine decided: who came when, answered how, took how long.

A contact's life is a list of visits: each begins when it is queued, or comes back into a hand. What happens while it
waits stands at its instant of the day; what happens once somebody has it stands at so long after that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from affluent.facts import contact as facts
from affluent.facts import together
from affluent.facts.agent import AgentAway, AgentOffline, AgentReady, LimitsLifted
from affluent.facts.queue import QueueClosed, QueueOpened
from affluent.routing.decisions import LiveContact, Place

Reacted = Literal["accepted", "declined", "ignored"]
ABROAD = (AgentReady, AgentAway, AgentOffline, LimitsLifted, QueueClosed, QueueOpened)
"""Facts of no contact: they happen when they happened."""
IN_HAND = (
    facts.ContactSlept,
    facts.ContactWoken,
    facts.ContactClosed,
    facts.ContactAbandoned,
    facts.WrapUpEnded,
    together.AgentJoined,
    together.AgentParted,
    together.ContactHandedOver,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with its place in the journal."""

    seq: int
    fact: Any


@dataclass(frozen=True, slots=True)
class Reaction:
    """What an agent did with an offer, and how long after it was made."""

    did: Reacted
    after_ms: int


@dataclass(slots=True)
class Offer:
    """An offer as it was made. `reaction` is None where it went back before the agent did anything."""

    at_ms: int
    agent: int
    reaction: Reaction | None = None
    answer_seq: int = 0


@dataclass(slots=True)
class Visit:
    """One wait and what followed. `begins` is None for one that stood there when the recording began.

    `waiting` holds what happened while it waited, at its instants, `in_hand` what happened after `answered_ms`.
    `hands_on`: the next visit begins by the hand that had this one.
    """

    at_ms: int
    queue: int | None
    begins: Told | None
    answered_ms: int | None = None
    agent: int | None = None
    left_ms: int | None = None
    offers: list[Offer] = field(default_factory=list[Offer])
    waiting: list[Told] = field(default_factory=list[Told])
    in_hand: list[Told] = field(default_factory=list[Told])
    hands_on: bool = False
    by_waking: bool = False
    """It woke and found no room in its agent's hands."""

    @property
    def closes(self) -> bool:
        return any(isinstance(one.fact, facts.ContactClosed) for one in self.in_hand)


@dataclass(slots=True)
class Day:
    """All that is known of a recorded day beside its decisions. `ticks`: the instants at which anything was written."""

    from_ms: int
    to_ms: int
    lives: dict[int, list[Visit]]
    abroad: list[Told]
    ticks: list[int]


def day_of(told: Iterable[Told], standing: Sequence[LiveContact], now_ms: int) -> Day:
    """The day after `now_ms`, with those who stood there by then."""
    lives = {one.contact: [_there(one, now_ms)] for one in standing}
    day = Day(now_ms, now_ms, lives, [], [])
    for one in told:
        at_ms: int = one.fact.at_ms
        day.to_ms = max(day.to_ms, at_ms)
        if not day.ticks or day.ticks[-1] != at_ms:
            day.ticks.append(at_ms)
        if isinstance(one.fact, ABROAD):
            day.abroad.append(one)
        elif (contact := getattr(one.fact, "contact_id", None)) is not None:
            _live(lives.setdefault(contact, []), one)
    day.ticks.sort()
    return day


def _there(one: LiveContact, now_ms: int) -> Visit:
    """A visit that had begun before: counted from now on."""
    visit = Visit(now_ms, one.queue, None)
    if one.place is Place.OFFERED:
        assert one.agent is not None, "somebody has the offer"
        visit.offers.append(Offer(now_ms, one.agent))
    elif one.agent is not None:
        visit.answered_ms, visit.agent = now_ms, one.agent
    return visit


def _live(visits: list[Visit], one: Told) -> None:
    """What a fact adds to a contact's life."""
    fact = one.fact
    visit = visits[-1] if visits else None
    if isinstance(fact, facts.ContactQueued | facts.ContactReopened):
        _begins(visits, visit, one)
    elif visit is None:
        return
    elif isinstance(fact, facts.ContactReturned):
        visit.by_waking = fact.cause == "no_room"
    elif isinstance(fact, facts.ContactOffered):
        visit.offers.append(Offer(fact.at_ms, fact.agent_id))
    elif isinstance(fact, facts.OfferAccepted | facts.OfferDeclined | facts.OfferExpired):
        _answered(visit, one)
    elif isinstance(fact, facts.ContactTaken):
        visit.waiting.append(one)
        visit.answered_ms, visit.agent = fact.at_ms, fact.agent_id
    elif isinstance(fact, IN_HAND):
        _goes_on(visit, one)


def _begins(visits: list[Visit], visit: Visit | None, one: Told) -> None:
    fact = one.fact
    if isinstance(fact, facts.ContactReopened):
        if fact.queue_id is not None:
            visits.append(Visit(fact.at_ms, fact.queue_id, one, fact.at_ms, fact.agent_id))
        return
    if visit is not None and visit.answered_ms is not None and not visit.closes:
        # Whoever had it handed it on: so long after they took it.
        visit.hands_on = True
    by_waking = visit is not None and visit.by_waking
    visits.append(Visit(fact.at_ms, fact.queue_id, one, by_waking=by_waking))
    if visit is not None:
        visit.by_waking = False


def _answered(visit: Visit, one: Told) -> None:
    fact = one.fact
    if visit.offers and visit.offers[-1].agent == fact.agent_id:
        offer = visit.offers[-1]
        offer.answer_seq = one.seq
        did: Reacted = "accepted"
        if not isinstance(fact, facts.OfferAccepted):
            did = "declined" if isinstance(fact, facts.OfferDeclined) else "ignored"
        offer.reaction = Reaction(did, fact.at_ms - offer.at_ms)
    if isinstance(fact, facts.OfferAccepted):
        visit.answered_ms, visit.agent = fact.at_ms, fact.agent_id


def _goes_on(visit: Visit, one: Told) -> None:
    if visit.answered_ms is not None:
        visit.in_hand.append(one)
        return
    visit.waiting.append(one)
    if isinstance(one.fact, facts.ContactClosed | facts.ContactAbandoned):
        visit.left_ms = one.fact.at_ms


def reactions_of(day: Day) -> Mapping[int, list[Reaction]]:
    """How each agent dealt with offers."""
    found: dict[int, list[Reaction]] = {}
    for visits in day.lives.values():
        for visit in visits:
            for offer in visit.offers:
                if offer.reaction is not None:
                    found.setdefault(offer.agent, []).append(offer.reaction)
    return found


def handled_of(day: Day) -> Mapping[int, list[Visit]]:
    """Visits that somebody had in hand until the end, by queue: how long such contacts take."""
    found: dict[int, list[Visit]] = {}
    for visits in day.lives.values():
        for visit in visits:
            if visit.queue is not None and visit.answered_ms is not None and visit.closes:
                found.setdefault(visit.queue, []).append(visit)
    return found


def later(fact: Any, now_ms: int) -> Any:
    """The same fact at another instant: what it says of the hours after it moves along; a place by arrival stays."""
    by_ms = now_ms - fact.at_ms
    moved = {"at_ms": now_ms, "place_ms": now_ms if fact.place_ms == fact.at_ms else fact.place_ms}
    for name in ("kept_until_ms", "not_before_ms"):
        until_ms = getattr(fact, name, None)
        if until_ms is not None:
            moved[name] = until_ms + by_ms
    return replace(fact, **moved)


def ending(visit: Visit) -> list[Told]:
    """How a visit was closed, without what belongs to it alone."""
    return [one for one in visit.in_hand if isinstance(one.fact, facts.ContactClosed | facts.WrapUpEnded)]
