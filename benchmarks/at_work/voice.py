"""Calls through a real Asterisk: how many a second, how many at once, how soon an answer is heard, and none stuck.

    python benchmarks/at_work/voice.py [--json] [--rate 50] [--calls 500] [--at-once 200] [--storm 1000]

Phones in Python (signalling only, no sound), a process of their own, share the machine with Asterisk, PostgreSQL and
the centre. A call counts as bridged when Asterisk itself tells that both its lines are in one room. *Answer* is from
the agent's picking up to that moment. In the storm everybody hangs up at the worst moments: as they come, in the line,
as a phone begins to ring, as it is picked up, both at once. `cpu_ms_*` is what a call costs each process.
What is left of the storm is told line by line, with what the line's phone says of it.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.at_work.voice_phones import Place, Round, cpu_s, dropped, serve
from tests.support.postgres import throw_away
from tests.voice.asterisk import PASSWORD, USER, Asterisk

from affluent.centre.handing_on import close
from affluent.centre.presence import set_presence
from affluent.centre.refusals import Refusal
from affluent.cli.compose import Centre, compose
from affluent.cli.telephone import open_voice
from affluent.routing import warm_up
from affluent.storage.migrate import migrate
from affluent.storage.server import embedded_binaries

RATE, AT_ONCE = 50.0, 200


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


class Desks:
    """What the agents do at their desks: close a contact once its call is over, come back when they missed one."""

    def __init__(self, centre: Centre, agents: int) -> None:
        self.centre, self.agents = centre, agents

    async def work(self) -> None:
        for agent in range(1, self.agents + 1):
            await self.centre.runner.done(set_presence, agent_id=agent, state="ready")
        while True:
            await asyncio.sleep(0.2)
            for agent, contact in await asyncio.to_thread(self._looked):
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


class Bench:
    """The centre's side: has the phones call, and counts what it costs."""

    def __init__(self, centre: Centre, asterisk: Asterisk, cluster: int, pipe: Connection) -> None:
        self.centre, self.asterisk, self.pipe = centre, asterisk, pipe
        assert asterisk.process is not None
        self.pids = {"centre": os.getpid(), "asterisk": asterisk.process.pid, "postgres": cluster}

    def _cpu(self) -> dict[str, float]:
        mine = psutil.Process().cpu_times()
        own = {"centre": mine.user + mine.system}
        return own | {name: cpu_s(pid) for name, pid in self.pids.items() if name != "centre"}

    async def ask(self, what: Round | str | None) -> Any:
        self.pipe.send(what)
        return None if what is None else await asyncio.to_thread(self.pipe.recv)

    async def measure(self, asked: argparse.Namespace) -> dict[str, Any]:
        assert await asyncio.to_thread(self.pipe.recv) == "ready"
        found: dict[str, Any] = {}
        if asked.calls:
            before = self._cpu()
            told = await self.ask(Round(asked.calls, asked.rate, 1.0))
            spent = self._cpu()
            found |= _round("", asked.calls, told)
            found |= {
                f"cpu_ms_{name}": round((spent[name] - before[name]) * 1000 / asked.calls, 2)
                for name in spent
            }
        if asked.at_once:
            told = await self.ask(Round(asked.at_once, min(asked.rate, 40.0), 6.0))
            found |= {"at_once": told["at_once"], **_answers("at_once_", told["answers_ms"])}
        if asked.storm:
            told = await self.ask(Round(asked.storm, asked.rate, 0.0, storm=True))
            found |= {
                "storm": asked.storm,
                "storm_bridged": told["bridged"],
                "said_again": told["said_again"],
            }
            found["dropped_by_system"] = dropped(self.asterisk.sip) + dropped(self.asterisk.everyone)
        return found | await self._left()

    async def _left(self) -> dict[str, Any]:
        """What is still there when everybody has gone."""
        left: dict[str, Any] = {}
        lines: list[str] = []
        for _ in range(60):
            await asyncio.sleep(0.5)
            lines = await self.ask("left")
            with self.centre.database.transaction() as conn:
                row = conn.execute(
                    "select (select count(*) from call where ended_ms is null) as calls, (select count(*) from"
                    " contact where state in ('received', 'waiting', 'offered', 'in_hand')) as contacts,"
                    " (select count(*) from presence where state <> 'ready') as agents"
                ).fetchone()
            assert row is not None
            rooms = await asyncio.to_thread(self.asterisk.bridges)
            left = {"orphan_lines": len(lines), "orphan_rooms": len(rooms), "open_calls": row["calls"],
                    "open_contacts": row["contacts"], "stuck_agents": row["agents"]}  # fmt: skip
            if not any(left.values()):
                break
        for line in lines:
            print(line, file=sys.stderr)
        return left | {"swept": self.centre.app.state.calls.swept()}


def _answers(name: str, answers: list[float]) -> dict[str, Any]:
    if not answers:
        return {f"{name}answers": 0}
    return {
        f"{name}answers": len(answers),
        f"{name}answer_ms_p50": round(answers[len(answers) // 2], 1),
        f"{name}answer_ms_p95": round(answers[int(len(answers) * 0.95)], 1),
        f"{name}answer_ms_max": round(answers[-1], 1),
    }


def _round(name: str, calls: int, told: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{name}calls": calls,
        f"{name}bridged": told["bridged"],
        f"{name}bridged_per_s": told["bridged_per_s"],
        **_answers(name, told["answers_ms"]),
    }


async def at_work(bench: Bench, desks: Desks, asked: argparse.Namespace) -> dict[str, Any]:
    working = asyncio.get_running_loop().create_task(desks.work())
    try:
        return await bench.measure(asked)
    finally:
        await bench.ask(None)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


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
            spawn = multiprocessing.get_context("spawn")
            pipe, theirs = spawn.Pipe()
            place = Place(asterisk.url, USER, PASSWORD, asterisk.sip, asterisk.everyone, asked.seed)
            phones = spawn.Process(target=serve, args=(theirs, place), daemon=True)
            phones.start()
            centre = compose(dsn)
            try:
                assert centre.runner.wait_until_leading(30)
                open_voice(centre)
                bench = Bench(centre, asterisk, databases.cluster.postmaster_pid() or 0, pipe)
                found = asyncio.run(at_work(bench, Desks(centre, agents), asked))
                phones.join(10)
            finally:
                phones.terminate()
                centre.stop()
                asterisk.stop()
    if asked.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:>24}  {value}")


if __name__ == "__main__":
    main()
