"""The frames of callers' pages and of desks: text in, records out. Nothing here waits or knows a socket."""

import json
import re
from dataclasses import dataclass
from typing import Any, cast

FRAME_BYTES_MAX = 64 * 1024
"""A description of a connection with a voice, two pictures and their codecs takes a third of it."""

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_KINDS = frozenset({"offer", "answer", "pranswer", "rollback"})
_DIGITS = "0123456789*#"
SHAREABLE = ("camera", "screen", "board")
_ACTS = frozenset({"ask", "yes", "no", "stop"})
Json = dict[str, Any]


class FrameError(Exception):
    """A frame that no page of ours sends. `code` says what is wrong with it."""

    def __init__(self, code: str = "bad_frame") -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Hello:
    token: str | None
    lang: str


@dataclass(frozen=True, slots=True)
class CallMe:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Signalled:
    """What one browser tells another, passed on as it came. `line` is the connection it belongs to."""

    peer: str
    line: int
    what: Json


@dataclass(frozen=True, slots=True)
class Measured:
    """How what a browser hears travels. `leg` is whose, from a desk; a caller's page has one."""

    loss_percent: float | None
    jitter_ms: float | None
    round_trip_ms: float | None
    leg: str = ""


@dataclass(frozen=True, slots=True)
class Sharing:
    """One asks the other to see each other, to show a screen or to draw together; says yes or no; or stops it.

    `shows` is who shows their screen, by whoever asks: `me` or `you`.
    """

    peer: str
    line: int
    what: str
    act: str
    shows: str = ""


@dataclass(frozen=True, slots=True)
class HangUp:
    leg: str


@dataclass(frozen=True, slots=True)
class PickUp:
    leg: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key of a caller's page."""

    digit: str


@dataclass(frozen=True, slots=True)
class Ping:
    pass


Frame = Hello | CallMe | Signalled | Sharing | Measured | HangUp | PickUp | Pressed | Ping


def parse(text: str) -> Frame:
    """A frame of a browser. Raises `FrameError`."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise FrameError from None
    if not isinstance(read, dict):
        raise FrameError
    frame = cast("Json", read)
    match frame.get("t"):
        case "hello":
            token = frame.get("token")
            if token is not None and not (isinstance(token, str) and 0 < len(token) <= 200):
                raise FrameError
            return Hello(token, _line(frame.get("lang"), 20))
        case "call":
            key = frame.get("key")
            if not isinstance(key, str) or _KEY.fullmatch(key) is None:
                raise FrameError
            return CallMe(key, _line(frame.get("name"), 100))
        case "signal":
            return Signalled(_line(frame.get("peer"), 100), _number(frame.get("line")), _signal(frame))
        case "share":
            return _sharing(frame)
        case "quality":
            loss, jitter, trip = (
                _measure(frame.get(name)) for name in ("loss_percent", "jitter_ms", "round_trip_ms")
            )
            return Measured(loss, jitter, trip, _line(frame.get("leg"), 100))
        case "hang_up":
            return HangUp(_line(frame.get("leg"), 100))
        case "answer":
            return PickUp(_line(frame.get("leg"), 100))
        case "digit":
            digit = frame.get("digit")
            if not isinstance(digit, str) or len(digit) != 1 or digit not in _DIGITS:
                raise FrameError
            return Pressed(digit)
        case "ping":
            return Ping()
        case _:
            raise FrameError("unknown_frame")


def _signal(frame: Json) -> Json:
    """Only what browsers tell each other: whatever else a page wrote goes no further."""
    description = frame.get("description")
    if description is not None:
        if not isinstance(description, dict):
            raise FrameError
        told = cast("Json", description)
        kind, sdp = told.get("type"), told.get("sdp")
        if kind not in _KINDS or not isinstance(sdp, str):
            raise FrameError
        return {"description": {"type": kind, "sdp": sdp}}
    if "candidate" not in frame:
        raise FrameError
    candidate = frame["candidate"]
    if candidate is None:
        return {"candidate": None}
    if not isinstance(candidate, dict):
        raise FrameError
    told = cast("Json", candidate)
    kept = ("candidate", "sdpMid", "sdpMLineIndex", "usernameFragment")
    return {"candidate": {name: _plain(told[name]) for name in kept if name in told}}


def _sharing(frame: Json) -> Sharing:
    what, act, shows = (_line(frame.get(name), 20) for name in ("what", "act", "shows"))
    if what not in SHAREABLE or act not in _ACTS or shows not in ("", "me", "you"):
        raise FrameError
    if (act == "ask" and what == "screen") != bool(shows):
        raise FrameError
    return Sharing(_line(frame.get("peer"), 100), _number(frame.get("line")), what, act, shows)


def _plain(value: object) -> str | int | None:
    if value is not None and (not isinstance(value, str | int) or isinstance(value, bool)):
        raise FrameError
    return value


def _line(value: object, most: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FrameError
    return _CONTROLS.sub(" ", value).strip()[:most]


def _number(value: object) -> int:
    """A number of ours that a page says again."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise FrameError
    return value


def _measure(value: object) -> float | None:
    """A figure a browser measured; what cannot be one is unknown."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e6:
        return None
    return float(value)
