"""What stands in an event's fields: how each is read, with the reason when it cannot be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from affluent.routing.core import INSTANT_MAX_MS
from affluent.routing.document.problems import DocumentProblem
from affluent.routing.document.reading import NAME_MAX, Noun, meant
from affluent.routing.policy import DURATION_MAX_MS, LIMIT_MAX


class BadLine(Exception):
    """A line that is no event: a code and what goes with it."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Field:
    """`read` takes the name of the field, its value and what is known; a field that is not `needed` may be missing."""

    read: Callable[[str, Any, "Known"], Any]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the names in a line may stand for."""

    ids: Mapping[Noun, Mapping[str, int]]
    contacts: Mapping[str, int]
    segments: Mapping[str, object]


def named(code: str, field: str, name: str, names: Mapping[str, Any]) -> Any:
    """What a name stands for, or the reason with the name that may be meant."""
    if name not in names:
        raise BadLine(code, field=field, name=name, **meant(name, names))
    return names[name]


def word(field: str, value: Any, known: Known) -> str:
    """A name: 1 to 200 visible characters."""
    if not isinstance(value, str):
        raise BadLine("wrong_type", field=field, expected="text")
    if not 1 <= len(value) <= NAME_MAX or not value.isprintable():
        raise BadLine("bad_name", field=field)
    return value


def contact(field: str, value: Any, known: Known) -> str:
    """A contact that has come and not left."""
    name = word(field, value, known)
    if name not in known.contacts:
        raise BadLine("unknown_contact", contact=name)
    return name


def queue(field: str, value: Any, known: Known) -> int:
    return named("unknown_queue", field, word(field, value, known), known.ids["queue"])


def agent(field: str, value: Any, known: Known) -> int:
    return named("unknown_agent", field, word(field, value, known), known.ids["agent"])


def segment(field: str, value: Any, known: Known) -> str:
    name = word(field, value, known)
    named("unknown_segment", field, name, known.segments)
    return name


def whole(field: str, value: Any, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadLine("wrong_type", field=field, expected="whole_number")
    if not 0 <= value <= most:
        raise BadLine("out_of_range", field=field, least=0, most=most)
    return value


def instant_ms(field: str, value: Any, known: Known) -> int:
    """Milliseconds since whatever instant the stream counts from."""
    return whole(field, value, INSTANT_MAX_MS - 1)


def span_ms(field: str, value: Any, known: Known) -> int:
    return whole(field, value, DURATION_MAX_MS)


def flag(field: str, value: Any, known: Known) -> bool:
    if not isinstance(value, bool):
        raise BadLine("wrong_type", field=field, expected="true_or_false")
    return value


def mapping(field: str, value: Any, known: Known) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadLine("wrong_type", field=field, expected="object")
    return {str(key): inner for key, inner in value.items()}


def extra(field: str, value: Any, known: Known) -> dict[str, int]:
    """How many contacts more, by medium."""
    found: dict[str, int] = {}
    for medium, more in mapping(field, value, known).items():
        named("unknown_medium", field, medium, known.ids["medium"])
        found[medium] = whole(f"{field}.{medium}", more, LIMIT_MAX)
    return found


def anything(field: str, value: Any, known: Known) -> Any:
    """Read later, by the rules of the document."""
    return value


def told(problems: list[DocumentProblem], within: str) -> list[dict[str, object]]:
    """Problems of a piece of the document in a line: it has one line only."""
    return [{"code": one.code, "path": within + one.path, **one.params} for one in problems]
