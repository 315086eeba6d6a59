"""What would have been chosen one stage earlier, or without a rule: told from an explanation alone.

Only what makes a difference is told. `rule` is `one_stage_earlier`, an obstacle that a rule puts in somebody's
way (`OBSTACLES`), or a key by which agents are compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

OBSTACLES = (
    "promised_for_later",
    "queue_closed",
    "set_aside",
    "refused",
    "kept_for_another",
    "at_limit",
    "too_full",
    "kept_free",
    "stage_not_open",
)
"""Those that a rule makes; offline and away are the agents' own."""
ONE_STAGE_EARLIER = "one_stage_earlier"
KEYS = ("rank", "team", "fit", "least_busy", "longest_idle", "least_versatile")


class Rated(Protocol):
    """A candidate of an explanation."""

    @property
    def agent(self) -> int: ...
    @property
    def opens_after_ms(self) -> int: ...
    @property
    def obstacles(self) -> tuple[str, ...]: ...
    @property
    def keys(self) -> tuple[tuple[str, int], ...]: ...


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Without `rule`, `agent` would have been chosen; None: nobody."""

    rule: str
    agent: int | None


def otherwise(
    candidates: Sequence[Rated], stages_ms: Sequence[int], stage: int, chosen: int | None
) -> tuple[Otherwise, ...]:
    """Every rule without which the choice would have been another one, in a fixed order."""
    kept = any("kept_for_another" in one.obstacles for one in candidates)
    found: list[Otherwise] = []
    if stage > 0 and not kept:
        earlier_ms = stages_ms[stage - 1]
        open_then = [one for one in candidates if one.opens_after_ms <= earlier_ms]
        found.append(Otherwise(ONE_STAGE_EARLIER, _first(open_then)))
    for rule in OBSTACLES:
        if any(rule in one.obstacles for one in candidates):
            found.append(Otherwise(rule, _without_obstacle(candidates, rule, stages_ms[stage])))
    for rule in KEYS:
        if any(name == rule for one in candidates for name, _ in one.keys):
            found.append(Otherwise(rule, _first(candidates, key=rule)))
    return tuple(one for one in found if one.agent != chosen)


def _without_obstacle(candidates: Iterable[Rated], rule: str, open_ms: int) -> int | None:
    """With no keeping, stages count for everybody: they are passed over for whoever it is kept for."""
    if rule == "kept_for_another":
        candidates = [one for one in candidates if one.opens_after_ms <= open_ms]
    return _first(candidates, obstacle=rule)


def _first(candidates: Iterable[Rated], *, obstacle: str = "", key: str = "") -> int | None:
    free = [one for one in candidates if set(one.obstacles) <= {obstacle}]
    best = min(
        free, key=lambda one: ([value for name, value in one.keys if name != key], one.agent), default=None
    )
    return None if best is None else best.agent
