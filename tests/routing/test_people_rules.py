"""Each rule on capacity, teams, stages and agents who work together, by one example."""

from dataclasses import replace

import pytest

from affluent.routing import (
    AgentRule,
    Bundle,
    Demands,
    MediumRule,
    Offered,
    Overflow,
    Place,
    Policy,
    PolicyError,
    QueueRule,
    Refused,
    Resumed,
    Router,
    RoutingError,
    SkillNeed,
    TeamNeed,
    TierStep,
)
from affluent.routing.decisions import Decision

SPANISH, EXPERT = 1, 2
CARE, CALLS, MAIL, VIDEO = 10, 11, 12, 13
ANN, BOB, EVE = 101, 102, 103
NORTH, SOUTH = 5, 6
MEDIA = (MediumRule("voice", 60, ("email",)), MediumRule("chat", 20), MediumRule("email", 12))
LINES = (QueueRule(CARE, "chat"), QueueRule(CALLS, "voice"), QueueRule(MAIL, "email"))


def router(*agents: AgentRule, queues: tuple[QueueRule, ...] = LINES, **rules: object) -> Router:
    policy = Policy(MEDIA, frozenset({SPANISH, EXPERT}), queues, agents)
    desk = Router(replace(policy, **rules))  # pyright: ignore[reportArgumentType]  # any field, on purpose
    for agent in agents:
        desk.agent_ready(agent.id, 0)
    return desk


def person(identity: int, team: int | None = None, level: int = 0, **limits: int) -> AgentRule:
    return AgentRule(identity, {EXPERT: level}, limits or {"chat": 3, "voice": 1, "email": 2}, team)


def offers(decisions: list[Decision]) -> list[tuple[int, int]]:
    return [(one.contact, one.agent) for one in decisions if isinstance(one, Offered)]


# Capacity


def test_a_novice_has_fewer_chats_since_each_takes_more() -> None:
    desk = router(replace(person(ANN), units={"chat": 30}))
    given = [len(offers(desk.arrive(contact, CARE, contact))) for contact in (1, 2, 3)]
    assert given == [1, 1, 0]


def test_nothing_of_another_medium_beside_an_exclusive_one() -> None:
    media = (MediumRule("video", 10, exclusive=True), MediumRule("chat", 20))
    queues = (QueueRule(VIDEO, "video"), QueueRule(CARE, "chat"))
    desk = router(person(ANN, video=2, chat=2), media=media, queues=queues)
    assert offers(desk.arrive(1, VIDEO, 1)) == [(1, ANN)]
    assert desk.arrive(2, CARE, 2) == []
    assert offers(desk.arrive(3, VIDEO, 3)) == [(3, ANN)]
    desk.withdraw(1, 4)
    assert offers(desk.withdraw(3, 5)) == [(2, ANN)]
    assert desk.arrive(4, VIDEO, 6) == []


def test_hands_may_be_kept_free_for_a_medium() -> None:
    desk = router(replace(person(ANN), units={"voice": 30}, kept_free={"voice": 30}))
    assert offers(desk.arrive(1, CARE, 1)) == [(1, ANN)]
    assert desk.arrive(2, CARE, 2) == [], "30 of 60 units are for calls"
    assert offers(desk.arrive(3, CALLS, 3)) == [(3, ANN)]


def test_a_supervisor_lifts_a_limit_for_a_while() -> None:
    desk = router(person(ANN, chat=3))
    for contact in range(1, 6):
        desk.arrive(contact, CARE, contact)
    assert desk.waiting(6).count == 2
    assert offers(desk.lift_limits(ANN, {"chat": 1}, 50_000, 10)) == [(4, ANN)], (
        "a fourth one, beyond 60 units"
    )
    for contact in range(1, 5):
        desk.accept(contact, ANN, 11)
    assert desk.live_agents()[0].lifted == {"chat": 1}
    assert desk.next_deadline() == 50_000
    desk.advance(50_000)
    assert desk.live_agents()[0].lifted == {}
    assert offers(desk.release(1, 50_001)) == [], "three are in hand: the usual limit"
    assert offers(desk.release(2, 50_002)) == [(5, ANN)]


