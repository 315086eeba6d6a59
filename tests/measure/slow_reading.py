"""Figures read from the journal by hand, slowly: every question goes back over the facts, nothing is kept on the way.

It knows the definitions only by their words (`measure/words`), and shares no code with the fold or the indicators.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from affluent.facts import contact as facts
from affluent.facts.agent import AgentAway, AgentFact, AgentOffline, AgentReady
from affluent.facts.call import CallEnded, CallNotReached, CallPlaced
from affluent.facts.contact import ContactFact
from affluent.facts.media import Medium, Outcome
from affluent.facts.together import ContactHandedOver
from tests.measure.slow_calendar import open_ms
from tests.measure.story import OFFICE

Fact = ContactFact | AgentFact
WEEK_MS = 7 * 24 * 3_600_000
SHORT_MS = 5_000
TAKES = (
    facts.OfferAccepted, facts.ContactTaken, facts.ContactWoken, facts.ContactReopened, ContactHandedOver,
)  # fmt: skip
LEAVES = (
    facts.ContactSlept, facts.ContactTransferred, facts.ContactReturned, facts.ContactReassigned,
    facts.ContactClosed, facts.ContactAbandoned, CallNotReached,
)  # fmt: skip
ENDS = LEAVES[1:]


@dataclass(frozen=True)
class Stretch:
    """A stay of a contact in a queue, as its facts from `first` up to, without, `beyond` tell it."""

    contact: "Contact"
    first: int
    beyond: int

    def told(self, *kinds: type) -> list[Fact]:
        return [one for one in self.contact.journal[self.first : self.beyond] if isinstance(one, kinds)]

    @property
    def began_ms(self) -> int:
        """Of a call, what goes before its first line is the voice menu."""
        lines = [one for one in self.told(facts.ContactQueued, *TAKES) if self.first == self.contact.first]
        if self.contact.call and lines and isinstance(lines[0], facts.ContactQueued):
            return lines[0].at_ms
        return self.contact.journal[self.first].at_ms

    @property
    def asked_nobody(self) -> bool:
        """A caller who left the voice menu, or whom it served."""
        if self.contact.ours:
            return True
        left = isinstance(self.end, facts.ContactAbandoned)
        served = isinstance(self.end, facts.ContactClosed) and self.end.outcome is Outcome.SELF_SERVED
        return self.contact.call and self.queue_id == -1 and (left or served) and self.answered_ms is None

    @property
    def end(self) -> Fact | None:
        """What ended it, unless its closing was taken back: then that did."""
        last = self.told(*ENDS)
        return self.handed or (last[-1] if last else None)

    @property
    def handed(self) -> ContactHandedOver | None:
        """What put it from this hand into a colleague's, if anything did."""
        beyond = self.contact.journal[self.beyond : self.beyond + 1]
        return next((one for one in beyond if isinstance(one, ContactHandedOver)), None)

    @property
    def taken_back(self) -> bool:
        """Whether it ended in a closing that is none."""
        beyond = self.contact.journal[self.beyond : self.beyond + 1]
        return isinstance(self.end, facts.ContactClosed) and any(
            isinstance(one, facts.ContactReopened) for one in beyond
        )

    @property
    def given_back(self) -> bool:
        """Back to the line, to a colleague of the same queue, or into the hand that closed it: nothing new is asked."""
        end = self.end
        if isinstance(end, facts.ContactReassigned):
            return end.to_queue_id == self.queue_id
        return isinstance(end, facts.ContactReturned | CallNotReached | ContactHandedOver) or self.taken_back

    @property
    def queue_id(self) -> int:
        for one in reversed(self.contact.journal[: self.beyond]):
            named = one.queue_id if isinstance(one, facts.ContactQueued | facts.ContactReopened) else None
            if named is not None:
                return named
        return -1

    @property
    def left_ms(self) -> int | None:
        return None if self.end is None else self.end.at_ms

    @property
    def closing(self) -> facts.ContactClosed | None:
        return self.end if isinstance(self.end, facts.ContactClosed) and not self.taken_back else None

    @property
    def taken_ms(self) -> int | None:
        found = self.told(facts.OfferAccepted, facts.ContactTaken, facts.ContactReopened, ContactHandedOver)
        return found[-1].at_ms if found else None

    @property
    def answered_ms(self) -> int | None:
        """Synchronous: a person took it. Else: a person wrote."""
        kinds = TAKES if self.contact.live else (facts.MessageAnswered,)
        found = [one for one in self.told(*kinds) if not isinstance(one, facts.ContactWoken)]
        return found[0].at_ms if found else None

    @property
    def before(self) -> "Stretch | None":
        """The stretch that gave it back to this one."""
        mine = self.contact.stretches
        place = mine.index(self)
        return mine[place - 1] if place and mine[place - 1].given_back else None

    @property
    def entry(self) -> "Stretch | None":
        """Where the wait for this stretch's answer began; None when an earlier one answered: nothing is owed."""
        if self.before is None:
            return self
        return None if self.before.answered_ms is not None else self.before.entry

    @property
    def owed(self) -> bool:
        """Whether the answer is owed here: not where it came answered, nor where it went on unanswered."""
        went_on = self.given_back and self.answered_ms is None
        return self.entry is not None and not went_on and not self.asked_nobody

    @property
    def queued(self) -> facts.ContactQueued | None:
        """The queueing whose target runs."""
        at = self.entry or self
        found = [one for one in at.told(facts.ContactQueued) if isinstance(one, facts.ContactQueued)]
        return found[0] if found else None

    @property
    def entered_ms(self) -> int:
        return (self.entry or self).began_ms

    @property
    def due_ms(self) -> int | None:
        return None if self.queued is None else self.queued.due_ms

    def waited_ms(self, until_ms: int) -> int:
        """On the clock of the target."""
        edition = None if self.queued is None else self.queued.hours_edition
        if edition == OFFICE:
            return open_ms(self.entered_ms, until_ms)
        return until_ms - self.entered_ms

    @property
    def left_waiting(self) -> bool:
        return isinstance(self.end, facts.ContactAbandoned) and self.answered_ms is None

    def parts(self) -> dict[str, int]:
        """Time in hand by whose turn it was, of the wrap-up, and time asleep."""
        found = {"ours": 0, "theirs": 0, "wrap": 0, "asleep": 0}
        journal = self.contact.journal
        spoken = list(self._places(facts.MessageReceived, facts.MessageAnswered))
        wraps = isinstance(self.end, facts.ContactClosed) and self.end.agent_id is not None
        wraps = wraps and bool(self.told(facts.MessageAnswered))
        for place, (one, after) in enumerate(pairwise(journal)):
            if not self.first <= place < self.beyond:
                continue
            length_ms = after.at_ms - one.at_ms
            if self._asleep(place):
                found["asleep"] += length_ms
            elif self._worked(place):
                wrapping = (wraps and spoken and place >= spoken[-1]) or self._hung_up(place)
                found["wrap" if wrapping else "ours" if self._ours(place) else "theirs"] += length_ms
        return found

    def _places(self, *kinds: type) -> Iterator[int]:
        for place in range(self.first, self.beyond):
            if isinstance(self.contact.journal[place], kinds):
                yield place

    def _last(self, place: int, *kinds: type) -> Fact | None:
        """The latest of these facts up to a place, over the whole life."""
        found = [one for one in self.contact.journal[: place + 1] if isinstance(one, kinds)]
        return found[-1] if found else None

    def _hung_up(self, place: int) -> bool:
        """Whether its call has ended since it came into the hand it is in."""
        return isinstance(self._last(place, *TAKES, *LEAVES, CallEnded, CallPlaced), CallEnded)

    def _asleep(self, place: int) -> bool:
        return isinstance(self._last(place, *TAKES, *LEAVES), facts.ContactSlept)

    def _worked(self, place: int) -> bool:
        """Whether after this fact somebody had it in hand and was there for it."""
        held = self._last(place, *TAKES, *LEAVES)
        if not isinstance(held, TAKES):
            return False
        there = [
            one
            for one in self.contact.journal[: place + 1]
            if isinstance(one, AgentReady | AgentAway | AgentOffline) and one.agent_id == held.agent_id
        ]
        if there and isinstance(there[-1], AgentAway):
            return self.contact.live
        return not (there and isinstance(there[-1], AgentOffline))

    def _ours(self, place: int) -> bool:
        """It is for us to write, unless we wrote last and nobody was handed it since."""
        turn = self._last(place, facts.MessageReceived, facts.MessageAnswered, facts.ContactQueued)
        return not isinstance(turn, facts.MessageAnswered)


