"""What Python calls: a world's address in place of the world itself. Compiled once for all worlds."""

from typing import Any

import numpy as np

from affluent.routing.held import Holder, opener
from affluent.routing.policy import MediumRule, Policy, QueueRule
from affluent.routing.space import words
from affluent.routing.tables import Rows as RoutingRows
from affluent.routing.tables import new_state
from affluent.twin.living import loop
from affluent.twin.living.compiled import INTERPRETED, entry
from affluent.twin.living.world import (
    Calendar,
    Classes,
    Clock,
    LawTable,
    Notes,
    Onwards,
    Queues,
    Rows,
    Staff,
    World,
)

_REAL = {
    "one",
    "other",
    "values",
    "share",
    "served",
    "left",
    "retry",
    "again",
    "callback",
    "shape",
    "drawn_ms",
    "busy",
}
_REAL_TABLES = {"rate"}
_TABLES = {
    "handling", "patience", "wrap_up", "self_care", "retry_after", "again_after", "backlog_age", "line", "pick_up",
    "outcomes", "presence",
}  # fmt: skip


def _same(world: Any) -> Any:
    return world


def _blank(of: Any) -> Any:
    """The smallest arrays of a part, of the kinds that its columns have."""
    counted = of in {Rows, Clock}
    found: dict[str, Any] = {}
    for name in of._fields:
        if name in _REAL_TABLES:
            found[name] = np.zeros((1, 1))
        elif name in _TABLES and not counted:
            found[name] = np.zeros((1, 1), np.int64)
        else:
            real = name in _REAL and of is not Rows
            found[name] = np.zeros(1, np.float64 if real else np.int64)
    return of(**found)


def _smallest() -> World:
    policy = Policy((MediumRule("voice", 60),), frozenset(), (QueueRule(1, "voice"),), ())
    one = np.zeros(1, np.int64)
    column: Any = one
    whole: dict[str, Any] = {
        "k": new_state(policy, RoutingRows(policy), 1),
        "laws": _blank(LawTable),
        "classes": _blank(Classes),
        "onwards": _blank(Onwards),
        "queues": _blank(Queues),
        "staff": _blank(Staff),
        "rows": _blank(Rows),
        "notes": _blank(Notes),
        "clock": _blank(Clock),
        "calendar": Calendar(column, words(1), column, column, column),
        "keys": np.zeros((1, 1), np.uint64),
        "shape": np.zeros(1),
    }
    return World(**{name: whole.get(name, one) for name in World._fields})


opened: Any = _same if INTERPRETED else opener(Holder(_smallest()).kind)
KIND = None if INTERPRETED else Holder(_smallest()).kind


@entry
def begin(at: Any, seed: int, replication: int) -> None:
    loop.begin(opened(at), seed, replication)


@entry
def live(at: Any) -> int:
    return loop.live(opened(at))
