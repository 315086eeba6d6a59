"""Takes the pictures of the pages from a demonstration that runs: `tools/pictures.py http://localhost:8700 FOLDER`.

Pages in French and English, light and dark, on a desktop and a phone; `desk.png` is the README's.
Look at them: what is clipped, crowded or untranslated shows here first.
"""

import argparse
import os
import smtplib
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

WRITES = {"X-Affluent": "1"}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
HELD_MIN = 5
TRIES = 12


class Pictures:
    """Signs people of the demonstration in and keeps what they see."""

    def __init__(self, browser: Browser, address: str, folder: Path) -> None:
        self._browser = browser
        self.address = address
        self._folder = folder
        self.people = self._people()

    def _people(self) -> dict[str, dict[str, Any]]:
        """The first account of each role."""
        visit = self._browser.new_context()
        accounts = visit.request.get(f"{self.address}/api/v1/start").json()["demo_accounts"]
        visit.close()
        assert accounts, "this is no demonstration"
        return {one["role"]: one for one in reversed(accounts)}

    @contextmanager
    def seen_by(
        self, role: str | None, locale: str, theme: str, size: dict[str, Any]
    ) -> Generator[tuple[Page, BrowserContext]]:
        made = self._browser.new_context(
            locale="fr-FR" if locale == "fr" else "en-GB",
            timezone_id="Europe/Paris",
            color_scheme="dark" if theme == "dark" else "light",
            **size,
        )
        if role is not None:
            account = self.people[role]
            pair = {"email": account["email"], "password": account["password"]}
            assert made.request.post(f"{self.address}/api/v1/session", data=pair, headers=WRITES).ok
            mine = {"locale": locale, "theme": theme}
            made.request.patch(f"{self.address}/api/v1/session", data=mine, headers=WRITES)
        yield made.new_page(), made
        made.close()

    def keep(self, page: Page, name: str) -> None:
        page.wait_for_timeout(600)
        page.screenshot(path=self._folder / f"{name}.png")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        print(f"{name}.png" + (f": {wide} px too wide" if wide > 0 else ""))


def _takes(api: BrowserContext, address: str) -> int:
    """The agent is there and takes what is offered; returns the contact that reads best."""
    at = f"{address}/api/v1"
    api.request.put(f"{at}/desk/presence", data={"state": "ready"}, headers=WRITES)
    for _ in range(TRIES):
        desk = api.request.get(f"{at}/desk").json()
        lacking = HELD_MIN - len(desk["in_hand"]) - len(desk["sleeping"])
        if lacking <= 0:
            break
        # What is offered last stays offered: a picture of the desk shows an offer, too.
        for offer in desk["offers"][:lacking]:
            api.request.post(f"{at}/contacts/{offer['id']}/accept", headers=WRITES)
        time.sleep(0.5)
    desk = api.request.get(f"{at}/desk").json()
    letters = [row for row in desk["in_hand"] if row["medium"] == "form"]
    if letters and not desk["sleeping"]:
        api.request.post(f"{at}/contacts/{letters[0]['id']}/sleep", data={"until_ms": None}, headers=WRITES)
    held = api.request.get(f"{at}/desk").json()["in_hand"]
    assert held, "nobody has written to this agent"
    return max(held, key=lambda row: (row["subject"] == LETTERS[0][1], row["medium"] == "email", -row["id"]))[
        "id"
    ]


LETTERS = (
    (
        "Hélène Quéré",
        "Remboursement de mes lunettes",
        "Bonjour,\n\nJ’ai changé de lunettes le 3 novembre (facture de 412 € jointe) et je n’ai encore rien reçu. "
        "Quand le remboursement sera-t-il versé ? Mon opticien me dit aussi que ma carte n’est plus valable : comment "
        "obtenir la nouvelle ?\n\nMerci d’avance, Hélène Quéré",
    ),
    (
        "Gérard Lemaître",
        "Décompte du 3 novembre",
        "Bonjour, il manque la part de la mutuelle sur mon décompte.",
    ),
    (
        "Noémie Carpentier",
        "Chambre particulière",
        "Bonjour, la chambre particulière est-elle prise en charge ?",
    ),
    ("Loïc Beaumont", "Devis dentaire", "Bonjour, voici mon devis : combien me restera-t-il à payer ?"),
)


