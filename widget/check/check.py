"""Plays a visitor in a real browser against the mock: `python widget/check/check.py [--pictures FOLDER]`.

Needs the built files (`npm run build`) and Debian's chromium. Prints a line a check; a failure ends it.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import calls
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOM = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("AFFLUENT_CHECK_PORT", "8791"))
SITE = f"http://localhost:{PORT}/"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *calls.FLAGS,
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
BOX = "affluent-chat textarea"
SEND = "affluent-chat .row .go"
LAUNCH = "affluent-chat .launch"


def play(what: str, **more: Any) -> dict[str, Any]:
    """Has the mock play the centre's side; answers what it holds."""
    body = json.dumps({"do": what, **more}).encode()
    connection = http.client.HTTPConnection("localhost", PORT)
    connection.request("POST", "/mock", body)
    return json.load(connection.getresponse())


def axe(page: Page) -> None:
    """Fails when axe finds anything at all."""
    page.evaluate((ROOM / "node_modules/axe-core/axe.min.js").read_text())
    found = page.evaluate(
        "axe.run(document).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' ')))"
    )
    assert found == [], found


def wrote(text: str) -> int:
    return sum(message["text"] == text for message in play("look")["messages"])


def say(page: Page, text: str) -> None:
    page.fill(BOX, text)
    page.press(BOX, "Enter")


class Visits:
    """Opens pages; remembers where pictures go."""

    site = SITE
    play = staticmethod(play)
    axe = staticmethod(axe)

    def __init__(self, browser: Browser, pictures: Path | None) -> None:
        self.browser = browser
        self.pictures = pictures

    def context(self, *, phone: bool = False) -> BrowserContext:
        return self.browser.new_context(viewport=PHONE if phone else DESKTOP, has_touch=phone)  # type: ignore[arg-type]

    def page(self, *, phone: bool = False, lang: str = "fr") -> Page:
        page = self.context(phone=phone).new_page()
        page.goto(f"{SITE}?lang={lang}")
        return page

    def picture(self, page: Page, name: str) -> None:
        if self.pictures:
            page.wait_for_timeout(250)
            page.screenshot(path=self.pictures / f"{name}.png")


def a_visitor_is_answered(visits: Visits, *, phone: bool, lang: str) -> None:
    page = visits.page(phone=phone, lang=lang)
    tag = f"{'phone' if phone else 'desktop'}-{lang}"
    page.click(LAUNCH)
    expect(page.locator("affluent-chat input[name=name]")).to_be_visible()
    expect(page.locator(BOX)).to_be_focused()
    axe(page)
    visits.picture(page, f"{tag}-1-new")
    page.fill("affluent-chat input[name=name]", "Hélène")
    say(page, "Bonjour, où en est le remboursement de mes lunettes ?")
    expect(page.locator("affluent-chat .state")).to_contain_text(
        "2 personnes avant" if lang == "fr" else "2 people ahead"
    )
    visits.picture(page, f"{tag}-2-waiting")
    play("accept")
    play(
        "agent",
        text="Bonjour Madame Quéré, la facture est arrivée. Voir https://arvene.example/suivi aussi.",
    )
    play("frame", frame={"t": "read", "seq": 1})
    say(page, "Merci !\nEt ma carte ?")
    page.set_input_files(
        "affluent-chat input[type=file]",
        {"name": "devis.pdf", "mimeType": "application/pdf", "buffer": b"x" * 900},
    )
    expect(page.locator("affluent-chat form .file")).to_contain_text("devis.pdf")
    page.click(SEND)
    expect(page.locator("affluent-chat .log .file")).to_contain_text("devis.pdf")
    play("frame", frame={"t": "typing", "who": "agent", "on": True})
    expect(page.locator("affluent-chat .typing")).to_contain_text("Camille")
    axe(page)
    visits.picture(page, f"{tag}-3-in-hand")
    heard = play("look")["heard"]
    assert any(frame["t"] == "read" for frame in heard)
    assert any(frame.get("name") == "Hélène" for frame in heard)
    page.context.close()


