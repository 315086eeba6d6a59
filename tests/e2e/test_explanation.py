"""The reasons of an offer on the contact's card: read when asked for, in words, without a fault to the eye."""

import pytest
from playwright.sync_api import expect

from tests.e2e.chat_centre import OPEN_CHAT, SAY, Place, desk_of
from tests.e2e.sight import sound

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def test_why_a_contact_came_to_this_agent(place: Place) -> None:
    desk = desk_of(place, 1440)
    customer = place.browser.new_context().new_page()
    customer.goto(f"{place.url}/signin")
    customer.evaluate(OPEN_CHAT, place.site_key)
    customer.evaluate(SAY, "Bonjour, ma box est éteinte.")
    expect(desk.locator(".offer")).to_be_visible(timeout=20_000)
    desk.keyboard.press("F2")
    expect(desk.locator(".msg.in")).to_be_visible()
    desk.get_by_role("button", name="Pourquoi ce conseiller").press("Enter")
    told = desk.locator(".explain")
    expect(told).to_contain_text("Camille")
    expect(told).to_contain_text("accepté")
    expect(told).to_contain_text("seule personne libre")
    sound(desk)
    then = desk.get_by_role("button", name="Qui d’autre aurait pu l’avoir")
    expect(then).to_have_attribute("aria-expanded", "false")
    then.press("Enter")
    expect(told).to_contain_text("Personne d’autre n’était libre.")
    expect(told).to_contain_text("aurait pu le prendre")
    sound(desk)
    desk.get_by_role("button", name="Pourquoi ce conseiller").click()
    expect(told).not_to_contain_text("accepté")
