"""The built board in real browsers against the whole centre: what happens shows, and each lever moves something."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import APIRequestContext, Browser, Page, expect

from affluent.cli.compose import compose
from tests.channels.centre import served
from tests.e2e.sight import sound

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

WORD = "une longue phrase de passe"
HEADERS = {"X-Affluent": "1"}


@dataclass(frozen=True)
class Place:
    """A centre with two chat queues, a supervisor and an agent; and a shop with the widget."""

    url: str
    shop: str
    browser: Browser

    def signed_in(self, name: str, path: str, *, width: int = 1440, theme: str = "light") -> Page:
        context = self.browser.new_context(locale="fr-FR", viewport={"width": width, "height": 860})
        entry = {"email": f"{name}@centre.example", "password": WORD}
        assert context.request.post(f"{self.url}/api/v1/session", data=entry, headers=HEADERS).ok
        prefer = {"theme": theme}
        assert context.request.patch(f"{self.url}/api/v1/session", data=prefer, headers=HEADERS).ok
        page = context.new_page()
        page.goto(self.url + path)
        return page

    def visitor(self) -> Page:
        page = self.browser.new_context(locale="fr-FR").new_page()
        page.goto(self.shop)
        page.locator("button.launch").click()
        return page


def _furnish(api: APIRequestContext, url: str, origin: str) -> str:
    """A brand with two chat queues, one door, Sophie who supervises and Camille who serves; the site's key."""

    def make(path: str, **body: Any) -> dict[str, Any]:
        answer = api.post(f"{url}/api/v1{path}", data=body, headers=HEADERS)
        assert answer.ok, answer.text()
        return answer.json()

    make("/start", name="Odile", email="odile@centre.example", password=WORD, locale="fr")
    brand = make("/admin/brands", name="Ligéo", colour="#6a4c93")["id"]
    queues = [
        make("/admin/queues", brand_id=brand, name=name, medium="chat", target_ms=600_000)["id"]
        for name in ("Box", "Contrats")
    ]
    for name, role in (("Sophie", "supervisor"), ("Camille", "agent")):
        email = f"{name.lower()}@centre.example"
        make("/admin/agents", name=name, email=email, password=WORD, role=role, brand_ids=[brand])
    settings = {"origins": [origin], "ask_name": False, "title_fr": "Parlons", "title_en": "Talk"}
    channel = make(
        "/admin/channels", brand_id=brand, medium="chat", name="Site", queue_id=queues[0], settings=settings
    )
    return channel["settings"]["site_key"]


@pytest.fixture
def place(dsn: str, browser: Browser) -> Generator[Place, None, None]:
    shop = FastAPI()
    script: list[str] = []

    @shop.get("/", response_class=HTMLResponse)
    def page() -> str:
        return f'<!doctype html><html lang="fr"><title>Boutique</title><h1>Boutique</h1>{script[0]}'

    centre = compose(dsn)
    try:
        assert centre.runner.wait_until_leading(110)
        with served(centre.app) as address, served(shop) as shop_at:
            office = browser.new_context()
            key = _furnish(office.request, f"http://{address}", f"http://{shop_at}")
            office.close()
            script.append(f'<script src="http://{address}/widget/affluent.js" data-site="{key}"></script>')
            yield Place(f"http://{address}", f"http://{shop_at}", browser)
            centre.watch.stop()
    finally:
        centre.stop()


def _row(page: Page, queue: str) -> Any:
    return page.locator("tbody tr", has_text=queue)


def _writes(visitor: Page, text: str) -> None:
    visitor.locator("textarea").fill(text)
    visitor.keyboard.press("Enter")
    expect(visitor.locator(".mine")).to_contain_text(text)


