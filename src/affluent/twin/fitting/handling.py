"""How long contacts take: what was measured, and the smooth law that stands for it when it is close enough."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from affluent.measure.outcomes import Ints
from affluent.twin.fitting.survival import LEFT, Fitted, Waits, best

Floats = NDArray[np.float64]
FEWEST = 20
POINTS = 100
SECOND_MS = 1_000
CLOSE = 0.03
"""A law stands for the data when no share of it is further off than this."""


@dataclass(frozen=True, slots=True)
class Times:
    """Handling times of some contacts."""

    sample_ms: Ints
    mean_ms: float
    mean_low_ms: float
    mean_high_ms: float
    """95 % bounds of the mean."""
    cv: float
    laws: tuple[Fitted, ...]
    distance: float
    """The furthest that the first of the laws is from the data, as a share."""

    @property
    def smooth(self) -> bool:
        return bool(self.laws) and self.distance <= CLOSE


def times_of(sample_ms: Ints, *, step_ms: int) -> Times | None:
    """None where too few are known."""
    sample = np.sort(sample_ms)
    size = len(sample)
    if size < FEWEST:
        return None
    mean, deviation = float(sample.mean()), float(sample.std(ddof=1))
    reach = float(stats.t.ppf(0.975, size - 1)) * deviation / np.sqrt(size)
    laws = tuple(
        best(
            Waits(sample, np.full(size, LEFT)),
            step_ms=step_ms,
            among=("lognormal", "gamma", "exponential", "weibull"),
        )
    )
    return Times(
        sample,
        mean,
        mean - reach,
        mean + reach,
        deviation / mean if mean else 0.0,
        laws,
        _distance(sample, laws[0]),
    )


def _distance(sample: Ints, law: Fitted) -> float:
    at, first = np.unique(sample, return_index=True)
    after = np.append(first[1:], len(sample)) / len(sample)
    told = law.share_by(at.astype(np.float64))
    # A law may pass anywhere through the step of a value that came often.
    off = np.minimum(np.abs(told - after), np.abs(told - first / len(sample)))
    return float(off.max(initial=0.0))


def points_of(sample_ms: Ints, most: int = POINTS) -> tuple[int, ...]:
    """As many values as are needed, each as likely: the means of equal parts, so that the mean stays what it was.

    They are told in whole seconds, as far as that is fine enough; what rounding takes from one the next is given.
    """
    sample = np.sort(sample_ms)
    parts = min(len(sample), most)
    edges = np.linspace(0, len(sample), parts + 1)
    sums = np.append(0.0, np.cumsum(sample))
    # Parts begin inside a value: it counts to both sides by its share.
    whole = np.diff(np.interp(edges, np.arange(len(sample) + 1), sums)) / np.diff(edges)
    step = SECOND_MS if float(sample.mean()) >= 10 * SECOND_MS else 1
    found: list[int] = []
    owed = 0.0
    for one in whole.tolist():
        value = max(0, step * round((one + owed) / step))
        owed += one - value
        found.append(value)
    return tuple(sorted(found))


def differ(samples: list[Ints]) -> float:
    """The probability that groups of times differ as much by chance (analysis of variance of their logarithms)."""
    kept = [np.log(one.astype(np.float64) + 1.0) for one in samples if len(one) >= FEWEST]
    if len(kept) < 2:
        return 1.0
    return float(stats.f_oneway(*kept).pvalue)
