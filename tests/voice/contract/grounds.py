"""Where the laws of a switch are tried: a switch of each kind, with somebody to call it and an agent's phone."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

from affluent.channels.voice.asterisk.switch import AsteriskSwitch
from affluent.channels.voice.relay.relay import Relay
from affluent.channels.voice.relay.switch import RelaySwitch
from affluent.channels.voice.sip.phone import SipPhone, Talk
from affluent.channels.voice.switch import Ending, LegArrived, LegUp, Reached, Switch, SwitchEvent
from affluent.channels.voice.web.lines import Browsers
from affluent.channels.voice.web.switch import WebSwitch
from affluent.cli.clock import WallClock
from tests.voice.asterisk import PASSWORD, USER, Asterisk
from tests.voice.scripted_switch import ScriptedSwitch

E = TypeVar("E")
PATIENCE_S = 6.0
NUMBER, DOOR, AGENT = "+33612345678", "+33145678900", 1


class Party(Protocol):
    """Somebody at the end of a line."""

    def answers(self) -> None: ...
    def hangs_up(self) -> None: ...
    def refuses(self) -> None: ...
    def presses(self, keys: str) -> None: ...


class Ground(Protocol):
    """A switch, whoever calls, and the phone of agent 1."""

    @property
    def switch(self) -> Switch: ...

    async def calls(self) -> Party: ...
    async def phone(self) -> Party:
        """The agent's phone, once it rings."""
        ...

    def again(self) -> Switch:
        """The same server, as a process after us would reach it."""
        ...


