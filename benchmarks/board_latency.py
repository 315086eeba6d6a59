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
import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.rows import DictRow, dict_row

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.at_work.browsers import Browsers, Desk
from benchmarks.at_work.centre import centre_at_work
from benchmarks.at_work.figures import asked_for, is_the_browsers, show, spread


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
    offers: list[float] = []
    async with Browsers(arguments.port) as browsers:
        boards = [Board(await browsers.client(), f"board-{number}") for number in range(arguments.boards)]
        for one in boards:
            browsers.watch(one.watch)
        for token in Path(arguments.tokens).read_text().split():
            browsers.watch(Desk(await browsers.client(), token, offers).watch)
        await browsers.all_ready()
        await asyncio.sleep(arguments.seconds + 4)
        found = [one for board in boards for one in board.found]
        answer = {"found": found, "frames": [one.frames for one in boards], "offers": len(offers)}
        print(json.dumps(answer), flush=True)


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
    """What the boards saw: latencies, frames of each, and how many offers the agents saw beside."""
    with centre_at_work(arguments, __file__, lambda dsn: sign_in_supervisors(dsn, arguments.boards)) as work:
        work.go()
        return json.loads(work.browsers.stdout.readline())


def main() -> None:
    arguments = asked_for(__doc__, port=18_775, boards=5)
    if is_the_browsers(arguments, clients):
        return
    answer = measure(arguments)
    figures = {
        "agents": arguments.agents, "boards": arguments.boards, "contacts_a_second": arguments.rate,
        "seconds": arguments.seconds, "sent": arguments.rate * arguments.seconds,
        "dots_seen_a_board": len(answer["found"]) // arguments.boards, "offers_accepted": answer["offers"],
        "frames_a_second": round(max(answer["frames"]) / (arguments.seconds + 4), 1),
        **spread(answer["found"], "contact on a board"), "processors": os.cpu_count(), "target_p99_ms": 250,
    }  # fmt: skip
    show("From commit to the supervisor's board", figures, as_json=arguments.json)


if __name__ == "__main__":
    main()
