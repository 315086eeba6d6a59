"""Days told as facts, by the wall clock of Paris, so that a reader can count along."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from affluent.centre.hours import Hours, due_ms, open_ms
from affluent.facts import contact as facts
from affluent.facts.agent import AgentAway, AgentFact, AgentOffline, AgentReady
from affluent.facts.call import CallEnded, CallHeld, CallNotReached, CallPlaced, CallResumed, EndedBy
from affluent.facts.contact import ContactFact
from affluent.facts.instants import SECOND_MS
from affluent.facts.media import Medium, Outcome
from affluent.facts.together import ContactHandedOver
from affluent.measure.computing import Period
from affluent.measure.fold import fold
from affluent.measure.outcomes import Stay, Stays, linked

PARIS = ZoneInfo("Europe/Paris")
OFFICE = 1
"""The edition of hours: weekdays 9 to 12:30 and 14 to 18, closed on French public holidays."""
LUNCH = [["09:00", "12:30"], ["14:00", "18:00"]]
HOURS = {
    OFFICE: Hours.of(
        {
            "timezone": "Europe/Paris",
            "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), LUNCH),
            "holidays": "FR",
            "exceptions": [],
        }
    )
}
ADA, BOB = 1, 2
CHATS, MAILS, BILLING = 10, 20, 30


def at(text: str, *, fold: int = 0) -> int:
    """An instant by Paris time, such as `2026-10-25 02:30`; `fold` 1 is an hour's second coming."""
    wall = datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)
    return int(wall.timestamp() * 1000)


class OpenTime:
    def open_ms(self, edition: int, from_ms: int, to_ms: int) -> int:
        return open_ms(HOURS[edition], from_ms, to_ms)


