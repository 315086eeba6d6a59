"""The demonstration: furnished once, alive at the first sign-in, and its mail goes both ways."""

import re
import socket
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from affluent.centre.signing_in import From
from affluent.centre.wall import Role, Viewer
from affluent.cli.demo import demo, house, webmail
from affluent.cli.demo.mailbox import RECEIVED, Draft
from affluent.cli.demo.people import AGENTS, PASSWORD, PEOPLE
from affluent.cli.demo.wording import QUEUES
from affluent.cli.settings import Settings
from tests.channels.centre import eventually
from tests.cli.demo_house import Demonstration, demonstration

pytestmark = pytest.mark.timeout(240)
LOOKING = Viewer(0, "", Role.ADMINISTRATOR, "fr", None)
NOUNS = ("brands", "teams", "skills", "hours", "queues", "agents", "channels", "macros", "motives", "rules")
Json = dict[str, Any]


@pytest.fixture
def running(dsn: str, tmp_path: Path) -> Generator[Demonstration]:
    with demonstration(dsn, tmp_path) as one:
        yield one


def _settings(one: Demonstration) -> dict[str, list[Json]]:
    administration = one.centre.app.state.services.administration
    return {noun: administration.list_(LOOKING, noun) for noun in NOUNS}


@contextmanager
def _signed_in(one: Demonstration, email: str) -> Generator[httpx.Client]:
    headers = {"X-Affluent": "1", "Origin": one.address}
    with httpx.Client(base_url=one.address, headers=headers) as client:
        client.post("/api/v1/session", json={"email": email, "password": PASSWORD}).raise_for_status()
        yield client


def test_a_second_start_adds_nothing(running: Demonstration) -> None:
    first = _settings(running)
    assert len(first["queues"]) == len(QUEUES) == 10
    assert len(first["agents"]) == len(PEOPLE)
    assert len(AGENTS) == 25
    assert len(first["rules"]) == 6
    running.furnish()
    assert _settings(running) == first


def test_every_account_signs_in(running: Demonstration) -> None:
    for person in PEOPLE:
        with _signed_in(running, person.email) as client:
            assert client.get("/api/v1/session").json()["role"] == person.role


def test_a_mail_of_the_webmail_is_answered_in_it(running: Demonstration) -> None:
    with httpx.Client(base_url=running.address, headers={"Origin": running.address}) as customer:
        told = customer.post(
            "/demo/mail/new",
            data={
                "from_name": "Léa Moreau",
                "from": "lea.moreau@courriel.example",
                "to": "prestations@arvene.example",
                "subject": "Une question d’été",
                "text": "Où en est ma demande ?",
            },
            files={"file": ("pièce.txt", b"contenu", "text/plain")},
        )
        assert told.status_code == 303, told.text
        place = told.headers["location"]
        with _signed_in(running, "camille@affluent.example") as agent:
            agent.put("/api/v1/desk/presence", json={"state": "ready"}).raise_for_status()
            offer = eventually(lambda: agent.get("/api/v1/desk").json()["offers"], "the offer")[0]
            assert offer["customer"]["name"] == "Léa Moreau"
            opened = agent.post(f"/api/v1/contacts/{offer['id']}/accept").json()
            assert opened["messages"][0]["attachments"][0]["filename"] == "pièce.txt"
            agent.post(
                f"/api/v1/contacts/{offer['id']}/messages",
                json={
                    "key": "first-answer-key",
                    "kind": "reply",
                    "text": "Elle est partie hier.",
                    "file_ids": [],
                },
            ).raise_for_status()
            eventually(lambda: "Elle est partie hier." in customer.get(place).text, "the answer")
            letters = running.mailbox.letters()
            sent, answer = letters[0].mail, next(one for one in letters if one.direction == RECEIVED).mail
            assert answer.in_reply_to == sent.message_id
            assert len(webmail.conversations(letters)) == 1
            # And back again, into the same contact.
            customer.post(place, data={"text": "Merci !"})
            eventually(
                lambda: [
                    message
                    for message in agent.get(f"/api/v1/contacts/{offer['id']}").json()["messages"]
                    if message["new_text"].strip() == "Merci !"
                ],
                "the customer's thanks",
            )


def test_old_mails_of_customers_are_thrown_away(running: Demonstration) -> None:
    assert running.settings.mail_port is not None
    draft = Draft("Léa Moreau", "lea@courriel.example", "clients@ligeo.example", "Ma box", "Elle clignote.")
    for _ in range(3):
        running.mailbox.send(draft, running.settings.mail_port)
    newest = running.mailbox.names()[-1]
    running.mailbox.prune(most=1)
    assert running.mailbox.names() == [newest]
    assert [letter.id for letter in running.mailbox.letters()] == [newest]


def test_pages_speak_the_browsers_language(running: Demonstration) -> None:
    for language, word in (("fr", "Côté clients"), ("en", "The customers’ side")):
        page = httpx.get(f"{running.address}/demo", headers={"Accept-Language": language}).text
        assert word in page
        assert f'<html lang="{language}">' in page
    site = httpx.get(f"{running.address}/demo/site/arvene").text
    assert re.search(
        r'<script src="/widget/affluent.js" data-site="[\w-]+" data-colour="#6b2346" async>', site
    )
    assert re.search(r'<affluent-form key="[\w-]+">', site)


def test_strangers_cannot_write_here(running: Demonstration) -> None:
    fields = {"email": PEOPLE[0].email}
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert httpx.post(f"{running.address}/demo/signin", data=fields, headers=elsewhere).status_code == 403
    own = httpx.post(f"{running.address}/demo/signin", data=fields, headers={"Origin": running.address})
    assert own.status_code == 303
    assert own.headers["location"] == "/admin/queues"
    assert httpx.get(f"{running.address}/demo/mail/0000000000000-sent-mailport").status_code == 404


def test_a_centre_of_people_is_left_alone(running: Demonstration) -> None:
    services = running.centre.app.state.services
    opened = services.signing_in.sign_in(PEOPLE[0].email, PASSWORD, From("", ""))
    first = Viewer(opened.me.id, "", Role.ADMINISTRATOR, "fr", None)
    services.administration.change(first, "agents", first.account_id, {"email": "someone@else.example"})
    with pytest.raises(house.NotADemonstration):
        running.furnish()


def test_a_taken_port_is_told_and_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        console = Console(record=True, width=200, quiet=False)
        settings = demo.on_free_port(Settings(port=port), console)
    assert settings.port != port
    assert f"Port {port} is taken" in console.export_text()
    assert settings.host == settings.mail_host == "127.0.0.1"