def test_limits_that_cannot_be_are_refused() -> None:
    with pytest.raises(RoutingError, match="bad_limits"):
        router(person(ANN)).lift_limits(ANN, {"fax": 1}, 10, 0)


def test_an_interrupted_mail_keeps_its_clock_and_its_place_in_hand() -> None:
    desk = router(person(ANN))
    desk.arrive(1, MAIL, 1)
    desk.accept(1, ANN, 2)
    assert offers(desk.arrive(2, CALLS, 3)) == [(2, ANN)]
    mail = desk.live_contacts()[0]
    assert (mail.place, mail.arrived_ms, mail.agent) == (Place.IN_HAND, 1, ANN)


# Stages


def test_a_required_skill_bends_down_to_its_floor_and_no_further() -> None:
    need = SkillNeed(EXPERT, 4, relax_after_ms=30_000, floor=2)
    people = (person(ANN, level=3), person(BOB, level=2), person(EVE, level=1))
    desk = router(*people, queues=(QueueRule(CARE, "chat", skills=(need,)),))
    assert desk.arrive(1, CARE, 0) == []
    assert not desk.can_serve(EVE, CARE)
    assert offers(desk.advance(30_000)) == [(1, ANN)]
    desk.agent_away(ANN, 30_001)
    assert offers(desk.advance(60_000)) == [(1, BOB)]
    desk.agent_away(BOB, 60_001)
    assert desk.advance(9_000_000) == []


def test_a_queue_goes_to_its_team_then_to_another_then_to_all() -> None:
    circles = (TeamNeed((NORTH,), 10_000), TeamNeed((NORTH, SOUTH), 20_000))
    queue = QueueRule(CARE, "chat", team_needs=circles)
    desk = router(person(BOB, SOUTH), person(EVE), queues=(queue,))
    assert desk.arrive(1, CARE, 0) == []
    assert offers(desk.advance(10_000)) == [(1, BOB)]
    desk.agent_away(BOB, 10_001)
    assert offers(desk.advance(20_000)) == [(1, EVE)]


def test_a_portfolio_goes_to_its_agent_then_to_the_team_then_to_all() -> None:
    desk = router(person(ANN, NORTH), person(BOB, NORTH), person(EVE, SOUTH))
    for agent in (ANN, BOB):
        desk.agent_away(agent, 0)
    team_then_all = Demands(team_needs=(TeamNeed((NORTH,), 60_000),))
    desk.arrive(1, CARE, 0, kept_for=ANN, kept_until_ms=30_000, demands=team_then_all)
    assert desk.advance(30_000) == [], "Eve is of another team"
    assert offers(desk.agent_ready(BOB, 30_001)) == [(1, BOB)]
    desk.agent_away(BOB, 30_002)
    assert offers(desk.advance(60_000)) == [(1, EVE)]


def test_the_tier_rises_with_the_wait_in_time_or_in_shares_of_the_target() -> None:
    steps = (TierStep(3, share=50), TierStep(6, after_ms=90_000))
    queues = (
        QueueRule(CARE, "chat", target_ms=60_000, tier_steps=steps),
        QueueRule(14, "chat", tier=2, target_ms=60_000),
    )
    for waited_ms, first in ((29_999, 2), (30_000, 1)):
        desk = router(person(ANN, chat=1), queues=queues)
        desk.agent_away(ANN, 0)
        desk.arrive(1, CARE, 0)
        desk.arrive(2, 14, 1)
        assert offers(desk.agent_ready(ANN, waited_ms)) == [(first, ANN)]


def test_a_bundle_gives_its_skills_at_once() -> None:
    bundle = Bundle(7, {SPANISH: 2, EXPERT: 1})
    queue = QueueRule(CARE, "chat", skills=(SkillNeed(SPANISH, 2), SkillNeed(EXPERT, 3)))
    desk = router(replace(person(ANN, level=3), bundles=(7,)), queues=(queue,), bundles=(bundle,))
    assert offers(desk.arrive(1, CARE, 1)) == [(1, ANN)], "the higher of the own level and the bundle's"
    assert offers(desk.change_agent(person(ANN, level=3), 2)) == []
    assert not desk.can_serve(ANN, CARE)


