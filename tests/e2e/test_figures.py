"""The page of figures in a real browser: read, defined, drawn, opened to its contacts; both languages, phone, dark."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from affluent.storage.database import Conn
from tests.centre.stage import Ids
from tests.e2e.furnished import furnished, north_lines, opened, picture, south_line
from tests.e2e.sight import sound
from tests.support.history import write_history
from tests.support.postgres import Databases

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def url(clusters: Callable[[str], Databases]) -> Generator[str, None, None]:
    """A centre with three weeks of contacts behind it."""

    def past(conn: Conn, ids: Ids, now_ms: int) -> None:
        lines = [*north_lines(ids), south_line(ids)]
        write_history(conn, lines, until_ms=now_ms - 3_600_000, days=21, a_day=60)
        conn.execute(
            "insert into journal (at_ms, kind, contact_id, agent_id, data) select %s, 'OfferDeclined', c.id, %s,"
            " jsonb_build_object('reason', (array['busy', 'busy', 'not_mine', '', 'of_old'])[1 + row_number() over"
            " (order by c.id) %% 5]) from (select id from contact where brand_id = %s order by id desc limit 12) c",
            (now_ms - 7_200_000, ids.ada, ids.north),
        )

    with clusters("embedded").fresh() as dsn, furnished(dsn, past) as one:
        yield one.url


def test_a_supervisor_reads_defines_draws_and_opens_a_figure(browser: Browser, url: str) -> None:
    page = opened(browser, url, "sam", "/figures?period=month", viewport={"width": 1440, "height": 900})
    expect(page.get_by_role("heading", level=1)).to_have_text("Chiffres")
    expect(page.locator(".lead")).to_contain_text("réponses dues")
    assert page.locator(".fig-sheet tbody tr").count() == 30
    sound(page)
    picture(page, "figures-desktop")
    page.get_by_role("button", name="Niveau de service", exact=False).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("ICMI")
    expect(dialog.locator("table tr")).to_have_count(5)
    sound(page)
    picture(page, "figures-definition")
    dialog.get_by_role("button", name="Voir les contacts").click()
    expect(page.get_by_role("dialog").locator("li").first).to_be_visible()
    sound(page)
    picture(page, "figures-contacts")
    page.get_by_role("dialog").locator("li a").first.click()
    page.wait_for_url("**/desk/*")


def test_by_queue_in_english_in_the_dark_and_on_a_phone(browser: Browser, url: str) -> None:
    page = opened(
        browser,
        url,
        "sam",
        "/figures?period=month&by=queue",
        viewport={"width": 1280, "height": 860},
        color_scheme="dark",
    )
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Figures")
    expect(page.locator(".bars li")).to_have_count(3)
    sound(page)
    picture(page, "figures-dark")
    phone = opened(browser, url, "sam", "/figures?period=week", viewport={"width": 390, "height": 844})
    expect(phone.locator(".lead")).to_be_visible()
    sound(phone)
    picture(phone, "phone")


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}])
def test_why_agents_declined_is_read_and_opened(browser: Browser, url: str, look: dict[str, Any]) -> None:
    page = opened(browser, url, "sam", "/figures?set=work", **look)
    declines = page.get_by_role("region", name="Propositions déclinées, par motif")
    expect(declines.get_by_text("12 propositions ont été déclinées.")).to_be_visible()
    lines = declines.get_by_role("button")
    expect(lines).to_have_count(4)
    expect(lines.first).to_contain_text("Je finis un autre contact")
    expect(declines.get_by_text("Sans motif")).to_be_visible()
    expect(declines.get_by_text("Motif qui n’est plus proposé")).to_be_visible()
    lines.first.scroll_into_view_if_needed()
    picture(page, f"figures-declines-{'phone' if look else 'desktop'}")
    sound(page)
    lines.first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link").first).to_contain_text("déclinée par Ada")
    sound(page)
    picture(page, f"figures-declined-{'phone' if look else 'desktop'}")


def test_an_agent_sees_their_own_figures_and_a_quiet_period_says_so(browser: Browser, url: str) -> None:
    page = opened(
        browser, url, "ada", "/figures?period=month&by=agent", viewport={"width": 1280, "height": 860}
    )
    expect(page.locator(".fig-sheet tbody tr")).to_have_count(1)
    expect(page.locator(".fig-sheet tbody th")).to_have_text("Ada")
    quiet = "/figures?period=days&from=2020-01-01&to=2020-01-02"
    page.goto(quiet)
    expect(page.get_by_text("Aucun contact sur cette période")).to_be_visible()
    sound(page)


def test_the_export_holds_the_lines_of_the_table(browser: Browser, url: str) -> None:
    page = opened(
        browser, url, "sam", "/figures?period=month&by=queue", viewport={"width": 1280, "height": 860}
    )
    expect(page.locator(".fig-sheet tbody tr")).to_have_count(3)
    with page.expect_download() as download:
        page.get_by_role("button", name="Exporter").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 5 and lines[0].startswith("File;from;to;")
    assert [line.split(";")[0] for line in lines[1:]] == ["chat", "mail", "south_chat", "Ensemble"]


def test_two_periods_side_by_side_drawn_told_and_exported(browser: Browser, url: str) -> None:
    page = opened(
        browser, url, "sam", "/figures?period=week&by=queue", viewport={"width": 1440, "height": 900}
    )
    page.get_by_label("Comparer à").select_option("previous")
    expect(page.locator(".compared")).to_contain_text("Comparé à")
    expect(page.locator(".heads .change").first).to_contain_text("avant")
    expect(page.locator(".fig-sheet tfoot .change").first).to_be_visible()
    assert "against=previous" in page.url
    sound(page)
    picture(page, "figures-compared-queues")
    with page.expect_download() as download:
        page.get_by_role("button", name="Exporter").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    heads = lines[0].split(";")
    assert "received.then.count" in heads and "Niveau de service (avant)" in heads
    assert {len(line.split(";")) for line in lines} == {len(heads)}
    before = heads.index("received.then.count")
    assert sum(int(line.split(";")[before]) for line in lines[1:-1]) == int(lines[-1].split(";")[before]) > 0
    page.goto("/figures?period=week&against=week&show=received")
    expect(page.locator(".chart .line.then")).to_have_count(1)
    picture(page, "figures-compared-days")
    page.get_by_role("button", name="English").click()
    expect(page.locator(".compared")).to_contain_text("Compared with")
    dark = opened(
        browser, url, "sam", "/figures?period=week&against=week", color_scheme="dark",
        viewport={"width": 1280, "height": 860},
    )  # fmt: skip
    expect(dark.locator(".compared")).to_be_visible()
    sound(dark)
    picture(dark, "compared-dark")
    phone = opened(
        browser, url, "sam", "/figures?period=week&against=year", viewport={"width": 390, "height": 844}
    )
    expect(phone.locator(".compared")).to_contain_text("Aucun contact sur ces jours-là")
    sound(phone)
    picture(phone, "compared-phone")
