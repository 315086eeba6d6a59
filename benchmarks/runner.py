"""The one writer: how many contacts it carries from their arrival to their end, and how soon an arrival is offered.

    python benchmarks/runner.py [--json] [--agents N] [--contacts N] [--in-flight N] [--rate N] [--words N]

Method: one process with the runner on an embedded PostgreSQL that commits durably, no web server. A lifecycle is three
commands: a mail is received (and offered in the same transaction), its agent accepts, its agent closes. First as many
as it takes, with a number of them in flight, so that commands that wait together commit together. Then at an even pace:
`offer` is the wall clock from the hand-over of the mail to the moment at which its offer is committed and told.

Wall clocks lie on a busy machine; counts do not. So beside them stand the processor time of a lifecycle, its
statements, the processor time of the server's process that writes, how many commands shared a commit, and how loaded
the machine was.
"""

import argparse
import json
import os
import resource
import statistics
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from affluent.centre import handing_on, offers, presence
from affluent.centre.hub import Hub
from affluent.centre.receive import IncomingMail, receive_mail
from affluent.centre.runner import Runner
from affluent.centre.transaction import Transaction
from affluent.cli.clock import WallClock
from affluent.facts.states import ContactState
from affluent.routing import warm_up
from affluent.storage import inspection
from affluent.storage.cluster import Cluster
from affluent.storage.database import Database
from affluent.storage.migrate import migrate
from affluent.storage.server import embedded_binaries
from affluent.storage.store import PgPartition

LIMIT = 5
PATIENCE_S = 600


def accept(tx: Transaction, contact_id: int) -> bool:
    """Whoever it is offered to accepts; False when it still waits."""
    contact = tx.contact(contact_id)
    if contact.state is not ContactState.OFFERED or contact.agent_id is None:
        return False
    offers.accept(tx, contact_id=contact_id, agent_id=contact.agent_id)
    return True


def close(tx: Transaction, contact_id: int) -> None:
    agent_id = tx.contact(contact_id).agent_id
    assert agent_id is not None
    handing_on.close(tx, contact_id=contact_id, agent_id=agent_id, outcome="resolved")


class Stream:
    """Contacts on their way; each command's commit starts the next."""

    def __init__(self, runner: Runner, door: int, name: str, words: int = 1) -> None:
        self.runner = runner
        self.text = " ".join(f"Where{number % 97}" for number in range(words))
        self.door = door
        self.name = name
        self.offered_ms: list[float] = []
        self.closed = 0
        self.failed: list[BaseException] = []
        self.moved = threading.Condition()

    def arrive(self, number: int) -> None:
        sender = f"{self.name}{number}@example.com"
        mail = IncomingMail(
            f"{self.name}:{number}",
            self.door,
            0,
            sender,
            "A customer",
            "",
            "A question",
            self.text,
            self.text,
        )
        began = time.perf_counter()
        received = self.runner.submit(receive_mail, mail=mail)
        received.add_done_callback(lambda answer: self._received(answer, began))

    def _received(self, answer: "Future[int]", began: float) -> None:
        if self._well(answer):
            self.offered_ms.append((time.perf_counter() - began) * 1000)
            self._accept(answer.result())

    def _accept(self, contact_id: int) -> None:
        accepted = self.runner.submit(accept, contact_id)
        accepted.add_done_callback(lambda answer: self._accepted(answer, contact_id))

    def _accepted(self, answer: "Future[bool]", contact_id: int) -> None:
        if not self._well(answer):
            return
        if answer.result():
            self.runner.submit(close, contact_id).add_done_callback(self._closed)
        else:
            self._accept(contact_id)

    def _closed(self, answer: "Future[None]") -> None:
        if self._well(answer):
            with self.moved:
                self.closed += 1
                self.moved.notify()

    def _well(self, answer: "Future[Any]") -> bool:
        error = answer.exception()
        if error is None:
            return True
        with self.moved:
            self.failed.append(error)
            self.moved.notify()
        return False

    def wait_until(self, closed: int) -> None:
        with self.moved:
            self.moved.wait_for(lambda: self.closed >= closed or bool(self.failed), PATIENCE_S)
        if self.failed:
            raise self.failed[0]


def as_many_as_it_takes(stream: Stream, contacts: int, in_flight: int) -> float:
    """Seconds until all were closed."""
    began = time.perf_counter()
    for number in range(contacts):
        stream.wait_until(number - in_flight + 1)
        stream.arrive(number)
    stream.wait_until(contacts)
    return time.perf_counter() - began


