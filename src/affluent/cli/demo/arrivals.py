"""Lets the first customers in by the real doors: SMTP, the form's door and the chat's socket."""

import json
import secrets
import urllib.request
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from affluent.centre import answering, handing_on, offers, presence
from affluent.centre.searching import Filters
from affluent.centre.wall import Role, Viewer
from affluent.channels.email.message import Attachment
from affluent.cli.compose import Centre
from affluent.cli.demo.customers import VISITS, Visit
from affluent.cli.demo.mailbox import RECEIVED, Draft, Mailbox
from affluent.cli.demo.papers import quote_pdf
from affluent.cli.demo.webmail import Conversation, answer, conversations
from affluent.cli.demo.wording import FORMS

T = TypeVar("T")
PATIENCE_S = 20.0
LOOKING = Viewer(0, "", Role.ADMINISTRATOR, "fr", None)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Doors:
    """Where customers knock: `web` as host:port."""

    web: str
    mail_port: int


class NothingArrived(RuntimeError):
    """A door took what a customer wrote, and the centre shows no contact."""


def first_customers(
    centre: Centre, doors: Doors, mailbox: Mailbox, folder: Path, stopping: Event, here: ExitStack
) -> None:
    """Each customer comes once, even if the centre was stopped while they were coming.

    Those who wait in a chat stay on their page until `here` is closed.
    """
    ledger = folder / "arrived"
    arrived = set(ledger.read_text(encoding="utf-8").split()) if ledger.is_file() else set[str]()
    waiting = [visit for visit in VISITS if visit.key not in arrived]
    if not waiting:
        return
    street = _Street(centre, doors, mailbox, stopping, here)
    try:
        for visit in waiting:
            if stopping.is_set():
                return
            street.let_in(visit)
            with ledger.open("a", encoding="utf-8") as book:
                book.write(f"{visit.key}\n")
    finally:
        street.empty()


