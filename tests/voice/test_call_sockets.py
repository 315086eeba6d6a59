"""The sockets of callers' pages and of desks: who is let in, and a whole call as frames."""

from collections.abc import Generator
from typing import Any

import pytest
from fastapi import FastAPI, WebSocket
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from affluent.centre.doors import Site
from affluent.centre.records import Channel
from affluent.channels.voice.web.door import DeskAgent, build
from affluent.channels.voice.web.lines import Browsers
from affluent.facts.media import Medium
from tests.centre.stage import MadeClock
from tests.channels.centre import eventually

OWN = {"origin": "http://testserver"}


class OneSite:
    """The only look of the chat's store that calls take."""

    def site(self, medium: str, public_key: str) -> Site | None:
        if (medium, public_key) != ("voice", "phone"):
            return None
        channel = Channel(1, 1, Medium.VOICE, "phone", 1, True, {"server_id": 7}, {}, "phone")
        return Site(channel, "North", "#0a5b66", None)


def who(socket: WebSocket) -> DeskAgent | None:
    return DeskAgent(3, "Ada") if socket.cookies.get("affluent_session") == "ada" else None


@pytest.fixture
def lines() -> Browsers:
    made = Browsers(MadeClock(), lambda contact, language: {"ahead": 0, "wait": None})
    made.attach(7, lambda event: None)
    return made


@pytest.fixture
def client(lines: Browsers) -> Generator[TestClient]:
    app = FastAPI()
    store: Any = OneSite()
    app.include_router(build(store=store, browsers=lines, clock=MadeClock(), who=who))
    with TestClient(app) as made:
        yield made


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("/call/v1/socket?site=other", OWN, 4404),
        ("/call/v1/socket?site=phone", {"origin": "https://evil.example"}, 4403),
        ("/call/v1/socket?site=phone", {}, 4403),
        ("/call/v1/phone", OWN, 4401),
        ("/call/v1/phone", {"origin": "https://evil.example", "cookie": "affluent_session=ada"}, 4403),
    ],
)
def test_strangers_are_told_why_they_are_not_let_in(
    client: TestClient, path: str, headers: dict[str, str], code: int
) -> None:
    with client.websocket_connect(path, headers=headers) as socket:
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        assert closed.value.code == code


def test_a_sweep_that_fails_is_not_the_last(monkeypatch: pytest.MonkeyPatch, lines: Browsers) -> None:
    monkeypatch.setattr("affluent.channels.voice.web.door.SWEEP_S", 0.01)
    swept = 0

    def sweep() -> None:
        nonlocal swept
        swept += 1
        raise KeyError(0)

    monkeypatch.setattr(lines, "sweep", sweep)
    app = FastAPI()
    store: Any = OneSite()
    app.include_router(build(store=store, browsers=lines, clock=MadeClock(), who=who))
    with TestClient(app):
        eventually(lambda: swept > 2, "the third sweep")


def test_a_whole_call_in_frames(client: TestClient, lines: Browsers) -> None:
    desk_of_ada = OWN | {"cookie": "affluent_session=ada"}
    with (
        client.websocket_connect("/call/v1/phone", headers=desk_of_ada) as desk,
        client.websocket_connect("/call/v1/socket?site=phone&lang=fr", headers=OWN) as page,
    ):
        desk.send_json({"t": "hello"})
        assert desk.receive_json()["t"] == "welcome"
        page.send_json({"t": "hello", "token": None, "page": "", "lang": "fr"})
        welcome = page.receive_json()
        assert (welcome["state"], welcome["channel"]["open"]) == ("idle", True)
        page.send_json({"t": "nonsense"})
        assert page.receive_json()["code"] == "unknown_frame"
        page.send_json({"t": "call", "key": "key-12345678", "name": "Zoé"})
        assert page.receive_json()["state"] == "waiting"
        (caller,) = lines.standing(7)
        phone = lines.dial(7, "agent:3", from_number="", name="Zoé", timeout_s=60, tags={"contact": "5"})
        assert desk.receive_json()["t"] == "ring"
        desk.send_json({"t": "answer", "leg": phone})
        assert desk.receive_json()["t"] == "up"
        lines.join("room", [caller.leg, phone])
        peer = page.receive_json()
        assert peer["peer"] == phone
        assert desk.receive_json()["peer"] == caller.leg
        assert page.receive_json()["agent"] == {"name": "Ada"}
        page.send_json({"t": "signal", "peer": phone, "line": peer["line"], "candidate": None})
        assert desk.receive_json()["t"] == "signal"
        page.send_json({"t": "hang_up"})
        assert desk.receive_json()["t"] == "peer_gone"
