"""Calls from browser to browser: lines in memory on a switch of their own, in the house of all calls."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import pytest

from affluent.channels.voice.switch import LegGone, SwitchError
from affluent.channels.voice.web.frames import FrameError, Signalled, parse
from affluent.channels.voice.web.legs import BACK_MS, CallRefused, Leg
from affluent.channels.voice.web.lines import Browsers
from affluent.channels.voice.web.switch import WebSwitch
from tests.centre.stage import insert_into, settings_changed, staged
from tests.channels.centre import eventually
from tests.voice.house import House


@dataclass(eq=False)
class Page:
    """A browser's socket, as the lines see it."""

    frames: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    thrown_out: bool = False

    def tell(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)

    def replaced(self) -> None:
        self.thrown_out = True

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.frames if one["t"] == kind]

    def waits_for(self, kind: str, **having: Any) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            return next((one for one in self.of(kind) if having.items() <= one.items()), None)

        return eventually(found, f"{kind} {having}")


class WebHouse(House):
    """The house, with a server for browsers beside its switch."""

    browsers: Browsers
    web: int

    def open(self) -> None:
        if not hasattr(self, "browsers"):
            self.browsers = Browsers(self.stage.clock, lambda contact, language: {"ahead": 0, "wait": None})
            self.web = insert_into(self.stage, "voice_server", name="web", kind="web", public_key="web")
            self.switches[self.web] = WebSwitch(self.web, self.browsers, self.stage.clock)
            self.stage.do(settings_changed)
        super().open()

    def comes_from_page(self, page: Page, key: str = "key-12345678") -> Leg:
        return self.browsers.call(page, server_id=self.web, door="phone", key=key, name="Zoé", language="fr")

    def talks_by_page(self) -> tuple[Page, Leg, Page, str, int]:
        """(the caller's page and line, the desk and its line, the contact)"""
        caller, desk, ada = Page(), Page(), self.stage.ids.ada
        self.browsers.desk(ada, "Ada", desk)
        self.stage.ready(ada)
        leg = self.comes_from_page(caller)
        ring = desk.waits_for("ring")
        self.browsers.picks_up(ada, ring["leg"])
        caller.waits_for("state", state="talking")
        return caller, leg, desk, ring["leg"], ring["contact_id"]


@pytest.fixture
def web(dsn: str, engine: None) -> Generator[WebHouse]:
    with staged(dsn) as stage:
        made = WebHouse(stage)
        try:
            yield made
        finally:
            made.door.stop()


def test_a_page_calls_a_desk_rings_both_are_told_of_each_other_and_hang_up(web: WebHouse) -> None:
    caller, leg, desk, phone, contact = web.talks_by_page()
    assert caller.waits_for("called")["token"] == leg.token
    assert caller.of("state")[-1]["agent"] == {"name": "Ada"}
    assert web.stage.state(contact) == "in_hand"
    begins = [caller.waits_for("peer", peer=phone)["offer"], desk.waits_for("peer", peer=leg.id)["offer"]]
    assert sorted(begins) == [False, True], "exactly one of both begins"
    assert desk.of("ring")[0]["name"] == "Zoé"
    line = caller.of("peer")[0]["line"]
    web.browsers.signal(leg, phone, line, {"description": {"type": "offer", "sdp": "v=0"}})
    assert desk.waits_for("signal", peer=leg.id)["description"]["sdp"] == "v=0"
    web.browsers.desk_signal(web.stage.ids.ada, leg.id, line, {"candidate": None})
    assert caller.waits_for("signal", peer=phone)["candidate"] is None
    web.browsers.hang_up(leg.id)
    desk.waits_for("gone", leg=phone)
    web.last(contact, "CallEnded")
    assert not web.browsers.standing(web.web)


def test_an_agent_who_hangs_up_ends_the_callers_line(web: WebHouse) -> None:
    caller, _, _, phone, contact = web.talks_by_page()
    web.browsers.desk_hangs_up(web.stage.ids.ada, phone)
    caller.waits_for("state", state="over", ending="hung_up")
    web.last(contact, "CallEnded")


def test_a_page_that_reloads_has_its_call_back_and_both_connect_anew(web: WebHouse) -> None:
    caller, leg, desk, phone, contact = web.talks_by_page()
    web.browsers.gone(leg, caller)
    web.stage.clock.at_ms += BACK_MS - 1
    web.browsers.sweep()
    again, met = Page(), len(desk.of("peer"))
    assert web.browsers.resume("another-token", "phone", again) is None
    assert web.browsers.resume(leg.token, "another-door", again) is None
    assert web.browsers.resume(leg.token, "phone", again) is leg
    assert web.browsers.welcome(leg)["state"] == "talking"
    web.browsers.again(leg)
    assert again.waits_for("peer", peer=phone)["offer"]
    assert len(desk.of("peer")) == met + 1
    assert web.stage.state(contact) == "in_hand"


