"""Each rule on queues, demands and hours by one example."""

import pytest

from affluent.routing import (
    AgentOrder,
    AgentRule,
    Demands,
    MediumRule,
    Offered,
    Overflow,
    Overflowed,
    Place,
    Policy,
    PolicyError,
    QueueRule,
    Reason,
    Refused,
    Router,
    RoutingError,
    SkillNeed,
    WrapUpEnded,
)
from affluent.routing.decisions import Decision
from affluent.routing.policy import Problem

SPANISH, EXPERT = 1, 2
SALES, CARE = 10, 11
ANN, BOB = 101, 102
NORTH, SOUTH = 5, 6


def router(*agents: AgentRule, queues: tuple[QueueRule, ...], order: AgentOrder | None = None) -> Router:
    media = (MediumRule("chat", 20),)
    return Router(Policy(media, frozenset({SPANISH, EXPERT}), queues, agents, order or AgentOrder.LEAST_BUSY))


def person(
    identity: int,
    skills: dict[int, int] | None = None,
    *,
    team: int | None = None,
    ranks: dict[int, int] | None = None,
) -> AgentRule:
    return AgentRule(identity, skills or {}, {"chat": 1}, team, ranks or {})


def offers(decisions: list[Decision]) -> list[tuple[int, int]]:
    return [(one.contact, one.agent) for one in decisions if isinstance(one, Offered)]


def test_a_customers_wish_is_preferred_and_relaxed_like_the_queues() -> None:
    desk = router(person(ANN), person(BOB, {SPANISH: 2}), queues=(QueueRule(SALES, "chat"),))
    desk.agent_ready(ANN, 0)
    wish = Demands((SkillNeed(SPANISH, 2, required=False, relax_after_ms=10_000),))
    assert offers(desk.arrive(1, SALES, 0, demands=wish)) == []
    assert offers(desk.arrive(2, SALES, 1)) == [(2, ANN)]
    desk.withdraw(2, 2)
    assert desk.next_deadline() == 10_000
    assert offers(desk.advance(10_000)) == [(1, ANN)]


def test_a_repeated_motive_goes_to_the_next_level_up_and_never_below() -> None:
    queue = QueueRule(SALES, "chat", skills=(SkillNeed(EXPERT, 1),))
    desk = router(person(ANN, {EXPERT: 1}), person(BOB, {EXPERT: 2}), queues=(queue,))
    desk.agent_ready(ANN, 0)
    desk.arrive(1, SALES, 0, demands=Demands((SkillNeed(EXPERT, 2),)))
    assert offers(desk.advance(3_600_000)) == []
    assert offers(desk.agent_ready(BOB, 3_600_001)) == [(1, BOB)]


def test_a_segment_of_value_raises_the_tier_and_shortens_the_target() -> None:
    desk = router(person(ANN), queues=(QueueRule(SALES, "chat", tier=1, target_ms=60_000),))
    desk.arrive(1, SALES, 0)
    desk.arrive(2, SALES, 10_000, demands=Demands(target_ms=10_000))
    desk.arrive(3, SALES, 20_000, demands=Demands(tier=2))
    desk.arrive(4, SALES, 20_000, demands=Demands(tier=0))
    served: list[int] = []
    decisions = desk.agent_ready(ANN, 20_001)
    while (made := offers(decisions)) and desk.accept(made[0][0], ANN, 20_001) == []:
        served.append(made[0][0])
        decisions = desk.release(made[0][0], 20_001)
    assert served == [3, 2, 1, 4]


def test_demands_go_along_when_a_contact_is_passed_on() -> None:
    queues = (QueueRule(SALES, "chat"), QueueRule(CARE, "chat"))
    desk = router(person(ANN), person(BOB, {SPANISH: 1}), queues=queues)
    desk.agent_ready(ANN, 0)
    desk.arrive(1, SALES, 0, demands=Demands((SkillNeed(SPANISH),)))
    assert offers(desk.transfer(1, CARE, 1)) == []
    assert offers(desk.agent_ready(BOB, 2)) == [(1, BOB)]


def test_demands_that_cannot_be_are_refused() -> None:
    desk = router(person(ANN), queues=(QueueRule(SALES, "chat"),))
    with pytest.raises(RoutingError, match="bad_demands"):
        desk.arrive(1, SALES, 0, demands=Demands((SkillNeed(99),)))


