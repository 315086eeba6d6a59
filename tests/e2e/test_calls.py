"""A visitor of a site and an agent at their desk call each other through two real browsers, and hear each other.

Each browser speaks with a tone of its own, in bursts: a lasting one would be taken for noise. What is heard is measured
on the other side.
"""

import time
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

from affluent.channels.voice.calls.door import VoiceDoor
from affluent.channels.voice.web import desks, legs, lines
from affluent.cli.demo.doors import LOOKING
from affluent.cli.demo.people import DOMAIN, PEOPLE
from affluent.cli.telephone import open_voice
from affluent.facts.instants import SECOND_MS
from tests.channels.centre import eventually
from tests.cli.demo_house import Demonstration
from tests.e2e.house import House, Seat
from tests.e2e.shared_sight import EYES, HOSTILE, draws, has_ink, moves, shows_nothing
from tests.e2e.sight import CHROMIUM, FLAGS, becomes_true, sound
from tests.e2e.tones import EARS, bursts

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
CALLERS_HZ, AGENTS_HZ = 620, 1240
BACK_MS = 4 * SECOND_MS
"""Instead of twenty seconds: a test waits for it."""
LOOPBACK = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]
"""Two browsers of this machine hear each other, and are asked nothing."""
TALK = "affluent-talk"
STATE = f"{TALK} .state"
AGENT, COLLEAGUE = "camille", "ines"


@dataclass
class Street:
    """The visitor's browser and the agent's, with a telephone between them."""

    house: House
    """Of the agent's browser."""
    visitors: Browser
    door: VoiceDoor
    sockets: list[WebSocketRoute] = field(default_factory=list[WebSocketRoute])
    contexts: list[BrowserContext] = field(default_factory=list[BrowserContext])

    def visitor(self, lang: str = "fr") -> Page:
        """On a brand's site, with the panel of the call open."""
        context = self.visitors.new_context(permissions=["microphone", "camera"], locale="fr-FR")
        self.contexts.append(context)
        context.add_init_script(EARS + EYES)
        page = context.new_page()
        page.route_web_socket("**/call/v1/socket*", self._kept)
        page.goto(f"{self.house.address}/demo/site/arvene?lang={lang}")
        page.click("affluent-call > button, affluent-call button[aria-haspopup]")
        expect(page.locator(f"{TALK} dialog")).to_be_visible()
        return page

    def _kept(self, route: WebSocketRoute) -> None:
        route.connect_to_server()
        self.sockets.append(route)

    def calls(self, page: Page, name: str = "Hélène") -> None:
        page.fill(f"{TALK} [name=name]", name)
        page.click(f"{TALK} .go.wide")
        expect(page.locator(f"{TALK} .act.end")).to_be_visible()

    def desk(self, seat: Seat) -> Page:
        """The agent's desk, ready for calls."""
        page = seat.context.new_page()
        page.goto(f"{self.house.address}/desk")
        expect(page.locator(".phone-mark")).to_contain_text("Prêt")
        seat.do("/desk/presence", {"state": "ready"}, "PUT")
        return page

    def rings(self, desk: Page, name: str = "Hélène") -> int:
        """The desk rings and shows the caller's card; the contact."""
        expect(desk.locator(".call-strip.rings")).to_be_visible()
        expect(desk.get_by_role("region", name=f"Conversation avec {name}")).to_be_visible()
        return int(desk.url.rsplit("/", 1)[1])

    def away(self, seat: Seat, contact: int | None = None) -> None:
        """What is left of a call is put away, for the next test."""
        if contact is not None:
            seat.do(f"/contacts/{contact}/close", {"outcome": "resolved", "motive_id": None})
        seat.do("/desk/presence", {"state": "away", "reason": "break"}, "PUT")
        eventually(lambda: self.door.up() == 0, "no call up")


