"""A record of the policy as a mapping of the document: one field of the one for each field of the other."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any

from affluent.routing.document.kinds import Kind, Names, Schema
from affluent.routing.document.problems import Path
from affluent.routing.document.reading import BAD, Bad, Reading
from affluent.routing.document.tree import Entries, Node, Scalar


@dataclass(frozen=True, slots=True)
class Key:
    """How one attribute of a record is called in the document, and its kind.

    `absent`: left out, it is None, though the record has no default for it.
    """

    attribute: str
    kind: Kind
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """`keys` are those of the document. Attributes of `beside` come from elsewhere, such as the entry's name.

    A key that is left out, or stands there with nothing, has the default of the attribute; one without a
    default must be there.
    """

    made: type[Any]
    keys: Mapping[str, Key]
    beside: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    """Keys of the same entry that another record reads."""

    def read(self, reading: Reading, node: Node, path: Path) -> Any | Bad:
        values = self.values(reading, node, path)
        return BAD if isinstance(values, Bad) else self.made(**values)

    def values(
        self, reading: Reading, node: Node, path: Path, others: tuple[str, ...] = ()
    ) -> dict[str, Any] | Bad:
        """The attributes that are told. `others`: keys that the caller reads itself."""
        found = reading.entries(node, path)
        if isinstance(found, Bad):
            return BAD
        values: dict[str, Any] = {key.attribute: None for key in self.keys.values() if key.absent}
        complete = True
        for name, value in found.entries.items():
            key = self.keys.get(name)
            if key is None:
                if name not in others and name not in self.elsewhere:
                    known = (*self.keys, *others, *self.elsewhere)
                    reading.unknown("unknown_key", name, known, (*path, name), found.lines[name])
                continue
            if isinstance(value, Scalar) and value.empty:
                continue
            read = key.kind.read(reading, value, (*path, name))
            if not isinstance(read, Bad):
                values[key.attribute] = read
            elif key.attribute in self._needed():
                complete = False
        return values if self._complete(reading, found, values, path) and complete else BAD

    def _complete(self, reading: Reading, found: Entries, values: dict[str, Any], path: Path) -> bool:
        complete = True
        for name, key in self.keys.items():
            if key.attribute not in self._needed() or key.attribute in values:
                continue
            complete = False
            node = found.entries.get(name)
            if node is None or (isinstance(node, Scalar) and node.empty):
                reading.note("missing_key", path, found.line, key=name)
        return complete

    def write(self, value: Any, names: Names) -> dict[str, Any]:
        """All that differs from the defaults."""
        defaults = {one.name: _default(one) for one in fields(self.made)}
        return {
            name: key.kind.write(told, names)
            for name, key in self.keys.items()
            if (told := getattr(value, key.attribute)) != defaults[key.attribute] and told is not None
        }

    def schema(self) -> Schema:
        needed = [
            name for name, key in self.keys.items() if key.attribute in self._needed() and not key.absent
        ]
        described: Schema = {
            "type": "object",
            "properties": {name: key.kind.schema() for name, key in self.keys.items()},
            "additionalProperties": False,
        }
        return {**described, "required": needed} if needed else described

    def _needed(self) -> set[str]:
        return {one.name for one in fields(self.made) if _default(one) is MISSING}


@dataclass(frozen=True, slots=True)
class Records:
    """Several records in an order that counts."""

    of: Record

    def read(self, reading: Reading, node: Node, path: Path) -> tuple[Any, ...] | Bad:
        found = reading.items(node, path)
        if isinstance(found, Bad):
            return BAD
        read: list[Any] = []
        for place, item in enumerate(found.items):
            at = (*path, str(place))
            reading.lines[at] = item.line
            read.append(self.of.read(reading, item, at))
        return BAD if any(isinstance(value, Bad) for value in read) else tuple(read)

    def write(self, value: tuple[Any, ...], names: Names) -> list[dict[str, Any]]:
        return [self.of.write(one, names) for one in value]

    def schema(self) -> Schema:
        return {"type": "array", "items": self.of.schema()}


def _default(one: Field[Any]) -> Any:
    return one.default if one.default_factory is MISSING else one.default_factory()