# What cannot be


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"team_needs": (TeamNeed((NORTH,), 50), TeamNeed((SOUTH,), 90))}, "stage_narrows"),
        ({"team_needs": (TeamNeed((), 50),)}, "no_team"),
        ({"tier_steps": (TierStep(5, 10), TierStep(4, 20))}, "tier_falls"),
        ({"tier_steps": (TierStep(5),)}, "step_without_instant"),
        ({"tier_steps": (TierStep(5, -1),)}, "duration_out_of_range"),
        ({"skills": (SkillNeed(EXPERT, 2, floor=3),)}, "floor_out_of_range"),
        ({"skills": (SkillNeed(99),)}, "unknown_skill"),
        ({"overflow": Overflow(99)}, "unknown_queue"),
    ],
)
def test_a_queue_that_cannot_work_is_refused(wrong: dict[str, object], code: str) -> None:
    queue = replace(QueueRule(CARE, "chat"), **wrong)  # pyright: ignore[reportArgumentType]  # any field, on purpose
    with pytest.raises(PolicyError) as refused:
        router(queues=(queue,))
    assert code in {reason.code for reason in refused.value.reasons}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"bundles": (9,)}, "unknown_bundle"),
        ({"units": {"chat": 61}}, "units_out_of_range"),
        ({"kept_free": {"fax": 1}}, "unknown_medium"),
    ],
)
def test_an_agent_that_cannot_be_is_refused(wrong: dict[str, object], code: str) -> None:
    with pytest.raises(PolicyError) as refused:
        router(replace(person(ANN), **wrong))  # pyright: ignore[reportArgumentType]  # any field, on purpose
    assert code in {reason.code for reason in refused.value.reasons}


def test_a_wish_for_a_team_that_the_queue_excludes_waits_for_the_stage() -> None:
    queue = QueueRule(CARE, "chat", team_needs=(TeamNeed((NORTH,), 40_000),))
    desk = router(person(ANN, NORTH), person(BOB, SOUTH), queues=(queue,))
    desk.arrive(1, CARE, 0, demands=Demands(team_needs=(TeamNeed((SOUTH,), 90_000),)))
    assert offers(desk.advance(40_000)) == [(1, BOB)]


# Overflow, places and hands


def test_a_queue_without_another_refuses_after_a_wait_and_when_closed() -> None:
    queue = QueueRule(CARE, "chat", overflow=Overflow(None, after_ms=30_000, when_closed=True))
    desk = router(queues=(queue,))
    desk.arrive(1, CARE, 0)
    assert desk.advance(30_000) == [Refused(1, CARE, "waited")]
    assert desk.live_contacts() == []
    desk.close_queue(CARE, 30_001)
    assert desk.arrive(2, CARE, 30_002) == [Refused(2, CARE, "closed")]


def test_who_leaves_the_line_for_a_callback_is_served_at_the_true_place() -> None:
    queues = (QueueRule(CALLS, "voice"), QueueRule(15, "voice"))
    desk = router(person(ANN), queues=queues)
    desk.agent_away(ANN, 0)
    for contact in (1, 2, 3):
        desk.arrive(contact, CALLS, contact)
    desk.transfer(2, 15, 10)
    served: list[int] = []
    desk.agent_ready(ANN, 20)
    while waiting := [one.contact for one in desk.live_contacts() if one.place is Place.OFFERED]:
        served += waiting
        desk.withdraw(waiting[0], 30)
    assert served == [1, 2, 3]


def test_a_merged_contact_has_the_place_of_the_elder() -> None:
    desk = router(person(ANN, chat=1))
    desk.agent_away(ANN, 0)
    for contact in (1, 2, 3):
        desk.arrive(contact, CARE, contact)
    assert desk.merge(1, 3, 5) == []
    assert [one.contact for one in desk.live_contacts()] == [2, 3]
    assert desk.position(3) == 0
    assert offers(desk.agent_ready(ANN, 6)) == [(3, ANN)]
    with pytest.raises(RoutingError, match="same_contact"):
        desk.merge(2, 2, 7)


