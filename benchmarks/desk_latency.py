"""From the commit of an offer to its arrival in the agent's browser: 200 agents at their desks, 50 contacts a second.

Method: one server process (`affluent serve` on a PostgreSQL of its own) and one process of clients, on one machine
over loopback HTTP. Every agent is signed in with an event stream open, accepts each offer and closes the contact a
moment later, over HTTP. Contacts are mails handed in at the runner of the server at an even pace, so that what is
measured is the centre and not a mail parser. `latency` is the wall clock in the client when the `desk` event that
first holds the offer has been read, minus `offered_ms`: the instant of the transaction that wrote it. It therefore
also contains that transaction and its commit. The clients' own work is on the same processors.

Wall clocks lie on a busy machine; counts do not. So beside the latencies stand the processor time that each part
spent per contact (its offer, acceptance and close, with all that the desks read and are told), how often the server
asked the database, and how loaded the machine was.
"""

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.rows import DictRow, dict_row

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a-long-password"


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


async def clients(arguments: argparse.Namespace) -> None:
    """All browsers; prints the latencies as JSON."""
    found: list[float] = []
    base = f"http://127.0.0.1:{arguments.port}/api/v1"
    async with contextlib.AsyncExitStack() as stack:
        ready = asyncio.Semaphore(0)
        desks: list[asyncio.Task[None]] = []
        for token in Path(arguments.tokens).read_text().split():
            # A pool of its own for each browser: one pool of four hundred connections walks them all at each request,
            # and measured itself.
            browser = httpx.AsyncClient(base_url=base, timeout=30, trust_env=False, verify=False)
            client = await stack.enter_async_context(browser)
            desks.append(asyncio.create_task(Desk(client, token, found).watch(ready)))
        for _ in desks:
            await ready.acquire()
        print("ready", flush=True)
        await asyncio.sleep(arguments.seconds + 4)
        print(json.dumps(found), flush=True)
        for one in desks:
            one.cancel()
        await asyncio.gather(*desks, return_exceptions=True)


def furnish(dsn: str, agents: int) -> tuple[int, list[str]]:
    """A brand, a queue, a door and the agents, each signed in; returns the door and their tokens."""
    import hashlib  # noqa: PLC0415 -- here only

    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:

        def made(query: str, *params: object) -> int:
            row = conn.execute(query.encode(), params).fetchone()
            assert row is not None
            return row["id"]

        brand = made("insert into brand (name) values ('Bench') returning id")
        queue = made(
            "insert into queue (brand_id, name, medium, target_ms) values (%s, 'mail', 'email', 60000) returning id",
            brand,
        )
        door = made(
            "insert into channel (brand_id, medium, name, queue_id, public_key)"
            " values (%s, 'email', 'mail', %s, 'bench') returning id",
            brand, queue,
        )  # fmt: skip
        tokens: list[str] = []
        for number in range(agents):
            account = made(
                "insert into account (email, name, role, created_ms) values (%s, %s, 'agent', 1) returning id",
                f"agent{number}@example.org", f"Agent {number}",
            )  # fmt: skip
            conn.execute("insert into account_brand values (%s, %s)", (account, brand))
            conn.execute("insert into agent_capacity values (%s, 'email', 3)", (account,))
            token = f"token-{number}"
            conn.execute(
                "insert into session (token_hash, account_id, created_ms, last_seen_ms, expires_ms)"
                " values (%s, %s, %s, %s, %s)",
                (
                    hashlib.sha256(token.encode()).digest(),
                    account,
                    *[time.time_ns() // 1_000_000] * 2,
                    1 << 42,
                ),
            )
            tokens.append(token)
    return door, tokens


def measure(arguments: argparse.Namespace) -> tuple[list[float], dict[str, float]]:
    """The latencies, and what each contact cost."""
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
            names = Path(folder) / "tokens"
            names.write_text("\n".join(tokens))
            usual = [
                "--rate", str(arguments.rate), "--seconds", str(arguments.seconds), "--port", str(arguments.port),
            ]  # fmt: skip
            environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}

            def part(role: str, *more: str) -> "subprocess.Popen[str]":
                command = [sys.executable, __file__, "--role", role, *usual, *more]
                process = subprocess.Popen(
                    command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
                running.append(process)
                return process

            centre = part("server", "--dsn", dsn, "--door", str(door))
            until_it_answers(arguments.port)
            browsers = part("clients", "--tokens", str(names))
            assert browsers.stdout is not None
            assert centre.stdin is not None
            assert browsers.stdout.readline() == "ready\n"
            assert centre.stdout is not None
            database = int((cluster.data / "postmaster.pid").read_text().split()[0])
            parts = {"server": centre.pid, "database": database, "clients": browsers.pid}
            before = {name: processor_s(process) for name, process in parts.items()}
            centre.stdin.write("go\n")
            centre.stdin.flush()
            found = json.loads(browsers.stdout.readline())
            contacts = arguments.rate * arguments.seconds
            each = {
                f"{name}_cpu_ms": round((processor_s(process) - before[name]) * 1000 / contacts, 2)
                for name, process in parts.items()
            }
            centre.stdin.write("done\n")
            centre.stdin.flush()
            asked = json.loads(next(line for line in centre.stdout if line.startswith("{")))
            return found, each | {f"{name}_statements": round(asked[name] / contacts, 2) for name in asked}
        finally:
            for one in running:
                one.kill()
                one.wait()
            cluster.stop()


def until_it_answers(port: int) -> None:
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/api/v1/start", trust_env=False)
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--rate", type=int, default=50, help="contacts a second")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--port", type=int, default=18_765)
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
    latencies, each = measure(arguments)
    found = sorted(latencies)
    if len(found) < 2:
        raise SystemExit("no offer arrived")
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    figures = {
        "agents": arguments.agents, "contacts_a_second": arguments.rate, "seconds": arguments.seconds,
        "sent": arguments.rate * arguments.seconds, "offers_seen": len(found),
        "p50_ms": round(cuts[49], 1), "p90_ms": round(cuts[89], 1), "p99_ms": round(cuts[98], 1),
        "max_ms": round(found[-1], 1), "processors": os.cpu_count(), "target_p99_ms": 100,
        "load_average": round(os.getloadavg()[0], 1), **{f"{name}_each": value for name, value in each.items()},
    }  # fmt: skip
    if arguments.json:
        print(json.dumps(figures))
        return
    print("From commit to the agent's screen")
    for name, value in figures.items():
        print(f"  {name:<26}{value:>10}")


if __name__ == "__main__":
    main()