class Contact:
    """One contact's part of the journal, with the presence of all agents in between."""

    def __init__(self, journal: Sequence[Fact]) -> None:
        self.journal = list(journal)
        first = next(one for one in self.journal if isinstance(one, facts.ContactReceived))
        self.id, self.request, self.customer = first.contact_id, first.request_id, first.customer_id
        self.arrived_ms = first.at_ms
        self.live = first.medium in (Medium.CHAT, Medium.VOICE, Medium.VIDEO)
        self.call = first.medium is Medium.VOICE
        self.first = self.journal.index(first)
        beyond = self.journal[self.first + 1 : self.first + 2]
        self.ours = any(isinstance(one, CallPlaced) for one in beyond)
        """We called them."""
        self.stretches = self._stretches(self.journal.index(first))

    def _stretches(self, first: int) -> list[Stretch]:
        edges = [first]
        over = False
        for place in range(first, len(self.journal)):
            fact = self.journal[place]
            begins = isinstance(fact, facts.ContactQueued | facts.ContactReopened)
            if (over and begins) or isinstance(fact, ContactHandedOver):
                edges.append(place)
                over = False
            over = over or isinstance(fact, ENDS)
        beyond = [*edges[1:], len(self.journal)]
        return [Stretch(self, *edge) for edge in zip(edges, beyond, strict=True)]

    @property
    def outcome(self) -> Outcome | None:
        last = self.stretches[-1].end
        if isinstance(last, facts.ContactClosed):
            return last.outcome
        if isinstance(last, facts.ContactAbandoned):
            return Outcome.SILENT if last.silent else Outcome.ABANDONED
        return None

    @property
    def genuine(self) -> bool:
        return self.outcome not in (Outcome.SPAM, Outcome.DUPLICATE)


