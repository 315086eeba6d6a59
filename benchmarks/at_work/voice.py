"""Calls through a real Asterisk: how many a second, how many at once, how soon an answer is heard, and none stuck.

    python benchmarks/at_work/voice.py [--json] [--rate 50] [--calls 500] [--at-once 200] [--storm 1000]

Phones in Python (signalling only, no sound) share the machine with Asterisk, PostgreSQL and the centre. A call counts
as bridged when Asterisk itself tells that both its lines are in one room. *Answer* is from the agent's picking up to
that moment. In the storm everybody hangs up at random, in the menu, in the line, while it rings, while they talk.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support.postgres import throw_away
from tests.voice.asterisk import PASSWORD, USER, Asterisk
from tests.voice.sip_phone import SipPhone, Talk

from affluent.centre.handing_on import close
from affluent.centre.presence import set_presence
from affluent.centre.refusals import Refusal
from affluent.channels.voice.asterisk.ari import Ari
from affluent.channels.voice.switch import SwitchAway
from affluent.cli.compose import Centre, compose, open_voice
from affluent.routing import warm_up
from affluent.storage.migrate import migrate
from affluent.storage.server import embedded_binaries

RATE, ANSWER_MS, AT_ONCE = 50.0, 50.0, 200


def furnish(dsn: str, url: str, agents: int) -> None:
    """One brand, one queue, every number leads to it; so many agents."""
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:

        def one(table: str, **columns: Any) -> int:
            names, holes = ", ".join(columns), ", ".join(["%s"] * len(columns))
            values = [Jsonb(value) if isinstance(value, dict) else value for value in columns.values()]
            made = conn.execute(
                f"insert into {table} ({names}) values ({holes}) returning id".encode(), values
            )
            row = made.fetchone()
            assert row is not None
            return int(row["id"])

        brand = one("brand", name="Bench")
        queue = one("queue", brand_id=brand, name="calls", medium="voice", target_ms=20_000, wrap_up_ms=1)
        one("channel", brand_id=brand, medium="voice", name="phone", queue_id=queue, public_key="phone")
        secrets = {"ari": {"password": PASSWORD}}
        one(
            "voice_server",
            name="pbx",
            kind="asterisk",
            public_key="pbx",
            url=url,
            username=USER,
            secrets=secrets,
        )
        for number in range(1, agents + 1):
            agent = one(
                "account", email=f"a{number}@example.org", name=f"A{number}", role="agent", created_ms=1
            )
            assert agent == number, "a fresh database numbers its people from one"
            conn.execute("insert into account_brand values (%s, %s)", (agent, brand))
            conn.execute("insert into agent_capacity values (%s, 'voice', 1)", (agent,))


@dataclass
class Rooms:
    """Who is in which room, as Asterisk tells a listener of its own."""

    members: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    bridged_s: dict[str, float] = field(default_factory=dict[str, float])
    most: int = 0

    def heard(self, event: Mapping[str, Any]) -> None:
        if event.get("type") not in ("ChannelEnteredBridge", "ChannelLeftBridge"):
            return
        room, leg = str(event["bridge"]["id"]), str(event["channel"]["id"])
        there = self.members.setdefault(room, set())
        if event["type"] == "ChannelLeftBridge":
            there.discard(leg)
            return
        there.add(leg)
        if len(there) == 2 and room not in self.bridged_s:
            self.bridged_s[room] = time.perf_counter()
        self.most = max(self.most, sum(len(one) == 2 for one in self.members.values()))


class Bench:
    """The phones of agents, and callers."""

    def __init__(self, centre: Centre, asterisk: Asterisk, agents: int, seed: int) -> None:
        self.centre, self.asterisk, self.agents = centre, asterisk, agents
        self.draws = random.Random(seed)
        self.rooms = Rooms()
        self.storms = False
        self.talk_s = (1.0, 1.0)
        self.picked_s: list[float] = []
        self.tasks: set[asyncio.Task[None]] = set()

    def go(self, act: Any) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(act)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def open(self) -> None:
        self.go(self._listen())
        phone = await SipPhone(("127.0.0.1", self.asterisk.sip), "agents").open(self.asterisk.ports[1])
        self.go(self._serve(phone))
        for agent in range(1, self.agents + 1):
            await self.centre.runner.done(set_presence, agent_id=agent, state="ready")
        self.go(self._work_after())

    async def _listen(self) -> None:
        """A second application at the same Asterisk hears of every bridge."""
        ari, told = Ari(self.asterisk.url, USER, PASSWORD, "bench"), asyncio.Queue[dict[str, Any] | None]()
        listening = self.go(ari.listen(told))
        assert await told.get() is None
        await ari.do("POST", "applications/bench/subscription", {"eventSource": "bridge:"})
        with suppress(SwitchAway):
            while not listening.done():
                event = await told.get()
                if event is not None:
                    self.rooms.heard(event)

    async def _serve(self, phone: SipPhone) -> None:
        while True:
            self.go(self._answer(await phone.came.get()))

    async def _answer(self, talk: Talk) -> None:
        if self.storms and self.draws.random() < 0.1:
            talk.reject(486)
            return
        await asyncio.sleep(self.draws.uniform(0, 0.3) if self.storms else 0)
        if talk.over.is_set():
            return
        talk.answer()
        self.picked_s.append(time.perf_counter())
        if self.storms and self.draws.random() < 0.5:
            await asyncio.sleep(self.draws.uniform(0, 0.6))
            talk.hang_up()

    async def _work_after(self) -> None:
        """Agents close their contacts as soon as the call is over, and come back when a call was missed."""
        while True:
            await asyncio.sleep(0.2)
            for agent, contact in self._looked():
                with suppress(Refusal):
                    if contact:
                        await self.centre.runner.done(
                            close, contact_id=contact, agent_id=agent, outcome="resolved"
                        )
                    else:
                        await self.centre.runner.done(set_presence, agent_id=agent, state="ready")

    def _looked(self) -> list[tuple[int, int]]:
        with self.centre.database.transaction() as conn:
            over = conn.execute(
                "select c.agent_id, c.id from contact c join call l on l.id = c.id"
                " where c.state = 'in_hand' and l.ended_ms is not null"
            ).fetchall()
            away = conn.execute("select account_id from presence where state = 'away'").fetchall()
        return [(row["agent_id"], row["id"]) for row in over] + [(row["account_id"], 0) for row in away]

    async def calls(self, count: int, rate: float) -> None:
        """So many callers, so many a second; each leaves by themselves."""
        phone = await SipPhone(("127.0.0.1", self.asterisk.sip), "+33612345678").open()
        began = time.perf_counter()
        callers: list[asyncio.Task[None]] = []
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            callers.append(self.go(self._caller(phone)))
        await asyncio.gather(*callers)
        phone.close()

    async def _caller(self, phone: SipPhone) -> None:
        talk = await phone.call("+33145678900")
        if self.storms:
            await asyncio.sleep(self.draws.uniform(0, 2.0))
        else:
            with suppress(TimeoutError):
                await asyncio.wait_for(talk.up.wait(), 20)
            await asyncio.sleep(self.draws.uniform(*self.talk_s))
        talk.hang_up()

    def answers_ms(self) -> list[float]:
        """From each picking up to the next bridging: both in the order in which they came about."""
        bridged = sorted(self.rooms.bridged_s.values())
        found: list[float] = []
        at = 0
        for picked in sorted(self.picked_s):
            while at < len(bridged) and bridged[at] < picked:
                at += 1
            if at < len(bridged):
                found.append((bridged[at] - picked) * 1000)
                at += 1
        return sorted(found)


async def measure(bench: Bench, asked: argparse.Namespace) -> dict[str, Any]:
    await bench.open()
    began = time.perf_counter()
    await bench.calls(asked.calls, asked.rate)
    # Callers stay for a second: what was set up within the time of their coming is what counts.
    bridged = len(bench.rooms.bridged_s)
    last = max(bench.rooms.bridged_s.values(), default=began)
    answers = bench.answers_ms()
    found: dict[str, Any] = {
        "calls": asked.calls, "bridged": bridged, "rate_asked": asked.rate,
        "bridged_per_s": round(bridged / (last - began), 1),
        "answer_ms_p50": round(answers[len(answers) // 2], 1) if answers else None,
        "answer_ms_p95": round(answers[int(len(answers) * 0.95)], 1) if answers else None,
    }  # fmt: skip
    bench.talk_s = (6.0, 6.0)
    await bench.calls(asked.at_once, min(asked.rate, 40.0))
    found["at_once"] = bench.rooms.most
    bench.storms = True
    await bench.calls(asked.storm, asked.rate)
    found["storm"] = asked.storm
    return found | await _left(bench)


async def _left(bench: Bench) -> dict[str, Any]:
    """What is still there when everybody has gone."""
    left: dict[str, Any] = {}
    for _ in range(100):
        await asyncio.sleep(0.2)
        lines = await asyncio.to_thread(bench.asterisk.channels)
        with bench.centre.database.transaction() as conn:
            row = conn.execute(
                "select (select count(*) from call where ended_ms is null) as calls, (select count(*) from contact"
                " where state in ('received', 'waiting', 'offered', 'in_hand')) as contacts,"
                " (select count(*) from presence where state <> 'ready') as agents"
            ).fetchone()
        assert row is not None
        left = {"orphan_lines": len(lines), "open_calls": row["calls"], "open_contacts": row["contacts"],
                "stuck_agents": row["agents"]}  # fmt: skip
        if not any(left.values()):
            break
    return left


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--json", action="store_true")
    told.add_argument("--rate", type=float, default=RATE)
    told.add_argument("--calls", type=int, default=500)
    told.add_argument("--at-once", type=int, default=AT_ONCE)
    told.add_argument("--storm", type=int, default=1_000)
    told.add_argument("--seed", type=int, default=1)
    asked = told.parse_args()
    warm_up(lambda name: None)
    binaries = embedded_binaries()
    assert binaries is not None, "the embedded PostgreSQL is not installed"
    agents = asked.at_once + 20
    with tempfile.TemporaryDirectory() as folder:
        asterisk = Asterisk(Path(folder) / "asterisk", range(1, agents + 1), lost_after_s=0, together=True)
        with (
            throw_away(Path(folder) / "postgres", binaries) as databases,
            databases.fresh(migrated=False) as dsn,
        ):
            migrate(dsn)
            furnish(dsn, asterisk.url, agents)
            asterisk.start()
            centre = compose(dsn)
            try:
                assert centre.runner.wait_until_leading(30)
                open_voice(centre)
                found = asyncio.run(measure(Bench(centre, asterisk, agents, asked.seed), asked))
            finally:
                centre.stop()
                asterisk.stop()
    if asked.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:>16}  {value}")


if __name__ == "__main__":
    main()
