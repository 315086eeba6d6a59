"""The kinds of values that a document holds: how each is read, written and described in a schema.

A new rule of the policy is a field in `fields.py` with one of these kinds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from affluent.routing.document.durations import PATTERN, read_duration_ms, write_duration
from affluent.routing.document.problems import Path
from affluent.routing.document.reading import BAD, BY_NAME, Bad, Noun, Reading
from affluent.routing.document.tree import Node, Scalar

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
Schema = dict[str, Any]
NAME_SCHEMA: Schema = {"type": "string", "minLength": 1, "maxLength": 200}


class Names(Protocol):
    """What numbers are called in the document that is written."""

    def of(self, noun: Noun, number: int) -> str: ...


class Kind(Protocol):
    def read(self, reading: Reading, node: Node, path: Path) -> Any | Bad: ...
    def write(self, value: Any, names: Names) -> Any: ...
    def schema(self) -> Schema: ...


def read_whole(node: Node) -> int | None:
    """A whole number without quotes; None for anything else."""
    if not isinstance(node, Scalar) or node.quoted or _WHOLE.fullmatch(node.text) is None:
        return None
    return int(node.text)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number. The bounds are for the schema: the policy's own check says what is out of range."""

    low: int
    high: int

    def read(self, reading: Reading, node: Node, path: Path) -> int | Bad:
        found = read_whole(node)
        return reading.wrong_type("whole_number", path, node) if found is None else found

    def write(self, value: int, names: Names) -> int:
        return value

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`, and nothing that looks like it."""

    def read(self, reading: Reading, node: Node, path: Path) -> bool | Bad:
        if isinstance(node, Scalar) and not node.quoted and node.text in {"true", "false"}:
            return node.text == "true"
        return reading.wrong_type("true_or_false", path, node)

    def write(self, value: bool, names: Names) -> bool:
        return value

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Duration:
    """Milliseconds, written with units."""

    def read(self, reading: Reading, node: Node, path: Path) -> int | Bad:
        if not isinstance(node, Scalar):
            return reading.wrong_type("duration", path, node)
        found = read_duration_ms(node.text)
        return reading.note("bad_duration", path, node.line, text=node.text[:40]) if found is None else found

    def write(self, value: int, names: Names) -> str:
        return write_duration(value)

    def schema(self) -> Schema:
        return {"type": "string", "pattern": PATTERN}


@dataclass(frozen=True, slots=True)
class Word:
    """One of a closed set."""

    choices: type[StrEnum]

    def read(self, reading: Reading, node: Node, path: Path) -> StrEnum | Bad:
        word = reading.word(node, path)
        if isinstance(word, Bad):
            return BAD
        values = [one.value for one in self.choices]
        if word not in values:
            return reading.unknown("unknown_choice", word, values, path, node.line)
        return self.choices(word)

    def write(self, value: StrEnum, names: Names) -> str:
        return value.value

    def schema(self) -> Schema:
        return {"enum": [one.value for one in self.choices]}


@dataclass(frozen=True, slots=True)
class Known:
    """The name of something that the document declares: its number, or itself where it is known by name."""

    noun: Noun

    def read(self, reading: Reading, node: Node, path: Path) -> int | str | Bad:
        word = reading.word(node, path)
        if isinstance(word, Bad):
            return BAD
        number = reading.known(self.noun, word, path, node.line)
        return word if self.noun in BY_NAME and not isinstance(number, Bad) else number

    def write(self, value: Any, names: Names) -> str:
        return value if self.noun in BY_NAME else names.of(self.noun, value)

    def schema(self) -> Schema:
        return NAME_SCHEMA


@dataclass(frozen=True, slots=True)
class KnownList:
    """Several names, in an order that counts."""

    noun: Noun

    def read(self, reading: Reading, node: Node, path: Path) -> tuple[Any, ...] | Bad:
        found = reading.items(node, path)
        if isinstance(found, Bad):
            return BAD
        one = Known(self.noun)
        read = [one.read(reading, item, (*path, str(place))) for place, item in enumerate(found.items)]
        return BAD if any(isinstance(value, Bad) for value in read) else tuple(read)

    def write(self, value: tuple[Any, ...], names: Names) -> list[str]:
        return [Known(self.noun).write(one, names) for one in value]

    def schema(self) -> Schema:
        return {"type": "array", "items": NAME_SCHEMA, "uniqueItems": True}


@dataclass(frozen=True, slots=True)
class Numbers:
    """A whole number for each name: levels by skill, limits by medium, ranks by queue."""

    noun: Noun
    low: int
    high: int

    def read(self, reading: Reading, node: Node, path: Path) -> dict[Any, int] | Bad:
        found = reading.entries(node, path)
        if isinstance(found, Bad):
            return BAD
        read: dict[Any, int] = {}
        for name, value in found.entries.items():
            at = (*path, name)
            number = reading.known(self.noun, name, at, found.lines[name])
            level = Whole(self.low, self.high).read(reading, value, at)
            if not isinstance(number, Bad) and not isinstance(level, Bad):
                read[name if self.noun == "medium" else number] = level
        return read

    def write(self, value: Mapping[Any, int], names: Names) -> dict[str, int]:
        return {Known(self.noun).write(one, names): number for one, number in value.items()}

    def schema(self) -> Schema:
        return {
            "type": "object",
            "propertyNames": NAME_SCHEMA,
            "additionalProperties": Whole(self.low, self.high).schema(),
        }
