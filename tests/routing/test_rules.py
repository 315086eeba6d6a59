"""Each rule by one example, and the field's pains that routing must not have."""

import pytest

from affluent.routing import (
    AgentOrder,
    AgentRule,
    LiveAgent,
    LiveContact,
    MediumRule,
    Offered,
    OfferExpired,
    Place,
    Policy,
    Presence,
    QueueRule,
    Reason,
    Resumed,
    Router,
    RoutingError,
    SkillNeed,
)
from affluent.routing.decisions import Decision

MEDIA = (MediumRule("voice", 60, ("email",)), MediumRule("chat", 20), MediumRule("email", 12))
FRENCH, BILLING = 1, 2
CHAT, MAIL = 10, 11
ANN, BOB, EVE = 101, 102, 103


def router(*agents: AgentRule, queues: tuple[QueueRule, ...] = (), **rules: object) -> Router:
    lines = queues or (
        QueueRule(CHAT, "chat", target_ms=40_000),
        QueueRule(MAIL, "email", target_ms=14_400_000),
    )
    order = rules.get("order", AgentOrder.LEAST_BUSY)
    assert isinstance(order, AgentOrder)
    return Router(Policy(MEDIA, frozenset({FRENCH, BILLING}), lines, agents, order))


def person(
    identity: int, skills: dict[int, int] | None = None, chat: int = 1, email: int = 0, voice: int = 0
) -> AgentRule:
    return AgentRule(identity, skills or {}, {"chat": chat, "email": email, "voice": voice})


def offers(decisions: list[Decision]) -> list[tuple[int, int]]:
    return [(one.contact, one.agent) for one in decisions if isinstance(one, Offered)]


def test_share_of_target_left_decides_not_seconds_waited() -> None:
    desk = router(person(ANN, chat=1, email=1))
    desk.arrive(1, MAIL, 0)
    desk.arrive(2, CHAT, 3_600_000 - 30_000)
    assert offers(desk.agent_ready(ANN, 3_600_000)) == [(2, ANN), (1, ANN)]


def test_a_higher_tier_goes_first() -> None:
    lines = (QueueRule(CHAT, "chat", tier=0), QueueRule(12, "chat", tier=5))
    desk = router(person(ANN), queues=lines)
    desk.arrive(1, CHAT, 0)
    desk.arrive(2, 12, 50_000)
    decisions = desk.agent_ready(ANN, 50_001)
    assert offers(decisions) == [(2, ANN)]
    assert isinstance(decisions[0], Offered)
    assert Reason("tier", {"tier": 5}) in decisions[0].why


def test_after_the_longest_wait_a_contact_counts_as_of_the_top_tier() -> None:
    lines = (QueueRule(CHAT, "chat", tier=0, max_wait_ms=60_000), QueueRule(12, "chat", tier=5))
    desk = router(person(ANN), queues=lines)
    desk.arrive(1, CHAT, 0)
    desk.arrive(2, 12, 1)
    assert offers(desk.agent_ready(ANN, 60_000)) == [(1, ANN)]


def test_a_required_skill_is_never_bent() -> None:
    lines = (QueueRule(CHAT, "chat", skills=(SkillNeed(FRENCH, 3),)),)
    desk = router(person(ANN, {FRENCH: 2}), queues=lines)
    desk.agent_ready(ANN, 0)
    assert desk.arrive(1, CHAT, 0, kept_for=ANN, kept_until_ms=10_000) == []
    assert desk.advance(1_000_000_000) == []
    assert not desk.can_serve(ANN, CHAT)
    with pytest.raises(RoutingError, match="lacks_required_skill"):
        desk.take(1, ANN, 1_000_000_001)


