"""The socket of a simulated person's telephone, and the handset that does what it is told."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from affluent.channels.voice.relay.handset import Handset
from affluent.cli.demo.life.street import Json

PING_S = 10.0


class Wire:
    """Frames out, in their order, from whoever has something to say."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._frames: asyncio.Queue[Json] = asyncio.Queue()

    def send(self, frame: Json) -> None:
        self._frames.put_nowait(frame)

    async def run(self) -> None:
        """Until the socket closes; says now and then that it is there."""
        while True:
            try:
                frame = await asyncio.wait_for(self._frames.get(), PING_S)
            except TimeoutError:
                frame = {"t": "ping"}
            try:
                await self._socket.send(json.dumps(frame))
            except ConnectionClosed:
                return


class Line:
    """One call's connections, and its handset. Frames are done one after the other."""

    def __init__(self, send: Callable[[Json], None]) -> None:
        self.handset = Handset(send)
        self.fault = ""
        """What went wrong last, if anything did."""
        self._frames: asyncio.Queue[Json] = asyncio.Queue()
        self._task = asyncio.get_running_loop().create_task(self._run())

    def take(self, frame: Json) -> None:
        """A `peer`, `peer_gone` or `signal`."""
        self._frames.put_nowait(frame)

    async def _run(self) -> None:
        while True:
            frame = await self._frames.get()
            try:
                await self._done(frame)
            except Exception as fault:
                # The library raises errors of every kind: a connection of a play that fails is silent.
                self.fault = repr(fault)

    def _done(self, frame: Json) -> Coroutine[Any, Any, None]:
        match frame["t"]:
            case "peer":
                return self.handset.meet(frame["peer"], frame["line"], offer=frame["offer"])
            case "signal":
                return self.handset.hear(frame)
            case _:
                return self.handset.close()

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.handset.close()
