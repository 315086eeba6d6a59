"""Skills that a queue, a segment or one contact asks.

`french: {required: 3}`, `expert: {required: 4, floor: 2, relax_after: 30s}`,
`billing: {preferred: 2, weight: 3, relax_after: 15s}`; `french: 3` is required too.
"""

from dataclasses import dataclass
from typing import Any

from affluent.routing.document.kinds import NAME_SCHEMA, Duration, Names, Schema, Whole, read_whole
from affluent.routing.document.problems import Path
from affluent.routing.document.reading import BAD, Bad, Reading
from affluent.routing.document.record import Key, Record
from affluent.routing.document.tree import Node
from affluent.routing.policy import LEVEL_MAX, WEIGHT_MAX, SkillNeed

_LEVEL = Whole(1, LEVEL_MAX)
NEED = Record(
    SkillNeed,
    {
        "weight": Key("weight", Whole(0, WEIGHT_MAX)),
        "relax_after": Key("relax_after_ms", Duration()),
        "floor": Key("floor", Whole(1, LEVEL_MAX)),
    },
    beside=("skill", "level", "required"),
)
_WAYS = ("required", "preferred")


@dataclass(frozen=True, slots=True)
class Needs:
    """A need for each skill, in the order in which they stand."""

    def read(self, reading: Reading, node: Node, path: Path) -> tuple[SkillNeed, ...] | Bad:
        found = reading.entries(node, path)
        if isinstance(found, Bad):
            return BAD
        needs: list[SkillNeed] = []
        for name, value in found.entries.items():
            at = (*path, name)
            skill = reading.known("skill", name, at, found.lines[name])
            told = _told(reading, value, at)
            if not isinstance(skill, Bad) and not isinstance(told, Bad):
                needs.append(SkillNeed(skill=skill, **told))
        return tuple(needs)

    def write(self, value: tuple[SkillNeed, ...], names: Names) -> dict[str, Any]:
        written: dict[str, Any] = {}
        for need in value:
            rest = {
                name: key.kind.write(told, names)
                for name, key in NEED.keys.items()
                if (told := getattr(need, key.attribute)) != getattr(SkillNeed(0), key.attribute)
            }
            level = {"required" if need.required else "preferred": need.level}
            written[names.of("skill", need.skill)] = {**level, **rest}
        return written

    def schema(self) -> Schema:
        rest = {name: key.kind.schema() for name, key in NEED.keys.items()}
        ways: list[Schema] = [
            {
                "type": "object",
                "properties": {way: _LEVEL.schema(), **rest},
                "required": [way],
                "additionalProperties": False,
            }
            for way in _WAYS
        ]
        return {
            "type": "object",
            "propertyNames": NAME_SCHEMA,
            "additionalProperties": {"oneOf": [_LEVEL.schema(), *ways]},
        }


def _told(reading: Reading, node: Node, path: Path) -> dict[str, Any] | Bad:
    level = read_whole(node)
    if level is not None:
        return {"level": level}
    found = reading.entries(node, path, "need")
    if isinstance(found, Bad):
        return BAD
    rest = _read_rest(reading, node, path)
    ways = [way for way in _WAYS if way in found.entries]
    if len(ways) != 1:
        return reading.note("required_or_preferred", path, node.line)
    level = _LEVEL.read(reading, found.entries[ways[0]], (*path, ways[0]))
    if isinstance(level, Bad) or isinstance(rest, Bad):
        return BAD
    return {"level": level, "required": ways[0] == "required", **rest}


def _read_rest(reading: Reading, node: Node, path: Path) -> dict[str, Any] | Bad:
    before = len(reading.problems)
    values = NEED.values(reading, node, path, others=_WAYS)
    if isinstance(values, Bad):
        # The skill and the level, which are needed too, stand elsewhere.
        return BAD
    return BAD if len(reading.problems) > before else values
