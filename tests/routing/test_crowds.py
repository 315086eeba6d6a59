"""Many at once: the ways the engine takes when much changes in one instant give the same offers."""

import pytest

from affluent.routing import (
    AgentReserve,
    AgentRule,
    MediumRule,
    Offered,
    OfferExpired,
    Place,
    Policy,
    QueueRule,
    Router,
    SkillNeed,
)
from tests.routing.crowds import (
    BACKFILL_EVENTS,
    PULLING_EVENTS,
    a_backfill,
    a_crowded_day,
    a_day,
    a_pulling_centre,
)
from tests.routing.pair import Pair
from tests.routing.story import Seeded, one_of


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


def ranked_crowd(choices: Seeded) -> Policy:
    """Few skills and many ranks, with everything due at the same few instants."""
    need = SkillNeed(3, level=2, required=False, relax_after_ms=60)
    queues = tuple(
        QueueRule(
            row,
            "chat",
            tier=choices.number(0, 1),
            target_ms=one_of(choices, (100, 150)),
            offer_ms=30,
            set_aside_ms=30,
            skills=(need,) if choices.number(0, 1) else (),
        )
        for row in range(1, 5)
    )
    agents = tuple(
        AgentRule(
            row,
            {3: choices.number(1, 2)},
            {"chat": choices.number(1, 2)},
            ranks={queue: choices.number(1, 3) for queue in range(1, 5)},
        )
        for row in range(1, 8)
    )
    return Policy((MediumRule("chat", 1),), frozenset({3}), queues, agents)


@pytest.mark.parametrize("seed", range(25))
def test_what_falls_due_together_goes_by_tier_then_rank(seed: int) -> None:
    choices = Seeded(seed)
    pair = Pair(ranked_crowd(choices))
    for agent in range(1, 8):
        pair.ready(agent)
    for contact in range(1, 31):
        pair.arrive(contact, choices.number(1, 4), choices.number(0, 3) * 10, None, 0)
        if choices.number(0, 3) == 0:
            pair.pass_time(10 * choices.number(1, 2))
    for _ in range(12):
        pair.pass_time(30)
        offered = pair.at(Place.OFFERED)
        if offered and choices.number(0, 1):
            pair.accept(one_of(choices, offered))
    assert any(said[0] == "offered" for said in pair.log)


def test_who_ranks_a_queue_first_gets_it_though_another_contact_is_more_urgent() -> None:
    """At 60 ms Ann is back and the wish for skill 3 ends: contact 2 is Bob's primary, so it goes before 1."""
    wished = SkillNeed(3, level=2, required=False, relax_after_ms=60)
    queues = (
        QueueRule(1, "chat", target_ms=100, skills=(wished,)),
        QueueRule(2, "chat", target_ms=200, skills=(wished,)),
        QueueRule(3, "chat", tier=1, offer_ms=30, set_aside_ms=30, skills=(SkillNeed(3, level=2),)),
    )
    ann = AgentRule(20, {3: 2}, {"chat": 1}, ranks={1: 2, 2: 3, 3: 3})
    bob = AgentRule(10, {3: 1}, {"chat": 1}, ranks={1: 2, 2: 1})
    pair = Pair(Policy((MediumRule("chat", 1),), frozenset({3}), queues, (ann, bob)))
    pair.ready(20)
    pair.ready(10)
    pair.arrive(9, 3, None, None, 0)
    pair.arrive(1, 1, None, None, 0)
    pair.arrive(2, 2, None, None, 0)
    pair.pass_time(30)
    pair.withdraw(9)
    pair.pass_time(30)
    assert [said[:3] for said in pair.log] == [
        ("offered", 9, 20),
        ("expired", 9, 20),
        ("offered", 2, 10),
        ("offered", 1, 20),
    ]


@pytest.mark.parametrize("seed", range(10))
def test_letters_wait_and_are_handed_out_as_calls_allow(seed: int) -> None:
    """Queues open with contacts in line, and reserves for more agents than are looked at one by one."""
    assert a_day(seed, 90, a_backfill, BACKFILL_EVENTS, absent=0).log


def test_what_is_pulled_back_finds_others_and_leaves_room() -> None:
    days = [a_day(seed, 90, a_pulling_centre, PULLING_EVENTS, absent=9).log for seed in range(12)]
    assert sum(said[0] == "pulled" for log in days for said in log) > 20


@pytest.mark.parametrize("seed", range(12))
def test_a_crowded_day_is_decided_as_by_sorting_all_pairs(seed: int) -> None:
    assert a_crowded_day(seed, events=100).log


def test_a_queue_that_opens_offers_its_line_past_those_who_were_declined() -> None:
    """Only the head is looked at, and the next one for whoever has declined it."""
    pair = Pair(crowd(agents=2, limit=1, queues=1))
    pair.ready(1)
    pair.arrive(1, 9, None, None, 0)
    pair.fail(1, timed_out=False)
    pair.close(9)
    for contact in (2, 3, 4):
        pair.arrive(contact, 9, None, None, 0)
    pair.ready(2)
    pair.open(9)
    assert [said[:3] for said in pair.log] == [("offered", 1, 1), ("offered", 1, 2), ("offered", 2, 1)]


def test_a_queue_that_opens_with_waiting_calls_holds_mail_back_again() -> None:
    queues = (QueueRule(1, "voice", skills=(SkillNeed(3),)), QueueRule(2, "email"))
    agent = AgentRule(7, {}, {"voice": 1, "email": 1})
    other = AgentRule(8, {3: 1}, {"voice": 1})
    reserve = AgentReserve("voice", queues=(1,), waiting=0, against=(2,))
    media = (MediumRule("voice", 60), MediumRule("email", 12))
    able = AgentRule(9, {3: 1}, {"voice": 1, "email": 1})
    pair = Pair(
        Policy(media, frozenset({3}), queues, (agent, other, able), agent_reserves=(reserve,)),
    )
    pair.close(1)
    pair.arrive(1, 1, None, None, 0)
    pair.ready(9)
    pair.arrive(2, 2, None, None, 0)
    pair.fail(2, timed_out=True)
    pair.open(1)
    pair.arrive(3, 2, None, None, 0)
    assert [said[:3] for said in pair.log] == [("offered", 2, 9)]
    pair.withdraw(1)
    pair.ready(9)
    assert [said[:3] for said in pair.log][1:] == [("offered", 2, 9)]
