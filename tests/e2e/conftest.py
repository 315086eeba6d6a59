"""What every browser test stands on: the built pages, one Chromium a module, and two centres to look at."""

import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

import affluent.web
from affluent.cli.compose import compose
from tests.channels.centre import served
from tests.cli.demo_house import Demonstration, demonstration
from tests.e2e.chat_centre import Place, furnish
from tests.e2e.house import House
from tests.e2e.sight import CHROMIUM, FLAGS, needs_axe

# As long as a busy machine may take: an answer that does not come fails all the same.
expect.set_options(timeout=20_000)

PAGES = Path(affluent.web.__file__).with_name("pages")


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """Chromium, for the tests of a module. In CI a missing part is a failure; elsewhere the tests are skipped."""
    needs_axe()
    for part in (PAGES / "index.html", PAGES / "widget" / "affluent.js", Path(CHROMIUM)):
        if not part.is_file():
            missing = f"{part.name} is missing: `make pages test-parts`"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def place(dsn: str, browser: Browser) -> Generator[Place]:
    """A centre of one test's own, with one chat channel and one agent."""
    centre = compose(dsn)
    try:
        assert centre.runner.wait_until_leading(110)
        with served(centre.app) as address:
            url = f"http://{address}"
            office = browser.new_context()
            site_key = furnish(office.request, url)
            office.close()
            yield Place(url, site_key, browser)
            centre.watch.stop()
    finally:
        centre.stop()


@pytest.fixture(scope="module")
def running(
    browser: Browser, clusters: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory
) -> Generator[Demonstration]:
    """The demonstration, furnished and without simulated people, shared by the tests of a module."""
    folder = tmp_path_factory.mktemp("demo")
    with clusters("embedded").fresh() as dsn, demonstration(dsn, folder) as one:
        yield one


@pytest.fixture(scope="module")
def house(running: Demonstration, browser: Browser) -> Generator[House]:
    """The demonstration as people see it in their browsers."""
    one = House(running, browser)
    yield one
    one.leave()
