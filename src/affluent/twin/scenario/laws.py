"""Laws of durations as a scenario tells them. All are in milliseconds; none gives less than 0."""

from dataclasses import dataclass
from itertools import pairwise
from math import exp, gamma, log, sqrt


@dataclass(frozen=True, slots=True)
class Never:
    """No end at all: the patience of whoever does not give up."""


@dataclass(frozen=True, slots=True)
class Deterministic:
    ms: int


@dataclass(frozen=True, slots=True)
class Exponential:
    mean_ms: int


@dataclass(frozen=True, slots=True)
class Gamma:
    """Coefficient of variation: 1 / sqrt(shape). A whole shape is an Erlang law of as many stages."""

    mean_ms: int
    shape: float


@dataclass(frozen=True, slots=True)
class Lognormal:
    """`cv`: standard deviation over mean."""

    mean_ms: int
    cv: float


@dataclass(frozen=True, slots=True)
class Weibull:
    """A shape below 1: who has waited long goes on waiting."""

    mean_ms: int
    shape: float


@dataclass(frozen=True, slots=True)
class Uniform:
    low_ms: int
    high_ms: int


@dataclass(frozen=True, slots=True)
class Empirical:
    """One of these values, each as likely."""

    values_ms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quantiles:
    """The values at equal steps of probability from 0 to 1, and straight lines between them."""

    values_ms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mixture:
    """With each share, the law beside it. Shares add up to 1. A hyperexponential law is one of exponentials."""

    parts: tuple[tuple[float, "Law"], ...]


Law = (
    Never
    | Deterministic
    | Exponential
    | Gamma
    | Lognormal
    | Weibull
    | Uniform
    | Empirical
    | Quantiles
    | Mixture
)
NEVER = Never()


def mean_ms(law: Law) -> float:
    """The mean; infinite for `Never`."""
    match law:
        case Never():
            return float("inf")
        case Deterministic(ms):
            return ms
        case Exponential(mean) | Gamma(mean, _) | Lognormal(mean, _) | Weibull(mean, _):
            return mean
        case Uniform(low, high):
            return (low + high) / 2
        case Empirical(values):
            return sum(values) / len(values)
        case Quantiles(values):
            steps = pairwise(values)
            return sum((one + other) / 2 for one, other in steps) / (len(values) - 1)
        case Mixture(parts):
            return sum(share * mean_ms(part) for share, part in parts if share > 0)


def lognormal_parameters(law: Lognormal) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm of milliseconds."""
    sigma = sqrt(log(1 + law.cv * law.cv))
    return log(law.mean_ms) - sigma * sigma / 2 if law.mean_ms > 0 else 0.0, sigma


def weibull_scale_ms(law: Weibull) -> float:
    return law.mean_ms / gamma(1 + 1 / law.shape)


def lognormal_of_median(median_ms: float, sigma: float) -> Lognormal:
    """The law whose logarithm has the mean log(median) and the standard deviation sigma."""
    return Lognormal(round(median_ms * exp(sigma * sigma / 2)), sqrt(exp(sigma * sigma) - 1))
