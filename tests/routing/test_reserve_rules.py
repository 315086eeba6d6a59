"""Each rule on agents kept free, backfill and what goes back, by one example."""

import pytest

from affluent.routing import (
    AgentReserve,
    AgentRule,
    MediumRule,
    Offered,
    Place,
    Policy,
    PolicyError,
    PulledBack,
    QueueRule,
    Router,
    SkillNeed,
    TierStep,
)
from affluent.routing.decisions import Decision

FRENCH = 1
CALLS, MAIL, GOLD = 10, 11, 12
ANN, BOB, EVE = 101, 102, 103
NORTH, SOUTH = 5, 6
VOICE = MediumRule("voice", 60, interrupts=("email",))
EMAIL = MediumRule("email", 12)
QUEUES = (QueueRule(CALLS, "voice"), QueueRule(MAIL, "email", keep_ms=30_000))


def person(identity: int, team: int | None = None, **limits: int) -> AgentRule:
    return AgentRule(identity, {FRENCH: 3}, limits or {"voice": 1, "email": 2}, team)


def router(
    *agents: AgentRule,
    reserves: tuple[AgentReserve, ...] = (),
    queues: tuple[QueueRule, ...] = QUEUES,
    media: tuple[MediumRule, ...] = (VOICE, EMAIL),
) -> Router:
    policy = Policy(media, frozenset({FRENCH}), queues, agents, agent_reserves=reserves)
    desk = Router(policy)
    for agent in agents:
        desk.agent_ready(agent.id, 0)
    return desk


def offers(decisions: list[Decision]) -> list[tuple[int, int]]:
    return [(one.contact, one.agent) for one in decisions if isinstance(one, Offered)]


def test_so_many_agents_stay_free_for_a_queue() -> None:
    voice = MediumRule("voice", 60)
    one = AgentReserve("voice", queues=(CALLS,), agents=1)
    desk = router(person(ANN), person(BOB), reserves=(one,), media=(voice, EMAIL))
    assert offers(desk.arrive(1, MAIL, 1)) == [(1, ANN)]
    assert offers(desk.arrive(2, MAIL, 2)) == [], "Bob is the last one free for calls"
    assert desk.explain(2, 2).candidates[0].obstacles == ("kept_free",)
    assert offers(desk.arrive(3, CALLS, 3)) == [(3, BOB)]


def test_who_was_kept_free_is_offered_what_waits_when_another_one_is_free() -> None:
    one = AgentReserve("voice", queues=(CALLS,), agents=1)
    desk = router(person(ANN), person(BOB), reserves=(one,), media=(MediumRule("voice", 60), EMAIL))
    desk.arrive(1, CALLS, 1)
    assert offers(desk.arrive(2, MAIL, 2)) == []
    assert offers(desk.withdraw(1, 3)) == [(2, BOB)]


def test_agents_of_a_team_are_kept_for_a_tier() -> None:
    queues = (
        QueueRule(CALLS, "voice", tier_steps=(TierStep(5, after_ms=60_000),)),
        QueueRule(GOLD, "voice", tier=5),
    )
    kept = AgentReserve("voice", tier=5, agents=1, team=NORTH)
    desk = router(person(ANN, NORTH), person(BOB, SOUTH), reserves=(kept,), queues=queues)
    assert offers(desk.arrive(1, CALLS, 1)) == [(1, BOB)]
    assert offers(desk.arrive(2, CALLS, 2)) == []
    assert desk.next_deadline() == 20_001, "the offer ends before the tier rises"
    desk.accept(1, BOB, 3)
    assert desk.next_deadline() == 60_002
    assert offers(desk.advance(60_002)) == [(2, ANN)], "its tier has risen"
    desk.withdraw(2, 60_003)
    assert offers(desk.arrive(3, GOLD, 60_004)) == [(3, ANN)]


