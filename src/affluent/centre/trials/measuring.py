"""What a rule on trial does, with its interval; and before it starts, how long it will take to see that."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from affluent.centre.trials.records import Scope, Trial, TrialViews, Turn
from affluent.centre.trials.rules import SHARE
from affluent.centre.trials.slots import slots_at
from affluent.facts.instants import DAY_MS, Clock
from affluent.measure.indicators import INDICATORS
from affluent.measure.outcomes import MEDIA, Ints, Stays
from affluent.measure.trials import last_cell, switched
from affluent.measure.trials_inference import (
    SQUARES_MIN,
    UNITS_MIN,
    Effect,
    Floats,
    Squares,
    by_share,
    by_squares,
    mixing_of,
    pull_variance,
    squares_needed,
    squares_of,
    units_needed,
)
from affluent.measure.trials_outcomes import COLUMNS, METRICS, firsts, is_share, sums, whole, worse

PAST_MS = 28 * DAY_MS
"""The past that a size is foretold from."""
_BLIND = {True: 1.5**2, False: 300_000.0**2}
"""The variance of a square's pull where no past tells it: of shares, and of milliseconds."""
Finding = Literal["early", "better", "worse", "open"]


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator under the two rules. `finding`: what the interval says, `open` while it holds no effect possible.

    `crossed`: its guardrail is, since the interval leaves out all that it allows.
    """

    key: str
    unit: str
    better: str | None
    effect: Effect
    finding: Finding
    margin: float | None
    crossed: bool


@dataclass(frozen=True, slots=True)
class Size:
    """How long a trial takes to see the smallest effect worth seeing, from the last four weeks.

    `units` are customers (contacts where these are drawn) for a trial by share, squares for a switchback; `days` is
    None where the past has none of them. `present` is the indicator as it was.
    """

    units: int
    units_a_day: float
    contacts_a_day: float
    days: int | None
    present: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is settled before the first look, so that looking changes nothing."""

    units: int
    mixing: Mapping[str, float]


