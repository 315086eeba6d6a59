"""A draft of a trial in a real browser: an empty registry that says so, a change of mind, a forecast by the twin."""

from collections.abc import Callable, Generator
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, expect

from affluent.centre.twin_runs.work import Ground, work
from affluent.storage.database import Database
from affluent.storage.twin_runs import PgWork
from tests.e2e.furnished import WRITES, Furnished, furnished, opened, picture
from tests.e2e.sight import sound
from tests.support.postgres import Databases

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

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


def work_off(database: Database) -> None:
    """Does what the twin was asked, in this process."""
    runs = PgWork(database)
    assert runs.slot(1)
    run = runs.next(1_000)
    assert run is not None
    nothing = cast("Any", None)
    runs.finish(run.id, work(run, Ground(nothing, nothing), lambda step, done, total: None), 2_000)
    cast("Any", runs)._held.close()


@pytest.fixture(scope="module")
def house(clusters: Callable[[str], Databases]) -> Generator[Furnished]:
    with clusters("embedded").fresh() as dsn, furnished(dsn) as one:
        yield one


def test_from_an_empty_registry_to_a_forecast_by_the_twin(browser: Browser, house: Furnished) -> None:
    page = opened(browser, house.url, "root", "/trials", viewport={"width": 1440, "height": 1000})
    api = page.request
    trial = api.post(
        f"{house.url}/api/v1/trials",
        data={
            "name": "Tchats d’abord", "noun": "queues", "noun_id": house.ids.chat, "mode": "switchback",
            "changes": {"tier": 8}, "metric": "asa", "smallest": 5_000, "expected": -8_000, "days": 14,
        },
        headers=WRITES,
    ).json()  # fmt: skip
    api.post(f"{house.url}/api/v1/twin/scenarios", data={"name": "Lundi", "document": DAY}, headers=WRITES)
    page.reload()
    expect(page.locator(".registry")).to_contain_text("n’a pas encore d’effet mesuré")
    expect(page.locator(".registry")).to_contain_text("rien ne court encore")
    sound(page)
    picture(page, "foretelling-registry")
    page.goto(f"/trials/{trial['id']}")
    page.get_by_role("button", name="Modifier").click()
    expect(page.get_by_label("Nom de l’essai")).to_have_value("Tchats d’abord")
    expect(page.get_by_label("Plus petit écart utile")).to_have_value("5")
    page.get_by_label("Nom de l’essai").fill("Tchats avant tout")
    page.locator(".trial-form fieldset input").first.fill("9")
    sound(page)
    picture(page, "foretelling-editing")
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
    work_off(house.database)
    keep = page.get_by_role("button", name="Garder comme prévision")
    expect(keep).to_be_visible(timeout=30_000)
    expect(page.locator(".trial .said.big").last).to_contain_text("prévu, de")
    sound(page)
    picture(page, "foretelling-told")
    keep.click()
    expect(page.get_by_text("C’est la prévision de l’essai.")).to_be_visible()
    expect(page.locator(".trial dl").last).to_contain_text("par le jumeau sur le scénario")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    sound(page)
    picture(page, "foretelling-phone-dark")
    page.goto("/trials")
    expect(page.locator(".registry .forest .told")).to_have_count(1)
    picture(page, "foretelling-registry-told")
