"""How often announced waits hold on the calls of a log, week by week, beside two simple rules that others announce.

    python benchmarks/waits.py FILE [--mapping anonymous_bank] [--hold 0.8] [--json]

Each announcement is made two seconds after somebody began to wait, from what was known then, and looked at when the
wait ended. `held`: how often the wait that was left lay in the range. Who gave up would have waited longer: each
answered one counts by the inverse of the chance that somebody would have stayed so long (Kaplan and Meier's patience
of the log), so that the share is of all who waited. The first week is for learning; the others are told.

Peers announce a number: the delay of whoever was taken last (`last_taken`), and those ahead times the mean handling
over the agents who took somebody in the last hour (`naive`). Beside the middle of our range: how far the numbers lie
from the wait, weighed likewise (mean absolute error, and the mean error: above 0 says too long). A range is made of
theirs as of ours, by what their latest 600 numbers were off by (a ratio, conformal): ranges against ranges. `score`
is their width with what they missed by, so often that no range gains by holding rarer or oftener than asked for
(Gneiting and Raftery 2007): smaller is sharper.
"""

import argparse
import json
import sys
from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from affluent.measure.outcomes import Stays
from affluent.twin.fitting.survival import ANSWERED, LEFT, Waits, kaplan_meier
from affluent.twin.history.mapping import load
from affluent.twin.history.stays import history
from affluent.twin.waits.predicting import SETTLED_MS, QueueWaits

WEEK_MS = 7 * 86_400_000
HOUR_MS = 3_600_000
KEPT = 600
FEWEST = 40
ENTERS, ENDS, LOOKS = 1, 0, 2
PEERS = ("last_taken", "naive")


@dataclass(slots=True)
class Peer:
    """A number, and the range that its latest errors make of it."""

    hold: float
    off: deque[float] = field(default_factory=lambda: deque[float](maxlen=KEPT))

    def range_of(self, number_ms: float) -> tuple[float, float] | None:
        if len(self.off) < FEWEST:
            return None
        low, high = np.quantile(np.array(self.off), [(1 - self.hold) / 2, 1 - (1 - self.hold) / 2])
        return (number_ms + 1_000) * float(low), (number_ms + 1_000) * float(high)

    def learns(self, number_ms: float, left_ms: float) -> None:
        self.off.append(left_ms / (number_ms + 1_000))


@dataclass(frozen=True, slots=True)
class Look:
    """What was announced at one moment: by name a number and a range, both in ms."""

    at_ms: int
    numbers: dict[str, float]
    ranges: dict[str, tuple[float, float] | None]


@dataclass(frozen=True, slots=True)
class Told:
    """An announcement and how the wait went on for `left_ms`; `weight`: for how many it stands."""

    week: int
    look: Look
    left_ms: float
    weight: float


class Line:
    """One line of all queues, event by event, with everybody's announcements."""

    def __init__(self, hold: float, handling_ms: float) -> None:
        self._ours, self._middle = QueueWaits(hold=hold), QueueWaits(hold=0.5)
        self._peers = {name: Peer(hold) for name in PEERS}
        self._waiting: list[tuple[int, int]] = []
        self._last_ms = 0.0
        self._handling_ms = handling_ms
        self._taken: deque[tuple[int, int]] = deque()

    def enters(self, contact: int, at_ms: int) -> None:
        for one in (self._ours, self._middle):
            one.enters(contact, at_ms)
        insort(self._waiting, (at_ms, contact))

    def looks(self, contact: int, entered_ms: int, at_ms: int) -> Look | None:
        ours, middle = (one.range_of(contact, at_ms) for one in (self._ours, self._middle))
        ahead = bisect_left(self._waiting, (entered_ms, contact))
        numbers = {
            "last_taken": max(0.0, self._last_ms - (at_ms - entered_ms)),
            "naive": (ahead + 1) * self._handling_ms / max(1, len({agent for _, agent in self._taken})),
        }
        ranges: dict[str, tuple[float, float] | None] = {
            name: self._peers[name].range_of(number) for name, number in numbers.items()
        }
        if ours is None or middle is None:
            return None
        numbers["ours"] = (middle.low_ms + middle.high_ms) / 2
        ranges["ours"] = (float(ours.low_ms), float(ours.high_ms))
        return Look(at_ms, numbers, ranges)

    def ends(self, contact: int, entered_ms: int, at_ms: int, agent: int, look: Look | None) -> None:
        del self._waiting[bisect_left(self._waiting, (entered_ms, contact))]
        for one in (self._ours, self._middle):
            if agent:
                one.taken(contact, at_ms, agent)
            else:
                one.leaves(contact, at_ms)
        if agent:
            self._last_ms = float(at_ms - entered_ms)
            self._taken.append((at_ms, agent))
            while self._taken[0][0] < at_ms - HOUR_MS:
                self._taken.popleft()
        if look is not None and agent:
            for name, peer in self._peers.items():
                peer.learns(look.numbers[name], at_ms - look.at_ms)


