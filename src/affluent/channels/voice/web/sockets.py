"""A browser's socket, from its first frame to its last, as far as callers and desks are alike."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from fastapi import WebSocket, WebSocketDisconnect

from affluent.channels.voice.web.frames import FRAME_BYTES_MAX, Frame, FrameError, Hello, parse

UNKNOWN = 4401
FOREIGN_ORIGIN = 4403
UNKNOWN_SITE = 4404
REPLACED = 4409
TOO_MANY = 4429
TOO_LARGE = 1009
UNREADABLE = 1003
NO_HELLO = 1008
TRY_LATER = 1013

HELLO_S = 15.0
SILENCE_S = 30.0
"""Pages ping every ten seconds: who is silent for so long is gone."""
SEND_S = 20.0
FRAMES_A_SECOND_MAX = 60
WAITING_FRAMES_MAX = 500
log = structlog.get_logger("affluent.voice")


class Closed(Exception):
    """The socket is to be closed, with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class BrowserSocket:
    """A `Link`: used from its own loop, but for `tell` and `replaced`, which any thread may call."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._loop = asyncio.get_running_loop()
        self._outbox: asyncio.Queue[dict[str, Any] | int] = asyncio.Queue()
        self._second: tuple[float, int] = (0.0, 0)

    def tell(self, frame: dict[str, Any]) -> None:
        self._put(frame)

    def replaced(self) -> None:
        self._put(REPLACED)

    def _put(self, what: dict[str, Any] | int) -> None:
        with suppress(RuntimeError):
            # The server is stopping: its loop is closed.
            self._loop.call_soon_threadsafe(self._outbox.put_nowait, what)

    async def hello(self) -> Hello:
        """The first frame. Raises `Closed`, `WebSocketDisconnect`."""
        try:
            frame = await asyncio.wait_for(self.receive(), HELLO_S)
        except (FrameError, TimeoutError):
            raise Closed(NO_HELLO) from None
        if not isinstance(frame, Hello):
            raise Closed(NO_HELLO)
        return frame

    async def receive(self) -> Frame:
        """The next frame. Raises `FrameError`, `Closed` for a flood, `WebSocketDisconnect` at the end."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code") or 1006)
        now = self._loop.time()
        began, count = self._second
        self._second = (now, 1) if now - began >= 1.0 else (began, count + 1)
        if self._second[1] > FRAMES_A_SECOND_MAX:
            raise Closed(TOO_MANY)
        text = message.get("text")
        if text is None:
            raise Closed(UNREADABLE)
        if len(text) > FRAME_BYTES_MAX or len(text.encode("utf-8", "replace")) > FRAME_BYTES_MAX:
            raise Closed(TOO_LARGE)
        return parse(text)

    async def converse(self, heard: Callable[[Frame], Awaitable[None]], bad: Callable[[str], None]) -> None:
        """Hears and tells until one side ends. Raises `Closed`, `WebSocketDisconnect`."""
        tasks = [asyncio.create_task(self._listen(heard, bad)), asyncio.create_task(self._tell_all())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _listen(self, heard: Callable[[Frame], Awaitable[None]], bad: Callable[[str], None]) -> None:
        while True:
            try:
                frame = await asyncio.wait_for(self.receive(), SILENCE_S)
            except FrameError as fault:
                bad(fault.code)
            except TimeoutError:
                raise Closed(TRY_LATER) from None
            else:
                await heard(frame)

    async def _tell_all(self) -> None:
        while True:
            what = await self._outbox.get()
            if isinstance(what, int):
                raise Closed(what)
            if self._outbox.qsize() > WAITING_FRAMES_MAX:
                raise Closed(TRY_LATER)
            text = json.dumps(what, ensure_ascii=False, separators=(",", ":"))
            try:
                await asyncio.wait_for(self._socket.send_text(text), SEND_S)
            except TimeoutError:
                raise Closed(TRY_LATER) from None


async def attended(socket: WebSocket, attend: Callable[[BrowserSocket], Awaitable[None]]) -> None:
    """Accepts, attends, closes with the code that says why."""
    # Accepted before it is judged: a browser learns the close code of an open socket only.
    await socket.accept()
    code: int | None = None
    try:
        await attend(BrowserSocket(socket))
    except Closed as ended:
        code = ended.code
    except WebSocketDisconnect:
        return
    except Exception:
        log.exception("call_socket_failed")
        code = 1011
    if code is not None:
        with suppress(Exception):
            # The socket may be gone meanwhile, and then there is nobody to tell.
            await asyncio.wait_for(socket.close(code), 5)
