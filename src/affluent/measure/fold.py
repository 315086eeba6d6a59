"""The fold: a contact's facts, one after the other, into its stays.

Pure: it knows no clock. Opening hours come in through `OpenTime`, so that a wait can be counted on the clock of
its target.
"""

from collections.abc import Iterable
from typing import Protocol

from affluent.facts import call, steering, together
from affluent.facts import contact as facts
from affluent.facts.agent import AgentAway, AgentFact, AgentOffline, AgentReady
from affluent.facts.appointment import AppointmentCancelled, AppointmentMade, AppointmentMoved
from affluent.facts.media import SYNCHRONOUS, Outcome
from affluent.measure.begun import CALL, NO_TIME, STEERED, begun
from affluent.measure.outcomes import MEDIA, NEVER, OUTCOMES, End, Kind, Stay

_Promise = facts.ContactPromised | AppointmentMade | AppointmentMoved


class OpenTime(Protocol):
    """Open time between two instants, by an edition of opening hours: as they stood when it was queued."""

    def open_ms(self, edition: int, from_ms: int, to_ms: int) -> int: ...


class Fold:
    """One contact as far as its facts are known. `step` takes the next fact, `stays` gives the rows so far.

    Beside the contact's own facts it takes the presence of those who hold it: what an agent who is gone, or away
    from an asynchronous contact, has in hand is not being handled.
    """

    __slots__ = (
        "_after_call", "_agents", "_asleep_since_ms", "_contact", "_edition", "_in_hand", "_mark_ms", "_next",
        "_open_time", "_ours", "_rows", "_since", "_wraps",
    )  # fmt: skip

    def __init__(self, open_time: OpenTime) -> None:
        self._open_time = open_time
        self._contact: dict[str, int] = {}
        self._rows: list[dict[str, int]] = []
        self._edition = NEVER
        self._next: dict[str, int] | None = None
        self._in_hand, self._ours = False, True
        self._mark_ms = self._asleep_since_ms = NEVER
        self._since = dict(NO_TIME)
        self._agents: dict[int, AgentFact] = {}
        self._wraps = self._after_call = False

    @property
    def in_hand_of(self) -> int | None:
        """The agent in whose hand it is, awake, or who does the work after it."""
        return self._rows[-1]["agent_id"] if self._in_hand or self._wraps else None

    @property
    def holder(self) -> int | None:
        """The agent in whose hand it is or with whom it sleeps."""
        return self._rows[-1]["agent_id"] if self._in_hand or self._asleep_since_ms != NEVER else None

    @property
    def synchronous(self) -> bool:
        """Whether its customer is there while it lasts."""
        return bool(self._contact.get("synchronous"))

    @property
    def ended(self) -> bool:
        return self._contact.get("ended_ms", NEVER) != NEVER and not self._wraps

    def stays(self) -> list[Stay]:
        """Its stays so far, the first first. `opens` and what follows it are left to `linked`."""
        return [Stay(**self._contact, **row) for row in self._rows]

    def step(self, fact: facts.ContactFact | AgentFact) -> None:
        """Takes the next fact in the order of the journal."""
        if isinstance(fact, steering.SteeringFact):
            self._contact["steered"] = STEERED.get(type(fact), self._contact["steered"])
        else:
            self._moves(fact)

    def _moves(self, fact: facts.WayFact | AgentFact) -> None:
        match fact:
            case AgentReady() | AgentAway() | AgentOffline():
                self._presence(fact)
            case facts.ContactReceived():
                self._received(fact)
            case facts.ContactQueued():
                self._queued(fact)
            case facts.ContactOverflowed():
                self._overflowed(fact)
            case facts.ContactPromised() | AppointmentMade() | AppointmentMoved():
                self._promised(fact)
            case facts.ContactOffered() | facts.OfferDeclined() | facts.OfferExpired():
                self._offer(fact)
            case facts.OfferAccepted() | facts.ContactTaken():
                self._taken(fact.at_ms, fact.agent_id)
            case facts.MessageReceived():
                self._count_until(fact.at_ms)
                self._ours = True
                self._since = dict(NO_TIME)
            case facts.MessageAnswered():
                self._replied(fact.at_ms)
            case facts.ContactSlept():
                self._slept(fact.at_ms)
            case facts.ContactWoken():
                self._wake(fact.at_ms)
                self._hold(fact.at_ms)
            case facts.ContactTransferred():
                self._end(fact.at_ms, End.TRANSFERRED)
                self._next = {"kind": Kind.TRANSFER, "asks": 1}
            case facts.ContactReturned() | call.CallNotReached():
                self._returned(fact.at_ms)
            case facts.ContactReassigned():
                self._reassigned(fact)
            case facts.ContactClosed():
                self._closed(fact)
            case facts.WrapUpEnded():
                self._wrapped(fact.at_ms)
            case facts.ContactReopened():
                self._reopened(fact)
            case facts.ContactClassified() | facts.ContactMoved() | facts.ContactReidentified():
                self._belongs(fact)
            case facts.ContactAbandoned():
                self._abandoned(fact)
            case together.ContactHandedOver():
                self._handed_over(fact)
            case call.CallPlaced() | call.CallEnded():
                self._called(fact)
            case (
                facts.OfferWithdrawn()
                | facts.OfferPulledBack()
                | facts.NoteAdded()
                | facts.DeliveryChanged()
                | facts.MessagesMoved()
                | facts.ContactDrawn()
                | AppointmentCancelled()
                | call.CallMenuStepped()
                | call.CallHeld()
                | call.CallResumed()
                | call.CallShared()
                | call.CallShareEnded()
                | call.CallbackAsked()
                | call.CallDialled()
                | together.ColleagueInvited()
                | together.InvitationEnded()
                | together.AgentJoined()
                | together.PartChanged()
                | together.AgentParted()
            ):
                pass

    def _abandoned(self, fact: facts.ContactAbandoned) -> None:
        self._end(fact.at_ms, End.ABANDONED)
        self._asked_nobody()
        left = Outcome.SILENT if fact.silent else Outcome.ABANDONED
        self._contact["outcome"], self._contact["ended_ms"] = OUTCOMES.index(left), fact.at_ms

    def _called(self, fact: call.CallPlaced | call.CallEnded) -> None:
        """What follows a call in hand is the work after it; whom we call is owed nothing."""
        placed = isinstance(fact, call.CallPlaced)
        if placed and not self._in_hand:
            self._rows[-1]["kind"], self._rows[-1]["asks"] = Kind.OUTBOUND, 0
        self._count_until(fact.at_ms)
        self._after_call = self._in_hand and not placed

    def _offer(self, fact: facts.ContactOffered | facts.OfferDeclined | facts.OfferExpired) -> None:
        match fact:
            case facts.ContactOffered():
                row = self._row(fact.at_ms)
                row["offers"] += 1
                if row["offered_ms"] == NEVER:
                    row["offered_ms"] = fact.at_ms
            case facts.OfferDeclined():
                self._rows[-1]["declined"] += 1
            case facts.OfferExpired():
                self._rows[-1]["expired"] += 1

    def _received(self, fact: facts.ContactReceived) -> None:
        self._contact = {
            "contact_id": fact.contact_id,
            "request_id": fact.request_id,
            "customer_id": fact.customer_id,
            "brand_id": fact.brand_id,
            "channel_id": fact.channel_id,
            "medium": MEDIA.index(fact.medium),
            "synchronous": int(fact.medium in SYNCHRONOUS),
            "arrived_ms": fact.at_ms,
            "outcome": NEVER,
            "motive_id": NEVER,
            "ended_ms": NEVER,
            "steered": NEVER,
        }
        self._next = {"kind": Kind.ARRIVAL, "asks": 1}
        self._row(fact.at_ms)

    def _row(self, at_ms: int) -> dict[str, int]:
        """The stay that the contact is in; begins the next one when the last was left."""
        if self._next is not None:
            self._since = dict(NO_TIME)
            self._rows.append(begun(len(self._rows), at_ms) | self._next)
            self._next = None
        return self._rows[-1]

    def _queued(self, fact: facts.ContactQueued) -> None:
        row = self._row(fact.at_ms)
        if row["queue_id"] == NEVER and self._contact["medium"] == CALL and row["kind"] == Kind.ARRIVAL:
            # What went before was the voice menu: nobody is owed an answer there.
            row["began_ms"] = row["entered_ms"] = fact.at_ms
        row["queue_id"] = fact.queue_id
        # Whoever takes it next is to read it and to write, whoever wrote last.
        self._ours = True
        if row["target_ms"] == NEVER and fact.target_ms is not None and fact.due_ms is not None:
            row["target_ms"], row["due_ms"] = fact.target_ms, fact.due_ms
            self._edition = NEVER if fact.hours_edition is None else fact.hours_edition

    def _overflowed(self, fact: facts.ContactOverflowed) -> None:
        """Its queue sent it on: the answer is owed by the one it goes to, from now on."""
        self._end(fact.at_ms, End.OVERFLOWED)
        self._next = {"kind": Kind.OVERFLOW, "asks": 1, "queue_id": fact.to_queue_id}
        row = self._row(fact.at_ms)
        row["target_ms"], row["due_ms"] = fact.target_ms, fact.due_ms
        self._edition = NEVER if fact.hours_edition is None else fact.hours_edition

    def _promised(self, fact: _Promise) -> None:
        """An hour was promised, by its agent or at a door: what was owed before is owed then, and from then on."""
        if isinstance(fact, AppointmentMade):
            self._rows[-1]["queue_id"] = fact.queue_id
        if self._rows[-1]["answered_ms"] == NEVER:
            self._rows[-1]["asks"] = 0
        self._end(fact.at_ms, End.RETURNED)
        self._next = {"kind": Kind.RETURN, "asks": 1, "entered_ms": fact.promised_ms}

    def _wrapped(self, at_ms: int) -> None:
        if self._wraps:
            self._rows[-1]["wrap_ms"] += at_ms - self._rows[-1]["left_ms"]
            self._wraps = False

    def _taken(self, at_ms: int, agent_id: int) -> None:
        row = self._row(at_ms)
        row["agent_id"], row["taken_ms"] = agent_id, at_ms
        if self._contact["synchronous"]:
            self._answered(row, at_ms)
        self._hold(at_ms)

    def _replied(self, at_ms: int) -> None:
        self._count_until(at_ms)
        self._ours = False
        self._since = dict(NO_TIME)
        row = self._rows[-1]
        row["replies"] += 1
        if row["replied_ms"] == NEVER:
            row["replied_ms"] = at_ms
        self._answered(row, at_ms)

    def _answered(self, row: dict[str, int], at_ms: int) -> None:
        if row["answered_ms"] == NEVER:
            row["answered_ms"] = at_ms
            row["waited_ms"] = self._wait_ms(row, at_ms)

    def _wait_ms(self, row: dict[str, int], at_ms: int) -> int:
        # Who takes up a promise before its hour lets nobody wait.
        at_ms = max(at_ms, row["entered_ms"])
        if self._edition == NEVER:
            return at_ms - row["entered_ms"]
        return self._open_time.open_ms(self._edition, row["entered_ms"], at_ms)

    def _handed_over(self, fact: together.ContactHandedOver) -> None:
        """From hand to hand: transferred, though the customer waited for nobody; an answer owed is owed still."""
        row = self._rows[-1]
        queue_id, answered = row["queue_id"], row["answered_ms"] != NEVER
        self._end(fact.at_ms, End.TRANSFERRED)
        goes_on = {"kind": Kind.TRANSFER, "asks": 0} if answered else self._carried(row)
        self._next = goes_on | {"queue_id": queue_id}
        self._taken(fact.at_ms, fact.agent_id)

    def _returned(self, at_ms: int) -> None:
        row = self._rows[-1]
        answered = row["answered_ms"] != NEVER
        self._end(at_ms, End.RETURNED)
        self._next = {"kind": Kind.RETURN, "asks": 0} if answered else self._carried(row)

    def _carried(self, row: dict[str, int]) -> dict[str, int]:
        """What a stay that was left unanswered owes goes on in the next one, with its entry and its target."""
        kept = {name: row[name] for name in ("kind", "asks", "entered_ms", "target_ms", "due_ms")}
        row["waited_ms"], row["asks"] = NEVER, 0
        return kept

    def _reassigned(self, fact: facts.ContactReassigned) -> None:
        """A supervisor moved it. Within its queue the same wait goes on; another queue owes an answer of its own."""
        if self._row(fact.at_ms)["queue_id"] == fact.to_queue_id:
            self._returned(fact.at_ms)
            return
        self._end(fact.at_ms, End.TRANSFERRED)
        self._next = {"kind": Kind.TRANSFER, "asks": 1}

    def _closed(self, fact: facts.ContactClosed) -> None:
        row = self._row(fact.at_ms)
        row["by_person"] = int(fact.agent_id is not None)
        # Without a word from us there was nothing to wrap up: the agent read.
        wraps = row["by_person"] and row["replies"]
        self._count_until(fact.at_ms)
        if wraps:
            # What came after the last message was wrapping up, whoever was to write.
            for part, ms in self._since.items():
                row[part] -= ms
                row["wrap_ms"] += ms
        self._end(fact.at_ms, End.CLOSED)
        if fact.outcome is Outcome.SELF_SERVED:
            self._asked_nobody()
        self._wraps = fact.wrap_up_ms > 0
        self._contact["outcome"] = OUTCOMES.index(fact.outcome)
        self._contact["ended_ms"] = fact.at_ms
        if fact.motive_id is not None:
            self._contact["motive_id"] = fact.motive_id

    def _asked_nobody(self) -> None:
        """Who left the voice menu, or was served by it, was owed no answer by a person."""
        row = self._rows[-1]
        if self._contact["medium"] == CALL and row["queue_id"] == NEVER and row["answered_ms"] == NEVER:
            row["asks"] = 0

    def _belongs(
        self, fact: facts.ContactClassified | facts.ContactMoved | facts.ContactReidentified
    ) -> None:
        """A person said what it is about, or whose it is."""
        match fact:
            case facts.ContactClassified():
                self._contact["motive_id"] = NEVER if fact.motive_id is None else fact.motive_id
            case facts.ContactMoved():
                self._contact["request_id"] = fact.to_request_id
            case facts.ContactReidentified():
                self._contact["customer_id"] = fact.to_customer_id

    def _reopened(self, fact: facts.ContactReopened) -> None:
        """Its closing was taken back, and is none: it goes on in a stay that asks for nothing anew."""
        row = self._rows[-1]
        queue_id = row["queue_id"] if fact.queue_id is None else fact.queue_id
        row["end"], row["by_person"] = End.RETURNED, 0
        goes_on = {"kind": Kind.RETURN, "asks": 0} if row["answered_ms"] != NEVER else self._carried(row)
        self._next = goes_on | {"queue_id": queue_id}
        self._contact["outcome"], self._contact["ended_ms"] = NEVER, NEVER
        self._taken(fact.at_ms, fact.agent_id)

    def _end(self, at_ms: int, end: End) -> None:
        row = self._row(at_ms)
        self._count_until(at_ms)
        self._wake(at_ms)
        self._in_hand, self._mark_ms, self._after_call = False, NEVER, False
        row["left_ms"], row["end"] = at_ms, end
        if row["answered_ms"] == NEVER:
            row["waited_ms"] = self._wait_ms(row, at_ms)

    def _slept(self, at_ms: int) -> None:
        self._count_until(at_ms)
        self._in_hand, self._mark_ms, self._asleep_since_ms = False, NEVER, at_ms

    def _wake(self, at_ms: int) -> None:
        if self._asleep_since_ms != NEVER:
            self._rows[-1]["asleep_ms"] += at_ms - self._asleep_since_ms
            self._asleep_since_ms = NEVER

    def _hold(self, at_ms: int) -> None:
        self._in_hand = True
        self._mark_ms = NEVER if self._paused() else at_ms

    def _count_until(self, at_ms: int) -> None:
        """Adds the time in hand since it was last looked at to its part."""
        if not self._in_hand or self._mark_ms == NEVER:
            return
        if self._after_call:
            self._rows[-1]["wrap_ms"] += at_ms - self._mark_ms
            self._mark_ms = at_ms
            return
        part = "ours_ms" if self._ours else "theirs_ms"
        self._rows[-1][part] += at_ms - self._mark_ms
        self._since[part] += at_ms - self._mark_ms
        self._mark_ms = at_ms

    def _presence(self, fact: AgentFact) -> None:
        mine = self._in_hand and self._rows[-1]["agent_id"] == fact.agent_id
        if mine:
            self._count_until(fact.at_ms)
        self._agents[fact.agent_id] = fact
        if mine:
            self._mark_ms = NEVER if self._paused() else fact.at_ms

    def _paused(self) -> bool:
        there = self._agents.get(self._rows[-1]["agent_id"])
        if isinstance(there, AgentAway):
            # Who is away may finish a chat; nobody expects them to go on with their mail.
            return not self._contact["synchronous"]
        return isinstance(there, AgentOffline)


def fold(known: Iterable[facts.ContactFact | AgentFact], open_time: OpenTime) -> list[Stay]:
    """The stays of one contact, from its facts and the presence of its agents, in the journal's order."""
    folded = Fold(open_time)
    for fact in known:
        folded.step(fact)
    return folded.stays()
