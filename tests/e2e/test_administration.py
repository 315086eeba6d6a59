"""An administrator in the browser: a queue from nothing to its first contact; templates; who may see and do what."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from affluent.cli.demo.people import DOMAIN, PASSWORD
from tests.e2e.house import HEALTH, PHONE, House
from tests.e2e.sight import sound

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def _save(page: Page, noun: str) -> None:
    """Saves a new item and waits until it has an address of its own."""
    page.get_by_role("button", name=re.compile("^(Enregistrer|Save)$")).click()
    page.wait_for_url(re.compile(rf"/admin/{noun}/\d+$"))
    expect(page.locator(".toast").last).to_be_visible()


def test_a_queue_is_made_and_routes_to_who_has_the_skill(house: House) -> None:
    page = house.seat("claire").page("/admin/skills/new")
    page.get_by_label("Clé").fill("fibre_pro")
    page.get_by_label("Nom en français").fill("Fibre des entreprises")
    page.get_by_label("Nom en anglais").fill("Business fibre")
    _save(page, "skills")

    page.goto(f"{house.address}/admin/hours/new")
    page.get_by_label("Nom", exact=True).fill("Entreprises, tous les jours")
    for day in ("samedi", "dimanche"):
        page.get_by_role("button", name=f"Ouvrir, {day}").click()
    for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi"):
        page.get_by_role("button", name=re.compile(f"Retirer la plage 2, {day}")).click()
    for at, day in enumerate(("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")):
        page.get_by_label(f"{day}, plage 1, de").fill("00:00")
        page.get_by_label(f"{day}, plage 1, à").fill("24:00")
        assert at < 7
    page.get_by_label("Fermé les jours fériés de").select_option(label="aucun")
    sound(page)
    _save(page, "hours")

    page.goto(f"{house.address}/admin/queues/new")
    page.get_by_label("Nom", exact=True).fill("Entreprises par e-mail")
    page.locator("form").get_by_label("Marque").select_option(label="Ligéo")
    page.locator("form").get_by_label("Média").select_option(label="e-mail")
    page.get_by_label("Horaire", exact=True).select_option(label="Entreprises, tous les jours")
    page.get_by_role("button", name="Demander une compétence").click()
    page.locator(".rows .cell.wide select").select_option(label="Fibre des entreprises")
    page.locator(".rows .cell:not(.wide) select").last.select_option("3")
    sound(page)
    _save(page, "queues")
    # Nobody has the skill yet: the page says that this queue can serve no one.
    expect(page.locator(".warned")).to_be_visible()

    page.goto(f"{house.address}/admin/agents")
    page.get_by_role("link", name=re.compile("Fatou Ndiaye")).click()
    page.get_by_role("button", name="Ajouter une compétence").click()
    page.locator(".rows .cell.wide select").last.select_option(label="Fibre des entreprises")
    page.locator(".rows .cell:not(.wide) select").last.select_option("4")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".toast").last).to_contain_text("enregistré")

    page.goto(f"{house.address}/admin/rules/new")
    page.get_by_label("Nom", exact=True).fill("Entreprises")
    page.locator("form").get_by_label("Marque").select_option(label="Ligéo")
    page.get_by_label("Valeur").fill("SIRET")
    page.get_by_label("Envoyer dans la file").select_option(label="Entreprises par e-mail")
    sound(page)
    _save(page, "rules")

    fatou, yanis = house.seat("fatou"), house.seat("yanis")
    desk = fatou.page("/desk")
    for seat in (yanis, fatou):
        seat.do("/desk/presence", {"state": "ready"}, "PUT")
    contact = house.letter(
        "SARL Kerzéo", "Notre SIRET est le 812 345 678 00012 : corrigez la fiche.", subject="Notre fiche"
    )
    offer = desk.locator("article.offer").filter(has_text="SARL Kerzéo")
    expect(offer).to_contain_text("compétence Fibre des entreprises, niveau 4 (requis 3)")
    assert fatou.ask(f"/contacts/{contact}")["contact"]["queue"]["name"] == "Entreprises par e-mail"
    for seat in (yanis, fatou):
        seat.do("/desk/presence", {"state": "offline"}, "PUT")
    page.goto(f"{house.address}/admin/audit")
    expect(page.locator(".audit summary").first).to_contain_text("Claire Dumas")


def test_a_template_asks_for_what_it_needs_in_the_customers_language(house: House) -> None:
    page = house.seat("claire").page("/admin/macros/new")
    page.get_by_label("Titre").fill("Passage d’un technicien")
    body = page.get_by_label("Texte", exact=True)
    body.fill("{{field:Date")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".wrong")).to_be_visible()
    french = "Bonjour {{customer.name}}, le technicien passera le {{field:Date}}, {{choice:Moment|le matin|le soir}}."
    other = "Hello {{customer.name}}, the technician comes on {{field:Date}}."
    body.fill("{{#fr}}" + french + "{{/fr}}{{#else}}" + other + "{{/else}}")
    _save(page, "macros")

    contact = house.letter("Erwan Pellen", "Quand passera le technicien ? Merci de votre réponse rapide.")
    seat = house.seat("yanis")
    seat.takes(contact)
    desk = seat.page(f"/desk/{contact}")
    expect(desk.locator(".msg.in")).to_be_visible()
    desk.keyboard.press("m")
    desk.get_by_role("menuitem").filter(has_text="Passage d’un technicien").click()
    dialog = desk.get_by_role("dialog")
    insert = dialog.get_by_role("button", name="Insérer")
    expect(insert).to_be_disabled()
    dialog.get_by_label("Date").fill("jeudi 3")
    dialog.get_by_role("button", name=re.compile("Moment")).click()
    desk.get_by_role("option", name="le soir").click()
    expect(dialog.locator(".fill-preview")).to_have_text(
        "Bonjour Erwan Pellen, le technicien passera le jeudi 3, le soir."
    )
    sound(desk)
    insert.click()
    expect(desk.locator("#composer textarea")).to_have_value(
        "Bonjour Erwan Pellen, le technicien passera le jeudi 3, le soir."
    )


def test_an_agent_of_one_brand_finds_no_door_to_the_other(house: House) -> None:
    contact = house.letter("Rose Kermarrec", "Mon remboursement de lunettes.", subject="Lunettes", to=HEALTH)
    seat = house.seat("yanis", "en")
    page = seat.page(f"/desk/{contact}")
    expect(page.get_by_text("This contact is not open to you")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Kermarrec")
    sound(page)
    page.goto(f"{house.address}/contacts?q=Kermarrec")
    expect(page.get_by_text("No contact matches")).to_be_visible()
    rail = page.get_by_role("navigation", name="Pages")
    expect(rail.get_by_role("link", name="Settings")).to_have_count(0)
    expect(rail.get_by_role("link", name="Board")).to_have_count(0)
    for path in ("/admin/agents", "/admin/audit", "/board"):
        page.goto(f"{house.address}{path}")
        expect(page.get_by_role("heading", name="This page is not open to your role")).to_be_visible()
    sound(page)
    page.get_by_role("link", name="Go to your page").click()
    page.wait_for_url("**/desk")


def test_an_auditor_reads_everything_and_touches_nothing(house: House) -> None:
    contact = house.letter("Solenn Prat", "Je conteste ma facture.", subject="Contestation")
    claire = house.seat("claire")
    brands = [one["id"] for one in claire.ask("/admin/brands")["items"]]
    made = {"name": "Iris Cadiou", "email": f"iris@{DOMAIN}", "password": PASSWORD, "role": "auditor"}
    claire.do("/admin/agents", {**made, "locale": "en", "brand_ids": brands})
    page = house.seat("iris", "en").page("/")
    page.wait_for_url("**/figures")
    rail = page.get_by_role("navigation", name="Pages")
    assert rail.get_by_role("link").all_inner_texts() == [
        "",
        "Contacts",
        "Board",
        "Figures",
        "Trials",
        "IVR",
        "Settings",
        "Account",
    ]
    rail.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Audit trail").click()
    expect(page.locator(".audit summary").first).to_contain_text("Iris Cadiou")
    page.goto(f"{house.address}/desk/{contact}")
    expect(page.locator(".thread")).to_contain_text("Je conteste ma facture")
    expect(page.get_by_text("You are reading")).to_be_visible()
    expect(page.get_by_role("button", name="Take", exact=True)).to_have_count(0)
    sound(page)


@pytest.mark.parametrize("window", [{}, PHONE], ids=["desktop", "phone"])
def test_a_supervisor_reads_the_settings_and_changes_none(house: House, window: dict[str, Any]) -> None:
    page = house.seat("helene", "en", **window).page("/admin/queues")
    expect(page.get_by_role("link", name="Add")).to_have_count(0)
    page.get_by_role("link", name=re.compile("Tchat dépannage")).click()
    expect(page.get_by_label("Name", exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    sound(page)
