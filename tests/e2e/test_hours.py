"""A customer chooses when we come back to them, in a real browser: by the form, by the chat, and on their own page."""

import os
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Page, expect
from psycopg.types.json import Jsonb
from starlette.staticfiles import StaticFiles

import affluent.web
from affluent.centre import offers
from affluent.centre.transaction import Transaction
from affluent.channels.appointments.door import build as build_pages
from affluent.channels.form.door import build as build_form
from affluent.storage.appointments import PgHours
from affluent.storage.chat_door import PgSites
from tests.channels.centre import Centre, at_work, eventually, served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

BUILT = Path(affluent.web.__file__).with_name("pages") / "widget"
FIELDS = [
    {"key": "email", "label_fr": "E-mail", "label_en": "Email", "kind": "email", "required": True},
    {"key": "message", "label_fr": "Demande", "label_en": "Request", "kind": "long", "required": True},
]
PROMISES = {"most": 1, "every_ms": 1_800_000, "notice_ms": 3_600_000, "days": 2, "remind_ms": None}
PICTURES = os.environ.get("AFFLUENT_PICTURES")
"""A folder for pictures of what is seen, to be looked at."""
MONTREAL = "America/Toronto"
SAID = {
    "fr": (
        "Choisir plutôt une heure",
        "Demander cette heure",
        "C’est noté",
        "Quand devons-nous revenir vers vous",
    ),
    "en": ("Choose an hour instead", "Ask for this hour", "Noted:", "When shall we come back to you"),
}


@dataclass
class Place:
    """A customer's site in one language, a browser in Montreal, and the centre behind."""

    centre: Centre
    site: str
    agent: int
    page: Page
    language: str
    centre_at: str

    def seen(self, name: str) -> None:
        if PICTURES:
            self.page.screenshot(path=f"{PICTURES}/{name}-{self.language}.png")

    def wall_clock(self, at_ms: int) -> str:
        return f"{datetime.fromtimestamp(at_ms / 1000, ZoneInfo(MONTREAL)):%H:%M}"


@pytest.fixture(params=["fr", "en"])
def place(dsn: str, browser: Browser, request: pytest.FixtureRequest) -> Generator[Place]:
    language: str = request.param
    made: dict[str, int] = {}
    shop, centre_at = FastAPI(), list[str]()

    @shop.get("/", response_class=HTMLResponse)
    def page() -> str:
        return (
            f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Shop</title>'
            f'<script src="http://{centre_at[0]}/widget/affluent.js" data-site="site-a" async></script>'
            '<h1>Shop</h1><affluent-form key="form-a"></affluent-form>'
        )

    with served(shop) as shop_at:
        origins = [f"http://{shop_at}"]

        def prepare(centre: Centre) -> None:
            brand = centre.brand()
            queue = centre.queue(brand, "form")
            centre.rows("update queue set promises = %s where id = %s returning id", Jsonb(PROMISES), queue)
            form = centre.channel(brand, queue, "form-a", medium="form", origins=origins, fields=FIELDS)
            centre.channel(
                brand,
                centre.queue(brand),
                "site-a",
                origins=origins,
                appointment_channel_id=form,
                ask_name=True,
            )
            made["agent"] = centre.agent(brand)

        with at_work(dsn, prepare) as centre:
            hours = PgHours(centre.database)
            forms = build_form(
                store=PgSites(centre.database), runner=centre.runner, clock=centre.clock, hours=hours
            )
            pages = build_pages(hours=hours, runner=centre.runner, clock=centre.clock)
            app = centre.app(forms, pages)
            app.mount("/widget", StaticFiles(directory=BUILT))
            phone = browser.new_context(
                viewport={"width": 390, "height": 844}, has_touch=True, timezone_id=MONTREAL, locale=language
            )
            with served(app) as address:
                centre_at.append(address)
                yield Place(centre, origins[0], made["agent"], phone.new_page(), language, address)
                phone.close()


