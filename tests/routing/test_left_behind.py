"""What a pull-back and a contact that has gone leave behind: who is looked at again, and whose row is used anew."""

import pytest

from affluent.routing import (
    AgentRule,
    MediumRule,
    Offered,
    Policy,
    QueueRule,
    Router,
    RoutingError,
    SkillNeed,
)
from affluent.routing.decisions import Decision

CHATS, MAILS, FORMS = 1, 2, 3
ANN, BOB = 101, 102
TALKS = 7
MINUTE_MS = 60_000


def desk(*agents: int, keep_ms: int = 0) -> Router:
    """Ann alone has the skill for chats; a chat pulls back a mail, which takes a whole hand."""
    media = (
        MediumRule("chat", 20, pulls_back=("email",)),
        MediumRule("email", 60),
        MediumRule("form", 30),
    )
    queues = (
        QueueRule(CHATS, "chat", skills=(SkillNeed(TALKS),)),
        QueueRule(MAILS, "email", keep_ms=keep_ms, set_aside_ms=MINUTE_MS),
        QueueRule(FORMS, "form"),
    )
    people = (
        AgentRule(ANN, {TALKS: 1}, {"chat": 2, "email": 1, "form": 1}),
        AgentRule(BOB, {}, {"email": 1, "form": 1}),
    )
    router = Router(Policy(media, frozenset({TALKS}), queues, people))
    for agent in agents:
        router.agent_ready(agent, 0)
    return router


def offers(decisions: list[Decision]) -> list[tuple[int, int]]:
    return [(one.contact, one.agent) for one in decisions if isinstance(one, Offered)]


def test_what_is_pulled_back_goes_at_once_to_who_came_free_meanwhile() -> None:
    router = desk(ANN)
    assert offers(router.arrive(1, MAILS, 1)) == [(1, ANN)]
    assert offers(router.agent_ready(BOB, 2)) == []
    assert offers(router.arrive(2, CHATS, 3)) == [(2, ANN), (1, BOB)]


def test_room_that_a_pull_back_leaves_is_filled_at_once() -> None:
    router = desk(ANN, keep_ms=MINUTE_MS)
    assert offers(router.arrive(1, MAILS, 1)) == [(1, ANN)]
    assert offers(router.arrive(2, FORMS, 2)) == []
    assert offers(router.arrive(3, CHATS, 3)) == [(3, ANN), (2, ANN)]


def test_who_declined_a_contact_that_has_gone_is_offered_the_next_in_its_place() -> None:
    router = desk(ANN)
    for number in range(1, 20):
        assert offers(router.arrive(number, MAILS, number)) == [(number, ANN)]
        assert offers(router.fail_offer(number, ANN, number)) == []
        router.withdraw(number, number)
    restored, again = Router.restore(router.policy, router.live_contacts(), router.live_agents(), 20)
    assert again == [] and restored.refusals() == router.refusals() == {}


def test_who_took_part_in_a_contact_that_has_gone_takes_no_part_in_the_next() -> None:
    router = desk(ANN)
    for number in range(1, 20):
        router.arrive(number, FORMS, number)
        router.accept(number, ANN, number)
        router.agent_ready(BOB, number)
        router.join(number, BOB, number)
        router.withdraw(number, number)
        router.agent_away(BOB, number)
    router.arrive(20, FORMS, 20)
    router.accept(20, ANN, 20)
    with pytest.raises(RoutingError):
        router.part(20, BOB, 20)
    router.withdraw(20, 21)
    assert offers(router.agent_ready(BOB, 22)) == []
    assert offers(router.arrive(21, MAILS, 23)) in ([(21, ANN)], [(21, BOB)])
    assert {one.agent: one.set_aside_until_ms for one in router.live_agents()} == {ANN: None, BOB: None}
