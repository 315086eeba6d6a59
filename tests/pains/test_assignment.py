"""Pains of assignment: chats that nobody gives out, agents who get all or none, contacts forgotten once ignored.

The numbers are threads of the named projects (docs/reference/pains.md).
"""

from collections import Counter

from affluent.centre import handing_on, offers
from tests.centre.stage import ASIDE_MS, OFFER_MS, Stage


def offered_to(stage: Stage, contacts: list[int]) -> Counter[int | None]:
    return Counter(stage.holder(one) for one in contacts)


def test_01_a_freed_agent_takes_the_waiting_chat_at_once(stage: Stage) -> None:
    """chatwoot 10583, 13050: the chat in line stays there when an agent has closed one."""
    stage.ready(stage.ids.ada)
    contacts = [stage.chat()[1] for _ in range(3)]
    for one in contacts[:2]:
        stage.in_hand_of(stage.ids.ada, one)
    assert stage.state(contacts[2]) == "waiting"
    stage.do(handing_on.close, contact_id=contacts[0], agent_id=stage.ids.ada, outcome="resolved")
    assert (stage.state(contacts[2]), stage.holder(contacts[2])) == ("offered", stage.ids.ada)


def test_02_work_is_shared_evenly_and_never_beyond_a_limit(stage: Stage) -> None:
    """chatwoot 11034, 1198: one agent gets everything, without any bound."""
    stage.ready(stage.ids.ada, stage.ids.bob)
    contacts = [stage.chat()[1] for _ in range(6)]
    shares = offered_to(stage, contacts)
    assert (shares[stage.ids.ada], shares[stage.ids.bob], shares[None]) == (2, 2, 2)
    stage.pass_ms(OFFER_MS)
    stage.ready(stage.ids.ada, stage.ids.bob)
    shares = offered_to(stage, contacts)
    assert max(shares[stage.ids.ada], shares[stage.ids.bob]) <= 2, "not after offers that ran out either"


def test_03_an_ignored_contact_is_offered_again_until_somebody_takes_it(stage: Stage) -> None:
    """chatwoot 14508: once an agent has ignored it, nobody is ever asked again."""
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    place_ms = stage.contact(contact)["place_ms"]
    for _ in range(5):
        assert stage.holder(contact) == stage.ids.ada
        stage.pass_ms(OFFER_MS)
        assert stage.state(contact) == "waiting"
        stage.pass_ms(ASIDE_MS)
    stage.ready(stage.ids.bob)
    stage.do(offers.decline, contact_id=contact, agent_id=stage.ids.ada)
    stage.in_hand_of(stage.ids.bob, contact)
    assert stage.contact(contact)["place_ms"] == place_ms, "and it never lost its place"


def test_04_work_is_given_out_without_anybodys_click(stage: Stage) -> None:
    """zammad 854, asked for since 2017: every ticket must be picked by hand."""
    letters = [stage.mail(sender=f"{number}@customer.example") for number in range(4)]
    assert [stage.state(one) for one in letters] == ["waiting"] * 4
    stage.ready(stage.ids.ada, stage.ids.bob)
    assert [stage.state(one) for one in letters] == ["offered"] * 4
    assert None not in offered_to(stage, letters)


def test_13_no_agent_is_stuck_or_counted_twice_however_they_come_and_go(stage: Stage) -> None:
    """freeswitch 2540, asterisk 1736: an agent who left during an offer stays busy, or has two calls at once."""
    _, contact = stage.chat()
    for round_ in range(8):
        stage.ready(stage.ids.ada)
        assert stage.holder(contact) == stage.ids.ada
        if round_ % 3 == 0:
            stage.restart()
        elif round_ % 3 == 1:
            stage.ready(stage.ids.ada)
        stage.there(stage.ids.ada, "offline" if round_ % 2 else "away", None if round_ % 2 else "lunch")
        assert (stage.state(contact), stage.holder(contact)) == ("waiting", None)
    stage.ready(stage.ids.ada)
    others = [stage.chat()[1] for _ in range(3)]
    shares = offered_to(stage, [contact, *others])
    assert (shares[stage.ids.ada], shares[None]) == (2, 2), "exactly as many hands as ever"


def test_15_no_chat_is_invisible_or_stuck(stage: Stage) -> None:
    """rocket.chat 22105, 23642: taken chats that nobody sees, chats in line that no departure ends."""
    stage.ready(stage.ids.ada)
    held = stage.in_hand_of(stage.ids.ada, stage.chat()[1])
    waiting = [stage.chat()[1] for _ in range(3)]
    stage.there(stage.ids.ada, "offline")
    stage.restart(after_ms=1_000)
    stage.ready(stage.ids.bob)
    for _ in range(6):
        for one in (held, *waiting):
            if stage.state(one) == "offered":
                stage.in_hand_of(stage.ids.bob, one)
                stage.do(handing_on.close, contact_id=one, agent_id=stage.ids.bob, outcome="resolved")
    assert [stage.state(one) for one in (held, *waiting)] == ["closed"] * 4
