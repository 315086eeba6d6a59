"""The frames of the widget protocol: text in, records out, and back. Nothing here waits or knows a socket."""

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from affluent.centre.doors import ChatFile, ChatMessage, Standing
from affluent.channels.chat.passes import Opener
from affluent.channels.chat.wording import told
from affluent.facts.states import ContactState

FRAME_BYTES_MAX = 64 * 1024
FILES_MAX = 10
ID_MAX = 2**53
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,190}")


class FrameError(Exception):
    """A frame that no widget of ours sends. `code` says what is wrong with it."""

    def __init__(self, code: str = "bad_frame", key: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.key = key


@dataclass(frozen=True, slots=True)
class Hello:
    token: str | None
    since: int
    page: str
    lang: str


@dataclass(frozen=True, slots=True)
class Say:
    key: str
    text: str
    name: str
    email: str
    files: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TypingNow:
    on: bool


@dataclass(frozen=True, slots=True)
class Read:
    seq: int


@dataclass(frozen=True, slots=True)
class Leave:
    pass


@dataclass(frozen=True, slots=True)
class Ping:
    pass


Frame = Hello | Say | TypingNow | Read | Leave | Ping
Json = dict[str, Any]


def parse(text: str) -> Frame:
    """A frame from the customer's side. Raises `FrameError`."""
    frame = _object(text)
    match frame.get("t"):
        case "hello":
            return _hello(frame)
        case "say":
            return _say(frame)
        case "typing":
            return TypingNow(frame.get("on") is True)
        case "read":
            return Read(_number(frame.get("seq")))
        case "leave":
            return Leave()
        case "ping":
            return Ping()
        case _:
            raise FrameError("unknown_frame")


def _object(text: str) -> Json:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        # Nested beyond all sense is no accident, and no different from what is no JSON.
        raise FrameError from None
    if not isinstance(frame, dict):
        raise FrameError
    return frame


def _hello(frame: Json) -> Hello:
    token = frame.get("token")
    if token is not None and not (isinstance(token, str) and 0 < len(token) <= 200):
        raise FrameError
    page = _line(frame.get("page"), 500)
    return Hello(token, _number(frame.get("since", 0)), page, _line(frame.get("lang"), 20))


def _say(frame: Json) -> Say:
    key = frame.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise FrameError
    text = frame.get("text", "")
    files = frame.get("files") or []
    if not isinstance(text, str) or not isinstance(files, list) or len(files) > FILES_MAX:
        raise FrameError(key=key)
    try:
        ids = tuple(dict.fromkeys(_number(one) for one in files))
    except FrameError:
        raise FrameError(key=key) from None
    email = _line(frame.get("email"), 254)
    return Say(
        key=key,
        text=_CONTROLS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")),
        name=_line(frame.get("name"), 120),
        # What is no address is worth nothing to the agent, and no reason to turn a customer away.
        email=email if _EMAIL.fullmatch(email) else "",
        files=ids,
    )


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= ID_MAX:
        raise FrameError
    return value


def _line(value: object, most: int) -> str:
    if not isinstance(value, str):
        return ""
    clean = _CONTROLS.sub("\ufffd", _SPACES.sub(" ", value)).strip()
    return unicodedata.normalize("NFC", clean)[:most]


_STATES = {
    ContactState.RECEIVED: "waiting",
    ContactState.WAITING: "waiting",
    ContactState.OFFERED: "waiting",
    ContactState.IN_HAND: "in_hand",
    ContactState.SLEEPING: "released",
    ContactState.CLOSED: "closed",
    ContactState.ABANDONED: "closed",
}


def place(ahead: int | None, wait: str | None) -> Json:
    """Where a customer waits: how many wait before them, and how long that will take, in their words, if known."""
    return {"ahead": ahead or 0} | ({} if wait is None else {"wait": wait})


def state_frame(standing: Standing, ahead: int | None, wait: str | None = None) -> Json:
    """How the chat stands, in the widget's words. `ahead` and `wait`: as of `place`."""
    state = "new" if standing.state is None else _STATES[standing.state]
    if standing.left:
        # The agent may still have it in hand to write a closing note: for the customer it is over.
        state = "closed"
    elif state == "in_hand" and standing.chat_state == "warned":
        state = "warned"
    agent = {"name": standing.agent_name} if standing.agent_name and state != "closed" else None
    stands = place(ahead, wait) if state == "waiting" else None
    return {"t": "state", "state": state, "agent": agent, "place": stands}


def message_json(
    message: ChatMessage, language: str, opener: Opener, now_ms: int, base: str = ""
) -> Json | None:
    """The message as `M`, or None when there is nothing in it for the customer.

    `opener` opens its files; `base` is where this server is, for the addresses of its pages.
    """
    text = message.text
    author = "agent" if message.author == "bot" else message.author
    if message.event is not None:
        code, params = str(message.event.get("code")), message.event.get("params") or {}
        sentence = told(code, language, {**params, "base": base}, message.at_ms)
        if sentence is None:
            return None
        author, text = "system", sentence
    return {
        "seq": message.id,
        "key": message.key,
        "from": author,
        "name": message.name,
        "at_ms": message.at_ms,
        "text": text,
        "files": [file_json(one, opener, now_ms) for one in message.files],
        "read": message.read,
    }


def system_json(seq: int, text: str, at_ms: int) -> Json:
    """A line of ours as `M`."""
    about = {"key": None, "from": "system", "name": "", "files": [], "read": True}
    return {"seq": seq, "at_ms": at_ms, "text": text, **about}


def file_json(file: ChatFile, opener: Opener, now_ms: int) -> Json:
    return {
        "id": file.id,
        "filename": file.filename,
        "content_type": file.content_type,
        "size": file.size,
        "url": opener.url(file.id, now_ms),
    }


def written(frame: Json) -> str:
    """A frame as text."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
