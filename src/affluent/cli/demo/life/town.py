"""Simulated customers: they write by the widget's socket, by SMTP and by the form, wait, give up and write back."""

import asyncio
import json
import secrets
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from affluent.cli.clock import WallClock
from affluent.cli.demo import rhythm, stories
from affluent.cli.demo.life.street import Json, Street
from affluent.cli.demo.mailbox import Draft, Mailbox
from affluent.cli.demo.stories import Customer
from affluent.cli.demo.webmail import Conversation, answer
from affluent.cli.demo.wording import FORMS, choice_of
from affluent.facts.instants import HOUR_MS, MINUTE_MS

CHATS_MAX = 80
WAITING_MAX = 250
WRITES_BACK = {"chat": 0.92, "mail": 0.4}
SAYS_GOODBYE = 0.45
MAIL_ANSWER_MS = 14 * MINUTE_MS
CORRESPONDENTS_MAX = 2_000
HANGS_ON_MS = 40 * MINUTE_MS
VISITED = 2.0
"""With a visitor at a desk more customers come, so that the visitor has something to do."""


class Town:
    """All simulated customers."""

    def __init__(self, street: Street) -> None:
        self._street = street
        self._mailbox = Mailbox(Path(street.doors.mail_folder), WallClock())
        self._chats = 0
        self._writers: dict[str, tuple[Customer, int]] = {}
        self.waiting = 0
        """How many contacts wait in the centre, as the agents' desks say."""

    @property
    def chats(self) -> int:
        """Customers who are in a chat now."""
        return self._chats

    async def live(self) -> None:
        """Customers come for as long as this runs."""
        street = self._street
        while True:
            await street.tempo.running()
            rate = rhythm.lively_rate(street.tempo.now_ms()) * street.tempo.pace.crowd
            if street.seats:
                rate *= VISITED
            await street.tempo.rest(street.chance.expovariate(rate / HOUR_MS))
            if self.waiting > WAITING_MAX:
                # Nobody would come to this centre any more.
                continue
            self.come(stories.somebody(street.chance))

    def come(self, customer: Customer) -> None:
        """One customer knocks."""
        self._street.remember(customer.name)
        match customer.medium:
            case "chat" if self._chats < CHATS_MAX:
                self._street.start(self._chat(customer), "chat")
            case "email":
                self._street.start(self._mail(customer), "mail")
            case "form":
                self._street.start(self._form(customer), "form")
            case _:
                return
        self._street.counts[customer.medium] += 1

    def _asked(self, customer: Customer) -> tuple[str, str]:
        return stories.asked(customer, self._street.tempo.now_ms())

    async def _form(self, customer: Customer) -> None:
        key = self._street.doors.keys[customer.story.brand]["form"]
        _, text = self._asked(customer)
        about = choice_of(customer.story.brand, customer.story.motive, customer.language)
        values = {"name": customer.name, "email": customer.email, "subject": about, "text": text}
        transport = httpx.AsyncHTTPTransport(local_address=self._street.address(), verify=False)
        web = f"http://{self._street.doors.web}"
        async with httpx.AsyncClient(transport=transport, base_url=web, timeout=30) as client:
            answered = await client.post(
                f"/form/v1/{key}?lang={customer.language}",
                json={"key": secrets.token_hex(16), "values": values},
                headers={"Origin": web},
            )
            answered.raise_for_status()
        self._correspond(customer)

    async def _mail(self, customer: Customer) -> None:
        subject, text = self._asked(customer)
        to: str = FORMS[customer.story.brand]["address"]
        draft = Draft(customer.name, customer.email, to, subject, text)
        await asyncio.to_thread(self._mailbox.send, draft, self._street.doors.mail_port)
        self._correspond(customer)

    def _correspond(self, customer: Customer) -> None:
        self._writers[customer.email] = (customer, 0)
        while len(self._writers) > CORRESPONDENTS_MAX:
            del self._writers[next(iter(self._writers))]

    def letter(self, name: str, to: str) -> None:
        """A mail of the centre has come to somebody's mailbox."""
        known = self._writers.pop(to, None)
        if known is None:
            return
        customer, turn = known
        text = stories.customer_says(customer.story, customer.language, "email", turn, customer.seed)
        if text is not None and self._street.chance.random() < WRITES_BACK["mail"]:
            self._writers[to] = (customer, turn + 1)
            self._street.start(self._write_back(name, customer, text), "mail")

    async def _write_back(self, name: str, customer: Customer, text: str) -> None:
        await self._street.tempo.rest(rhythm.around(self._street.chance, MAIL_ANSWER_MS, 0.8))
        letter = await asyncio.to_thread(self._mailbox.letter, name)
        if letter is None:
            return
        now_ms = self._street.tempo.now_ms()
        said = stories.filled(text, customer.seed, customer.language, customer.story.brand, now_ms)
        hello = "Hello" if customer.language == "en" else "Bonjour"
        draft = answer(Conversation([letter]), f"{hello},\n\n{said}\n\n{customer.name}", customer.language)
        await asyncio.to_thread(self._mailbox.send, draft, self._street.doors.mail_port)
        self._street.counts["written_back"] += 1

    async def _chat(self, customer: Customer) -> None:
        self._chats += 1
        try:
            await _Chat(self._street, customer, self._asked(customer)[1]).run()
        finally:
            self._chats -= 1


