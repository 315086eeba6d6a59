"""What only a connection shows: commands by WebSocket, the dialplan, and whether a sound of ours can be played.

An application of its own is used: the one of a centre at work keeps its calls.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from affluent.channels.voice.asterisk.configuration import FROM_AGENT
from affluent.channels.voice.prompts.wav import RATE, as_wav
from affluent.cli.voice.checks.finding import Finding, warning

APP = "affluent-check"
CONNECTED_S, COMMAND_S, PLAYED_S = 5.0, 1.5, 5.0
_GONE = ("StasisEnd", "ChannelDestroyed")


def speaking(
    ari: httpx.Client, url: str, auth: tuple[str, str], sounds: Path | None
) -> Iterator[Finding]:  # fmt: skip
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    address = f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/ari/events?app={APP}"
    basic = httpx.BasicAuth(*auth)
    header = next(basic.auth_flow(httpx.Request("GET", url))).headers["Authorization"]
    try:
        with connect(
            address, additional_headers={"Authorization": header}, open_timeout=CONNECTED_S, close_timeout=1,
            proxy=None,
        ) as socket:  # fmt: skip
            takes = _takes_commands(socket)
            yield Finding("commands_by_socket", True) if takes else warning("commands_by_http")
            yield from _played(ari, socket, sounds)
    except (OSError, WebSocketException, TimeoutError) as fault:
        yield Finding("socket_refused", False, {"why": str(fault) or type(fault).__name__})


def _takes_commands(socket: ClientConnection) -> bool:
    asked = {"type": "RESTRequest", "request_id": "1", "method": "GET", "uri": "asterisk/ping"}
    socket.send(json.dumps(asked))
    return _next(socket, COMMAND_S, lambda event: event.get("type") == "RESTResponse") is not None


def _played(ari: httpx.Client, socket: ClientConnection, sounds: Path | None) -> Iterator[Finding]:
    """Plays a short silence to a line of no telephone, which the echo of the dialplan answers."""
    name = f"affluent-check-{secrets.token_hex(8)}"
    answer = ari.post(
        f"/channels/{name}", params={"endpoint": f"Local/echo@{FROM_AGENT}", "app": APP, "timeout": "5"}
    )
    began = (answer.status_code < 300 and _next(socket, PLAYED_S, lambda event: _of(event, name))) or {}
    if began.get("type") != "StasisStart":
        yield Finding("no_dialplan", False, {"context": FROM_AGENT})
        return
    yield Finding("dialplan", True)
    try:
        if sounds is not None:
            yield _heard(ari, socket, name, sounds)
    finally:
        ari.delete(f"/channels/{name}")


def _heard(ari: httpx.Client, socket: ClientConnection, channel: str, sounds: Path) -> Finding:
    file = sounds / f"{channel}.wav"
    try:
        file.write_bytes(as_wav(np.zeros(RATE // 10, np.int16)))
    except OSError as fault:
        return warning("sounds_not_ours", folder=str(sounds), why=fault.strerror or str(fault))
    try:
        told = ari.post(f"/channels/{channel}/play", params={"media": f"sound:{sounds.resolve()}/{channel}"})
        ended = told.status_code < 300 and _next(
            socket, PLAYED_S, lambda event: event.get("type") == "PlaybackFinished"
        )
    finally:
        file.unlink(missing_ok=True)
    if not ended or ended["playback"].get("state") != "done":
        return Finding("sounds_unreadable", False, {"folder": str(sounds.resolve())})
    return Finding("sounds", True, {"folder": str(sounds.resolve())})


def _of(event: dict[str, Any], channel: str) -> bool:
    same = event.get("channel", {}).get("id") == channel
    return same and event.get("type") in ("StasisStart", *_GONE)


def _next(
    socket: ClientConnection, within_s: float, wanted: Callable[[dict[str, Any]], bool]
) -> dict[str, Any] | None:  # fmt: skip
    """The next such event; None when none came in time."""
    end = time.monotonic() + within_s
    while (left := end - time.monotonic()) > 0:
        try:
            event = json.loads(socket.recv(left))
        except TimeoutError:
            return None
        if wanted(event):
            return event
    return None
