"""A centre at work for benchmarks: its server on a PostgreSQL of its own, its people at their desks in a second
process, and contacts that arrive at an even pace. What is measured stands in the benchmark that asks for it.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

import httpx
import psycopg

ROOT = Path(__file__).resolve().parent.parent
ASKED = ("rate", "seconds", "port", "boards")
"""What the other processes are told as well."""
Watching = Callable[[asyncio.Semaphore], Awaitable[None]]


def server(arguments: argparse.Namespace) -> None:
    """The centre, with arrivals at an even pace once `go` is said on its input."""
    import uvicorn  # noqa: PLC0415 -- this process only

    from affluent.centre.receive import IncomingMail, receive_mail  # noqa: PLC0415 -- this process only
    from affluent.cli.compose import compose  # noqa: PLC0415 -- this process only
    from affluent.routing import warm_up  # noqa: PLC0415 -- this process only

    warm_up(lambda line: None)
    asked = count_statements()
    centre = compose(arguments.dsn)
    assert centre.runner.wait_until_leading(30)

    def arrivals() -> None:
        sys.stdin.readline()
        asked.clear()
        began = time.monotonic()
        for number in range(arguments.rate * arguments.seconds):
            time.sleep(max(0.0, began + number / arguments.rate - time.monotonic()))
            name = f"customer{number}@example.com"
            mail = IncomingMail(
                f"bench:{number}", arguments.door, 0, name, "A customer", "", "A question", "Where?", "Where?"
            )
            centre.runner.submit(receive_mail, mail=mail)
        sys.stdin.readline()
        print(json.dumps(asked), flush=True)

    threading.Thread(target=arrivals, daemon=True).start()
    uvicorn.run(centre.app, host="127.0.0.1", port=arguments.port, log_level="error", access_log=False)


def count_statements() -> "Counter[str]":
    """Counts what this process asks of the database from now on, by the runner and by all others."""
    asked: Counter[str] = Counter()
    execute = psycopg.Cursor[Any].execute

    def counted(self: psycopg.Cursor[Any], *given: Any, **named: Any) -> psycopg.Cursor[Any]:
        asked["runner" if threading.current_thread().name == "runner" else "others"] += 1
        return execute(self, *given, **named)

    psycopg.Cursor.execute = counted
    return asked


def processor_s(process: int) -> float:
    """Processor time that a process and its children have used."""
    used_s = 0.0
    for one in (process, *children(process)):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            used_s += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used_s


def children(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        found += [int(one) for one in (task / "children").read_text().split()]
    return found + [grandchild for child in found for grandchild in children(child)]


class Desk:
    """One agent's browser."""

    def __init__(self, client: httpx.AsyncClient, token: str, found: list[float]) -> None:
        self.client = client
        self.cookies = {"Cookie": f"affluent_session={token}", "X-Affluent": "1"}
        self.found = found
        self.seen: set[int] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    async def watch(self, ready: asyncio.Semaphore) -> None:
        async with self.client.stream("GET", "/stream", headers=self.cookies, timeout=None) as stream:
            await self.client.put("/desk/presence", json={"state": "ready"}, headers=self.cookies)
            ready.release()
            event = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: ") and event == "desk":
                    self.read(json.loads(line[6:]), time.time_ns() / 1e6)

    def read(self, desk: dict[str, Any], at_ms: float) -> None:
        for offer in desk["offers"]:
            if offer["id"] not in self.seen:
                self.seen.add(offer["id"])
                self.found.append(at_ms - offer["offered_ms"])
                task = asyncio.create_task(self.serve(offer["id"]))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    async def serve(self, contact: int) -> None:
        await self.client.post(f"/contacts/{contact}/accept", headers=self.cookies)
        await asyncio.sleep(1.0)
        body = {"outcome": "resolved"}
        await self.client.post(f"/contacts/{contact}/close", json=body, headers=self.cookies)


class Browsers:
    """The browsers of one process: each with a pool of its own, all watching before anything begins.

    One pool of four hundred connections walks them all at each request, and measured itself.
    """

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}/api/v1"
        self._stack = contextlib.AsyncExitStack()
        self._ready = asyncio.Semaphore(0)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for one in self._tasks:
            one.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()

    async def client(self) -> httpx.AsyncClient:
        made = httpx.AsyncClient(base_url=self._base, timeout=30, trust_env=False, verify=False)
        return await self._stack.enter_async_context(made)

    def watch(self, watching: Watching) -> None:
        """Begins to watch; `watching` releases the semaphore once it sees."""

        async def see() -> None:
            await watching(self._ready)

        self._tasks.append(asyncio.create_task(see()))

    async def all_ready(self) -> None:
        """Once everyone sees, tells the process that measures."""
        for _ in self._tasks:
            await self._ready.acquire()
        print("ready", flush=True)