def test_a_form_with_an_hour_lost_to_another_then_taken_moved_and_kept(place: Place) -> None:
    page, (_, _, noted, when) = place.page, SAID[place.language]
    page.goto(place.site)
    page.fill("affluent-form [name=email]", "zoe@shop.example")
    page.fill("affluent-form [name=message]", "Ma carte ?")
    hours = page.locator("affluent-form [name=promised_ms]")
    expect(page.locator("affluent-form .hours")).to_contain_text(when)
    expect(page.locator("affluent-form .hours")).to_contain_text(MONTREAL)
    first, second = [
        int(one.get_attribute("value") or 0) for one in hours.locator("optgroup option").all()[:2]
    ]
    assert hours.locator(f'option[value="{first}"]').inner_text().endswith(place.wall_clock(first)), (
        "on their own clock"
    )
    page.request.post(
        f"http://{place.centre_at}/form/v1/form-a",
        data={
            "key": "the-other-one",
            "values": {"email": "yann@shop.example", "message": "Moi d’abord"},
            "promised_ms": first,
        },
        headers={"Origin": place.site},
    )
    hours.select_option(str(first))
    page.click("affluent-form button:not([type=button])")
    expect(page.locator("affluent-form #promised_ms-error")).to_be_visible()
    assert not hours.locator(f'option[value="{first}"]').count(), "it is offered no more"
    place.seen("form-lost")
    hours.select_option(str(second))
    page.click("affluent-form button:not([type=button])")
    expect(page.locator("affluent-form .done")).to_contain_text(noted)
    expect(page.locator("affluent-form .done")).to_contain_text(place.wall_clock(second))
    page.click("affluent-form .done a")
    expect(page.locator("main")).to_contain_text(place.wall_clock(second))
    third = page.locator("#hour option").first.get_attribute("value") or ""
    place.seen("page")
    page.select_option("#hour", third)
    page.click("button[value=move]")
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator("main")).to_contain_text(place.wall_clock(int(third)))
    mine = "select id, not_before_ms from contact order by id desc limit 1"
    (contact,) = place.centre.rows(mine)
    assert contact["not_before_ms"] == int(third)
    page.click("button[value=cancel]")
    page.click("button[value=cancelled]")
    expect(page.get_by_role("status")).to_be_visible()
    assert (
        place.centre.rows("select state from contact where id = %s", contact["id"])[0]["state"] == "abandoned"
    )


class Fault(Exception):
    """Of a use case: after it the engine is built anew, from what the database says."""


def fail(tx: Transaction) -> None:
    raise Fault


def test_an_hour_instead_of_waiting_in_the_chat_and_the_agent_has_it_then(place: Place) -> None:
    page, (instead, ask, noted, _) = place.page, SAID[place.language]
    page.goto(place.site)
    page.click("affluent-chat .launch")
    page.fill("affluent-chat textarea", "Ma box clignote")
    page.press("affluent-chat textarea", "Enter")
    page.get_by_role("button", name=instead).click()
    box = page.locator("affluent-hour")
    hours = box.locator("[name=promised_ms]")
    hours.select_option(index=1)
    place.seen("chat-hours")
    box.get_by_role("button", name=ask).click()
    expect(box.locator("[name=email]")).to_have_attribute("aria-invalid", "true")
    box.locator("[name=email]").fill("zoe@shop.example")
    hour_ms = int(hours.input_value())
    box.get_by_role("button", name=ask).click()
    expect(box.locator(".done")).to_contain_text(noted)
    place.seen("chat-done")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
    chat, form = place.centre.rows("select id, state, not_before_ms from contact order by id")
    assert (chat["state"], form["not_before_ms"]) == ("closed", hour_ms)
    place.centre.ready(place.agent)
    assert place.centre.rows("select state from contact where id = %s", form["id"])[0]["state"] == "waiting"
    place.centre.rows("update contact set not_before_ms = 1 where id = %s returning id", form["id"])
    with suppress(Fault):
        place.centre.runner.do(fail)
    eventually(
        lambda: place.centre.rows("select 1 from contact where id = %s and state = 'offered'", form["id"]),
        "offer",
    )
    place.centre.runner.do(offers.accept, contact_id=form["id"], agent_id=place.agent)
    assert "Ma box clignote" in str(
        place.centre.rows("select text from message where contact_id = %s and direction = 'in'", form["id"])
    )
