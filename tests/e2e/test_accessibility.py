"""axe-core on every page of a real centre: two languages, light and dark, desktop and phone, dialogs and menus open."""

import re
import smtplib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from affluent.centre.administration.nouns import NOUNS
from affluent.cli.demo.people import PASSWORD
from affluent.cli.demo.wording import FORMS
from tests.cli.demo_house import Demonstration
from tests.e2e.sight import findings

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
ROOT = Path(__file__).parents[2]

# Each pair of (language, theme, window) is among these four.
LOOKS = [
    ("fr", "light", "desktop"),
    ("fr", "dark", "phone"),
    ("en", "light", "phone"),
    ("en", "dark", "desktop"),
]
WINDOWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
WRITES = {"X-Affluent": "1"}

Look = tuple[str, str, str]


def _customers_write(running: Demonstration) -> None:
    """Mail enough for every look to find some at the desk."""
    assert running.settings.mail_port is not None
    to = [one["address"] for one in FORMS.values()]
    with smtplib.SMTP("127.0.0.1", running.settings.mail_port) as door:
        for number in range(1, 17):
            letter = EmailMessage()
            letter["From"] = f"Anaïs Rivière <anais.{number}@customer.example>"
            letter["To"] = to[number % len(to)]
            letter["Subject"] = f"Facture n° {4100 + number}"
            letter["Message-ID"] = f"<axe-{number}@customer.example>"
            letter.set_content(
                "Bonjour,\n\nJe ne comprends pas ma facture. Pouvez-vous m’aider ?\n\nAnaïs Rivière"
            )
            door.send_message(letter)


@pytest.fixture(scope="module")
def centre(running: Demonstration) -> Demonstration:
    """A demonstration with its first customers, for all looks."""
    _customers_write(running)
    return running


@contextmanager
def window(browser: Browser, look: Look) -> Generator[BrowserContext]:
    locale, theme, size = look
    made = browser.new_context(
        locale="fr-FR" if locale == "fr" else "en-GB",
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        **WINDOWS[size],
    )
    made.set_default_timeout(20_000)
    try:
        yield made
    finally:
        made.close()


class Walk:
    """Goes from page to page and keeps what axe-core finds, so that one run tells all."""

    def __init__(self, page: Page, centre: Demonstration) -> None:
        self.page = page
        self.address = centre.address
        self.found: dict[str, list[str]] = {}

    def to(self, path: str, sign: str) -> None:
        """Opens a page and waits for `sign`, a selector."""
        self.page.goto(f"{self.address}{path}")
        self.look(path, sign)

    def look(self, name: str, sign: str) -> None:
        self.page.locator(sign).first.wait_for()
        expect(self.page.locator("main [aria-busy=true]")).to_have_count(0)
        found = findings(self.page)
        if found:
            self.found[name] = found

    def sign_in(self, who: str, look: Look) -> None:
        api = self.page.context.request
        pair = {"email": f"{who}@affluent.example", "password": PASSWORD}
        assert api.post(f"{self.address}/api/v1/session", data=pair, headers=WRITES).ok
        mine = {"locale": look[0], "theme": look[1]}
        assert api.patch(f"{self.address}/api/v1/session", data=mine, headers=WRITES).ok


@pytest.fixture(params=LOOKS, ids="-".join)
def look(request: pytest.FixtureRequest) -> Look:
    return request.param


def test_pages_before_sign_in(centre: Demonstration, browser: Browser, look: Look) -> None:
    with window(browser, look) as made:
        walk = Walk(made.new_page(), centre)
        walk.to("/signin", "input[type=password]")
        walk.page.get_by_label(re.compile("E-mail|e-mail")).fill("nobody@affluent.example")
        walk.page.locator("input[type=password]").fill("not the password")
        walk.page.keyboard.press("Enter")
        walk.look("/signin, refused", "[role=alert], .wrong")
        for path in ("/demo", "/demo/mail", "/demo/site/arvene", "/demo/site/ligeo", "/nowhere"):
            walk.to(path, "a:visible")
        assert walk.found == {}


