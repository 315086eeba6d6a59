"""The desk as a telephone of a real Asterisk: registered over a WebSocket, called by a phone, heard on both sides."""

from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser, expect

from affluent.centre.calling.phones import phone_secret
from affluent.channels.voice.asterisk.configuration import PhoneOf
from affluent.channels.voice.asterisk.own import furnish
from affluent.cli.demo.people import ARVENE, DOMAIN
from affluent.cli.telephone import open_voice
from tests.channels.centre import eventually
from tests.cli.demo_house import Demonstration
from tests.e2e.house import House, Seat
from tests.e2e.sight import CHROMIUM, FLAGS
from tests.e2e.test_calls import AGENT, AGENTS_HZ, LOOPBACK, hears
from tests.e2e.tones import EARS, bursts
from tests.voice.asterisk import PASSWORD, USER, Asterisk
from tests.voice.street import CALLER_HZ, Street

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
NUMBER = "+33145678900"


@dataclass
class Desk:
    seat: Seat
    street: Street


@pytest.fixture(scope="module")
def desk(
    running: Demonstration, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Generator[Desk]:
    folder = tmp_path_factory.mktemp("pbx")
    asterisk = Asterisk(folder, ())
    with running.centre.database.transaction() as conn:
        row = conn.execute("select id from account where email = %s", (f"{AGENT}@{DOMAIN}",)).fetchone()
    assert row is not None
    phone = PhoneOf(row["id"], phone_secret(PASSWORD, row["id"]), web=True)
    asterisk.plan = replace(asterisk.plan, phones=(phone,), lost_after_s=10)
    asterisk.main = furnish(asterisk.root, folder, asterisk.plan)
    with ExitStack() as stack:
        asterisk.start()
        stack.callback(asterisk.stop)
        street = Street(asterisk)
        stack.callback(street.close)
        tone = bursts(folder / "agent.wav", AGENTS_HZ)
        flags = [*FLAGS, *LOOPBACK, f"--use-file-for-fake-audio-capture={tone}"]
        own = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
        stack.callback(own.close)
        house = House(running, own)
        stack.callback(house.leave)
        _settings(house, asterisk)
        running.simulation.take_seat(f"{AGENT}@{DOMAIN}")
        door = open_voice(running.centre)
        eventually(lambda: "Pont" in door.reached(), "the telephone server")
        seat = house.seat(AGENT)
        seat.context.grant_permissions(["microphone"])
        seat.context.add_init_script(EARS)
        yield Desk(seat, street)


def _settings(house: House, asterisk: Asterisk) -> None:
    """What an administrator enters: the server, with the address that agents' browsers reach, and a number."""
    claire = house.seat("claire")
    server = claire.do(
        "/admin/voice_servers",
        {
            "name": "Pont", "kind": "asterisk", "url": asterisk.url, "username": USER, "password": PASSWORD,
            "phones_url": f"{asterisk.url.replace('http', 'ws')}/ws",
        },
    )  # fmt: skip
    brand = next(one for one in claire.ask("/admin/brands")["items"] if one["name"] == ARVENE)
    queue = next(one for one in claire.ask("/admin/queues")["items"] if one["name"] == "Appels santé")
    values = {"brand_id": brand["id"], "medium": "voice", "name": "Pont", "queue_id": queue["id"]}
    claire.do("/admin/channels", {**values, "settings": {"server_id": server["id"], "numbers": [NUMBER]}})


def test_a_phone_calls_and_the_desk_answers_by_sip(desk: Desk) -> None:
    seat, street = desk.seat, desk.street
    page = seat.page()
    expect(page.locator(".phone-mark")).to_contain_text("Prêt")
    seat.do("/desk/presence", {"state": "ready"}, "PUT")
    talk = street.run(street.phone("+33612345678", CALLER_HZ).call(NUMBER))
    expect(page.locator(".phone-mark")).to_contain_text("Il sonne")
    expect(page.locator(".offer")).to_be_visible()
    expect(page.locator(".call-strip.rings")).to_contain_text("06")
    page.keyboard.press("F2")
    hears(page, CALLER_HZ)
    eventually(lambda: talk.hears(AGENTS_HZ), "the caller hears the agent", 8)
    strip = page.locator(".call-strip")
    expect(strip).to_contain_text("06")
    strip.get_by_role("button", name="Couper mon micro").click()
    expect(strip.get_by_role("button", name="Rétablir mon micro")).to_be_visible()
    street.do(talk.hang_up)
    expect(strip).to_contain_text("reste à vous")
    expect(page.locator(".phone-mark")).to_contain_text("Prêt")
