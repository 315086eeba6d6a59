"""What spares an agent trouble: drafts that follow, a question before two people answer, one's own keys."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chat_centre import OPEN_CHAT, SAY, WORD, WRITES, Place, desk_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

HEARD_NOTIFICATIONS = """() => {
  window.told = [];
  window.Notification = class { constructor(title, more) { told.push([title, more.body]); } close() {} };
  window.Notification.permission = "granted";
  document.hasFocus = () => false;
}"""


def _in_hand(place: Place, desk: Page) -> Page:
    """A chat in Camille's hand; returns the customer's page."""
    customer = place.browser.new_context().new_page()
    customer.goto(f"{place.url}/signin")
    customer.evaluate(OPEN_CHAT, place.site_key)
    customer.evaluate(SAY, "Bonjour, ma box est éteinte.")
    expect(desk.locator(".offer")).to_be_visible(timeout=20_000)
    desk.keyboard.press("F2")
    expect(desk.locator(".msg.in")).to_be_visible()
    expect(desk.locator(".event")).to_contain_text("Pris par vous")
    return customer


def _other_device(place: Place, desk: Page) -> Page:
    page = place.browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 860}).new_page()
    page.goto(f"{place.url}/signin")
    page.get_by_label("Adresse e-mail").fill("camille@centre.example")
    page.get_by_label("Mot de passe").fill(WORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    page.goto(desk.url)
    return page


def test_a_draft_follows_to_another_device_and_back(place: Place) -> None:
    desk = desk_of(place, 1440)
    _in_hand(place, desk)
    desk.keyboard.press("r")
    with desk.expect_response(re.compile("/draft$")):
        desk.keyboard.type("Je regarde")
    other = _other_device(place, desk)
    field = other.locator("#composer textarea")
    expect(field).to_have_value("Je regarde")
    with other.expect_response(re.compile("/draft$")):
        field.fill("Je regarde votre ligne.")
    desk.keyboard.press("Escape")
    desk.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(desk.locator("#composer textarea")).to_have_value("Je regarde votre ligne.")


def test_nobody_answers_past_a_colleagues_word(place: Place) -> None:
    desk = desk_of(place, 1440)
    _in_hand(place, desk)
    desk.keyboard.press("r")
    desk.keyboard.type("Un technicien passera demain.")
    office = place.browser.new_context()
    api = office.request
    pair = {"email": "odile@centre.example", "password": WORD}
    assert api.post(f"{place.url}/api/v1/session", data=pair, headers=WRITES).ok
    contact = desk.url.rsplit("/", 1)[1]
    note = {"key": "note-of-odile", "kind": "note", "text": "Plus de technicien avant lundi."}
    assert api.post(f"{place.url}/api/v1/contacts/{contact}/messages", data=note, headers=WRITES).ok
    expect(desk.locator(".msg.note")).to_contain_text("avant lundi")

    desk.keyboard.press("Control+Enter")
    asked = desk.get_by_role("alertdialog")
    expect(asked).to_contain_text("Odile a laissé une note")
    asked.get_by_role("button", name="Relire d’abord").click()
    expect(asked).to_have_count(0)
    expect(desk.locator("#composer textarea")).to_have_value("Un technicien passera demain.")
    desk.locator("#composer textarea").fill("Un technicien passera lundi.")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".msg.out")).to_contain_text("passera lundi")


def test_a_key_can_be_changed_and_all_can_be_turned_off(place: Place) -> None:
    desk = desk_of(place, 1440)
    _in_hand(place, desk)
    at = desk.url
    desk.goto(f"{place.url}/account")
    change = desk.get_by_role("button", name="Touche de « Répondre »")
    change.click()
    desk.keyboard.press("t")
    expect(desk.locator(".keymap .wrong")).to_contain_text("sert déjà")
    desk.keyboard.press("e")
    expect(change).to_have_text("E")
    desk.goto(at)
    field = desk.locator("#composer textarea")
    expect(desk.get_by_role("tab", name="Répondre E")).to_be_visible()
    desk.keyboard.press("r")
    expect(field).not_to_be_focused()
    desk.keyboard.press("e")
    expect(field).to_be_focused()

    desk.goto(f"{place.url}/account")
    with desk.expect_response("**/api/v1/session"):
        desk.get_by_text("Touches simples").click()
    desk.goto(at)
    expect(field).to_be_visible()
    desk.keyboard.press("e")
    expect(field).not_to_be_focused()


def test_the_browser_tells_of_an_offer_once_it_was_asked_to(place: Place) -> None:
    desk = desk_of(place, 1440)
    desk.evaluate("localStorage.setItem('affluent.notify', JSON.stringify({browser: true, sound: false}))")
    desk.add_init_script(f"({HEARD_NOTIFICATIONS})()")
    desk.reload()
    expect(desk.locator(".live")).to_have_text("En direct")
    _in_hand(place, desk)
    title = "● Proposé\u00a0: Karim Benali"
    assert desk.evaluate("told") == [[title, "Bonjour, ma box est éteinte."]]


def test_a_text_file_is_read_in_a_window(place: Place) -> None:
    desk = desk_of(place, 1440)
    _in_hand(place, desk)
    content = b"Date;Montant\n3 novembre;<b>412</b>\n"
    # One after the other: files stand in the order in which they arrived.
    for name, kind, held in (("releve.csv", "text/csv", content), ("note.txt", "text/plain", b"Deux")):
        with desk.expect_response("**/api/v1/files"):
            desk.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": held})
    expect(desk.locator(".tray .bar-of")).to_have_count(0)
    desk.locator("#composer textarea").fill("Voici.")
    desk.keyboard.press("Control+Enter")
    desk.locator(".msg.out:not(.going) .att").get_by_role("button", name="releve.csv").click()
    shown = desk.get_by_role("dialog")
    expect(shown.locator("pre")).to_contain_text("<b>412</b>")
    desk.keyboard.press("ArrowRight")
    expect(shown.locator("pre")).to_have_text("Deux")
    desk.keyboard.press("Escape")
    expect(shown).to_have_count(0)
