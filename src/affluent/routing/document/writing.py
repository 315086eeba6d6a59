"""A policy written as a document that reads back to the same policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from affluent.routing.document import beside, fields
from affluent.routing.document.beside import Beside
from affluent.routing.document.document import VERSION, PolicyDocument
from affluent.routing.document.reading import Noun
from affluent.routing.document.record import Record
from affluent.routing.policy import Demands, Policy


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of numbers, by noun; a number without a name is called by its digits."""

    names: Mapping[Noun, Mapping[int, str]]

    def of(self, noun: Noun, number: int) -> str:
        return self.names.get(noun, {}).get(number, str(number))


def naming_of(document: PolicyDocument) -> Naming:
    """The names that a document gave."""
    names: dict[Noun, dict[int, str]] = {
        noun: {number: name for name, number in names.items()} for noun, names in document.ids.items()
    }
    # The engine tells of a brand as of a skill.
    names["skill"] = {**names.get("brand", {}), **names.get("skill", {})}
    return Naming(names)


def write_policy(policy: Policy, naming: Naming, segments: Mapping[str, Demands] | None = None) -> str:
    """The document as text: what differs from the defaults, under names."""
    return as_text(written_policy(policy, naming, segments or {}))


def as_text(written: Mapping[str, Any]) -> str:
    """Plain mappings and lists as YAML."""
    return yaml.safe_dump(
        dict(written), sort_keys=False, allow_unicode=True, default_flow_style=None, width=100
    )


def written_policy(policy: Policy, naming: Naming, segments: Mapping[str, Demands]) -> dict[str, Any]:
    """The document as plain mappings and lists."""
    queues = {naming.of("queue", one.id): fields.QUEUE.write(one, naming) for one in policy.queues}
    bundles = {naming.of("bundle", one.id): fields.BUNDLE.write(one, naming) for one in policy.bundles}
    agents = {naming.of("agent", one.id): fields.AGENT.write(one, naming) for one in policy.agents}
    whole: dict[str, Any] = {
        "version": VERSION,
        **fields.WHOLE.write(policy, naming),
        "media": {one.medium: fields.MEDIUM.write(one, naming) for one in policy.media},
        "skills": _listed(naming, "skill", policy.skills),
        "teams": _listed(naming, "team", _teams(policy, naming, segments)),
        "bundles": _numbered(bundles, [one.id for one in policy.bundles]),
        "queues": _numbered(queues, [one.id for one in policy.queues]),
        "agents": _numbered(agents, [one.id for one in policy.agents]),
        "segments": {name: fields.SEGMENT.write(one, naming) for name, one in segments.items()},
    }
    return {key: value for key, value in whole.items() if value not in ([], {})}


def _teams(policy: Policy, naming: Naming, segments: Mapping[str, Demands]) -> set[int]:
    named = {team for rule in policy.queues for team in rule.teams}
    asked = [need for rule in policy.queues for need in rule.team_needs]
    asked += [need for one in segments.values() for need in one.team_needs]
    single = [rule.team for rule in (*policy.agents, *policy.agent_reserves)]
    named |= {team for need in asked for team in need.teams}
    return named | {team for team in single if team is not None} | set(naming.names.get("team", {}))


def _listed(naming: Naming, noun: Noun, numbers: set[int] | frozenset[int]) -> Any:
    """Names alone when their positions are their numbers."""
    ordered = sorted(numbers)
    if ordered == list(range(1, len(ordered) + 1)):
        return [naming.of(noun, number) for number in ordered]
    return {naming.of(noun, number): {"id": number} for number in ordered}


def _numbered(entries: dict[str, dict[str, Any]], numbers: list[int]) -> dict[str, dict[str, Any]]:
    if numbers == list(range(1, len(numbers) + 1)):
        return entries
    return {
        name: {"id": number, **entry} for (name, entry), number in zip(entries.items(), numbers, strict=True)
    }


def written_centre(
    policy: Policy, naming: Naming, segments: Mapping[str, Demands], kept: Beside
) -> dict[str, Any]:
    """The document of a living centre: every section stands in it, also an empty one, which says that there is none.

    `policy` is without what stands in `kept`; its order decides where all else is equal.
    """
    plain = written_policy(policy, naming, segments)
    return {
        "version": VERSION,
        "order": policy.order.value,
        "reserve": policy.reserve,
        "media": plain.get("media", {}),
        "brands": list(kept.brands),
        "skills": [naming.of("skill", one) for one in sorted(policy.skills)],
        "bundles": _joined(plain, "bundles", beside.BUNDLE, kept.bundles, naming),
        "hours": {name: beside.HOURS.write(one, naming) for name, one in kept.hours.items()},
        "teams": {name: beside.TEAM.write(one, naming) for name, one in kept.teams.items()},
        "queues": _joined(plain, "queues", beside.QUEUE, kept.queues, naming),
        "agents": _joined(plain, "agents", beside.AGENT, kept.agents, naming),
        "segments": _joined(plain, "segments", beside.SEGMENT, kept.segments, naming),
        "agent_reserves": [
            {**beside.RESERVE.write(told, naming), **entry}
            for entry, told in zip(plain.get("agent_reserves", []), kept.reserves, strict=True)
        ],
    }


def _joined(
    plain: Mapping[str, Any], section: str, record: Record, kept: Mapping[str, Any], naming: Naming
) -> dict[str, Any]:
    """The entries of a section with all their keys; numbers are left to their places."""
    entries: dict[str, dict[str, Any]] = plain.get(section, {})
    return {
        name: {
            **(record.write(kept[name], naming) if name in kept else {}),
            **{key: value for key, value in entry.items() if key != "id"},
        }
        for name, entry in entries.items()
    }