def test_backfill_hands_out_mail_only_while_no_call_waits() -> None:
    skilled = (
        QueueRule(CALLS, "voice", skills=(SkillNeed(FRENCH, 5, required=False, relax_after_ms=9_000),)),
    )
    rule = AgentReserve("voice", queues=(CALLS,), waiting=0, against=(MAIL,))
    desk = router(person(ANN), person(BOB, email=2), reserves=(rule,), queues=(*skilled, QUEUES[1]))
    assert offers(desk.arrive(1, CALLS, 0)) == []
    assert offers(desk.arrive(2, MAIL, 1)) == [(2, BOB)], "Bob takes no calls: he is not of the reserve"
    desk.agent_away(BOB, 2)
    assert offers(desk.advance(3)) == []
    assert offers(desk.advance(9_000)) == [(1, ANN)], "the call, and no mail beside it"
    assert desk.place(1) is Place.OFFERED


def test_calls_of_a_closed_queue_hold_no_mail_back() -> None:
    rule = AgentReserve("voice", queues=(CALLS,), waiting=0, against=(MAIL,))
    desk = router(person(ANN), reserves=(rule,))
    desk.close_queue(CALLS, 0)
    desk.arrive(1, CALLS, 1)
    assert offers(desk.arrive(2, MAIL, 2)) == [(2, ANN)]


def test_an_unanswered_mail_goes_back_for_a_call_and_comes_back_first() -> None:
    voice = MediumRule("voice", 60, pulls_back=("email",))
    desk = router(person(ANN), media=(voice, EMAIL))
    desk.arrive(1, MAIL, 1)
    decisions = desk.arrive(2, CALLS, 5)
    assert decisions[0] == PulledBack(1, ANN)
    assert offers(decisions) == [(2, ANN)]
    (pulled, _) = desk.live_contacts()
    assert (pulled.arrived_ms, pulled.place, pulled.kept_for, pulled.kept_until_ms) == (
        1,
        Place.WAITING,
        ANN,
        30_005,
    )
    desk.arrive(3, MAIL, 6)
    assert offers(desk.withdraw(2, 7)) == [(1, ANN), (3, ANN)]


def test_an_accepted_mail_does_not_go_back() -> None:
    desk = router(person(ANN), media=(MediumRule("voice", 60, pulls_back=("email",)), EMAIL))
    desk.arrive(1, MAIL, 1)
    desk.accept(1, ANN, 2)
    assert desk.arrive(2, CALLS, 3) == []


def test_only_as_many_offers_go_back_as_must_the_last_to_come_first() -> None:
    chat = MediumRule("chat", 40, pulls_back=("email",))
    queues = (QueueRule(CALLS, "chat"), QUEUES[1])
    desk = router(person(ANN, chat=1, email=2), media=(chat, EMAIL), queues=queues)
    desk.arrive(1, MAIL, 1)
    desk.arrive(2, MAIL, 2)
    assert desk.arrive(3, CALLS, 3)[0] == PulledBack(2, ANN)
    assert desk.place(1) is Place.OFFERED


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (AgentReserve("fax", tier=3, agents=1), "unknown_medium"),
        (AgentReserve("voice", queues=(99,), agents=1), "unknown_queue"),
        (AgentReserve("voice", queues=(MAIL,), agents=1), "other_medium"),
        (AgentReserve("voice", queues=(CALLS,), agents=1, against=(CALLS,)), "against_itself"),
        (AgentReserve("voice", agents=1), "for_nothing"),
        (AgentReserve("voice", tier=10, agents=1), "tier_out_of_range"),
        (AgentReserve("voice", tier=1, agents=-1), "count_out_of_range"),
        (AgentReserve("voice", tier=1, waiting=3), "waits_for_nothing"),
        (AgentReserve("voice", queues=(CALLS,)), "never_shut"),
    ],
)
def test_a_reserve_that_cannot_work_is_refused(wrong: AgentReserve, code: str) -> None:
    with pytest.raises(PolicyError) as refused:
        router(reserves=(wrong,))
    assert code in {reason.code for reason in refused.value.reasons}


def test_media_that_pull_each_other_back_are_refused() -> None:
    media = (MediumRule("voice", 60, pulls_back=("email",)), MediumRule("email", 12, pulls_back=("voice",)))
    with pytest.raises(PolicyError, match="pull_back_cycle"):
        router(media=media)


def test_more_reserves_than_a_word_holds_are_refused() -> None:
    with pytest.raises(PolicyError, match="too_many_reserves"):
        router(reserves=65 * (AgentReserve("voice", tier=3, agents=1),))
