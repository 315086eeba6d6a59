"""What a line is answered: decisions with names, in a fixed order of keys."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from affluent.routing.decisions import (
    Decision,
    Offered,
    OfferExpired,
    Overflowed,
    PulledBack,
    Refused,
    Resumed,
    WrapUpEnded,
)
from affluent.routing.document import Naming
from affluent.routing.document.reading import Noun
from affluent.routing.engine import Router
from affluent.routing.explain import Explanation

WORDS: Mapping[type[Any], str] = {
    Offered: "offered",
    OfferExpired: "expired",
    PulledBack: "pulled_back",
    Resumed: "resumed",
    Overflowed: "overflowed",
    Refused: "refused",
    WrapUpEnded: "wrap_up_ended",
}
"""A test holds this to all decisions that there are."""

_NOUNS: Mapping[str, Noun] = {
    "agent": "agent",
    "queue": "queue",
    "from_queue": "queue",
    "to_queue": "queue",
    "skill": "skill",
    "team": "team",
}


def told(decision: Decision, contacts: Mapping[int, str], naming: Naming) -> dict[str, Any]:
    """A decision as JSON: its word, then its fields as they stand in `decisions.py`."""
    answer: dict[str, Any] = {"decision": WORDS[type(decision)]}
    for one in fields(decision):
        value: Any = getattr(decision, one.name)
        match one.name:
            case "why":
                answer["why"] = [{"code": why.code, **with_names(why.params, naming)} for why in value]
            case "contact":
                answer["contact"] = contacts[value]
            case name:
                answer[name] = _named(name, value, naming)
    return answer


def with_names(params: Mapping[str, Any], naming: Naming) -> dict[str, Any]:
    """Parameters with names in place of numbers."""
    return {key: _named(key, value, naming) for key, value in params.items()}


def _named(key: str, value: Any, naming: Naming) -> Any:
    noun = _NOUNS.get(key)
    return value if noun is None or value is None else naming.of(noun, value)


def explained_as(explanation: Explanation, naming: Naming) -> dict[str, Any]:
    """An explanation as JSON, with names."""
    return {
        "queue": naming.of("queue", explanation.queue),
        "waited_ms": explanation.waited_ms,
        "stage": explanation.stage,
        "stages_ms": list(explanation.stages_ms),
        "chosen": _agent(explanation.chosen, naming),
        "decided_by": explanation.decided_by,
        "candidates": [
            {
                "agent": naming.of("agent", one.agent),
                "opens_after_ms": one.opens_after_ms,
                "obstacles": list(one.obstacles),
                "keys": dict(one.keys),
            }
            for one in explanation.candidates
        ],
        "otherwise": [
            {"without": one.rule, "chosen": _agent(one.agent, naming)} for one in explanation.otherwise
        ],
    }


def situation_as(router: Router, contacts: Mapping[int, str], naming: Naming) -> dict[str, Any]:
    """Everybody as JSON: contacts in the order in which they came in, agents by their ids."""
    return {
        "contacts": [
            {
                "contact": contacts[one.contact],
                "queue": naming.of("queue", one.queue),
                "place": one.place.value,
                "agent": _agent(one.agent, naming),
                "arrived_ms": one.arrived_ms,
                "entered_ms": one.entered_ms,
                "expires_ms": one.expires_ms,
                "kept_for": _agent(one.kept_for, naming),
                "kept_until_ms": one.kept_until_ms if one.kept_for is not None else None,
                "holds": one.holds,
                "participants": [_agent(agent, naming) for agent in one.participants],
                "set_aside": {naming.of("agent", each.agent): each.until_ms for each in one.refusals},
            }
            for one in router.live_contacts()
        ],
        "agents": [
            {
                "agent": naming.of("agent", one.agent),
                "presence": one.presence.value,
                "idle_since_ms": one.idle_since_ms,
                "set_aside_until_ms": one.set_aside_until_ms,
                "lifted": dict(one.lifted),
                "lifted_until_ms": one.lifted_until_ms,
            }
            for one in router.live_agents()
        ],
        "closed": [naming.of("queue", queue) for queue in router.closed_queues()],
        "next_deadline_ms": router.next_deadline(),
    }


def _agent(number: int | None, naming: Naming) -> str | None:
    return None if number is None else naming.of("agent", number)
