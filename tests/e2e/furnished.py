"""A small centre of two brands with a past of one's choice, served to browsers; signing in; pictures of its pages."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize

from affluent.centre import passwords
from affluent.cli.compose import compose
from affluent.facts.media import Medium
from affluent.storage.database import Conn, Database
from affluent.storage.following import OutcomeFollower
from tests.centre.stage import Ids, furnish, insert
from tests.channels.centre import served
from tests.support.history import Line

WORD = "a-long-password"
WRITES = {"X-Affluent": "1"}
PICTURES = os.environ.get("AFFLUENT_PICTURES")
"""A folder to leave pictures of pages in, for people to look at."""
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Furnished:
    """Root administers, Pia plans; Sam supervises, Ada, Bob and Cleo serve."""

    url: str
    ids: Ids
    database: Database


def north_lines(ids: Ids) -> list[Line]:
    """The chats and the mail of the first brand."""
    return [
        Line(ids.chat, ids.chat_door, ids.north, Medium.CHAT, (ids.ada, ids.bob)),
        Line(ids.mail, ids.mail_door, ids.north, Medium.EMAIL, (ids.ada, ids.bob)),
    ]


def south_line(ids: Ids) -> Line:
    """The chats of the second brand."""
    return Line(ids.south_chat, ids.south_door, ids.south, Medium.CHAT, (ids.cleo,))


@contextmanager
def furnished(
    dsn: str, past: Callable[[Conn, Ids, int], None] | None = None, **parts: Any
) -> Generator[Furnished]:
    """`past` writes what happened before `now_ms`; `parts` are what the centre is composed with."""
    ids = furnish(dsn)
    database = Database(dsn, size_max=2)
    database.open()
    with database.transaction() as conn:
        insert(conn, "account", email="root@example.org", name="Root", role="administrator", created_ms=0)
        planner = insert(conn, "account", email="pia@example.org", name="Pia", role="planner", created_ms=0)
        for brand in (ids.north, ids.south):
            conn.execute("insert into account_brand (account_id, brand_id) values (%s, %s)", (planner, brand))
        conn.execute("update account set password_hash = %s", (passwords.hashed(WORD),))
        now = conn.execute("select (extract(epoch from now()) * 1000)::bigint as ms").fetchone()
        assert now is not None
        if past is not None:
            past(conn, ids, now["ms"])
    if past is not None:
        OutcomeFollower(database).catch_up()
    centre = compose(dsn, **parts)
    try:
        assert centre.runner.wait_until_leading(60)
        with served(centre.app) as address:
            yield Furnished(f"http://{address}", ids, database)
    finally:
        centre.stop()
        database.close()


def opened(browser: Browser, url: str, name: str, path: str | None, locale: str = "fr", **look: Any) -> Page:
    """A page of `name`, in a language whatever one a test before chose for this account. `path` None: nothing yet."""
    page = browser.new_context(base_url=url, locale="fr-FR", **look).new_page()
    answer = page.request.post(
        f"{url}/api/v1/session", data={"email": f"{name}@example.org", "password": WORD}, headers=WRITES
    )
    assert answer.ok, answer.text()
    page.request.patch(f"{url}/api/v1/session", data={"locale": locale, "theme": "auto"}, headers=WRITES)
    if path is not None:
        page.goto(path)
    return page


def picture(page: Page, name: str, *, full_page: bool = True) -> None:
    """Leaves one, where pictures are wanted."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=full_page)
