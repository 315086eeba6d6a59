"""Real phones around a real Asterisk, and a centre behind it."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from affluent.centre.calling.records import VoiceServer
from affluent.channels.voice.asterisk.switch import AsteriskSwitch
from affluent.channels.voice.switch import Switch
from tests.centre.stage import insert_into, staged
from tests.channels.centre import eventually
from tests.voice.asterisk import PASSWORD, USER, Asterisk
from tests.voice.house import House
from tests.voice.sip_phone import SipPhone, Talk

R = TypeVar("R")
ADA_HZ, BOB_HZ, CALLER_HZ = 600, 850, 440


class Street:
    """Phones, in a loop of their own."""

    def __init__(self, asterisk: Asterisk) -> None:
        self.asterisk = asterisk
        self.phones: list[SipPhone] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, act: Coroutine[Any, Any, R], timeout_s: float = 15) -> R:
        return asyncio.run_coroutine_threadsafe(act, self._loop).result(timeout_s)

    def do(self, act: Callable[[], R]) -> R:
        async def acted() -> R:
            return act()

        return self.run(acted())

    def phone(self, number: str, hz: int | None = None, port: int = 0) -> SipPhone:
        made = self.run(SipPhone(("127.0.0.1", self.asterisk.sip), number, hz).open(port))
        self.phones.append(made)
        return made

    def close(self) -> None:
        for phone in self.phones:
            self.do(phone.close)
        self.run(_quiet())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


async def _quiet() -> None:
    """Everything that was going on has ended."""
    others = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
    for one in others:
        one.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.01)


@dataclass
class RealHouse(House):
    """The house on a real Asterisk."""

    asterisk: Asterisk | None = None
    street: Street | None = None
    sounds: str = ""
    """The folder of the sound store."""
    desks: dict[int, SipPhone] = field(default_factory=dict[int, SipPhone])

    def add_server(self, name: str) -> int:
        assert self.asterisk is not None
        server = insert_into(
            self.stage, "voice_server", name=name, kind="asterisk", public_key=name, url=self.asterisk.url,
            username=USER, secrets={"ari": {"password": PASSWORD}},
        )  # fmt: skip
        self.switches[server] = self._switch(server)
        return server

    def _switch(self, server: int) -> AsteriskSwitch:
        assert self.asterisk is not None
        return AsteriskSwitch(server, self.asterisk.url, USER, PASSWORD, self.stage.clock, sounds=self.sounds)

    def connect(self, server: VoiceServer) -> Switch:
        self.switches[server.id] = self._switch(server.id)
        return self.switches[server.id]

    def at_work(self, *agents: int) -> None:
        """These agents are there with their phones."""
        assert self.street is not None and self.asterisk is not None
        for agent in agents:
            if agent not in self.desks:
                hz = ADA_HZ if agent == self.stage.ids.ada else BOB_HZ
                self.desks[agent] = self.street.phone(f"agent-{agent}", hz, self.asterisk.ports[agent])
        self.stage.ready(*agents)

    def caller(self) -> Talk:
        """Somebody calls, and hears that it is answered."""
        assert self.street is not None
        talk = self.street.run(self.street.phone("+33612345678", CALLER_HZ).call("+33145678900"))
        self.wait(talk.up)
        return talk

    def rings_at(self, agent: int) -> Talk:
        assert self.street is not None
        return self.street.run(self.desks[agent].next_call())

    def wait(self, event: asyncio.Event, timeout_s: float = 10) -> None:
        assert self.street is not None
        self.street.run(asyncio.wait_for(event.wait(), timeout_s))

    def do(self, act: Callable[[], R]) -> R:
        assert self.street is not None
        return self.street.do(act)

    def hear_each_other(self, caller: Talk, agent: Talk, hz: int = ADA_HZ) -> None:
        eventually(lambda: caller.hears(hz), "the caller hears the agent", 5)
        eventually(lambda: agent.hears(CALLER_HZ), "the agent hears the caller", 5)

    def contact(self) -> int:
        """The newest call's."""
        rows = eventually(lambda: self.stage.query("select id from call order by id desc limit 1"))
        return rows[0]["id"]

    def no_line_left(self) -> None:
        asterisk = self.asterisk
        assert asterisk is not None
        eventually(lambda: not asterisk.channels(), "no line is left at Asterisk", 5)


@contextmanager
def streeted(dsn: str, asterisk: Asterisk) -> Generator[RealHouse]:
    with staged(dsn) as stage:
        assert set(asterisk.ports) == {stage.ids.ada, stage.ids.bob}
        street = Street(asterisk)
        house = RealHouse(stage, asterisk=asterisk, street=street)
        try:
            yield house
        finally:
            street.close()
            house.door.stop()


def asterisk_in(folder: Path) -> Asterisk:
    """With the phones of the two agents of the stage, who are the first two people of a fresh database."""
    return Asterisk(folder, (1, 2))
