"""The twin's page in a browser: today's centre learnt, changed, lived and compared; phone, dark, both languages."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from affluent.cli.twin_worker.process import WorkerProcess
from affluent.facts.instants import HOUR_MS
from affluent.storage.database import Conn
from tests.centre.stage import Ids
from tests.e2e.furnished import DESKTOP, PHONE, furnished, north_lines, opened, picture
from tests.e2e.sight import sound
from tests.support.history import write_history
from tests.support.postgres import Databases
from tests.support.scenarios import DAY, MORE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

RUN_MS = 180_000
DEMO_DAY = Path(__file__).parents[1].joinpath("support/demo_day.yaml").read_text("utf-8")
"""What the demonstration learnt from its own three weeks."""


@pytest.fixture(scope="module")
def url(clusters: Callable[[str], Databases]) -> Generator[str, None, None]:
    """A centre with three weeks of contacts, and one worker that interprets the loop."""

    def past(conn: Conn, ids: Ids, now_ms: int) -> None:
        write_history(conn, north_lines(ids), until_ms=now_ms - HOUR_MS, days=21, a_day=40)

    with clusters("embedded").fresh() as dsn:
        worker = {"NUMBA_DISABLE_JIT": "1"}
        with furnished(dsn, past, twin_runs=1, start_worker=lambda: WorkerProcess(dsn, 1, 1, worker)) as one:
            yield one.url


def kept(page: Page, url: str, name: str, document: str) -> int:
    answer = page.request.post(
        f"{url}/api/v1/twin/scenarios",
        data={"name": name, "document": document},
        headers={"X-Affluent": "1"},
    )
    assert answer.status == 201, answer.text()
    return answer.json()["id"]


def test_a_planner_learns_today_changes_it_and_lives_it(browser: Browser, url: str) -> None:
    page = opened(browser, url, "pia", "/twin", viewport=DESKTOP)
    expect(page.get_by_role("heading", level=1)).to_have_text("Jumeau du centre")
    expect(page.get_by_text("Aucun scénario encore.")).to_be_visible()
    sound(page)
    picture(page, "twin-empty")
    page.get_by_role("button", name="Depuis le centre d’aujourd’hui").click()
    page.get_by_label("Semaines d’historique").fill("3")
    sound(page)
    picture(page, "twin-today")
    page.get_by_role("button", name="Apprendre le scénario").click()
    expect(page.locator(".twin-one .state").first).to_contain_text("terminé", timeout=RUN_MS)
    expect(page.locator(".twin-one .big")).to_contain_text("Une journée type")
    sound(page)
    picture(page, "twin-fitted")
    page.get_by_role("article").get_by_role("link", name="Ouvrir le scénario").click()
    expect(page.get_by_role("heading", name="Arrivées")).to_be_visible()
    bar = page.get_by_role("slider", name="Arrivées par heure").first
    bar.focus()
    before = float(bar.get_attribute("aria-valuenow") or 0)
    for _ in range(4):
        page.keyboard.press("PageUp")
    expect(page.locator(".twin-one .state").first).to_contain_text("non enregistré")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")
    assert float(bar.get_attribute("aria-valuenow") or 0) > before
    sound(page)
    picture(page, "twin-forms")
    # What is not saved yet is still there after a look elsewhere.
    page.reload()
    expect(page.get_by_text("ont été reprises là où vous les aviez laissées")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.locator(".twin-one .state").first).to_have_text("version 2")
    page.get_by_role("button", name="Vivre cette journée").click()
    page.get_by_label("Journées").fill("30")
    page.get_by_role("dialog").get_by_role("button", name="Vivre cette journée").click()
    expect(page.locator(".twin-one .state").first).to_contain_text("terminé", timeout=RUN_MS)
    expect(page.locator(".results > .big")).to_contain_text("contacts par jour")
    page.get_by_role("button", name="Voir le tableau").first.click()
    expect(page.locator(".drawn table").first).to_be_visible()
    drawn = page.locator(".drawn").count()
    page.locator(".charts-of select").select_option(index=1)
    expect(page.locator(".drawn table").first).to_be_visible()
    assert 0 < page.locator(".drawn").count() < drawn, "occupancy is of agents: no class has one of its own"
    sound(page)
    picture(page, "twin-results")
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger (CSV)").click()
    text = download.value.path().read_text("utf-8")
    assert text.startswith("\ufeffscenario;") and "période" in text
    assert "type de contacts × période" in text


def test_a_planner_asks_what_if_and_reads_the_answer(browser: Browser, url: str) -> None:
    page = opened(browser, url, "pia", "/twin", viewport=DESKTOP)
    page.goto(f"/twin/scenarios/{kept(page, url, 'Une petite journée', DAY)}")
    page.get_by_role("button", name="Et si…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("De", exact=True).select_option(label="9:00")
    dialog.get_by_label("à", exact=True).select_option(label="10:00")
    expect(dialog).to_contain_text("Changement\u00a0: +\u00a02 all, 9:00–10:00.")
    dialog.get_by_role("button", name="Et aussi…").click()
    expect(dialog).to_contain_text("+\u00a010\u00a0% de contacts")
    sound(page)
    picture(page, "twin-what-if")
    dialog.get_by_role("button", name="Comparer").click()
    expect(page.locator(".against .big")).to_contain_text("Appels", timeout=RUN_MS)
    expect(page.locator(".where table").first).to_contain_text("calls")
    expect(page.locator(".where .when")).to_contain_text("9:00")
    sound(page)
    picture(page, "twin-what-if-answered")
    answer = page.request.get(f"{url}/api/v1/twin/scenarios").json()["items"][0]
    content = page.request.get(f"{url}/api/v1/twin/scenarios/{answer['id']}").json()["content"]
    assert content["groups"]["all"]["agents"] == [4, 2]
    assert content["classes"]["calls"]["arrivals"] == ["22/h", "22/h"]


def test_four_questions_on_the_demonstrations_own_day_are_asked_without_its_document(
    browser: Browser, url: str
) -> None:
    """More agents in the morning, more chats, e-mails within a day, a team that also serves another queue."""
    page = opened(browser, url, "root", "/twin", viewport=DESKTOP)
    scenario = kept(page, url, "Une journée de la démonstration", DEMO_DAY)
    page.goto(f"/twin/scenarios/{scenario}")

    def asked(question: str, **fields: str) -> None:
        page.get_by_role("button", name="Et si…").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Et si", exact=True).select_option(label=question)
        for label, choice in fields.items():
            dialog.get_by_label(label, exact=True).select_option(label=choice)
        dialog.get_by_role("button", name="Changer ce scénario").click()
        expect(dialog).to_have_count(0)

    asked("il y avait d’autres effectifs", Groupe="Dépannage", De="8:00", à="12:00")
    asked("il venait plus ou moins de monde", Contacts="tout\u00a0: Tchat")
    asked("l’objectif était autre")
    asked("un groupe servait aussi une file", Groupe="Dépannage", File="Tchat prestations")
    page.keyboard.press("Control+s")
    expect(page.locator(".twin-one .state").first).to_have_text("version 2")
    before, after = (
        page.request.get(f"{url}/api/v1/twin/scenarios/{scenario}?version={one}").json()["content"]
        for one in (1, 2)
    )
    staff = [one["groups"]["Dépannage"]["agents"] for one in (before, after)]
    assert [b - a for a, b in zip(*staff, strict=True)] == [0] * 16 + [2] * 8 + [0] * 24
    rates = [
        [float(rate.removesuffix("/h")) for rate in one["classes"]["Tchat dépannage"]["arrivals"]]
        for one in (before, after)
    ]
    assert sum(rates[1]) == pytest.approx(1.1 * sum(rates[0]), rel=0.01)
    assert before["classes"]["Contrats par e-mail"] == after["classes"]["Contrats par e-mail"]
    mails = [queue for queue in after["policy"]["queues"].values() if queue["medium"] == "email"]
    assert {queue["target"] for queue in mails} == {"1d"}
    assert after["groups"]["Dépannage"]["skills"].items() >= {"health": 1, "Arvène": 1, "network": 4}.items()
    picture(page, "twin-demo-day")


def test_forms_change_classes_groups_and_periods_whole(browser: Browser, url: str) -> None:
    page = opened(browser, url, "root", "/twin", viewport=DESKTOP)
    scenario = kept(page, url, "À remanier", DAY)
    page.goto(f"/twin/scenarios/{scenario}")
    name = page.get_by_label("Nom", exact=True).last
    name.fill("appels")
    name.press("Enter")
    expect(page.locator(".sc-head")).to_contain_text("appels")
    page.get_by_label("Loi").nth(1).select_option(label="log-normale")
    page.get_by_text("Un rappel est proposé").click()
    page.get_by_label("Part qui accepte").fill("140")
    page.get_by_label("Proposé après").first.fill("2")
    page.get_by_role("button", name="Dupliquer appels").click()
    expect(page.locator(".sc-head")).to_have_count(2)
    sound(page)
    picture(page, "twin-editor-class")
    page.get_by_text("Conseillers", exact=True).first.click()
    page.get_by_role("button", name="Dupliquer all").click()
    page.get_by_role("button", name="Retirer help").click()
    expect(page.locator(".sc-serves")).to_contain_text("Personne")
    page.get_by_label("Répondre aussi à").select_option(label="calls")
    expect(page.locator(".sc-serves")).to_contain_text("calls")
    page.get_by_role("button", name="Ajouter une pause").click()
    sound(page)
    picture(page, "twin-editor-group")
    page.get_by_text("Journée", exact=True).first.click()
    page.get_by_label("Durée d’une période").first.fill("30")
    page.get_by_label("Durée d’une période, unité").select_option(label="min")
    page.get_by_label("Nombre", exact=True).fill("4")
    page.get_by_role("button", name="Découper ainsi").click()
    expect(page.get_by_text("en 4 périodes")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.locator(".twin-one .state").first).to_have_text("version 2")
    content = page.request.get(f"{url}/api/v1/twin/scenarios/{scenario}").json()["content"]
    assert [*content["classes"]] == ["appels", "appels 2"]
    assert content["classes"]["appels"]["callback"] == {"after": "2m", "share": 1.0}
    assert content["periods"] == {"each": "30m", "count": 4}
    assert content["groups"]["all 2"]["breaks"] == [{"at": "1h", "lasts": "15m", "agents": 1}]
    assert content["groups"]["all 2"]["skills"] == {"help": 1}


def test_problems_are_shown_by_line_as_one_types(browser: Browser, url: str) -> None:
    page = opened(browser, url, "root", "/twin", viewport=DESKTOP)
    page.goto(f"/twin/scenarios/{kept(page, url, 'À mettre au point', DAY)}")
    page.get_by_text("Document", exact=True).click()
    area = page.get_by_role("textbox", name="Document")
    area.fill(DAY.replace("20/h", "beaucoup"))
    expect(page.get_by_role("button", name="Ligne 15")).to_be_visible()
    expect(page.locator(".problems")).to_contain_text("débit")
    sound(page)
    picture(page, "twin-problems")
    area.fill(DAY.replace("20/h", "30/h"))
    expect(page.get_by_text("Ce document peut être vécu.")).to_be_visible()
    page.get_by_text("Formulaires", exact=True).click()
    expect(page.get_by_text("60 contacts par jour en tout")).to_be_visible()
    page.get_by_role("button", name="Abandonner mes modifications").click()
    expect(page.get_by_text("40 contacts par jour en tout")).to_be_visible()


def test_two_scenarios_side_by_side_in_english_dark_and_on_a_phone(browser: Browser, url: str) -> None:
    page = opened(browser, url, "pia", "/twin", locale="en", viewport=PHONE, color_scheme="dark")
    for name, document in (("Two agents", DAY), ("Three agents", MORE)):
        kept(page, url, name, document)
    page.reload()
    for name in ("Two agents", "Three agents"):
        page.get_by_label(f"Choose {name} to compare").check()
    sound(page)
    picture(page, "twin-phone-list")
    page.get_by_role("button", name="Compare the 2 ticked").click()
    page.get_by_role("dialog").get_by_text("Two agents").click()
    page.get_by_label("Days").fill("60")
    page.get_by_role("dialog").get_by_role("button", name="Compare").click()
    expect(page.locator(".twin-one .state").first).to_contain_text("done", timeout=RUN_MS)
    expect(page.locator(".against .big")).to_contain_text("Calls:")
    expect(page.locator(".against .finding").first).to_be_visible()
    sound(page)
    picture(page, "twin-phone-compare")
    page.set_viewport_size(DESKTOP)
    picture(page, "twin-compare-dark")
    sound(page)


def test_a_run_is_cancelled_and_run_again(browser: Browser, url: str) -> None:
    page = opened(browser, url, "root", "/twin", viewport=DESKTOP)
    scenario = kept(page, url, "Longue journée", DAY)
    answer = page.request.post(
        f"{url}/api/v1/twin/runs",
        data={"kind": "run", "scenario_id": scenario, "replications": 20000},
        headers={"X-Affluent": "1"},
    )
    page.goto(f"/twin/runs/{answer.json()['id']}")
    expect(page.locator(".progress")).to_contain_text("journées sur 20 000", timeout=RUN_MS)
    sound(page)
    picture(page, "twin-progress")
    page.get_by_role("button", name="Annuler ce calcul").click()
    expect(page.locator(".twin-one .state").first).to_contain_text("annulé")
    expect(page.get_by_role("button", name="Relancer")).to_be_visible()


def test_it_is_for_planners_and_administrators(browser: Browser, url: str) -> None:
    page = opened(browser, url, "sam", "/desk", viewport=DESKTOP)
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    expect(page.get_by_role("link", name="Jumeau")).to_have_count(0)
    page.goto("/twin")
    expect(page.locator("main.twin")).to_have_count(0)
