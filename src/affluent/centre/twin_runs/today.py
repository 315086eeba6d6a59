"""A scenario of the centre as it is today: its policy, its agents as they were present, and its own last weeks.

Arrivals, handling and patience are fitted from the history; the policy is the living one; who works is what the
spans of presence say, by half an hour, on days of the kind asked for.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median_low
from typing import Any, Protocol

import numpy as np

from affluent.centre.policy_document.writing import Standing
from affluent.measure.occupancy import Spans
from affluent.measure.outcomes import Ints
from affluent.measure.spans import AWAY, OFFLINE
from affluent.routing.document import PolicyDocument, as_text, read_policy
from affluent.routing.document.reading import Noun
from affluent.routing.document.writing import naming_of
from affluent.routing.policy import AgentRule, Overflow, Policy
from affluent.twin.fitting.learning import Learned, TooLittle, edges_of, learned, seen_of
from affluent.twin.fitting.log import Log
from affluent.twin.fitting.making import EACH_MS, typical
from affluent.twin.fitting.staffing import Floats, Team, whole
from affluent.twin.scenario.scenario import ContactClass, Group, Scenario

DAY_MS = 86_400_000


class Past(Protocol):
    """What the centre was and is, on one's side of the wall."""

    def log(self, brands: Collection[int], weeks: int) -> Log:
        """The stays of the last weeks."""
        ...

    def spans(self, brands: Collection[int], from_ms: int, to_ms: int) -> Spans: ...
    def standing(self) -> Standing:
        """The settings of routing as they are."""
        ...


@dataclass(frozen=True, slots=True)
class Today:
    """`kinds`: the days by kind, with how many there were. `unserved`: queues that came and nobody serves now."""

    scenario: Scenario
    kinds: Mapping[str, int]
    days: int
    contacts: int
    unserved: Sequence[str]
    roster: bool
    """Whether presence was recorded; else it is inferred from the contacts that were served."""
    waited_ms: float
    """Mean wait of those who waited for a live answer in these weeks; to be held against what the twin finds."""
    left_share: float
    """Of them, those who gave up."""


def today(
    past: Past,
    brands: Collection[int],
    weeks: int,
    kind: str | None,
    name: str,
    progress: Callable[[str], None] = lambda _: None,
) -> Today:
    """Raises `TooLittle`."""
    progress("reading")
    log = past.log(brands, weeks)
    standing = past.standing()
    found = learned(log, progress=lambda step: progress("staffing" if step == "staff" else "learning"))
    chosen = kind if kind is not None else _usual(found)
    day = typical(found, chosen)
    progress("staffing")
    document = read_policy(as_text(standing.written))
    kept = _of_brands(document, standing, brands)
    numbers = {
        row_id: document.ids["queue"][called]
        for row_id, called in standing.called["queues"].items()
        if called in document.ids["queue"]
    }
    served = {rule.id for rule in kept.queues}
    classes = tuple(
        replace(one, queue=numbers[one.queue], handling_by_group={}, name=_class_name(one, document, numbers))
        for one in day.classes
        if numbers.get(one.queue) in served
    )
    if not classes:
        raise TooLittle("nothing")
    agents = {document.ids["agent"][called]: row for row, called in standing.called["agents"].items()}
    staff = _Staff(past, found, log, chosen, brands, day)
    naming = naming_of(document)
    groups = staff.groups(_groups_of(kept, naming.names), agents)
    if not groups:
        raise TooLittle("nobody_works")
    policy = replace(kept, agents=tuple(rule for group in groups for rule in group.rules))
    unserved = [one.name for one in day.classes if numbers.get(one.queue) not in served]
    scenario = replace(
        day, policy=policy, classes=classes, groups=groups, name=name, names=naming.names, segments={}
    )
    kinds = {one.name: len(one.days) for one in found.kinds}
    return Today(
        scenario,
        kinds,
        staff.days,
        len(log.stays),
        unserved,
        staff.recorded,
        found.waited_ms,
        found.left_share,
    )


