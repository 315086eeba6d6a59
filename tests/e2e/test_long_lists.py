"""A centre of two thousand people in a real browser: lists are searched and narrowed, pickers find by name, and a
centre that is held says so and is let go."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from affluent.storage import outbound
from tests.channels.centre import served
from tests.e2e.sight import findings
from tests.web.desk_house import PASSWORD, DeskHouse, desk_house
from tests.web.house import WRITES

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
PEOPLE = 2_000
SHOWN = 50
SEEN = os.environ.get("AFFLUENT_SEEN")
"""Where pictures of what was seen are kept; nowhere when it is not set."""


@pytest.fixture
def house(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        made.query(
            "with team as (insert into team (name, brand_id) values ('Nuit', %s) returning id),"
            " made as (insert into account (email, name, role, active, team_id, created_ms)"
            " select 'p' || n || '@example.org', 'Émilie ' || lpad(n::text, 5, '0'), 'agent', n %% 7 <> 0,"
            " case when n %% 2 = 0 then team.id end, 1 from generate_series(1, %s) n, team returning id)"
            " insert into account_brand (account_id, brand_id) select id, %s from made returning 1",
            made.ids.north, PEOPLE, made.ids.north,
        )  # fmt: skip
        made.query("update account set role = 'administrator' where id = %s returning 1", made.ids.sam)
        made.query("delete from account_brand where account_id = %s returning 1", made.ids.sam)
        yield made


def signed_in(browser: Browser, url: str, name: str, **window: Any) -> Page:
    options: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, **window}
    context = browser.new_context(locale="fr-FR", **options)
    entry = {"email": f"{name}@example.org", "password": PASSWORD}
    assert context.request.post(f"{url}/api/v1/session", data=entry, headers=WRITES).ok
    return context.new_page()


def seen(page: Page, name: str) -> None:
    if SEEN:
        page.screenshot(path=Path(SEEN) / f"{name}.png")


def test_people_are_found_by_keys_and_narrowed(house: DeskHouse, browser: Browser) -> None:
    with served(house.centre.app) as at:
        url = f"http://{at}"
        page = signed_in(browser, url, "sam")
        page.goto(f"{url}/admin/agents")
        lines = page.locator(".items .lines a")
        expect(lines).to_have_count(SHOWN)
        expect(page.locator(".items header")).to_contain_text("2 004".replace(" ", "\u202f"))
        seen(page, "agents")
        assert findings(page) == []
        page.get_by_role("button", name="Voir la suite").click()
        expect(lines).to_have_count(2 * SHOWN)
        seek = page.get_by_label("Chercher dans la liste")
        seek.fill("EMILIE 0017")
        expect(lines).to_have_count(11)
        page.get_by_label("Équipe", exact=True).select_option(label="Nuit")
        expect(lines).to_have_count(5)
        seek.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(lines.nth(1)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".one h2")).to_have_text("Émilie 00172")
        seek.fill("personne de ce nom")
        expect(page.get_by_text("Rien ne correspond")).to_be_visible()
        seen(page, "agents-none")
        assert findings(page) == []
        page.get_by_role("button", name="Tout montrer").click()
        expect(lines).to_have_count(2 * SHOWN)


def test_a_phone_shows_the_list_and_a_key_is_given_to_a_person_found_by_name(
    house: DeskHouse, browser: Browser
) -> None:
    with served(house.centre.app) as at:
        url = f"http://{at}"
        phone = signed_in(browser, url, "sam", viewport={"width": 390, "height": 844}, color_scheme="dark")
        phone.goto(f"{url}/admin/agents")
        expect(phone.locator(".items .lines a")).to_have_count(SHOWN)
        seen(phone, "agents-phone")
        assert findings(phone) == []
        page = signed_in(browser, url, "sam")
        page.goto(f"{url}/admin/keys/new")
        page.get_by_label("Nom", exact=True).fill("CRM")
        person = page.get_by_role("combobox")
        person.fill("emilie 01998")
        page.get_by_role("option", name="Émilie 01998").click()
        expect(person).to_have_value("Émilie 01998")
        expect(page.get_by_role("listbox")).to_have_count(0)
        seen(page, "key-person")
        assert findings(page) == []


def test_a_contact_is_handed_to_one_of_thousands(house: DeskHouse, browser: Browser) -> None:
    house.query(
        "insert into presence (account_id, state, since_ms) select id, 'ready', 1 from account"
        " where name = 'Émilie 01300' returning 1"
    )
    with served(house.centre.app) as at:
        url = f"http://{at}"
        contact = house.in_hand(house.browser("ada"))
        page = signed_in(browser, url, "ada")
        page.goto(f"{url}/desk/{contact}")
        page.get_by_role("button", name="Transférer").first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("option")).not_to_have_count(0)
        expect(dialog.get_by_text("D’autres répondent")).to_be_visible()
        dialog.get_by_role("searchbox").fill("emilie 013")
        expect(dialog.get_by_role("option", name="Émilie 01300")).to_be_visible()
        seen(page, "transfer")
        assert findings(page) == []
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("button", name="Transférer")).to_be_enabled()


def test_contacts_are_narrowed_to_one_of_thousands(house: DeskHouse, browser: Browser) -> None:
    with served(house.centre.app) as at:
        url = f"http://{at}"
        page = signed_in(browser, url, "sam")
        with page.expect_response("**/contacts/choices") as loaded:
            page.goto(f"{url}/contacts")
        assert "agents" not in loaded.value.json(), "people are asked for by name"
        page.get_by_role("button", name="Conseiller").click()
        options = page.get_by_role("option")
        expect(options).to_have_count(SHOWN + 2)
        expect(page.get_by_text("D’autres répondent")).to_be_visible()
        page.keyboard.type("emilie 01777")
        expect(options).to_have_count(1)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        seen(page, "contacts-agent")
        assert findings(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        chosen = page.get_by_role("button", name="Émilie 01777")
        expect(chosen).to_be_visible()
        page.reload()
        expect(chosen).to_be_visible()
        chosen.click()
        expect(page.get_by_role("option", name="Émilie 01777")).to_have_attribute("aria-selected", "true")
        page.keyboard.type("nobody of this name")
        expect(options).to_have_count(1)


def test_a_held_centre_says_so_everywhere_and_is_let_go(house: DeskHouse, browser: Browser) -> None:
    with house.database.transaction() as conn:
        outbound.hold(conn, now_ms=house.centre.clock.now_ms() - 3_700_000, backup_ms=1_790_000_000_000)
        conn.execute(
            "insert into outbox (kind, state, due_ms, created_ms)"
            " values ('mail', 'due', 1, 1), ('mail', 'due', 1, 1790000000001)"
        )
    with served(house.centre.app) as at:
        url = f"http://{at}"
        agent = signed_in(browser, url, "ada")
        agent.goto(f"{url}/desk")
        page = signed_in(browser, url, "sam")
        page.goto(f"{url}/admin/brands")
        bar = page.get_by_role("region", name="Envoi suspendu")
        expect(bar).to_contain_text("2 e-mails")
        seen(page, "held")
        assert findings(page) == []
        bar.get_by_role("button", name="Reprendre l’envoi").click()
        dialog = page.get_by_role("alertdialog")
        expect(dialog).to_contain_text("non confirmé")
        seen(page, "held-dialog")
        assert findings(page) == []
        dialog.get_by_role("button", name="Reprendre l’envoi").click()
        expect(bar).to_have_count(0)
        expect(agent.get_by_role("region", name="Envoi suspendu")).to_have_count(0)
    assert [row["action"] for row in house.query("select action from audit where noun = 'outbound'")] == [
        "release"
    ]
