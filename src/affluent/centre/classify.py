"""Classification: which queue and which motive a contact's features lead to. Rules are data; this is pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from affluent.centre.records import Rule


@dataclass(frozen=True, slots=True)
class Features:
    """What a rule can look at."""

    channel_id: int
    address: str = ""
    language: str | None = None
    words: str = ""
    form: Mapping[str, str] = field(default_factory=dict[str, str])
    segment: str | None = None


@dataclass(frozen=True, slots=True)
class Classified:
    queue_id: int | None
    motive_id: int | None
    rule_ids: tuple[int, ...]


def folded(text: str) -> str:
    """Lower case without accents: customers write *resiliation* and *Résiliation*."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


# What rules ask for stays the same from contact to contact.
_folded_wish = lru_cache(maxsize=1024)(folded)


def classify(rules: Iterable[Rule], features: Features) -> Classified:
    """The first rule that names a queue decides it, and so for the motive: order is the rules' position."""
    queue_id: int | None = None
    motive_id: int | None = None
    used: list[int] = []
    for rule in rules:
        if not all(holds(condition, features) for condition in rule.conditions):
            continue
        took = False
        if queue_id is None and rule.actions.get("queue_id") is not None:
            queue_id, took = int(rule.actions["queue_id"]), True
        if motive_id is None and rule.actions.get("motive_id") is not None:
            motive_id, took = int(rule.actions["motive_id"]), True
        if took:
            used.append(rule.id)
        if queue_id is not None and motive_id is not None:
            break
    return Classified(queue_id, motive_id, tuple(used))


def holds(condition: Mapping[str, Any], features: Features) -> bool:
    """Whether one condition holds. Texts compare without case or accents."""
    value = _value(condition, features)
    asked = condition.get("value")
    wanted = [_folded_wish(str(one)) for one in _listed(asked)]
    match condition["op"]:
        case "is":
            return value in wanted
        case "is_not":
            return value not in wanted
        case "contains":
            return bool(wanted) and all(_has(value, one) for one in wanted)
        case "any_of":
            texts = condition["field"] in ("words", "form_field", "address")
            return any(_has(value, one) if texts else value == one for one in wanted)
        case _:
            return False


def _listed(asked: object) -> list[object]:
    if isinstance(asked, list):
        return list(asked)  # pyright: ignore[reportUnknownArgumentType] -- JSON from the rule's own column
    return [asked]


def _has(text: str, part: str) -> bool:
    """Whole words: *pro* is not in *problème*. A part with signs of its own is sought as it is."""
    if not part.replace(" ", "").isalnum():
        return part in text
    return f" {' '.join(part.split())} " in _as_words(text)


@lru_cache(maxsize=64)
def _as_words(text: str) -> str:
    """The words of a text between single spaces: every rule looks at the same text."""
    padded = "".join(char if char.isalnum() else " " for char in text)
    return f" {' '.join(padded.split())} "


def _value(condition: Mapping[str, Any], features: Features) -> str:
    match condition["field"]:
        case "channel":
            return str(features.channel_id)
        case "address":
            return folded(features.address)
        case "language":
            return folded(features.language or "")
        case "words":
            return folded(features.words)
        case "form_field":
            return folded(str(features.form.get(str(condition.get("key", "")), "")))
        case "segment":
            return folded(features.segment or "")
        case _:
            return ""