def test_a_preferred_skill_is_demanded_until_it_is_relaxed_and_scored_for_ever() -> None:
    need = SkillNeed(BILLING, 2, required=False, weight=3, relax_after_ms=15_000)
    desk = router(person(ANN), person(BOB, {BILLING: 4}), queues=(QueueRule(CHAT, "chat", skills=(need,)),))
    desk.agent_ready(ANN, 0)
    assert desk.arrive(1, CHAT, 1_000) == []
    assert desk.next_deadline() == 16_000
    assert offers(desk.advance(16_000)) == [(1, ANN)]
    desk.agent_ready(BOB, 16_001)
    assert offers(desk.arrive(2, CHAT, 16_002)) == [(2, BOB)]


def test_the_least_busy_goes_first_then_the_longest_idle() -> None:
    desk = router(person(ANN, chat=3), person(BOB, chat=3))
    desk.agent_ready(ANN, 0)
    desk.agent_ready(BOB, 10)
    assert offers(desk.arrive(1, CHAT, 20)) == [(1, ANN)]
    assert offers(desk.arrive(2, CHAT, 30)) == [(2, BOB)]
    assert offers(desk.arrive(3, CHAT, 40)) == [(3, ANN)]
    (offered,) = desk.arrive(4, CHAT, 50)
    assert isinstance(offered, Offered)
    assert (offered.agent, offered.why) == (BOB, (Reason("least_busy"),))


def test_the_reason_names_since_when_an_agent_was_idle() -> None:
    desk = router(person(ANN), person(BOB))
    desk.agent_ready(BOB, 5)
    desk.agent_ready(ANN, 10)
    (offered,) = desk.arrive(1, CHAT, 20)
    assert isinstance(offered, Offered)
    assert (offered.agent, offered.why) == (BOB, (Reason("longest_idle", {"since_ms": 5}),))


def test_generalists_can_be_spared() -> None:
    desk = router(person(ANN, chat=1, email=1), person(BOB), order=AgentOrder.LEAST_VERSATILE)
    desk.agent_ready(ANN, 0)
    desk.agent_ready(BOB, 10)
    assert offers(desk.arrive(1, CHAT, 20)) == [(1, BOB)]


def test_exclusive_and_interruptible_work() -> None:
    lines = (QueueRule(9, "voice"), QueueRule(CHAT, "chat"), QueueRule(MAIL, "email"))
    desk = router(person(ANN, chat=3, email=5, voice=1), queues=lines)
    desk.agent_ready(ANN, 0)
    assert offers(desk.arrive(1, MAIL, 1)) == [(1, ANN)]
    assert offers(desk.arrive(2, 9, 2)) == [(2, ANN)], "a call may interrupt an e-mail"
    assert desk.arrive(3, CHAT, 3) == [], "a call leaves no room for a chat"
    desk.accept(2, ANN, 4)
    assert offers(desk.release(2, 5)) == [(3, ANN)]


def test_a_contact_that_returns_is_kept_for_its_agent_a_while() -> None:
    desk = router(person(ANN), person(BOB))
    desk.agent_ready(ANN, 0)
    desk.agent_ready(BOB, 0)
    desk.arrive(1, CHAT, 1)
    assert desk.arrive(2, CHAT, 2, kept_for=ANN, kept_until_ms=5_000) == []
    assert offers(desk.advance(5_000)) == [(2, BOB)]
    assert offers(desk.withdraw(1, 5_001)) == []
    (offered,) = desk.arrive(3, CHAT, 5_002, kept_for=ANN, kept_until_ms=9_000)
    assert isinstance(offered, Offered)
    assert (offered.agent, offered.why) == (ANN, (Reason("same_agent"),))


def test_keeping_ends_when_the_agent_goes_offline_not_when_away() -> None:
    desk = router(person(ANN), person(BOB))
    desk.agent_ready(ANN, 0)
    desk.agent_ready(BOB, 0)
    desk.agent_away(ANN, 1)
    assert desk.arrive(1, CHAT, 2, kept_for=ANN, kept_until_ms=5_000) == []
    assert offers(desk.agent_away(ANN, 3, offline=True)) == [(1, BOB)]


