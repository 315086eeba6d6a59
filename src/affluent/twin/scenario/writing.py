"""A scenario written as the document that reads back to it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from affluent.routing.document.writing import Naming, written_policy
from affluent.routing.policy import AgentRule
from affluent.twin.scenario import fields
from affluent.twin.scenario.reading import VERSION
from affluent.twin.scenario.scenario import ContactClass, Group, Rates, Scenario

_NO_ARRIVALS = Rates((0.0,))


def write_scenario(scenario: Scenario) -> str:
    """The document as text."""
    written = written_scenario(scenario)
    return yaml.safe_dump(written, sort_keys=False, allow_unicode=True, default_flow_style=None, width=100)


def written_scenario(scenario: Scenario) -> dict[str, Any]:
    """The document as plain mappings and lists. Agents of a group who are all alike are described once."""
    naming = Naming(scenario.names)
    named = tuple(rule for group in scenario.groups if not _alike(group) for rule in group.rules)
    policy = written_policy(replace(scenario.policy, agents=named), naming, scenario.segments)
    return {
        "version": VERSION,
        **fields.WHOLE.write(scenario, naming),
        "policy": policy,
        "groups": {group.name: _group(group, naming) for group in scenario.groups},
        "classes": {one.name: _class(one, naming) for one in scenario.classes},
    }


def _alike(group: Group) -> bool:
    return len({_key(rule) for rule in group.rules}) <= 1 and len(group.rules) == max(group.present)


def _key(rule: AgentRule) -> tuple[object, ...]:
    def items(of: Mapping[Any, int]) -> tuple[Any, ...]:
        return tuple(sorted(of.items()))

    told = (rule.skills, rule.limits, rule.ranks, rule.units, rule.kept_free)
    return (rule.team, rule.bundles, *(items(one) for one in told))


def _group(group: Group, naming: Naming) -> dict[str, Any]:
    told = fields.GROUP.write(group, naming)
    if not _alike(group):
        return {**told, "members": [naming.of("agent", rule.id) for rule in group.rules]}
    return {**told, **(fields.EACH.write(group.rules[0], naming) if group.rules else {})}


def _class(one: ContactClass, naming: Naming) -> dict[str, Any]:
    told = fields.CLASS.write(one, naming)
    if one.arrivals == _NO_ARRIVALS:
        told.pop("arrivals", None)
    by_group = {name: fields.LAWS.write(laws, naming) for name, laws in one.handling_by_group.items()}
    return {**told, "handling_by_group": by_group} if by_group else told
