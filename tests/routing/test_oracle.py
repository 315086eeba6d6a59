"""The engine never disagrees with the oracle, whatever the policy and whatever happens."""

from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from affluent.routing import QueueRule, Router
from tests.routing.pair import Pair
from tests.routing.story import EVENTS, Seeded, a_policy, happen, live_through, one_of


class Drawn:
    """Choices that Hypothesis makes, so that it can shrink them."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def number(self, low: int, high: int) -> int:
        return self._data.draw(st.integers(low, high))


class Days(RuleBasedStateMachine):
    """Any policy, then any events."""

    @initialize(data=st.data())
    def open_the_centre(self, data: st.DataObject) -> None:
        self.pair = Pair(a_policy(Drawn(data)))

    @rule(event=st.sampled_from(sorted(set(EVENTS))), data=st.data())
    def something_happens(self, event: str, data: st.DataObject) -> None:
        happen(self.pair, Drawn(data), event)

    @invariant()
    def nobody_waits_without_need(self) -> None:
        if hasattr(self, "pair"):
            now_ms = self.pair.now_ms
            waits = [one.contact for one in self.pair.router.live_contacts() if one.agent is None]
            assert all(self.pair.router.explain(one, now_ms).chosen is None for one in waits)


def test_engine_and_oracle_never_disagree() -> None:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    run_state_machine_as_test(
        Days,
        settings=settings(max_examples=80, stateful_step_count=40, deadline=None, suppress_health_check=slow),
    )


def test_engine_and_oracle_agree_over_long_days() -> None:
    assert sum(len(live_through(seed, events=120).log) for seed in range(150)) > 2_000


def test_the_order_of_rules_in_a_policy_decides_nothing() -> None:
    for seed in range(20):
        choices = Seeded(seed)
        policy = a_policy(choices)
        turned = replace(
            policy,
            media=policy.media[::-1],
            queues=policy.queues[::-1],
            agents=policy.agents[::-1],
            bundles=policy.bundles[::-1],
            agent_reserves=policy.agent_reserves[::-1],
        )
        logs: list[object] = []
        for each in (policy, turned):
            # The story draws from the policy's own order, so both tell it by the first one's.
            pair = Pair(each)
            pair.policy = policy
            told = Seeded(seed + 1)
            for _ in range(60):
                happen(
                    pair,
                    told,
                    one_of(told, [event for event in EVENTS if event not in {"restart", "change"}]),
                )
            logs.append(pair.log)
        assert logs[0] == logs[1]


def test_space_grows_when_a_day_is_larger_than_foreseen() -> None:
    pair = Pair(replace(a_policy(Seeded(4)), queues=(QueueRule(100, "chat"),)), capacity=1)
    queue = pair.policy.queues[0].id
    for contact in range(1, 40):
        pair.arrive(contact, queue, None, None, 0)
    assert isinstance(pair.router, Router)
    assert len(pair.router.live_contacts()) == 39
