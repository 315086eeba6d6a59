"""One conversation, seen by those who work on it: brought together and parted, split, exported, its files looked at."""

import json
import struct
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.house import House
from tests.e2e.sight import sound

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def _picture() -> bytes:
    """A PNG of one red dot."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00\xff\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", body) + part(b"IEND", b"")


def _menu(page: Page, item: str) -> None:
    page.get_by_role("button", name="Autres actions").click()
    page.get_by_role("menuitem", name=item).click()


def test_two_contacts_become_one_request_and_are_parted_again(house: House) -> None:
    first = house.letter("Gwenaël Tessier", "Ma box est éteinte.", subject="Box éteinte")
    other = house.letter("G. Tessier", "Toujours éteinte, rappelez-moi.", subject="Relance Tessier")
    seat = house.seat("yanis")
    seat.takes(first)
    page = seat.page(f"/desk/{first}")
    expect(page.locator(".msg.in")).to_have_count(1)
    _menu(page, "Fusionner avec…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nom, mots, numéro de contact").fill("Relance Tessier")
    dialog.get_by_role("option").filter(has_text="Relance Tessier").click()
    expect(dialog.get_by_role("status")).to_contain_text("deviennent un seul client")
    sound(page)
    dialog.get_by_role("button", name="Réunir").click()
    expect(page.locator(".toast")).to_contain_text("n’en font plus qu’une")
    expect(page.locator(".msg.in")).to_have_count(2)
    expect(page.locator(".thread")).to_contain_text("réuni ici par vous")

    page.locator(".toast").get_by_role("button", name="Annuler").click()
    expect(page.locator(".msg.in")).to_have_count(1)
    assert (
        seat.ask(f"/contacts/{other}")["contact"]["request_id"]
        != seat.ask(f"/contacts/{first}")["contact"]["request_id"]
    )


def test_a_message_about_something_else_leaves_for_its_own_request(house: House) -> None:
    contact = house.letter("Nolwenn Dréan", "Ma box redémarre sans cesse.", subject="Box instable")
    sender = house.sender_of(contact)
    house.letter(
        "Nolwenn Dréan",
        "Autre chose : je déménage le 3.",
        subject="Re: Box instable",
        sender=sender,
        answers=contact,
    )
    seat = house.seat("yanis")
    seat.takes(contact)
    page = seat.page(f"/desk/{contact}")
    expect(page.locator(".msg.in")).to_have_count(2)
    _menu(page, "Scinder la demande…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("je déménage le 3").click()
    dialog.get_by_label("Objet de la nouvelle demande").fill("Déménagement")
    sound(page)
    dialog.get_by_role("button", name="Scinder").click()
    expect(page.locator(".head h2")).to_have_text("Déménagement")
    expect(page.locator(".thread")).to_contain_text("je déménage le 3")
    expect(page.locator(".thread")).not_to_contain_text("redémarre sans cesse")
    expect(page.locator(".journey, .blk").filter(has_text="Parcours")).to_contain_text("Box instable")


def test_a_conversation_leaves_as_a_file_and_as_a_page(house: House) -> None:
    contact = house.letter("Ysé Morel", "Pouvez-vous m’envoyer mon dossier ?", subject="Mon dossier")
    seat = house.seat("yanis")
    seat.takes(contact)
    seat.do(
        f"/contacts/{contact}/messages",
        {"key": "note-of-yse", "kind": "note", "text": "À rappeler, colérique."},
    )
    page = seat.page(f"/desk/{contact}")
    _menu(page, "Exporter ou imprimer…")
    dialog = page.get_by_role("dialog")
    sound(page)
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Fichier JSON").click()
    told = Path(download.value.path()).read_text("utf-8")
    assert "Pouvez-vous m’envoyer mon dossier" in json.dumps(json.loads(told), ensure_ascii=False)
    assert "colérique" not in told, "what colleagues write among themselves stays, unless it is asked for"

    _menu(page, "Exporter ou imprimer…")
    page.get_by_text("Avec les notes internes").click()
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Imprimer ou PDF").click()
    # The page of paper asks the browser to print at once, which holds its scripts: it is read, not measured.
    expect(popup.value.locator("body")).to_contain_text("colérique")


def test_a_customers_picture_is_looked_at_without_leaving(house: House) -> None:
    contact = house.letter(
        "Ilan Weber",
        "Voici la photo du voyant.",
        subject="Voyant rouge",
        attachment=("voyant.png", "image/png", _picture()),
    )
    seat = house.seat("yanis", "en")
    seat.takes(contact)
    page = seat.page(f"/desk/{contact}")
    page.locator(".msg.in .att").get_by_role("button", name="voyant.png").click()
    shown = page.get_by_role("dialog").locator("img.preview")
    expect(shown).to_be_visible()
    assert shown.evaluate("it => it.decode().then(() => it.naturalWidth)") == 1
    sound(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
