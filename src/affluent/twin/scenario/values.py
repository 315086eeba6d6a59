"""Kinds of values that only a scenario has: decimals, rates, and what is by period."""

import re
from dataclasses import dataclass
from typing import Any

from affluent.routing.document.durations import PATTERN, UNITS_MS, read_duration_ms, write_duration
from affluent.routing.document.kinds import NAME_SCHEMA, Kind, Names, Schema, read_whole
from affluent.routing.document.problems import Path
from affluent.routing.document.reading import BAD, Bad, Reading
from affluent.routing.document.tree import Entries, Items, Node, Scalar
from affluent.twin.scenario.scenario import Instants, Rates

_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,11})?(\.[0-9]{1,12})?(e-?[0-9]{1,2})?")
_HOUR_MS = UNITS_MS["h"]
_UNIT = re.compile(r"[a-z]+")


def read_decimal(text: str) -> float | None:
    """A number from 0 on, such as `4.2` or `.5`; None for anything else."""
    found = _DECIMAL.fullmatch(text)
    return float(text) if found is not None and (found[1] or found[2]) else None


@dataclass(frozen=True, slots=True)
class Decimal:
    """A number between two bounds, without quotes; `above`: the lower one is not allowed."""

    low: float = 0.0
    high: float = 1e9
    above: bool = False

    def read(self, reading: Reading, node: Node, path: Path) -> float | Bad:
        plain = isinstance(node, Scalar) and not node.quoted
        found = read_decimal(node.text) if plain and isinstance(node, Scalar) else None
        if found is None:
            return reading.wrong_type("decimal", path, node)
        if not self.low <= found <= self.high or (self.above and found == self.low):
            return reading.note("out_of_range", path, node.line, value=found, low=self.low, high=self.high)
        return found

    def write(self, value: float, names: Names) -> float:
        return value

    def schema(self) -> Schema:
        least = "exclusiveMinimum" if self.above else "minimum"
        return {"type": "number", least: self.low, "maximum": self.high}


