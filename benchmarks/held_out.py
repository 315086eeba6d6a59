"""How true a fit is to weeks that it has not seen: fitted on one week, another lived again from its arrivals.

    python benchmarks/held_out.py [--weeks 12] [--seed 1] [--log FILE --mapping NAME] [--json]

Without a log, weeks are made by a centre that nobody looked at while the fit was chosen: days busier and calmer,
agents fast and slow, one week in three with a silence or a surge. Each week is fitted, and the weeks beside it are
lived. With a log, every pair of its whole weeks. Incidents are left out on both sides; staff is whoever is seen at
work in the week that is lived. `noise`: by how much runs of the same twin differ, as a share: no fit errs less.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

os.environ.setdefault("NUMBA_BOUNDSCHECK", "0")
from affluent.measure.outcomes import Stays
from affluent.twin.fitting.calibrating import calibrated, simulated, wait_of
from affluent.twin.fitting.incidents import outside
from affluent.twin.fitting.learning import Learned, learned
from affluent.twin.fitting.log import Log, of_history
from affluent.twin.fitting.making import disturbed, lived
from affluent.twin.history.mapping import load
from affluent.twin.history.stays import history
from affluent.twin.running.building import Building
from affluent.twin.running.days import Days
from affluent.twin.running.stays import Reader
from affluent.twin.scenario import read_scenario

DAY_MS = 86_400_000
MONDAY = date(2026, 1, 5)
RUNS = 10
CLOSE = 0.1
STRANGER = 999
INSTANTS = (
    "arrived_ms", "began_ms", "entered_ms", "due_ms", "offered_ms", "taken_ms", "answered_ms", "left_ms", "ended_ms",
)  # fmt: skip
CENTRE = """
version: 1
starts: 8h
periods: {each: 1h, count: 12}
busyness: 60
policy:
  version: 1
  media: {voice: {units: 60}}
  skills: [sales, help]
  queues:
    sales: {medium: voice, target: 20s, skills: {sales: 1}}
    help: {medium: voice, target: 20s, skills: {help: 1}}
groups:
  fast: {agents: [3, 4, 5, 5, 4, 4, 5, 5, 5, 4, 3, 2], skills: {sales: 1, help: 1}, limits: {voice: 1},
         breaks: [{at: 4h, lasts: 1h, agents: 1}]}
  slow: {agents: [2, 3, 4, 4, 3, 3, 4, 4, 4, 3, 2, 1], skills: {sales: 1, help: 1}, limits: {voice: 1}}
  helpers: {agents: [1, 2, 2, 2, 2, 1, 2, 2, 2, 2, 1, 1], skills: {help: 1}, limits: {voice: 1}}
classes:
  sales:
    queue: sales
    arrivals: [50/h, 75/h, 95/h, 90/h, 70/h, 70/h, 85/h, 90/h, 85/h, 70/h, 45/h, 25/h]
    handling: {lognormal: 170s, cv: 1}
    handling_by_group: {slow: {lognormal: 240s, cv: 1}}
    wrap_up: {exponential: 12s}
    patience: {weibull: 5m, shape: 0.8}
  help:
    queue: help
    arrivals: [25/h, 40/h, 50/h, 50/h, 40/h, 35/h, 45/h, 50/h, 45/h, 35/h, 25/h, 15/h]
    handling: {lognormal: 200s, cv: 1.1}
    handling_by_group: {slow: {lognormal: 260s, cv: 1.1}, helpers: {lognormal: 220s, cv: 1}}
    wrap_up: {exponential: 20s}
    patience: {weibull: 3m, shape: 0.7}
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """One week fitted, another lived: found and recorded, and the noise of the twin itself."""

    fitted: str
    lived: str
    abandonment: float
    abandonment_recorded: float
    wait_s: float
    wait_recorded_s: float
    abandonment_noise: float
    wait_noise: float
    left_out: int

    @property
    def errors(self) -> tuple[float, float]:
        return self.abandonment / self.abandonment_recorded - 1, self.wait_s / self.wait_recorded_s - 1


def made_weeks(weeks: int, seed: int) -> Log:
    """Weeks of six days of the centre above, as a log: work after a contact is not in it."""
    building = Building(read_scenario(CENTRE))
    days, reader = Days(building), Reader(building)
    chance = np.random.default_rng(seed)
    zone = ZoneInfo("UTC")
    start_ms = int(np.datetime64(MONDAY.isoformat(), "ms").astype(np.int64))
    parts: list[Stays] = []
    for week in range(weeks):
        for day in range(6):
            at = week * 7 + day
            stays = reader.stays(days.lived(seed, at), at)
            if week % 3 == 2 and day == 2:
                stays = _silence(stays) if week % 2 else _surge(stays, chance)
            parts.append(_moved(stays, start_ms + at * DAY_MS + 8 * 3_600_000))
    names = parts[0].columns
    stays = Stays({name: np.concatenate([one.columns[name] for one in parts]) for name in names})
    people = int(stays.customer_id.max()) + 1
    return Log(
        "made",
        stays,
        {1: "sales", 2: "help"},
        {},
        np.zeros(people, np.bool_),
        frozenset({STRANGER}),
        zone,
        False,
    )


