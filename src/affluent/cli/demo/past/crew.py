"""The agents of the past: they come and go, take what is offered, answer, hand on, set aside and close."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from affluent.centre import answering, handing_on, offers, presence
from affluent.centre.mailing import OutgoingReply, about_to_send, sent
from affluent.centre.records import Contact
from affluent.cli.demo import rhythm, stories
from affluent.cli.demo.past.world import World
from affluent.cli.demo.people import Person
from affluent.cli.demo.stories import Customer
from affluent.facts.instants import HOUR_MS, MINUTE_MS, SECOND_MS
from affluent.facts.media import Medium
from affluent.facts.states import AgentState, ContactState

LEFT_UNANSWERED = 0.02
HANDED_ON = 0.035
SET_ASIDE = 0.6
"""Share of the mails that the customer will answer which are kept asleep for it; the others are closed."""
SILENCE_MS = 6 * MINUTE_MS
WITH_NOTE = 0.16
UNRESOLVED = 0.07
WITHOUT_MOTIVE = 0.08
LATE_TRIES_MAX = 12


@dataclass(slots=True)
class Told:
    """A customer's contact as it goes on."""

    customer: Customer
    brand: str
    turn: int = 0
    busy: bool = False
    over: bool = False
    """All is said: the next thing is to close it."""