def test_an_agent_takes_the_primary_queue_before_the_secondary_one() -> None:
    queues = (QueueRule(SALES, "chat", target_ms=60_000), QueueRule(CARE, "chat", target_ms=60_000))
    desk = router(person(ANN, ranks={SALES: 2, CARE: 1}), queues=queues)
    desk.arrive(1, SALES, 0)
    desk.arrive(2, CARE, 30_000)
    decisions = desk.agent_ready(ANN, 40_000)
    assert offers(decisions) == [(2, ANN)]
    assert isinstance(decisions[0], Offered)
    assert Reason("rank", {"rank": 1}) in decisions[0].why


def test_a_contact_goes_to_those_whose_primary_queue_it_is() -> None:
    desk = router(person(ANN, ranks={SALES: 2}), person(BOB), queues=(QueueRule(SALES, "chat"),))
    desk.agent_ready(ANN, 0)
    desk.agent_ready(BOB, 1)
    assert offers(desk.arrive(1, SALES, 2)) == [(1, BOB)]


def test_teams_are_asked_in_the_order_of_the_queue() -> None:
    queue = QueueRule(SALES, "chat", order=AgentOrder.TEAMS, teams=(SOUTH, NORTH))
    desk = router(person(ANN, team=NORTH), person(BOB, team=SOUTH), queues=(queue,))
    desk.agent_ready(ANN, 0)
    desk.agent_ready(BOB, 1)
    decisions = desk.arrive(1, SALES, 2)
    assert offers(decisions) == [(1, BOB)]
    assert isinstance(decisions[0], Offered)
    assert Reason("team", {"team": SOUTH}) in decisions[0].why
    assert offers(desk.arrive(2, SALES, 3)) == [(2, ANN)]


def test_a_callback_is_offered_at_the_hour_that_was_promised() -> None:
    desk = router(person(ANN), queues=(QueueRule(SALES, "chat", target_ms=60_000),))
    desk.agent_ready(ANN, 0)
    promised_ms = 3_600_000
    held = desk.arrive(1, SALES, 0, arrived_ms=promised_ms - 60_000, not_before_ms=promised_ms)
    assert (held, desk.place(1), desk.next_deadline()) == ([], Place.HELD, promised_ms)
    assert offers(desk.advance(promised_ms)) == [(1, ANN)]


def test_a_promise_that_comes_due_is_as_urgent_as_a_target_used_up() -> None:
    desk = router(person(ANN), queues=(QueueRule(SALES, "chat", target_ms=60_000),))
    desk.arrive(1, SALES, 0, arrived_ms=90_000 - 60_000, not_before_ms=90_000)
    desk.arrive(2, SALES, 31_000)
    desk.arrive(3, SALES, 29_000, arrived_ms=29_000)
    desk.advance(90_000)
    assert offers(desk.agent_ready(ANN, 90_000)) == [(3, ANN)]
    desk.withdraw(3, 90_000)
    assert desk.place(1) is Place.OFFERED


def test_a_closed_queue_offers_nothing_and_keeps_every_place() -> None:
    desk = router(person(ANN), queues=(QueueRule(SALES, "chat"),))
    desk.arrive(1, SALES, 0)
    desk.close_queue(SALES, 1)
    assert offers(desk.agent_ready(ANN, 2)) == []
    assert offers(desk.arrive(2, SALES, 3)) == []
    assert desk.explain(1, 4).candidates[0].obstacles == ("queue_closed",)
    assert offers(desk.open_queue(SALES, 5)) == [(1, ANN)]


def test_a_full_queue_sends_on_or_refuses() -> None:
    queues = (
        QueueRule(SALES, "chat", max_length=1, overflow=Overflow(CARE)),
        QueueRule(CARE, "chat", max_length=1),
    )
    desk = router(person(ANN), queues=queues)
    assert desk.arrive(1, SALES, 0) == []
    assert desk.arrive(2, SALES, 1) == [Overflowed(2, SALES, CARE)]
    assert desk.arrive(3, SALES, 2) == [Refused(3, SALES)]
    assert [one.contact for one in desk.live_contacts()] == [1, 2]


