"""Data drawn from known laws gives those laws back, within the bounds that are stated, as often as is stated."""

from collections.abc import Callable

import numpy as np
import pytest

from affluent.twin.fitting.arrivals import busyness
from affluent.twin.fitting.choosing import patience_law, patience_of
from affluent.twin.fitting.handling import points_of, times_of
from affluent.twin.fitting.returning import DAY_MS, returning
from affluent.twin.fitting.survival import ANSWERED, GONE, LEFT, Family, Waits, best, fitted, kaplan_meier
from affluent.twin.scenario import laws

Draw = Callable[[np.random.Generator, int], np.ndarray]
KNOWN: list[tuple[Family, Draw, float, float]] = [
    ("exponential", lambda rng, n: rng.exponential(120e3, n), 120e3, 1.0),
    ("weibull", lambda rng, n: 150e3 * rng.weibull(0.7, n), 150e3, 0.7),
    ("gamma", lambda rng, n: rng.gamma(2.0, 60e3, n), 60e3, 2.0),
    ("lognormal", lambda rng, n: rng.lognormal(np.log(90e3), 1.2, n), 90e3, 1.2),
]


def censored(rng: np.random.Generator, draw: Draw, size: int) -> Waits:
    """Four in ten are answered at once; times are written in whole seconds."""
    patience = draw(rng, size)
    answer = rng.exponential(40e3, size) * (rng.random(size) < 0.6)
    waited = np.minimum(patience, answer) // 1000 * 1000
    return Waits(waited.astype(np.int64), np.where(patience < answer, LEFT, ANSWERED))


@pytest.mark.parametrize(("family", "draw", "scale", "shape"), KNOWN, ids=[one[0] for one in KNOWN])
def test_bounds_hold_as_often_as_they_say(family: Family, draw: Draw, scale: float, shape: float) -> None:
    inside = np.zeros(2)
    for seed in range(60):
        law = fitted(censored(np.random.default_rng(seed), draw, 1_500), family, step_ms=1_000)
        inside += (law.scale_low <= scale <= law.scale_high, law.shape_low <= shape <= law.shape_high)
    # 95 % of 60, less three standard deviations.
    assert (inside >= 52).all(), inside


@pytest.mark.parametrize(("family", "draw", "scale", "shape"), KNOWN[1:], ids=[one[0] for one in KNOWN[1:]])
def test_the_law_that_it_was_is_found_among_all(
    family: Family, draw: Draw, scale: float, shape: float
) -> None:
    found = [
        best(censored(np.random.default_rng(seed), draw, 20_000), step_ms=1_000)[0].family
        for seed in range(10)
    ]
    assert found.count(family) >= 7, found


def test_whoever_was_answered_counts_as_waiting_on() -> None:
    rng = np.random.default_rng(3)
    waits = censored(rng, KNOWN[0][1], 20_000)
    curve = kaplan_meier(waits)
    at = curve.at_ms[curve.at_ms <= 150e3]
    truth = 1 - np.exp(-(at + 1_000) / 120e3)
    assert np.abs(curve.share[: len(at)] - truth).max() < 0.03
    naive = waits.waited_ms[waits.seen == LEFT].mean()
    assert naive < 60e3, "those seen leaving are the impatient ones"


def test_silent_leavers_are_found_gone_and_bend_nothing() -> None:
    rng = np.random.default_rng(5)
    size = 8_000
    patience, answer = rng.exponential(90e3, size), rng.exponential(120e3, size)
    silent = rng.random(size) < 0.4
    left = patience < answer
    waited = np.where(left & ~silent, patience, answer).astype(np.int64)
    seen = np.where(left, np.where(silent, GONE, LEFT), ANSWERED)
    law = fitted(Waits(waited, seen), "exponential")
    assert law.scale_low <= 90e3 <= law.scale_high
    told_apart = fitted(Waits(waited, np.where(seen == GONE, ANSWERED, seen)), "exponential")
    assert told_apart.scale_ms > 1.3 * law.scale_ms, "counting them as served makes people look patient"


def test_what_no_law_comes_close_to_is_kept_as_it_was_seen() -> None:
    rng = np.random.default_rng(9)
    two_kinds = np.where(
        rng.random(20_000) < 0.5, rng.normal(20e3, 2e3, 20_000), rng.normal(120e3, 5e3, 20_000)
    )
    waits = Waits(np.maximum(two_kinds, 0).astype(np.int64), np.full(20_000, LEFT))
    patience = patience_of(waits, step_ms=1)
    law, longer = patience_law(patience, 1), patience_law(patience, 1, 1.5)
    assert isinstance(law, laws.Quantiles)
    assert isinstance(longer, laws.Quantiles)
    for percent in (10, 40, 60, 90):
        told = law.values_ms[percent]
        assert told == pytest.approx(np.quantile(waits.waited_ms, percent / 100), rel=0.05)
        assert longer.values_ms[percent] == pytest.approx(1.5 * told, abs=1)


def test_days_that_differ_by_chance_are_left_to_poisson() -> None:
    refuted = 0
    for seed in range(200):
        counts = np.random.default_rng(seed).poisson(400, 20).astype(np.float64)
        refuted += busyness(counts, np.full(20, counts.mean())).shape is not None
    assert refuted <= 8, "one in a hundred by its own word"


@pytest.mark.parametrize("shape", [5.0, 28.7])
def test_the_busyness_of_days_is_found(shape: float) -> None:
    inside, found = 0, []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        counts = rng.poisson(1_000 * rng.gamma(shape, 1 / shape, 60)).astype(np.float64)
        told = busyness(counts, np.full(60, counts.mean()))
        assert told.shape is not None
        inside += told.low <= shape <= told.high
        found.append(told.shape)
    assert inside >= 52
    assert np.median(found) == pytest.approx(shape, rel=0.08)


def test_the_mean_survives_being_told_in_few_values() -> None:
    sample = np.random.default_rng(2).lognormal(np.log(150e3), 1.1, 5_000).astype(np.int64)
    points = points_of(sample)
    assert len(points) == 100
    assert np.mean(points) == pytest.approx(sample.mean(), rel=1e-3)
    times = times_of(sample, step_ms=1)
    assert times is not None
    assert times.smooth
    assert times.laws[0].family == "lognormal"
    assert times_of(sample[:5], step_ms=1) is None


def test_who_would_have_come_anyway_did_not_come_back() -> None:
    rng = np.random.default_rng(7)
    span = (0, 30 * DAY_MS)
    # Regulars call every day about noon, whatever happened; others try again one time in three.
    regulars = np.repeat(np.arange(1, 401), 30)
    noon = np.tile(np.arange(30), 400) * DAY_MS + 43_200_000 + rng.integers(0, 3_600_000, 12_000)
    quarter_to = np.tile(np.arange(30), 400) * DAY_MS + 42_300_000
    others = np.arange(1_000, 4_000)
    left = rng.integers(0, 28, 3_000) * DAY_MS + 36_000_000
    tried = rng.random(3_000) < 1 / 3
    again = left[tried] + rng.exponential(600_000, int(tried.sum())).astype(np.int64)
    who = np.concatenate((regulars, others, others[tried]))
    when = np.concatenate((noon, left, again))
    found = returning(others, left, (who, when), span, 3_600_000)
    assert found is not None
    assert found.low <= 1 / 3 <= found.high
    anyway = returning(regulars, quarter_to, (who, when), span, 3_600_000)
    assert anyway is not None
    assert anyway.seen > 0.4
    assert not anyway.certain
    assert abs(anyway.share) < 0.05
