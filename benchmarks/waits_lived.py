"""How often announced waits hold on made-up weeks of which the truth is known, by kind of day, and after half of the
agents are gone at once.

    python benchmarks/waits_lived.py [--weeks 8] [--seeds 3] [--hold 0.8] [--untold] [--json]

Three queues of chats, each with agents of its own: many on weekdays, few at weekends, with breaks. Each seed is another
centre's life of so many weeks; the first three are for learning. On the Wednesday of the last week half of the agents
leave at eleven. Customers give up; what they would have waited is known all the same: nobody jumps the line, so that
who gave up would have been served when the first one after them was (a copy of them stays on). So `held` here is
counted on the truth, not guessed. `±`: 95 %, over days (two standard errors of their means). `said`: how often
anything was announced. `--untold`: nobody says who is at work, as in an imported log.
"""

import argparse
import heapq
import json
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from affluent.twin.waits.predicting import EVERY_MS, SETTLED_MS, QueueWaits
from affluent.twin.waits.staff import Staff

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
OPENS_MS, CLOSES_MS = 8 * HOUR_MS, 21 * HOUR_MS
"""Of the agents; customers come for twelve hours."""
LEARNING = 3
LOSS_DAY, LOSS_MS = 2, 11 * HOUR_MS
QUEUES = ((9, 3, 95.0, 300.0), (5, 2, 48.0, 180.0), (3, 1, 26.0, 400.0))
"""Agents on a weekday and at a weekend, contacts in the busiest hour of a weekday, mean patience in seconds."""
TALK_S = 270.0
_WEEKEND = 0.36
_HOURS = (0.5, 0.8, 1.0, 0.95, 0.7, 0.75, 0.9, 0.95, 0.85, 0.7, 0.5, 0.3)
COMES, GOES, THERE, DONE, LOOKS = range(5)


