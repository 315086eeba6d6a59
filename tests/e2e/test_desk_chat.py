"""A chat at the built desk, in real browsers against the whole centre: offered, taken, answered, closed by keyboard."""

import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, expect, sync_playwright

import affluent.web
from affluent.cli.compose import compose
from tests.channels.centre import served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

BUILT = Path(affluent.web.__file__).with_name("pages") / "index.html"
AXE = Path(__file__).parents[2] / "ui/node_modules/axe-core/axe.min.js"
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WORD = "une longue phrase de passe"
HOUR_MS = 3_600_000
OPEN_CHAT = """key => new Promise(done => {
  const at = location.origin.replace("http", "ws") + "/chat/v1/socket?lang=fr&site=" + key;
  window.heard = [];
  window.line = new WebSocket(at);
  line.onmessage = event => { heard.push(JSON.parse(event.data)); if (heard.length === 1) done(); };
  line.onopen = () => line.send(JSON.stringify({t: "hello", token: null, since: 0, page: "/", lang: "fr"}));
})"""
SAY = """text => line.send(JSON.stringify(
  {t: "say", key: crypto.randomUUID(), text, name: "Karim Benali", files: []}))"""
HEARD = """text => heard.some(
  one => one.t === "message" && one.message.from === "agent" && one.message.text === text)"""
SERIOUS = """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}))
  .violations.filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => one.id + ": " + one.nodes[0].html)"""


@dataclass(frozen=True)
class Place:
    """A centre with one chat channel and one agent."""

    url: str
    site_key: str
    browser: Browser


@pytest.fixture(scope="module")
def browser() -> Generator[Browser, None, None]:
    for part in (BUILT, CHROMIUM):
        if not part.is_file():
            (pytest.fail if os.environ.get("CI") else pytest.skip)(
                f"{part.name} is missing: `make pages test-parts`"
            )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def _make(api: APIRequestContext, url: str, path: str, **body: Any) -> dict[str, Any]:
    answer = api.post(f"{url}/api/v1{path}", data=body, headers={"X-Affluent": "1"})
    assert answer.ok, answer.text()
    return answer.json()


def _furnish(api: APIRequestContext, url: str) -> str:
    """The first administrator makes a brand, a queue, a chat channel and an agent; returns the site's key."""
    _make(api, url, "/start", name="Odile", email="odile@centre.example", password=WORD, locale="fr")
    brand = _make(
        api, url, "/admin/brands",
        name="Ligéo", colour="#6a4c93", locale="fr", signature_fr="", signature_en="",
    )["id"]  # fmt: skip
    queue = _make(
        api, url, "/admin/queues",
        brand_id=brand, name="Box", medium="chat", tier=5, target_share=0.8, target_ms=60_000, hours_id=None,
        set_aside_ms=30_000, offer_ms=60_000, keep_ms=60_000, skills=[], max_wait_ms=None,
    )["id"]  # fmt: skip
    _make(
        api, url, "/admin/agents",
        name="Camille Rousseau", email="camille@centre.example", password=WORD, role="agent", locale="fr",
        team_id=None, brand_ids=[brand], skills=[], capacity={"chat": 3, "email": 5, "form": 5}, active=True,
    )  # fmt: skip
    settings = {
        "origins": [url], "title_fr": "Parlons", "title_en": "Talk", "colour": "#6a4c93",
        "ask_name": False, "ask_email": False, "warn_after_ms": HOUR_MS, "release_after_ms": 2 * HOUR_MS,
        "close_after_ms": 3 * HOUR_MS, "reopen_within_ms": HOUR_MS, "max_file_bytes": 1_000_000,
    }  # fmt: skip
    channel = _make(
        api, url, "/admin/channels",
        brand_id=brand, medium="chat", name="Site", queue_id=queue, active=True, settings=settings,
    )  # fmt: skip
    return channel["settings"]["site_key"]


@pytest.fixture
def place(dsn: str, browser: Browser) -> Generator[Place, None, None]:
    centre = compose(dsn)
    try:
        assert centre.runner.wait_until_leading(110)
        with served(centre.app) as address:
            url = f"http://{address}"
            office = browser.new_context()
            site_key = _furnish(office.request, url)
            office.close()
            yield Place(url, site_key, browser)
            centre.watch.stop()
    finally:
        centre.stop()


def desk_of(place: Place, width: int) -> Page:
    """Camille, signed in and ready, on a window of this width."""
    page = place.browser.new_context(locale="fr-FR", viewport={"width": width, "height": 860}).new_page()
    page.goto(place.url)
    page.get_by_label("Adresse e-mail").fill("camille@centre.example")
    page.get_by_label("Mot de passe").fill(WORD)
    page.keyboard.press("Enter")
    expect(page.locator(".live")).to_have_text("En direct")
    page.keyboard.press("s")
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_contain_text("Disponible")
    return page


def _sound(page: Page) -> None:
    """No serious fault of accessibility, and nothing wider than the window."""
    if AXE.is_file():
        page.evaluate(AXE.read_text("utf-8"))
        assert page.evaluate(SERIOUS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1440, 390], ids=["desktop", "phone"])
def test_a_chat_from_offer_to_close(place: Place, width: int) -> None:
    customer = place.browser.new_context().new_page()
    customer.goto(f"{place.url}/signin")
    customer.evaluate(OPEN_CHAT, place.site_key)
    desk = desk_of(place, width)
    customer.evaluate(SAY, "Bonjour, plus de connexion depuis ce matin.")

    expect(desk.locator(".offer")).to_contain_text("Karim Benali")
    expect(desk.get_by_role("alert").first).to_contain_text("Karim Benali")
    _sound(desk)
    desk.keyboard.press("F2")
    expect(desk.locator(".msg.in")).to_contain_text("plus de connexion")
    _sound(desk)

    desk.keyboard.press("r")
    desk.keyboard.type("Je regarde votre ligne.")
    desk.keyboard.press("Control+Enter")
    customer.wait_for_function(HEARD, arg="Je regarde votre ligne.")
    expect(desk.locator(".msg.out")).to_have_count(1)
    customer.evaluate(SAY, "Merci beaucoup !")
    expect(desk.locator(".msg.in").last).to_contain_text("Merci beaucoup")

    desk.keyboard.press("Escape")
    desk.keyboard.press("c")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".toast")).to_contain_text("Karim Benali")
    expect(desk.locator(".list a.c")).to_have_count(0)


def test_a_draft_outlives_a_reload(place: Place) -> None:
    customer = place.browser.new_context().new_page()
    customer.goto(f"{place.url}/signin")
    customer.evaluate(OPEN_CHAT, place.site_key)
    desk = desk_of(place, 1440)
    customer.evaluate(SAY, "Bonjour")
    expect(desk.locator(".offer")).to_be_visible()
    desk.keyboard.press("F2")
    expect(desk.locator(".msg.in")).to_be_visible()
    desk.keyboard.press("r")
    desk.keyboard.type("Un brouillon, parmis d’autres")
    expect(desk.locator("button.spell")).to_contain_text("1 mot douteux", timeout=15_000)
    desk.reload()
    expect(desk.locator("textarea")).to_have_value("Un brouillon, parmis d’autres")