def test_a_contact_becomes_a_dot_and_is_moved_to_another_queue(place: Place) -> None:
    board = place.signed_in("sophie", "/board")
    expect(_row(board, "Box")).to_be_visible()
    expect(board.locator(".pip")).to_have_count(0)
    sound(board)
    _writes(place.visitor(), "Bonjour, ma box clignote.")
    expect(_row(board, "Box").locator(".pip")).to_have_count(1)
    expect(board.locator(".figure").first).to_contain_text("1")
    expect(board.locator(".al")).to_contain_text("personne n’est là", timeout=15_000)
    sound(board)

    board.locator("button.figure").first.click()
    board.get_by_role("button", name="Réaffecter").click()
    board.get_by_role("option", name="Contrats").click()
    sound(board)
    board.get_by_role("dialog").get_by_role("button", name="Réaffecter", exact=True).click()
    expect(board.locator(".toast")).to_contain_text("Contrats")
    board.keyboard.press("Escape")
    expect(_row(board, "Contrats").locator(".pip")).to_have_count(1)
    expect(_row(board, "Box").locator(".pip")).to_have_count(0)


def test_a_closed_chat_says_so_on_the_site_and_opens_again(place: Place) -> None:
    visitor = place.visitor()
    expect(visitor.locator("textarea")).to_be_enabled()
    board = place.signed_in("sophie", "/board")
    _row(board, "Box").get_by_role("button", name="Agir sur Box").click()
    board.get_by_role("menuitem", name="Fermer le canal").click()
    board.get_by_label("Message aux clients, en français").fill("Panne en cours, nous revenons.")
    sound(board)
    board.get_by_role("dialog").get_by_role("button", name="Fermer le canal").click()
    expect(visitor.locator(".state")).to_have_text("Panne en cours, nous revenons.")
    expect(visitor.locator("textarea")).to_be_disabled()
    late = place.visitor()
    expect(late.locator(".state")).to_have_text("Panne en cours, nous revenons.")
    expect(_row(board, "Box")).to_contain_text("Site fermé jusqu’à")
    board.get_by_role("button", name="Rouvrir Site").click()
    expect(visitor.locator("textarea")).to_be_enabled()
    expect(board.locator(".standing")).to_have_count(0)


def test_a_message_stands_on_the_agent_s_desk_until_it_is_read(place: Place) -> None:
    desk = place.signed_in("camille", "/desk")
    expect(desk.locator(".live")).to_have_text("En direct")
    board = place.signed_in("sophie", "/board")
    board.get_by_role("button", name="Message à l’équipe").click()
    board.get_by_role("textbox", name="Message").fill("Incident à Rezé : dites-le d’emblée.")
    board.get_by_role("button", name="Envoyer").click()
    notice = desk.locator(".notice")
    expect(notice).to_contain_text("Incident à Rezé")
    sound(desk)
    expect(board.locator(".standing")).to_contain_text("lu par 0 sur 1")
    notice.get_by_role("button").click()
    expect(notice).to_have_count(0)
    expect(board.locator(".standing")).to_contain_text("lu par 1 sur 1")


def test_the_board_on_a_phone_in_the_dark_and_on_a_wall(place: Place) -> None:
    _writes(place.visitor(), "Bonjour")
    phone = place.signed_in("sophie", "/board", width=390, theme="dark")
    expect(phone.locator(".pip")).to_have_count(1, timeout=20_000)
    sound(phone)
    wall = place.signed_in("sophie", "/board?wall=1", width=1920, theme="dark")
    expect(wall.locator(".pip")).to_have_count(1, timeout=20_000)
    expect(wall.locator(".rail")).to_be_hidden()
    assert wall.locator(".fvalue").first.evaluate("it => parseFloat(getComputedStyle(it).fontSize)") >= 48
    sound(wall)


def test_a_cut_line_is_said_and_the_board_comes_back_as_it_is(place: Place) -> None:
    board = place.signed_in("sophie", "/board")
    live = board.locator(".bbar .live")
    expect(live).to_have_text("En direct")
    board.context.set_offline(True)
    board.evaluate("dispatchEvent(new Event('offline'))")
    expect(live).to_have_text(re.compile("Sans liaison"), timeout=20_000)
    _writes(place.visitor(), "Pendant la coupure")
    board.context.set_offline(False)
    expect(board.locator(".pip")).to_have_count(1, timeout=20_000)
    expect(live).to_have_text("En direct")
