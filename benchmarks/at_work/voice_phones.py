"""The phones of the telephone's benchmark, in a process of their own: what they cost is not the centre's time."""

import asyncio
import random
import time
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import psutil

from affluent.channels.voice.asterisk.ari import Ari, listed
from affluent.channels.voice.sip.phone import SipPhone, Talk
from affluent.channels.voice.switch import SwitchAway

NUMBERS = 5_000


@dataclass(frozen=True)
class Place:
    """Where the Asterisk is, and where it believes the phones of all agents to be."""

    url: str
    user: str
    password: str
    sip: int
    agents_port: int
    seed: int


@dataclass(frozen=True)
class Round:
    """So many callers, so many a second. `storm`: everybody hangs up at the worst moments."""

    calls: int
    rate: float
    talk_s: float
    storm: bool = False


@dataclass
class Rooms:
    """Who is in which room, as Asterisk tells a listener of its own."""

    members: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    agents: dict[str, str] = field(default_factory=dict[str, str])
    """The agent whose line it is."""
    bridged_s: dict[str, float] = field(default_factory=dict[str, float])
    picked_s: dict[str, float] = field(default_factory=dict[str, float])
    """When each agent last picked up, and was in no room yet."""
    answers_ms: list[float] = field(default_factory=list[float])
    most: int = 0

    def heard(self, event: Mapping[str, Any]) -> None:
        if event.get("type") not in ("ChannelEnteredBridge", "ChannelLeftBridge"):
            return
        room, channel = str(event["bridge"]["id"]), event["channel"]
        leg, name = str(channel["id"]), str(channel.get("name", ""))
        there = self.members.setdefault(room, set())
        if event["type"] == "ChannelLeftBridge":
            there.discard(leg)
            if not there:
                del self.members[room]
            return
        there.add(leg)
        if name.startswith("PJSIP/agent-"):
            self.agents[leg] = name.removeprefix("PJSIP/").rpartition("-")[0]
        if len(there) == 2:
            self._bridged(room, there)

    def _bridged(self, room: str, there: set[str]) -> None:
        now_s = time.perf_counter()
        self.bridged_s.setdefault(room, now_s)
        self.most = max(self.most, sum(len(one) == 2 for one in self.members.values()))
        for leg in there:
            picked = self.picked_s.pop(self.agents.get(leg, ""), None)
            if picked is not None:
                self.answers_ms.append((now_s - picked) * 1000)