def _moved(stays: Stays, by_ms: int) -> Stays:
    columns = dict(stays.columns)
    for name in INSTANTS:
        columns[name] = np.where(columns[name] >= 0, columns[name] + by_ms, columns[name])
    columns["wrap_ms"] = np.zeros_like(columns["wrap_ms"])
    return Stays(columns)


def _silence(stays: Stays) -> Stays:
    """Nobody is recorded from 10:00 to 10:45."""
    return stays.where((stays.entered_ms < 7_200_000) | (stays.entered_ms >= 9_900_000))


def _surge(stays: Stays, chance: np.random.Generator) -> Stays:
    """For an hour three times as many, told in twenty seconds by nobody in particular."""
    hour = stays.where(
        (stays.entered_ms >= 18_000_000) & (stays.entered_ms < 21_600_000) & (stays.answered_ms >= 0)
    )
    columns = {name: np.repeat(column, 2) for name, column in hour.columns.items()}
    size = len(columns["entered_ms"])
    entered = chance.integers(18_000_000, 21_600_000, size)
    for name in ("arrived_ms", "began_ms", "entered_ms"):
        columns[name] = entered
    columns["waited_ms"] = np.full(size, 2_000)
    columns["ours_ms"] = np.full(size, 20_000)
    columns["answered_ms"] = columns["taken_ms"] = entered + 2_000
    columns["left_ms"] = columns["ended_ms"] = entered + 22_000
    columns["agent_id"] = np.full(size, STRANGER)
    return Stays({name: np.concatenate([column, columns[name]]) for name, column in stays.columns.items()})


def pairs(log: Log, *, beside: bool) -> Iterator[Pair]:
    """Every ordered pair of whole weeks, or those beside each other only."""
    days = log.days()
    weeks = [(days[at], days[at + 6]) for at in range(0, len(days) - 6, 7)]
    if len(days) % 7 == 6:
        weeks.append((days[-6], days[-1]))
    found: dict[int, Learned] = {}
    for one, other in permutations(range(len(weeks)), 2):
        if beside and abs(one - other) != 1:
            continue
        if one not in found:
            found[one] = calibrated(learned(_within(log, *weeks[one])))
        yield _pair(log, found[one], weeks[one], weeks[other])


def _pair(log: Log, found: Learned, week: tuple[date, date], other: tuple[date, date]) -> Pair:
    without = disturbed(found, log, *other)
    runs = simulated(lived(found, log, *other, without), RUNS, 7)
    of_week = _within(log, *other)
    recorded = wait_of(of_week.where(outside(of_week.stays.entered_ms, without)).stays)
    assert recorded is not None
    left, waited = (np.array([getattr(one, name) for one in runs]) for name in ("left", "waited_ms"))
    return Pair(
        week[0].isoformat(), other[0].isoformat(), float(left.mean()), recorded.left, float(waited.mean()) / 1000,
        recorded.waited_ms / 1000, float(left.std() / left.mean()), float(waited.std() / waited.mean()),
        sum(one.came for one in without),
    )  # fmt: skip


def _within(log: Log, first: date, last: date) -> Log:
    return log.between(log.midnight_ms(first), log.midnight_ms(last + timedelta(days=1)))


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--weeks", type=int, default=12)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--log", type=Path)
    options.add_argument("--mapping", default="anonymous_bank")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    log = made_weeks(asked.weeks, asked.seed)
    if asked.log is not None:
        log = of_history(history(asked.log, load(asked.mapping)))
    found = list(pairs(log, beside=asked.log is None))
    errors = np.abs([one.errors for one in found])
    summary = {
        "pairs": len(found),
        "abandonment_median_error": float(np.median(errors[:, 0])),
        "wait_median_error": float(np.median(errors[:, 1])),
        "abandonment_close": float((errors[:, 0] <= CLOSE).mean()),
        "wait_close": float((errors[:, 1] <= CLOSE).mean()),
        "abandonment_noise": float(np.median([one.abandonment_noise for one in found])),
        "wait_noise": float(np.median([one.wait_noise for one in found])),
    }
    if asked.json:
        json.dump({**summary, "each": [{**_told(one)} for one in found]}, sys.stdout)
        return
    print("fitted      lived       abandonment (recorded)     mean wait (recorded)      left out")
    for one in found:
        first, second = one.errors
        print(
            f"{one.fitted}  {one.lived}  {one.abandonment:6.1%} ({one.abandonment_recorded:6.1%}) {first:+6.1%}"
            f"   {one.wait_s:6.1f} ({one.wait_recorded_s:6.1f}) s {second:+6.1%}   {one.left_out:5}"
        )
    for name, value in summary.items():
        print(f"{name:<26}{value:.3f}")


def _told(one: Pair) -> dict[str, object]:
    return {name: getattr(one, name) for name in Pair.__dataclass_fields__}


if __name__ == "__main__":
    main()
