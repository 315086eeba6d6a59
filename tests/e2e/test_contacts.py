"""The page of all contacts: found by words and filters, kept as a view, acted on many at a time and taken back."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.house import HEALTH, PHONE, House
from tests.e2e.sight import sound

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def test_words_and_filters_narrow_the_list_and_a_view_keeps_them(house: House) -> None:
    house.letter("Maëlle Kerviel", "Mon décodeur affiche le code F3411.", subject="Code à l’écran")
    house.letter("Denis Auffray", "Ma facture compte deux fois l’option.", subject="Facture double")
    house.letter("Rose Talbot", "Remboursement de mes semelles.", subject="Semelles", to=HEALTH)
    page = house.seat("helene").page("/contacts")
    expect(page.locator(".found-row").filter(has_text="Maëlle Kerviel")).to_be_visible()
    sound(page)

    page.get_by_label("Chercher parmi les contacts").fill("decod f3411")
    expect(page.locator(".found-row")).to_have_count(1)
    assert page.locator(".snip mark").all_inner_texts() == ["décodeur", "F3411"]
    page.get_by_label("Chercher parmi les contacts").fill("")
    page.get_by_role("button", name="Marque").click()
    page.get_by_role("option", name="Arvène").click()
    page.keyboard.press("Escape")
    expect(page.locator(".found-row").filter(has_text="Rose Talbot")).to_be_visible()
    expect(page.locator(".found-row").filter(has_text="Denis Auffray")).to_have_count(0)
    expect(page.get_by_role("button", name="Marque")).to_contain_text("Arvène")

    page.get_by_role("button", name="Enregistrer cette vue").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nom de la vue").fill("Santé du jour")
    sound(page)
    dialog.get_by_text("Tout le monde").click()
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("link", name=re.compile("Santé du jour"))).to_have_attribute(
        "aria-current", "page"
    )
    page.get_by_role("link", name="Tous", exact=True).click()
    expect(page.locator(".found-row").filter(has_text="Denis Auffray")).to_be_visible()

    # Shared with everyone: a colleague behind the wall of the other brand sees the view, and nothing in it.
    yanis = house.seat("yanis", "en").page("/contacts")
    shared = yanis.get_by_role("link", name=re.compile("Santé du jour"))
    shared.click()
    expect(yanis.get_by_text("No contact matches")).to_be_visible()
    camille = house.seat("camille", "en").page("/contacts")
    camille.get_by_role("link", name=re.compile("Santé du jour")).click()
    expect(camille.locator(".found-row").filter(has_text="Rose Talbot")).to_be_visible()
    expect(camille.locator(".views .n").first).not_to_have_text("0")


def test_many_are_closed_at_once_refusals_are_told_and_all_comes_back(house: House) -> None:
    for number in range(4):
        house.letter(f"Lot Numéro{number}", "Publicité pour des fenêtres.", subject="Fenêtres à prix cassé")
    # The whole team is away, so that nobody holds any of these meanwhile.
    taken = house.letter("Lot Numéro4", "Publicité pour des portes.", subject="Portes à prix cassé")
    house.seat("yanis").takes(taken)
    page = house.seat("helene").page("/contacts?q=prix%20cassé")
    expect(page.locator(".found-row")).to_have_count(5)
    page.locator("thead .box-tick").click()
    bar = page.locator(".bulk")
    expect(bar).to_contain_text("5 contacts choisis")
    sound(page)
    bar.get_by_role("button", name="Agir").click()
    page.get_by_role("menuitem", name="Clore").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Clore les contacts choisis (5)")
    dialog.get_by_role("button", name="Clore", exact=True).click()
    expect(bar).to_contain_text("c’est fait")
    expect(bar).to_contain_text("5 contacts")
    expect(page.locator(".found-row").filter(has_text="Clos")).to_have_count(5)
    sound(page)
    bar.get_by_role("button", name="Annuler").click()
    expect(bar).to_contain_text("remis comme avant")
    expect(page.locator(".found-row").filter(has_text="Clos")).to_have_count(0)


def test_the_list_on_a_phone_in_the_dark(house: House) -> None:
    house.letter("Petra Longname-Wittelsbacher", "Where is my box?", subject="A long subject about my parcel")
    page = house.seat("yanis", "en", theme="dark", **PHONE).page("/contacts")
    expect(page.locator(".found-row").first).to_be_visible()
    sound(page)
    page.get_by_role("button", name="State").click()
    page.get_by_role("option", name="Waiting").click()
    sound(page)
    page.keyboard.press("Escape")
    page.locator(".found-row").filter(has_text="Petra").locator("a").click()
    expect(page.locator(".thread")).to_contain_text("Where is my box?")
    sound(page)