def test_merging_frees_the_hand_that_held_the_contact() -> None:
    desk = router(person(ANN, chat=1))
    desk.arrive(1, CARE, 1)
    desk.accept(1, ANN, 2)
    desk.arrive(2, CARE, 3)
    assert offers(desk.merge(1, 2, 4)) == [(2, ANN)]


def test_who_takes_part_has_the_contact_in_hand_too() -> None:
    desk = router(person(ANN, chat=1), person(BOB, chat=1))
    desk.arrive(1, CARE, 1)
    desk.accept(1, ANN, 2)
    assert desk.join(1, BOB, 3) == []
    assert desk.arrive(2, CARE, 4) == [], "both are busy with contact 1"
    assert desk.live_contacts()[0].participants == (BOB,)
    assert offers(desk.part(1, BOB, 5)) == [(2, BOB)]


def test_a_warm_transfer_hands_over_to_one_who_takes_part() -> None:
    desk = router(person(ANN, chat=1), person(BOB, chat=1))
    desk.arrive(1, CARE, 1)
    desk.accept(1, ANN, 2)
    desk.join(1, BOB, 3)
    desk.arrive(2, CARE, 4)
    assert offers(desk.hand_over(1, BOB, 5)) == [(2, ANN)]
    assert (desk.live_contacts()[0].agent, desk.live_contacts()[0].participants) == (BOB, ())


def test_a_warm_transfer_bends_no_required_skill() -> None:
    queue = QueueRule(CARE, "chat", skills=(SkillNeed(EXPERT, 2),))
    desk = router(person(ANN, level=2), person(BOB, level=1), queues=(queue,))
    desk.arrive(1, CARE, 1)
    desk.accept(1, ANN, 2)
    desk.join(1, BOB, 3)
    with pytest.raises(RoutingError, match="lacks_required_skill"):
        desk.hand_over(1, BOB, 4)


def test_all_part_when_the_contact_leaves_the_hand() -> None:
    desk = router(person(ANN, chat=1), person(BOB, chat=1), person(EVE, chat=1))
    desk.arrive(1, CARE, 1)
    desk.accept(1, ANN, 2)
    desk.join(1, BOB, 3)
    desk.join(1, EVE, 3)
    for contact in (2, 3, 4):
        desk.arrive(contact, CARE, contact)
    assert len(offers(desk.release(1, 5))) == 3


def test_all_part_when_the_contact_falls_asleep() -> None:
    desk = router(person(ANN, chat=1), person(BOB, chat=1))
    desk.arrive(1, CARE, 1)
    desk.accept(1, ANN, 2)
    desk.join(1, BOB, 3)
    desk.sleeps(1, 4, frees=False)
    assert offers(desk.arrive(2, CARE, 5)) == [(2, BOB)]
    assert desk.wakes(1, 6) == [Resumed(1, ANN)]


def test_taking_part_needs_a_contact_in_hand_and_once() -> None:
    desk = router(person(ANN), person(BOB))
    desk.arrive(1, CARE, 1)
    for wrong, code in (
        (lambda: desk.join(1, BOB, 2), "not_in_hand"),
        (lambda: desk.accept(1, ANN, 2) + desk.join(1, ANN, 2), "has_it"),
        (lambda: desk.part(1, BOB, 2), "takes_no_part"),
        (lambda: desk.hand_over(1, BOB, 2), "takes_no_part"),
        (lambda: desk.join(1, BOB, 2) + desk.join(1, BOB, 2), "has_it"),
    ):
        with pytest.raises(RoutingError, match=code):
            wrong()


def test_a_queue_may_not_be_picked_from_by_hand() -> None:
    desk = router(person(ANN), queues=(QueueRule(CARE, "chat", by_hand=False),))
    desk.agent_away(ANN, 0)
    desk.arrive(1, CARE, 1)
    with pytest.raises(RoutingError, match="not_by_hand"):
        desk.take(1, ANN, 2)
    desk.take(1, ANN, 3, allowed=True)
    assert desk.place(1) is Place.IN_HAND