def test_what_was_said_of_the_connection_before_goes_no_further(web: WebHouse) -> None:
    caller, leg, desk, phone, _ = web.talks_by_page()
    before = caller.of("peer")[-1]["line"]
    again = Page()
    assert web.browsers.resume(leg.token, "phone", again) is leg
    web.browsers.again(leg)
    now = again.of("peer")[-1]["line"]
    assert now == desk.of("peer")[-1]["line"] != before
    web.browsers.desk_signal(web.stage.ids.ada, leg.id, before, {"candidate": None})
    web.browsers.signal(leg, phone, before, {"candidate": None})
    assert not again.of("signal") and not desk.of("signal"), "both are about a connection that is gone"
    web.browsers.signal(leg, phone, now, {"candidate": None})
    assert desk.of("signal")[-1]["line"] == now


def test_a_page_that_stays_away_has_lost_its_call(web: WebHouse) -> None:
    caller, leg, desk, phone, contact = web.talks_by_page()
    web.browsers.gone(leg, caller)
    web.stage.clock.at_ms += BACK_MS
    web.browsers.sweep()
    desk.waits_for("gone", leg=phone)
    web.last(contact, "CallEnded")
    assert web.browsers.resume(leg.token, "phone", Page()) is None


def test_a_desk_that_reloads_is_told_its_call_and_one_that_is_closed_gives_it_back(web: WebHouse) -> None:
    caller, leg, desk, phone, contact = web.talks_by_page()
    ada = web.stage.ids.ada
    newer = Page()
    web.browsers.desk(ada, "Ada", newer)
    assert desk.thrown_out
    web.browsers.desk_gone(ada, desk)
    assert newer.waits_for("ring", leg=phone)["up"] is True
    newer.waits_for("peer", peer=leg.id)
    web.browsers.desk_gone(ada, newer)
    web.stage.clock.at_ms += BACK_MS
    web.browsers.sweep()
    caller.waits_for("state", state="held")
    eventually(lambda: web.stage.state(contact) in ("waiting", "offered"), "the caller first in line again")


def test_a_caller_who_leaves_while_the_desk_rings_silences_it(web: WebHouse) -> None:
    caller, desk, ada = Page(), Page(), web.stage.ids.ada
    web.browsers.desk(ada, "Ada", desk)
    web.stage.ready(ada)
    leg = web.comes_from_page(caller)
    ring = desk.waits_for("ring")
    web.browsers.hang_up(leg.id)
    desk.waits_for("gone", leg=ring["leg"])
    web.state(ring["contact_id"], "abandoned")
    web.browsers.picks_up(ada, ring["leg"])
    assert not web.browsers.standing(web.web), "too late, and no fault"


def test_a_hold_parts_the_caller_and_resuming_brings_them_back(web: WebHouse) -> None:
    caller, leg, desk, phone, contact = web.talks_by_page()
    ada = web.stage.ids.ada
    web.door.hold(contact, ada)
    caller.waits_for("state", state="held")
    caller.waits_for("peer_gone", peer=phone)
    desk.waits_for("peer_gone", peer=leg.id)
    web.browsers.signal(leg, phone, caller.of("peer")[-1]["line"], {"candidate": None})
    assert not desk.of("signal"), "who is held is not passed on"
    caller.frames.clear()
    web.door.resume(contact, ada)
    caller.waits_for("peer", peer=phone)
    caller.waits_for("state", state="talking")


def test_the_same_key_is_one_call_and_strangers_reach_nobody(web: WebHouse) -> None:
    caller = Page()
    leg = web.comes_from_page(caller)
    assert web.comes_from_page(caller) is leg
    other = web.comes_from_page(Page(), key="key-87654321")
    assert other is not leg
    web.browsers.signal(other, leg.id, 1, {"candidate": None})
    assert not caller.of("signal")
    caller.waits_for("called")
    with pytest.raises(CallRefused):
        web.browsers.call(caller, server_id=0, door="phone", key="key-00000000", name="", language="fr")
    with pytest.raises(LegGone):
        web.browsers.join("room", ["nobody"])
    with pytest.raises(SwitchError):
        web.browsers.dial(web.web, "agent:0", from_number="", name="", timeout_s=1, tags={})


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{", '{"t":"signal","peer":"a","line":1}', '{"t":"signal","peer":1,"line":1,"candidate":null}',
        '{"t":"signal","peer":"a","candidate":null}', '{"t":"signal","peer":"a","line":-1,"candidate":null}',
        '{"t":"signal","peer":"a","line":1,"description":{"type":"x","sdp":""}}', '{"t":"call","key":"short"}',
        '{"t":"signal","peer":"a","line":1,"candidate":{"candidate":[]}}', '{"t":"hello","token":7}', "[" * 5_000,
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_refused(text: str) -> None:
    with pytest.raises(FrameError):
        parse(text)


def test_only_what_browsers_tell_each_other_is_passed_on() -> None:
    frame = parse(
        '{"t":"signal","peer":"a","line":3,"candidate":{"candidate":"c","sdpMid":"0","evil":1},"leg":"x"}'
    )
    assert frame == Signalled("a", 3, {"candidate": {"candidate": "c", "sdpMid": "0"}})
