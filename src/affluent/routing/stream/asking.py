"""What one contact asks beyond its queue, as a line tells it: a segment of the document, and its own wishes."""

from collections.abc import Mapping
from typing import Any

from affluent.routing.document import PolicyDocument, grown
from affluent.routing.document.checking import demands_problems
from affluent.routing.document.fields import SEGMENT
from affluent.routing.document.reading import Bad
from affluent.routing.policy import NO_DEMANDS, Demands, QueueRule, demanding
from affluent.routing.stream.values import BadLine, told

_OWN = tuple(SEGMENT.keys)


def demands_of(document: PolicyDocument, values: Mapping[str, Any]) -> Demands:
    """The segment's and the contact's own together, for the queue it comes to. Raises BadLine: bad_demands."""
    own = _own(document, {key: values[key] for key in _OWN if key in values})
    segment = NO_DEMANDS
    if "segment" in values:
        entered = next(one for one in document.policy.queues if one.id == values["queue"])
        segment = document.segment(values["segment"], entered.medium)
    demands = _joined(segment, own)
    # As for the engine: teams of a contact and of its segment may exclude each other for a while, and both may
    # ask one skill.
    harmless = {"stage_narrows", "repeated"}
    problems = [one for one in demands_problems(document.policy, demands) if one.code not in harmless]
    if problems:
        raise BadLine("bad_demands", problems=[{"code": one.code} for one in problems])
    return demands


def _joined(segment: Demands, own: Demands) -> Demands:
    """As a queue's needs and a contact's join. A target of its own replaces the segment's."""
    if NO_DEMANDS in (segment, own):
        return own if segment == NO_DEMANDS else segment
    alone = QueueRule(0, "", tier=segment.tier, skills=segment.needs, team_needs=segment.team_needs)
    rule = demanding(alone, own)
    target_ms = segment.target_ms if own.target_ms is None else own.target_ms
    return Demands(rule.skills, rule.tier, target_ms, rule.team_needs)


def _own(document: PolicyDocument, entry: dict[str, Any]) -> Demands:
    if not entry:
        return NO_DEMANDS
    reading = document.reading()
    demands = SEGMENT.read(reading, grown(entry), ())
    if isinstance(demands, Bad) or reading.problems:
        raise BadLine("bad_demands", problems=told(reading.problems, ""))
    return demands
