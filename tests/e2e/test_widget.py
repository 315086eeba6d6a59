"""The built widget in a real browser, on a customer's site, against the real doors: on a desk and on a phone."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.staticfiles import StaticFiles

import affluent.web
from affluent.channels.form import door as form_door
from affluent.storage.appointments import PgHours
from affluent.storage.chat_door import PgSites
from tests.channels.centre import Centre, at_work, eventually, served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

BUILT = Path(affluent.web.__file__).with_name("pages") / "widget"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
LAUNCH = "affluent-chat .launch"
BOX = "affluent-chat textarea"
STATE = "affluent-chat .state"
FIELDS = [
    {"key": "name", "label_fr": "Nom", "label_en": "Name", "kind": "text", "required": True},
    {"key": "email", "label_fr": "E-mail", "label_en": "Email", "kind": "email", "required": True},
    {"key": "message", "label_fr": "Demande", "label_en": "Request", "kind": "long", "required": True},
    {"key": "paper", "label_fr": "Pièce", "label_en": "Paper", "kind": "file", "required": False},
]


@dataclass
class Place:
    """A customer's site with the widget in it, and the centre behind."""

    centre: Centre
    site: str
    agent: int
    browser: Browser

    def visitor(self, *, phone: bool = False) -> BrowserContext:
        viewport = PHONE if phone else DESKTOP
        return self.browser.new_context(
            viewport={"width": viewport["width"], "height": viewport["height"]}, has_touch=phone
        )


@pytest.fixture
def place(dsn: str, browser: Browser) -> Generator[Place, None, None]:
    made: dict[str, int] = {}
    shop = FastAPI()
    centre_at: list[str] = []

    @shop.get("/", response_class=HTMLResponse)
    def page() -> str:
        return (
            '<!doctype html><html lang="fr"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Boutique</title>'
            f'<script src="http://{centre_at[0]}/widget/affluent.js" data-site="site-a" async></script>'
            '<h1>Boutique</h1><affluent-form key="form-a"></affluent-form>'
        )

    with served(shop) as shop_at:
        origins = [f"http://{shop_at}"]

        def prepare(centre: Centre) -> None:
            brand = centre.brand()
            centre.channel(
                brand, centre.queue(brand), "site-a", origins=origins, title_fr="Parlons", ask_name=True
            )
            centre.channel(
                brand, centre.queue(brand, "form"), "form-a", medium="form", origins=origins, fields=FIELDS
            )
            made["agent"] = centre.agent(brand)

        with at_work(dsn, prepare) as centre:
            forms = form_door.build(
                store=PgSites(centre.database),
                runner=centre.runner,
                clock=centre.clock,
                hours=PgHours(centre.database),
            )
            app = centre.app(forms)
            app.mount("/widget", StaticFiles(directory=BUILT))
            with served(app) as address:
                centre_at.append(address)
                yield Place(centre, origins[0], made["agent"], browser)


def _say(page: Page, text: str) -> None:
    page.fill(BOX, text)
    page.press(BOX, "Enter")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_visitor_asks_and_is_answered(place: Place, phone: bool) -> None:
    context = place.visitor(phone=phone)
    page = context.new_page()
    page.goto(place.site)
    page.click(LAUNCH)
    page.fill("affluent-chat input[name=name]", "Hélène")
    _say(page, "Bonjour, où est ma carte ?")
    expect(page.locator("affluent-chat .log small")).to_contain_text("Reçu")
    expect(page.locator(STATE)).not_to_be_empty()
    place.centre.ready(place.agent)
    contact_id = place.centre.accepts(place.agent)
    expect(page.locator("affluent-chat h2")).to_contain_text("Camille")
    place.centre.answers(place.agent, contact_id, "Elle est partie hier.")
    expect(page.locator("affluent-chat .log")).to_contain_text("Elle est partie hier.")
    page.set_input_files(
        "affluent-chat input[type=file]",
        {"name": "devis.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"},
    )
    expect(page.locator("affluent-chat form .file")).to_contain_text("devis.pdf")
    page.click("affluent-chat .row .go")
    link = page.locator("affluent-chat .log .file")
    expect(link).to_contain_text("devis.pdf")
    eventually(lambda: place.centre.rows("select 1 from message_file"), "the file on its message")
    address = link.get_attribute("href")
    assert address is not None and page.request.get(address).body() == b"%PDF-1.7"
    (customer,) = place.centre.rows("select name from customer")
    assert customer["name"] == "Hélène"
    eventually(
        lambda: place.centre.rows("select 1 from message where delivery = 'read'"), "the customer's mark"
    )
    context.close()


def test_a_reload_keeps_the_talk_and_two_tabs_share_it(place: Place) -> None:
    context = place.visitor()
    page = context.new_page()
    page.goto(place.site)
    page.click(LAUNCH)
    _say(page, "un")
    expect(page.locator("affluent-chat .log small")).to_contain_text("Reçu")
    page.reload()
    page.click(LAUNCH)
    expect(page.locator("affluent-chat .mine")).to_have_count(1)
    _say(page, "deux")
    eventually(
        lambda: len(place.centre.rows("select 1 from message where direction = 'in'")) == 2, "the second"
    )
    assert len(place.centre.contacts()) == 1
    other = context.new_page()
    other.goto(place.site)
    other.click(LAUNCH)
    expect(other.locator("affluent-chat .mine")).to_have_count(2)
    _say(other, "trois")
    expect(page.locator("affluent-chat .mine")).to_have_count(3)
    page.click("text=Quitter")
    page.click("affluent-chat .ask button >> nth=0")
    expect(page.locator(STATE)).to_contain_text("terminée")
    assert place.centre.contacts()[0]["outcome"] == "abandoned"
    context.close()


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_visitor_sends_the_form(place: Place, phone: bool) -> None:
    context = place.visitor(phone=phone)
    page = context.new_page()
    page.goto(place.site)
    form = page.locator("affluent-form")
    form.locator("#name").fill("Hélène")
    form.locator("#email").fill("helene@localhost")
    form.locator("#message").fill("Ma carte ?")
    form.locator("button").click()
    expect(form.locator("#email-error")).to_contain_text("adresse e-mail")
    form.locator("#email").fill("helene@shop.example")
    form.locator("#paper").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    form.locator("button").click()
    (contact,) = eventually(place.centre.contacts, "the contact")
    expect(form.locator(".done")).to_contain_text(str(contact["id"]))
    assert len(place.centre.rows("select 1 from message_file")) == 1
    context.close()
