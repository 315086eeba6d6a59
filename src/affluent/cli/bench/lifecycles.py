"""The one writer: how many contacts it carries from their arrival to their end, and how soon an arrival is offered.

Method: one process with the runner on an embedded PostgreSQL that commits durably, no web server. A lifecycle is three
commands: a mail is received (and offered in the same transaction), its agent accepts, its agent closes. First as many
as it takes, with a number of them in flight, so that commands that wait together commit together. Then at an even pace:
`offer` is the wall clock from the hand-over of the mail to the moment at which its offer is committed and told.

Wall clocks lie on a busy machine; counts do not. So beside them stand the processor time of a lifecycle, ours and
PostgreSQL's, how many commands shared a commit, and how loaded the machine was.
"""

import argparse
import json
import os
import statistics
import threading
import time
from concurrent.futures import Future
from typing import Any

from affluent.centre import handing_on, offers, presence
from affluent.centre.receive import IncomingMail, receive_mail
from affluent.centre.runner import Runner
from affluent.centre.transaction import Transaction
from affluent.cli.bench.house import at_work, furnish, own_cluster, processor_s, server_s
from affluent.facts.states import ContactState
from affluent.routing import warm_up

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

    def __init__(self, runner: Runner, door: int, name: str) -> None:
        self.runner = runner
        self.door = door
        self.name = name
        self.offered_ms: list[float] = []
        self.closed = 0
        self.failed: list[BaseException] = []
        self.moved = threading.Condition()

    def arrive(self, number: int) -> None:
        sender = f"{self.name}{number}@example.com"
        mail = IncomingMail(
            f"{self.name}:{number}", self.door, 0, sender, "A customer", "", "A question", "Where?", "Where?"
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


def measure(agents: int, contacts: int, in_flight: int, rate: int, seconds: int) -> dict[str, Any]:
    """A centre on a PostgreSQL of its own, first with as many contacts as it takes, then at an even pace."""
    warm_up(lambda line: None)
    groups: list[int] = []
    with own_cluster() as cluster:
        dsn = cluster.dsn()
        door, people = furnish(dsn, agents)
        with at_work(dsn) as runner:
            for agent_id in people:
                runner.do(presence.set_presence, agent_id=agent_id, state="ready")
            as_many_as_it_takes(Stream(runner, door, "warm"), min(contacts, 600), in_flight)
            runner.observer = lambda commands, took_s, deciding_s: groups.append(commands)
            ours_s, theirs_s = processor_s(), server_s(cluster)
            took_s = as_many_as_it_takes(Stream(runner, door, "many"), contacts, in_flight)
            ours_s, theirs_s = processor_s() - ours_s, server_s(cluster) - theirs_s
            shared = round(statistics.fmean(groups), 1)
            found = at_a_pace(Stream(runner, door, "pace"), rate, seconds)
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    return {
        "agents": agents, "contacts": contacts, "in_flight": in_flight,
        "lifecycles_per_s": round(contacts / took_s), "target_lifecycles_per_s": 1500,
        "process_cpu_ms_each": round(ours_s * 1000 / contacts, 3),
        "postgres_cpu_ms_each": round(theirs_s * 1000 / contacts, 3),
        "commands_a_commit": shared,
        "rate": rate, "offer_ms": {"p50": round(cuts[49], 1), "p99": round(cuts[98], 1)},
        "target_offer_p99_ms": 50, "processors": os.cpu_count(), "load_average": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--agents", type=int, default=1_000)
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--in-flight", type=int, default=256)
    parser.add_argument("--rate", type=int, default=200, help="contacts a second, for the latency")
    parser.add_argument("--seconds", type=int, default=15)
    asked = parser.parse_args()
    figures = measure(asked.agents, asked.contacts, asked.in_flight, asked.rate, asked.seconds)
    if asked.json:
        print(json.dumps(figures))
        return
    print("The writer: received, accepted, closed")
    for name, value in figures.items():
        print(f"  {name:<28}{value!s:>10}")
