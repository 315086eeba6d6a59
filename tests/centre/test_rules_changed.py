"""A change of the rules told by the piece: whatever changes, the same rules come of it."""

import json

from affluent.centre.rules_changed import PIECES_MAX, changed, difference
from affluent.routing.policy import AgentRule, MediumRule, Policy, QueueRule
from tests.routing.policy_changes import changed_policy
from tests.routing.story import Seeded, a_policy


def test_whatever_changes_is_told_and_read_back() -> None:
    told = 0
    for seed in range(300):
        choices = Seeded(seed)
        before = a_policy(choices)
        after = before
        for _ in range(seed % 4):
            after = changed_policy(choices, after, [])
        found = difference(before, after)
        assert found is not None
        assert changed(before, json.loads(json.dumps(found))) == after
        told += found != {}
    assert told > 150


def centre(agents: int) -> Policy:
    queues = tuple(QueueRule(one, "email") for one in range(1, 21))
    people = tuple(AgentRule(one, {one % 20: 1}, {"email": 1}) for one in range(1, agents + 1))
    return Policy((MediumRule("email", 60),), frozenset(range(20)), queues, people)


def test_one_queue_of_a_large_centre_is_a_small_fact_and_another_centre_is_a_version() -> None:
    before, after = centre(7_500), centre(7_500)
    queues = (*after.queues[:-1], QueueRule(20, "email", tier=3))
    after = Policy(after.media, after.skills, queues, after.agents)
    found = difference(before, after)
    assert len(json.dumps(found)) < 200
    less = centre(7_500 - PIECES_MAX - 1)
    assert difference(before, less) is None