class Crew:
    """All agents. `asked` is told when an agent has answered, so that the customer goes on."""

    def __init__(
        self,
        world: World,
        people: Mapping[int, Person],
        motives: Mapping[tuple[str, str], int],
        chance: random.Random,
    ) -> None:
        self._world = world
        self._people = people
        self._motives = motives
        self._chance = chance
        self._free_ms: dict[int, int] = {}
        self.told: dict[int, Told] = {}
        self.answered = _nobody

    def come_to_work(self, from_ms: int, to_ms: int) -> None:
        """Plans the presence of everyone between two instants."""
        for agent_id, person in self._people.items():
            for day in rhythm.days_between(from_ms, to_ms):
                for at_ms, state, reason in rhythm.day_of(person, day):
                    if from_ms <= at_ms < to_ms:
                        self._world.at(
                            at_ms,
                            lambda a=agent_id, s=state, r=reason: self._present(a, s, r, LATE_TRIES_MAX),
                        )

    def _present(self, agent_id: int, state: str, reason: str | None, tries: int) -> None:
        there = self._world.store.people.presence(agent_id).state
        if state == "offline":
            if there is AgentState.OFFLINE:
                return
            if tries and any(one.state is ContactState.IN_HAND for one in self._held(agent_id)):
                # What is begun is brought to its end; nothing new comes meanwhile.
                self._set(agent_id, "away", "other")
                self._world.after(3 * MINUTE_MS, lambda: self._present(agent_id, state, reason, tries - 1))
                return
        elif there is AgentState.OFFLINE and state == "away":
            return
        self._set(agent_id, state, reason)

    def _set(self, agent_id: int, state: str, reason: str | None) -> None:
        self._world.do(presence.set_presence, agent_id=agent_id, state=state, reason=reason)

    def _held(self, agent_id: int) -> list[Contact]:
        return list(self._world.store.contacts.of_agent(agent_id))

    def offered(self, contact_id: int, agent_id: int) -> None:
        """An offer is on the screen."""
        if self._chance.random() < LEFT_UNANSWERED:
            return
        pause = rhythm.reaction_ms(self._chance)
        self._world.after(pause, lambda: self._accept(contact_id, agent_id))

    def _accept(self, contact_id: int, agent_id: int) -> None:
        contact = self._contact(contact_id)
        if contact.state is ContactState.OFFERED and contact.agent_id == agent_id:
            self._world.do(offers.accept, contact_id=contact_id, agent_id=agent_id)

    def turn_of(self, contact_id: int) -> None:
        """It is the agent's turn: they get to it when their head and hands are free."""
        contact, told = self._contact(contact_id), self.told[contact_id]
        agent_id = contact.agent_id
        if told.busy or agent_id is None or contact.state is not ContactState.IN_HAND:
            return
        told.busy = True
        text = self._words(told, contact) or ""
        begins = max(self._world.now_ms, self._free_ms.get(agent_id, 0))
        pace = self._people[agent_id].pace
        ends = begins + rhythm.work_ms(self._chance, contact.medium.value, text, pace)
        # A mail is left and taken up again between two lines of a chat.
        self._free_ms[agent_id] = ends if contact.medium is Medium.CHAT else begins + (ends - begins) * 2 // 3
        self._world.at(ends, lambda: self._act(contact_id, agent_id))

    def _act(self, contact_id: int, agent_id: int) -> None:
        contact, told = self._contact(contact_id), self.told[contact_id]
        told.busy = False
        if contact.state is not ContactState.IN_HAND or contact.agent_id != agent_id:
            return
        if contact.awaiting == "us" and not told.over:
            if told.turn == 0 and contact.medium is Medium.EMAIL and self._chance.random() < HANDED_ON:
                self._hand_on(contact, agent_id)
                return
            if (text := self._words(told, contact)) is not None:
                self._reply(contact, agent_id, told, text)
                return
        self._close(contact, agent_id, told)

    def _words(self, told: Told, contact: Contact) -> str | None:
        one = told.customer
        text = stories.agent_says(one.story, one.language, _form(contact), told.turn, one.seed)
        if text is None:
            return None
        name = one.name
        return stories.filled(text, one.seed, one.language, told.brand, self._world.now_ms, name=name)

    def _reply(self, contact: Contact, agent_id: int, told: Told, text: str) -> None:
        first = self._people[agent_id].name.split(" ")[0]
        if contact.medium is not Medium.CHAT:
            text = stories.as_mail(text, told.customer.language, told.customer.name, first)
        self._world.do(answering.agent_reads, contact_id=contact.id, agent_id=agent_id)
        key = f"past-{contact.id}-{told.turn}"
        message_id = self._world.do(
            answering.reply, contact_id=contact.id, agent_id=agent_id, key=key, text=text
        )
        if contact.medium is not Medium.CHAT:
            self._world.after(2 * SECOND_MS, lambda: self._post(contact.id, message_id, text))
        turn, told.turn = told.turn, told.turn + 1
        wrap_up_ms = rhythm.wrap_up_ms(self._chance)
        if not self.answered(contact.id, turn):
            told.over = True
            self._world.after(wrap_up_ms, lambda: self._act(contact.id, agent_id))
        elif contact.medium is Medium.CHAT:
            # A customer who falls silent: after a while the agent ends it.
            self._world.after(SILENCE_MS, lambda: self._give_up(contact.id, agent_id, turn + 1))
        elif self._chance.random() < SET_ASIDE:
            self._world.after(wrap_up_ms, lambda: self._sleep(contact.id, agent_id, turn + 1))
        else:
            self._world.after(wrap_up_ms, lambda: self._act(contact.id, agent_id))

    def _post(self, contact_id: int, message_id: int, text: str) -> None:
        """What the postman does with a reply: on the wire, then sent."""
        contact = self._contact(contact_id)
        outbox_id = self._world.store.tables.outbox.of_message(message_id)
        address = contact.reply_address or {}
        reply = OutgoingReply(
            outbox_id=outbox_id, message_id=message_id, contact_id=contact_id, request_id=contact.request_id,
            brand_id=contact.brand_id, channel_id=contact.channel_id, attempts=0, to=address.get("to", ""),
            customer_name="", subject=f"Re: {contact.subject}", text=text, language=contact.language,
            agent_name="", signature="", in_reply_to=address.get("in_reply_to"), references=(),
            original_name="", original_address="", original_at_ms=None, original_text="", files=(),
        )  # fmt: skip
        if self._world.do(about_to_send, outbox_id=outbox_id):
            self._world.do(sent, reply=reply, mail_id=mail_id(contact_id, message_id))

    def _sleep(self, contact_id: int, agent_id: int, turn: int) -> None:
        contact, told = self._contact(contact_id), self.told[contact_id]
        here = contact.state is ContactState.IN_HAND and contact.agent_id == agent_id
        if here and told.turn == turn and contact.awaiting == "customer" and not told.busy:
            until_ms = self._world.now_ms + self._chance.randint(20, 50) * HOUR_MS
            self._world.do(handing_on.sleep, contact_id=contact_id, agent_id=agent_id, until_ms=until_ms)

    def _give_up(self, contact_id: int, agent_id: int, turn: int) -> None:
        contact, told = self._contact(contact_id), self.told[contact_id]
        here = contact.state is ContactState.IN_HAND and contact.agent_id == agent_id
        if here and told.turn == turn and contact.awaiting == "customer":
            self._end(contact, agent_id, "no_reply", None)

    def _hand_on(self, contact: Contact, agent_id: int) -> None:
        policy = self._world.store.settings.policy()
        others = [
            one.id
            for one in policy.queues
            if one.medium == contact.medium.value
            and one.id != contact.queue_id
            and (queue := self._world.store.settings.queue(one.id)) is not None
            and queue.brand_id == contact.brand_id
        ]
        if not others:
            self.turn_of(contact.id)
            return
        english = self.told[contact.id].customer.language == "en"
        note = (
            "For the other team, thank you." if english else "Pour l’autre équipe, merci de prendre la suite."
        )
        self._world.do(
            handing_on.transfer,
            contact_id=contact.id, agent_id=agent_id, key=f"past-{contact.id}-on", queue_id=others[0], text=note,
        )  # fmt: skip

    def _close(self, contact: Contact, agent_id: int, told: Told) -> None:
        roll = self._chance.random()
        outcome = "unresolved" if roll < UNRESOLVED else "resolved"
        if contact.awaiting == "customer" and contact.medium is not Medium.CHAT and roll > 0.9:
            outcome = "no_reply"
        note = None
        if self._chance.random() < WITH_NOTE:
            note = self._chance.choice(told.customer.side.note)
        self._end(contact, agent_id, outcome, note)

    def _end(self, contact: Contact, agent_id: int, outcome: str, note: str | None) -> None:
        story = self.told[contact.id].customer.story
        motive = self._motives.get((story.brand, story.motive))
        if self._chance.random() < WITHOUT_MOTIVE:
            motive = None
        self._world.do(
            handing_on.close,
            contact_id=contact.id, agent_id=agent_id, outcome=outcome, motive_id=motive,
            key=f"past-{contact.id}-end", text=note or "",
        )  # fmt: skip

    def _contact(self, contact_id: int) -> Contact:
        contact = self._world.store.contacts.get(contact_id)
        assert contact is not None, "what was begun here is known here"
        return contact


def mail_id(contact_id: int, message_id: int) -> str:
    """The Message-ID of a reply of the past."""
    return f"<past.{contact_id}.{message_id}@affluent.example>"


def _form(contact: Contact) -> str:
    return "chat" if contact.medium is Medium.CHAT else "email"


def _nobody(contact_id: int, turn: int) -> bool:
    return False
