"""What happens to somebody who looks elsewhere: a mention, a contact that wakes; and how a contact is put to sleep."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.house import PHONE, House
from tests.e2e.sight import sound

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def test_a_colleague_named_in_a_note_hears_the_bell_and_opens_it(house: House) -> None:
    contact = house.letter("Basile Roudaut", "Votre technicien n’est pas venu.", subject="Rendez-vous manqué")
    yanis = house.seat("yanis")
    yanis.takes(contact)
    fatou = house.seat("fatou", "en").page("/contacts")
    bell = fatou.locator("button.bell")
    expect(bell.locator(".unread")).to_have_count(0)

    page = yanis.page(f"/desk/{contact}")
    expect(page.locator(".msg.in")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.type("Peux-tu voir, @fato")
    expect(page.get_by_role("option", name="Fatou Ndiaye")).to_be_visible()
    sound(page)
    page.keyboard.press("Enter")
    expect(page.locator("#composer textarea")).to_have_value("Peux-tu voir, @Fatou Ndiaye ")
    page.keyboard.type("? Le technicien est de ton secteur.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.note")).to_contain_text("de ton secteur")

    expect(bell.locator(".unread")).to_have_text("1")
    bell.click()
    notice = fatou.get_by_role("dialog").locator(".bell-line")
    expect(notice).to_contain_text("Yanis Benali")
    expect(notice).to_contain_text("Basile Roudaut")
    sound(fatou)
    notice.click()
    fatou.wait_for_url(re.compile(f"/desk/{contact}$"))
    expect(fatou.locator(".msg.note")).to_contain_text("@Fatou Ndiaye")
    expect(bell.locator(".unread")).to_have_count(0)


def test_a_contact_sleeps_and_the_customers_word_wakes_it(house: House) -> None:
    contact = house.letter("Tom Evans", "My box arrives tomorrow, is that right?", subject="Parcel")
    seat = house.seat("yanis", "en")
    seat.takes(contact)
    seat.do("/desk/presence", {"state": "ready"}, "PUT")
    page = seat.page(f"/desk/{contact}")
    expect(page.locator(".msg.in")).to_be_visible()
    # Keys are heard once the desk is live.
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.keyboard.press("z")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio").first).to_be_checked()
    sound(page)
    dialog.get_by_text("Tomorrow morning").click()
    dialog.get_by_role("button", name="Put to sleep").click()
    expect(page.locator(".toast")).to_be_visible()
    asleep = page.locator(".list a.c").filter(has_text="Tom Evans").locator(".m.sleeping")
    expect(asleep).to_have_count(1)

    house.letter(
        "Tom Evans",
        "It came today, thank you!",
        subject="Re: Parcel",
        sender=house.sender_of(contact),
        answers=contact,
    )
    expect(asleep).to_have_count(0)
    page.goto(f"{house.address}/desk/{contact}")
    expect(page.locator(".thread")).to_contain_text("It came today")
    expect(page.locator(".event").filter(has_text="Woken: the customer wrote")).to_be_visible()
    seat.do("/desk/presence", {"state": "offline"}, "PUT")


def test_the_dialog_of_sleep_on_a_phone(house: House) -> None:
    contact = house.letter("Ada Quéméner", "Je suis en congés, écrivez-moi lundi.", subject="Absente")
    seat = house.seat("yanis", theme="dark", **PHONE)
    seat.takes(contact)
    page = seat.page(f"/desk/{contact}")
    page.get_by_role("button", name="Autres actions").click()
    page.get_by_role("menuitem", name="Mettre en sommeil").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Autre moment").click()
    dialog.get_by_label("Date et heure").fill("2020-01-01T09:00")
    expect(dialog).to_contain_text("Ce moment est passé")
    expect(dialog.get_by_role("button", name="Mettre en sommeil")).to_be_disabled()
    sound(page)
