"""A figure: what an indicator came to, with the counts behind it and how sure one can be of it."""

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Figure:
    """`part` of `count` rows, or the sum `part` over `count` rows; `value` is None when nothing counts.

    `low` and `high` bound a share with 95 % confidence (Wilson 1927: it holds for few contacts and for shares
    near 0 and 1, where the usual one does not).
    """

    count: int
    part: int
    value: float | None
    low: float | None = None
    high: float | None = None


def wilson(part: int, count: int, z: float = Z95) -> tuple[float, float]:
    """The confidence interval of a share of `part` in `count` > 0."""
    share = part / count
    spread = z * z / count
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / count + spread / (4 * count))
    # Rounding must not push a bound past what it bounds.
    return min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half))


def share(part: int, count: int) -> Figure:
    if count == 0:
        return Figure(0, 0, None)
    low, high = wilson(part, count)
    return Figure(count, part, part / count, low, high)


def mean(part: int, count: int) -> Figure:
    return Figure(count, part, part / count if count else None)


def number(part: int, count: int) -> Figure:
    return Figure(count, part, float(part))


def largest(part: int, count: int) -> Figure:
    return Figure(count, part, float(part) if count else None)
