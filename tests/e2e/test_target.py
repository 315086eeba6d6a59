"""The target finder in a real browser: asked with values of one's own, read, applied with an undo, put on trial.

The twin's worker is answered for here, with what the finder itself finds in the scenario: its own tests run it.
"""

import json
from collections.abc import Callable, Generator
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page, Route, expect

from affluent.twin.scenario import read_scenario
from affluent.twin.scenario.writing import written_scenario
from affluent.twin.targets import find, read_worth
from affluent.twin.targets.answers import answer
from affluent.twin.targets.checking import Checked, Money, Neighbour, checked_answer
from tests.e2e.furnished import DESKTOP, furnished, picture
from tests.e2e.furnished import opened as signed_in
from tests.e2e.sight import sound
from tests.support.postgres import Databases

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

NARROW, FIXED = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
SCENARIO = read_scenario("""
version: 1
name: Aujourd’hui
periods: [4h, 4h]
policy:
  version: 1
  media: {chat: {units: 60}, email: {units: 30}}
  queues:
    chat: {medium: chat, target: 40s}
    second chat: {medium: chat, target: 1m}
    mail: {medium: email, target: 4h}
groups:
  tous: {agents: 12, limits: {chat: 2, email: 2}}
classes:
  clients: {queue: chat, arrivals: 80/h, handling: {lognormal: 5m, cv: 0.8}, patience: {exponential: 3m}}
  nouveaux: {queue: chat, arrivals: 20/h, handling: {exponential: 6m}, patience: {exponential: 90s}}
  aide: {queue: second chat, arrivals: 30/h, handling: {exponential: 4m}, patience: {exponential: 5m}}
  courrier: {queue: mail, arrivals: 20/h, handling: {exponential: 6m}}
""")


@pytest.fixture(scope="module")
def url(clusters: Callable[[str], Databases]) -> Generator[str, None, None]:
    with clusters("embedded").fresh() as dsn, furnished(dsn) as one:
        yield one.url


def found(written: str) -> dict[str, Any]:
    """What the worker would come to: the finder's answer, and a check as one may come out (its own tests live it)."""
    worth = read_worth(written, SCENARIO)
    curves = find(SCENARIO, worth, 1)
    best = {one.queue: int(one.curve.waits_ms[one.curve.best]) for one in curves.queues}
    alike, worse = Money(-40.0, -90.0, 10.0), Money(-80.0, -120.0, -40.0)
    around = tuple(
        Neighbour(one.queue, wait_ms, alike if wait_ms > best[one.queue] else worse)
        for one in curves.queues
        for wait_ms in (10_000, 600_000)
    )
    today = {one.queue: one.today_ms for one in curves.queues}
    net = Money(3_000.0, 2_900.0, 3_100.0)
    gain = Money(650.0, 310.0, 980.0)
    checked = Checked(4, best, best, (), around, net, 900.0, net, None, today, gain, True)
    return json.loads(json.dumps({**answer(curves, worth), "checked": checked_answer(checked)}))


class Twin:
    """The routes of the twin as this page asks them."""

    def __init__(self, page: Page, *, scenarios: int = 1) -> None:
        self.asked: list[dict[str, Any]] = []
        self._scenarios = scenarios
        self._looks = 0
        page.route("**/api/v1/twin/**", self._answer)

    def _answer(self, route: Route) -> None:
        path = route.request.url.split("/api/v1/twin/")[1].split("?")[0]
        line = {"id": 1, "name": "Aujourd’hui", "version": 1, "changed_ms": 1_790_000_000_000}
        if path == "scenarios":
            route.fulfill(json={"items": [line] * self._scenarios, "next": None})
        elif path == "scenarios/1":
            route.fulfill(json={**line, "content": written_scenario(SCENARIO)})
        elif route.request.method == "POST":
            self.asked.append(json.loads(route.request.post_data or "{}"))
            self._looks = 0
            route.fulfill(status=201, json=self._run("waiting"))
        elif path == "runs":
            route.fulfill(json={"items": [self._run("done")] if self.asked else [], "next": None})
        else:
            self._looks += 1
            route.fulfill(json=self._run("running" if self._looks == 1 else "done"))

    def _run(self, state: str) -> dict[str, Any]:
        result = None
        if state == "done" and self.asked:
            result = found(self.asked[-1]["worth"])
        return {
            "id": 5, "kind": "target", "name": "Aujourd’hui", "scenario_ids": [1], "state": state,
            "step": "", "done": 0, "total": 1, "created_ms": 1_790_000_000_000, "created_by": "Root", "error": None,
            "result": result,
        }  # fmt: skip


