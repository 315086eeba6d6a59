"""A centre with one chat channel and one agent, and a customer who writes by the chat's own protocol."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import APIRequestContext, Browser, Page, expect

WORD = "une longue phrase de passe"
HOUR_MS = 3_600_000
WRITES = {"X-Affluent": "1"}
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


@dataclass(frozen=True)
class Place:
    """Where the centre is, and the key of its chat."""

    url: str
    site_key: str
    browser: Browser


def _make(api: APIRequestContext, url: str, path: str, **body: Any) -> dict[str, Any]:
    answer = api.post(f"{url}/api/v1{path}", data=body, headers=WRITES)
    assert answer.ok, answer.text()
    return answer.json()


def furnish(api: APIRequestContext, url: str) -> str:
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