class Measuring:
    """The figures of trials. `brands` are those that may be seen, None for all."""

    def __init__(self, views: TrialViews, clock: Clock) -> None:
        self._views = views
        self._clock = clock

    def of(self, trial: Trial, brands: Collection[int] | None = None) -> list[Measured]:
        """Every indicator that trials are judged by; nothing for one that has not started."""
        if trial.started_ms is None:
            return []
        look = self._by_share if trial.mode == SHARE else self._by_switchback
        margins = {one["key"]: one["margin"] for one in trial.guardrails}
        return [_told(key, effect, margins.get(key)) for key, effect in look(trial, brands).items()]

    def _by_share(self, trial: Trial, brands: Collection[int] | None) -> dict[str, Effect]:
        stays, arm, unit = self._views.drawn(trial.id, brands, COLUMNS)
        contacts = whole(stays, self._reference(trial, stays))
        arms, units = arm[contacts.first], unit[contacts.first]
        found: dict[str, Effect] = {}
        for key in METRICS:
            total, count = sums(contacts, key, self._clock.now_ms())
            found[key] = by_share(
                total, count, arms, units, planned_units=trial.planned_units, share=is_share(key)
            )
        return found

    def _by_switchback(self, trial: Trial, brands: Collection[int] | None) -> dict[str, Effect]:
        assert trial.started_ms is not None, "asked of those that have started"
        turns = self._views.turns(trial.id)
        now_ms = self._clock.now_ms()
        to_ms = now_ms if trial.ended_ms is None else trial.ended_ms
        scope = scope_of(trial, brands)
        stays = self._views.lived(scope, trial.started_ms, to_ms, COLUMNS)
        place = _slot_of(trial, turns, stays)
        inside = np.repeat(place >= 0, np.diff(np.r_[firsts(stays), len(stays)]))
        stays = stays.where(inside)
        contacts = whole(stays, self._reference(trial, stays))
        cells = [switched(trial.id, one.day, one.slot, trial.apart_days) for one in turns]
        numbers: dict[tuple[int, int], int] = {}
        square = np.array([numbers.setdefault(one.square, len(numbers)) for one in cells], np.int64)
        # The arm is the one that was in force: a centre that was down turned late.
        arm = np.array([one.arm for one in turns], np.int64)
        place = place[place >= 0]
        found: dict[str, Effect] = {}
        for key in METRICS:
            total, count = sums(contacts, key, now_ms)
            squares = (
                squares_of(total, count, arm[place], square[place])
                if len(place)
                else Squares((np.zeros(0), np.zeros(0)), (np.zeros(0), np.zeros(0)))
            )
            mixing = trial.mixing.get(key) or _blind(key, trial.planned_units)
            found[key] = by_squares(squares, mixing=mixing, share=is_share(key))
        return found

    def _reference(self, trial: Trial, stays: Stays) -> Ints | None:
        """The target that both arms are judged by, contact by contact, where the target itself is on trial."""
        first = firsts(stays)
        if "target_ms" in trial.changes:
            return np.full(len(first), trial.before["target_ms"], np.int64)
        if "targets" not in trial.changes:
            return None
        of_queue = self._views.targets()
        present = trial.before["targets"]
        pairs = zip(stays.medium[first].tolist(), stays.queue_id[first].tolist(), strict=True)
        found = [present.get(MEDIA[medium].value) or of_queue.get(queue, -1) for medium, queue in pairs]
        return np.array(found, np.int64)

    def size(self, trial: Trial) -> Size:
        """How long this would take, from the last four weeks of those whom it concerns."""
        stays, span_days = self._past(trial)
        contacts = whole(stays)
        total, count = sums(contacts, trial.metric, self._clock.now_ms())
        present = float(total.sum() / count.sum()) if count.sum() else None
        a_day = len(contacts.first) / span_days
        if trial.mode == SHARE:
            unit = (stays.customer_id if trial.unit == "customer" else stays.contact_id)[contacts.first]
            variance = pull_variance(total, count, unit)
            units = units_needed(variance, trial.smallest, trial.share_permille)
            units_a_day = len(np.unique(unit)) / span_days
        else:
            differ, weight = self._squares(trial, stays, total, count).differences()
            units = squares_needed(differ, weight, trial.smallest)
            units_a_day = len(differ) / span_days
        days = ceil(units / units_a_day) if units_a_day else None
        return Size(units, units_a_day, a_day, days, present)

    def plan(self, trial: Trial) -> Plan:
        """What the intervals are tuned to: the days that the trial is given, at the pace of the past."""
        size = self.size(trial)
        expected = round(size.units_a_day * trial.days)
        if trial.mode == SHARE:
            return Plan(max(2 * UNITS_MIN, expected), {})
        planned = max(SQUARES_MIN, expected)
        stays, _ = self._past(trial)
        contacts = whole(stays)
        mixing: dict[str, float] = {}
        for key in METRICS:
            total, count = sums(contacts, key, self._clock.now_ms())
            differ, weight = self._squares(trial, stays, total, count).differences()
            if len(differ) < SQUARES_MIN:
                mixing[key] = _blind(key, planned)
                continue
            mean = float(np.sum(weight * differ) / np.sum(weight))
            mixing[key] = mixing_of(float(np.mean((weight * (differ - mean)) ** 2)), planned)
        return Plan(planned, mixing)

    def _past(self, trial: Trial) -> tuple[Stays, float]:
        """The stays of the last four weeks, and how many days they reach over."""
        now_ms = self._clock.now_ms()
        stays = self._views.lived(scope_of(trial, None), now_ms - PAST_MS, now_ms, COLUMNS)
        since_ms = int(stays.entered_ms.min()) if len(stays) else now_ms - PAST_MS
        return stays, max(1.0, (now_ms - max(since_ms, now_ms - PAST_MS)) / DAY_MS)

    @staticmethod
    def _squares(trial: Trial, stays: Stays, total: Floats, count: Floats) -> Squares:
        """The squares that the past would have made under this switchback."""
        first = firsts(stays)
        days, slots = slots_at(ZoneInfo(trial.timezone), stays.entered_ms[first], trial.slot_ms)
        cells = [
            switched(trial.id, day, slot, trial.apart_days)
            for day, slot in zip(days.tolist(), slots.tolist(), strict=True)
        ]
        numbers: dict[tuple[int, int], int] = {}
        square = np.array([numbers.setdefault(one.square, len(numbers)) for one in cells], np.int64)
        return squares_of(total, count, np.array([one.arm for one in cells], np.int64), square)


def scope_of(trial: Trial, brands: Collection[int] | None) -> Scope:
    """Whose contacts a trial is about. Agents kept free for some are not free for all others."""
    if trial.noun == "queues":
        return Scope(queues=(trial.noun_id,), brands=brands)
    if trial.noun == "segments":
        return Scope(segment_id=trial.noun_id, brand_id=trial.brand_id, brands=brands)
    return Scope(brand_id=trial.brand_id, brands=brands)


def _slot_of(trial: Trial, turns: Sequence[Turn], stays: Stays) -> Ints:
    """In which turn each contact came: -1 in a washed-out start, and in a square that is not complete yet.

    Only complete squares count: what a look takes back was no look that the interval knows of.
    """
    entered = stays.entered_ms[firsts(stays)]
    if not turns:
        return np.full(len(entered), -1, np.int64)
    at_ms = np.array([one.at_ms for one in turns], np.int64)
    place = np.searchsorted(at_ms, entered, side="right") - 1
    latest = (turns[-1].day, turns[-1].slot)
    complete = np.array([latest > last_cell(one.day, one.slot, trial.apart_days) for one in turns], np.bool_)
    kept = (place >= 0) & complete[place] & (entered >= at_ms[place] + trial.washout_ms)
    return np.where(kept, place, -1)


def _blind(key: str, planned: int) -> float:
    return mixing_of(_BLIND[is_share(key)], planned)


def _told(key: str, effect: Effect, margin: float | None) -> Measured:
    indicator = INDICATORS[key]
    if effect.low is None or effect.high is None:
        return Measured(key, indicator.unit.value, indicator.better, effect, "early", margin, crossed=False)
    harm = sorted((worse(key, effect.low), worse(key, effect.high)))
    finding: Finding = "worse" if harm[0] > 0 else "better" if harm[1] < 0 else "open"
    crossed = margin is not None and harm[0] > margin
    return Measured(key, indicator.unit.value, indicator.better, effect, finding, margin, crossed)