@pytest.fixture(scope="module")
def street(
    running: Demonstration, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Generator[Street]:
    folder = tmp_path_factory.mktemp("tones")
    kept = legs.BACK_MS
    # Callers and desks each have their name for it.
    lines.BACK_MS = desks.BACK_MS = BACK_MS
    for one in (AGENT, COLLEAGUE):
        running.simulation.take_seat(f"{one}@{DOMAIN}")
    with ExitStack() as stack:
        door = open_voice(running.centre)
        launched: list[Browser] = []
        for hertz in (CALLERS_HZ, AGENTS_HZ):
            tone = bursts(folder / f"{hertz}.wav", hertz)
            flags = [*FLAGS, *LOOPBACK, f"--use-file-for-fake-audio-capture={tone}"]
            one = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
            stack.callback(one.close)
            launched.append(one)
        house = House(running, launched[1])
        stack.callback(house.leave)
        eventually(lambda: "Navigateurs" in door.reached(), "the switch of browsers")
        yield Street(house, launched[0], door)
    lines.BACK_MS = desks.BACK_MS = kept


def seated(street: Street, who: str) -> Seat:
    made = street.house.seat(who)
    made.context.grant_permissions(["microphone", "camera"])
    made.context.add_init_script(EARS + EYES)
    return made


@pytest.fixture
def seat(street: Street) -> Generator[Seat]:
    yield seated(street, AGENT)
    # Whatever became of the test, the next one finds nobody on the line.
    street.house.leave()
    while street.contexts:
        street.contexts.pop().close()
    eventually(lambda: street.door.up() == 0, "no call up")


def hears(page: Page, hertz: int | None) -> None:
    """This page hears a tone, or nothing, within a few measures of 0.9 s each."""
    measured: list[float] = []
    until = time.monotonic() + 20
    while time.monotonic() < until:
        measured.append(page.evaluate("pitch()"))
        if (not measured[-1]) if hertz is None else abs(measured[-1] - hertz) < 40:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not {hertz}: {measured[-6:]}")


def both_hear(visitor: Page, desk: Page) -> None:
    hears(visitor, AGENTS_HZ)
    hears(desk, CALLERS_HZ)


def test_a_visitor_and_an_agent_hear_each_other_through_hold_reloads_and_cuts(
    street: Street, seat: Seat
) -> None:
    desk, visitor = street.desk(seat), street.visitor()
    street.calls(visitor)
    contact = street.rings(desk)
    sound(desk)
    desk.keyboard.press("F2")
    expect(visitor.locator(STATE)).to_contain_text("Camille")
    both_hear(visitor, desk)
    sound(desk)
    strip = desk.locator(".call-strip")
    strip.get_by_role("button", name="Couper mon micro").click()
    hears(visitor, None)
    strip.get_by_role("button", name="Rétablir mon micro").click()
    strip.get_by_role("button", name="Mettre en attente").click()
    expect(visitor.locator(STATE)).to_contain_text("en attente")
    strip.get_by_role("button", name="Reprendre").click()
    both_hear(visitor, desk)
    # A supervisor listens in, heard by nobody, and leaves.
    boss = seated(street, "helene")
    listens = boss.context.new_page()
    listens.goto(f"{street.house.address}/desk/{contact}")
    expect(listens.locator(".phone-mark")).to_contain_text("Prêt")
    listens.get_by_role("button", name="Suivre la conversation").click()
    expect(listens.locator(".call-strip")).to_contain_text("personne ne vous entend")
    becomes_true(listens, "lines.filter((one) => one.connectionState === 'connected').length === 2")
    listens.get_by_role("button", name="Quitter").click()
    listens.close()
    # The agent's page is loaded anew, then the visitor's; then the visitor's network blinks.
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.reload()
    both_hear(visitor, desk)
    visitor.reload()
    both_hear(visitor, desk)
    street.sockets[-1].close(code=1011, reason="cut")
    both_hear(visitor, desk)
    desk.locator(".call-strip").get_by_role("button", name="Raccrocher").click()
    expect(visitor.locator(STATE)).to_contain_text("terminé")
    expect(desk.locator(".call-strip")).to_contain_text("reste à vous")
    street.away(seat, contact)


def hears_something(page: Page) -> None:
    until = time.monotonic() + 20
    while not page.evaluate("pitch()"):
        assert time.monotonic() < until, "nothing is heard"


def test_a_visitor_hears_the_music_and_the_agent_through_the_centre(
    street: Street, seat: Seat, running: Demonstration
) -> None:
    administration = running.centre.app.state.services.administration
    chief = next(row for row in administration.list_(LOOKING, "agents") if row["name"] == PEOPLE[0].name)
    viewer = replace(LOOKING, account_id=chief["id"])
    server = next(
        row for row in administration.list_(viewer, "voice_servers") if row["name"] == "Navigateurs"
    )
    administration.change(viewer, "voice_servers", server["id"], {"relayed": True}, reason="A test")
    try:
        desk, visitor = street.desk(seat), street.visitor()
        street.calls(visitor)
        expect(visitor.locator(f"{TALK} .keys button")).to_have_count(12)
        hears_something(visitor)
        contact = street.rings(desk)
        desk.keyboard.press("F2")
        both_hear(visitor, desk)
        visitor.click(f"{TALK} .act.end")
        expect(desk.locator(".call-strip")).to_contain_text("reste à vous")
        street.away(seat, contact)
    finally:
        administration.change(viewer, "voice_servers", server["id"], {"relayed": False}, reason="A test")


def test_whoever_hangs_up_at_the_worst_moment_leaves_nobody_hanging(street: Street, seat: Seat) -> None:
    desk = street.desk(seat)
    visitor = street.visitor()
    street.calls(visitor)
    street.rings(desk)
    visitor.click(f"{TALK} .act.end")
    expect(desk.locator(".call-strip.rings")).to_have_count(0)
    expect(desk.locator(".offer")).to_have_count(0)
    # The visitor leaves in the instant in which the agent answers.
    visitor.click(f"{TALK} .go.wide")
    contact = street.rings(desk)
    desk.keyboard.press("F2")
    visitor.click(f"{TALK} .act.end")
    eventually(lambda: street.door.up() == 0, "no call up")
    expect(desk.locator(".phone-mark")).to_contain_text("Prêt")
    if seat.ask(f"/contacts/{contact}")["contact"]["state"] == "in_hand":
        seat.do(f"/contacts/{contact}/close", {"outcome": "resolved", "motive_id": None})
    # The agent hangs up in the instant in which they are heard.
    visitor.click(f"{TALK} .go.wide")
    contact = street.rings(desk)
    desk.keyboard.press("F2")
    desk.locator(".call-strip").get_by_role("button", name="Raccrocher").click()
    expect(visitor.locator(STATE)).to_contain_text("terminé")
    street.away(seat, contact)


def test_who_loses_the_other_is_told_and_a_caller_keeps_their_place(street: Street, seat: Seat) -> None:
    desk, visitor = street.desk(seat), street.visitor()
    street.calls(visitor)
    contact = street.rings(desk)
    desk.keyboard.press("F2")
    hears(visitor, AGENTS_HZ)
    # Another tab of the agent is the telephone now, and gives it back.
    other = seat.context.new_page()
    other.goto(f"{street.house.address}/desk")
    hears(other, CALLERS_HZ)
    desk.bring_to_front()
    desk.get_by_role("button", name="Téléphoner ici").first.click()
    both_hear(visitor, desk)
    other.close()
    # The agent's browser is gone for good: the caller is first in line again.
    desk.close(run_before_unload=False)
    eventually(lambda: seat.ask(f"/contacts/{contact}")["contact"]["state"] == "waiting", "in line again")
    expect(visitor.locator(STATE)).to_contain_text("en attente")
    desk = street.desk(seat)
    seat.takes(contact)
    street.rings(desk)
    desk.keyboard.press("F2")
    both_hear(visitor, desk)
    # The visitor's browser is gone for good: the agent is told, and keeps the contact.
    street.contexts.pop().close()
    expect(desk.locator(".call-strip")).to_contain_text("reste à vous")
    street.away(seat, contact)


def test_a_colleague_is_asked_alone_then_talks_with_the_caller_and_takes_over(
    street: Street, seat: Seat
) -> None:
    desk, visitor = street.desk(seat), street.visitor()
    street.calls(visitor)
    contact = street.rings(desk)
    desk.keyboard.press("F2")
    hears(visitor, AGENTS_HZ)
    other = seated(street, COLLEAGUE)
    page = other.page()
    expect(page.locator(".phone-mark")).to_contain_text("Prêt")
    other.do("/desk/presence", {"state": "ready"}, "PUT")
    colleague = other.ask("/session")["id"]
    seat.do(f"/contacts/{contact}/invitations", {"agent_id": colleague, "conference": False, "note": ""})
    page.locator("article").get_by_role("button").first.click()
    # Both agents talk; the caller hears neither.
    hears(page, AGENTS_HZ)
    hears(desk, AGENTS_HZ)
    expect(visitor.locator(STATE)).to_contain_text("en attente")
    seat.do(f"/contacts/{contact}/parts/{colleague}", {"conference": True}, "PUT")
    hears(visitor, AGENTS_HZ)
    becomes_true(desk, "lines.filter((one) => one.connectionState === 'connected').length === 2")
    seat.do(f"/contacts/{contact}/hand-over", {"agent_id": colleague})
    expect(desk.locator(".phone-mark")).to_contain_text("Prêt")
    expect(visitor.locator(STATE)).to_contain_text("Inès")
    both_hear(visitor, page)
    visitor.click(f"{TALK} .act.end")
    expect(page.locator(".phone-mark")).to_contain_text("Prêt")
    other.do(f"/contacts/{contact}/close", {"outcome": "resolved", "motive_id": None})
    other.do("/desk/presence", {"state": "away", "reason": "break"}, "PUT")
    street.away(seat)


def test_what_both_agree_to_is_shown_and_drawn_upon_and_no_is_no(street: Street, seat: Seat) -> None:
    desk, visitor = street.desk(seat), street.visitor()
    street.calls(visitor)
    contact = street.rings(desk)
    desk.keyboard.press("F2")
    expect(visitor.locator(STATE)).to_contain_text("Camille")
    theirs, panel = visitor.locator("affluent-share"), desk.locator(".share-panel")

    def proposes(what: str) -> None:
        desk.locator(".call-strip").get_by_role("button", name="Montrer").click()
        desk.get_by_role("menuitem", name=what).click()

    proposes("Voir l’écran du client")
    expect(theirs.locator(".ask")).to_contain_text("vous demande de montrer votre écran")
    theirs.get_by_role("button", name="Refuser").click()
    expect(panel).to_contain_text("Le client a refusé")
    assert visitor.evaluate("taken.length") == 0, "nothing was taken of who said no"
    proposes("Voir l’écran du client")
    theirs.get_by_role("button", name="Accepter").click()
    expect(theirs.locator(".bar")).to_contain_text("Vous montrez votre écran")
    moves(desk)
    theirs.get_by_role("button", name="Dessiner ensemble").click()
    panel.get_by_role("button", name="Accepter").click()
    draws(visitor, theirs.locator("canvas"), (0.2, 0.2), (0.4, 0.6))
    has_ink(desk, 0.2, 0.2, "red")
    visitor.evaluate(HOSTILE)
    draws(desk, panel.locator("canvas"), (0.7, 0.3), (0.8, 0.5))
    has_ink(visitor, 0.7, 0.3, "petrol")
    has_ink(desk, 0.9, 0.9, "")
    expect(panel.locator("video")).to_have_count(1)
    sound(desk)
    sound(visitor)
    panel.get_by_role("button", name="Garder l’image").click()
    expect(desk.locator(".msg.note")).to_contain_text("Tableau partagé avec le client")
    # The visitor's network blinks: both go on showing and drawing.
    street.sockets[-1].close(code=1011, reason="cut")
    becomes_true(desk, "lines.filter((one) => one.connectionState === 'connected').length === 1")
    moves(desk)
    has_ink(desk, 0.2, 0.2, "red")
    theirs.locator(".bar").get_by_role("button").click()
    expect(panel.locator("video")).to_have_count(0)
    shows_nothing(visitor)
    # A page that is loaded anew ends it, and both are told.
    proposes("Se voir en vidéo")
    theirs.get_by_role("button", name="Avec ma caméra").click()
    moves(visitor, "face")
    moves(desk, "face")
    visitor.reload()
    expect(panel).to_contain_text("Le partage est terminé")
    expect(panel.locator("video")).to_have_count(0)
    shows_nothing(desk)
    told = [one["event"]["code"] for one in seat.ask(f"/contacts/{contact}")["messages"] if one["event"]]
    assert (told.count("share_begun"), told.count("share_ended")) == (3, 3)
    # Whoever had put the panel away is asked all the same.
    expect(visitor.locator(f"{TALK} dialog")).to_be_hidden()
    proposes("Dessiner ensemble")
    theirs.get_by_role("button", name="Accepter").click()
    draws(visitor, theirs.locator("canvas"), (0.5, 0.5), (0.6, 0.6))
    has_ink(desk, 0.5, 0.5, "red")
    visitor.click(f"{TALK} .act.end")
    street.away(seat, contact)


@pytest.mark.usefixtures("street")
def test_a_browser_without_a_microphone_says_why_and_goes_on_ringing(street: Street, seat: Seat) -> None:
    seat.context.add_init_script(
        'navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"))'
    )
    desk, visitor = street.desk(seat), street.visitor()
    street.calls(visitor)
    street.rings(desk)
    desk.keyboard.press("F2")
    expect(desk.locator(".no-mic").first).to_contain_text("Le micro est refusé à ce site")
    expect(desk.locator(".call-strip.rings")).to_be_visible()
    sound(desk)
    visitor.click(f"{TALK} .act.end")
    expect(desk.locator(".call-strip.rings")).to_have_count(0)
    street.away(seat)
