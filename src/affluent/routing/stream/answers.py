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