def stage(pictures: Pictures, mail_port: int) -> None:
    """Letters that are good to look at, in the hands of the agent whose desk is shown."""
    for at, (name, subject, text) in enumerate(LETTERS):
        letter = EmailMessage()
        letter["From"] = f"{name} <client{at}@courriel.example>"
        letter["To"], letter["Subject"] = "prestations@arvene.example", subject
        letter.set_content(text)
        if at == 0:
            letter.add_attachment(
                b"%PDF-1.7", maintype="application", subtype="pdf", filename="facture-0311.pdf"
            )
        with smtplib.SMTP("127.0.0.1", mail_port) as door:
            door.send_message(letter)
    at_api = f"{pictures.address}/api/v1"
    with (
        pictures.seen_by("agent", "fr", "light", DESKTOP) as (_, agent),
        pictures.seen_by("administrator", "fr", "light", DESKTOP) as (_, boss),
    ):
        agent.request.put(f"{at_api}/desk/presence", data={"state": "ready"}, headers=WRITES)
        mine = agent.request.get(f"{at_api}/session").json()["id"]
        found = boss.request.get(f"{at_api}/contacts?last_days=1&state=open&medium=email").json()["items"]
        subjects = {subject for _, subject, _ in LETTERS}
        for row in (one for one in found if one["subject"] in subjects):
            given = {"agent_id": mine, "now": True, "reason": "À traiter ensemble"}
            boss.request.post(f"{at_api}/board/contacts/{row['id']}/reassign", data=given, headers=WRITES)
            time.sleep(0.3)
            agent.request.post(f"{at_api}/contacts/{row['id']}/accept", headers=WRITES)


def desks(pictures: Pictures) -> None:
    for name, locale, theme, size in (
        ("desk", "fr", "light", DESKTOP),
        ("desk-dark", "en", "dark", DESKTOP),
        ("desk-phone", "fr", "light", PHONE),
        ("desk-phone-dark", "en", "dark", PHONE),
    ):
        with pictures.seen_by("agent", locale, theme, size) as (page, api):
            contact = _takes(api, pictures.address)
            page.goto(f"{pictures.address}/desk/{contact}")
            page.locator(".thread .msg").first.wait_for()
            pictures.keep(page, name)


def dialogs(pictures: Pictures) -> None:
    with pictures.seen_by("agent", "fr", "light", DESKTOP) as (page, api):
        contact = _takes(api, pictures.address)
        page.goto(f"{pictures.address}/desk/{contact}")
        page.locator(".thread .msg").first.wait_for()
        for key, name in (("z", "sleep"), ("c", "close"), ("m", "macros"), ("?", "keys")):
            page.keyboard.press(key)
            pictures.keep(page, f"desk-{name}")
            page.keyboard.press("Escape")


def leading(pictures: Pictures) -> None:
    """What supervisors look at."""
    for name, locale, theme, size in (
        ("board-fr", "fr", "light", DESKTOP),
        ("board-en", "en", "light", DESKTOP),
        ("board-dark", "en", "dark", DESKTOP),
        ("board-phone", "fr", "dark", PHONE),
    ):
        with pictures.seen_by("supervisor", locale, theme, size) as (page, _):
            page.goto(f"{pictures.address}/board")
            page.locator(".qt tbody tr").first.wait_for()
            pictures.keep(page, name)
    for path, name, sign in (
        ("/contacts", "contacts", ".found-row"),
        ("/figures?period=month", "figures", ".heads"),
    ):
        with pictures.seen_by("supervisor", "fr", "light", DESKTOP) as (page, _):
            page.goto(f"{pictures.address}{path}")
            page.locator(sign).first.wait_for()
            pictures.keep(page, name)


def settings(pictures: Pictures) -> None:
    with pictures.seen_by("administrator", "en", "light", DESKTOP) as (page, _):
        for noun in ("hours", "queues"):
            page.goto(f"{pictures.address}/admin/{noun}")
            page.locator(".items li a").first.click()
            page.locator("form fieldset").first.wait_for()
            pictures.keep(page, f"settings-{noun}")
        page.goto(f"{pictures.address}/admin/sessions")
        page.locator(".held li").first.wait_for()
        pictures.keep(page, "settings-sessions")


def widget(pictures: Pictures) -> None:
    for size, name in ((DESKTOP, "widget"), (PHONE, "widget-phone")):
        with pictures.seen_by(None, "fr", "light", size) as (page, _):
            page.goto(f"{pictures.address}/demo/site/arvene")
            page.click("affluent-chat .launch")
            page.locator("affluent-chat textarea").wait_for()
            pictures.keep(page, name)


ALL: tuple[Callable[[Pictures], None], ...] = (desks, dialogs, leading, settings, widget)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--mail", type=int, help="the demonstration's SMTP port: letters are written for the pictures"
    )
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        pictures = Pictures(browser, arguments.address.rstrip("/"), arguments.folder)
        if arguments.mail is not None:
            stage(pictures, arguments.mail)
        for take in ALL:
            take(pictures)
        browser.close()


if __name__ == "__main__":
    main()
