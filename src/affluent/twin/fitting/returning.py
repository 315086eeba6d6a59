"""Who comes back: again soon after giving up (retrials), or again after having been answered (repeats).

Someone who calls often would have called anyway. So the same customer's same hours of other days are looked at too:
what comes in them comes by chance, and only what is beyond that is counted as coming back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from affluent.measure.outcomes import Ints

DAY_MS = 86_400_000
_OTHER_DAYS = (-14, -7, -3, -2, -1, 1, 2, 3, 7, 14)


@dataclass(frozen=True, slots=True)
class Returning:
    """Of `of` contacts whose customer is known, `share` (with 95 % bounds) brought another within `within_ms`."""

    of: int
    within_ms: int
    seen: float
    by_chance: float
    share: float
    low: float
    high: float
    after_ms: float
    """Mean time until they came."""

    @property
    def certain(self) -> bool:
        return self.low > 0


def returning(
    customer: Ints, from_ms: Ints, arrivals: tuple[Ints, Ints], span_ms: tuple[int, int], within_ms: int,
    days: Sequence[int] = _OTHER_DAYS,
) -> Returning | None:  # fmt: skip
    """Of contacts that ended at `from_ms`, by all `arrivals` (customer, when); None where nobody is known."""
    inside = from_ms + within_ms <= span_ms[1]
    customer, from_ms = customer[inside], from_ms[inside]
    size = len(customer)
    if not size:
        return None
    order = np.lexsort((arrivals[1], arrivals[0]))
    who, when = arrivals[0][order], arrivals[1][order]
    begin = int(when.min()) - 15 * DAY_MS
    width = int(when.max()) + 16 * DAY_MS - begin
    keys = who * width + (when - begin)

    def first_after(at_ms: Ints) -> tuple[np.ndarray, Ints]:
        asked = customer * width + (at_ms - begin)
        place = np.searchsorted(keys, asked, side="right")
        inside = place < len(keys)
        found = np.where(inside, keys[np.minimum(place, len(keys) - 1)] - asked, np.int64(2**60))
        return found <= within_ms, found

    came, after = first_after(from_ms)
    chance = np.zeros(size)
    looked = np.zeros(size)
    for day in days:
        at = from_ms + day * DAY_MS
        known = (at >= span_ms[0]) & (at + within_ms <= span_ms[1])
        there, _ = first_after(np.where(known, at, from_ms))
        chance += known & there
        looked += known
    each = np.divide(chance, looked, out=np.zeros(size), where=looked > 0)
    beyond = came - each
    # One customer's contacts are alike: they count together for the spread.
    _, place = np.unique(customer, return_inverse=True)
    sums = np.bincount(place, beyond - beyond.mean())
    spread = float(np.sqrt((sums**2).sum())) / size
    share = float(beyond.mean())
    mean_after = float(after[came].mean()) if came.any() else float(within_ms)
    return Returning(
        size, within_ms, float(came.mean()), float(each.mean()), max(0.0, share),
        max(0.0, share - 1.96 * spread), min(1.0, share + 1.96 * spread), mean_after,
    )  # fmt: skip