class _Chat:
    """One customer in the chat of a site, until it is over or they have had enough."""

    def __init__(self, street: Street, customer: Customer, first: str) -> None:
        self._street = street
        self._customer = customer
        self._unsaid: list[tuple[str, str]] = [(secrets.token_hex(16), first)]
        self._token: str | None = None
        self._seen = 0
        self._turn = 0
        self._answered = asyncio.Event()
        self._over = False
        self._enough = asyncio.Event()

    async def run(self) -> None:
        patience = asyncio.create_task(self._wait())
        try:
            for tried in range(5):
                try:
                    await self._visit()
                    return
                except (OSError, WebSocketException):
                    # The network, or a server that starts anew: the page comes back with its token.
                    if self._over or tried == 4:
                        return
                    await asyncio.sleep(1 + tried)
        finally:
            patience.cancel()

    async def _visit(self) -> None:
        doors, language = self._street.doors, self._customer.language
        key = doors.keys[self._customer.story.brand]["chat"]
        address = self._street.address()
        more: dict[str, Any] = {} if address is None else {"local_addr": (address, 0)}
        async with connect(
            f"ws://{doors.web}/chat/v1/socket?site={key}&lang={language}",
            origin=Origin(f"http://{doors.web}"), compression=None, open_timeout=30, proxy=None, **more,
        ) as socket:  # fmt: skip
            hello = {
                "t": "hello",
                "token": self._token,
                "since": self._seen,
                "page": "/demo",
                "lang": language,
            }
            await socket.send(json.dumps(hello))
            listening = asyncio.create_task(self._listen(socket))
            leaving = asyncio.create_task(self._leave(socket))
            done, waiting = await asyncio.wait((listening, leaving), return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            for task in done:
                task.result()

    async def _listen(self, socket: ClientConnection) -> None:
        async for raw in socket:
            frame: Json = json.loads(raw)
            match frame["t"]:
                case "welcome":
                    self._token = frame["token"]
                    for key, text in self._unsaid:
                        await self._send(socket, key, text)
                    for message in frame["messages"]:
                        self._hear(socket, message)
                    self._stands(frame["state"])
                case "message":
                    self._hear(socket, frame["message"])
                case "ack":
                    self._unsaid = [one for one in self._unsaid if one[0] != frame["key"]]
                case "state":
                    self._stands(frame["state"])
                case "refused":
                    self._street.counts["refused"] += 1
                    return
                case _:
                    pass
            if self._over:
                return

    def _stands(self, state: str) -> None:
        if state in ("in_hand", "warned"):
            self._answered.set()
        if state == "closed" and not self._unsaid:
            self._end()

    def _hear(self, socket: ClientConnection, message: Json) -> None:
        if message["seq"] <= self._seen:
            return
        self._seen = message["seq"]
        if message["from"] != "agent":
            return
        turn, self._turn = self._turn, self._turn + 1
        one = self._customer
        text = stories.customer_says(one.story, one.language, "chat", turn, one.seed)
        if text is None or self._street.chance.random() > WRITES_BACK["chat"]:
            return
        self._street.start(self._answer(socket, text, message["seq"]), "chat")

    async def _answer(self, socket: ClientConnection, text: str, read: int) -> None:
        pause_ms = rhythm.answer_ms(self._street.chance, "chat")
        try:
            await self._street.tempo.rest(pause_ms / 2)
            await socket.send(json.dumps({"t": "read", "seq": read}))
            await socket.send(json.dumps({"t": "typing", "on": True}))
            await self._street.tempo.rest(pause_ms / 2)
            one, now_ms = self._customer, self._street.tempo.now_ms()
            said = stories.filled(text, one.seed, one.language, one.story.brand, now_ms)
            self._unsaid.append((key := secrets.token_hex(16), said))
            await self._send(socket, key, said)
        except ConnectionClosed:
            # Said again when the page has come back, or never when the chat is over.
            return

    async def _send(self, socket: ClientConnection, key: str, text: str) -> None:
        who = {"name": self._customer.name, "email": self._customer.email}
        await socket.send(json.dumps({"t": "say", "key": key, "text": text, "files": [], **who}))

    async def _wait(self) -> None:
        """Patience ends while nobody answers."""
        await self._street.tempo.rest(rhythm.patience_ms(self._street.chance))
        if not self._answered.is_set():
            self._end()

    def _end(self) -> None:
        self._over = True
        self._enough.set()

    async def _leave(self, socket: ClientConnection) -> None:
        """Leaves when the patience is over, in silence or not; and once all is quiet for long."""
        quiet = asyncio.create_task(self._street.tempo.rest(HANGS_ON_MS))
        enough = asyncio.create_task(self._enough.wait())
        try:
            await asyncio.wait((quiet, enough), return_when=asyncio.FIRST_COMPLETED)
        finally:
            quiet.cancel()
            enough.cancel()
        if not self._answered.is_set():
            self._street.counts["gave_up"] += 1
            if self._street.chance.random() < SAYS_GOODBYE:
                await socket.send(json.dumps({"t": "leave"}))
