"""A chat at the built desk, in real browsers against the whole centre: offered, taken, answered, closed by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.e2e.chat_centre import HEARD, OPEN_CHAT, SAY, Place, desk_of
from tests.e2e.sight import becomes_true, sound

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.mark.parametrize("width", [1440, 390], ids=["desktop", "phone"])
def test_a_chat_from_offer_to_close(place: Place, width: int) -> None:
    customer = place.browser.new_context().new_page()
    customer.goto(f"{place.url}/signin")
    customer.evaluate(OPEN_CHAT, place.site_key)
    desk = desk_of(place, width)
    customer.evaluate(SAY, "Bonjour, plus de connexion depuis ce matin.")

    expect(desk.locator(".offer")).to_contain_text("Karim Benali")
    expect(desk.get_by_role("alert").first).to_contain_text("Karim Benali")
    sound(desk)
    desk.keyboard.press("F2")
    expect(desk.locator(".msg.in")).to_contain_text("plus de connexion")
    sound(desk)

    desk.keyboard.press("r")
    desk.keyboard.type("Je regarde votre ligne.")
    desk.keyboard.press("Control+Enter")
    becomes_true(customer, HEARD, "Je regarde votre ligne.")
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