def announced(stays: Stays, hold: float) -> list[Told]:
    """Every announcement to somebody who waited on."""
    live = stays.where((stays.synchronous == 1) & (stays.waited_ms >= 0))
    entered, ended = live.entered_ms.tolist(), (live.entered_ms + live.waited_ms).tolist()
    agents = np.where(live.answered_ms >= 0, np.maximum(live.agent_id, 1), 0).tolist()
    answered = live.answered_ms >= 0
    patience = kaplan_meier(Waits(live.waited_ms, np.where(answered, ANSWERED, LEFT)))
    stayed = 1 - np.append(0.0, patience.share)[np.searchsorted(patience.at_ms, live.waited_ms, side="left")]
    line = Line(hold, float(live.ours_ms[answered].mean()))
    events = [(at, ENTERS, one) for one, at in enumerate(entered)]
    events += [(at, ENDS, one) for one, at in enumerate(ended)]
    events += [
        (at + SETTLED_MS, LOOKS, one) for one, at in enumerate(entered) if ended[one] > at + SETTLED_MS
    ]

    def place(event: tuple[int, int, int]) -> tuple[int, int, int, int]:
        """Whoever was taken at once comes before they go; others go before somebody comes."""
        at, what, one = event
        return (at, what if entered[one] != ended[one] else ENTERS, one, -what)

    order = sorted(events, key=place)
    looks: dict[int, Look | None] = {}
    found: list[Told] = []
    for at, what, one in order:
        if what == ENTERS:
            line.enters(one, at)
        elif what == LOOKS:
            looks[one] = line.looks(one, entered[one], at)
        else:
            look = looks.pop(one, None)
            line.ends(one, entered[one], at, agents[one], look)
            if look is not None and agents[one]:
                week = (entered[one] - entered[0]) // WEEK_MS
                found.append(Told(week, look, at - look.at_ms, 1 / max(0.05, float(stayed[one]))))
    return found


def summary(told: list[Told], hold: float) -> dict[str, Any]:
    """By name: how often its range held and how wide it was, and how far its number lay off."""
    weight = np.array([one.weight for one in told])
    left = np.array([one.left_ms for one in told])
    found: dict[str, Any] = {"announcements": len(told)}
    for name in ("ours", *PEERS):
        ranges = [one.look.ranges[name] for one in told]
        known = np.array([one is not None for one in ranges])
        low, high = np.array([one or (0.0, 0.0) for one in ranges]).T
        held = (left >= low) & (left <= high)
        off = np.array([one.look.numbers[name] for one in told]) - left
        missed = np.maximum(low - left, 0) + np.maximum(left - high, 0)
        scored = high - low + missed * 2 / (1 - hold)
        found[name] = {
            "held": float(np.average(held[known], weights=weight[known])) if known.any() else None,
            "median_width_s": float(np.median((high - low)[known])) / 1000 if known.any() else None,
            "mean_width_s": float((high - low)[known].mean()) / 1000 if known.any() else None,
            "score_s": float(np.average(scored[known], weights=weight[known])) / 1000
            if known.any()
            else None,
            "mean_absolute_error_s": float(np.average(np.abs(off), weights=weight)) / 1000,
            "mean_error_s": float(np.average(off, weights=weight)) / 1000,
        }
    return found


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("file", type=Path)
    options.add_argument("--mapping", default="anonymous_bank")
    options.add_argument("--hold", type=float, default=0.8)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    stays = history(asked.file, load(asked.mapping)).stays
    order = np.argsort(stays.entered_ms, kind="stable")
    stays = Stays({name: column[order] for name, column in stays.columns.items()})
    told = announced(stays, asked.hold)
    weeks = {
        week: summary([one for one in told if one.week == week], asked.hold)
        for week in sorted({one.week for one in told})
    }
    if asked.json:
        json.dump(
            {"hold": asked.hold, "weeks": {str(week + 1): one for week, one in weeks.items()}}, sys.stdout
        )
        return
    print(f"asked for: {asked.hold:.0%}; the first week is for learning")
    for week, one in weeks.items():
        print(f"week {week + 1}: {one['announcements']} announcements")
        for name in ("ours", *PEERS):
            row = one[name]
            if row["held"] is None:
                continue
            print(
                f"  {name:<12}held {row['held']:.1%}  width {row['mean_width_s']:6.1f} s "
                f"(half under {row['median_width_s']:6.1f})  score {row['score_s']:6.1f}  "
                f"off by {row['mean_absolute_error_s']:6.1f} s ({row['mean_error_s']:+6.1f})"
            )


if __name__ == "__main__":
    main()