def at_a_pace(stream: Stream, rate: int, seconds: int) -> list[float]:
    """How long each took to be offered, in ms."""
    began = time.perf_counter()
    for number in range(rate * seconds):
        time.sleep(max(0.0, began + number / rate - time.perf_counter()))
        stream.arrive(number)
    stream.wait_until(rate * seconds)
    return sorted(stream.offered_ms)


def furnish(dsn: str, agents: int) -> tuple[int, list[int]]:
    """A brand with a queue, a door and its agents."""
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
        people: list[int] = []
        for number in range(agents):
            account = made(
                "insert into account (email, name, role, created_ms) values (%s, %s, 'agent', 1) returning id",
                f"agent{number}@example.org", f"Agent {number}",
            )  # fmt: skip
            conn.execute("insert into account_brand values (%s, %s)", (account, brand))
            conn.execute("insert into agent_capacity values (%s, 'email', %s)", (account, LIMIT))
            people.append(account)
    return door, people


def count() -> "Counter[str]":
    """Counts the statements and the transactions of this process from now on."""
    counted: Counter[str] = Counter()
    execute, begin = psycopg.Cursor[Any].execute, PgPartition.become_writer

    def executed(self: psycopg.Cursor[Any], *given: Any, **named: Any) -> psycopg.Cursor[Any]:
        counted["statements"] += 1
        return execute(self, *given, **named)

    def become_writer(self: PgPartition, wait_s: float) -> Any:
        writer = begin(self, wait_s)
        if writer is not None:
            opened = writer.begin

            def counting() -> Any:
                counted["commits"] += 1
                return opened()

            writer.begin = counting  # type: ignore[method-assign] -- seen from outside, this once
        return writer

    psycopg.Cursor.execute = executed
    PgPartition.become_writer = become_writer
    return counted


def server_s(database: Database) -> float:
    """Processor time of the server's process behind the writer's connection."""
    with database.reading() as conn:
        leader = inspection.server(conn).leader
    assert leader is not None
    fields = Path(f"/proc/{leader.split('@')[0]}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    binaries = embedded_binaries()
    assert binaries is not None, "the embedded PostgreSQL is not installed"
    warm_up(lambda line: None)
    counted = count()
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(root=Path(folder) / "pg", binaries=binaries)
        cluster.start()
        try:
            dsn = cluster.dsn()
            migrate(dsn)
            door, people = furnish(dsn, arguments.agents)
            database = Database(dsn)
            database.open()
            runner = Runner(PgPartition(database), WallClock(), Hub())
            runner.start()
            assert runner.wait_until_leading(30)
            for agent_id in people:
                runner.do(presence.set_presence, agent_id=agent_id, state="ready")
            as_many_as_it_takes(Stream(runner, door, "warm"), 300, arguments.in_flight)
            counted.clear()
            before_s, before_server_s = processor_s(), server_s(database)
            took_s = as_many_as_it_takes(
                Stream(runner, door, "many", arguments.words), arguments.contacts, arguments.in_flight
            )
            used_s, many = processor_s() - before_s, dict(counted)
            server_used_s = server_s(database) - before_server_s
            found = at_a_pace(Stream(runner, door, "pace"), arguments.rate, arguments.seconds)
            runner.stop()
            database.close()
        finally:
            cluster.stop()
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    contacts = arguments.contacts
    return {
        "agents": arguments.agents, "contacts": contacts, "in_flight": arguments.in_flight,
        "lifecycles_a_second": round(contacts / took_s), "target_lifecycles_a_second": 1500,
        "process_cpu_ms_each": round(used_s * 1000 / contacts, 3),
        "server_cpu_ms_each": round(server_used_s * 1000 / contacts, 3), "words": arguments.words,
        "statements_each": round(many["statements"] / contacts, 2),
        "commands_a_commit": round(3 * contacts / many["commits"], 1),
        "rate": arguments.rate, "offer_p50_ms": round(cuts[49], 1), "offer_p99_ms": round(cuts[98], 1),
        "target_offer_p99_ms": 50, "processors": os.cpu_count(), "load_average": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--in-flight", type=int, default=256)
    parser.add_argument("--words", type=int, default=1, help="words of each mail")
    parser.add_argument("--rate", type=int, default=200, help="contacts a second, for the latency")
    parser.add_argument("--seconds", type=int, default=15)
    arguments = parser.parse_args()
    figures = measure(arguments)
    if arguments.json:
        print(json.dumps(figures))
        return
    print("The writer: received, accepted, closed")
    for name, value in figures.items():
        print(f"  {name:<28}{value:>10}")


if __name__ == "__main__":
    main()