def test_a_closed_queue_may_send_on_at_once() -> None:
    queues = (QueueRule(SALES, "chat", overflow=Overflow(CARE, when_closed=True)), QueueRule(CARE, "chat"))
    desk = router(person(ANN), queues=queues)
    desk.close_queue(SALES, 0)
    assert desk.arrive(1, SALES, 1) == [Overflowed(1, SALES, CARE)]


def test_who_waits_too_long_goes_on_and_keeps_the_place() -> None:
    queues = (
        QueueRule(SALES, "chat", skills=(SkillNeed(EXPERT),), overflow=Overflow(CARE, after_ms=30_000)),
        QueueRule(CARE, "chat"),
    )
    desk = router(person(ANN), queues=queues)
    desk.arrive(1, SALES, 0)
    desk.arrive(2, CARE, 10_000)
    assert desk.next_deadline() == 30_000
    assert desk.advance(30_000) == [Overflowed(1, SALES, CARE)]
    assert offers(desk.agent_ready(ANN, 30_001)) == [(1, ANN)]


def test_a_cycle_of_overflows_is_refused() -> None:
    queues = (
        QueueRule(SALES, "chat", overflow=Overflow(CARE, 1)),
        QueueRule(CARE, "chat", overflow=Overflow(SALES, 1)),
    )
    with pytest.raises(PolicyError) as refused:
        router(queues=queues)
    assert Problem("overflow_cycle", f"queue:{SALES}", {"queues": [SALES, CARE]}) in refused.value.reasons


def test_work_after_a_contact_keeps_the_hand_full_for_a_while() -> None:
    desk = router(person(ANN), queues=(QueueRule(SALES, "chat"),))
    desk.agent_ready(ANN, 0)
    desk.arrive(1, SALES, 0)
    desk.accept(1, ANN, 1)
    desk.arrive(2, SALES, 2)
    assert desk.release(1, 10, wrap_up_ms=30_000) == []
    ended = desk.advance(30_010)
    assert ended[0] == WrapUpEnded(1, ANN)
    assert offers(ended) == [(2, ANN)]


def test_work_after_a_contact_may_end_sooner() -> None:
    desk = router(person(ANN), queues=(QueueRule(SALES, "chat"),))
    desk.agent_ready(ANN, 0)
    desk.arrive(1, SALES, 0)
    desk.accept(1, ANN, 1)
    desk.arrive(2, SALES, 2)
    desk.release(1, 10, wrap_up_ms=30_000)
    assert offers(desk.release(1, 20)) == [(2, ANN)]


def test_a_skill_given_at_work_counts_at_once() -> None:
    queue = QueueRule(SALES, "chat", skills=(SkillNeed(SPANISH, 2),))
    desk = router(person(ANN), queues=(queue,))
    desk.agent_ready(ANN, 0)
    desk.arrive(1, SALES, 0)
    assert offers(desk.change_agent(person(ANN, {SPANISH: 3}), 1)) == [(1, ANN)]


def test_a_skill_taken_away_ends_the_offer() -> None:
    queue = QueueRule(SALES, "chat", skills=(SkillNeed(SPANISH, 2),))
    desk = router(person(ANN, {SPANISH: 2}), person(BOB, {SPANISH: 2}), queues=(queue,))
    desk.agent_ready(ANN, 0)
    assert offers(desk.arrive(1, SALES, 0)) == [(1, ANN)]
    desk.agent_ready(BOB, 1)
    decisions = desk.change_agent(person(ANN), 2)
    assert offers(decisions) == [(1, BOB)]


def test_an_agent_that_cannot_be_changes_nothing() -> None:
    desk = router(person(ANN), queues=(QueueRule(SALES, "chat"),))
    with pytest.raises(RoutingError, match="bad_agent"):
        desk.change_agent(person(ANN, {77: 1}), 1)


def test_lines_that_nobody_stands_in_are_used_again() -> None:
    desk = router(person(ANN), queues=(QueueRule(SALES, "chat"),))
    for turn in range(400):
        desk.arrive(turn, SALES, turn, demands=Demands((SkillNeed(SPANISH, 1 + turn % 5, weight=turn % 90),)))
        desk.withdraw(turn, turn)
    assert len(desk.store.state.queues.base) <= 1 + 64 + 64
