"""Simulated customers who call: through the centre's own relay, as the pages of a browser do."""

import asyncio
import itertools
import json
import secrets
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from affluent.cli.demo import rhythm, stories
from affluent.cli.demo.doors import STANDARD
from affluent.cli.demo.life.line import Line, Wire
from affluent.cli.demo.life.speech import Speech
from affluent.cli.demo.life.street import Json, Street
from affluent.cli.demo.stories import Customer
from affluent.facts.instants import HOUR_MS, SECOND_MS

CALLS_MAX = 2
"""Each call is sound encoded and decoded four times on this machine: a core's worth of a few is too many."""
TALK_MS = 150 * SECOND_MS
LISTENS_S = 5.0
"""So long a caller hears the menu before the next key: it speaks at its own pace, whatever that of the people is."""
PATIENCE_MS_LEAST = 20 * SECOND_MS
CHOICES = "0230"


class Callers:
    """All simulated customers on the telephone."""

    def __init__(self, street: Street) -> None:
        self._street = street
        self._speech = Speech()
        self.calls = 0

    async def live(self) -> None:
        """Customers call for as long as this runs, about one a minute, never many at once."""
        street = self._street
        while True:
            await street.tempo.running()
            rate = rhythm.lively_rate(street.tempo.now_ms()) * street.tempo.pace.crowd
            await street.tempo.rest(street.chance.expovariate(rate / HOUR_MS))
            if self.calls < CALLS_MAX:
                customer = stories.somebody(street.chance, medium="chat")
                if STANDARD in street.doors.keys.get(customer.story.brand, {}):
                    street.start(self.call(customer), "call")

    async def call(self, customer: Customer) -> None:
        """One customer calls; returns when it is over."""
        self._street.remember(customer.name)
        self._street.calling(customer)
        self.calls += 1
        self._street.counts["voice"] += 1
        try:
            await _Call(self._street, customer, self._speech).run()
        except (OSError, WebSocketException):
            # The server starts anew: whoever was on the line has lost it.
            self._street.counts["cut_off"] += 1
        finally:
            self.calls -= 1


class _Call:
    """One customer on the telephone, until it is over or they have had enough."""

    def __init__(self, street: Street, customer: Customer, speech: Speech) -> None:
        self._street = street
        self._customer = customer
        self._speech = speech
        self._state = "idle"
        self._waits = False
        self._talks = asyncio.Event()
        self._over = asyncio.Event()

    async def run(self) -> None:
        doors, language = self._street.doors, self._customer.language
        key = doors.keys[self._customer.story.brand][STANDARD]
        address = self._street.address()
        more: dict[str, Any] = {} if address is None else {"local_addr": (address, 0)}
        async with connect(
            f"ws://{doors.web}/call/v1/socket?site={key}&lang={language}",
            origin=Origin(f"http://{doors.web}"), compression=None, open_timeout=30, proxy=None, **more,
        ) as socket:  # fmt: skip
            wire = Wire(socket)
            line = Line(wire.send)
            wire.send({"t": "hello", "token": None, "page": "/demo", "lang": language})
            doing = [
                asyncio.create_task(work)
                for work in (wire.run(), self._listen(socket, wire, line), self._live(wire, line))
            ]
            try:
                done, _ = await asyncio.wait(doing, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in doing:
                    task.cancel()
                await asyncio.gather(*doing, return_exceptions=True)
                await line.close()

    async def _listen(self, socket: ClientConnection, wire: Wire, line: Line) -> None:
        async for raw in socket:
            frame: Json = json.loads(raw)
            match frame["t"]:
                case "welcome":
                    wire.send({"t": "call", "key": secrets.token_hex(16), "name": self._customer.name})
                case "state":
                    self._stands(frame)
                case "peer" | "peer_gone" | "signal":
                    line.take(frame)
                case "refused":
                    self._street.counts["refused"] += 1
                    return
                case _:
                    pass
            if self._over.is_set():
                return

    def _stands(self, frame: Json) -> None:
        self._state, self._waits = frame["state"], frame["place"] is not None
        if self._state == "talking":
            self._talks.set()
        if self._state == "over":
            self._over.set()

    async def _live(self, wire: Wire, line: Line) -> None:
        """Through the menu, then patience, then the talk; hangs up at the end of either."""
        tempo, chance = self._street.tempo, self._street.chance
        menu = asyncio.create_task(self._press(wire))
        patience_ms = PATIENCE_MS_LEAST + rhythm.patience_ms(chance)
        try:
            if not await self._within(self._talks, patience_ms):
                self._street.counts["hung_up"] += 1
                return
            menu.cancel()
            one = self._customer
            said = await self._speech.of(stories.asked(one, tempo.now_ms())[1], one.language)
            line.handset.say(said)
            await tempo.rest(rhythm.around(chance, TALK_MS, 0.5))
            self._street.counts["talked"] += 1
        finally:
            menu.cancel()
            if not self._over.is_set():
                wire.send({"t": "hang_up"})
                # Said before the socket closes.
                await asyncio.wait((asyncio.create_task(self._over.wait()),), timeout=2)

    async def _within(self, event: asyncio.Event, patience_ms: float) -> bool:
        resting = asyncio.create_task(self._street.tempo.rest(patience_ms))
        coming = asyncio.create_task(event.wait())
        try:
            await asyncio.wait((resting, coming), return_when=asyncio.FIRST_COMPLETED)
        finally:
            resting.cancel()
            coming.cancel()
        return event.is_set()

    async def _press(self, wire: Wire) -> None:
        """The keys of a menu, one after what it said: no number, a motive, and a person in the end."""
        for key in itertools.chain(("#", self._street.chance.choice(CHOICES)), itertools.cycle("#0")):
            await asyncio.sleep(LISTENS_S)
            if self._waits or self._talks.is_set():
                return
            wire.send({"t": "digit", "digit": key})
            self._street.counts["keys"] += 1
