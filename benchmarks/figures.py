"""How long all indicators take over a million stays, by queue and day, beside loops that only count.

    python benchmarks/figures.py [--json] [--stays N] [--queues N] [--days N] [--read N]

`all` computes every indicator by queue and day. `bare` is the least that any report must do on the same columns: one
selection, one grouping and two sums in NumPy, written by hand for one indicator; `times bare` is the ratio for one
indicator. `rows` does the same work one row at a time, on a sample. Times are of the processor. `--read N` also
writes N stays of a month into a PostgreSQL of its own and reads them as the API does: `month_s` is a whole report by
queue and day by the clock on the wall, `month_cpu_s` what both processes worked for it.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from affluent.centre.figuring import Slice
from affluent.measure.computing import Period, columns_of, compute, of_one
from affluent.measure.indicators import INDICATORS
from affluent.measure.outcomes import NAMES, NEVER, End, Ints, Stays
from affluent.storage.cluster import Cluster
from affluent.storage.database import Database
from affluent.storage.following import write_stays
from affluent.storage.migrate import migrate
from affluent.storage.outcomes import PgOutcomes
from affluent.storage.server import embedded_binaries

DAY_MS = 86_400_000
SAMPLE = 2_000


def drawn(stays: int, queues: int, days: int) -> Stays:
    """Stays of plausible contacts: most answered, some abandoned, few open."""
    chance = np.random.default_rng(7)
    entered = np.sort(chance.integers(0, days * DAY_MS, stays))
    wait = chance.exponential(30_000, stays).astype(np.int64)
    abandoned = chance.random(stays) < 0.06
    answered = np.where(abandoned, NEVER, entered + wait)
    ours = np.where(abandoned, 0, chance.exponential(180_000, stays)).astype(np.int64)
    left = np.where(abandoned, entered + wait, answered + ours + 20_000)
    columns: dict[str, Ints] = {name: np.full(stays, NEVER, np.int64) for name in NAMES}
    columns |= {
        "contact_id": np.arange(stays, dtype=np.int64), "number": np.zeros(stays, np.int64),
        "request_id": np.arange(stays, dtype=np.int64), "customer_id": chance.integers(0, stays, stays),
        "brand_id": chance.integers(1, 3, stays), "channel_id": chance.integers(1, 5, stays),
        "queue_id": chance.integers(1, queues + 1, stays), "agent_id": chance.integers(1, 200, stays),
        "synchronous": np.ones(stays, np.int64), "medium": np.ones(stays, np.int64),
        "kind": np.zeros(stays, np.int64), "asks": np.ones(stays, np.int64),
        "opens": np.ones(stays, np.int64), "short_ms": np.full(stays, 5_000),
        "arrived_ms": entered, "began_ms": entered, "entered_ms": entered, "due_ms": entered + 40_000,
        "target_ms": np.full(stays, 40_000), "taken_ms": answered, "answered_ms": answered,
        "waited_ms": wait, "left_ms": left, "ended_ms": left, "ours_ms": ours,
        "theirs_ms": ours // 3, "wrap_ms": np.full(stays, 20_000), "asleep_ms": np.zeros(stays, np.int64),
        "end": np.where(abandoned, End.ABANDONED, End.CLOSED), "by_person": np.ones(stays, np.int64),
        "outcome": np.where(abandoned, 5, 0), "replies": np.ones(stays, np.int64),
        "offers": np.ones(stays, np.int64), "declined": np.zeros(stays, np.int64),
        "expired": np.zeros(stays, np.int64),
    }  # fmt: skip
    return Stays({name: column.astype(np.int64) for name, column in columns.items()})


def by_queue_and_day(rows: Stays, at_ms: Ints) -> Ints:
    return rows.queue_id * 10_000 + at_ms // DAY_MS


def bare(rows: Stays, days: int) -> Any:
    """One indicator as one would write it by hand."""
    group = rows.queue_id * days + rows.entered_ms // DAY_MS
    mask = (rows.waited_ms >= 5_000) | (rows.answered_ms >= 0)
    good = (rows.answered_ms >= 0) & (rows.answered_ms <= rows.due_ms)
    return np.bincount(group[mask]), np.bincount(group[mask], weights=good[mask])


def cpu_s(work: Callable[[], object], times: int = 3) -> float:
    """The least processor time of a few tries, in seconds."""
    taken: list[float] = []
    for _ in range(times):
        before = time.process_time()
        work()
        taken.append(time.process_time() - before)
    return min(taken)


def measured(stays: int, queues: int, days: int) -> dict[str, float]:
    rows = drawn(stays, queues, days)
    period = Period(0, days * DAY_MS, (days + 30) * DAY_MS)
    whole_s = cpu_s(lambda: compute(rows, period, by=by_queue_and_day))
    bare_s = cpu_s(lambda: bare(rows, days))
    sample = Stays({name: column[:SAMPLE] for name, column in rows.columns.items()}).rows()
    rows_s = cpu_s(lambda: [of_one(row, period, key) for row in sample for key in INDICATORS], 1)
    return {
        "stays": stays,
        "indicators": len(INDICATORS),
        "groups": queues * days,
        "all_s": whole_s,
        "bare_s": bare_s,
        "times_bare": whole_s / len(INDICATORS) / bare_s,
        "rows_us_each": rows_s / SAMPLE / len(INDICATORS) * 1e6,
    }


def read_back(count: int) -> dict[str, float]:
    """Writes stays of a month into PostgreSQL and reads them as the API does."""
    binaries = embedded_binaries()
    assert binaries is not None, "no PostgreSQL of our own on this machine"
    with tempfile.TemporaryDirectory(prefix="affluent-figures-") as folder:
        cluster = Cluster(root=Path(folder), binaries=binaries, durable=False)
        cluster.start()
        try:
            migrate(cluster.dsn("postgres"))
            database = Database(cluster.dsn("postgres"), size_max=1)
            database.open()
            stays = drawn(count, 20, 30).rows()
            with database.transaction() as conn:
                for first in range(0, count, 20_000):
                    write_stays(conn, stays[first : first + 20_000])
            with database.transaction() as conn:
                conn.execute("analyze stay")
            outcomes = PgOutcomes(database)
            names = (*columns_of(INDICATORS), "queue_id")
            period = Period(0, 30 * DAY_MS, 60 * DAY_MS)
            read_s: list[float] = []
            whole_s: list[float] = []
            used_s: list[float] = []
            for _ in range(5):
                before, used = time.perf_counter(), _both_s(database)
                read = outcomes.stays(Slice(0, 30 * DAY_MS, None), names)
                read_s.append(time.perf_counter() - before)
                compute(read, period, by=by_queue_and_day)
                whole_s.append(time.perf_counter() - before)
                used_s.append(_both_s(database) - used)
                assert len(read) == count
            database.close()
        finally:
            cluster.stop()
    return {
        "read_stays": count,
        "read_s": min(read_s),
        "month_s": min(whole_s),
        "month_s_max": max(whole_s),
        "month_cpu_s": min(used_s),
    }


def _both_s(database: Any) -> float:
    """Processor time of this process and of the server's behind its one connection."""
    with database.reading() as conn:
        stat = Path(f"/proc/{conn.info.backend_pid}/stat").read_text(encoding="ascii")
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + time.process_time()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--stays", type=int, default=1_000_000)
    parser.add_argument("--queues", type=int, default=20)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--read", type=int, default=0)
    asked = parser.parse_args()
    found = measured(asked.stays, asked.queues, asked.days)
    if asked.read:
        found |= read_back(asked.read)
    if asked.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:14} {value:12,.3f}" if isinstance(value, float) else f"{name:14} {value:12,}")


if __name__ == "__main__":
    main()