def test_a_declined_contact_does_not_come_back_at_once_but_the_next_does() -> None:
    desk = router(person(ANN))
    desk.agent_ready(ANN, 0)
    desk.arrive(1, CHAT, 1)
    desk.arrive(2, CHAT, 2)
    assert offers(desk.fail_offer(1, ANN, 3)) == [(2, ANN)]
    assert desk.withdraw(2, 4) == []
    assert offers(desk.advance(60_003)) == [(1, ANN)]


def test_a_transfer_does_not_come_straight_back() -> None:
    desk = router(person(ANN), person(BOB))
    desk.agent_ready(ANN, 0)
    desk.arrive(1, CHAT, 1)
    desk.accept(1, ANN, 2)
    assert desk.transfer(1, CHAT, 3) == []
    assert offers(desk.agent_ready(BOB, 4)) == [(1, BOB)]


def test_a_transfer_to_a_person_waits_for_that_person() -> None:
    desk = router(person(ANN), person(BOB), person(EVE))
    for agent in (ANN, BOB, EVE):
        desk.agent_ready(agent, 0)
    desk.arrive(1, CHAT, 1)
    desk.arrive(2, CHAT, 2)
    desk.accept(1, ANN, 3)
    assert desk.transfer(1, CHAT, 4, kept_for=BOB, kept_until_ms=60_000) == []
    assert offers(desk.withdraw(2, 5)) == [(1, BOB)]


def test_a_waking_contact_may_take_the_reserve_and_no_more() -> None:
    desk = router(person(ANN), queues=(QueueRule(CHAT, "chat", keep_ms=5_000),))
    desk.agent_ready(ANN, 0)
    for contact in (1, 2):
        desk.arrive(contact, CHAT, contact)
        desk.accept(contact, ANN, contact)
        desk.sleeps(contact, contact)
    desk.arrive(3, CHAT, 3)
    desk.accept(3, ANN, 3)
    assert desk.wakes(1, 4) == [Resumed(1, ANN)]
    assert desk.wakes(2, 5) == []
    assert desk.place(2) is Place.WAITING
    assert desk.release(1, 6) == []
    assert offers(desk.release(3, 7)) == [(2, ANN)]


def test_pain_1_a_freed_agent_takes_the_waiting_chat() -> None:
    desk = router(person(ANN))
    desk.agent_ready(ANN, 0)
    desk.arrive(1, CHAT, 1)
    desk.accept(1, ANN, 2)
    assert desk.arrive(2, CHAT, 3) == []
    assert offers(desk.release(1, 4)) == [(2, ANN)]


def test_pain_2_assignment_is_limited_and_even() -> None:
    desk = router(person(ANN, chat=3), person(BOB, chat=3), person(EVE, chat=3))
    for agent in (ANN, BOB, EVE):
        desk.agent_ready(agent, 0)
    given = [offer for contact in range(1, 21) for offer in offers(desk.arrive(contact, CHAT, contact))]
    assert [agent for _, agent in given] == [ANN, BOB, EVE] * 3
    assert desk.waiting(30).count == 11


def test_pain_3_an_ignored_contact_is_offered_again_at_its_place() -> None:
    desk = router(person(ANN), person(BOB))
    desk.agent_ready(ANN, 0)
    desk.arrive(1, CHAT, 1)
    desk.arrive(2, CHAT, 2)
    assert desk.next_deadline() == 20_001
    assert desk.advance(20_001) == [OfferExpired(1, ANN)]
    assert desk.position(1) == 0
    assert desk.position(2) == 1
    assert offers(desk.agent_ready(BOB, 20_002)) == [(1, BOB)]
    assert desk.advance(40_002) == [OfferExpired(1, BOB)]
    assert offers(desk.advance(80_001)) == [(1, ANN)]


