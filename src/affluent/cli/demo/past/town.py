"""The customers of the past: they come by chat, mail and form, wait, give up, write back and come again."""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import replace
from email.utils import format_datetime

from affluent.centre import chatting
from affluent.centre.receive import IncomingForm, IncomingMail, receive_form, receive_mail
from affluent.centre.records import Channel
from affluent.cli.demo import rhythm, stories
from affluent.cli.demo.past.crew import Crew, Told, mail_id
from affluent.cli.demo.past.world import World
from affluent.cli.demo.stories import Customer
from affluent.cli.demo.wording import FORMS, choice_of
from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS
from affluent.facts.states import ContactState

WRITES_BACK = {"chat": 0.93, "email": 0.4, "form": 0.4}
SAYS_GOODBYE = 0.45
"""Of those who give up waiting in a chat, how many say so; the others just close the page."""
COMES_AGAIN = 0.07
RETURNS = 0.12
"""Share of arrivals by customers who came before."""
PARTING_MS = 22 * MINUTE_MS
"""Before the present begins no new chat comes, so that none is cut in the middle."""


class Town:
    """All customers. `channels` are the doors by brand and medium."""

    def __init__(
        self, world: World, crew: Crew, channels: Mapping[tuple[str, str], Channel], chance: random.Random
    ) -> None:
        self._world = world
        self._crew = crew
        self._channels = channels
        self._chance = chance
        self._known: list[Customer] = []
        self._chats: dict[int, int] = {}
        self._mails: dict[int, str] = {}
        self._count = 0
        self._end_ms = 0
        crew.answered = self.heard_answer

    def live(self, start_ms: int, end_ms: int) -> None:
        """Plans the first arrival; each plans the next."""
        self._end_ms = end_ms
        self._next_after(start_ms)

    def _next_after(self, at_ms: int) -> None:
        # Thinning: candidates at the highest rate, each kept with the share of the rate of its hour.
        most = 1.3 * 96 / 80 * rhythm.USUAL_HOUR
        while at_ms < self._end_ms:
            at_ms += max(1, round(self._chance.expovariate(most / HOUR_MS)))
            if self._chance.random() < rhythm.hourly_rate(at_ms) / most:
                self._world.at(at_ms, self._arrival)
                return

    def _arrival(self) -> None:
        self._next_after(self._world.now_ms)
        if self._known and self._chance.random() < RETURNS:
            before = self._chance.choice(self._known[-2_000:])
            fresh = stories.somebody(self._chance, brand=before.story.brand)
            self.come(replace(fresh, name=before.name, email=before.email))
            return
        customer = stories.somebody(self._chance)
        self._known.append(customer)
        self.come(customer)

    def come(self, customer: Customer) -> None:
        if customer.medium == "chat" and self._end_ms - self._world.now_ms < PARTING_MS:
            customer = replace(customer, medium="form")
        match customer.medium:
            case "chat":
                self._chat(customer)
            case "email":
                self._mail(customer)
            case _:
                self._form(customer)

    def _tell(self, contact_id: int, customer: Customer) -> None:
        self._crew.told[contact_id] = Told(customer, customer.story.brand)

    def _channel(self, customer: Customer) -> Channel:
        return self._channels[customer.story.brand, customer.medium]

    def _number(self) -> int:
        self._count += 1
        return self._count

    def _form(self, customer: Customer) -> None:
        channel = self._channel(customer)
        language, brand = customer.language, customer.story.brand
        _, text = stories.asked(customer, self._world.now_ms)
        subject = choice_of(brand, customer.story.motive, language)
        values = {"name": customer.name, "email": customer.email, "subject": subject, "text": text}
        fields = tuple(
            (one["key"], one[f"label_{language}"], values[one["key"]])
            for one in FORMS[brand]["fields"]
            if one["key"] in values
        )
        form = IncomingForm(
            f"past-form:{self._number()}", channel.id, self._world.now_ms, customer.email, customer.name,
            language, subject, fields,
        )  # fmt: skip
        self._tell(self._world.do(receive_form, form), customer)

    def _mail(self, customer: Customer) -> None:
        subject, text = stories.asked(customer, self._world.now_ms)
        self._tell(self._world.do(receive_mail, self._written(customer, subject, text, None)), customer)

    def _written(self, customer: Customer, subject: str, text: str, answers: str | None) -> IncomingMail:
        channel, now_ms = self._channel(replace(customer, medium="email")), self._world.now_ms
        number = self._number()
        message_id = f"<{number}.{customer.seed}@{customer.email.partition('@')[2]}>"
        to = str(channel.settings.get("address", ""))
        when = format_datetime(rhythm.wall(now_ms))
        raw = (
            f'From: "{customer.name}" <{customer.email}>\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {when}\r\n'
            f"Message-ID: {message_id}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
        )
        headers = {
            "from": customer.email, "to": [to], "cc": [], "subject": subject, "message_id": message_id,
            "answer_to": answers, "verdict": {"spf": "none", "dkim": "none", "dmarc": "none"}, "defects": [],
        }  # fmt: skip
        return IncomingMail(
            key=f"past-mail:{number}", channel_id=channel.id, received_ms=now_ms, sender=customer.email,
            sender_name=customer.name, reply_to=customer.email, subject=subject, text=text, new_text=text,
            language=customer.language, message_id=message_id, thread=(answers,) if answers else (),
            headers=headers, raw=raw.encode(),
        )  # fmt: skip

    def _chat(self, customer: Customer) -> None:
        channel, number = self._channel(customer), self._number()
        _, text = stories.asked(customer, self._world.now_ms)
        token = hashlib.sha256(f"past-chat:{number}:{customer.seed}".encode()).digest()
        chat_id = self._world.do(
            chatting.begin,
            channel_id=channel.id,
            token_hash=token,
            language=customer.language,
            page="/demo/site",
        )
        contact_id, _ = self._world.do(
            chatting.say, chat_id=chat_id, key=f"past-say-{number}", text=text, name=customer.name,
            email=customer.email, language=customer.language,
        )  # fmt: skip
        self._tell(contact_id, customer)
        self._chats[contact_id] = chat_id
        self._world.after(rhythm.patience_ms(self._chance), lambda: self._lose_patience(contact_id))

    def _lose_patience(self, contact_id: int) -> None:
        contact = self._world.store.contacts.get(contact_id)
        assert contact is not None, "customers know their own contacts"
        if contact.answered_ms is not None or contact.state not in (
            ContactState.WAITING,
            ContactState.OFFERED,
        ):
            return
        if self._chance.random() < SAYS_GOODBYE:
            self._world.do(chatting.leave, chat_id=self._chats[contact_id])
        self._go(contact_id)

    def _go(self, contact_id: int) -> None:
        self._world.do(chatting.disconnected, chat_id=self._chats[contact_id])

    def heard_answer(self, contact_id: int, turn: int) -> bool:
        """An answer came: the customer may write back. False: they leave it there."""
        told = self._crew.told[contact_id]
        customer = told.customer
        form = "chat" if customer.medium == "chat" else "email"
        text = stories.customer_says(customer.story, customer.language, form, turn, customer.seed)
        if text is None or self._chance.random() > WRITES_BACK[customer.medium]:
            # In a chat the customer just falls silent; by mail there is nothing to wait for.
            return text is not None and form == "chat"
        pause = rhythm.answer_ms(self._chance, form)
        if form == "chat":
            self._world.after(pause, lambda: self._say(contact_id, turn, text))
        elif self._world.now_ms + pause < self._end_ms:
            self._world.after(pause, lambda: self._write_back(contact_id, text))
        return True

    def _say(self, contact_id: int, turn: int, text: str) -> None:
        contact = self._world.store.contacts.get(contact_id)
        if contact is None or contact.state is not ContactState.IN_HAND:
            return
        chat_id = self._chats[contact_id]
        self._world.do(chatting.say, chat_id=chat_id, key=f"past-say-{contact_id}-{turn}", text=text)

    def _write_back(self, contact_id: int, text: str) -> None:
        """A mail in answer: it wakes the contact, or reopens the request with a new one."""
        contact = self._world.store.contacts.get(contact_id)
        assert contact is not None, "customers know their own contacts"
        customer = self._crew.told[contact_id].customer
        answered = self._world.store.messages.of_mail(contact_id, None)
        answers = mail_id(contact_id, answered) if answered is not None else None
        hello = "Hello" if customer.language == "en" else "Bonjour"
        body = f"{hello},\n\n{text}\n\n{customer.name}"
        mail = self._written(customer, f"Re: {contact.subject}", body, answers)
        reopened = self._world.do(receive_mail, mail)
        if reopened != contact_id:
            self._tell(reopened, replace(customer, medium="email"))
            self._crew.told[reopened].turn = 1

    def closed(self, contact_id: int) -> None:
        """It is over; some come back another day."""
        told = self._crew.told[contact_id]
        if contact_id in self._chats:
            self._world.after(round(self._chance.uniform(2, 40)) * 1_000, lambda: self._go(contact_id))
        if self._chance.random() < COMES_AGAIN:
            again = replace(told.customer, seed=self._chance.getrandbits(32))
            self._world.after(rhythm.around(self._chance, 1.5 * DAY_MS, 0.7), lambda: self._again(again))

    def _again(self, customer: Customer) -> None:
        if self._world.now_ms < self._end_ms - PARTING_MS:
            self.come(customer)
