"""What a replay found, as one JSON document."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from affluent.centre.deciding_again import Decided, Difference
from affluent.cli.twin.deciding import OtherRules, SameRules
from affluent.routing.explain import Explanation
from affluent.twin.replaying.compared import Range

Names = Mapping[str, Mapping[int, str]]


def same_answer(found: SameRules, names: Names) -> dict[str, Any]:
    return {
        "from_ms": found.from_ms,
        "to_ms": found.to_ms,
        "decisions": found.decided,
        "same": found.same,
        "differences": len(found.differences),
        "first_difference": _difference(found.differences[0], names) if found.differences else None,
        "explanation": None if found.why is None else _explained(found.why, names),
    }


def changed_answer(found: SameRules, other: OtherRules, names: Names) -> dict[str, Any]:
    told = other.compared
    return {
        "recorded": same_answer(found, names),
        "replications": other.replications,
        "agreement": other.agreement,
        "not_followed": other.not_followed,
        "visits": told.visits,
        "certain": told.certain,
        "first_difference_ms": told.first_ms,
        "offers": {name: asdict(one) for name, one in told.offers.items()},
        "moved_in_all": told.moved_in_all,
        "moved": [
            {
                "contact": one.contact,
                "queue": _named(names, "queue", one.queue),
                "then": {"agent": _named(names, "agent", one.then_agent), "at_ms": one.then_ms},
                "share": one.share,
                "agents": [
                    {"agent": _named(names, "agent", agent), "share": share}
                    for agent, share in one.agents.items()
                ],
                "at_ms": one.offered_ms,
            }
            for one in told.moved
        ],
        "queues": [
            {
                "queue": _named(names, "queue", one.queue),
                "contacts": one.contacts,
                "present": one.queue in other.present,
                "left_seen": one.left_seen,
                "recorded": dict(one.recorded),
                "changed": {name: _range(held) for name, held in one.changed.items()},
            }
            for one in told.effects
        ],
    }


def _range(found: Range | None) -> dict[str, float] | None:
    return None if found is None else asdict(found)


def _named(names: Names, noun: str, number: int | None) -> dict[str, Any] | None:
    return None if number is None else {"id": number, "name": names.get(noun, {}).get(number, str(number))}


def _difference(found: Difference, names: Names) -> dict[str, Any]:
    return {
        "seq": found.seq,
        "at_ms": found.at_ms,
        "then": None if found.then is None else _decided(found.then, names),
        "now": None if found.now is None else _decided(found.now, names),
        "refused": found.refused,
        "standing": found.standing,
    }


def _decided(found: Decided, names: Names) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "contact": found.contact,
        "agent": _named(names, "agent", found.agent),
        "queue": _named(names, "queue", found.queue),
        "expires_ms": found.expires_ms,
        "why": list(found.why),
    }


def _explained(found: Explanation, names: Names) -> dict[str, Any]:
    return {
        "contact": found.contact,
        "queue": _named(names, "queue", found.queue),
        "waited_ms": found.waited_ms,
        "stage": found.stage,
        "decided_by": found.decided_by,
        "candidates": [
            {
                "agent": _named(names, "agent", one.agent),
                "obstacles": list(one.obstacles),
                "keys": dict(one.keys),
            }
            for one in found.candidates
        ],
    }