@dataclass
class Told:
    """One contact, told step by step; each step begins `after` seconds after the one before."""

    medium: Medium
    start_ms: int
    contact_id: int = 1
    request_id: int = 0
    customer_id: int = 0
    queue: int = CHATS
    target_s: int = 40
    edition: int | None = None
    menu_s: float | None = 0
    """So long in the voice menu before the queue; None: it never comes to one."""
    facts: list[ContactFact | AgentFact] = field(default_factory=list[ContactFact | AgentFact])
    now_ms: int = 0

    def __post_init__(self) -> None:
        self.now_ms = self.start_ms
        self.add(
            facts.ContactReceived(
                self.now_ms,
                self.contact_id,
                self.request_id or self.contact_id,
                self.customer_id or self.contact_id,
                1,
                1,
                self.medium,
            )
        )
        if self.menu_s is not None:
            self.then(self.menu_s).queued(self.queue)

    def add(self, fact: ContactFact | AgentFact) -> "Told":
        self.facts.append(fact)
        return self

    def then(self, seconds: float) -> "Told":
        self.now_ms += int(seconds * SECOND_MS)
        return self

    def until(self, text: str, *, fold: int = 0) -> "Told":
        self.now_ms = at(text, fold=fold)
        return self

    def queued(self, queue: int) -> "Told":
        target_ms = self.target_s * SECOND_MS
        due = (
            self.now_ms + target_ms
            if self.edition is None
            else due_ms(HOURS[self.edition], self.now_ms, target_ms)
        )
        return self.add(
            facts.ContactQueued(
                self.now_ms,
                self.contact_id,
                queue,
                self.start_ms,
                target_ms=target_ms,
                due_ms=due,
                hours_edition=self.edition,
            )
        )

    def offered(self, agent: int = ADA) -> "Told":
        return self.add(
            facts.ContactOffered(self.now_ms, self.contact_id, agent, self.queue, self.now_ms + 30_000)
        )

    def declined(self, agent: int = ADA) -> "Told":
        return self.add(facts.OfferDeclined(self.now_ms, self.contact_id, agent))

    def expired(self, agent: int = ADA) -> "Told":
        return self.add(facts.OfferExpired(self.now_ms, self.contact_id, agent))

    def accepted(self, agent: int = ADA) -> "Told":
        return self.offered(agent).add(facts.OfferAccepted(self.now_ms, self.contact_id, agent))

    def wrote(self) -> "Told":
        return self.add(facts.MessageReceived(self.now_ms, self.contact_id, len(self.facts)))

    def replied(self, agent: int = ADA) -> "Told":
        return self.add(facts.MessageAnswered(self.now_ms, self.contact_id, agent, len(self.facts)))

    def slept(self, agent: int = ADA) -> "Told":
        return self.add(facts.ContactSlept(self.now_ms, self.contact_id, agent, None))

    def woke(self, agent: int = ADA) -> "Told":
        return self.add(facts.ContactWoken(self.now_ms, self.contact_id, agent, "customer"))

    def transferred(self, queue: int, *, to_agent: int | None = None, agent: int = ADA) -> "Told":
        to_queue = None if to_agent else queue
        self.add(facts.ContactTransferred(self.now_ms, self.contact_id, agent, to_queue, to_agent))
        return self.queued(queue)

    @property
    def at_queue(self) -> int:
        """The queue it was put into last."""
        return [one.queue_id for one in self.facts if isinstance(one, facts.ContactQueued)][-1]

    def handed_over(self, to_agent: int, agent: int = ADA) -> "Told":
        """A warm transfer: from hand to hand."""
        return self.add(ContactHandedOver(self.now_ms, self.contact_id, to_agent, agent, agent))

    def reassigned(self, queue: int, agent: int = ADA) -> "Told":
        """A supervisor moves it, to this queue or to somebody within it."""
        self.add(facts.ContactReassigned(self.now_ms, self.contact_id, agent, 9, queue, None))
        return self.queued(queue)

    def returned(self, agent: int = ADA) -> "Told":
        self.add(facts.ContactReturned(self.now_ms, self.contact_id, agent, "agent_gone"))
        return self.queued(self.queue)

    def held(self, agent: int = ADA) -> "Told":
        return self.add(CallHeld(self.now_ms, self.contact_id, agent))

    def resumed(self, agent: int = ADA) -> "Told":
        return self.add(CallResumed(self.now_ms, self.contact_id, agent))

    def not_reached(self, agent: int = ADA) -> "Told":
        self.add(CallNotReached(self.now_ms, self.contact_id, agent, "busy"))
        return self.queued(self.queue)

    def placed(self, agent: int = ADA) -> "Told":
        return self.add(CallPlaced(self.now_ms, self.contact_id, agent, "service"))

    def hung_up(self, by: EndedBy = EndedBy.CALLER) -> "Told":
        return self.add(CallEnded(self.now_ms, self.contact_id, by))

    def closed(self, outcome: Outcome = Outcome.RESOLVED, agent: int | None = ADA) -> "Told":
        return self.add(facts.ContactClosed(self.now_ms, self.contact_id, agent, outcome))

    def reopened(self, agent: int = ADA) -> "Told":
        fact = facts.ContactReopened(self.now_ms, self.contact_id, agent, agent, self.queue, self.start_ms)
        return self.add(fact)

    def left(self, *, silent: bool = False) -> "Told":
        return self.add(facts.ContactAbandoned(self.now_ms, self.contact_id, silent))

    def away(self, agent: int = ADA) -> "Told":
        return self.add(AgentAway(self.now_ms, agent, "lunch"))

    def gone(self, agent: int = ADA) -> "Told":
        return self.add(AgentOffline(self.now_ms, agent))

    def ready(self, agent: int = ADA) -> "Told":
        return self.add(AgentReady(self.now_ms, agent))

    @property
    def stays(self) -> list[Stay]:
        return fold(self.facts, OpenTime())


def chat(start: str, number: int = 1, **more: Any) -> Told:
    return Told(Medium.CHAT, at(start), number, **more)


def mail(start: str, number: int = 1, **more: Any) -> Told:
    """Four hours to answer, counted while the office is open."""
    usual: dict[str, Any] = {"queue": MAILS, "target_s": 4 * 3600, "edition": OFFICE}
    return Told(Medium.EMAIL, at(start), number, **usual | more)


def told(*contacts: Told) -> Stays:
    """All of them as columns, with what they tell of each other."""
    return Stays.of(linked(row for one in contacts for row in one.stays))


def day(text: str, *, days: int = 1, now: str | None = None) -> Period:
    """Local days from midnight to midnight, looked at from `now` or from long after."""
    start = at(f"{text} 00:00")
    wall = datetime.fromtimestamp(start / 1000, PARIS)
    end = wall.replace(hour=0)
    for _ in range(days):
        end = datetime.fromordinal(end.date().toordinal() + 1).replace(tzinfo=PARIS)
    end_ms = int(end.timestamp() * 1000)
    return Period(start, end_ms, at(now) if now else end_ms + 30 * 86_400_000)


def parts(figures: Iterable[Any]) -> list[tuple[int, int]]:
    return [(figure.part, figure.count) for figure in figures]
