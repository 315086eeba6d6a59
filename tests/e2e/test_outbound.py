"""Calls that agents make, in the settings: the lists of those not to be called, and the proof of each call; how
calls were heard, in the figures."""

import time

import pytest
from playwright.sync_api import expect

from tests.e2e.house import PHONE, House
from tests.e2e.sight import sound

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def heard_call(house: House, server: str) -> int:
    """A contact of today whose call was heard poorly by the agent, and made under a consent of the customer."""
    now_ms = int(time.time() * 1000)
    contact = house.letter("Zoé Martin", "Rappelez-moi.")
    with house.running.centre.database.transaction() as conn:
        row = conn.execute(
            "select c.id, c.brand_id, (select min(id) from account where name = 'Fatou Ndiaye') as agent,"
            " (select min(id) from voice_server) as server from contact c where c.id = %s",
            (contact,),
        ).fetchone()
        assert row is not None
        conn.execute("update voice_server set name = %s where id = %s", (server, row["server"]))
        conn.execute(
            "insert into call (id, server_id, leg, from_number, to_number, direction, started_ms,"
            " answered_ms, ended_ms, ended_by) values (%s, %s, '', '+33123456789', '+33612345678', 'out', %s, %s,"
            " %s, 'caller')",
            (row["id"], row["server"], now_ms - 90_000, now_ms - 80_000, now_ms - 20_000),
        )
        conn.execute(
            "insert into call_quality values (%s, 'agent', 7.5, 42, 120, 2.4), (%s, 'caller', 0.1, 3, 40, 4.3)",
            (row["id"], row["id"]),
        )
        said = conn.execute(
            "insert into call_word (brand_id, number, purpose, said, source, at_ms, account_id)"
            " values (%s, '+33612345678', 'prospecting', 'given', 'Formulaire du 12 mars', %s, %s) returning id",
            (row["brand_id"], now_ms - 86_400_000, row["agent"]),
        ).fetchone()
        assert said is not None
        conn.execute(
            "insert into call_proof (contact_id, brand_id, account_id, number, shown, purpose, at_ms, law, said,"
            " said_id, listed) values (%s, %s, %s, '+33612345678', '+33123456789', 'prospecting', %s, '{}',"
            " 'given', %s, true)",
            (row["id"], row["brand_id"], row["agent"], now_ms - 90_000, said["id"]),
        )
    return int(row["id"])


def test_lists_are_brought_replaced_and_removed_and_each_call_has_its_proof(house: House) -> None:
    contact = heard_call(house, "Navigateurs")
    claire = house.seat("claire")
    page = claire.page("/admin/outbound")
    expect(page.get_by_text("Aucune liste encore")).to_be_visible()
    field = page.locator("input[type=file]")
    field.set_input_files(
        {"name": "Bloctel.csv", "mimeType": "text/csv", "buffer": b"06 12 34 56 78;x\n0698765432\n"}
    )
    page.get_by_role("button", name="Apporter la liste").click()
    expect(page.locator(".call-lists li")).to_contain_text("2 numéros")
    sound(page)
    field.set_input_files({"name": "Bloctel.csv", "mimeType": "text/csv", "buffer": b"+33612345678\n"})
    expect(page.get_by_text("Une liste porte ce nom")).to_be_visible()
    page.get_by_role("button", name="Remplacer la liste").click()
    expect(page.locator(".call-lists li")).to_contain_text("1 numéro")
    field.set_input_files({"name": "Vide.csv", "mimeType": "text/csv", "buffer": b"rien\n"})
    page.get_by_role("button", name="Apporter la liste").click()
    expect(page.get_by_role("alert")).to_be_visible()
    proof = page.locator(".call-proofs li")
    expect(proof).to_contain_text("06 12 34 56 78")
    expect(proof).to_contain_text("Fatou Ndiaye")
    expect(proof).to_contain_text("Formulaire du 12 mars")
    expect(proof).to_contain_text("figure sur une liste")
    with page.expect_download() as got:
        page.get_by_role("link", name="Télécharger (CSV)").click()
    assert "Formulaire du 12 mars" in got.value.path().read_text("utf-8")
    page.get_by_role("button", name="Retirer").click()
    page.get_by_role("dialog").get_by_role("button", name="Retirer").click()
    expect(page.get_by_text("Aucune liste encore")).to_be_visible()
    proof.get_by_role("link").click()
    expect(page).to_have_url(f"{house.address}/desk/{contact}")
    helene = house.seat("helene").page("/admin/brands")
    expect(helene.get_by_role("link", name="Appels sortants")).to_have_count(0)


def test_how_calls_were_heard_is_told_by_server_and_of_the_one_call(house: House) -> None:
    contact = heard_call(house, "Standard de Nantes")
    seat = house.seat("helene", "en", theme="dark", **PHONE)
    page = seat.page("/figures?set=work&period=today")
    line = page.locator(".heard tbody tr").first
    expect(line).to_contain_text("Standard de Nantes")
    expect(page.locator(".heard-hours li").first).to_contain_text("heard poorly")
    sound(page)
    assert [one["grade"] for one in seat.ask(f"/contacts/{contact}/call/quality")["items"]] == [
        "poor",
        "good",
    ]
