"""Draws have the laws that they are called by: as they come out of days, against SciPy's."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from affluent.measure.outcomes import End
from affluent.twin.living import world as at
from affluent.twin.running.building import Building
from affluent.twin.running.days import Days
from affluent.twin.scenario import Rates, laws
from affluent.twin.scenario.laws import Law
from tests.twin.running.scenarios import plain

pytestmark = pytest.mark.timeout(1_500)
SURE = 1e-4
"""A right law fails as rarely as this; the seed is fixed."""
MINUTE_MS = 60_000.0
LAWS: list[tuple[Law, Any]] = [
    (laws.Exponential(60_000), stats.expon(scale=MINUTE_MS)),
    (laws.Gamma(60_000, 2.5), stats.gamma(2.5, scale=MINUTE_MS / 2.5)),
    (laws.Gamma(60_000, 0.4), stats.gamma(0.4, scale=MINUTE_MS / 0.4)),
    (
        laws.Lognormal(60_000, 0.8),
        stats.lognorm(np.sqrt(np.log(1.64)), scale=MINUTE_MS / np.sqrt(1.64)),
    ),
    (laws.Weibull(60_000, 0.7), stats.weibull_min(0.7, scale=MINUTE_MS / stats.weibull_min(0.7).mean())),
    (laws.Uniform(10_000, 50_000), stats.uniform(10_000, 40_000)),
    (
        laws.Quantiles((0, 20_000, 120_000)),
        stats.rv_histogram(([0.5, 0.5], [0, 20_000, 120_000]), density=False),
    ),
]


def handled_ms(law: Law) -> Any:
    """Some thousand handling times of that law."""
    scenario = plain(agents=200, per_minute=60)
    first = replace(scenario.classes[0], handling=(law,), patience=(laws.NEVER,))
    notes = Days(Building(replace(scenario, classes=(first,)))).lived(11, 0).outcomes
    assert (notes[:, at.O_END] == End.CLOSED).all()
    return notes[:, at.O_TALKED] - notes[:, at.O_TAKEN]


@pytest.mark.parametrize(("law", "wanted"), LAWS)
def test_a_law_is_that_of_scipy(law: Law, wanted: Any) -> None:
    found = handled_ms(law)
    assert len(found) > 3_000
    assert stats.kstest(found, wanted.cdf).pvalue > SURE
    assert laws.mean_ms(law) == pytest.approx(wanted.mean(), rel=1e-6)


def test_a_mixture_has_its_shares() -> None:
    law = laws.Mixture(((0.25, laws.Deterministic(1_000)), (0.75, laws.Deterministic(9_000))))
    found = handled_ms(law)
    assert stats.binomtest(int((found == 1_000).sum()), len(found), 0.25).pvalue > SURE
    assert set(found.tolist()) == {1_000, 9_000}


def test_values_are_drawn_evenly() -> None:
    found = handled_ms(laws.Empirical((5_000, 1_000, 3_000)))
    counts = np.unique(found, return_counts=True)[1]
    assert len(counts) == 3
    assert stats.chisquare(counts).pvalue > SURE


def test_arrivals_are_poisson_and_a_busy_day_is_a_gamma_one() -> None:
    scenario = plain(agents=50, per_minute=1)
    first = replace(scenario.classes[0], arrivals=Rates((120.0,)))
    steady = [
        len(Days(Building(replace(scenario, classes=(first,)))).lived(2, day).outcomes) for day in range(200)
    ]
    # The dispersion of Poisson counts is 1; with a gamma law of shape 10 it is 1 + 120 / 10.
    spread = 199 * np.var(steady, ddof=1) / np.mean(steady)
    assert stats.chi2(199).ppf(SURE) < spread < stats.chi2(199).ppf(1 - SURE)
    assert np.mean(steady) == pytest.approx(120, abs=4 * np.sqrt(120 / 200))
    days = Days(Building(replace(scenario, classes=(first,), busyness=10.0)))
    busy = [len(days.lived(2, day).outcomes) for day in range(400)]
    assert np.var(busy, ddof=1) / np.mean(busy) == pytest.approx(13, rel=0.3)
    assert np.mean(busy) == pytest.approx(120, abs=4 * np.sqrt(120 * 13 / 400))
