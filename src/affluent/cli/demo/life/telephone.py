"""The telephone of a simulated agent: rings, is picked up, says good day, and knows when the caller is gone."""

import asyncio
import json
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from affluent.cli.demo.life.line import Line, Wire
from affluent.cli.demo.life.speech import Speech
from affluent.cli.demo.life.street import Json, Street

AGAIN_S = 3.0
RINGS_S = 5.0
MOVED = 4409


@dataclass(eq=False)
class _Ringing:
    leg: str
    line: Line
    up: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class Telephone:
    """Connected while `run` runs. Calls are known by their contact."""

    def __init__(self, street: Street) -> None:
        self._street = street
        self._speech = Speech()
        self._wire: Wire | None = None
        self._calls: dict[int, _Ringing] = {}
        self._rang = asyncio.Condition()

    async def run(self, token: str) -> None:
        """Until cancelled, or until a visitor's page is the telephone."""
        doors = self._street.doors
        while True:
            try:
                async with connect(
                    f"ws://{doors.web}/call/v1/phone",
                    origin=Origin(f"http://{doors.web}"), compression=None, open_timeout=30, proxy=None,
                    additional_headers={"Cookie": f"affluent_session={token}"},
                ) as socket:  # fmt: skip
                    await self._converse(socket)
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code == MOVED:
                    return
            except (OSError, WebSocketException):
                # The server starts anew.
                pass
            await asyncio.sleep(AGAIN_S)

    async def _converse(self, socket: ClientConnection) -> None:
        wire = self._wire = Wire(socket)
        wire.send({"t": "hello"})
        sending = asyncio.create_task(wire.run())
        try:
            async for raw in socket:
                await self._take(json.loads(raw), wire)
        finally:
            self._wire = None
            sending.cancel()
            for one in list(self._calls.values()):
                await self._end(one)

    async def _take(self, frame: Json, wire: Wire) -> None:
        if frame["t"] == "ring" and frame["contact_id"] is not None:
            if frame["contact_id"] not in self._calls:
                async with self._rang:
                    self._calls[frame["contact_id"]] = _Ringing(
                        frame["leg"], Line(lambda told: wire.send(told | {"leg": frame["leg"]}))
                    )
                    self._rang.notify_all()
            return
        call = next((one for one in self._calls.values() if one.leg == frame.get("leg")), None)
        if call is None:
            return
        match frame["t"]:
            case "peer" | "peer_gone" | "signal":
                call.line.take(frame)
            case "gone":
                await self._end(call)
            case _:
                pass

    async def _end(self, call: _Ringing) -> None:
        call.gone.set()
        self._calls = {key: one for key, one in self._calls.items() if one is not call}
        await call.line.close()

    async def picks_up(self, contact_id: int, greeting: str, language: str) -> bool:
        """Says yes to a call, and good day; False when it does not ring here."""
        async with self._rang:
            try:
                await asyncio.wait_for(self._rang.wait_for(lambda: contact_id in self._calls), RINGS_S)
            except TimeoutError:
                return False
            call = self._calls[contact_id]
        if self._wire is None or call.up:
            return call.up
        call.up = True
        self._wire.send({"t": "answer", "leg": call.leg})
        call.line.handset.say(await self._speech.of(greeting, language))
        return True

    async def over(self, contact_id: int) -> None:
        """Waits until the call of a contact is over; not at all for one that is not up here."""
        call = self._calls.get(contact_id)
        if call is not None:
            await call.gone.wait()
