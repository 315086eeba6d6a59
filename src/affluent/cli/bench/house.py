"""A centre to be measured: on a PostgreSQL of its own that commits durably, with the runner and no web server."""

import resource
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from psycopg.rows import DictRow, dict_row

from affluent.centre.hub import Hub
from affluent.centre.runner import Runner
from affluent.cli.clock import WallClock
from affluent.storage.cluster import Cluster
from affluent.storage.database import Database
from affluent.storage.migrate import migrate
from affluent.storage.server import embedded_binaries, system_binaries
from affluent.storage.store import PgPartition

LIMIT = 5
START_S_MAX = 600.0


@contextmanager
def own_cluster() -> Generator[Cluster]:
    """A server with an empty database of the newest schema, gone at the end."""
    binaries = embedded_binaries() or system_binaries()
    assert binaries is not None, "no PostgreSQL is installed"
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(root=Path(folder) / "pg", binaries=binaries)
        cluster.start()
        try:
            migrate(cluster.dsn())
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def at_work(dsn: str) -> Generator[Runner]:
    """The runner, leading."""
    database = Database(dsn)
    database.open()
    runner = Runner(PgPartition(database), WallClock(), Hub())
    try:
        runner.start()
        assert runner.wait_until_leading(START_S_MAX), "the runner did not come to lead"
        yield runner
    finally:
        runner.stop()
        database.close()


def furnish(dsn: str, agents: int, *, limit: int = LIMIT) -> tuple[int, list[int]]:
    """A brand with a queue, a door and its agents, each with room for so many; the door and the agents' identifiers."""
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
            conn.execute("insert into agent_capacity values (%s, 'email', %s)", (account, limit))
            people.append(account)
    return door, people


def processor_s() -> float:
    """The processor time of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def server_s(cluster: Cluster) -> float:
    """The processor time of the processes of a PostgreSQL that are alive."""
    pid = cluster.postmaster_pid()
    assert pid is not None, "the server runs"
    used = [one.cpu_times() for one in psutil.Process(pid).children()]
    return sum(one.user + one.system for one in used)
