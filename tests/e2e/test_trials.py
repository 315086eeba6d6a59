"""The page of rules on trial in a real browser: written, started, looked at, concluded; read by others, phone, dark."""

from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import Browser, Page, expect
from psycopg.types.json import Jsonb

from affluent.facts.instants import DAY_MS, HOUR_MS
from affluent.measure.trials import arm_of
from affluent.storage.database import Conn
from tests.centre.stage import Ids, insert
from tests.e2e.furnished import DESKTOP, furnished, north_lines, opened, picture
from tests.e2e.sight import sound
from tests.support.history import write_history
from tests.support.postgres import Databases

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def url(clusters: Callable[[str], Databases]) -> Generator[str, None, None]:
    """A centre with three weeks of contacts, and a rule that was on trial all the while and does nothing."""

    def past(conn: Conn, ids: Ids, now_ms: int) -> None:
        write_history(conn, north_lines(ids), until_ms=now_ms - HOUR_MS, days=21, a_day=40)
        tried(conn, ids, now_ms)

    with clusters("embedded").fresh() as dsn, furnished(dsn, past) as one:
        yield one.url


def tried(conn: Conn, ids: Ids, now_ms: int) -> None:
    """A trial over the whole past: each contact of the queue falls to an arm, and nothing else is done."""
    trial_id = insert(
        conn, "trial", brand_id=ids.north, name="Objectif des chats à 20 s", why="Ils s’en vont vite",
        noun="queues", noun_id=ids.chat, subject="chat", mode="share", changes={"keep_ms": 60_000},
        before={"keep_ms": 300_000}, metric="service_level", smallest=0.05, expected=0.04, unit="customer",
        share_permille=500, slot_ms=2 * HOUR_MS, washout_ms=0, apart_days=1, timezone="Europe/Paris", days=28,
        planned_units=500, state="running", created_ms=now_ms - 22 * DAY_MS, started_ms=now_ms - 22 * DAY_MS,
        started_by=ids.sam, ends_ms=now_ms + 6 * DAY_MS,
        forecast={"value": 0.03, "low": 0.01, "high": 0.05, "by": "twin", "at_ms": now_ms},
    )  # fmt: skip
    conn.execute("update trial set guardrails = %s", (Jsonb([{"key": "abandonment", "margin": 0.2}]),))
    rows = conn.execute("select id, customer_id, arrived_ms from contact where queue_id = %s", (ids.chat,))
    for row in rows.fetchall():
        told = {
            "trial_id": trial_id,
            "arm": arm_of(trial_id, row["customer_id"], 500),
            "unit_id": row["customer_id"],
        }
        conn.execute(
            "insert into journal (at_ms, kind, contact_id, data) values (%s, 'ContactDrawn', %s, %s)",
            (row["arrived_ms"], row["id"], Jsonb(told)),
        )


def test_an_administrator_tries_a_rule_from_the_form_to_the_verdict(browser: Browser, url: str) -> None:
    page = opened(browser, url, "root", "/trials", viewport=DESKTOP)
    expect(page.get_by_role("heading", level=1)).to_have_text("Règles à l’essai")
    page.get_by_role("button", name="Nouveau").click()
    page.get_by_label("Laquelle").select_option(label="mail")
    page.get_by_label("Ce qui change").select_option("target_ms")
    tried = page.locator(".trial-form fieldset").first
    tried.locator("input").fill("2")
    page.get_by_label("Jugé sur").select_option("asa")
    page.get_by_label("Plus petit écart utile").fill("1800")
    page.get_by_label("Nom de l’essai").fill("Courriels en deux heures")
    page.get_by_role("button", name="Combien de temps").click()
    expect(page.locator(".trial-form .big")).to_contain_text("pour voir un écart de")
    sound(page)
    picture(page, "trials-form")
    page.get_by_role("button", name="Écrire l’essai").click()
    expect(page.get_by_role("heading", name="Courriels en deux heures")).to_be_visible()
    expect(page.locator(".trial .said")).to_contain_text("jour")
    sound(page)
    picture(page, "trials-draft")
    page.get_by_role("button", name="Démarrer").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Démarrer").click()
    expect(page.locator(".trial .state")).to_have_text("en cours")
    page.get_by_role("button", name="Prolonger").click()
    page.get_by_role("dialog").get_by_role("button", name="Prolonger").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Conclure").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Garder", exact=True).click()
    dialog.get_by_label("Pourquoi").fill("Assez vu")
    sound(page)
    picture(page, "trials-conclude")
    dialog.get_by_role("button", name="Conclure").click()
    expect(page.locator(".trial .state")).to_have_text("gardée")
    expect(page.locator(".trial .said")).to_contain_text("Assez vu")
    queues = page.request.get(f"{url}/api/v1/admin/queues").json()["items"]
    assert next(one for one in queues if one["name"] == "mail")["target_ms"] == 2 * HOUR_MS


def test_a_supervisor_reads_what_it_does_and_can_do_nothing(browser: Browser, url: str) -> None:
    page = opened(browser, url, "sam", "/trials", viewport=DESKTOP)
    expect(page.get_by_role("heading", name="Registre des règles")).to_be_visible()
    expect(page.get_by_role("button", name="Nouveau")).to_have_count(0)
    sound(page)
    picture(page, "trials-registry")
    page.locator(".registry button", has_text="Objectif des chats").click()
    expect(page.locator(".trial .big")).to_contain_text("Niveau de service")
    expect(page.locator(".effects li")).to_have_count(5)
    main = page.locator(".effects li[data-main] svg")
    foretold = "Prévu\u00a0: +3\u00a0pts, de +1\u00a0pts à +5\u00a0pts. "
    expect(main).to_have_attribute("aria-label", foretold + measured(page))
    expect(page.locator(".trial .acts")).to_have_count(0)
    sound(page)
    picture(page, "trials-read")


def measured(page: Page) -> str:
    label = page.locator(".effects li[data-main] svg").get_attribute("aria-label") or ""
    assert "Mesuré" in label and " à " in label, label
    return label[label.index("Mesuré") :]


def test_in_english_in_the_dark_on_a_phone_and_by_keyboard(browser: Browser, url: str) -> None:
    page = opened(browser, url, "sam", "/trials", viewport=DESKTOP, color_scheme="dark")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rules on trial")
    line = page.locator(".items a", has_text="Objectif des chats")
    line.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".trial .big")).to_contain_text("Service level")
    sound(page)
    picture(page, "trials-dark")
    phone = opened(browser, url, "root", "/trials", viewport={"width": 390, "height": 844})
    expect(phone.locator(".items li").first).to_be_visible()
    sound(phone)
    picture(phone, "phone-list")
    phone.locator(".items a", has_text="Objectif des chats").click()
    expect(phone.locator(".effects li").first).to_be_visible()
    sound(phone)
    picture(phone, "phone")
    phone.goto("/trials/new")
    phone.get_by_label("Laquelle").select_option(label="chat")
    phone.get_by_label("Ce qui change").select_option("offer_ms")
    expect(phone.get_by_text("Toute la file change de règle")).to_be_visible()
    sound(phone)
    picture(phone, "phone-form")
    phone.goto("/trials/999999")
    expect(phone.get_by_text("Cet essai n’existe pas")).to_be_visible()