def furnish(dsn: str, agents: int) -> tuple[int, list[str]]:
    """A brand, a queue, a door and the agents, each signed in; returns the door and their tokens."""
    from affluent.cli.bench import house  # noqa: PLC0415 -- this process only

    door, people = house.furnish(dsn, agents, limit=3)
    now_ms = time.time_ns() // 1_000_000
    tokens = [f"token-{number}" for number in range(agents)]
    with psycopg.connect(dsn) as conn:
        conn.cursor().executemany(
            "insert into session (token_hash, account_id, created_ms, last_seen_ms, expires_ms)"
            " values (%s, %s, %s, %s, %s)",
            [
                (hashlib.sha256(token.encode()).digest(), account, now_ms, now_ms, 1 << 42)
                for token, account in zip(tokens, people, strict=True)
            ],
        )
    return door, tokens


@dataclass(frozen=True)
class Part:
    """A process of the benchmark, spoken to by its input and output."""

    pid: int
    stdin: IO[str]
    stdout: IO[str]

    def say(self, word: str) -> None:
        self.stdin.write(f"{word}\n")
        self.stdin.flush()


@dataclass(frozen=True)
class Work:
    """A centre whose people wait for the first contact."""

    server: Part
    browsers: Part
    parts: Mapping[str, int]
    """Process identifiers: of the server, the database and the clients."""

    def go(self) -> None:
        """Contacts arrive from now on."""
        self.server.say("go")

    def done(self) -> dict[str, int]:
        """How often the server asked the database since."""
        self.server.say("done")
        return json.loads(next(line for line in self.server.stdout if line.startswith("{")))


@contextlib.contextmanager
def centre_at_work(
    arguments: argparse.Namespace, program: str, more: Callable[[str], None] | None = None
) -> Generator[Work]:
    """The server and the clients of the benchmark `program`, ready. `more` furnishes what it needs beside agents."""
    from affluent.storage.cluster import Cluster  # noqa: PLC0415 -- not in the clients' process
    from affluent.storage.migrate import migrate  # noqa: PLC0415 -- not in the clients' process
    from affluent.storage.server import embedded_binaries  # noqa: PLC0415 -- not in the clients' process

    binaries = embedded_binaries()
    assert binaries is not None, "the embedded PostgreSQL is not installed"
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        cluster = Cluster(root=Path(folder) / "pg", binaries=binaries)
        cluster.start()
        stack.callback(cluster.stop)
        dsn = cluster.dsn()
        migrate(dsn)
        door, tokens = furnish(dsn, arguments.agents)
        if more is not None:
            more(dsn)
        names = Path(folder) / "tokens"
        names.write_text("\n".join(tokens))
        usual = [f"--{name}={getattr(arguments, name)}" for name in ASKED]

        def part(role: str, *told: str) -> Part:
            process = subprocess.Popen(
                [sys.executable, program, f"--role={role}", *usual, *told],
                env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            assert process.stdin is not None and process.stdout is not None
            return Part(process.pid, process.stdin, process.stdout)

        centre = part("server", f"--dsn={dsn}", f"--door={door}")
        until_it_answers(arguments.port)
        browsers = part("clients", f"--tokens={names}")
        assert browsers.stdout.readline() == "ready\n"
        database = int((cluster.data / "postmaster.pid").read_text().split()[0])
        yield Work(centre, browsers, {"server": centre.pid, "database": database, "clients": browsers.pid})


def until_it_answers(port: int) -> None:
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/api/v1/start", trust_env=False)
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def asked_for(about: str | None, *, port: int, boards: int = 0) -> argparse.Namespace:
    """What the command line asks for. `boards`: how many supervisors watch, where that is asked at all."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--agents", type=int, default=200)
    watched = "supervisors who watch" if boards else argparse.SUPPRESS
    parser.add_argument("--boards", type=int, default=boards, help=watched)
    parser.add_argument("--rate", type=int, default=50, help="contacts a second")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--port", type=int, default=port)
    for hidden in ("role", "dsn", "tokens"):
        parser.add_argument(f"--{hidden}", default="", help=argparse.SUPPRESS)
    parser.add_argument("--door", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def plays_a_part(arguments: argparse.Namespace, clients: Callable[[argparse.Namespace], Any]) -> bool:
    """Whether this process is the server or the clients of a benchmark: then it has been that."""
    if arguments.role == "server":
        server(arguments)
    elif arguments.role == "clients":
        asyncio.run(clients(arguments))
    return bool(arguments.role)


def spread(latencies: Sequence[float], what: str) -> dict[str, float]:
    """Quantiles in ms. Leaves with a message when there is nothing to take them of."""
    found = sorted(latencies)
    if len(found) < 2:
        raise SystemExit(f"no {what} arrived")
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    return {
        "p50_ms": round(cuts[49], 1),
        "p90_ms": round(cuts[89], 1),
        "p99_ms": round(cuts[98], 1),
        "max_ms": round(found[-1], 1),
    }


def show(title: str, figures: Mapping[str, Any], *, as_json: bool) -> None:
    """The figures as a table, or as JSON."""
    if as_json:
        print(json.dumps(figures))
        return
    print(title)
    for name, value in figures.items():
        print(f"  {name:<26}{value:>10}")
