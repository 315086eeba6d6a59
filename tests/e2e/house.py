"""The demonstration in several people's browsers: customers write, people sign in, contacts are brought to a desk."""

import smtplib
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page

from affluent.cli.demo.people import ARVENE, DOMAIN, LIGEO, PASSWORD
from affluent.cli.demo.wording import FORMS
from tests.cli.demo_house import Demonstration

WRITES = {"X-Affluent": "1"}
HEALTH, REPAIR = (FORMS[brand]["address"] for brand in (ARVENE, LIGEO))
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@dataclass
class Seat:
    """Somebody signed in: their browser, and the API as the same person."""

    house: "House"
    context: BrowserContext

    @property
    def api(self) -> APIRequestContext:
        return self.context.request

    def ask(self, path: str) -> Any:
        answer = self.api.get(f"{self.house.address}/api/v1{path}")
        assert answer.ok, answer.text()
        return answer.json()

    def do(self, path: str, body: Any = None, method: str = "POST") -> Any:
        answer = self.api.fetch(
            f"{self.house.address}/api/v1{path}", method=method, data=body or {}, headers=WRITES
        )
        assert answer.ok, answer.text()
        return answer.json()

    def page(self, path: str = "/desk") -> Page:
        page = self.context.new_page()
        page.goto(f"{self.house.address}{path}")
        return page

    def takes(self, contact: int) -> None:
        """A waiting contact is taken by hand, whoever is there."""
        self.do(f"/contacts/{contact}/take")


@dataclass
class House:
    """Everything is done through the doors that people have; each test brings the contacts it looks at."""

    running: Demonstration
    browser: Browser
    _open: list[BrowserContext] = field(default_factory=list[BrowserContext])
    _letters: int = 0
    _sent: dict[int, tuple[str, str]] = field(default_factory=dict[int, tuple[str, str]])

    @property
    def address(self) -> str:
        return self.running.address

    def seat(self, who: str, locale: str = "fr", *, theme: str = "light", **window: Any) -> Seat:
        """Signs `who` in, on a desktop unless `window` says otherwise."""
        made = self.browser.new_context(
            locale="fr-FR" if locale == "fr" else "en-GB",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
            **(window or DESKTOP),
        )
        made.set_default_timeout(15_000)
        self._open.append(made)
        seat = Seat(self, made)
        seat.do("/session", {"email": f"{who}@{DOMAIN}", "password": PASSWORD})
        seat.do("/session", {"locale": locale, "theme": theme}, "PATCH")
        return seat

    def leave(self) -> None:
        """Every browser is closed."""
        while self._open:
            self._open.pop().close()

    def letter(
        self,
        name: str,
        text: str,
        *,
        subject: str = "Ma facture",
        to: str = REPAIR,
        sender: str | None = None,
        answers: int | None = None,
        attachment: tuple[str, str, bytes] | None = None,
    ) -> int:
        """A customer's mail comes in by SMTP; the contact it became, or came to when it `answers` one."""
        self._letters += 1
        token = f"seen-{self._letters}"
        letter = EmailMessage()
        address = sender or f"{token}@customer.example"
        letter["From"] = f"{name} <{address}>"
        letter["To"] = to
        letter["Subject"] = subject
        letter["Message-ID"] = f"<{token}@customer.example>"
        if answers is not None:
            letter["In-Reply-To"] = self._sent[answers][1]
        letter.set_content(text)
        if attachment:
            filename, kind, content = attachment
            main, sub = kind.split("/")
            letter.add_attachment(content, maintype=main, subtype=sub, filename=filename)
        port = self.running.settings.mail_port
        assert port is not None
        with smtplib.SMTP("127.0.0.1", port) as door:
            door.send_message(letter)
        spellings = [f"<{token}@customer.example>", f"{token}@customer.example"]
        with self.running.centre.database.transaction() as conn:
            row = conn.execute(
                "select contact_id from mail_thread where message_id = any(%s)", (spellings,)
            ).fetchone()
        # The door acknowledges after the commit: what it took is there.
        assert row is not None
        self._sent.setdefault(row["contact_id"], (address, letter["Message-ID"]))
        return row["contact_id"]

    def sender_of(self, contact: int) -> str:
        """The address that the first mail of this contact came from."""
        return self._sent[contact][0]