def nothing_is_lost_or_repeated_over_cuts(visits: Visits) -> None:
    page = visits.page()
    page.click(LAUNCH)
    say(page, "un")
    expect(page.locator("affluent-chat .log small")).to_contain_text("Reçu")
    play("faults", lose_acks=True)
    play("cut")
    say(page, "deux")
    expect(page.locator("affluent-chat .state")).to_contain_text("Connexion perdue")
    visits.picture(page, "desktop-fr-4-cut")
    page.wait_for_timeout(1500)
    say(page, "trois")
    page.reload()
    page.click(LAUNCH)
    play("faults", lose_acks=False)
    play("cut")
    expect(page.locator("affluent-chat .mine")).to_have_count(3)
    page.wait_for_timeout(2500)
    assert [wrote(text) for text in ("un", "deux", "trois")] == [1, 1, 1], play("look")["messages"]
    assert page.evaluate("JSON.parse(localStorage['affluent:demo']).unsent") == []
    page.context.close()


def two_tabs_are_one_conversation(visits: Visits) -> None:
    context = visits.context()
    one, two = context.new_page(), context.new_page()
    for page in (one, two):
        page.goto(SITE)
    before = play("look")["sessions"]
    one.click(LAUNCH)
    say(one, "depuis le premier onglet")
    two.click(LAUNCH)
    expect(two.locator("affluent-chat .mine")).to_have_count(1)
    say(two, "depuis le second")
    expect(one.locator("affluent-chat .mine")).to_have_count(2)
    play("agent", text="Je vous lis.")
    for page in (one, two):
        expect(page.locator("affluent-chat .m")).to_have_count(3)
    assert play("look")["sessions"] == before + 1
    context.close()


def an_unread_answer_shows_on_the_button(visits: Visits) -> None:
    page = visits.page()
    page.click(LAUNCH)
    say(page, "Bonjour")
    expect(page.locator("affluent-chat .state")).to_contain_text("avant vous")
    page.keyboard.press("Escape")
    expect(page.locator(LAUNCH)).to_be_focused()
    play("agent", text="Bonjour !")
    expect(page.locator(f"{LAUNCH} b")).to_have_text("1")
    visits.picture(page, "desktop-fr-5-unread")
    page.reload()
    expect(page.locator(f"{LAUNCH} b")).to_have_text("1")
    page.click(LAUNCH)
    page.keyboard.press("Escape")
    expect(page.locator(f"{LAUNCH} b")).to_have_count(0)
    page.context.close()


def refusals_and_limits_say_why(visits: Visits) -> None:
    page = visits.page()
    page.click(LAUNCH)
    play("faults", refuse=True)
    say(page, "trop vite")
    expect(page.locator("affluent-chat small.bad")).to_contain_text("Trop de messages")
    page.set_input_files(
        "affluent-chat input[type=file]",
        {"name": "gros.pdf", "mimeType": "application/pdf", "buffer": b"x" * 300_000},
    )
    expect(page.locator("affluent-chat form .bad")).to_contain_text("0,2")
    axe(page)
    visits.picture(page, "desktop-fr-6-refused")
    play("faults", refuse=False)
    page.click("affluent-chat small button")
    expect(page.locator(BOX)).to_have_value("trop vite")
    page.press(BOX, "Enter")
    expect(page.locator("affluent-chat .log small")).to_contain_text("Reçu")
    page.context.close()


