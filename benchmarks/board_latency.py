"""From the commit of an arrival to its dot on the supervisor's screen: 50 contacts a second, 200 agents at work.

Method: as `desk_latency.py`, whose server, agents and arrivals these are: one server process on a PostgreSQL of its
own, one process of clients, on one machine over loopback HTTP, every agent signed in with a stream open, accepting
each offer and closing the contact a moment later. Beside them `--boards` supervisors have the board's stream open.
`latency` is the wall clock in the client when the first frame that holds a contact has been read and parsed, minus
`arrived_ms`: the instant of the transaction that wrote it. It therefore also contains that transaction, its commit,
and the wait for the next frame, of which there are at most eight a second. What a browser then needs to draw is not
in it; the dots of a frame are one rendering.
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
import time
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.rows import DictRow, dict_row

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.desk_latency import Desk, furnish, server, until_it_answers  # noqa: E402 -- after the path is known


class Board:
    """One supervisor's browser."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.cookies = {"Cookie": f"affluent_session={token}", "X-Affluent": "1"}
        self.found: list[float] = []
        self.seen: set[int] = set()
        self.frames = 0

    async def watch(self, ready: asyncio.Semaphore) -> None:
        async with self.client.stream("GET", "/board/stream", headers=self.cookies, timeout=None) as stream:
            event = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: ") and event == "board":
                    ready.release()
                elif line.startswith("data: ") and event == "delta":
                    self.read(json.loads(line[6:]), time.time_ns() / 1e6)

    def read(self, delta: dict[str, Any], at_ms: float) -> None:
        self.frames += 1
        for contact in delta["contacts"]:
            if contact["id"] not in self.seen:
                self.seen.add(contact["id"])
                self.found.append(at_ms - contact["arrived_ms"])


async def clients(arguments: argparse.Namespace) -> None:
    """All browsers; prints what the boards found as JSON."""
    base = f"http://127.0.0.1:{arguments.port}/api/v1"
    tokens = Path(arguments.tokens).read_text().split()
    async with contextlib.AsyncExitStack() as stack:
        ready = asyncio.Semaphore(0)

        async def browser() -> httpx.AsyncClient:
            made = httpx.AsyncClient(base_url=base, timeout=30, trust_env=False, verify=False)
            return await stack.enter_async_context(made)

        offers: list[float] = []
        boards = [Board(await browser(), f"board-{number}") for number in range(arguments.boards)]
        tasks = [asyncio.create_task(one.watch(ready)) for one in boards]
        tasks += [asyncio.create_task(Desk(await browser(), token, offers).watch(ready)) for token in tokens]
        for _ in tasks:
            await ready.acquire()
        print("ready", flush=True)
        await asyncio.sleep(arguments.seconds + 4)
        found = [one for board in boards for one in board.found]
        answer = {"found": found, "frames": [one.frames for one in boards], "offers": len(offers)}
        print(json.dumps(answer), flush=True)
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def sign_in_supervisors(dsn: str, boards: int) -> None:
    """Supervisors of every brand, each with a session."""
    now_ms = time.time_ns() // 1_000_000
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        for number in range(boards):
            row = conn.execute(
                "insert into account (email, name, role, created_ms) values (%s, %s, 'supervisor', 1) returning id",
                (f"board{number}@example.org", f"Board {number}"),
            ).fetchone()
            assert row is not None
            conn.execute("insert into account_brand select %s, id from brand", (row["id"],))
            token = hashlib.sha256(f"board-{number}".encode()).digest()
            conn.execute(
                "insert into session (token_hash, account_id, created_ms, last_seen_ms, expires_ms)"
                " values (%s, %s, %s, %s, %s)",
                (token, row["id"], now_ms, now_ms, 1 << 42),
            )


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    from affluent.storage.cluster import Cluster  # noqa: PLC0415 -- not in the clients' process
    from affluent.storage.migrate import migrate  # noqa: PLC0415 -- not in the clients' process
    from affluent.storage.server import embedded_binaries  # noqa: PLC0415 -- not in the clients' process

    binaries = embedded_binaries()
    assert binaries is not None, "the embedded PostgreSQL is not installed"
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(root=Path(folder) / "pg", binaries=binaries)
        cluster.start()
        running: list[subprocess.Popen[str]] = []
        try:
            dsn = cluster.dsn()
            migrate(dsn)
            door, tokens = furnish(dsn, arguments.agents)
            sign_in_supervisors(dsn, arguments.boards)
            names = Path(folder) / "tokens"
            names.write_text("\n".join(tokens))

            def part(role: str, *more: str) -> "subprocess.Popen[str]":
                usual = [
                    f"--{name}={getattr(arguments, name)}" for name in ("rate", "seconds", "port", "boards")
                ]
                process = subprocess.Popen(
                    [sys.executable, __file__, f"--role={role}", *usual, *more],
                    env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
                    text=True,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
                running.append(process)
                return process

            centre = part("server", f"--dsn={dsn}", f"--door={door}")
            until_it_answers(arguments.port)
            browsers = part("clients", f"--tokens={names}")
            assert browsers.stdout is not None
            assert centre.stdin is not None
            assert browsers.stdout.readline() == "ready\n"
            centre.stdin.write("go\n")
            centre.stdin.flush()
            return json.loads(browsers.stdout.readline())
        finally:
            for one in running:
                one.kill()
                one.wait()
            cluster.stop()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--boards", type=int, default=5, help="supervisors who watch")
    parser.add_argument("--rate", type=int, default=50, help="contacts a second")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--port", type=int, default=18_775)
    for hidden in ("role", "dsn", "tokens"):
        parser.add_argument(f"--{hidden}", default="", help=argparse.SUPPRESS)
    parser.add_argument("--door", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.role == "server":
        server(arguments)
        return
    if arguments.role == "clients":
        asyncio.run(clients(arguments))
        return
    answer = measure(arguments)
    found = sorted(answer["found"])
    if len(found) < 2:
        raise SystemExit("no contact arrived on a board")
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    figures = {
        "agents": arguments.agents, "boards": arguments.boards, "contacts_a_second": arguments.rate,
        "seconds": arguments.seconds, "sent": arguments.rate * arguments.seconds,
        "dots_seen_a_board": len(found) // arguments.boards, "offers_accepted": answer["offers"],
        "frames_a_second": round(max(answer["frames"]) / (arguments.seconds + 4), 1),
        "p50_ms": round(cuts[49], 1), "p90_ms": round(cuts[89], 1), "p99_ms": round(cuts[98], 1),
        "max_ms": round(found[-1], 1), "processors": os.cpu_count(), "target_p99_ms": 250,
    }  # fmt: skip
    if arguments.json:
        print(json.dumps(figures))
        return
    print("From commit to the supervisor's board")
    for name, value in figures.items():
        print(f"  {name:<20}{value:>10}")


if __name__ == "__main__":
    main()
