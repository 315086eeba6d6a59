"""Laws of trials: who is drawn, and intervals that hold however often one looks. Every chance here has its seed."""

from collections import Counter

import numpy as np
import pytest

from affluent.measure.trials import arm_of, switched, uniform
from affluent.measure.trials_inference import (
    Effect,
    by_share,
    by_squares,
    mixing_of,
    pull_variance,
    squares_needed,
    squares_of,
    units_needed,
)

RUNS = 300
DAYS = 30


def test_a_draw_is_the_same_for_ever() -> None:
    assert [uniform(7, one) for one in (1, 2)] == [uniform(7, one) for one in (1, 2)]
    assert uniform(1, 23) != uniform(12, 3)
    # Written down once: another machine, another version, another day must say the same.
    assert [arm_of(7, one, 500) for one in range(1, 13)] == [0, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0]


@pytest.mark.parametrize("permille", [50, 250, 500])
def test_a_draw_is_balanced_and_a_larger_share_takes_nobody_away(permille: int) -> None:
    size = 20_000
    drawn = [arm_of(3, one, permille) for one in range(size)]
    expected = size * permille / 1000
    assert abs(sum(drawn) - expected) < 4 * (expected * (1 - permille / 1000)) ** 0.5
    larger = [arm_of(3, one, permille + 100) for one in range(size)]
    assert all(after >= before for before, after in zip(drawn, larger, strict=True))


def test_two_trials_draw_independently() -> None:
    both = Counter((arm_of(1, one, 500), arm_of(2, one, 500)) for one in range(20_000))
    assert all(abs(count - 5_000) < 300 for count in both.values())


