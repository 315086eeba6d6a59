"""A scenario read from its document, with every problem and its line."""

from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from affluent.routing.document.checking import check_whole
from affluent.routing.document.document import PolicyDocument, policy_of
from affluent.routing.document.kinds import read_whole
from affluent.routing.document.problems import DocumentError, DocumentProblem, Path
from affluent.routing.document.reading import Bad, Reading
from affluent.routing.document.tree import Entries, Scalar, parse
from affluent.routing.policy import AgentRule, Policy
from affluent.twin.scenario import fields
from affluent.twin.scenario.scenario import ContactClass, Group, Instants, Onward, Rates, Return, Scenario

VERSION = 1
SECTIONS = ("version", "policy", "classes", "groups")
_MEMBERS = "members"


def read_scenario(text: str, folder: FilePath | None = None) -> Scenario:
    """`folder`: where files that it names are looked for. Raises DocumentError with every reason."""
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
    document = _read_policy(reading, whole, folder)
    values = fields.WHOLE.values(reading, whole, (), others=SECTIONS)
    groups = _read_groups(reading, whole, document)
    # Whose agents are many: queues that groups alone can serve are no warning of the policy's.
    classes = _read_classes(reading, whole, {group.name for group in groups})
    if isinstance(values, Bad) or reading.problems:
        raise DocumentError(reading.problems)
    policy = replace(document.policy, agents=tuple(rule for group in groups for rule in group.rules))
    _check_policy(reading, policy)
    scenario = Scenario(
        policy=policy,
        classes=classes,
        groups=groups,
        segments=document.segments,
        names={noun: {number: name for name, number in ids.items()} for noun, ids in document.ids.items()},
        **values,
    )
    _check(reading, scenario)
    if reading.problems:
        raise DocumentError(reading.problems)
    return scenario


def _read_policy(reading: Reading, whole: Entries, folder: FilePath | None) -> PolicyDocument:
    """The policy that stands in the scenario, or in the file that it names."""
    node = whole.entries.get("policy")
    nothing = PolicyDocument(Policy((), frozenset(), (), ()), reading.ids)
    if node is None:
        reading.note("missing_key", (), whole.line, key="policy")
        return nothing
    line = node.line
    named = isinstance(node, Scalar) and not node.empty
    try:
        if isinstance(node, Scalar) and not node.empty:
            node = parse(((folder or FilePath()) / node.text).read_text(encoding="utf-8"))
        document = policy_of(node)
    except (OSError, UnicodeDecodeError):
        reading.note("policy_unreadable", ("policy",), line)
        return nothing
    except DocumentError as error:
        if named:
            reading.note("policy_wrong", ("policy",), line, problems=len(error.problems))
            return nothing
        reading.problems += [
            DocumentProblem(one.code, "/policy" + one.path, one.line, one.params) for one in error.problems
        ]
        return nothing
    reading.ids = {noun: dict(names) for noun, names in document.ids.items()}
    return document


def _read_groups(reading: Reading, whole: Entries, document: PolicyDocument) -> tuple[Group, ...]:
    node = whole.entries.get("groups")
    if node is None:
        rules = document.policy.agents
        return (Group("all", rules, (len(rules),)),) if rules else ()
    entries = reading.entries(node, ("groups",))
    if isinstance(entries, Bad):
        return ()
    known = {rule.id: rule for rule in document.policy.agents}
    first = max(known, default=0) + 1
    groups: list[Group] = []
    for name, value in entries.entries.items():
        path = ("groups", name)
        found = reading.entries(value, path)
        if isinstance(found, Bad) or isinstance(reading.named(name, path, entries.lines[name]), Bad):
            continue
        members = _read_members(reading, found, path)
        other = Entries(
            {key: one for key, one in found.entries.items() if key not in fields.EACH.keys},
            found.lines,
            found.line,
        )
        each = Entries(
            {key: one for key, one in found.entries.items() if key in fields.EACH.keys},
            found.lines,
            found.line,
        )
        if members is not None and each.entries:
            reading.note("members_are_described", path, found.line)
            continue
        if members is not None and "agents" not in other.entries:
            lines = {**other.lines, "agents": found.line}
            other = Entries(
                {**other.entries, "agents": Scalar(str(len(members)), False, found.line)}, lines, found.line
            )
        values = fields.GROUP.values(reading, other, path, others=(_MEMBERS, *fields.EACH.keys))
        told = fields.EACH.values(reading, each, path)
        if isinstance(values, Bad) or isinstance(told, Bad):
            continue
        most = max(values["present"])
        if members is not None:
            rules = tuple(known[number] for number in members)
            if most > len(rules):
                reading.note("more_than_members", (*path, "agents"), found.line, most=len(rules))
        else:
            rules = tuple(AgentRule(id=first + place, **told) for place in range(most))
            first += most
        groups.append(Group(name=name, rules=rules, **values))
    _check_members(reading, groups, whole.line)
    return tuple(groups)


