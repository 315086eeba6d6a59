"""The page of voice menus in a browser: made, drawn, tried on the page's telephone, published; phone, dark, French."""

import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from affluent.centre import passwords
from affluent.cli.compose import compose
from affluent.storage.database import Database
from tests.centre.stage import furnish, insert
from tests.channels.centre import served
from tests.e2e.sight import sound
from tests.support.postgres import Databases

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

WORD = "a-long-password"
PICTURES = os.environ.get("AFFLUENT_PICTURES")
"""A folder to leave pictures of the page in, for people to look at."""
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def url(clusters: Callable[[str], Databases]) -> Generator[str, None, None]:
    """A centre with a line of calls in north, and Root."""
    with clusters("embedded").fresh() as dsn:
        ids = furnish(dsn)
        database = Database(dsn, size_max=2)
        database.open()
        with database.transaction() as conn:
            insert(conn, "account", email="root@example.org", name="Root", role="administrator", created_ms=0)
            conn.execute("update account set password_hash = %s", (passwords.hashed(WORD),))
            insert(conn, "queue", brand_id=ids.north, name="Calls", medium="voice", target_ms=20_000)
        database.close()
        centre = compose(dsn)
        try:
            assert centre.runner.wait_until_leading(110)
            with served(centre.app) as address:
                yield f"http://{address}"
                centre.watch.stop()
        finally:
            centre.stop()


def signed_in(browser: Browser, url: str, **options: Any) -> Page:
    page = browser.new_context(viewport=DESKTOP, locale="en-GB", **options).new_page()
    page.goto(f"{url}/signin")
    answer = page.request.post(
        f"{url}/api/v1/session",
        data={"email": "root@example.org", "password": WORD},
        headers={"X-Affluent": "1"},
    )
    assert answer.ok, answer.text()
    page.request.patch(f"{url}/api/v1/session", data={"locale": "en"}, headers={"X-Affluent": "1"})
    page.goto(f"{url}/menus")
    return page


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"menus-{name}.png"))


def test_a_menu_is_made_drawn_tried_and_published(browser: Browser, url: str) -> None:
    page = signed_in(browser, url)
    page.get_by_role("button", name="New menu").click()
    page.get_by_role("textbox", name="Name").fill("Main line")
    page.get_by_role("dialog").get_by_role("combobox", name="Brand").select_option(label="North")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Main line")).to_be_visible()
    drawing = page.get_by_role("group", name="Drawing of the menu")
    expect(drawing.get_by_role("button")).to_have_count(3)

    # A step that nothing leads to is a problem at its step, until a key leads there.
    page.get_by_role("combobox", name="New step").select_option("answer")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("nothing leads to the step answer").first).to_be_visible()
    page.get_by_role("textbox", name="What is said, English").fill("We open at nine.")
    page.get_by_role("textbox", name="What is said, French").fill("Nous ouvrons à neuf heures.")
    drawing.get_by_role("button", name="Choice by keys").press("Enter")
    page.get_by_role("button", name="Add a key").click()
    page.get_by_role("combobox", name="Leads to").nth(1).select_option("answer")
    expect(page.get_by_text("A person is one key away")).to_be_visible()
    sound(page)
    picture(page, "drawing-light")

    page.get_by_role("button", name="Try the call").click()
    phone = page.get_by_role("region", name="Try the call")
    phone.get_by_text("Hear what is said").click()
    phone.get_by_role("button", name="Call", exact=True).click()
    heard = phone.get_by_role("list", name="What is said")
    expect(heard).to_contain_text("tapez 1")
    phone.get_by_role("button", name="2", exact=True).click()
    expect(heard).to_contain_text("neuf heures")
    phone.get_by_role("button", name="1", exact=True).click()
    expect(heard).to_contain_text("Served without an agent")
    expect(drawing.locator(".step.on")).to_have_count(3)
    picture(page, "tried-light")
    sound(page)

    page.keyboard.press("Control+s")
    page.get_by_role("button", name="Publish 2").click()
    page.get_by_role("textbox", name="Why").fill("Opening hours by themselves")
    page.get_by_role("dialog").get_by_role("button", name="Publish 2").click()
    expect(page.get_by_text("Version 2 · live")).to_be_visible()
    page.get_by_role("button", name="Versions").click()
    expect(page.get_by_role("dialog")).to_contain_text("Opening hours by themselves")
    page.keyboard.press("Escape")
    expect(page.get_by_text("No call in this period.")).to_be_visible()


def test_the_page_on_a_phone_in_the_dark(browser: Browser, url: str) -> None:
    page = signed_in(browser, url, color_scheme="dark")
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Main line").click()
    expect(page.get_by_role("group", name="Drawing of the menu")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    sound(page)
    picture(page, "phone-dark")