@dataclass(slots=True)
class Customer:
    """Who has `gone` stays in the line for the record, and takes nobody's time."""

    entered_ms: int
    gives_up_ms: int
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What was said at a moment, and for how long the wait truly went on."""

    at_ms: int
    kind: str
    range_ms: tuple[int, int] | None
    left_ms: int


class Line:
    """One queue for some weeks: who comes, waits, gives up, is served."""

    def __init__(self, queue: int, weeks: int, seed: int, hold: float, *, told: bool) -> None:
        self.chance = np.random.default_rng([seed, queue])
        self.many, self.few, self.per_hour, self.patience_s = QUEUES[queue]
        self.weeks, self.staff, self.told = weeks, Staff(), told
        self.waits = QueueWaits(hold=hold, staff=self.staff)
        self.agenda: list[tuple[int, int, int, int]] = []
        self.people: dict[int, Customer] = {}
        self.line: list[int] = []
        """Everybody who would still wait, also who gave up: in order."""
        self.there: set[int] = set()
        self.idle: list[int] = []
        self.open: dict[int, list[tuple[int, tuple[int, int] | None]]] = {}
        self.looks: list[Look] = []
        self.count = 0

    def at(self, at_ms: int, what: int, one: int) -> None:
        self.count += 1
        heapq.heappush(self.agenda, (at_ms, what, self.count, one))

    def lives(self) -> list[Look]:
        for day in range(self.weeks * 7):
            self._plans(day)
        while self.agenda:
            now_ms, what, _, one = heapq.heappop(self.agenda)
            if what == COMES:
                self._comes(one, now_ms)
            elif what == GOES:
                self._gives_up(one, now_ms)
            elif what == THERE:
                self._turns(one, now_ms)
            elif what == DONE:
                self._free(one, now_ms)
            else:
                self._looks(one, now_ms)
        return self.looks

    def _plans(self, day: int) -> None:
        weekend = day % 7 >= 5
        midnight_ms = day * DAY_MS
        for agent in range(self.few if weekend else self.many):
            begins = midnight_ms + OPENS_MS + int(self.chance.normal(0, 4 * 60_000))
            lunch = midnight_ms + int((12 + 2 * self.chance.random()) * HOUR_MS)
            lost = day == self.weeks * 7 - 7 + LOSS_DAY and agent % 2 == 0
            self.at(begins, THERE, agent + 1)
            self.at(midnight_ms + LOSS_MS if lost else midnight_ms + CLOSES_MS, THERE, -agent - 1)
            if not lost:
                self.at(lunch, THERE, -agent - 1)
                self.at(lunch + 45 * 60_000, THERE, agent + 1)
        busy = float(self.chance.gamma(25, 1 / 25)) * (_WEEKEND if weekend else 1.0)
        for hour, share in enumerate(_HOURS):
            for _ in range(self.chance.poisson(self.per_hour * share * busy)):
                one = len(self.people)
                at_ms = midnight_ms + OPENS_MS + int((hour + self.chance.random()) * HOUR_MS)
                patience_ms = int(self.chance.gamma(1.5, self.patience_s / 1.5) * 1000)
                self.people[one] = Customer(at_ms, at_ms + patience_ms)
                self.at(at_ms, COMES, one)

    def _comes(self, one: int, now_ms: int) -> None:
        self.waits.enters(one, now_ms)
        self.line.append(one)
        self.open[one] = []
        self.at(now_ms + SETTLED_MS, LOOKS, one)
        self.at(self.people[one].gives_up_ms, GOES, one)
        self._serves(now_ms)

    def _gives_up(self, one: int, now_ms: int) -> None:
        if one in self.open and not self.people[one].gone:
            self.people[one].gone = True
            self.waits.leaves(one, now_ms)

    def _looks(self, one: int, now_ms: int) -> None:
        if one in self.open and not self.people[one].gone:
            said = self.waits.range_of(one, now_ms)
            self.open[one].append((now_ms, None if said is None else (said.low_ms, said.high_ms)))
            self.at(now_ms + EVERY_MS, LOOKS, one)

    def _turns(self, agent: int, now_ms: int) -> None:
        who = abs(agent)
        if self.told:
            self.staff.is_there(who, agent > 0)
        if agent > 0 and who not in self.there:
            self.there.add(who)
            self._free(who, now_ms)
        elif agent < 0:
            self.there.discard(who)
            if who in self.idle:
                self.idle.remove(who)

    def _free(self, agent: int, now_ms: int) -> None:
        if agent in self.there and agent not in self.idle:
            self.idle.append(agent)
            self._serves(now_ms)

    def _serves(self, now_ms: int) -> None:
        while self.idle and self.line:
            one = self.line.pop(0)
            self._over(one, now_ms)
            if self.people[one].gone:
                continue
            agent = self.idle.pop(0)
            self.waits.taken(one, now_ms, agent)
            self.at(now_ms + int(self.chance.gamma(2, TALK_S / 2) * 1000), DONE, agent)

    def _over(self, one: int, now_ms: int) -> None:
        for at_ms, said in self.open.pop(one):
            self.looks.append(Look(at_ms, self._kind(at_ms), said, now_ms - at_ms))

    def _kind(self, at_ms: int) -> str:
        day, of_day = divmod(at_ms, DAY_MS)
        if day == self.weeks * 7 - 7 + LOSS_DAY and of_day >= LOSS_MS:
            return "half gone"
        hour = "morning" if of_day < 12 * HOUR_MS else "lunch" if of_day < 14 * HOUR_MS else "afternoon"
        return f"{'weekend' if day % 7 >= 5 else 'weekday'} {hour}"


def summary(lines: list[list[Look]]) -> dict[str, dict[str, Any]]:
    """By kind of day: how often the ranges held, with the error of that, how wide they were, how often one was said."""
    found: dict[str, dict[str, Any]] = {}
    every = [(number, one) for number, looks in enumerate(lines) for one in looks]
    every = [(number, one) for number, one in every if one.at_ms >= LEARNING * 7 * DAY_MS]
    kinds = ["all", "weekday", "weekend", *sorted({one.kind for _, one in every})]
    for kind in kinds:
        of_kind = [(number, one) for number, one in every if kind == "all" or one.kind.startswith(kind)]
        days: dict[tuple[int, int], list[int]] = {}
        widths: list[int] = []
        for number, one in of_kind:
            if one.range_ms is None:
                continue
            low, high = one.range_ms
            widths.append(high - low)
            days.setdefault((number, one.at_ms // DAY_MS), []).append(low <= one.left_ms <= high)
        if not widths:
            continue
        held = sum(map(sum, days.values())) / len(widths)
        apart = np.array([sum(one) - held * len(one) for one in days.values()])
        found[kind] = {
            "looks": len(of_kind),
            "said": len(widths) / len(of_kind),
            "held": held,
            "margin": 1.96 * float(np.sqrt((apart**2).sum())) / len(widths),
            "mean_width_s": float(np.mean(widths)) / 1000,
            "median_width_s": float(np.median(widths)) / 1000,
            "median_left_s": float(np.median([one.left_ms for _, one in of_kind])) / 1000,
        }
    return found


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--weeks", type=int, default=8)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--hold", type=float, default=0.8)
    options.add_argument("--untold", action="store_true")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    lines = [
        Line(queue, asked.weeks, seed, asked.hold, told=not asked.untold).lives()
        for seed in range(asked.seeds)
        for queue in range(len(QUEUES))
    ]
    found = summary(lines)
    if asked.json:
        json.dump({"hold": asked.hold, "kinds": found}, sys.stdout)
        return
    print(
        f"asked for: {asked.hold:.0%}; {asked.seeds} x {len(QUEUES)} queues, weeks {LEARNING + 1} to {asked.weeks}"
    )
    for kind, one in found.items():
        print(
            f"{kind:<18}{one['looks']:>7} looks  said {one['said']:6.1%}  held {one['held']:.1%} ± {one['margin']:.1%}"
            f"  width {one['mean_width_s']:6.1f} s (half under {one['median_width_s']:6.1f})"
            f"  half left under {one['median_left_s']:6.1f} s"
        )


if __name__ == "__main__":
    main()
