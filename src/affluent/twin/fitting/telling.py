"""A fit as plain numbers: for programs, and for the report that is drawn from them."""

from typing import Any

import numpy as np

from affluent.twin.fitting.arrivals import Busyness, Profile
from affluent.twin.fitting.choosing import Patience
from affluent.twin.fitting.handling import Times
from affluent.twin.fitting.learning import ClassLaws, Learned, TeamSeen
from affluent.twin.fitting.returning import Returning
from affluent.twin.fitting.survival import Fitted

POINTS_MOST = 120
_DRAWN_MS = 1_800_000


def told(found: Learned) -> dict[str, Any]:
    """Durations in milliseconds, shares from 0 to 1, rates an hour."""
    return {
        "source": found.log.name,
        "timezone": found.log.zone.key,
        "from": found.days[0].isoformat(),
        "to": found.days[-1].isoformat(),
        "contacts": int((found.log.stays.number == 0).sum()),
        "waited_ms": round(found.waited_ms, 1),
        "left_share": round(found.left_share, 5),
        "clock_step_ms": found.log.step_ms,
        "patience_factor": round(found.patience, 4),
        "incidents": [
            {
                "kind": one.kind,
                "from_ms": one.from_ms,
                "to_ms": one.to_ms,
                "came": one.came,
                "usual": one.usual,
            }
            for one in found.incidents
        ],
        "days": [
            {
                "kind": kind.name,
                "days": [one.isoformat() for one in kind.days],
                "weekdays": list(kind.weekdays),
                "contacts": profile.counts.sum(axis=(1, 2)).tolist(),
                "busyness": _busyness(busy),
                "per_hour": _rates(profile),
            }
            for kind, profile, busy in zip(found.kinds, found.profiles, found.busyness, strict=True)
        ],
        "classes": [_class(found, one) for one in found.classes],
        "teams": [_team(found, one) for one in found.teams],
        "unseen_work": None if found.unseen is None else _law(found.unseen),
    }


def _busyness(one: Busyness) -> dict[str, Any]:
    return {
        "days": one.days, "dispersion": round(one.dispersion, 3), "p_value": one.p_value, "shape": one.shape,
        "low": None if one.shape is None else one.low, "high": None if one.shape is None else _finite(one.high),
    }  # fmt: skip


def _rates(profile: Profile) -> dict[str, Any]:
    """All classes together, by half hour: the mean and each day."""
    merged = max(1, _DRAWN_MS // profile.interval_ms)
    by_day = profile.counts.sum(axis=1).reshape(len(profile.days), -1, merged).sum(axis=2) * (
        3_600_000 / _DRAWN_MS
    )
    return {"every_ms": _DRAWN_MS, "mean": np.round(by_day.mean(axis=0), 2).tolist(), "each": by_day.tolist()}


def _class(found: Learned, one: ClassLaws) -> dict[str, Any]:
    return {
        "name": one.name, "medium": one.medium.value, "target_ms": one.target_ms, "contacts": one.contacts,
        "answered": one.answered, "left": one.left, "silent": one.silent, "waited_ms": round(one.waited_ms, 1),
        "yields_ms": one.yields_ms,
        "patience": None if one.patience is None else _patience(one.patience),
        "handling": _times(one.handling), "wrap_up": None if one.wrap_up is None else _times(one.wrap_up),
        "handling_by_team": {found.teams[at].name: _times(times) for at, times in one.by_team.items()},
        "handling_differs": {"by_team_p": one.by_team_p, "by_hour_p": one.by_hour_p},
        "retry": _returning(one.retry), "again": _returning(one.again),
        "resolved": None if not one.known_ends else {"of": one.known_ends, "share": one.resolved / one.known_ends},
        "busyness": {
            kind.name: _busyness(profile.of_class([other.queue for other in found.classes].index(one.queue)))
            for kind, profile in zip(found.kinds, found.profiles, strict=True)
            if len(profile.days) > 1 and profile.counts.shape[1] == len(found.classes)
        },
    }  # fmt: skip


def _law(law: Fitted) -> dict[str, Any]:
    return {
        "family": law.family, "scale_ms": round(law.scale_ms, 1), "shape": round(law.shape, 5),
        "scale_low_ms": round(law.scale_low, 1), "scale_high_ms": _finite(law.scale_high),
        "shape_low": round(law.shape_low, 5), "shape_high": _finite(law.shape_high),
        "mean_ms": round(law.mean_ms, 1), "median_ms": round(float(law.quantile_ms(np.array([0.5]))[0]), 1),
        "aic": round(law.aic, 2), "count": law.count,
    }  # fmt: skip


def _patience(one: Patience) -> dict[str, Any]:
    curve = one.curve
    kept = _some(np.flatnonzero(curve.at_ms <= one.until_ms))
    at = curve.at_ms[kept]
    return {
        "seen": {"left": one.waits.left, "answered": len(one.waits.waited_ms) - one.waits.left},
        "of_all_classes": one.of_all, "smooth": one.smooth, "distance": round(one.distance, 4),
        "laws": [_law(law) for law in one.laws],
        "curve": {
            "at_ms": at.tolist(), "share": _short(curve.share[kept]), "low": _short(curve.low[kept]),
            "high": _short(curve.high[kept]), "law": _short(one.laws[0].share_by(at)),
        },
    }  # fmt: skip


def _times(one: Times) -> dict[str, Any]:
    sample = one.sample_ms
    shares = np.linspace(0.005, 0.995, 100)
    at = np.quantile(sample, shares)
    return {
        "count": len(sample), "mean_ms": round(one.mean_ms, 1), "mean_low_ms": round(one.mean_low_ms, 1),
        "mean_high_ms": round(one.mean_high_ms, 1), "cv": round(one.cv, 4), "smooth": one.smooth,
        "distance": round(one.distance, 4), "laws": [_law(law) for law in one.laws],
        "curve": {"at_ms": at.tolist(), "share": _short(shares), "law": _short(one.laws[0].share_by(at))},
    }  # fmt: skip


def _returning(one: Returning | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "of": one.of, "within_ms": one.within_ms, "seen": round(one.seen, 5), "by_chance": round(one.by_chance, 5),
        "share": round(one.share, 5), "low": round(one.low, 5), "high": round(one.high, 5),
        "after_ms": round(one.after_ms), "certain": one.certain,
    }  # fmt: skip


def _team(found: Learned, one: TeamSeen) -> dict[str, Any]:
    merged = max(1, _DRAWN_MS // found.interval_ms)
    return {
        "name": one.name, "agents": [found.log.agents.get(agent, str(agent)) for agent in one.team.agents],
        "queues": [found.log.queues.get(queue, str(queue)) for queue in one.team.queues],
        "presence": round(one.presence, 4),
        "paces": {
            found.log.agents.get(agent, str(agent)): round(found.pace.get(agent, 1.0), 3) for agent in one.team.agents
        },
        "at_once": {medium.value: count for medium, count in one.at_once.items()},
        "every_ms": _DRAWN_MS,
        "seen": np.round(one.seen.reshape(len(found.days), -1, merged).mean(axis=2), 2).tolist(),
    }  # fmt: skip


def _some(places: np.ndarray) -> np.ndarray:
    """Few enough points to draw."""
    if len(places) <= POINTS_MOST:
        return places
    return places[np.unique(np.linspace(0, len(places) - 1, POINTS_MOST).round().astype(int))]


def _short(values: np.ndarray) -> list[float]:
    return np.round(values, 5).tolist()


def _finite(value: float) -> float | None:
    return round(value, 5) if np.isfinite(value) else None
