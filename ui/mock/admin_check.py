"""Uses the settings pages in a real browser against the mock: `python ui/mock/admin_check.py`.

Needs the built pages (`npm run build`) and Debian's chromium. Prints one line a check; a failure ends it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

HERE = Path(__file__).resolve().parent
PORT = 8979
SITE = f"http://127.0.0.1:{PORT}"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def signed_in(browser: Browser, path: str, who: str = "odile") -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in = {"email": f"{who}@demo.example", "password": "demo"}
    assert context.request.post(f"{SITE}/api/v1/session", data=sign_in, headers={"X-Affluent": "1"}).ok
    page = context.new_page()
    page.goto(f"{SITE}/admin/{path}")
    return page


def a_team_is_made_and_changed(browser: Browser) -> None:
    page = signed_in(browser, "teams")
    page.get_by_role("link", name="Ajouter").click()
    page.get_by_label("Nom", exact=True).fill("Soirée")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Soirée")).to_be_visible()
    assert "/new" not in page.url
    page.get_by_label("Nom", exact=True).fill("Nuit")
    page.keyboard.press("Enter")
    expect(page.locator(".items")).to_contain_text("Nuit")


def unsaved_changes_are_kept_until_told(browser: Browser) -> None:
    page = signed_in(browser, "teams/1")
    name = page.get_by_label("Nom", exact=True)
    name.fill("Autre nom")
    page.get_by_role("link", name="Files").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.get_by_role("button", name="Rester").click()
    expect(name).to_have_value("Autre nom")
    page.get_by_role("link", name="Files").click()
    page.get_by_role("button", name="Quitter sans enregistrer").click()
    page.wait_for_url("**/admin/queues")


def a_refusal_stands_beside_its_field(browser: Browser) -> None:
    page = signed_in(browser, "channels/2")
    origins = page.get_by_label("Sites autorisés")
    origins.fill("https://www.arvene.example/espace")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".field .wrong")).to_contain_text("sans chemin")
    expect(origins).to_be_focused()
    expect(origins).to_have_value("https://www.arvene.example/espace")
    page = signed_in(browser, "brands/1")
    page.get_by_role("button", name="Archiver").click()
    expect(page.locator(".toast")).to_contain_text("sert encore")


def what_is_archived_comes_back(browser: Browser) -> None:
    page = signed_in(browser, "macros/1")
    page.get_by_role("button", name="Archiver").click()
    page.locator(".toast").get_by_role("button", name="Annuler").click()
    expect(page.locator(".toast").last).to_contain_text("de nouveau en service")
    expect(page.get_by_role("button", name="Archiver")).to_be_visible()


def rules_are_tried_and_ordered(browser: Browser) -> None:
    page = signed_in(browser, "rules/1")
    page.get_by_role("button", name="Essayer").click()
    expect(page.locator(".beside")).to_contain_text("38 contacts sur 412")
    page.get_by_role("button", name="Descendre Résiliations").click()
    expect(page.locator(".items li").first).to_contain_text("Messages en anglais")
    page.get_by_role("button", name="Ajouter une condition").click()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".field .wrong")).to_contain_text("attend une valeur")


def hours_have_breaks(browser: Browser) -> None:
    page = signed_in(browser, "hours/1")
    page.get_by_role("button", name="Ouvrir, dimanche").click()
    until = page.get_by_label("dimanche, plage 1, à")
    until.fill("12h30")
    page.get_by_role("button", name="Après une pause, dimanche").click()
    expect(until).to_have_value("12:30")
    expect(page.get_by_label("dimanche, plage 2, de")).to_have_value("13:00")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("button", name="Enregistrer")).to_be_disabled()


def a_channel_is_embedded_and_tested(browser: Browser) -> None:
    page = signed_in(browser, "channels/2")
    page.get_by_role("button", name="Copier").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert 'data-site="sk_4hW2pQ9"' in copied, copied
    page = signed_in(browser, "channels/1")
    page.get_by_role("button", name="Essayer").click()
    expect(page.locator(".steps")).to_contain_text("Invalid credentials")


def a_supervisor_only_reads(browser: Browser) -> None:
    page = signed_in(browser, "queues/1", who="nadia")
    expect(page.get_by_label("Nom", exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name="Enregistrer")).to_have_count(0)
    expect(page.get_by_role("link", name="Ajouter")).to_have_count(0)


def the_trail_tells_who_changed_what(browser: Browser) -> None:
    page = signed_in(browser, "audit")
    entry = page.locator(".audit details").filter(has_text="Nuit").first
    entry.locator("summary").click()
    expect(entry).to_contain_text("Soirée")


CHECKS: list[Callable[[Browser], None]] = [
    a_team_is_made_and_changed,
    unsaved_changes_are_kept_until_told,
    a_refusal_stands_beside_its_field,
    what_is_archived_comes_back,
    rules_are_tried_and_ordered,
    hours_have_breaks,
    a_channel_is_embedded_and_tested,
    a_supervisor_only_reads,
    the_trail_tells_who_changed_what,
]


def main() -> int:
    node = shutil.which("node") or "node"
    # The command is ours, word for word.
    mock = subprocess.Popen([node, str(HERE / "server.mjs")], env={**os.environ, "PORT": str(PORT)})  # noqa: S603
    time.sleep(1)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            for check in CHECKS:
                check(browser)
                print("ok", check.__name__.replace("_", " "))
    finally:
        mock.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
