"""The worth document read, with every problem and its line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from affluent.planning.worth import Satisfaction
from affluent.routing.document.durations import read_duration_ms, write_duration
from affluent.routing.document.kinds import Duration, Names, Schema, Whole, read_whole
from affluent.routing.document.problems import DocumentError, Path
from affluent.routing.document.reading import BAD, Bad, Reading
from affluent.routing.document.record import Key, Record
from affluent.routing.document.tree import Entries, Node, parse
from affluent.twin.scenario.scenario import Scenario
from affluent.twin.scenario.values import SHARE, ByPeriod, Decimal
from affluent.twin.targets.worth import ClassWorth, Uncertain, Worth

VERSION = 1
MONEY = Decimal(0.0, 1e9)
ERROR = Decimal(0.0, 2.0)
OPEN_SHARE = Decimal(0.01, 0.999)


@dataclass(frozen=True, slots=True)
class Falling:
    """The share of the value left after a wait: `{10s: 1, 2m: 0.6}`."""

    def read(self, reading: Reading, node: Node, path: Path) -> Satisfaction | Bad:
        found = reading.entries(node, path)
        if isinstance(found, Bad):
            return BAD
        points: list[tuple[float, float]] = []
        for wait, value in found.entries.items():
            wait_ms = read_duration_ms(wait)
            if wait_ms is None:
                return reading.note("bad_duration", (*path, wait), found.lines[wait], text=wait[:40])
            left = SHARE.read(reading, value, (*path, wait))
            if isinstance(left, Bad):
                return BAD
            points.append((wait_ms, left))
        if not points:
            return reading.note("too_few_values", path, found.line, least=1)
        if any(later[0] <= one[0] for one, later in pairwise(points)):
            return reading.note("not_ascending", path, found.line)
        return Satisfaction(tuple(points))

    def write(self, value: Satisfaction, names: Names) -> dict[str, float]:
        return {write_duration(int(wait)): share for wait, share in value.points}

    def schema(self) -> Schema:
        return {"type": "object", "additionalProperties": SHARE.schema()}


CLASS = Record(
    ClassWorth,
    {
        "value": Key("value", MONEY),
        "loss": Key("loss", MONEY),
        "satisfaction": Key("satisfaction", Falling()),
    },
)
UNCERTAIN = Record(
    Uncertain, {name: Key(name, ERROR) for name in ("arrivals", "patience", "handling", "worth")}
)
WHOLE = Record(
    Worth,
    {
        "hour": Key("hour", MONEY),
        "targets": Key("targets_ms", ByPeriod(Duration())),
        "share": Key("share", OPEN_SHARE),
        "budget": Key("budget", MONEY),
        "uncertain": Key("uncertain", UNCERTAIN),
        "worlds": Key("worlds", Whole(2, 10_000)),
    },
    beside=("classes", "hour_by_group"),
)


def read_worth(text: str, scenario: Scenario) -> Worth:
    """The worth of the classes of `scenario`. Raises DocumentError with every reason."""
    root = parse(text)
    reading = Reading()
    whole = reading.entries(root, ())
    if isinstance(whole, Bad):
        raise DocumentError(reading.problems)
    version = whole.entries.get("version")
    if version is None:
        reading.note("missing_key", (), whole.line, key="version")
    elif read_whole(version) != VERSION:
        reading.note("unsupported_version", ("version",), version.line, supported=VERSION)
    values = _values(reading, whole)
    classes = _by_name(reading, whole, "classes", {one.name for one in scenario.classes}, CLASS)
    hours = _by_name(reading, whole, "hour_by_group", {one.name for one in scenario.groups}, MONEY)
    if not classes and not reading.problems:
        reading.note("missing_key", (), whole.line, key="classes")
    if isinstance(values, Bad) or reading.problems:
        raise DocumentError(reading.problems)
    return Worth(classes=classes, hour_by_group=hours, **values)


def _values(reading: Reading, whole: Entries) -> dict[str, Any] | Bad:
    values = WHOLE.values(reading, whole, (), others=("version", "classes", "hour_by_group"))
    if isinstance(values, Bad):
        return BAD
    targets = values.get("targets_ms", (0, 1))
    if any(later <= one for one, later in pairwise(targets)):
        reading.note("not_ascending", ("targets",), whole.entries["targets"].line)
    worlds = values.get("worlds", 2)
    if not 2 <= worlds <= 10_000:
        reading.note(
            "out_of_range", ("worlds",), whole.entries["worlds"].line, value=worlds, low=2, high=10_000
        )
    return values


def _by_name(
    reading: Reading, whole: Entries, key: str, known: Collection[str], kind: Record | Decimal
) -> Mapping[str, Any]:
    node = whole.entries.get(key)
    if node is None:
        return {}
    entries = reading.entries(node, (key,))
    if isinstance(entries, Bad):
        return {}
    read: dict[str, Any] = {}
    for name, value in entries.entries.items():
        path = (key, name)
        if name not in known:
            code = "unknown_class" if key == "classes" else "unknown_group"
            reading.unknown(code, name, known, path, entries.lines[name])
            continue
        told = kind.read(reading, value, path)
        if not isinstance(told, Bad):
            read[name] = told
    return read
