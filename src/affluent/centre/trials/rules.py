"""Which rules can be tried, and which way: by share what a contact carries with it, by switchback what is the queue's.

What a contact carries is what it demands and for whom it is kept: two contacts side by side in one queue can differ in
it. The order of a queue, its overflow, or agents kept free are the same for all who wait in it, or are nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from affluent.centre.refusals import Invalid
from affluent.facts.media import Medium
from affluent.routing.policy import Demands, QueueRule, SkillNeed, demanding

Json = dict[str, Any]
SHARE, SWITCHBACK = "share", "switchback"
BOTH = (SHARE, SWITCHBACK)


@dataclass(frozen=True, slots=True)
class Way:
    """How a field can be tried: in neither way for the reason `why_not`, a code of the message catalogue.

    `raised_only`: by share it can only ask more than the queue does, since a contact adds to what its queue asks.
    """

    modes: tuple[str, ...]
    why_not: str | None = None
    raised_only: bool = False


_OF_QUEUE = Way((SWITCHBACK,))
_NO_RULE = Way((), "trial_no_rule")
_MEASURE = Way((), "trial_of_the_measure")
_OPENING = Way((), "trial_of_opening")
RULES: Mapping[str, Mapping[str, Way]] = {
    "queues": {
        "target_ms": Way(BOTH),
        "keep_ms": Way(BOTH),
        "last_agent_ms": Way(BOTH),
        "repeat_ms": Way(BOTH),
        "announces": Way(BOTH),
        "announce_share": _OF_QUEUE,
        "cushion_share": Way(BOTH),
        "cushion_ms": Way(BOTH),
        "tier": Way(BOTH, raised_only=True),
        "skills": Way(BOTH, raised_only=True),
        "agent_order": _OF_QUEUE,
        "team_ids": _OF_QUEUE,
        "max_wait_ms": _OF_QUEUE,
        "max_length": _OF_QUEUE,
        "overflow_queue_id": _OF_QUEUE,
        "overflow_after_ms": _OF_QUEUE,
        "overflow_when_closed": _OF_QUEUE,
        "offer_ms": _OF_QUEUE,
        "set_aside_ms": _OF_QUEUE,
        "by_hand": _OF_QUEUE,
        "wrap_up_ms": _OF_QUEUE,
        "target_share": _MEASURE,
        "target_clock": _MEASURE,
        "short_abandon_ms": _MEASURE,
        "hours_id": _OPENING,
        "closes": _OPENING,
        "promises": _NO_RULE,
        "closing_fr": _NO_RULE,
        "closing_en": _NO_RULE,
        "name": _NO_RULE,
        "brand_id": _NO_RULE,
        "medium": _NO_RULE,
    },
    "segments": {
        "tier": Way((SHARE,)),
        "targets": Way((SHARE,)),
        "skills": Way((SHARE,)),
        "name": _NO_RULE,
        "brand_id": _NO_RULE,
    },
    "reserves": {
        "agents": _OF_QUEUE,
        "waiting": _OF_QUEUE,
        "queue_ids": _OF_QUEUE,
        "against_ids": _OF_QUEUE,
        "tier": _OF_QUEUE,
        "team_id": _OF_QUEUE,
        "name": _NO_RULE,
        "brand_id": _NO_RULE,
        "medium": _NO_RULE,
    },
}


def check_fields(noun: str, mode: str, names: Iterable[str]) -> None:
    """Raises `Invalid` with the field that cannot be tried this way, and why."""
    for name in names:
        path = f"changes.{name}"
        way = RULES[noun].get(name)
        if way is None:
            raise Invalid("trial_no_such_field", path)
        if way.why_not is not None:
            raise Invalid(way.why_not, path)
        if mode not in way.modes:
            raise Invalid("trial_whole_queue" if mode == SHARE else "trial_by_share_only", path)


def check_values(noun: str, mode: str, before: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Raises `Invalid` where a field, as it would be saved, is as it was, or is less than a contact can carry."""
    for name, value in changes.items():
        path = f"changes.{name}"
        if before.get(name) == value:
            raise Invalid("trial_changes_nothing", path)
        if (
            mode == SHARE
            and RULES[noun][name].raised_only
            and noun == "queues"
            and not _raises(name, before, value)
        ):
            raise Invalid("trial_only_raised", path)


def _raises(name: str, before: Mapping[str, Any], value: Any) -> bool:
    """Whether what the contact adds to what its queue asks comes to what is to be tried."""
    if name == "tier":
        return value > before["tier"]
    asked = {need.skill: need for need in needs_of(value)}
    queue = QueueRule(id=1, medium=Medium.CHAT.value, target_ms=1, skills=needs_of(before["skills"]))
    return {need.skill: need for need in demanding(queue, Demands(needs_of(value))).skills} == asked


def needs_of(rows: list[Json]) -> tuple[SkillNeed, ...]:
    """Skills as the settings have them, for the engine."""
    return tuple(
        SkillNeed(
            row["skill_id"],
            row.get("level", 1),
            row.get("required", False),
            row.get("weight", 10),
            row.get("relax_after_ms"),
            row.get("floor"),
        )
        for row in rows
    )