SHARE = Decimal(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Text:
    """A word or a name that the document need not declare."""

    def read(self, reading: Reading, node: Node, path: Path) -> str | Bad:
        return reading.word(node, path)

    def write(self, value: str, names: Names) -> str:
        return value

    def schema(self) -> Schema:
        return NAME_SCHEMA


@dataclass(frozen=True, slots=True)
class ByPeriod:
    """One value for all periods, or a list with one for each."""

    of: Kind

    def read(self, reading: Reading, node: Node, path: Path) -> tuple[Any, ...] | Bad:
        if not isinstance(node, Items):
            one = self.of.read(reading, node, path)
            return BAD if isinstance(one, Bad) else (one,)
        if not node.items:
            return reading.wrong_type("list", path, node)
        read = [self.of.read(reading, item, (*path, str(at))) for at, item in enumerate(node.items)]
        return BAD if any(isinstance(one, Bad) for one in read) else tuple(read)

    def write(self, value: tuple[Any, ...], names: Names) -> Any:
        written = [self.of.write(one, names) for one in value]
        return written[0] if len(written) == 1 else written

    def schema(self) -> Schema:
        return {"oneOf": [self.of.schema(), {"type": "array", "items": self.of.schema(), "minItems": 1}]}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in a time: `4.2/m`, `120/h`, `30/15m`, as contacts an hour. `0` needs no time."""

    def read(self, reading: Reading, node: Node, path: Path) -> float | Bad:
        if not isinstance(node, Scalar):
            return reading.wrong_type("rate", path, node)
        count, _, time = node.text.partition("/")
        number = read_decimal(count.strip())
        time = time.strip()
        each_ms = read_duration_ms(f"1{time}" if _UNIT.fullmatch(time) else time)
        if number == 0 and not time:
            return 0.0
        if number is None or not each_ms:
            return reading.note("bad_rate", path, node.line, text=node.text[:40])
        return number * _HOUR_MS / each_ms

    def write(self, value: float, names: Names) -> str:
        return f"{value:.12g}/h"

    def schema(self) -> Schema:
        return {"type": ["string", "number"], "pattern": r"^[0-9.e-]+( ?/ ?[0-9a-z]+)?$"}


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Rates by period, or `{instants: [...]}`: durations from the start of the day."""

    def read(self, reading: Reading, node: Node, path: Path) -> Rates | Instants | Bad:
        if isinstance(node, Entries):
            for name in node.entries.keys() - {"instants"}:
                reading.unknown("unknown_key", name, ("instants",), (*path, name), node.lines[name])
            inner = node.entries.get("instants")
            if inner is None:
                return reading.note("missing_key", path, node.line, key="instants")
            found = read_durations(reading, inner, (*path, "instants"))
            return BAD if isinstance(found, Bad) else Instants(tuple(sorted(found)))
        rates = ByPeriod(Rate()).read(reading, node, path)
        return BAD if isinstance(rates, Bad) else Rates(rates)

    def write(self, value: Rates | Instants, names: Names) -> Any:
        if isinstance(value, Instants):
            return {"instants": [write_duration(at_ms) for at_ms in value.at_ms]}
        return ByPeriod(Rate()).write(value.per_hour, names)

    def schema(self) -> Schema:
        instants = {"type": "array", "items": {"type": "string", "pattern": PATTERN}}
        given = {"type": "object", "properties": {"instants": instants}, "additionalProperties": False}
        return {"oneOf": [ByPeriod(Rate()).schema(), given]}


@dataclass(frozen=True, slots=True)
class Periods:
    """How long each period lasts: a list of durations, or `{each: 30m, count: 20}`."""

    def read(self, reading: Reading, node: Node, path: Path) -> tuple[int, ...] | Bad:
        if isinstance(node, Entries):
            each, count = node.entries.get("each"), node.entries.get("count")
            for name in node.entries.keys() - {"each", "count"}:
                reading.unknown("unknown_key", name, ("each", "count"), (*path, name), node.lines[name])
            if each is None or count is None:
                return reading.note("missing_key", path, node.line, key="each" if each is None else "count")
            found = read_durations(reading, Items((each,), each.line), path)
            number = read_whole(count)
            if isinstance(found, Bad) or number is None or not 1 <= number <= PERIODS_MAX:
                return reading.wrong_type("whole_number", (*path, "count"), count)
            found = found * number
        else:
            told = read_durations(reading, node, path)
            if isinstance(told, Bad):
                return BAD
            found = told
        if not found or len(found) > PERIODS_MAX or min(found) <= 0:
            return reading.note("bad_periods", path, node.line, most=PERIODS_MAX)
        return found

    def write(self, value: tuple[int, ...], names: Names) -> Any:
        if len(value) > 1 and len(set(value)) == 1:
            return {"each": write_duration(value[0]), "count": len(value)}
        return [write_duration(one) for one in value]

    def schema(self) -> Schema:
        one: Schema = {"type": "string", "pattern": PATTERN}
        short: Schema = {
            "type": "object",
            "properties": {"each": one, "count": {"type": "integer", "minimum": 1, "maximum": PERIODS_MAX}},
            "required": ["each", "count"],
            "additionalProperties": False,
        }
        return {"oneOf": [{"type": "array", "items": one, "minItems": 1, "maxItems": PERIODS_MAX}, short]}


PERIODS_MAX = 20_000


def read_durations(reading: Reading, node: Node, path: Path) -> tuple[int, ...] | Bad:
    """A list of durations."""
    found = reading.items(node, path)
    if isinstance(found, Bad):
        return BAD
    read: list[int] = []
    for at, item in enumerate(found.items):
        one = read_duration_ms(item.text) if isinstance(item, Scalar) else None
        if one is None:
            text = item.text[:40] if isinstance(item, Scalar) else ""
            return reading.note("bad_duration", (*path, str(at)), item.line, text=text)
        read.append(one)
    return tuple(read)
