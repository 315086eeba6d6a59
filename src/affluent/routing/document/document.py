"""A policy as people write it: one document with names in place of numbers, read with all its problems.

Numbers are given by position, from 1, unless the document gives `id`s: the smaller number decides where all
else is equal, so what is listed first goes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from affluent.routing.document import beside, fields
from affluent.routing.document.beside import Beside
from affluent.routing.document.checking import check_segments, check_whole
from affluent.routing.document.kinds import Whole, read_whole
from affluent.routing.document.problems import DocumentError, DocumentProblem, Path
from affluent.routing.document.reading import PLURALS, Bad, Noun, Reading
from affluent.routing.document.record import Record
from affluent.routing.document.tree import Entries, Items, Node, Scalar, parse
from affluent.routing.policy import IDENTITY_MAX, AgentRule, Demands, Policy

VERSION = 1
SECTIONS = (
    "version",
    "media",
    "skills",
    "bundles",
    "teams",
    "queues",
    "agents",
    "segments",
    *beside.SECTIONS,
)
_LISTED: Mapping[Noun, tuple[str, ...]] = {"skill": (), "brand": (), "team": tuple(beside.TEAM.keys)}
"""What may be a list of names, and the keys of an entry when it is none."""


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy with the names of its numbers. `ids` are by noun, then by name; media stand for themselves.

    `policy` is what the engine follows; `plain` the same without what stands in `beside`, such as brands.
    `lines` are those of the keys, by path; `sections` are those that the document has.
    """

    policy: Policy
    ids: Mapping[Noun, Mapping[str, int]]
    segments: Mapping[str, Demands] = field(default_factory=dict[str, Demands])
    warnings: tuple[DocumentProblem, ...] = ()
    beside: Beside = field(default_factory=Beside)
    plain: Policy | None = None
    lines: Mapping[Path, int] = field(default_factory=dict[Path, int])
    sections: frozenset[str] = frozenset()

    def reading(self) -> Reading:
        """For reading more that speaks of the same names, such as one agent."""
        reading = Reading({noun: dict(names) for noun, names in self.ids.items()})
        reading.team_ranks = beside.team_ranks(self.ids, self.beside)
        return reading

    def segment(self, name: str, medium: str) -> Demands:
        """What contacts of a segment ask when they come by a medium."""
        demands = self.segments[name]
        told = self.beside.segments.get(name)
        target_ms = None if told is None else told.targets.get(medium)
        return demands if target_ms is None else replace(demands, target_ms=target_ms)


def read_policy(text: str) -> PolicyDocument:
    """Raises DocumentError with every reason why the text is no policy that can work."""
    return policy_of(parse(text))


def policy_of(root: Node) -> PolicyDocument:
    """As `read_policy`, for a tree."""
    reading = Reading()
    whole = reading.entries(root, ())
    if isinstance(whole, Bad):
        raise DocumentError(reading.problems)
    _check_version(reading, whole)
    _declare(reading, whole)
    values = fields.WHOLE.values(reading, whole, (), others=SECTIONS)
    media = tuple(one for _, one in _records(reading, whole, "media", fields.MEDIUM, None))
    queues = tuple(one for _, one in _records(reading, whole, "queues", fields.QUEUE, "queue"))
    bundles = tuple(one for _, one in _records(reading, whole, "bundles", fields.BUNDLE, "bundle"))
    agents = tuple(one for _, one in _records(reading, whole, "agents", fields.AGENT, "agent"))
    segments = dict(_records(reading, whole, "segments", fields.SEGMENT, None))
    skills = frozenset(reading.ids["skill"].values())
    told = {} if isinstance(values, Bad) else values
    plain = Policy(media=media, skills=skills, queues=queues, agents=agents, bundles=bundles, **told)
    kept = beside.read_beside(reading, whole)
    policy = beside.with_walls(plain, reading.ids, kept)
    whole_so_far = not reading.problems
    warnings = check_whole(reading, policy, whole_so_far=whole_so_far)
    check_segments(reading, policy, segments)
    if reading.problems:
        raise DocumentError(reading.problems)
    sections = frozenset(whole.entries)
    return PolicyDocument(
        policy, reading.ids, segments, tuple(warnings), kept, plain, reading.lines, sections
    )


def read_agent(reading: Reading, node: Node, path: Path, number: int) -> AgentRule | Bad:
    """One agent's entry, as it stands in a document."""
    values = fields.AGENT.values(reading, node, path, others=("id",))
    if isinstance(values, Bad):
        return values
    values["id"] = number
    kept = beside.AGENT.values(reading, node, path, others=("id", *fields.AGENT.keys))
    if isinstance(kept, Bad):
        return kept
    rule = AgentRule(**values)
    return beside.walled_agent(rule, beside.AgentBeside(**kept), reading.ids["brand"], reading.team_ranks)


