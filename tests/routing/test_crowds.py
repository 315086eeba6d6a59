"""Many at once: the ways the engine takes when much changes in one instant give the same offers."""

from affluent.routing import AgentRule, MediumRule, Offered, OfferExpired, Place, Policy, QueueRule, Router
from tests.routing.pair import Pair


def crowd(agents: int, limit: int, queues: int = 3) -> Policy:
    lines = [
        QueueRule(9 - row, "chat", tier=row % 2, target_ms=1_000 + row, offer_ms=50) for row in range(queues)
    ]
    people = [AgentRule(row, {}, {"chat": limit}) for row in range(1, agents + 1)]
    return Policy((MediumRule("chat", 1),), frozenset(), tuple(lines), tuple(people))


def test_many_agents_who_come_back_at_once_are_served_by_urgency() -> None:
    pair = Pair(crowd(agents=40, limit=1))
    for agent in range(1, 41):
        pair.ready(agent)
    for contact in range(1, 61):
        pair.arrive(contact, 7 + contact % 3, None, None, 0)
    pair.pass_time(50)
    assert len(pair.at(Place.OFFERED)) == 0
    pair.pass_time(60_000)
    assert len(pair.at(Place.OFFERED)) == 40


def test_more_offers_than_one_answer_holds_expire_together() -> None:
    agents, limit = 80, 60
    router = Router(crowd(agents, limit, queues=1), capacity=1)
    for agent in range(1, agents + 1):
        router.agent_ready(agent, 0)
    count = agents * limit
    made = [one for contact in range(1, count + 1) for one in router.arrive(contact, 9, 1)]
    assert sum(isinstance(one, Offered) for one in made) == count
    expired = router.advance(51)
    assert [one.contact for one in expired if isinstance(one, OfferExpired)] == list(range(1, count + 1))
    assert len(expired) == count
    assert router.waiting(51).count == count
    again = router.advance(70_000)
    assert sorted(one.contact for one in again if isinstance(one, Offered)) == list(range(1, count + 1))


def test_a_restart_with_everybody_waiting_serves_the_most_urgent() -> None:
    pair = Pair(crowd(agents=10, limit=2))
    for contact in range(1, 61):
        pair.arrive(contact, 7 + contact % 3, max(0, 40 - contact), None, 0)
    for agent in range(1, 11):
        pair.ready(agent)
    pair.restart()
    assert len(pair.at(Place.OFFERED)) == 20