def _read_members(reading: Reading, found: Entries, path: Path) -> list[int] | None:
    node = found.entries.get(_MEMBERS)
    if node is None:
        return None
    items = reading.items(node, (*path, _MEMBERS))
    if isinstance(items, Bad):
        return []
    read: list[int] = []
    for place, item in enumerate(items.items):
        at = (*path, _MEMBERS, str(place))
        word = reading.word(item, at)
        number = word if isinstance(word, Bad) else reading.known("agent", word, at, item.line)
        if not isinstance(number, Bad):
            read.append(number)
    return read


def _check_members(reading: Reading, groups: list[Group], line: int) -> None:
    seen: set[int] = set()
    for group in groups:
        for rule in group.rules:
            if rule.id in seen:
                reading.note("repeated", ("groups", group.name), line)
                return
            seen.add(rule.id)


def _read_classes(reading: Reading, whole: Entries, groups: set[str]) -> tuple[ContactClass, ...]:
    node = whole.entries.get("classes")
    if node is None:
        reading.note("missing_key", (), whole.line, key="classes")
        return ()
    entries = reading.entries(node, ("classes",))
    if isinstance(entries, Bad):
        return ()
    found: list[ContactClass] = []
    for name, value in entries.entries.items():
        path = ("classes", name)
        inner = reading.entries(value, path)
        if isinstance(inner, Bad) or isinstance(reading.named(name, path, entries.lines[name]), Bad):
            continue
        by_group = _read_by_group(reading, inner, path, groups)
        values = fields.CLASS.values(reading, inner, path, others=("handling_by_group",))
        if not isinstance(values, Bad):
            found.append(ContactClass(name=name, handling_by_group=by_group, **values))
    if not found and not reading.problems:
        reading.note("no_class", ("classes",), node.line)
    return tuple(found)


def _read_by_group(reading: Reading, found: Entries, path: Path, groups: set[str]) -> dict[str, Any]:
    node = found.entries.get("handling_by_group")
    if node is None:
        return {}
    at = (*path, "handling_by_group")
    entries = reading.entries(node, at)
    if isinstance(entries, Bad):
        return {}
    read: dict[str, Any] = {}
    for name, value in entries.entries.items():
        if name not in groups:
            reading.unknown("unknown_group", name, groups, (*at, name), entries.lines[name])
            continue
        told = fields.LAWS.read(reading, value, (*at, name))
        if not isinstance(told, Bad):
            read[name] = told
    return read


def _check_policy(reading: Reading, policy: Policy) -> None:
    """What is wrong with the policy once it has the agents of the groups."""
    check_whole(reading, policy, whole_so_far=True)


def _check(reading: Reading, scenario: Scenario) -> None:
    """References between classes, and values by period that are neither one nor one for each period."""
    names = [one.name for one in scenario.classes]
    periods = len(scenario.periods_ms)
    for one in scenario.classes:
        path = ("classes", one.name)
        line = reading.lines.get(path, 1)
        if one.segment is not None and one.segment not in scenario.segments:
            reading.unknown("unknown_segment", one.segment, scenario.segments, (*path, "segment"), line)
        returns = [("retry", one.retry), ("again", one.again)]
        followed: list[tuple[str, Return | Onward]] = [
            (key, told) for key, told in returns if told is not None
        ]
        followed += [("onward", onward) for onward in one.onward]
        for key, leads in followed:
            if leads.class_name is not None and leads.class_name not in names:
                reading.unknown("unknown_class", leads.class_name, names, (*path, key), line)
        if sum(onward.share for onward in one.onward) > 1 + 1e-9:
            reading.note("shares_above_one", (*path, "onward"), line)
        if one.self_care is not None and one.self_care.served + one.self_care.left > 1 + 1e-9:
            reading.note("shares_above_one", (*path, "self_care"), line)
        for key, count in _lengths(one):
            if count not in {1, periods}:
                reading.note("other_periods", (*path, key), line, told=count, periods=periods)
    for group in scenario.groups:
        if len(group.present) not in {1, periods}:
            path = ("groups", group.name, "agents")
            line = reading.lines.get(path, 1)
            reading.note("other_periods", path, line, told=len(group.present), periods=periods)


def _lengths(one: ContactClass) -> list[tuple[str, int]]:
    """How many values each list by period has."""
    rates = one.arrivals.per_hour if isinstance(one.arrivals, Rates) else (0.0,)
    found = [("arrivals", len(rates)), ("handling", len(one.handling)), ("patience", len(one.patience))]
    found += [("handling_by_group", len(laws)) for laws in one.handling_by_group.values()]
    return found + ([("wrap_up", len(one.wrap_up))] if one.wrap_up else [])


def latest_ms(scenario: Scenario) -> int:
    """The end of the last period, or the last recorded arrival."""
    recorded = [
        one.arrivals.at_ms[-1]
        for one in scenario.classes
        if isinstance(one.arrivals, Instants) and one.arrivals.at_ms
    ]
    return max([scenario.edges_ms[-1], *recorded])
