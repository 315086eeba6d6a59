"""Announced waits in a real browser: on the board, their page, in a queue's form; both languages, phone, dark."""

from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import Browser, expect

from affluent.facts.instants import HOUR_MS
from affluent.storage.database import Conn
from tests.centre.stage import Ids
from tests.e2e.furnished import DESKTOP, furnished, north_lines, opened, picture, south_line
from tests.e2e.sight import sound
from tests.support.history import write_history
from tests.support.postgres import Databases

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def url(clusters: Callable[[str], Databases]) -> Generator[str, None, None]:
    """A centre with a fortnight of chats, the last of them an hour ago."""

    def past(conn: Conn, ids: Ids, now_ms: int) -> None:
        lines = [north_lines(ids)[0], south_line(ids)]
        # Its days have their peak at the thirteenth hour: the last one ends about now.
        write_history(conn, lines, until_ms=now_ms + 5 * HOUR_MS, days=14, a_day=120)

    with clusters("embedded").fresh() as dsn, furnished(dsn, past) as one:
        yield one.url


def test_the_board_says_how_long_who_comes_now_will_wait(browser: Browser, url: str) -> None:
    page = opened(browser, url, "sam", "/board", viewport=DESKTOP)
    told = page.locator(".now-waits").first
    expect(told).to_contain_text("d’attente", timeout=20_000)
    expect(told).to_contain_text("% du temps")
    sound(page)
    picture(page, "waits-board")


def test_the_page_says_how_often_what_was_announced_held(browser: Browser, url: str) -> None:
    page = opened(browser, url, "sam", "/figures", viewport=DESKTOP)
    page.get_by_role("link", name="Attentes annoncées").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Attentes annoncées")
    expect(page.locator("main.waits .lead")).to_contain_text("80\N{NO-BREAK SPACE}% est promis")
    expect(page.locator(".wchart .dot")).not_to_have_count(0)
    assert page.locator("table.wt").first.locator("tbody tr").count() == 2
    sound(page)
    picture(page, "waits-page")
    page.get_by_role("combobox", name="File").select_option(index=1)
    expect(page.locator("table.wt").first.locator("tbody tr")).to_have_count(1)
    page.get_by_role("combobox", name="Période").select_option("today")
    sound(page)
    page.get_by_role("link", name="Chiffres").last.click()
    expect(page).to_have_url(f"{url}/figures")


def test_a_cushion_is_set_in_the_form_of_the_queue_and_seen_where_it_counts(
    browser: Browser, url: str
) -> None:
    page = opened(browser, url, "root", "/admin/queues", viewport=DESKTOP)
    page.locator(".items li a").filter(has_text="chat").first.click()
    expect(page.get_by_role("heading", name="Attente annoncée")).to_be_visible()
    expect(page.locator(".wait-effect")).to_contain_text("28 derniers jours", timeout=20_000)
    expect(page.get_by_label("Juste combien de fois")).to_have_value("80")
    page.get_by_label("Coussin, en part de l’attente").fill("25")
    page.get_by_label("Juste combien de fois").fill("90")
    page.locator(".wait-effect").scroll_into_view_if_needed()
    sound(page)
    picture(page, "waits-form")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_label("Coussin, en part de l’attente")).to_have_value("25")

    def changed() -> bool:
        told = page.request.get(f"{url}/api/v1/waits").json()["queues"]
        return {(0.9, 0.25), (0.8, 0)} == {(one["hold"], one["cushion_share"]) for one in told}

    page.wait_for_timeout(300)
    for _ in range(50):
        if changed():
            break
        page.wait_for_timeout(200)
    assert changed()
    page.goto("/waits")
    expect(page.locator("table.wt").first).to_contain_text("coussin +\N{NARROW NO-BREAK SPACE}25")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_a_dark_screen_and_english_show_the_same(browser: Browser, url: str, theme: str) -> None:
    page = opened(
        browser,
        url,
        "sam",
        "/waits",
        viewport={"width": 390, "height": 844},
        color_scheme=theme,
        has_touch=True,
    )
    expect(page.locator("main.waits .lead")).to_be_visible()
    sound(page)
    picture(page, f"waits-phone-{theme}")
    page.request.patch(f"{url}/api/v1/session", data={"locale": "en"}, headers={"X-Affluent": "1"})
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Announced waits")
    sound(page)
    picture(page, f"waits-phone-en-{theme}")


def test_where_nothing_was_announced_the_page_says_what_will_come(browser: Browser, url: str) -> None:
    page = opened(browser, url, "sam", "/waits", viewport=DESKTOP)
    page.route("**/api/v1/waits/told**", lambda route: route.fulfill(json={"timezone": "UTC", "days": []}))
    page.reload()
    expect(page.get_by_text("Aucune attente annoncée n’est encore finie")).to_be_visible()
    sound(page)
