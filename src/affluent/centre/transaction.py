"""One command, one transaction: what a use case is given to work with."""

from dataclasses import replace
from typing import Any

from affluent.centre import notifying, parts
from affluent.centre.gate import columns
from affluent.centre.hub import (
    AgentMoved,
    Announcement,
    BoardChanged,
    ContactChanged,
    ContactMoved,
    DeskChanged,
    MessageAdded,
    OutboxFilled,
    PulledBack,
)
from affluent.centre.ports import Store
from affluent.centre.records import Channel, Contact, NewMessage, Presence, Queue
from affluent.centre.refusals import NotFound, Refusal
from affluent.centre.timeline import Written
from affluent.facts.agent import AgentAway, AgentFact, LimitsLifted
from affluent.facts.contact import ContactFact, DeliverySetAside, MessageReceived, OfferPulledBack
from affluent.facts.engine import EngineFact
from affluent.facts.queue import QueueFact
from affluent.facts.reserve import ReserveFact
from affluent.facts.states import TransitionRefused, agent_moved, moved
from affluent.facts.trial import TrialFact


class TooLate(Refusal):
    """The contact has moved on: another was faster, or the customer left."""


class Transaction:
    """The store, the instant, and the facts that this command brought about.

    A use case never commits, never asks the engine and never touches the world: it emits facts and
    promises effects (the outbox). The runner lets the engine follow and commits.
    """

    def __init__(self, store: Store, now_ms: int) -> None:
        self.store = store
        self.now_ms = now_ms
        self.facts: list[ContactFact | AgentFact | LimitsLifted | QueueFact] = []
        self.announcements: list[Announcement] = []
        self.policy_changed = False
        self.queue_changed: int | None = None
        """A queue whose rules changed, and nothing else that the engine stands on."""
        self.agent_changed: int | None = None
        """An agent whose rules changed, and nobody else's."""
        self.look_now = False
        """What begins and ends by the clock is to be looked at at once: its hours changed."""
        self.deciding_s = 0.0
        """How long the engine took over what this command brought about."""

    def contact(self, contact_id: int) -> Contact:
        """Raises `NotFound` when there is none."""
        found = self.store.contacts.get(contact_id)
        if found is None:
            raise NotFound("not_found")
        return found

    def channel(self, channel_id: int) -> Channel:
        found = self.store.settings.channel(channel_id)
        if found is None:
            raise NotFound("not_found")
        return found

    def queue(self, queue_id: int) -> Queue:
        found = self.store.settings.queue(queue_id)
        if found is None:
            raise NotFound("not_found")
        return found

    def emit(self, fact: ContactFact, *, dedupe_key: str | None = None, **also: Any) -> Contact:
        """Moves the contact's state by the table and writes the fact. `also` sets further columns.

        Raises `TooLate` when the table does not list the move.
        """
        before = self.contact(fact.contact_id)
        try:
            state = moved(before.state, type(fact))
        except TransitionRefused as refused:
            raise TooLate("too_late", state=refused.state.value) from refused
        self.store.journal.append(fact, dedupe_key)
        changes = {**columns(before, fact, state), **also}
        after = self.store.contacts.update(before.id, changes)
        assert after is not None, "it was there before"
        self.facts.append(fact)
        if before.agent_id is not None:
            self.tell(DeskChanged(before.agent_id))
        if after.agent_id is not None:
            self.tell(DeskChanged(after.agent_id))
        if before.parts or after.parts:
            for agent_id in sorted({*parts.people(before), *parts.people(after)}):
                self.tell(DeskChanged(agent_id))
        self.tell(ContactChanged(after.id, after.request_id, after.brand_id, after.version))
        if isinstance(fact, OfferPulledBack):
            self.tell(PulledBack(fact.agent_id, after.id))
        self.announcements.append(ContactMoved(self.now_ms, after))
        notifying.follow(self, fact, after)
        return after

    def emit_agent(self, fact: AgentFact) -> Presence:
        """Moves an agent's presence. Raises `TooLate` when the table does not list the move."""
        before = self.store.people.presence(fact.agent_id)
        try:
            state = agent_moved(before.state, type(fact))
        except TransitionRefused as refused:
            raise TooLate("too_late", state=refused.state.value) from refused
        self.store.journal.append(fact, None)
        reason = fact.reason if isinstance(fact, AgentAway) else None
        after = replace(before, state=state, reason=reason, since_ms=fact.at_ms)
        return self._there(fact, after)

    def emit_limits(self, fact: LimitsLifted) -> Presence:
        """Writes what is allowed to an agent over the limits; the engine follows it."""
        self.store.journal.append(fact, None)
        before = self.store.people.presence(fact.agent_id)
        lasts = bool(fact.extra) and fact.until_ms > fact.at_ms
        after = replace(
            before,
            lifted=fact.extra if lasts else None,
            lifted_until_ms=fact.until_ms if lasts else None,
        )
        return self._there(fact, after)

    def _there(self, fact: AgentFact | LimitsLifted, after: Presence) -> Presence:
        self.store.people.set_presence(after)
        self.facts.append(fact)
        self.tell(DeskChanged(fact.agent_id))
        self.announcements.append(AgentMoved(after))
        return after

    def emit_queue(self, fact: QueueFact) -> None:
        """Writes what happened to a queue; the engine follows it."""
        self.store.journal.append(fact, None)
        self.facts.append(fact)
        self.tell(BoardChanged("levers"))

    def emit_reserve(self, fact: ReserveFact) -> None:
        """Writes what happened to a reserve. The engine learns it with the settings."""
        self.store.journal.append(fact, None)

    def emit_trial(self, fact: TrialFact) -> None:
        """Writes what happened to a trial. What the engine must know of it, it learns with the settings."""
        self.store.journal.append(fact, None)

    def emit_engine(self, fact: EngineFact) -> None:
        """Writes which rules the engine followed, or how it stood; nothing moves by it."""
        self.store.journal.append(fact, None)

    def write(self, contact: Contact, message: NewMessage) -> int:
        """Adds a message to the conversation; returns its identifier."""
        message_id = self.store.messages.add(contact, message, self.now_ms)
        self.tell(
            MessageAdded(contact.id, contact.request_id, contact.brand_id, message_id, message.direction)
        )
        return message_id

    def customer_wrote(self, contact: Contact, message: NewMessage, *, dedupe_key: str | None = None) -> int:
        """A customer's message with its fact."""
        message_id = self.write(contact, message)
        preview = " ".join((message.new_text or message.text).split())[:160]
        fact = MessageReceived(self.now_ms, contact.id, message_id, self._answer_due_ms(contact))
        self.emit(fact, dedupe_key=dedupe_key, preview=preview)
        return message_id

    def _answer_due_ms(self, contact: Contact) -> int | None:
        """When an answer is due to what the customer writes now; None while an earlier one is still owed."""
        if contact.awaiting != "customer" or contact.target_ms is None or contact.queue_id is None:
            return None
        queue = self.store.settings.queue(contact.queue_id)
        if queue is None:
            return self.now_ms + contact.target_ms
        return queue.due_ms(self.now_ms, contact.target_ms)

    def note_event(self, contact: Contact, code: Written, **params: Any) -> None:
        """A line on the timeline that the pages put into words."""
        self.write(
            contact,
            NewMessage(direction="event", author_kind="system", event={"code": code, "params": params}),
        )

    def promise(self, kind: str, *, message_id: int, contact: Contact) -> None:
        """An effect in the world, done after the commit."""
        self.store.outbox.put(
            kind,
            message_id=message_id,
            contact_id=contact.id,
            channel_id=contact.channel_id,
            due_ms=self.now_ms,
        )
        self.tell(OutboxFilled())

    def keep_key(self, dedupe_key: str, contact_id: int = 0) -> int:
        """Remembers a delivery that opened nothing, so that its repeat opens nothing either."""
        self.store.journal.append(DeliverySetAside(self.now_ms, contact_id), dedupe_key)
        return contact_id

    def tell(self, announcement: Announcement) -> None:
        """After the commit, and once for all its commands: whoever publishes leaves repeats out."""
        self.announcements.append(announcement)
