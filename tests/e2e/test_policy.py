"""The routing as a document in the browser: tried with its problems, applied with a reason, undone."""

import re

import pytest
from playwright.sync_api import Page, expect

from affluent.routing.document import read_policy
from tests.e2e.house import PHONE, House
from tests.e2e.sight import sound

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def _types(page: Page, old: str, new: str) -> str:
    area = page.get_by_label("Le document")
    text = area.input_value()
    assert old in text
    area.fill(text.replace(old, new, 1))
    return text


def test_a_document_is_tried_looked_at_applied_and_undone(house: House) -> None:
    seat = house.seat("claire")
    standing = seat.ask("/admin/policy")
    assert read_policy(standing["document"]).policy.queues
    same = seat.do("/admin/policy", {"document": standing["document"], "only_try": True}, "PUT")
    assert (same["problems"], same["differences"]) == ([], []), "what is read and put back changes nothing"
    page = seat.page("/admin/policy")
    expect(page.get_by_label("Le document")).to_have_value(re.compile("^# Affluent routing, version"))
    sound(page)
    _types(page, "offer: ", "ofer: ")
    page.keyboard.press("Control+s")
    problem = page.locator(".problems li").first
    expect(problem).to_contain_text("offer")
    sound(page)
    problem.get_by_role("button").click()
    expect(page.get_by_label("Le document")).to_be_focused()
    _types(page, "ofer: ", "offer: ")
    _types(page, "\nreserve: 1\n", "\nreserve: 2\n")
    page.get_by_role("button", name="Essayer").click()
    expect(page.locator(".differing")).to_contain_text("Réserve au réveil")
    sound(page)
    apply = page.get_by_role("button", name="Appliquer, en une version")
    expect(apply).to_be_disabled()
    page.get_by_label("Pourquoi").fill("Les tchats se réveillent par deux")
    apply.click()
    expect(page.locator(".toast").last).to_contain_text("Appliqué")
    # The page has read again what stands now: what is undone is what was applied, not what came after.
    expect(page.get_by_label("Le document")).to_have_value(re.compile("Les tchats se réveillent par deux"))
    page.locator(".toast").last.get_by_role("button", name="Annuler").click()
    expect(page.get_by_label("Le document")).to_have_value(re.compile("reserve: 1\n"))
    page.get_by_role("link", name="Toutes les versions").click()
    expect(page.locator(".audit summary").nth(1)).to_contain_text("Les tchats se réveillent par deux")
    page.goto(f"{house.address}/admin/versions")
    page.locator(".audit summary").first.click()
    expect(page.locator(".plan li").first).to_be_visible()
    sound(page)


def test_whoever_changed_it_meanwhile_is_named(house: House) -> None:
    seat = house.seat("claire")
    page = seat.page("/admin/policy")
    _types(page, "\nreserve: 1\n", "\nreserve: 3\n")
    queue = seat.ask("/admin/queues")["items"][0]
    seat.do(f"/admin/queues/{queue['id']}?reason=Soir", {"tier": (queue["tier"] + 1) % 10}, "PATCH")
    page.get_by_role("button", name="Essayer").click()
    expect(page.locator(".problems")).to_contain_text("Soir")
    page.get_by_role("button", name="Garder le mien").click()
    expect(page.locator(".differing li")).to_have_count(2)
    seat.do(f"/admin/queues/{queue['id']}", {"tier": queue["tier"]}, "PATCH")


def test_on_a_phone_and_for_who_only_reads(house: House) -> None:
    page = house.seat("claire", **PHONE).page("/admin/policy")
    expect(page.get_by_label("Le document")).to_be_visible()
    sound(page)
    media = house.seat("claire").page("/admin/media")
    media.get_by_role("link", name=re.compile("tchat")).click()
    media.get_by_label("Unités par contact").fill("20")
    media.get_by_role("button", name=re.compile("^(Enregistrer|Save)$")).click()
    expect(media.locator(".toast").last).to_be_visible()
    sound(media)
