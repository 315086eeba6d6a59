"""Stretches in which a centre was disturbed are found, and what chance does is not taken for one."""

from datetime import date, timedelta

import numpy as np
import pytest

from affluent.measure.outcomes import Ints
from affluent.twin.fitting.arrivals import Kind
from affluent.twin.fitting.incidents import (
    QUARTER_MS,
    QUARTERS,
    Incident,
    incidents,
    incidents_of_kind,
    mended,
    outside,
    quarters,
    usual_of,
)

FIRST = date(2026, 1, 5)
HOUR_MS = 3_600_000


def shape(per_hour: float) -> np.ndarray:
    """From 8 to 20 h, with a peak at ten."""
    at = np.arange(QUARTERS) / 4
    return np.where((at >= 8) & (at < 20), per_hour / 4 * (1 + 0.5 * np.exp(-((at - 10) ** 2))), 0.0)


def days(seed: int, count: int, per_hour: float, busy: float = 0.0) -> list[Ints]:
    chance = np.random.default_rng(seed)
    levels = chance.gamma(1 / busy, busy, count) if busy else np.ones(count)
    return [chance.poisson(shape(per_hour) * level) for level in levels]


def of_kind(counts: list[Ints]) -> list[Incident]:
    dates = tuple(FIRST + timedelta(days=at) for at in range(len(counts)))
    midnights: dict[object, int] = {one: at * 86_400_000 for at, one in enumerate(dates)}
    return incidents_of_kind(Kind("full", dates, (0,)), midnights, dict(zip(dates, counts, strict=True)))


@pytest.mark.parametrize(("per_hour", "busy"), [(20.0, 0.0), (100.0, 0.05), (600.0, 0.0), (80.0, 0.15)])
def test_chance_and_busy_days_are_no_incidents(per_hour: float, busy: float) -> None:
    found = [one for seed in range(40) for one in of_kind(days(seed, 5, per_hour, busy))]
    assert len(found) <= 2, found


def test_a_silence_and_what_follows_it_is_one_incident() -> None:
    counts = days(3, 5, 100.0)
    counts[2][52:54] = 0
    counts[2][54:56] = 90
    (one,) = of_kind(counts)
    assert one.kind == "silence"
    first, last = (at_ms / QUARTER_MS - 2 * QUARTERS for at_ms in (one.from_ms, one.to_ms))
    # Chance may make the quarters beside it strange as well.
    assert 51 <= first <= 52
    assert 57 <= last <= 58
    assert one.came >= 180


def test_a_surge_is_found_with_its_end() -> None:
    counts = days(4, 5, 60.0)
    counts[4][60:64] = 55
    (one,) = of_kind(counts)
    assert one.kind == "surge"
    assert one.from_ms == 4 * 86_400_000 + 60 * QUARTER_MS
    assert one.to_ms >= 4 * 86_400_000 + 65 * QUARTER_MS
    assert one.usual == pytest.approx(60 * 1.0, rel=0.3)


def test_few_days_tell_nothing() -> None:
    counts = days(5, 3, 100.0)
    counts[0][50:54] = 0
    assert of_kind(counts) == []
    assert usual_of([Kind("full", (FIRST,), (0,))], {FIRST: counts[0]}) == {}


def test_other_days_are_judged_by_what_was_usual() -> None:
    counts = days(6, 6, 100.0)
    dates = tuple(FIRST + timedelta(days=at) for at in range(6))
    usual = usual_of([Kind("full", dates, (0, 1, 2))], dict(zip(dates, counts, strict=True)))
    assert usual.keys() == {0, 1, 2}
    calm = days(7, 1, 130.0)[0]
    assert incidents(calm, usual[0], 0) == []
    calm[40:43] = 0
    assert [one.kind for one in incidents(calm, usual[0], 0)] == ["silence"]


def test_arrivals_of_an_incident_are_counted_as_the_other_days_have_them() -> None:
    counts = np.full((3, 2, 24), 10)
    counts[1, :, 5:7] = 90
    found = [Incident(86_400_000 + 5 * HOUR_MS, 86_400_000 + 7 * HOUR_MS, "surge", 360, 40.0)]
    told = mended(counts, [0, 1, 2], np.arange(3) * 86_400_000, found, HOUR_MS)
    assert (told == 10).all()
    assert counts[1, 0, 5] == 90, "what was counted stays"


def test_who_came_in_one_is_told_apart() -> None:
    at_ms = np.array([0, 10, 20, 30])
    assert outside(at_ms, [Incident(10, 30, "surge", 2, 0.1)]).tolist() == [True, False, False, True]
    assert quarters(np.array([-1, 0, QUARTER_MS, 86_400_000]), 0).sum() == 2