def test_pages_behind_sign_in(centre: Demonstration, browser: Browser, look: Look) -> None:
    """Every route of the pages that needs no number: a new page is looked at without being named here."""
    router = (ROOT / "ui/src/router.tsx").read_text("utf-8")
    paths = sorted(set(re.findall(r'path: "(/[a-z][a-z/-]*)"', router)) - {"/start", "/signin", "/admin"})
    assert "/account" in paths and "/desk" in paths, "the pattern no longer finds the routes"
    with window(browser, look) as made:
        walk = Walk(made.new_page(), centre)
        walk.sign_in("helene", look)
        for path in paths:
            walk.to(path, "main")
        assert walk.found == {}


def test_settings(centre: Demonstration, browser: Browser, look: Look) -> None:
    with window(browser, look) as made:
        walk = Walk(made.new_page(), centre)
        walk.sign_in("claire", look)
        walk.to("/admin", ".nouns a")
        links = walk.page.locator(".nouns a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        for path in {str(one) for one in links} - {f"/admin/{noun}" for noun in NOUNS}:
            walk.to(path, ".admin h2")
        for noun in NOUNS:
            walk.to(f"/admin/{noun}", ".items")
            first = walk.page.locator(".items li a").first
            if first.count():
                first.click()
                walk.look(f"/admin/{noun}/…", "form .ends, form fieldset")
            if not NOUNS[noun].given:
                walk.to(f"/admin/{noun}/new", "form fieldset")
        walk.to("/admin/audit", ".audit summary")
        walk.page.locator(".audit summary").first.click()
        walk.look("/admin/audit, open", ".audit dl")
        walk.to("/admin/sessions", ".held li")
        walk.to("/account", "#keys")
        assert walk.found == {}


def _menu(walk: Walk, name: str, opener: Callable[[], None], sign: str) -> None:
    opener()
    walk.look(name, sign)
    walk.page.keyboard.press("Escape")
    expect(walk.page.locator(sign)).to_have_count(0)


def test_the_desk_with_its_dialogs(centre: Demonstration, browser: Browser, look: Look) -> None:
    with window(browser, look) as made:
        page = made.new_page()
        walk = Walk(page, centre)
        walk.sign_in("thomas", look)
        api = made.request
        desk = f"{centre.address}/api/v1"
        assert api.put(f"{desk}/desk/presence", data={"state": "ready"}, headers=WRITES).ok
        walk.to("/desk", "article.offer, .list a.c")
        _menu(walk, "/desk, status", lambda: page.locator("button.status").click(), "[role=menu]")
        if page.locator("article.offer").count():
            page.keyboard.press("F2")
        else:
            page.locator(".list a.c").first.click()
        walk.look("/desk/…", ".thread .msg")
        for key, sign in (
            ("t", "[role=dialog]"),
            ("c", "[role=dialog]"),
            ("?", "[role=dialog]"),
            ("m", "[role=menu]"),
            ("Control+k", "[role=dialog]"),
        ):
            _menu(walk, f"/desk, {key}", lambda key=key: page.keyboard.press(key), sign)
        page.keyboard.press("n")
        page.keyboard.type("Une note, avec une fote.")
        walk.look("/desk, note", "#composer.is-note, .is-note textarea")
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        walk.look("/desk, card", ".blk .edit, .sheet .facts")
        assert api.put(f"{desk}/desk/presence", data={"state": "offline"}, headers=WRITES).ok
        assert walk.found == {}


def test_the_widget_in_its_states(centre: Demonstration, browser: Browser, look: Look) -> None:
    with window(browser, look) as made:
        page = made.new_page()
        walk = Walk(page, centre)
        walk.to("/demo/site/ligeo", "affluent-chat .launch")
        page.click("affluent-chat .launch")
        walk.look("chat, before a word", "affluent-chat textarea")
        page.fill("affluent-chat input[name=name]", "Inès Axe")
        page.fill("affluent-chat textarea", "Ma box ne répond plus.")
        page.press("affluent-chat textarea", "Enter")
        walk.look("chat, waiting", "affluent-chat .log .mine, affluent-chat .log")
        made.set_offline(True)
        page.wait_for_timeout(1500)
        walk.look("chat, cut off", "affluent-chat .log")
        made.set_offline(False)
        page.keyboard.press("Escape")
        walk.look("chat, reduced", "affluent-chat .launch")
        form = page.locator("affluent-form")
        form.get_by_role("button").last.click()
        walk.look("form, refused", "affluent-form")
        assert walk.found == {}