def opened(browser: Browser, url: str, name: str, locale: str = "fr", **look: Any) -> tuple[Page, Twin]:
    page = signed_in(browser, url, name, None, locale, **look)
    twin = Twin(page)
    page.goto("/target")
    return page, twin


def test_a_planners_question_is_answered_with_values_of_their_own(browser: Browser, url: str) -> None:
    page, twin = opened(browser, url, "pia", viewport=DESKTOP)
    expect(page.get_by_role("heading", level=1)).to_have_text("Objectifs")
    expect(page.get_by_text("valeurs de départ, usuelles")).to_be_visible()
    assert page.locator(".of-class").count() == 3, "e-mail can be laid by: it has no class here"
    sound(page)
    picture(page, "target-asking")
    page.get_by_label("Coût d’une heure").fill("34,5")
    page.get_by_role("group", name="nouveaux").get_by_label("Valeur").fill("40")
    page.get_by_label("Budget de toutes les files").fill("4000")
    page.get_by_role("button", name="Trouver les objectifs").click()
    lead = page.locator(".answer .lead")
    expect(lead).to_contain_text(f"80{FIXED}%", timeout=20_000)
    expect(page.locator(".net-curve .best circle")).to_be_visible()
    document = yaml.safe_load(twin.asked[0]["worth"])
    assert document["hour"] == 34.5
    assert document["budget"] == 4000
    assert document["classes"]["nouveaux"]["value"] == 40
    assert "40s" in document["targets"]
    assert twin.asked[0]["scenario_id"] == 1
    assert twin.asked[0]["replications"] == 40
    checked = page.locator(".checked")
    expect(checked.locator(".lead")).to_contain_text("objectifs d’aujourd’hui")
    expect(
        checked.get_by_role("region", name="Les objectifs de chaque file").locator("tbody tr")
    ).to_have_count(2)
    assert checked.locator(".around tbody tr").count() >= 2
    expect(page.locator(".target-plan tbody tr")).to_have_count(2)
    expect(page.get_by_text("Écartées, car leur coût")).to_contain_text("mail")
    sound(page)
    picture(page, "target-answer")
    page.get_by_text("Voir le tableau").click()
    assert page.locator(".answer table.tt tbody tr[data-best]").count() == 1
    page.get_by_label("Courbe de").select_option("nouveaux")
    expect(page.get_by_text("de cette classe seule")).to_be_visible()
    sound(page)
    picture(page, "target-table")
    with page.expect_download() as written:
        page.get_by_role("button", name="Exporter").click()
    assert read_worth(written.value.path().read_text("utf-8"), SCENARIO).hour == 34.5
    with page.expect_download() as told:
        page.get_by_role("button", name="Télécharger (CSV)").click()
    lines = told.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("queue;target_ms;today;formulas_best")
    assert sum(line.startswith("chat;") for line in lines) == len(document["targets"])
    with page.expect_download() as told:
        page.get_by_role("button", name="Télécharger (JSON)").click()
    assert json.loads(told.value.path().read_text("utf-8"))["checked"]["days"] == 4
    expect(page.get_by_role("button", name="En faire l’objectif")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Coût d’une heure")).to_have_value("34.5")


def test_what_cannot_be_asked_is_said_beside_its_field(browser: Browser, url: str) -> None:
    page, twin = opened(browser, url, "root", viewport=DESKTOP)
    page.get_by_label("Coût d’une heure").fill("")
    expect(page.get_by_text("Dites ce que coûte une heure")).to_be_visible()
    expect(page.get_by_role("button", name="Trouver les objectifs")).to_be_disabled()
    page.get_by_role("button", name="Valeurs de départ").click()
    page.get_by_role("group", name="Point 2").get_by_label("Après").fill("5")
    expect(page.get_by_text("Les attentes doivent croître")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Valeurs de départ").click()
    page.get_by_label("Journées du jumeau").fill("1")
    expect(page.get_by_text("Zéro, ou de 2 à 500")).to_be_visible()
    expect(page.get_by_role("button", name="Trouver les objectifs")).to_be_disabled()
    assert twin.asked == []


def test_an_administrator_applies_the_target_takes_it_back_and_tries_it(browser: Browser, url: str) -> None:
    page, _ = opened(browser, url, "root", viewport=DESKTOP)
    page.get_by_role("button", name="Trouver les objectifs").click()
    act = page.get_by_role("button", name="En faire l’objectif de la file")
    expect(act).to_be_visible(timeout=20_000)
    queue = next(
        one for one in page.request.get(f"{url}/api/v1/admin/queues").json()["items"] if one["name"] == "chat"
    )
    page.locator(".apply select").select_option("90000")
    act.click()
    expect(page.get_by_text("l’objectif est désormais 90")).to_be_visible()
    path = f"{url}/api/v1/admin/queues/{queue['id']}"
    assert page.request.get(path).json()["target_ms"] == 90_000
    sound(page)
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("redevenu ce qu’il était")).to_be_visible()
    assert page.request.get(path).json()["target_ms"] == queue["target_ms"]
    page.get_by_role("button", name="Mettre à l’essai").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("chat")
    expect(page.locator("main.trials")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_a_dark_screen_and_english_show_the_same(browser: Browser, url: str, theme: str) -> None:
    page, _ = opened(
        browser,
        url,
        "root",
        "en" if theme == "dark" else "fr",
        viewport={"width": 390, "height": 844},
        color_scheme=theme,
        has_touch=True,
    )
    page.locator(".worth-form .btn.main").click()
    expect(page.locator(".net-curve .best circle")).to_be_visible(timeout=20_000)
    sound(page)
    page.locator(".answer").scroll_into_view_if_needed()
    picture(page, f"target-phone-{theme}")


def test_without_a_scenario_one_is_made_of_the_centre_as_it_is(browser: Browser, url: str) -> None:
    page, _ = opened(browser, url, "root", viewport=DESKTOP)
    page.unroute("**/api/v1/twin/**")
    Twin(page, scenarios=0)
    page.reload()
    expect(page.get_by_role("button", name="En faire un du centre d’aujourd’hui")).to_be_visible()
    sound(page)
    picture(page, "target-none")


def test_on_a_phone_what_makes_a_centre_better_shares_one_entry(browser: Browser, url: str) -> None:
    page, _ = opened(browser, url, "root", viewport={"width": 390, "height": 844}, has_touch=True)
    rail = page.get_by_role("navigation", name="Pages")
    here = rail.get_by_role("link", name="Améliorer")
    expect(here).to_have_attribute("aria-current", "page")
    expect(rail.get_by_role("link", name="Essais")).to_have_count(0)
    assert rail.evaluate("one => one.scrollWidth <= one.clientWidth"), "a phone's rail fits whole"
    tabs = page.get_by_role("navigation", name="Améliorer")
    expect(tabs.get_by_role("link", name="Objectifs")).to_have_attribute("aria-current", "page")
    picture(page, "target-phone-tabs")
    tabs.get_by_role("link", name="Essais").click()
    page.wait_for_url("**/trials")
    expect(here).to_have_attribute("aria-current", "page")
    page.set_viewport_size(DESKTOP)
    expect(rail.get_by_role("link", name="Essais")).to_be_visible()
    expect(page.get_by_role("navigation", name="Améliorer")).to_have_count(0)