@pytest.mark.parametrize("apart", [1, 7])
def test_a_switchback_is_balanced_by_hour_and_by_day_exactly(apart: int) -> None:
    cells = {(day, slot): switched(5, day, slot, apart) for day in range(28) for slot in range(12)}
    for day in range(28):
        assert sum(cells[day, slot].arm for slot in range(12)) == 6
    for slot in range(12):
        assert sum(cells[day, slot].arm for day in range(28)) == 14
    squares = Counter(one.square for one in cells.values())
    assert set(squares.values()) == {4}
    tried = Counter(one.square for one in cells.values() if one.arm)
    assert set(tried.values()) == {2}
    coins = [one.arm for (day, slot), one in cells.items() if slot % 2 == 0 and (day // apart) % 2 == 0]
    assert 0.3 < sum(coins) / len(coins) < 0.7


def a_trial_by_share(seed: int, effect: float, *, waits: bool, days: int = DAYS) -> list[Effect]:
    """What each day's look shows: 40 customers a day, some of whom come more than once, unalike among themselves."""
    chance = np.random.default_rng(seed)
    size = 40 * days
    customers = chance.integers(0, 10 * days + 100, size)
    arm = np.array([arm_of(seed, int(one), 500) for one in customers], np.int64)
    if waits:
        temper = chance.normal(0, 0.5, customers.max() + 1)[customers]
        total = 40_000 * np.exp(temper + chance.normal(0, 1.0, size)) + effect * arm
    else:
        temper = chance.beta(2, 18, customers.max() + 1)[customers]
        total = (chance.random(size) < np.clip(temper + effect * arm, 0, 1)).astype(np.float64)
    ones = np.ones(size)
    return [
        by_share(total[:seen], ones[:seen], arm[:seen], customers[:seen], planned_units=350, share=not waits)
        for seen in range(40, size + 1, 40)
    ]


def a_trial_by_squares(seed: int, effect: float, *, days: int = DAYS) -> list[Effect]:
    """Waits that go with the hour, with the day, and with busy days: as unalike as blocks of a centre are."""
    chance = np.random.default_rng(seed)
    busy = np.exp(chance.normal(0, 0.4, days))
    rows: list[tuple[float, float, int, int]] = []
    ends: list[int] = []
    numbers: dict[tuple[int, int], int] = {}
    for day in range(days):
        for slot in range(6):
            cell = switched(seed, day, slot, 1)
            square = numbers.setdefault(cell.square, len(numbers))
            count = int(chance.poisson(12))
            level = 20_000 * (1 + slot % 4) * busy[day] + effect * cell.arm
            rows += [(level + chance.exponential(30_000), 1.0, cell.arm, square) for _ in range(count)]
        ends.append(len(rows))
    total, ones, arm, square = (np.array(column) for column in zip(*rows, strict=True))
    mixing = mixing_of((6 * 25_000.0) ** 2, 3 * days // 2)
    return [
        by_squares(
            squares_of(total[:end], ones[:end], arm[:end].astype(np.int64), square[:end].astype(np.int64)),
            mixing=mixing,
            share=False,
        )
        for end in ends[1::2]
    ]


def missed(looks: list[Effect], truth: float) -> bool:
    """Whether any look's interval leaves the truth out."""
    return any(
        one.low is not None and one.high is not None and not one.low <= truth <= one.high for one in looks
    )


SHARE_EFFECTS = [(False, 0.0), (False, 0.06), (True, 0.0), (True, 15_000.0)]


@pytest.mark.parametrize(("waits", "effect"), SHARE_EFFECTS)
def test_all_looks_of_a_month_hold_the_truth_together(waits: bool, effect: float) -> None:
    """At most one trial in twenty misses it at any of thirty looks, and A/A trials speak falsely no more often."""
    wrong = sum(missed(a_trial_by_share(seed, effect, waits=waits), effect) for seed in range(1, RUNS + 1))
    assert wrong <= at_most(0.05), wrong


@pytest.mark.parametrize("effect", [0.0, -12_000.0])
def test_all_looks_at_a_switchback_hold_the_truth_together(effect: float) -> None:
    wrong = sum(missed(a_trial_by_squares(seed, effect), effect) for seed in range(1, RUNS + 1))
    assert wrong <= at_most(0.05), wrong


def at_most(rate: float) -> float:
    """So many of `RUNS` are no surprise (three standard errors)."""
    return RUNS * rate + 3 * (RUNS * rate * (1 - rate)) ** 0.5


def test_the_usual_interval_looked_at_daily_is_fooled() -> None:
    """Why all this: stopping at the first look that a 95 % interval of one look calls different."""
    fooled = 0
    for seed in range(1, 101):
        chance = np.random.default_rng(seed)
        values, arm = chance.normal(0, 1, 1200), np.arange(1200) % 2
        for seen in range(120, 1201, 40):
            sides = [values[:seen][arm[:seen] == one] for one in (0, 1)]
            error = (sum(float(one.var(ddof=1)) / len(one) for one in sides)) ** 0.5
            if abs(float(sides[1].mean() - sides[0].mean())) > 1.96 * error:
                fooled += 1
                break
    assert fooled > 12


def test_the_size_foretold_sees_the_effect_it_was_made_for() -> None:
    chance = np.random.default_rng(1)
    past = (chance.random(4_000) < 0.1).astype(np.float64)
    units = units_needed(pull_variance(past, np.ones(4_000), np.arange(4_000)), 0.05, 500)
    seen = 0
    for seed in range(1, 201):
        chance = np.random.default_rng(seed)
        who = np.arange(units)
        arm = np.array([arm_of(seed, int(one), 500) for one in who], np.int64)
        total = (chance.random(units) < 0.075 + 0.05 * arm).astype(np.float64)
        found = by_share(total, np.ones(units), arm, who, planned_units=units, share=True)
        seen += found.low is not None and found.low > 0
    assert 0.7 < seen / 200 < 0.93


def test_squares_foretell_how_many_are_needed() -> None:
    chance = np.random.default_rng(2)
    few = squares_needed(chance.normal(0, 1, 60), np.full(60, 5.0), 1.0)
    many = squares_needed(chance.normal(0, 1, 60), np.full(60, 5.0), 0.5)
    assert 3.5 < many / few < 4.5


def test_nothing_is_said_too_early() -> None:
    ones = np.ones(60)
    found = by_share(ones, ones, np.arange(60) % 2, np.arange(60), planned_units=100, share=False)
    assert found.value == 0 and not found.known
    nobody = np.zeros(0)
    assert by_share(nobody, nobody, nobody.astype(np.int64), nobody.astype(np.int64),
                    planned_units=10, share=True).value is None  # fmt: skip


def test_no_event_is_no_proof_of_none() -> None:
    """A hundred contacts without a single abandonment do not prove that the rule costs none."""
    ones, none = np.ones(400), np.zeros(400)
    found = by_share(none, ones, np.arange(400) % 2, np.arange(400), planned_units=400, share=True)
    assert not found.known