class _Street:
    """Customers on their way in, and agents who serve some of them."""

    def __init__(
        self, centre: Centre, doors: Doors, mailbox: Mailbox, stopping: Event, here: ExitStack
    ) -> None:
        self._here = here
        self._centre = centre
        self._doors = doors
        self._mailbox = mailbox
        self._stopping = stopping
        administration = centre.app.state.services.administration
        self._agents = {row["email"]: row["id"] for row in administration.list_(LOOKING, "agents")}
        brands = {row["id"]: row["name"] for row in administration.list_(LOOKING, "brands")}
        self._at_desk: set[int] = set()
        self._keys: dict[tuple[str, str], str] = {}
        for row in administration.list_(LOOKING, "channels"):
            key = row["settings"].get("site_key") or row["settings"].get("form_key")
            if key and row["active"]:
                self._keys[brands[row["brand_id"]], row["medium"]] = key

    def let_in(self, visit: Visit) -> None:
        known = {row["id"] for row in self._contacts()}
        match visit.medium:
            case "email":
                self._mail(visit)
                self._served(visit, self._came(known), None)
            case "form":
                self._form(visit)
                self._served(visit, self._came(known), None)
            case "chat" if visit.agent is None:
                self._say(self._here.enter_context(self._chat(visit)), visit, visit.says[0])
                self._came(known)
            case "chat":
                with self._chat(visit) as socket:
                    self._say(socket, visit, visit.says[0])
                    self._served(visit, self._came(known), socket)

    def empty(self) -> None:
        """The agents leave their desks; what is in their hand by mail stays there."""
        if self._centre.runner.leading:
            for agent_id in sorted(self._at_desk):
                self._centre.runner.do(presence.connection_lost, agent_id=agent_id)

    def _contacts(self) -> list[Row]:
        search = self._centre.app.state.gathered.search
        return search.search(LOOKING, Filters(), None, None, self._centre.clock.now_ms())["items"]

    def _came(self, known: set[int]) -> int:
        def fresh() -> int | None:
            return next((row["id"] for row in self._contacts() if row["id"] not in known), None)

        return self._until(fresh)

    def _until(self, look: Callable[[], T | None]) -> T:
        for _ in range(int(PATIENCE_S / 0.05)):
            found = look()
            if found is not None:
                return found
            if self._stopping.wait(0.05):
                break
        raise NothingArrived

    def _mail(self, visit: Visit) -> None:
        attachments = (
            ()
            if visit.attachment is None
            else (Attachment(visit.attachment, "application/pdf", quote_pdf(visit.subject)),)
        )
        self._mailbox.send(
            Draft(
                sender_name=visit.name,
                sender=visit.email,
                to=FORMS[visit.brand]["address"],
                subject=visit.subject,
                text=visit.says[0],
                html=visit.html,
                attachments=attachments,
                # The same at a second try, so that the centre knows it for the same.
                message_id=f"<{visit.key}@{visit.email.partition('@')[2]}>",
            ),
            self._doors.mail_port,
        )

    def _write_back(self, visit: Visit, text: str) -> None:
        """The customer answers the answer, once it has reached their mailbox."""

        def answered() -> Conversation | None:
            every = conversations([one for one in self._mailbox.letters() if one.customer == visit.email])
            return next((one for one in every if one.last.direction == RECEIVED), None)

        self._mailbox.send(answer(self._until(answered), text, visit.lang), self._doors.mail_port)

    def _form(self, visit: Visit) -> None:
        values = {"name": visit.name, "email": visit.email, "subject": visit.subject, "text": visit.says[0]}
        request = urllib.request.Request(
            f"http://{self._doors.web}/form/v1/{self._keys[visit.brand, 'form']}?lang={visit.lang}",
            json.dumps({"key": f"demo-first-customers-{visit.key}", "values": values}).encode(),
            {"Content-Type": "application/json", "Origin": f"http://{self._doors.web}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S):  # noqa: S310 -- our own address
            return

    @contextmanager
    def _chat(self, visit: Visit) -> Generator[ClientConnection]:
        address = (
            f"ws://{self._doors.web}/chat/v1/socket?site={self._keys[visit.brand, 'chat']}&lang={visit.lang}"
        )
        page = f"http://{self._doors.web}/demo/site"
        with connect(address, origin=Origin(f"http://{self._doors.web}")) as socket:
            socket.send(
                json.dumps({"t": "hello", "token": None, "since": 0, "page": page, "lang": visit.lang})
            )
            self._hear(socket, "welcome")
            yield socket

    def _say(self, socket: ClientConnection, visit: Visit, text: str) -> None:
        who = {"name": visit.name, "email": visit.email}
        socket.send(json.dumps({"t": "say", "key": secrets.token_hex(16), "text": text, "files": [], **who}))
        self._hear(socket, "ack")

    @staticmethod
    def _hear(socket: ClientConnection, kind: str) -> None:
        while (frame := json.loads(socket.recv(timeout=PATIENCE_S)))["t"] != kind:
            if frame["t"] == "refused":
                raise NothingArrived(frame.get("code"))

    def _served(self, visit: Visit, contact_id: int, socket: ClientConnection | None) -> None:
        if visit.agent is None:
            return
        runner, agent_id = self._centre.runner, self._agents[visit.agent]
        if agent_id not in self._at_desk:
            # There, so that a chat stays in hand; not ready, so that nothing else is offered.
            runner.do(presence.set_presence, agent_id=agent_id, state="away", reason="other")
            self._at_desk.add(agent_id)
        runner.do(offers.take, contact_id=contact_id, agent_id=agent_id)
        for turn, text in enumerate(visit.answers):
            key = f"demo-{visit.key}-{turn}"
            runner.do(answering.reply, contact_id=contact_id, agent_id=agent_id, key=key, text=text)
            if turn + 1 >= len(visit.says):
                continue
            if socket is not None:
                self._say(socket, visit, visit.says[turn + 1])
            else:
                self._write_back(visit, visit.says[turn + 1])
        if visit.outcome is not None:
            runner.do(handing_on.close, contact_id=contact_id, agent_id=agent_id, outcome=visit.outcome)