def _usual(found: Learned) -> str:
    open_days = [(len(one.days), one.name) for one in found.kinds if one.name != "closed"]
    if not open_days:
        raise TooLittle("nothing")
    full = [name for _, name in open_days if name == "full"]
    return full[0] if full else max(open_days)[1]


def _class_name(one: ContactClass, document: PolicyDocument, numbers: Mapping[int, int]) -> str:
    names = {number: name for name, number in document.ids["queue"].items()}
    return names[numbers[one.queue]]


def _of_brands(document: PolicyDocument, standing: Standing, brands: Collection[int]) -> Policy:
    """The policy without what belongs to other brands alone: their queues, and who serves none of these brands."""
    policy = document.policy
    queue = {document.ids["queue"][name]: row for row, name in standing.called["queues"].items()}
    agent = {document.ids["agent"][name]: row for row, name in standing.called["agents"].items()}
    mine = {
        number
        for number, row_id in queue.items()
        if standing.rows["queues"][row_id]["brand_id"] in {None, *brands}
    }

    def overflow(told: Overflow | None) -> Overflow | None:
        return None if told is not None and told.queue is not None and told.queue not in mine else told

    def works(rule: AgentRule) -> bool:
        served = standing.rows["agents"][agent[rule.id]]["brand_ids"]
        return not served or bool(set(served) & set(brands))

    return replace(
        policy,
        queues=tuple(
            replace(one, overflow=overflow(one.overflow)) for one in policy.queues if one.id in mine
        ),
        agents=tuple(
            replace(one, ranks={number: rank for number, rank in one.ranks.items() if number in mine})
            for one in policy.agents
            if works(one)
        ),
        agent_reserves=tuple(one for one in policy.agent_reserves if set(one.queues) <= mine),
    )


def _groups_of(
    policy: Policy, names: Mapping[Noun, Mapping[int, str]]
) -> list[tuple[AgentRule, str, tuple[AgentRule, ...]]]:
    """Agents of a team who serve the same queues in the same way, as one rule of theirs with a name.

    What they hold beside that differs a little from one to another: a group has the median of their levels, so that
    a planner can ask for one more of them. Where that would open or close a queue, they stay apart.
    """
    bundles = {one.id: one.skills for one in policy.bundles}
    alike: dict[tuple[Any, ...], list[AgentRule]] = {}
    for rule in policy.agents:
        alike.setdefault(_kind(rule, policy, bundles), []).append(rule)
    teams = names.get("team", {})
    found: list[tuple[AgentRule, str, tuple[AgentRule, ...]]] = []
    times: dict[str, int] = {}
    for rules in alike.values():
        for part in _together(rules, policy, bundles):
            base = teams.get(part[0].team or 0, "–")
            times[base] = times.get(base, 0) + 1
            called = base if times[base] == 1 else f"{base} {times[base]}"
            found.append((_median(part, bundles), called, tuple(part)))
    return found


Bundles = Mapping[int, Mapping[int, int]]


def _kind(rule: AgentRule, policy: Policy, bundles: Bundles) -> tuple[Any, ...]:
    told = (rule.limits, rule.ranks, rule.units, rule.kept_free)
    served = _served(_held(rule, bundles), policy)
    return (rule.team or 0, served, *(tuple(sorted(one.items())) for one in told))


def _held(rule: AgentRule, bundles: Bundles) -> dict[int, int]:
    """An agent's skills, those of bundles among them."""
    held = dict(rule.skills)
    for bundle in rule.bundles:
        for skill, level in bundles.get(bundle, {}).items():
            held[skill] = max(level, held.get(skill, 0))
    return held


def _served(held: Mapping[int, int], policy: Policy) -> tuple[int, ...]:
    return tuple(
        queue.id
        for queue in policy.queues
        if all(held.get(need.skill, 0) >= need.level for need in queue.skills if need.required)
    )


