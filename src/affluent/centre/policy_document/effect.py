"""What new rules mean for those who wait now: whose queue goes, whom nobody could serve any more."""

from collections.abc import Iterable
from dataclasses import dataclass

from affluent.centre.administration.ports import SettingsUnit, Waiting
from affluent.centre.demanding import from_data
from affluent.centre.policy_document.writing import Standing
from affluent.routing.policy import Policy, can_serve, demanding, with_bundles


@dataclass(frozen=True, slots=True)
class Effect:
    """Contacts: all who wait, those whose queue goes, those whom nobody could serve, and of these the new ones."""

    waiting: int
    queue_goes: int
    unserved: int
    newly_unserved: int


def effect_of(unit: SettingsUnit, before: Policy, after: Policy, standing: Standing) -> Effect:
    """Compares two policies over those who wait."""
    waiting = unit.waiting()
    lost = _unserved(before, waiting)
    still = _unserved(after, waiting)
    return Effect(
        waiting=_count(waiting),
        queue_goes=_count(one for one in waiting if one.queue_id not in standing.rows["queues"]),
        unserved=_count(waiting[place] for place in sorted(still)),
        newly_unserved=_count(waiting[place] for place in sorted(still - lost)),
    )


def _count(waiting: Iterable[Waiting]) -> int:
    return sum(one.count for one in waiting)


def _unserved(policy: Policy, waiting: Iterable[Waiting]) -> set[int]:
    """The places of those whom no agent of the policy could ever serve."""
    queues = {rule.id: rule for rule in policy.queues}
    agents = [with_bundles(agent, policy.bundles) for agent in policy.agents]
    found: set[int] = set()
    for place, one in enumerate(waiting):
        rule = queues.get(one.queue_id)
        asked = None if rule is None else demanding(rule, from_data(one.demands, policy.skills))
        if asked is None or not any(can_serve(agent, asked) for agent in agents):
            found.add(place)
    return found
