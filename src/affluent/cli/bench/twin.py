"""`affluent bench twin`: contacts a second of the twin, beside a bare loop and general simulators in the same run."""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TextIO

import numpy as np

from affluent.cli.bench import bare, centres, peers
from affluent.cli.bench.centres import HANDLING_MS, PATIENCE_MS
from affluent.twin.running.building import Building
from affluent.twin.running.days import Days
from affluent.twin.running.results import run as run_days
from affluent.twin.running.warm import warm_up
from affluent.twin.scenario import Scenario

SEED, ROUNDS, TURNS = 1, 5, 7
_SHARES = {"two_core_factor", "bare_loop_share"}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many contacts a day of each centre has."""

    small: int = 500_000
    realistic: int = 300_000
    large: int = 300_000
    peers: int = 50_000
    agents: int = 10_000


def contacts_per_s(scenario: Scenario) -> float:
    """Of the loop on one core, the best of some days after one to grow in: CPU time, which neighbours disturb less."""
    days = Days(Building(scenario))
    days.glimpsed(SEED, 0)
    best = 0.0
    for replication in range(1, ROUNDS + 1):
        began = time.thread_time()
        day = days.glimpsed(SEED, replication)
        best = max(best, len(day.outcomes) / (time.thread_time() - began))
    return best


def bare_lived_s(contacts: int, seed: int, rows: Any) -> float:
    """CPU time of the loop written by hand."""
    began = time.thread_time()
    bare.run(75, contacts, HANDLING_MS, PATIENCE_MS, seed, rows)
    return time.thread_time() - began


def beside_bare(contacts: int) -> dict[str, float]:
    """Contacts a second of the twin and of the loop written by hand, by turns so that a busy machine disturbs both
    alike: the best of each, and the median of their shares."""
    scenario = centres.three_by_five(contacts)
    days, noted = Days(Building(scenario)), np.zeros((contacts, bare.ROW), np.int64)
    nothing = np.zeros((0, bare.ROW), np.int64)
    days.glimpsed(SEED, 0)
    bare.run(75, contacts, HANDLING_MS, PATIENCE_MS, SEED, noted)
    turns: list[tuple[float, float, float]] = []
    for turn in range(1, TURNS + 1):
        began = time.thread_time()
        lived = len(days.glimpsed(SEED, turn).outcomes)
        twin_s = (time.thread_time() - began) / lived * contacts
        turns.append((twin_s, bare_lived_s(contacts, turn, noted), bare_lived_s(contacts, turn, nothing)))
    times = np.array(turns)
    best = contacts / times.min(axis=0)
    return {
        "contacts_per_s": float(best[0]),
        "bare_loop_contacts_per_s": float(best[1]),
        "bare_loop_share": float(np.median(times[:, 1] / times[:, 0])),
        "bare_loop_counting_only_contacts_per_s": float(best[2]),
    }


def two_core_factor(scenario: Scenario) -> float | None:
    """How much more two threads live in the same time by the clock; None on one core."""
    if (os.cpu_count() or 1) < 2:
        return None
    worlds = [Days(Building(scenario)) for _ in range(2)]
    for days in worlds:
        days.glimpsed(SEED, 0)

    def lived(days: Days) -> None:
        for replication in range(1, ROUNDS + 1):
            days.glimpsed(SEED, replication)

    def clocked(of: list[Days]) -> float:
        began = time.perf_counter()
        with ThreadPoolExecutor(len(of)) as threads:
            list(threads.map(lived, of))
        return time.perf_counter() - began

    factors = [2 * clocked(worlds[:1]) / clocked(worlds) for _ in range(3)]
    return max(factors)


def measure(sizes: Sizes, told: Callable[[str], None]) -> dict[str, Any]:
    """All figures; `told` hears of each as it is found."""
    warm_up()
    found: dict[str, Any] = {}

    def note(name: str, value: Any) -> None:
        found[name] = round(value, 3 if name in _SHARES else 0) if isinstance(value, float) else value
        told(f"{name:<34}{found[name]}")

    small = centres.three_by_five(sizes.small)
    for name, value in beside_bare(sizes.small).items():
        note(name, value)
    note("simpy_contacts_per_s", peers.simpy_contacts_per_s(sizes.peers))
    note("ciw_contacts_per_s", peers.ciw_contacts_per_s(sizes.peers // 5))
    note("realistic_contacts_per_s", contacts_per_s(centres.realistic(60, 500, sizes.realistic)))
    note("large_contacts_per_s", contacts_per_s(centres.realistic(1_000, 5_000, sizes.large)))
    note("two_core_factor", two_core_factor(small))
    began = time.process_time()
    results = run_days(centres.three_by_five(sizes.small // 10), 10, SEED)
    note("with_all_indicators_contacts_per_s", float(results.contacts.sum()) / (time.process_time() - began))
    Days(Building(centres.realistic(1_000, sizes.agents, sizes.large))).lived(SEED, 0)
    note("memory_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024)
    note("load_average", round(os.getloadavg()[0], 1))
    return found


def run(sizes: Sizes, out: TextIO, *, as_json: bool) -> None:
    """Prints the figures: one JSON object, or as they are found. A peer that is missing is null, and said."""
    found = measure(sizes, (lambda line: None) if as_json else lambda line: print(line, file=out, flush=True))
    if as_json:
        print(json.dumps(found), file=out)
    for name in ("simpy", "ciw"):
        if found[f"{name}_contacts_per_s"] is None:
            print(f"{name} is not installed and was left out: pip install 'affluent[bench]'", file=sys.stderr)
