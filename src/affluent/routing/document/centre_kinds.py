"""Kinds of values that only a living centre has: shares, hours of the day, free text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from affluent.routing.document.durations import PATTERN
from affluent.routing.document.kinds import NAME_SCHEMA, Duration, Names, Schema
from affluent.routing.document.problems import Path
from affluent.routing.document.reading import BAD, Bad, Noun, Reading
from affluent.routing.document.tree import Node, Scalar

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TEXT_MAX = 500
_SHARE_PATTERN: Final = r"^[0-9]{1,3}(\.[0-9]{1,20})?%$"
_SHARE = re.compile(_SHARE_PATTERN)
_SPAN_PATTERN: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
_SPAN = re.compile(_SPAN_PATTERN)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a whole, as `80%`; 0.8 in the record. `most`: the largest, in per cent."""

    most: int = 100

    def read(self, reading: Reading, node: Node, path: Path) -> float | Bad:
        if isinstance(node, Scalar) and _SHARE.fullmatch(node.text) and Decimal(node.text[:-1]) <= self.most:
            return float(Decimal(node.text[:-1]) / 100)
        return reading.wrong_type("share", path, node)

    def write(self, value: float, names: Names) -> str:
        # The shortest decimal that reads back to the same number.
        percent = (Decimal(repr(value)) * 100).normalize()
        return f"{percent:f}%"

    def schema(self) -> Schema:
        return {"type": "string", "pattern": _SHARE_PATTERN}


@dataclass(frozen=True, slots=True)
class Text:
    """Any text: what people read, and no name that the document speaks of."""

    def read(self, reading: Reading, node: Node, path: Path) -> str | Bad:
        if not isinstance(node, Scalar) or len(node.text) > TEXT_MAX:
            return reading.wrong_type("name", path, node)
        return node.text

    def write(self, value: str, names: Names) -> str:
        return value

    def schema(self) -> Schema:
        return {"type": "string", "maxLength": TEXT_MAX}


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of the wall clock, as `08:00-12:30`."""

    def read(self, reading: Reading, node: Node, path: Path) -> tuple[tuple[str, str], ...] | Bad:
        found = reading.items(node, path)
        if isinstance(found, Bad):
            return BAD
        spans: list[tuple[str, str]] = []
        for place, item in enumerate(found.items):
            if not isinstance(item, Scalar) or _SPAN.fullmatch(item.text) is None:
                reading.wrong_type("span", (*path, str(place)), item)
                return BAD
            start, _, end = item.text.partition("-")
            spans.append((start, end))
        return tuple(spans)

    def write(self, value: tuple[tuple[str, str], ...], names: Names) -> list[str]:
        return [f"{start}-{end}" for start, end in value]

    def schema(self) -> Schema:
        return {"type": "array", "items": {"type": "string", "pattern": _SPAN_PATTERN}}


@dataclass(frozen=True, slots=True)
class Week:
    """Spans by weekday; a day not named is closed."""

    def read(self, reading: Reading, node: Node, path: Path) -> dict[str, tuple[tuple[str, str], ...]] | Bad:
        found = reading.entries(node, path)
        if isinstance(found, Bad):
            return BAD
        week: dict[str, tuple[tuple[str, str], ...]] = {}
        for day, value in found.entries.items():
            if day not in DAYS:
                reading.unknown("unknown_choice", day, DAYS, (*path, day), found.lines[day])
                continue
            spans = Spans().read(reading, value, (*path, day))
            if not isinstance(spans, Bad):
                week[day] = spans
        return week

    def write(self, value: Mapping[str, tuple[tuple[str, str], ...]], names: Names) -> dict[str, list[str]]:
        return {day: Spans().write(value[day], names) for day in DAYS if value.get(day)}

    def schema(self) -> Schema:
        days = {day: Spans().schema() for day in DAYS}
        return {"type": "object", "properties": days, "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Durations:
    """A duration for each name: targets by medium."""

    noun: Noun

    def read(self, reading: Reading, node: Node, path: Path) -> dict[str, int] | Bad:
        found = reading.entries(node, path)
        if isinstance(found, Bad):
            return BAD
        read: dict[str, int] = {}
        for name, value in found.entries.items():
            known = reading.known(self.noun, name, (*path, name), found.lines[name])
            told = Duration().read(reading, value, (*path, name))
            if not isinstance(known, Bad) and not isinstance(told, Bad):
                read[name] = told
        return read

    def write(self, value: Mapping[str, int], names: Names) -> dict[str, str]:
        return {name: Duration().write(one, names) for name, one in value.items()}

    def schema(self) -> Schema:
        told: dict[str, Any] = {"type": "string", "pattern": PATTERN}
        return {"type": "object", "propertyNames": NAME_SCHEMA, "additionalProperties": told}