def _check_version(reading: Reading, whole: Entries) -> None:
    node = whole.entries.get("version")
    if node is None:
        reading.note("missing_key", (), whole.line, key="version")
    elif read_whole(node) != VERSION:
        reading.note("unsupported_version", ("version",), node.line, supported=VERSION)


def _declare(reading: Reading, whole: Entries) -> None:
    """The names that the document may speak of, and their numbers."""
    for noun, section in PLURALS.items():
        node = whole.entries.get(section)
        if node is None:
            continue
        named = _named(reading, node, (section,), _LISTED.get(noun))
        numbers = _numbers(reading, named, (section,))
        if noun == "brand":
            # To the engine a brand is one more skill: below all that are skills indeed.
            lowest = min(0, *reading.ids["skill"].values()) if reading.ids["skill"] else 0
            numbers = [lowest - place for place in range(1, len(named) + 1)]
        reading.ids[noun] = dict(zip((name for name, _, _ in named), numbers, strict=True))


def _named(
    reading: Reading, node: Node, path: Path, keys: tuple[str, ...] | None
) -> list[tuple[str, Node | None, int]]:
    """Names with what stands under each, and their lines. `keys`: it may be a list of names, or have these keys."""
    listed = keys is not None
    found: list[tuple[str, Node | None, int]] = []
    if listed and isinstance(node, Items):
        seen: dict[str, int] = {}
        for place, item in enumerate(node.items):
            name = reading.word(item, (*path, str(place)))
            if isinstance(name, Bad):
                continue
            if name in seen:
                reading.note(
                    "repeated",
                    (*path, str(place)),
                    item.line,
                    name=name,
                    first_line=node.items[seen[name]].line,
                )
                continue
            seen[name] = place
            found.append((name, None, item.line))
        return found
    entries = reading.entries(node, path, "list" if listed else "mapping")
    if isinstance(entries, Bad):
        return []
    for name, value in entries.entries.items():
        line = entries.lines[name]
        if not isinstance(reading.named(name, (*path, name), line), Bad):
            found.append((name, value, line))
            if keys is not None:
                _only_id(reading, value, (*path, name), keys)
    return found


def _only_id(reading: Reading, node: Node, path: Path, keys: tuple[str, ...]) -> None:
    found = reading.entries(node, path)
    if not isinstance(found, Bad):
        for key in found.entries.keys() - {"id", *keys}:
            reading.unknown("unknown_key", key, ("id", *keys), (*path, key), found.lines[key])


def _numbers(reading: Reading, named: list[tuple[str, Node | None, int]], path: Path) -> list[int]:
    """As the document gives them, all or none; else by position."""
    given = [
        None if id_ is None or (isinstance(id_, Scalar) and id_.empty) else id_
        for id_ in (node.entries.get("id") if isinstance(node, Entries) else None for _, node, _ in named)
    ]
    positions = list(range(1, len(named) + 1))
    if all(node is None for node in given):
        return positions
    numbers: list[int] = []
    for (name, _, line), node, position in zip(named, given, positions, strict=True):
        if node is None:
            reading.note("id_missing", (*path, name), line)
            numbers.append(position)
            continue
        number = Whole(-IDENTITY_MAX, IDENTITY_MAX).read(reading, node, (*path, name, "id"))
        if isinstance(number, Bad):
            number = position
        elif abs(number) >= IDENTITY_MAX:
            reading.note("id_out_of_range", (*path, name, "id"), node.line, id=number)
        elif number in numbers:
            reading.note("repeated_id", (*path, name, "id"), node.line, id=number)
        numbers.append(number)
    return numbers


def _records(
    reading: Reading, whole: Entries, section: str, record: Record, noun: Noun | None
) -> list[tuple[str, Any]]:
    """The entries of a section, by name. `noun`: they have numbers."""
    node = whole.entries.get(section)
    entries = Entries({}, {}, whole.line) if node is None else reading.entries(node, (section,))
    if isinstance(entries, Bad):
        return []
    found: list[tuple[str, Any]] = []
    for name, value in entries.entries.items():
        path = (section, name)
        others = ("id",) if noun is not None else ()
        values = record.values(reading, value, path, others=others)
        if isinstance(values, Bad) or (noun is not None and name not in reading.ids[noun]):
            continue
        if noun is not None:
            values["id"] = reading.ids[noun][name]
        elif record is fields.MEDIUM:
            values["medium"] = name
        elif isinstance(reading.named(name, path, entries.lines[name]), Bad):
            continue
        found.append((name, record.made(**values)))
    return found


def grown(value: Any, line: int = 1) -> Node:
    """The tree of a value that was read from JSON."""
    if isinstance(value, dict):
        entries = {str(key): grown(inner, line) for key, inner in value.items()}
        return Entries(entries, dict.fromkeys(entries, line), line)
    if isinstance(value, list):
        return Items(tuple(grown(inner, line) for inner in value), line)
    if isinstance(value, str):
        return Scalar(value, True, line)
    if isinstance(value, bool):
        return Scalar("true" if value else "false", False, line)
    return Scalar("" if value is None else repr(value), False, line)
