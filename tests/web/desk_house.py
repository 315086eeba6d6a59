"""A composed centre behind its API, for tests: browsers of its people, mail that comes in, and its database."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from itertools import count
from typing import Any, LiteralString

import httpx
from starlette.testclient import TestClient

from affluent.centre import passwords
from affluent.centre.receive import IncomingMail, receive_mail
from affluent.cli.compose import Centre, compose
from affluent.routing import warm_up
from affluent.storage.database import Database
from affluent.storage.words import WordsFollower
from tests.centre.stage import Ids, furnish
from tests.web.house import WRITES

PASSWORD = "a-long-password"
BEHIND: LiteralString = """
select from words_position where seq < (select max(seq) from journal) or exists (select from words_due)"""


def indexed_first(database: Database) -> Callable[[httpx.Request], None]:
    """For a browser of tests: it searches when all that was written can be found."""
    follower = WordsFollower(database)

    def behind() -> bool:
        with database.transaction() as conn:
            return conn.execute(BEHIND).fetchone() is not None

    def before(request: httpx.Request) -> None:
        # A saved view may hold words as well.
        while ("q" in request.url.params or request.url.path.endswith("/counts")) and behind():
            follower.follow()

    return before


class DeskHouse:
    """Ada and Bob serve north, Cleo south, Sam supervises both (see tests/centre/stage.py)."""

    def __init__(self, dsn: str) -> None:
        self.ids: Ids = furnish(dsn)
        self.numbers = count(1)
        self.database = Database(dsn, size_max=2)
        self.database.open()
        with self.database.transaction() as conn:
            conn.execute("update account set password_hash = %s", (passwords.hashed(PASSWORD),))
        self.centre: Centre = compose(dsn)
        assert self.centre.runner.wait_until_leading(30)

    def browser(self, name: str, **headers: str) -> TestClient:
        client = TestClient(self.centre.app, base_url="http://centre.test", headers={**WRITES, **headers})
        client.event_hooks = {"request": [indexed_first(self.database)]}
        answer = client.post("/api/v1/session", json={"email": f"{name}@example.org", "password": PASSWORD})
        assert answer.status_code in (200, 201), answer.text
        return client

    def do(self, use_case: Any, **arguments: Any) -> Any:
        return self.centre.runner.do(use_case, **arguments)

    def mail(self, text: str = "Where?", **parts: Any) -> int:
        number = next(self.numbers)
        usual: dict[str, Any] = {
            "key": f"mail-{number}",
            "channel_id": self.ids.mail_door,
            "received_ms": 0,
            "sender": "zoe@customer.example",
            "sender_name": "Zoe",
            "reply_to": "",
            "subject": "Parcel",
            "text": text,
            "new_text": text,
            "message_id": f"<{number}@customer.example>",
        }
        return self.do(receive_mail, mail=IncomingMail(**{**usual, **parts}))

    def query(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        with self.database.transaction() as conn:
            return conn.execute(sql.encode(), params).fetchall()

    def facts(self, contact_id: int) -> list[str]:
        rows = self.query("select kind from journal where contact_id = %s order by seq", contact_id)
        return [row["kind"] for row in rows]

    def in_hand(self, browser: TestClient, **parts: Any) -> int:
        """A mail comes in and this agent, who alone is ready, accepts it."""
        browser.put("/api/v1/desk/presence", json={"state": "ready"}).raise_for_status()
        contact = self.mail(**parts)
        browser.post(f"/api/v1/contacts/{contact}/accept").raise_for_status()
        return contact

    def stop(self) -> None:
        self.centre.stop()
        self.database.close()


@contextmanager
def desk_house(dsn: str) -> Generator[DeskHouse]:
    warm_up(lambda line: None)
    made = DeskHouse(dsn)
    try:
        yield made
    finally:
        made.stop()
