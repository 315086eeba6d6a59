"""Offers that are accepted at once, as by the twin's people, change no decision: only nothing is ever open."""

from dataclasses import replace

from affluent.routing import Offered, Place, Policy, Router
from affluent.routing.decisions import Decision
from tests.routing.story import Seeded, a_policy, one_of


def without_pull_back(policy: Policy) -> Policy:
    """An offer that is accepted cannot go back: that rule alone tells the two apart."""
    return replace(policy, media=tuple(replace(one, pulls_back=()) for one in policy.media))


class Twins:
    """One router whose offers are accepted one after the other, and one that accepts them by itself."""

    def __init__(self, policy: Policy) -> None:
        self.slow, self.fast = Router(policy, capacity=1), Router(policy, capacity=1)
        self.fast.store.state.rules.at_once[0] = 1
        self.offers = 0

    def __call__(self, event: str, *arguments: int) -> None:
        slow: list[Decision] = getattr(self.slow, event)(*arguments)
        fast: list[Decision] = getattr(self.fast, event)(*arguments)
        assert slow == fast
        for one in slow:
            if isinstance(one, Offered) and self.slow.place(one.contact) is Place.OFFERED:
                self.offers += 1
                assert not self.slow.accept(one.contact, one.agent, self.slow.now_ms)
        assert self.slow.live_contacts() == self.fast.live_contacts()
        assert self.slow.live_agents() == self.fast.live_agents()


def a_day(seed: int) -> int:
    """Random events for both; how many offers were made."""
    choices = Seeded(seed)
    policy = without_pull_back(a_policy(choices))
    twins = Twins(policy)
    now_ms = 0
    for contact in range(1, 80):
        now_ms += choices.number(0, 30)
        twins("advance", now_ms)
        twins("arrive", contact, one_of(choices, policy.queues).id, now_ms)
        twins("agent_ready", one_of(choices, policy.agents).id, now_ms)
        there = [one for one in twins.slow.live_contacts() if one.place is Place.IN_HAND]
        if there and choices.number(0, 2):
            twins("release", one_of(choices, there).contact, now_ms)
        if choices.number(0, 9) == 0:
            twins("agent_away", one_of(choices, policy.agents).id, now_ms)
    return twins.offers


def test_accepting_at_once_decides_as_accepting_right_after() -> None:
    assert sum(a_day(seed) for seed in range(25)) > 500
