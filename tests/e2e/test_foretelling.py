"""A draft of a trial in a real browser: an empty registry that says so, a change of mind, a forecast by the twin."""

import os
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, expect

from affluent.centre import passwords
from affluent.centre.twin_runs.work import Ground, work
from affluent.cli.compose import compose
from affluent.storage.database import Database
from affluent.storage.twin_runs import PgWork
from tests.centre.stage import Ids, furnish, insert
from tests.channels.centre import served
from tests.e2e.sight import sound
from tests.support.postgres import Databases

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

WORD = "a-long-password"
PICTURES = os.environ.get("AFFLUENT_PICTURES")
"""A folder to leave pictures of the page in, for people to look at."""
HEADERS = {"X-Affluent": "1"}
DAY = """
version: 1
name: Lundi
periods: [2h]
policy:
  version: 1
  media: {chat: {units: 60}}
  queues:
    chat: {medium: chat, target: 40s}
    autre: {medium: chat, target: 40s}
groups:
  tous: {agents: 6, limits: {chat: 1}}
classes:
  clients: {queue: chat, arrivals: 60/h, handling: {exponential: 2m30s}, patience: {exponential: 4m}}
  autres: {queue: autre, arrivals: 60/h, handling: {exponential: 2m30s}, patience: {exponential: 4m}}
"""


@dataclass(frozen=True)
class House:
    url: str
    ids: Ids
    database: Database

    def work_off(self) -> None:
        """Does what the twin was asked, in this process."""
        runs = PgWork(self.database)
        assert runs.slot(1)
        run = runs.next(1_000)
        assert run is not None
        nothing = cast("Any", None)
        runs.finish(run.id, work(run, Ground(nothing, nothing), lambda step, done, total: None), 2_000)
        cast("Any", runs)._held.close()


@pytest.fixture(scope="module")
def house(clusters: Callable[[str], Databases]) -> Generator[House]:
    with clusters("embedded").fresh() as dsn:
        ids = furnish(dsn)
        database = Database(dsn, size_max=2)
        database.open()
        with database.transaction() as conn:
            insert(conn, "account", email="root@example.org", name="Root", role="administrator", created_ms=0)
            conn.execute("update account set password_hash = %s", (passwords.hashed(WORD),))
        centre = compose(dsn)
        assert centre.runner.wait_until_leading(60)
        with served(centre.app) as address:
            yield House(f"http://{address}", ids, database)
        centre.stop()
        database.close()


def opened(browser: Browser, house: House, path: str, **look: Any) -> Page:
    page = browser.new_context(base_url=house.url, locale="fr-FR", **look).new_page()
    signed = page.request.post(
        f"{house.url}/api/v1/session", data={"email": "root@example.org", "password": WORD}, headers=HEADERS
    )
    assert signed.ok, signed.text()
    page.request.patch(f"{house.url}/api/v1/session", data={"locale": "fr"}, headers=HEADERS)
    page.goto(path)
    return page


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"foretelling-{name}.png"), full_page=True)


def test_from_an_empty_registry_to_a_forecast_by_the_twin(browser: Browser, house: House) -> None:
    page = opened(browser, house, "/trials", viewport={"width": 1440, "height": 1000})
    api = page.request
    trial = api.post(
        f"{house.url}/api/v1/trials",
        data={
            "name": "Tchats d’abord", "noun": "queues", "noun_id": house.ids.chat, "mode": "switchback",
            "changes": {"tier": 8}, "metric": "asa", "smallest": 5_000, "expected": -8_000, "days": 14,
        },
        headers=HEADERS,
    ).json()  # fmt: skip
    api.post(f"{house.url}/api/v1/twin/scenarios", data={"name": "Lundi", "document": DAY}, headers=HEADERS)
    page.reload()
    expect(page.locator(".registry")).to_contain_text("n’a pas encore d’effet mesuré")
    expect(page.locator(".registry")).to_contain_text("rien ne court encore")
    sound(page)
    picture(page, "registry")
    page.goto(f"/trials/{trial['id']}")
    page.get_by_role("button", name="Modifier").click()
    expect(page.get_by_label("Nom de l’essai")).to_have_value("Tchats d’abord")
    expect(page.get_by_label("Plus petit écart utile")).to_have_value("5")
    page.get_by_label("Nom de l’essai").fill("Tchats avant tout")
    page.locator(".trial-form fieldset input").first.fill("9")
    sound(page)
    picture(page, "editing")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.locator("#trial-name")).to_have_text("Tchats avant tout")
    saved = api.get(f"{house.url}/api/v1/trials/{trial['id']}").json()
    assert (saved["changes"], saved["smallest"], saved["days"], saved["expected"]) == (
        {"tier": 9},
        5_000,
        14,
        -8_000,
    )
    page.get_by_label("Journées").select_option("100")
    page.get_by_role("button", name="Interroger le jumeau").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    sound(page)
    house.work_off()
    keep = page.get_by_role("button", name="Garder comme prévision")
    expect(keep).to_be_visible(timeout=30_000)
    expect(page.locator(".trial .said.big").last).to_contain_text("prévu, de")
    sound(page)
    picture(page, "told")
    keep.click()
    expect(page.get_by_text("C’est la prévision de l’essai.")).to_be_visible()
    expect(page.locator(".trial dl").last).to_contain_text("par le jumeau sur le scénario")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    sound(page)
    picture(page, "phone-dark")
    page.goto("/trials")
    expect(page.locator(".registry .forest .told")).to_have_count(1)
    picture(page, "registry-told")