class Day:
    """All that is known of some contacts, asked about a period as of an instant."""

    def __init__(self, contacts: Sequence[Contact], from_ms: int, to_ms: int, now_ms: int) -> None:
        self.contacts = sorted(contacts, key=lambda one: one.id)
        self.from_ms, self.to_ms, self.now_ms = from_ms, to_ms, now_ms

    def _all(self) -> list[Stretch]:
        return [one for contact in self.contacts for one in contact.stretches]

    def _entered(self, asked: Callable[[Stretch], bool]) -> list[Stretch]:
        return [one for one in self._all() if self.from_ms <= one.entered_ms < self.to_ms and asked(one)]

    def _left(self, asked: Callable[[Stretch], bool]) -> list[Stretch]:
        return [
            one
            for one in self._all()
            if one.left_ms is not None and self.from_ms <= one.left_ms < self.to_ms and asked(one)
        ]

    def _next_ms(self, one: Stretch, of: str) -> int | None:
        later = [
            other.arrived_ms
            for other in self.contacts
            if other.id > one.contact.id and getattr(other, of) == getattr(one.contact, of)
        ]
        return later[0] if later else None

    def _within_a_week(self, one: Stretch, of: str) -> bool:
        after_ms = self._next_ms(one, of)
        return after_ms is not None and after_ms <= (one.left_ms or 0) + WEEK_MS

    def figures(self) -> dict[str, tuple[int, int]]:
        """Part and count of every indicator over contacts."""
        return {
            **self._arrivals(),
            **self._answers(),
            **self._handling(),
            **self._closings(),
            **self._standing(),
        }

    def _arrivals(self) -> dict[str, tuple[int, int]]:
        presented = self._entered(lambda one: one.owed and one.contact.genuine)
        answered = [one for one in presented if one.answered_ms is not None]
        first = self._entered(lambda one: one is one.contact.stretches[0] and one.contact.genuine)
        spam = self._entered(lambda one: one is one.contact.stretches[0] and not one.contact.genuine)
        return {
            "received": _count(first), "presented": _count(presented), "answered": _count(answered),
            "spam": _count(spam),
            "asa": (sum(one.waited_ms(one.answered_ms or 0) for one in answered), len(answered)),
        }  # fmt: skip

    def _answers(self) -> dict[str, tuple[int, int]]:
        presented = self._entered(lambda one: one.owed and one.contact.genuine)
        answered = [one for one in presented if one.answered_ms is not None]
        left = [one for one in presented if one.left_waiting]
        short = [one for one in left if one.waited_ms(one.left_ms or 0) < SHORT_MS]
        unanswered = [
            one
            for one in presented
            if one.closing is not None and one.closing.agent_id is None and one.answered_ms is None
        ]
        late = [
            one for one in presented
            if one.end is None and one.answered_ms is None and one.due_ms is not None and one.due_ms < self.now_ms
        ]  # fmt: skip
        known = [*answered, *left, *unanswered]
        in_time = [one for one in answered if one.due_ms is not None and (one.answered_ms or 0) <= one.due_ms]
        left_soon = [one for one in left if one.due_ms is not None and (one.left_ms or 0) <= one.due_ms]
        judged = [one for one in (*known, *late) if one.due_ms is not None]
        patient = [one for one in judged if one not in short]
        met = len(in_time)
        waits = [one.waited_ms(one.answered_ms or one.left_ms or 0) for one in known]
        silent = [one for one in left if one.contact.outcome is Outcome.SILENT]
        long_left = len(left) - len(short)
        return {
            "service_level": (met, len(patient)),
            "service_level_all": (met, len(judged)),
            "service_level_answered": (met, len([one for one in answered if one.due_ms is not None])),
            "service_level_left_kept": (met + len(left_soon), len(judged)),
            "service_level_left_out": (met, len(judged) - len(left_soon)),
            "answer_rate": (len(answered), len(known) - len(short)),
            "abandonment": (long_left, len(known) - len(short)),
            "abandonment_all": (len(left), len(known)),
            "silent_abandonment": (len(silent), len(known)),
            "short_abandons": _count(short),
            "longest_wait": (max(waits, default=0), len(known)),
            **self._declines(),
        }

    def _declines(self) -> dict[str, tuple[int, int]]:
        offered = self._entered(lambda one: one.contact.genuine and one.told(facts.ContactOffered) != [])
        return {"declined": (len([one for one in offered if one.told(facts.OfferDeclined)]), len(offered))}

    def _handling(self) -> dict[str, tuple[int, int]]:
        handled = self._left(lambda one: one.taken_ms is not None and one.contact.genuine)
        each = [(one, one.parts()) for one in handled]

        def total(*names: str) -> tuple[int, int]:
            return sum(
                parts[name] for one, parts in each for name in names if name != "theirs" or one.contact.live
            ), len(each)

        def on(one: Stretch) -> bool:
            moved = isinstance(one.end, facts.ContactTransferred | facts.ContactReassigned)
            return one.handed is not None or (moved and not one.given_back)

        return {
            "handled": _count(handled), "aht": total("ours", "theirs", "wrap"), "aht_ours": total("ours"),
            "aht_theirs": total("theirs"), "aht_wrap": total("wrap"), "asleep": total("asleep"),
            "transfer_rate": (len([one for one in handled if on(one)]), len(handled)),
        }  # fmt: skip

    def _closings(self) -> dict[str, tuple[int, int]]:
        closed = self._left(lambda one: one.closing is not None and one.contact.genuine)
        without = [
            one
            for one in closed
            if one.owed
            and one.answered_ms is None
            and one.closing is not None
            and one.closing.agent_id is not None
        ]
        old = [
            one for one in closed if one.taken_ms is not None and (one.left_ms or 0) + WEEK_MS <= self.now_ms
        ]
        firsts = [
            one
            for one in old
            if one.closing is not None and one.closing.agent_id is not None
            and not any(
                other.request == one.contact.request and other.id < one.contact.id for other in self.contacts
            )
        ]  # fmt: skip
        solved = [
            one
            for one in firsts
            if one.contact.outcome is Outcome.RESOLVED and not self._within_a_week(one, "request")
        ]
        again = [one for one in old if self._within_a_week(one, "customer")]
        return {
            "closed": _count(closed), "closed_unanswered": (len(without), len(closed)),
            "fcr": (len(solved), len(firsts)), "repeat_rate": (len(again), len(old)),
        }  # fmt: skip

    def _standing(self) -> dict[str, tuple[int, int]]:
        """What stood at the end of the period, as far as it is known."""
        at_ms = min(self.to_ms, self.now_ms)
        there = [
            one
            for one in self._all()
            if one.began_ms < at_ms and (one.left_ms is None or one.left_ms >= at_ms) and one.contact.genuine
        ]
        waits = [
            one
            for one in there
            if one.entry is not None and (one.answered_ms is None or one.answered_ms >= at_ms)
        ]
        return {"open": _count(there), "backlog": _count(waits)}


def _count(found: Sequence[object]) -> tuple[int, int]:
    return len(found), len(found)
