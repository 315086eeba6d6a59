"""What it takes to read, count and import a log: processor time of this process and of PostgreSQL, by step.

    python benchmarks/history.py [--json] [--rows N] [--no-database]

A million calls are drawn and written as CSV: eight queues, two hundred agents, a customer for three calls. `read`
turns them into stays, `kpi` counts every indicator by queue and day, `write` brings them into a database of its own.
`wall_s` of the import is by the clock: reading and writing, indexes and all.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import psycopg

from affluent.cli.history.telling import Telling
from affluent.measure.computing import Period
from affluent.storage.database import Database
from affluent.storage.history.history import HistoryWriter
from affluent.storage.migrate import migrate
from affluent.storage.server import choose
from affluent.twin.history.counting import lines, span_of
from affluent.twin.history.facts import facts_of
from affluent.twin.history.mapping import parse
from affluent.twin.history.stays import history

DAY_MS = 86_400_000
START_S = 1_767_225_600
MAPPING = """
name: bench
timezone: Europe/Paris
columns:
  contact: {column: id}
  customer: {column: customer}
  queue: {column: queue}
  agent: {column: agent}
  motive: {column: motive}
  arrived: {column: arrived}
  answered: {after: arrived, plus: [{column: wait}]}
  ended: {after: answered, plus: [{column: talk}]}
  left: {after: arrived, plus: [{column: wait}]}
  became: {column: result, codes: {A: answered, L: abandoned}}
"""


def drawn(file: Path, rows: int) -> None:
    """A log of a year."""
    chance = np.random.default_rng(3)
    arrived = np.sort(chance.integers(0, 365 * 86_400, rows)) + START_S
    texts = np.char.replace(arrived.astype("datetime64[s]").astype(str), "T", " ").tolist()
    wait = chance.exponential(30, rows).astype(int).tolist()
    talk = chance.exponential(180, rows).astype(int).tolist()
    left = (chance.random(rows) < 0.08).tolist()
    of = [chance.integers(0, most, rows).tolist() for most in (8, 200, 20, max(1, rows // 3))]
    with file.open("w", encoding="utf-8") as stream:
        stream.write("id,customer,queue,agent,motive,arrived,wait,talk,result\n")
        stream.writelines(
            f"c{at},{customer},queue {queue},agent {agent},motive {motive},{when},{w},{t},{'L' if gone else 'A'}\n"
            for at, (queue, agent, motive, customer, when, w, t, gone) in enumerate(
                zip(*of, texts, wait, talk, left, strict=True)
            )
        )


def busy_s(of: list[psutil.Process]) -> float:
    """Processor time so far of some processes and those that they have now."""
    total = 0.0
    for one in of:
        for process in (one, *one.children(recursive=True)):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def measured(rows: int, *, database: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log.csv"
        drawn(file, rows)
        began, cpu = time.monotonic(), time.process_time()
        told = history(file, parse(MAPPING))
        found: dict[str, Any] = {
            "rows": rows,
            "contacts": told.contacts,
            "read_cpu_s": time.process_time() - cpu,
        }
        read_wall_s = time.monotonic() - began
        cpu = time.process_time()
        from_ms, to_ms = span_of(told.stays)
        edges = list(range(from_ms // DAY_MS * DAY_MS, to_ms + DAY_MS, DAY_MS))
        found["kpi_lines"] = len(lines(told, Period(edges[0], edges[-1], to_ms), edges))
        found["kpi_cpu_s"] = time.process_time() - cpu
        if database:
            found |= _imported(Path(folder), told, file)
            found["import_wall_s"] = found["write_wall_s"] + read_wall_s
    return {name: round(value, 2) if isinstance(value, float) else value for name, value in found.items()}


def _imported(folder: Path, told: Any, file: Path) -> dict[str, Any]:
    provider = choose(folder / "var", url=None, kind="auto")
    try:
        dsn = provider.start()
        migrate(dsn)
        with psycopg.connect(dsn) as conn:
            conn.execute("insert into brand (name) values ('Bench')")
        # Processes of other servers come and go meanwhile: what was read at once is looked at.
        mine = [
            one
            for one in psutil.process_iter(["name", "cmdline"])
            if one.info["name"] == "postgres" and str(folder) in " ".join(one.info["cmdline"] or ())
        ]
        database = Database(dsn, size_max=2)
        database.open()
        began, cpu, servers = time.monotonic(), time.process_time(), busy_s(mine)
        writer = HistoryWriter(database, Telling(told), facts_of)
        done = writer.write(str(file), "bench", 1, lambda: 0, lambda share: None)
        found = {
            "imported": done.contacts,
            "write_wall_s": time.monotonic() - began,
            "write_cpu_s": time.process_time() - cpu,
            "postgres_cpu_s": busy_s(mine) - servers,
        }
        database.close()
        return found
    finally:
        provider.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--no-database", action="store_true")
    given = parser.parse_args()
    found = measured(given.rows, database=not given.no_database)
    if given.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:>18} {value}")


if __name__ == "__main__":
    main()
