"""The demonstration as a visitor tries it: a customer in one window, an agent in another."""

from collections.abc import Generator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.cli.demo_house import Demonstration, demonstration
from tests.e2e.sight import sound

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def running(dsn: str, tmp_path: Path) -> Generator[Demonstration]:
    """One of each test's own: seats are taken and the pace is changed."""
    with demonstration(dsn, tmp_path) as one:
        yield one


def test_a_customer_chats_and_an_agent_answers(running: Demonstration, browser: Browser) -> None:
    customer = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844}).new_page()
    agent = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900}).new_page()
    agent.goto(f"{running.address}/demo")
    agent.click("button[value='camille@affluent.example']")
    agent.wait_for_url("**/desk")
    agent.click("button.status")
    agent.get_by_role("menuitem", name="Disponible").click()

    customer.goto(f"{running.address}/demo/site/arvene")
    customer.click("affluent-chat .launch")
    customer.fill("affluent-chat input[name=name]", "Hélène Quéré")
    customer.fill("affluent-chat textarea", "Où en est le remboursement de mes lunettes ?")
    customer.press("affluent-chat textarea", "Enter")

    offer = agent.locator("article.offer")
    expect(offer).to_contain_text("Hélène Quéré", timeout=20_000)
    offer.locator("button").first.click()
    thread = agent.locator(".thread")
    expect(thread).to_contain_text("remboursement de mes lunettes", timeout=20_000)
    agent.fill("#composer textarea", "Bonjour Madame Quéré, vous recevrez 287,40 € mardi.")
    agent.press("#composer textarea", "Control+Enter")
    expect(customer.locator("affluent-chat .log")).to_contain_text("287,40 €", timeout=20_000)
    expect(customer.locator("affluent-chat h2")).to_contain_text("Camille")


def test_the_form_of_a_site_is_answered_in_the_webmail(running: Demonstration, browser: Browser) -> None:
    customer = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 860}).new_page()
    customer.goto(f"{running.address}/demo/site/ligeo")
    form = customer.locator("affluent-form")
    form.locator("input[name=name]").fill("Grace O’Connor")
    form.locator("input[name=email]").fill("grace@mail.example")
    form.locator("#subject").select_option(index=1)
    form.locator("textarea").fill("The light is red.")
    form.get_by_role("button", name="Send").click()
    expect(form).to_contain_text("Thank you", timeout=20_000)

    agent = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900}).new_page()
    agent.goto(f"{running.address}/demo")
    agent.click("button[value='yanis@affluent.example']")
    agent.wait_for_url("**/desk")
    agent.click("button.status")
    agent.get_by_role("menuitem", name="Disponible").click()
    agent.locator("article.offer button").first.click(timeout=20_000)
    agent.fill("#composer textarea", "Please unplug the box for thirty seconds.")
    agent.press("#composer textarea", "Control+Enter")

    customer.goto(f"{running.address}/demo/mail")
    line = customer.locator(".mail nav a").first
    line.wait_for(timeout=30_000)
    line.click()
    expect(customer.locator(".letter.theirs")).to_contain_text("thirty seconds")


def test_the_entrance_shows_who_is_where_and_changes_the_pace(
    running: Demonstration, browser: Browser
) -> None:
    page = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{running.address}/demo")
    expect(page.locator("[data-seat]")).to_have_count(25)
    expect(page.get_by_text("Les personnes simulées ne sont pas encore là.")).to_be_visible()
    running.simulation.start()
    expect(page.get_by_text("Les personnes simulées ne sont pas encore là.")).to_be_hidden(timeout=60_000)
    page.get_by_role("button", name="Heure de pointe").click()
    expect(page.get_by_role("button", name="Heure de pointe")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Temps réel")).to_have_attribute("aria-pressed", "false")
    assert running.simulation.pace == "rush"
    expect(page.locator(".state.ready, .state.contact").first).to_be_visible(timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_entrance_is_accessible(
    running: Demonstration, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_context(locale="en-GB", color_scheme=scheme).new_page()
    page.goto(f"{running.address}/demo")
    sound(page)
