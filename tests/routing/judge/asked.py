"""What is asked of a world: who could have a contact and what stands in the way, and where everybody is.

Written from "Explanations" of docs/reference/route.md: every agent looked at anew.
"""

from __future__ import annotations

from typing import Any

from . import world as w
from .world import Contact, Person, World
from .written import NEVER

Answer = dict[str, Any]
RULES = (
    "queue_closed",
    "set_aside",
    "refused",
    "kept_for_another",
    "at_limit",
    "too_full",
    "kept_free",
    "stage_not_open",
)
PLACES = {
    "promised": "held",
    "waiting": "waiting",
    "offered": "offered",
    "held": "in_hand",
    "asleep": "sleeping",
    "wrap_up": "wrapping",
}


def stages_of(world: World, contact: Contact) -> list[int]:
    """The waits at which less is asked of agents; the first is open from the start."""
    ends: set[int] = set()
    for need in w.needs_of(world, contact):
        steps = need.level - need.floor if need.required else 1
        ends |= {need.relax_after * step for step in range(1, steps + 1)}
    for circle in w.circles_of(world, contact):
        ends |= {relax for _, relax in circle}
    return [0, *sorted(end for end in ends if 0 < end < NEVER)]


def obstacles(world: World, contact: Contact, person: Person, stage_ms: int) -> list[str]:
    """Everything that stands in an agent's way."""
    medium, agent = world.queue(contact).medium, person.rule
    there = [other for other, _ in w.hands(world, agent.name)].count(medium)
    full = there >= agent.limits.get(medium, 0) + w.lifted(world, person, medium)
    kept = w.is_kept(world, contact)
    told = {
        "queue_closed": contact.queue in world.closed,
        person.state: person.state != "ready",
        "set_aside": world.now < person.aside_until,
        "refused": world.now < contact.refused.get(agent.name, 0),
        "kept_for_another": kept and contact.kept_for != agent.name,
        "at_limit": full,
        "too_full": not full and not w.has_room(world, person, medium),
        "kept_free": w.kept_apart(world, contact, person),
        "stage_not_open": not kept and not w.skilled(world, contact, agent, stage_ms),
    }
    return sorted(name for name, stands in told.items() if stands)


def explanation(world: World, contact: Contact) -> Answer:
    """The answer to `explain` for a contact that waits."""
    stages, wait = stages_of(world, contact), w.waited(world, contact)
    stage = sum(opens <= wait for opens in stages) - 1
    rated = [_rated(world, contact, person, stages, stage) for person in world.by_id()]
    found = sorted((one for one in rated if one), key=lambda one: (bool(one["obstacles"]), *_order(one)))
    free = [one for one in found if not one["obstacles"]]
    chosen = free[0]["agent"] if free else None
    kept = w.is_kept(world, contact)
    return {
        "queue": contact.queue,
        "waited_ms": wait,
        "stage": stage,
        "stages_ms": stages,
        "chosen": chosen,
        "decided_by": _decided_by(free),
        "candidates": [{key: one[key] for key in one if key != "place"} for one in found],
        "otherwise": [
            {"without": rule, "chosen": other}
            for rule, other in _otherwise(found, stages, stage, kept)
            if other != chosen
        ],
    }


def _rated(world: World, contact: Contact, person: Person, stages: list[int], stage: int) -> Answer | None:
    if not w.required_of(world, contact, person.rule):
        return None
    opens = next(one for one in stages if w.skilled(world, contact, person.rule, one))
    return {
        "agent": person.rule.name,
        "opens_after_ms": opens,
        "obstacles": obstacles(world, contact, person, stages[stage]),
        # The agent's own rank of the queue: as if it were kept for nobody.
        "keys": {**dict(w.keys_of(world, contact, person)), "rank": person.rule.ranks.get(contact.queue, 1)},
        "place": person.rule.place,
    }


def _order(one: Answer, without: str = "") -> tuple[list[int], int]:
    return [value for name, value in one["keys"].items() if name != without], one["place"]


def _decided_by(free: list[Answer]) -> str | None:
    if len(free) < 2:
        return "only_one" if free else None
    pairs = zip(free[0]["keys"].items(), free[1]["keys"].values(), strict=True)
    return next((name for (name, mine), theirs in pairs if mine != theirs), "agent_id")


def _otherwise(
    found: list[Answer], stages: list[int], stage: int, kept: bool
) -> list[tuple[str, str | None]]:
    """Who would have it one stage earlier, without each obstacle of somebody, and without each key."""
    told: list[tuple[str, str | None]] = []
    if stage > 0 and not kept:
        told.append(
            ("one_stage_earlier", _first(one for one in found if one["opens_after_ms"] <= stages[stage - 1]))
        )
    for rule in RULES:
        if any(rule in one["obstacles"] for one in found):
            # Kept for nobody, it would be for those of its stage.
            among = [
                one for one in found if rule != "kept_for_another" or one["opens_after_ms"] <= stages[stage]
            ]
            told.append((rule, _first(among, passing=rule)))
    for key in ("rank", "team", "fit", "least_busy", "longest_idle", "least_versatile"):
        if any(key in one["keys"] for one in found):
            told.append((key, _first(found, without=key)))
    return told


def _first(among: Any, passing: str = "", without: str = "") -> str | None:
    free = [one for one in among if set(one["obstacles"]) <= {passing}]
    return min(free, key=lambda one: _order(one, without))["agent"] if free else None


def situation(world: World) -> Answer:
    """The answer to `state`, as far as the documentation describes it."""
    return {
        "contacts": [_stands(world, one) for one in world.in_order()],
        "agents": [
            {
                "agent": one.rule.name,
                "presence": one.state,
                "idle_since_ms": one.idle_since,
                "set_aside_until_ms": one.aside_until if one.aside_until > world.now else None,
            }
            for one in world.by_id()
        ],
        "closed": [name for name in world.rules.queues if name in world.closed],
    }


def _stands(world: World, contact: Contact) -> Answer:
    kept = contact.state == "waiting" and w.is_kept(world, contact)
    ends = {"offered": contact.until, "wrap_up": contact.until, "promised": contact.not_before}
    has_agent = contact.state not in {"waiting", "promised"}
    return {
        "contact": contact.name,
        "queue": contact.queue,
        "place": PLACES[contact.state],
        "agent": contact.agent if has_agent else None,
        "arrived_ms": contact.arrived,
        "expires_ms": ends.get(contact.state),
        "kept_for": contact.kept_for if kept else None,
        "participants": sorted(contact.parts),
    }