class Phones:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.draws = random.Random(place.seed)
        self.rooms = Rooms()
        self.storms = False
        self.callers: dict[str, Talk] = {}
        """Who calls under each number."""
        self.tasks: set[asyncio.Task[None]] = set()
        self.numbers = 0

    def go(self, act: Any) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(act)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def open(self) -> None:
        server = ("127.0.0.1", self.place.sip)
        self.ari = Ari(self.place.url, self.place.user, self.place.password, "bench")
        told = asyncio.Queue[dict[str, Any] | None]()
        listening = self.go(self.ari.listen(told))
        assert await told.get() is None
        await self.ari.do("POST", "applications/bench/subscription", {"eventSource": "bridge:"})
        self.go(self._listen(told, listening))
        self.desks = await SipPhone(server, "agents").open(self.place.agents_port)
        self.street = await SipPhone(server, "customer").open()
        self.go(self._serve())

    async def _listen(self, told: "asyncio.Queue[dict[str, Any] | None]", listening: Any) -> None:
        with suppress(SwitchAway):
            while not listening.done():
                event = await told.get()
                if event is not None:
                    self.rooms.heard(event)

    async def _serve(self) -> None:
        while True:
            self.go(self._answer(await self.desks.came.get()))

    async def _answer(self, talk: Talk) -> None:
        assert talk.invite is not None
        agent = talk.invite.asked_for
        if not self.storms:
            self._pick_up(talk, agent)
            return
        caller = self.callers.get(talk.remote.partition("sip:")[2].partition("@")[0])
        chance = self.draws.random()
        if chance < 0.1:
            talk.reject()
            return
        if chance < 0.2 and caller is not None:
            # The caller leaves as the phone begins to ring.
            caller.hang_up()
        await asyncio.sleep(self.draws.choice((0.0, 0.01, self.draws.uniform(0, 0.3))))
        if talk.over.is_set():
            return
        self._pick_up(talk, agent)
        await self._part(talk, caller, self.draws.random())

    def _pick_up(self, talk: Talk, agent: str) -> None:
        self.rooms.picked_s[agent] = time.perf_counter()
        talk.answer()

    async def _part(self, talk: Talk, caller: Talk | None, chance: float) -> None:
        """Who is answered in a storm: either leaves in that moment, both at once, or a little later."""
        if chance < 0.15 and caller is not None:
            caller.hang_up()
        elif chance < 0.3:
            await asyncio.sleep(self.draws.uniform(0, 0.05))
            talk.hang_up()
            if caller is not None and self.draws.random() < 0.5:
                caller.hang_up()
        elif chance < 0.6:
            await asyncio.sleep(self.draws.uniform(0, 0.6))
            talk.hang_up()

    async def round(self, asked: Round) -> dict[str, Any]:
        self.storms, self.rooms.most = asked.storm, 0
        before, answered = len(self.rooms.bridged_s), len(self.rooms.answers_ms)
        began_s = time.perf_counter()
        callers: list[asyncio.Task[None]] = []
        for number in range(asked.calls):
            await asyncio.sleep(max(0.0, began_s + number / asked.rate - time.perf_counter()))
            callers.append(self.go(self._caller(asked.talk_s)))
        await asyncio.gather(*callers)
        last_s = max(self.rooms.bridged_s.values(), default=began_s)
        bridged = len(self.rooms.bridged_s) - before
        self.desks.talks = {key: one for key, one in self.desks.talks.items() if not one.over.is_set()}
        return {
            "bridged": bridged,
            "bridged_per_s": round(bridged / max(0.001, last_s - began_s), 1),
            "answers_ms": sorted(self.rooms.answers_ms[answered:]),
            "at_once": self.rooms.most,
            "said_again": self.desks.delivery.again + self.street.delivery.again,
        }

    async def _caller(self, talk_s: float) -> None:
        self.numbers += 1
        number = f"+3361{2_000_000 + self.numbers % NUMBERS}"
        talk = self.callers[number] = await self.street.call("+33145678900", as_number=number)
        if self.storms:
            now, soon = self.draws.uniform(0, 0.03), self.draws.uniform(0, 2.0)
            await asyncio.sleep(now if self.draws.random() < 0.2 else soon)
        else:
            with suppress(TimeoutError):
                await asyncio.wait_for(talk.up.wait(), 20)
            await asyncio.sleep(talk_s)
        talk.hang_up()

    async def left(self) -> list[str]:
        """The lines that Asterisk still carries, and what their phones say of them."""
        talks = self.street.talks | self.desks.talks
        found: list[str] = []
        for channel in listed(await self.ari.do("GET", "channels")):
            leg = str(channel["id"])
            asked = await self.ari.do(
                "GET", f"channels/{leg}/variable", {"variable": "CHANNEL(pjsip,call-id)"}
            )
            talk = talks.get(str((asked or {}).get("value", "")))
            said = "unknown to its phone" if talk is None else (
                f"up={talk.up.is_set()} over={talk.over.is_set()} bye={talk.said_bye} status={talk.status}"
            )  # fmt: skip
            found.append(f"{channel['name']} {leg} {channel['state']} {channel['creationtime']}: {said}")
        return found


def dropped(port: int) -> int:
    """How many packets the system threw away at a UDP port, because nobody read them in time (Linux)."""
    try:
        lines = Path("/proc/net/udp").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return 0
    return sum(int(one.split()[-1]) for one in lines if one.split()[1].endswith(f":{port:04X}"))


def serve(pipe: Connection, place: Place) -> None:
    """The child's own: does each round it is told of, and tells what came of it."""
    asyncio.run(_serve(pipe, place))


async def _serve(pipe: Connection, place: Place) -> None:
    phones = Phones(place)
    await phones.open()
    pipe.send("ready")
    while (asked := cast("Round | str | None", await asyncio.to_thread(pipe.recv))) is not None:
        answer: Awaitable[Any] = phones.round(asked) if isinstance(asked, Round) else phones.left()
        pipe.send(await answer)
    phones.desks.close()
    phones.street.close()
    for task in phones.tasks:
        task.cancel()
    await asyncio.gather(*phones.tasks, return_exceptions=True)


def cpu_s(pid: int) -> float:
    """Of a process and its children that are alive."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        whole = psutil.Process(pid)
        for one in (whole, *whole.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = one.cpu_times()
                total += times.user + times.system
    return total
