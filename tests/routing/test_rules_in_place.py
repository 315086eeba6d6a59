"""Rules that change while the engine runs: as if it had been built anew from them, with everybody where they were."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from affluent.routing import (
    AgentRule,
    LiveAgent,
    MediumRule,
    Offered,
    Policy,
    PolicyError,
    QueueRule,
    Router,
    RoutingError,
    SkillNeed,
)
from affluent.routing.stream.moving import Live, without_lost_offers
from tests.routing.crowds import EVENTS as CROWDED
from tests.routing.crowds import a_crowd
from tests.routing.pair import Pair
from tests.routing.policy_changes import changed_policy
from tests.routing.story import EVENTS, Choices, Seeded, a_policy, happen, one_of
from tests.routing.test_oracle import Drawn

FRENCH, SPANISH = 1, 2
ANN, BOB = 7, 8
CHATS, CALLS, MAIL = 10, 20, 30
MEDIA = (MediumRule("voice", 60, interrupts=("email",)), MediumRule("chat", 20), MediumRule("email", 12))


class Rebuilt(Pair):
    """The engine is built anew at each change of rules, as it was done before it could take them up."""

    def change_rules(self, policy: Policy) -> None:
        self.changed = True
        before = self.router
        self.policy = policy
        self.oracle.change_rules(policy)
        passed = before.advance(self.now_ms)
        known = {one.agent for one in before.live_agents()}
        people = [*before.live_agents(), *self._newcomers(policy, known)]
        queues = {rule.id for rule in policy.queues}
        closed = [queue for queue in before.closed_queues() if queue in queues]
        live, ended = without_lost_offers(Live(before.live_contacts(), people, closed), policy, self.now_ms)
        self.router, decided = Router.restore(
            policy, live.contacts, live.agents, self.now_ms, closed=live.closed
        )
        self._agree([*passed, *ended, *decided])

    @staticmethod
    def _newcomers(policy: Policy, known: set[int]) -> list[LiveAgent]:
        return [LiveAgent(rule.id) for rule in policy.agents if rule.id not in known]


def rules_change(pair: Pair, choices: Choices) -> None:
    in_use = [one.queue.id for one in pair.oracle.contacts.values()]
    pair.change_rules(changed_policy(choices, pair.policy, in_use))


def a_day_of_changes(kind: type[Pair], seed: int, events: int, policy: Callable[[Choices], Policy]) -> Pair:
    choices = Seeded(seed)
    pair = kind(policy(choices))
    names = EVENTS if policy is a_policy else CROWDED
    for agent in pair.policy.agents:
        if choices.number(0, 1):
            pair.ready(agent.id)
    for _ in range(events):
        if choices.number(0, 7) == 0:
            rules_change(pair, choices)
            pair.check()
        else:
            happen(pair, choices, one_of(choices, names))
    return pair


class ChangingDays(RuleBasedStateMachine):
    """Any policy, any events, any changes between them."""

    @initialize(data=st.data())
    def open_the_centre(self, data: st.DataObject) -> None:
        self.pair = Pair(a_policy(Drawn(data)))

    @rule(event=st.sampled_from(sorted(set(EVENTS))), data=st.data())
    def something_happens(self, event: str, data: st.DataObject) -> None:
        happen(self.pair, Drawn(data), event)

    @rule(data=st.data())
    def the_rules_change(self, data: st.DataObject) -> None:
        rules_change(self.pair, Drawn(data))


def test_whatever_changes_engine_and_oracle_never_disagree() -> None:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    run_state_machine_as_test(
        ChangingDays,
        settings=settings(max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=slow),
    )


def test_a_centre_that_begins_with_nothing_is_furnished_as_it_runs() -> None:
    """Media alone; then an agent, queues and everything that a first day brings, one after the other."""
    router = Router(Policy(MEDIA, frozenset(), (), ()))
    router.change_queue(QueueRule(CHATS, "chat"), 1)
    router.arrive(1, CHATS, 2)
    bare = router.policy
    router.change_rules(replace(bare, agents=(AgentRule(ANN, {}, {"chat": 2}),)), 3)
    assert [one.contact for one in router.agent_ready(ANN, 4) if isinstance(one, Offered)] == [1]
    router.change_queue(QueueRule(CALLS, "voice", skills=()), 5)
    more = tuple(AgentRule(ANN + at, {}, {"voice": 1}) for at in range(1, 90))
    router.change_rules(replace(router.policy, agents=(*router.policy.agents, *more)), 6)
    router.agent_ready(ANN + 89, 7)
    assert [one.agent for one in router.arrive(2, CALLS, 8) if isinstance(one, Offered)] == [ANN + 89]
    assert router.live_contacts()[0].agent == ANN


@pytest.mark.parametrize(
    ("after", "because"),
    [
        ({"agents": ()}, "agent_gone"),
        ({"agents": (AgentRule(ANN), AgentRule(3))}, "agent_between"),
        ({"skills": frozenset({FRENCH})}, "skill_gone"),
        ({"media": MEDIA[:2], "queues": ()}, "other_media"),
        ({"queues": (QueueRule(CHATS, "email"),)}, "queue_of_another_medium"),
    ],
)
def test_what_cannot_be_taken_up_says_so_and_changes_nothing(after: dict[str, Any], because: str) -> None:
    queue = QueueRule(CHATS, "chat", skills=(SkillNeed(FRENCH),))
    agent = AgentRule(ANN, {FRENCH: 1}, {"chat": 1})
    router = Router(Policy(MEDIA, frozenset({FRENCH, SPANISH}), (queue,), (agent,)))
    before = router.policy
    with pytest.raises(RoutingError) as refused:
        router.change_rules(replace(before, **after), 1)
    assert (refused.value.code, refused.value.params) == ("needs_rebuild", {"because": because})
    assert router.policy == before
    with pytest.raises(PolicyError):
        router.change_rules(replace(before, queues=(replace(queue, target_ms=0),)), 1)
    router.agent_ready(ANN, 2)
    assert [one.agent for one in router.arrive(1, CHATS, 3) if isinstance(one, Offered)] == [ANN]


@pytest.mark.parametrize("policy", [a_policy, a_crowd])
def test_a_change_in_place_decides_what_an_engine_built_anew_decides(
    policy: Callable[[Choices], Policy],
) -> None:
    for seed in range(60):
        changed = a_day_of_changes(Pair, seed, 80, policy)
        rebuilt = a_day_of_changes(Rebuilt, seed, 80, policy)
        assert changed.log == rebuilt.log, seed
        assert changed.router.live_contacts() == rebuilt.router.live_contacts()
        assert changed.router.policy == rebuilt.router.policy
