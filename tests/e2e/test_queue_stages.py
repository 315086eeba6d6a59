"""How a queue raises who waits, and whom it asks first, set in the browser; reasons to decline, made and used."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import House
from tests.e2e.sight import sound

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def _team(page: Page, house: House, name: str) -> None:
    page.goto(f"{house.address}/admin/teams/new")
    page.get_by_label("Nom", exact=True).fill(name)
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(re.compile(r"/admin/teams/\d+$"))


@pytest.mark.parametrize("window", [{}, {"phone": True}], ids=["desktop", "phone"])
def test_steps_of_a_tier_and_stages_of_teams_are_set_and_checked_by_field(
    house: House, window: dict[str, Any]
) -> None:
    page = house.seat("claire").page("/admin/teams")
    if window:
        page.set_viewport_size({"width": 390, "height": 844})
    mark = "tél" if window else "bureau"
    for name in ("Palier Nord", "Palier Sud"):
        _team(page, house, f"{name} {mark}")
    page.goto(f"{house.address}/admin/queues/new")
    page.get_by_label("Nom", exact=True).fill(f"File par paliers {mark}")
    page.get_by_role("button", name="Ajouter une étape").click()
    steps = page.get_by_role("group", name="Rang qui monte avec l’attente")
    steps.get_by_label("Part, en pour cent").fill("80")
    page.get_by_role("button", name="Ajouter un palier").click()
    page.get_by_role("button", name="Ajouter un palier").click()
    first = page.get_by_role("group", name="Équipes du palier 1")
    second = page.get_by_role("group", name="Équipes du palier 2")
    first.get_by_label(f"Palier Nord {mark}").check()
    second.get_by_label(f"Palier Sud {mark}").check()
    page.get_by_role("button", name="Enregistrer").click()
    stages = page.get_by_role("group", name="Équipes seules sollicitées")
    expect(stages.locator(".wrong")).to_contain_text("chaque palier les admet toutes")
    second.get_by_label(f"Palier Nord {mark}").check()
    sound(page)
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(re.compile(r"/admin/queues/\d+$"))
    page.reload()
    expect(steps.get_by_label("Part, en pour cent")).to_have_value("80")
    expect(second.get_by_label(f"Palier Nord {mark}")).to_be_checked()
    expect(first.get_by_label(f"Palier Sud {mark}")).not_to_be_checked()


def test_a_reason_to_decline_is_made_and_told(house: House) -> None:
    page = house.seat("claire").page("/admin/decline_reasons/new")
    page.get_by_label("Nom en français").fill("Je suis en formation")
    page.get_by_label("Nom en anglais").fill("I am in training")
    page.get_by_label("Code").fill("training")
    sound(page)
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(re.compile(r"/admin/decline_reasons/\d+$"))

    seat, other = house.seat("yanis"), house.seat("fatou")
    desk = seat.page("/desk")
    seat.do("/desk/presence", {"state": "ready"}, "PUT")
    contact = house.letter("Anna Le Goff", "Où en est mon dossier, s’il vous plaît ?", subject="Dossier")
    offer = desk.locator("article.offer").filter(has_text="Anna Le Goff")
    offer.get_by_role("button", name="Décliner, motif demandé").click()
    desk.get_by_role("menuitem", name="Je suis en formation").click()
    expect(offer).to_have_count(0)
    seat.do("/desk/presence", {"state": "offline"}, "PUT")
    other.takes(contact)
    conversation = other.page(f"/desk/{contact}")
    expect(conversation.get_by_text("Décliné par Yanis")).to_contain_text("Je suis en formation")
