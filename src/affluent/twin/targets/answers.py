"""What the target finder found, as plain data: for JSON, for pages."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from affluent.planning.patience import Reals
from affluent.planning.targets import highest
from affluent.twin.targets.finding import Found, QueueFound
from affluent.twin.targets.worth import Worth

LEVEL = 0.9
"""Of the ranges: the share of worlds within."""


def answer(found: Found, worth: Worth) -> dict[str, Any]:
    """Money and agent hours by day, shares of arrivals, waits in ms."""
    return {
        "share": worth.share,
        "level": LEVEL,
        "queues": [_queue(one) for one in found.queues],
        "left_out": list(found.left_out),
        "plan": _plan(found, worth),
    }


def _queue(one: QueueFound) -> dict[str, Any]:
    curve = one.curve
    low, high = curve.net_between(LEVEL)
    first, last = curve.best_between(LEVEL)
    mean = curve.net.mean(axis=0)
    return {
        "queue": one.queue,
        "target_today_ms": one.today_ms,
        "hourly_cost": one.hourly_cost,
        "worlds": len(curve.net),
        "best_ms": curve.waits_ms[curve.best],
        "best_between_ms": [first, last],
        "regret": curve.regret,
        "targets": [
            {
                "wait_ms": wait_ms,
                "net": float(mean[place]),
                "net_low": float(low[place]),
                "net_high": float(high[place]),
                "a_second_more": gain,
                "cost": float(curve.cost[:, place].mean()),
                "agent_hours": float(curve.agent_hours[:, place].mean()),
                "abandonment": float(curve.abandonment[:, place].mean()),
                "service_level": float(curve.service_level[:, place].mean()),
            }
            for place, (wait_ms, gain) in enumerate(
                zip(curve.waits_ms, gains(curve.waits_ms, mean), strict=True)
            )
        ],
        "classes": [_class(one, place) for place in range(len(one.classes))],
    }


def _class(one: QueueFound, place: int) -> dict[str, Any]:
    net = one.curve.by_segment[:, :, place].mean(axis=0)
    return {
        "class": one.classes[place],
        "best_ms": one.curve.waits_ms[highest(net)],
        "net": net.tolist(),
    }


def gains(waits_ms: Sequence[float], net: Reals) -> list[float | None]:
    """What one second more brings from each target on to the next; None for the last."""
    steps = np.diff(net) / (np.diff(np.asarray(waits_ms)) / 1000)
    return [*(float(one) for one in steps), None]


def _plan(found: Found, worth: Worth) -> dict[str, Any] | None:
    if found.plan is None:
        return None
    chosen = {
        one.queue: one.curve.waits_ms[place]
        for one, place in zip(found.queues, found.plan.chosen, strict=True)
    }
    return {
        "budget": worth.budget,
        "targets_ms": chosen,
        "net": found.plan.net,
        "cost": found.plan.cost,
        "worth_of_more": found.plan.worth_of_more,
    }
