"""A centre whose people wait for the first contact: its database, its server and its browsers, each a process."""

import argparse
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

import httpx
import psycopg

from affluent.cli.bench import house
from affluent.storage.cluster import Cluster
from affluent.storage.migrate import migrate
from affluent.storage.server import embedded_binaries

ROOT = Path(__file__).resolve().parents[2]


def furnish(dsn: str, agents: int) -> tuple[int, list[str]]:
    """A brand, a queue, a door and the agents, each signed in; returns the door and their tokens."""
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
    """The server and the browsers of the benchmark `program`, ready. `more` furnishes what it needs beside agents."""
    binaries = embedded_binaries()
    assert binaries is not None, "the embedded PostgreSQL is not installed"
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        stack.enter_context(ended_by_a_signal())
        cluster = Cluster(root=Path(folder) / "pg", binaries=binaries)
        stack.callback(cluster.stop)
        cluster.start()
        dsn = cluster.dsn()
        migrate(dsn)
        door, tokens = furnish(dsn, arguments.agents)
        if more is not None:
            more(dsn)
        names = Path(folder) / "tokens"
        names.write_text("\n".join(tokens))
        told = {name: str(getattr(arguments, name)) for name in ("rate", "seconds", "port")}

        def part(*command: str, **also: str) -> Part:
            options = [f"--{name}={value}" for name, value in (told | also).items()]
            process = subprocess.Popen(
                [sys.executable, *command, *options],
                env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))},
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            assert process.stdin is not None and process.stdout is not None
            return Part(process.pid, process.stdin, process.stdout)

        server = part("-m", "benchmarks.at_work.server", dsn=dsn, door=str(door))
        until_it_answers(arguments.port)
        browsers = part(program, tokens=str(names), boards=str(arguments.boards))
        assert browsers.stdout.readline() == "ready\n"
        database = int((cluster.data / "postmaster.pid").read_text().split()[0])
        yield Work(server, browsers, {"server": server.pid, "database": database, "clients": browsers.pid})


@contextlib.contextmanager
def ended_by_a_signal() -> Generator[None]:
    """A benchmark that is told to end takes its database and its processes along."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {one: signal.signal(one, end) for one in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def until_it_answers(port: int) -> None:
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/api/v1/start", trust_env=False)
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")