def test_an_agent_who_leaves_gives_back_what_was_offered() -> None:
    desk = router(person(ANN), person(BOB))
    desk.agent_ready(ANN, 0)
    desk.arrive(1, CHAT, 1)
    desk.agent_ready(BOB, 2)
    assert desk.agent_away(ANN, 3)[0] == OfferExpired(1, ANN)
    assert desk.live_contacts()[0].agent == BOB


def test_what_cannot_be_is_refused_and_changes_nothing() -> None:
    desk = router(person(ANN), person(BOB))
    desk.agent_ready(ANN, 0)
    desk.arrive(1, CHAT, 1)
    before = (desk.live_contacts(), desk.live_agents())
    for wrong, code in (
        (lambda: desk.arrive(1, CHAT, 2), "known_contact"),
        (lambda: desk.arrive(2, 99, 2), "unknown_queue"),
        (lambda: desk.accept(7, ANN, 2), "unknown_contact"),
        (lambda: desk.accept(1, BOB, 2), "other_agent"),
        (lambda: desk.release(1, 2), "not_in_hand"),
        (lambda: desk.sleeps(1, 2), "not_in_hand"),
        (lambda: desk.wakes(1, 2), "not_asleep"),
        (lambda: desk.agent_ready(99, 2), "unknown_agent"),
    ):
        with pytest.raises(RoutingError, match=code):
            wrong()
    assert (desk.live_contacts(), desk.live_agents()) == before
    with pytest.raises(RoutingError, match="not_offered"):
        desk.accept(1, ANN, 20_001)
    assert desk.advance(20_001) == [OfferExpired(1, ANN)], "what happened meanwhile is told by the next call"


def test_a_changed_policy_leaves_everybody_at_their_place() -> None:
    desk = router(person(ANN), person(BOB, {BILLING: 1}))
    desk.agent_ready(ANN, 0)
    for contact in (1, 2, 3):
        desk.arrive(contact, CHAT, contact)
    stricter = (QueueRule(CHAT, "chat", skills=(SkillNeed(BILLING),)), QueueRule(MAIL, "email"))
    changed = Policy(MEDIA, frozenset({BILLING}), stricter, (person(ANN), person(BOB, {BILLING: 1})))
    new, decisions = Router.restore(changed, desk.live_contacts(), desk.live_agents(), 10)
    assert decisions == []
    assert [one.place for one in new.live_contacts()] == [Place.OFFERED, Place.WAITING, Place.WAITING]
    assert offers(new.agent_ready(BOB, 11)) == [(2, BOB)]
    assert new.position(3) == 0


def test_a_restart_offers_what_fell_due_meanwhile_most_urgent_first() -> None:
    contacts = [
        LiveContact(1, MAIL, 0),
        LiveContact(2, CHAT, 0),
        LiveContact(3, CHAT, 5, Place.OFFERED, ANN, 20_005),
    ]
    people = [LiveAgent(ANN, Presence.READY, 0)]
    desk, decisions = Router.restore(router(person(ANN, chat=1, email=1)).policy, contacts, people, 30_000)
    assert decisions == [OfferExpired(3, ANN)]
    assert offers(desk.agent_ready(ANN, 30_001)) == [(2, ANN), (1, ANN)]


def test_explain_names_who_could_and_what_stands_in_the_way() -> None:
    need = SkillNeed(BILLING, 2, required=False, relax_after_ms=15_000)
    desk = router(person(ANN), person(BOB, {BILLING: 4}), queues=(QueueRule(CHAT, "chat", skills=(need,)),))
    desk.agent_ready(ANN, 0)
    desk.arrive(1, CHAT, 1_000)
    told = desk.explain(1, 2_000)
    assert (told.stage, told.stages_ms, told.chosen, told.decided_by) == (0, (0, 15_000), None, None)
    assert {one.agent: one.obstacles for one in told.candidates} == {
        BOB: ("offline",),
        ANN: ("stage_not_open",),
    }
