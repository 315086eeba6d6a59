"""Results as JSON: every indicator by what it was asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from affluent.measure.outcomes import MEDIA
from affluent.twin.running.comparing import Comparison, Difference, Named
from affluent.twin.running.estimates import Estimate, Pool
from affluent.twin.running.results import Results
from affluent.twin.running.sentences import sentences


def answer(results: Results, confidence: float) -> dict[str, Any]:
    """What `affluent twin run --json` prints. Shares are from 0 to 1, durations milliseconds."""
    scenario = results.scenario

    def by(axis: str, names: dict[int, str]) -> dict[str, Any]:
        pools = results.pools[axis]
        return {name: told(pools[row], confidence) for row, name in names.items() if row in pools}

    edges = scenario.edges_ms

    def stretch(row: int, pool: Pool) -> dict[str, Any]:
        return {"from_ms": edges[row], "to_ms": edges[row + 1], "indicators": told(pool, confidence)}

    intervals = [stretch(row, pool) for row, pool in sorted(results.pools["intervals"].items())]
    cells: dict[str, list[dict[str, Any]]] = {}
    for cell, pool in sorted(results.pools["class_intervals"].items()):
        kind, row = divmod(cell, len(scenario.periods_ms))
        cells.setdefault(scenario.classes[kind].name, []).append(stretch(row, pool))
    return {
        "scenario": scenario.name,
        "seed": results.seed,
        "replications": results.days,
        "confidence": confidence,
        "contacts": int(results.contacts.sum()),
        "ended_ms": round(float(results.ended_ms.mean())),
        "indicators": told(results.together, confidence),
        "classes": by("classes", {row: one.name for row, one in enumerate(scenario.classes)}),
        "queues": by(
            "queues", {row: scenario.queue_name(one.id) for row, one in enumerate(scenario.policy.queues)}
        ),
        "media": by("media", {row: medium.value for row, medium in enumerate(MEDIA)}),
        "groups": by("groups", {row: one.name for row, one in enumerate(scenario.groups)}),
        "intervals": intervals,
        "class_intervals": cells,
    }


def told(pool: Pool, confidence: float) -> dict[str, Any]:
    """Each indicator that counts anything."""
    return {key: _estimate(one) for key, one in pool.estimates(confidence).items() if one.value is not None}


def _estimate(one: Estimate) -> dict[str, Any]:
    return {"mean": one.value, "low": one.low, "high": one.high, "per_day": one.per_day}


def comparison_answer(found: Comparison) -> dict[str, Any]:
    return {
        "base": found.base,
        "other": found.other,
        "replications": found.days,
        "confidence": found.confidence,
        "sentences": {locale: sentences(found, locale) for locale in ("fr", "en")},
        "differences": [
            {
                "medium": one.medium,
                "indicator": one.key,
                "base": one.base,
                "other": one.value,
                "difference": one.difference,
                "low": one.low,
                "high": one.high,
            }
            for one in found.differences
        ],
        "by": {axis: _by(axis, rows) for axis, rows in found.details.items()},
    }


def _by(axis: str, rows: Mapping[Named, tuple[Difference, ...]]) -> Any:
    """By name, as the days' own figures stand; periods as a list, on the clock of the day."""
    if axis == "intervals":
        return [_stretch(name, told) for name, told in rows.items()]
    if axis == "class_intervals":
        cells: dict[str, list[dict[str, Any]]] = {}
        for (name, *clock), told in rows.items():
            cells.setdefault(name, []).append(_stretch(clock, told))
        return cells
    return {name[0]: _paired(told) for name, told in rows.items()}


def _stretch(clock: Sequence[str], told: tuple[Difference, ...]) -> dict[str, Any]:
    return {"clock_from_ms": int(clock[0]), "clock_to_ms": int(clock[1]), "indicators": _paired(told)}


def _paired(told: tuple[Difference, ...]) -> dict[str, Any]:
    return {
        one.key: {
            "base": one.base, "other": one.value, "difference": one.difference, "low": one.low, "high": one.high
        }
        for one in told
    }  # fmt: skip