def leaving_asks_first_and_writing_reopens(visits: Visits) -> None:
    page = visits.page()
    page.click(LAUNCH)
    say(page, "Bonjour")
    play("accept")
    for state, words in (("warned", "toujours là"), ("released", "en pause"), ("in_hand", "")):
        play("state", state=state)
        expect(page.locator("affluent-chat .state")).to_contain_text(words)
    page.click("text=Quitter")
    visits.picture(page, "desktop-fr-7-leaving")
    page.click("affluent-chat .ask button >> nth=0")
    expect(page.locator("affluent-chat .state")).to_contain_text("terminée")
    visits.picture(page, "desktop-fr-8-closed")
    say(page, "Encore une question")
    expect(page.locator("affluent-chat .state")).to_contain_text("avant vous")
    play("forget")
    say(page, "Je recommence")
    expect(page.locator("affluent-chat .mine")).to_have_count(1, timeout=8000)
    page.context.close()


def a_pale_brand_colour_is_darkened(visits: Visits) -> None:
    play("channel", colour="#ffd54a")
    page = visits.page()
    page.click(LAUNCH)
    expect(page.locator("affluent-chat h2")).to_contain_text("Arvène")
    axe(page)
    visits.picture(page, "desktop-fr-9-pale")
    play("channel", colour="#6d2348")
    page.context.close()


def the_form_is_sent(visits: Visits) -> None:
    for phone in (False, True):
        page = visits.page(phone=phone)
        form = page.locator("affluent-form")
        form.locator("button").click()
        expect(form.locator(".bad:not([role])").first).to_have_text("Ce champ est nécessaire.")
        axe(page)
        if visits.pictures:
            page.screenshot(
                path=visits.pictures / f"{'phone' if phone else 'desktop'}-fr-form.png", full_page=True
            )
        form.locator("#name").fill("Hélène")
        form.locator("#email").fill("refus@arvene.example")
        form.locator("#subject").select_option("Contrat")
        form.locator("#message").fill("Ma carte ?")
        form.locator("#paper").set_input_files(
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"x"}
        )
        form.locator("#ok").check()
        form.locator("button").click()
        expect(form.locator("#email-error")).to_have_text("Cette adresse est refusée.")
        form.locator("#email").fill("helene@arvene.example")
        form.locator("button").click()
        expect(form.locator(".done")).to_contain_text("A-2041")
        axe(page)
        page.context.close()
    assert len(play("look")["submitted"]) == 2


def the_page_never_scrolls_sideways(visits: Visits) -> None:
    page = visits.page(phone=True)
    page.set_viewport_size({"width": 320, "height": 640})
    page.click(LAUNCH)
    say(page, "x" * 300)
    root = "document.querySelector('affluent-chat').shadowRoot"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(f"(l => l.scrollWidth <= l.clientWidth)({root}.querySelector('.log'))")
    heights = page.evaluate(f"[...{root}.querySelectorAll('dialog button')].map(b => b.offsetHeight)")
    assert min(heights) >= 44, heights
    page.context.close()


CHECKS: list[Callable[[Visits], None]] = [
    nothing_is_lost_or_repeated_over_cuts,
    two_tabs_are_one_conversation,
    an_unread_answer_shows_on_the_button,
    refusals_and_limits_say_why,
    leaving_asks_first_and_writing_reopens,
    a_pale_brand_colour_is_darkened,
    the_form_is_sent,
    the_page_never_scrolls_sideways,
    *calls.CHECKS,
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--calls", action="store_true", help="the calls alone")
    arguments = parser.parse_args()
    if arguments.pictures:
        arguments.pictures.mkdir(parents=True, exist_ok=True)
    node = shutil.which("node") or "node"
    # The command is ours, word for word.
    mock = subprocess.Popen([node, str(ROOM / "mock/server.mjs")], env={**os.environ, "PORT": str(PORT)})  # noqa: S603
    time.sleep(1)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            visits = Visits(browser, arguments.pictures)
            for phone, lang in ((False, "fr"), (True, "fr"), (False, "en"), (True, "en")):
                if not arguments.calls:
                    a_visitor_is_answered(visits, phone=phone, lang=lang)
                    print("ok a visitor is answered", "phone" if phone else "desktop", lang)
            for check in calls.CHECKS if arguments.calls else CHECKS:
                check(visits)
                print("ok", check.__name__.replace("_", " "))
    finally:
        mock.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
