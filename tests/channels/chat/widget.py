"""A customer's side of the socket, as the widget plays it: it repeats what was not acknowledged."""

import json
import secrets
import socket
import time
from contextlib import ExitStack, suppress
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.channels.centre import SITE_ORIGIN

Json = dict[str, Any]


class Widget:
    """One browser tab: what it was told, and what it still has to deliver."""

    def __init__(
        self, address: str, site: str, *, token: str | None = None, origin: str | None = SITE_ORIGIN
    ) -> None:
        self.address = address
        self.site = site
        self.token = token
        self.origin = origin
        self.since = 0
        self.unsent: dict[str, str] = {}
        self.messages: list[Json] = []
        self.told: list[Json] = []
        self.welcome: Json = {}
        self._socket: ClientConnection | None = None
        self._open = ExitStack()

    def open(self) -> ClientConnection:
        """Connects without saying anything."""
        origin = Origin(self.origin) if self.origin is not None else None
        self.close()
        self._socket = self._open.enter_context(
            connect(f"ws://{self.address}/chat/v1/socket?site={self.site}&lang=fr", origin=origin)
        )
        return self._socket

    def hello(self) -> "Widget":
        self.open()
        self.send(t="hello", token=self.token, since=self.since, page="https://shop.example/help", lang="fr")
        self.welcome = self.until("welcome")
        self.token = self.welcome["token"]
        for message in self.welcome["messages"]:
            self._take(message)
        for key, text in list(self.unsent.items()):
            self.send(t="say", key=key, text=text, files=[])
        return self

    def send(self, **frame: Any) -> None:
        assert self._socket is not None
        self._socket.send(json.dumps(frame))

    def say(self, text: str, key: str | None = None, **more: Any) -> str:
        key = key or secrets.token_hex(16)
        self.unsent[key] = text
        self.send(t="say", key=key, text=text, files=[], **more)
        return key

    def said(self, text: str, **more: Any) -> int:
        """Says it and waits for the acknowledgement; the message's number."""
        key = self.say(text, **more)
        return self.until("ack", key=key)["seq"]

    def until(self, kind: str, timeout_s: float = 15.0, **like: Any) -> Json:
        """Reads on until a frame of this kind and these values comes, and gives it."""
        end = time.monotonic() + timeout_s
        while True:
            frame = self.next(end - time.monotonic())
            if frame["t"] == kind and all(frame.get(name) == value for name, value in like.items()):
                return frame

    def next(self, timeout_s: float) -> Json:
        assert self._socket is not None
        frame = json.loads(self._socket.recv(timeout=timeout_s))
        self.told.append(frame)
        if frame["t"] == "message":
            self._take(frame["message"])
        elif frame["t"] == "ack":
            self.unsent.pop(frame["key"], None)
        return frame

    def _take(self, message: Json) -> None:
        self.since = max(self.since, message["seq"])
        self.messages.append(message)
        self.unsent.pop(message["key"] or "", None)

    def message(self, text: str) -> Json:
        while True:
            for one in self.messages:
                if one["text"] == text:
                    return one
            self.until("message")

    def closed_with(self) -> int:
        """Waits for the server to close; the code."""
        assert self._socket is not None
        try:
            while True:
                self._socket.recv(timeout=15)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 1006

    def quiet(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for a while."""
        try:
            self.next(seconds)
        except TimeoutError:
            return True
        return False

    def cut(self) -> None:
        """The network goes away: no farewell."""
        assert self._socket is not None
        with suppress(OSError):
            self._socket.socket.shutdown(socket.SHUT_RDWR)
        self.close()

    def close(self) -> None:
        self._open.close()
