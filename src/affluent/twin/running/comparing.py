"""Two scenarios on the same days: the difference of each indicator, day by day, and how sure it is.

Draws depend on the class and the number of a contact alone, so both scenarios meet the same customers: what
differs is the scenarios' doing (common random numbers).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from affluent.measure.occupancy import OfAgents
from affluent.measure.outcomes import MEDIA
from affluent.twin.running.counting import BY_INTERVAL
from affluent.twin.running.estimates import Pool, Reals, quantile, terms
from affluent.twin.running.results import KEYS, Results

Named = tuple[str, ...]
"""Where a difference lies: the name of a class, queue or group; the start and end of a period; a class with them."""
SAID_OF_EACH = (
    "received",
    "answered",
    "service_level",
    "abandonment",
    "asa",
    "aht",
    OfAgents.OCCUPANCY.value,
)
"""The indicators that are compared by class, queue, group and period."""
CELLS_MOST = 4_000
"""Classes times periods: of more, none is compared by itself."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`value` - `base`, between `low` and `high`. `medium` None: of all contacts. None where nothing counts."""

    medium: str | None
    key: str
    base: float | None
    value: float | None
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    base: str
    other: str
    days: int
    confidence: float
    differences: tuple[Difference, ...]
    details: Mapping[str, Mapping[Named, tuple[Difference, ...]]] = field(
        default_factory=dict[str, Mapping[Named, tuple[Difference, ...]]]
    )
    """By axis and what both scenarios have there under the same name or at the same time."""


def compared(base: Results, other: Results, base_name: str, other_name: str, confidence: float) -> Comparison:
    """Both were run with the same seed and days."""
    assert (base.seed, base.days) == (other.seed, other.days), "compared on other days"
    found = [difference(None, key, base.together, other.together, confidence) for key in KEYS]
    for row in sorted(base.pools["media"].keys() | other.pools["media"].keys()):
        one, two = (results.pools["media"].get(row) for results in (base, other))
        for key in KEYS:
            if one is not None and two is not None:
                found.append(difference(MEDIA[row].value, key, one, two, confidence))
    kept = tuple(one for one in found if one.difference is not None)
    return Comparison(base_name, other_name, base.days, confidence, kept, _details(base, other, confidence))


def _details(
    base: Results, other: Results, confidence: float
) -> Mapping[str, Mapping[Named, tuple[Difference, ...]]]:
    """Each class, queue, group and period of the one beside that of the other."""
    found: dict[str, Mapping[Named, tuple[Difference, ...]]] = {}
    for axis in ("classes", "queues", "groups", "intervals", "class_intervals"):
        before, after = dict(_named(base, axis)), dict(_named(other, axis))
        if len(before) > CELLS_MOST:
            continue
        keys = BY_INTERVAL if axis == "class_intervals" else SAID_OF_EACH
        rows: dict[Named, tuple[Difference, ...]] = {}
        for name, pool in before.items():
            if name in after:
                told = [difference(None, key, pool, after[name], confidence) for key in keys]
                rows[name] = tuple(one for one in told if one.difference is not None)
        found[axis] = {name: told for name, told in rows.items() if told}
    return found


def _named(results: Results, axis: str) -> Iterator[tuple[Named, Pool]]:
    """Pools by what people call them: rows count differently once a class or a group was added or moved."""
    scenario = results.scenario
    edges = scenario.edges_ms

    def stretch(row: int) -> Named:
        return str(scenario.starts_ms + edges[row]), str(scenario.starts_ms + edges[row + 1])

    for row, pool in sorted(results.pools[axis].items()):
        match axis:
            case "classes":
                yield (scenario.classes[row].name,), pool
            case "groups":
                yield (scenario.groups[row].name,), pool
            case "queues":
                yield (scenario.queue_name(scenario.policy.queues[row].id),), pool
            case "intervals":
                yield stretch(row), pool
            case _:
                kind, period = divmod(row, len(scenario.periods_ms))
                yield (scenario.classes[kind].name, *stretch(period)), pool


def difference(medium: str | None, key: str, base: Pool, other: Pool, confidence: float) -> Difference:
    """Paired by day: the error of a difference of ratios is that of the difference of what is left over a day."""
    before, rest_before, scale_before = _ratio(key, base)
    after, rest_after, scale_after = _ratio(key, other)
    if before is None or after is None:
        return Difference(medium, key, before, after, None, None, None)
    moved = after - before
    days = len(rest_before)
    if days < 2:
        return Difference(medium, key, before, after, moved, None, None)
    off = rest_after / scale_after - rest_before / scale_before
    half = sqrt(float((off * off).sum()) / (days * (days - 1))) * quantile(days - 1, confidence)
    return Difference(medium, key, before, after, moved, moved - half, moved + half)


def _ratio(key: str, pool: Pool) -> tuple[float | None, Reals, float]:
    """A ratio of sums, what each day leaves over of it, and the mean it is divided by."""
    counted = pool.of(key)
    if counted is None:
        return None, np.zeros(0), 1.0
    values, weights = terms(key, *counted)
    mean = float(weights.mean())
    if mean == 0.0:
        return None, np.zeros(len(values)), 1.0
    ratio = float(values.sum()) / float(weights.sum())
    return ratio, values - ratio * weights, mean