class Ear:
    """Hears a switch; remembers what it heard."""

    def __init__(self, switch: Switch) -> None:
        self.heard: list[SwitchEvent] = []
        self._switch = switch
        self._more = asyncio.Condition()
        self._task = asyncio.get_running_loop().create_task(self._listen())

    async def _listen(self) -> None:
        async for event in self._switch.events():
            async with self._more:
                self.heard.append(event)
                self._more.notify_all()

    def of(self, kind: type[E], leg: str | None = None) -> list[E]:
        return [
            one for one in self.heard if isinstance(one, kind) and leg in (None, getattr(one, "leg", None))
        ]

    async def waits_for(self, kind: type[E], leg: str | None = None, count: int = 1) -> E:
        async with self._more:
            await asyncio.wait_for(self._more.wait_for(lambda: len(self.of(kind, leg)) >= count), PATIENCE_S)
        return self.of(kind, leg)[count - 1]

    async def stop(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self._switch.close()


class ScriptedGround:
    def __init__(self) -> None:
        self.switch = ScriptedSwitch(1)

    class _Party:
        def __init__(self, switch: ScriptedSwitch, leg: str) -> None:
            self._switch, self._leg = switch, leg

        def answers(self) -> None:
            self._switch.picks_up(self._leg)

        def hangs_up(self) -> None:
            self._switch.ends(self._leg)

        def refuses(self) -> None:

            self._switch.ends(self._leg, Ending.BUSY)

        def presses(self, keys: str) -> None:
            self._switch.presses(self._leg, keys)

    async def calls(self) -> Party:
        return self._Party(self.switch, self.switch.rings(NUMBER, DOOR))

    async def phone(self) -> Party:
        line = self.switch.of(AGENT)
        assert line is not None
        return self._Party(self.switch, line.leg)

    def again(self) -> Switch:
        return self.switch


class SipParty:
    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def answers(self) -> None:
        self._talk.answer()

    def hangs_up(self) -> None:
        self._talk.hang_up()

    def refuses(self) -> None:
        self._talk.reject()

    def presses(self, keys: str) -> None:
        self._talk.presses(keys)


class AsteriskGround:
    def __init__(self, asterisk: Asterisk, sounds: Path, *, socket: bool) -> None:
        self._asterisk, self._sounds, self._socket = asterisk, sounds, socket
        self.switch = self.again()

    def again(self) -> AsteriskSwitch:
        return AsteriskSwitch(
            1, self._asterisk.url, USER, PASSWORD, WallClock(), sounds=str(self._sounds), socket=self._socket
        )

    async def open(self) -> None:
        server = ("127.0.0.1", self._asterisk.sip)
        self._street = await SipPhone(server, NUMBER, 440).open()
        self._desk = await SipPhone(server, "agent", 600).open(self._asterisk.ports[AGENT])

    def close(self) -> None:
        for phone in (self._street, self._desk):
            for talk in phone.talks.values():
                talk.hang_up()
            phone.close()

    async def calls(self) -> Party:
        return SipParty(await self._street.call(DOOR))

    async def phone(self) -> Party:
        return SipParty(await self._desk.next_call(PATIENCE_S))


class _Page:
    """A browser's socket."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    def tell(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)

    def replaced(self) -> None:
        raise AssertionError("nobody else is this page")


class _Browser:
    def __init__(
        self,
        answers: Callable[[], None],
        hangs_up: Callable[[], None],
        digit: Callable[[str], None] | None = None,
    ) -> None:
        self.answers, self.hangs_up, self.refuses = answers, hangs_up, hangs_up
        self._digit = digit

    def presses(self, keys: str) -> None:
        assert self._digit is not None, "a browser has no keys where nobody hears them"
        for key in keys:
            self._digit(key)


class WebGround:
    def __init__(self) -> None:
        self._browsers = Browsers(WallClock(), lambda contact, language: {"ahead": 0, "wait": None})
        self._desk = _Page()
        self._browsers.desk(AGENT, "Ada", self._desk)
        self.switch = self.again()

    def again(self) -> WebSwitch:
        return WebSwitch(1, self._browsers, WallClock())

    async def calls(self) -> Party:
        leg = self._browsers.call(
            _Page(), server_id=1, door=DOOR, key="key-12345678", name="Zoé", language="fr"
        )
        return _Browser(lambda: None, lambda: self._browsers.hang_up(leg.id))

    async def phone(self) -> Party:
        leg = next(one for one in self._desk.frames if one["t"] == "ring")["leg"]
        return _Browser(
            lambda: self._browsers.picks_up(AGENT, leg), lambda: self._browsers.desk_hangs_up(AGENT, leg)
        )


class RelayGround(WebGround):
    """Browsers again; their sound passes through the centre."""

    def __init__(self, folder: Path) -> None:
        self._relay = Relay(WallClock(), folder / "sounds", folder / "recordings")
        self._relay.start()
        super().__init__()

    def again(self) -> RelaySwitch:
        return RelaySwitch(1, self._browsers, WallClock(), self._relay)

    def close(self) -> None:
        self._relay.stop()

    async def calls(self) -> Party:
        leg = self._browsers.call(
            _Page(), server_id=1, door=DOOR, key="key-12345678", name="Zoé", language="fr"
        )
        return _Browser(
            lambda: None,
            lambda: self._browsers.hang_up(leg.id),
            lambda key: self._browsers.through.digit(leg, key),
        )


@asynccontextmanager
async def listening(ground: Ground) -> AsyncGenerator[Ear]:
    if isinstance(ground, AsteriskGround):
        await ground.open()
    ear = Ear(ground.switch)
    try:
        await ear.waits_for(Reached)
        await ground.switch.standing()
        yield ear
    finally:
        if isinstance(ground, AsteriskGround):
            ground.close()
            await asyncio.sleep(0.05)
        await ear.stop()
        if isinstance(ground, RelayGround):
            ground.close()


async def arrived(ground: Ground, ear: Ear, count: int = 1) -> tuple[Party, str]:
    """Somebody calls, and is answered: they, and their leg."""
    caller = await ground.calls()
    leg = (await ear.waits_for(LegArrived, count=count)).leg
    await ground.switch.answer(leg)
    return caller, leg


async def dialled(ground: Ground, ear: Ear, *, up: bool = True) -> tuple[Party, str]:
    """The agent's phone rings, and is picked up if `up`."""
    leg = await ground.switch.dial(
        f"agent:{AGENT}", from_number=NUMBER, name="Zoé", timeout_s=20, tags={"contact": "7", "role": "agent"}
    )
    phone = await ground.phone()
    if up:
        phone.answers()
        await ear.waits_for(LegUp, leg)
    return phone, leg