def _median(rules: Sequence[AgentRule], bundles: Bundles) -> AgentRule:
    held = [_held(rule, bundles) for rule in rules]
    skills = sorted({skill for one in held for skill in one})
    levels = {skill: median_low([one.get(skill, 0) for one in held]) for skill in skills}
    return replace(rules[0], skills={skill: level for skill, level in levels.items() if level}, bundles=())


def _together(rules: list[AgentRule], policy: Policy, bundles: Bundles) -> list[list[AgentRule]]:
    """All of them, if what they have in the middle serves what each of them does; else each kind by itself."""
    if _served(_median(rules, bundles).skills, policy) == _served(_held(rules[0], bundles), policy):
        return [rules]
    kinds: dict[tuple[tuple[int, int], ...], list[AgentRule]] = {}
    for rule in rules:
        kinds.setdefault(tuple(sorted(_held(rule, bundles).items())), []).append(rule)
    return [*kinds.values()]


class _Staff:
    """How many of some agents were present by period of a typical day."""

    def __init__(
        self, past: Past, found: Learned, log: Log, kind: str, brands: Collection[int], day: Scenario
    ) -> None:
        profile = found.profile(kind)
        assert profile is not None
        self._days = [*profile[1].days]
        self._log, self._day = log, day
        first, last = log.midnight_ms(self._days[0]), log.midnight_ms(self._days[-1] + timedelta(days=1))
        self._spans = past.spans(brands, first, last)
        self._now_ms = last
        present = (self._spans.presence != OFFLINE) & (self._spans.presence != AWAY)
        self._present = present
        self.recorded = bool(present.any())

    @property
    def days(self) -> int:
        """Of how many days it is the typical one."""
        return len(self._days)

    def groups(
        self, wanted: list[tuple[AgentRule, str, tuple[AgentRule, ...]]], rows: Mapping[int, int]
    ) -> tuple[Group, ...]:
        """Those of whom anybody works, each described once, as many times as work at most."""
        found: list[Group] = []
        number = 1
        for one, name, rules in wanted:
            present = tuple(
                min(count, len(rules)) for count in whole(self._mean([rows[rule.id] for rule in rules]))
            )
            most = max(present, default=0)
            if most:
                own = tuple(replace(one, id=number + place) for place in range(most))
                found.append(Group(name, own, present))
                number += most
        return tuple(found)

    def _mean(self, agents: list[int]) -> Floats:
        """Agents there on average, by period."""
        begin = self._day.starts_ms // EACH_MS
        periods = len(self._day.periods_ms)
        if not self.recorded:
            edges = edges_of(self._log, self._days, EACH_MS)
            edges = np.maximum.accumulate(edges)
            edges = edges + np.arange(len(edges)) * (np.append(1, np.diff(edges)) == 0)
            queues = tuple(np.unique(self._log.stays.queue_id).tolist())
            seen = seen_of(self._log, Team(queues, tuple(agents)), edges, {})
            by_day = seen[: len(self._days) * (DAY_MS // EACH_MS)].reshape(len(self._days), -1)
            return by_day.mean(axis=0)[begin : begin + periods]
        mine = np.isin(self._spans.agent_id, agents) & self._present
        low = self._spans.from_ms[mine]
        high = np.where(self._spans.to_ms[mine] < 0, self._now_ms, self._spans.to_ms[mine])
        total = np.zeros(periods)
        for one in self._days:
            midnight = self._log.midnight_ms(one)
            edges = midnight + (begin + np.arange(periods + 1)) * EACH_MS
            total += _overlap(low, high, edges)
        return total / (len(self._days) * EACH_MS)


def _overlap(low: Ints, high: Ints, edges_ms: Ints) -> Floats:
    """How much of the spans lies in each interval, in ms."""
    inside = np.clip(high[:, None], edges_ms[None, :-1], edges_ms[None, 1:]) - np.clip(
        low[:, None], edges_ms[None, :-1], edges_ms[None, 1:]
    )
    return inside.sum(axis=0).astype(np.float64)
