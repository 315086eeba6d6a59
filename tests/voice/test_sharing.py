"""What a caller and an agent share beside their voices: nothing before both agree, and the timeline tells of it."""

from collections.abc import Generator
from typing import Any

import pytest

from affluent.channels.voice.web.frames import FrameError, Sharing, parse
from affluent.storage.timeline import FACTS, lines
from tests.centre.stage import staged
from tests.channels.centre import eventually
from tests.voice.test_browsers import Page, WebHouse

ALL = ("camera", "screen", "board")


class Talk:
    """A caller and Ada in one room, on a channel that offers all."""

    def __init__(self, web: WebHouse) -> None:
        self.web, self.ada = web, web.stage.ids.ada
        self.caller, self.leg, self.desk, self.phone, self.contact = web.talks_by_page()
        self.leg.shares = ALL

    @property
    def line(self) -> int:
        return self.desk.of("peer")[-1]["line"]

    def customer(self, what: str, act: str, shows: str = "", line: int | None = None) -> None:
        self.web.browsers.share(self.leg, Sharing(self.phone, line or self.line, what, act, shows))

    def agent(self, what: str, act: str, shows: str = "", line: int | None = None) -> None:
        self.web.browsers.share(self.ada, Sharing(self.leg.id, line or self.line, what, act, shows))

    def told(self, page: Page) -> list[tuple[str, ...]]:
        """What a page was told of sharing since it was asked last."""
        found = [
            (one["what"], one["act"], *filter(None, [one.get("shows"), one.get("why")]))
            for one in page.of("share")
        ]
        page.frames = [one for one in page.frames if one["t"] != "share"]
        return found

    def shared(self) -> list[dict[str, Any]]:
        """What the timeline tells of it."""
        rows = self.web.stage.query(FACTS + " and j.contact_id = %s order by j.seq", self.contact)
        return [one["event"] for one in lines(rows) if one["event"]["code"].startswith("share_")]


@pytest.fixture
def web(dsn: str, engine: None) -> Generator[WebHouse]:
    with staged(dsn) as stage:
        made = WebHouse(stage)
        try:
            yield made
        finally:
            made.door.stop()


def test_a_screen_is_shown_once_both_agree_until_one_of_them_stops(web: WebHouse) -> None:
    talk = Talk(web)
    talk.agent("screen", "ask", "you")
    assert talk.told(talk.caller) == [("screen", "ask", "me")]
    talk.agent("screen", "yes")
    assert talk.told(talk.desk) == [], "nobody says yes to what they asked themselves"
    talk.customer("screen", "no")
    talk.customer("screen", "yes")
    assert talk.told(talk.desk) == [("screen", "no")]
    talk.agent("screen", "ask", "you")
    talk.customer("screen", "ask", "me")
    assert talk.told(talk.caller) == [("screen", "ask", "me"), ("screen", "yes")], "both want the same"
    assert talk.told(talk.desk) == [("screen", "yes")]
    talk.agent("screen", "ask", "me")
    assert talk.told(talk.desk) == [("screen", "no", "busy")]
    web.stage.clock.at_ms += 90_000
    talk.customer("screen", "stop")
    talk.agent("screen", "stop")
    assert (talk.told(talk.desk), talk.told(talk.caller)) == ([("screen", "stop")], [])
    web.last(talk.contact, "CallShareEnded")
    agent = {"agent": "Ada"}
    begun = {**agent, "what": "screen", "asked_by": "agent", "shown_by": "customer"}
    ended = {**agent, "what": "screen", "shown_by": "customer", "lasted_ms": 90_000}
    assert [one["params"] for one in talk.shared()] == [begun, ended]


def test_a_new_connection_tells_what_is_shared_and_a_hold_ends_it(web: WebHouse) -> None:
    talk = Talk(web)
    talk.customer("camera", "ask")
    talk.agent("camera", "yes")
    talk.agent("board", "ask")
    before = talk.line
    again = Page()
    assert web.browsers.resume(talk.leg.token, "phone", again) is talk.leg
    web.browsers.again(talk.leg)
    met = again.waits_for("peer", peer=talk.phone)
    assert met["shares"] == list(ALL)
    assert met["standing"] == [
        {"what": "camera", "on": True, "asker": True, "shows": "both"},
        {"what": "board", "on": False, "asker": False, "shows": "both"},
    ]
    talk.told(talk.desk)
    talk.customer("board", "yes", line=before)
    assert talk.told(talk.desk) == [], "said of a connection that is gone"
    web.door.hold(talk.contact, talk.ada)
    again.waits_for("peer_gone", peer=talk.phone)
    eventually(lambda: "CallShareEnded" in web.facts(talk.contact), "the end of it")
    assert [one["code"] for one in talk.shared()] == ["share_begun", "share_ended"]
    again.frames.clear()
    web.door.resume(talk.contact, talk.ada)
    assert again.waits_for("peer", peer=talk.phone)["standing"] == []
    talk.agent("board", "ask")
    talk.customer("board", "yes")
    web.browsers.hang_up(talk.leg.id)
    web.last(talk.contact, "CallEnded")
    assert web.facts(talk.contact)[-3:] == ["CallShared", "CallShareEnded", "CallEnded"]


def test_only_the_two_of_a_talk_share_and_only_what_is_offered(web: WebHouse) -> None:
    talk = Talk(web)
    boss = Page()
    web.browsers.desk(900, "Boss", boss)
    line = web.browsers.dial(web.web, "agent:900", from_number="", name="", timeout_s=60, tags={})
    web.browsers.picks_up(900, line)
    web.browsers.listen(line, talk.phone, whisper=False)
    assert [one["shares"] for one in boss.of("peer")] == [[], []]
    number = next(one["line"] for one in boss.of("peer") if one["peer"] == talk.leg.id)
    web.browsers.share(900, Sharing(talk.leg.id, number, "screen", "ask", "you"))
    assert talk.told(boss) == [("screen", "no", "not_offered")]
    assert talk.told(talk.caller) == [], "who listens asks nothing"
    web.browsers.desk_hangs_up(900, line)
    talk.leg.shares = ("board",)
    web.browsers.share(talk.ada, Sharing(talk.leg.id, talk.caller.of("peer")[0]["line"], "camera", "ask", ""))
    assert ("camera", "no", "not_offered") in talk.told(talk.desk)
    assert talk.told(talk.caller) == []


@pytest.mark.parametrize(
    "rest",
    [
        '"what":"screen","act":"ask"', '"what":"camera","act":"ask","shows":"me"', '"what":"desk","act":"ask"',
        '"what":"board","act":"open"', '"what":"screen","act":"ask","shows":"them"', '"what":["board"],"act":"yes"',
        '"what":"screen","act":"stop","shows":"me"',
    ],
)  # fmt: skip
def test_what_is_no_way_to_share_is_refused(rest: str) -> None:
    with pytest.raises(FrameError):
        parse('{"t":"share","peer":"a","line":1,' + rest + "}")
    assert parse('{"t":"share","peer":"a","line":1,"what":"board","act":"ask"}') == Sharing(
        "a", 1, "board", "ask"
    )
