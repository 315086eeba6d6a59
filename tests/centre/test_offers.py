"""A contact is offered, accepted, declined, forgotten; two agents want it; it comes back to whom it knows."""

import pytest

from affluent.centre import answering, handing_on, offers, presence
from affluent.centre.hub import DeskChanged
from affluent.centre.refusals import Forbidden, Invalid, NotFound, Refusal
from affluent.centre.transaction import TooLate
from tests.centre.stage import ASIDE_MS, KEEP_MS, OFFER_MS, Stage, settings_changed


def test_an_arrival_is_offered_to_whoever_is_ready_and_accepted_once(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    assert (stage.state(contact), stage.holder(contact)) == ("offered", stage.ids.ada)
    assert DeskChanged(stage.ids.ada) in stage.heard
    stage.in_hand_of(stage.ids.ada, contact)
    stage.in_hand_of(stage.ids.ada, contact)
    assert stage.facts(contact) == [
        "ContactReceived", "MessageReceived", "ContactQueued", "ContactOffered", "OfferAccepted",
    ]  # fmt: skip


def test_what_came_while_nobody_was_there_is_offered_to_the_first_who_comes(stage: Stage) -> None:
    _, contact = stage.chat()
    assert stage.state(contact) == "waiting"
    stage.ready(stage.ids.bob)
    assert stage.holder(contact) == stage.ids.bob


def test_a_declined_contact_keeps_its_place_and_goes_to_the_other(stage: Stage) -> None:
    stage.ready(stage.ids.ada, stage.ids.bob)
    _, contact = stage.chat()
    first = stage.holder(contact)
    place = stage.contact(contact)["place_ms"]
    stage.do(offers.decline, contact_id=contact, agent_id=first, reason="busy")
    assert stage.state(contact) == "offered"
    assert stage.holder(contact) in {stage.ids.ada, stage.ids.bob} - {first}
    assert stage.contact(contact)["place_ms"] == place


def test_who_declined_is_asked_again_only_after_a_while(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    stage.do(offers.decline, contact_id=contact, agent_id=stage.ids.ada)
    stage.pass_ms(ASIDE_MS - 1)
    assert stage.state(contact) == "waiting"
    stage.pass_ms(1)
    assert stage.holder(contact) == stage.ids.ada


def test_an_offer_that_nobody_answers_expires_and_sets_the_agent_aside(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    stage.pass_ms(OFFER_MS)
    assert (stage.state(contact), stage.holder(contact)) == ("waiting", None)
    with pytest.raises(TooLate):
        stage.do(offers.accept, contact_id=contact, agent_id=stage.ids.ada)
    _, other = stage.chat()
    assert stage.state(other) == "waiting", "who is set aside is offered nothing"
    stage.pass_ms(ASIDE_MS)
    assert stage.holder(contact) == stage.ids.ada, "the one that waited longest comes first"


def test_only_the_agent_to_whom_it_is_offered_may_answer_the_offer(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    for use_case in (offers.accept, offers.decline):
        with pytest.raises(TooLate):
            stage.do(use_case, contact_id=contact, agent_id=stage.ids.bob)
    with pytest.raises(TooLate):
        stage.do(offers.take, contact_id=contact, agent_id=stage.ids.bob)
    with pytest.raises(NotFound):
        stage.do(offers.accept, contact_id=10**6, agent_id=stage.ids.ada)


def test_two_agents_who_take_the_same_waiting_contact_do_not_both_get_it(stage: Stage) -> None:
    _, contact = stage.chat()
    answers = [
        stage.runner.submit(offers.take, contact_id=contact, agent_id=agent)
        for agent in (stage.ids.ada, stage.ids.bob)
    ]
    errors = [one.exception(20) for one in answers]
    assert sum(error is None for error in errors) == 1
    assert any(isinstance(error, TooLate) for error in errors)
    assert stage.facts(contact).count("ContactTaken") == 1


def test_capacity_is_never_exceeded_by_offers(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contacts = [stage.chat()[1] for _ in range(4)]
    assert [stage.state(one) for one in contacts] == ["offered", "offered", "waiting", "waiting"]


def test_no_agent_is_offered_nor_may_take_another_brands_contact(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat(door=stage.ids.south_door)
    assert stage.state(contact) == "waiting"
    with pytest.raises(Forbidden):
        stage.do(offers.take, contact_id=contact, agent_id=stage.ids.ada)
    stage.ready(stage.ids.cleo)
    assert stage.holder(contact) == stage.ids.cleo


def test_who_goes_away_gives_offers_back_and_keeps_what_is_in_hand(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    mine = stage.in_hand_of(stage.ids.ada, stage.chat()[1])
    _, offered = stage.chat()
    stage.there(stage.ids.ada, "away", "lunch")
    assert stage.state(mine) == "in_hand"
    assert stage.state(offered) == "waiting"
    assert stage.facts(offered)[-1] == "OfferWithdrawn"


def test_who_goes_home_gives_everything_back(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    chat = stage.in_hand_of(stage.ids.ada, stage.chat()[1])
    mail = stage.in_hand_of(stage.ids.ada, stage.mail())
    stage.there(stage.ids.ada, "offline")
    assert [stage.state(one) for one in (chat, mail)] == ["waiting", "waiting"]
    assert [stage.contact(one)["place_ms"] for one in (chat, mail)] == [
        stage.contact(one)["arrived_ms"] for one in (chat, mail)
    ]


def test_a_lost_connection_gives_the_chats_back_and_leaves_the_mail(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    chat = stage.in_hand_of(stage.ids.ada, stage.chat()[1])
    mail = stage.in_hand_of(stage.ids.ada, stage.mail())
    stage.do(presence.connection_lost, agent_id=stage.ids.ada)
    stage.do(presence.connection_lost, agent_id=stage.ids.ada)
    assert (stage.state(chat), stage.state(mail)) == ("waiting", "in_hand")


def test_presence_that_cannot_be_is_refused(stage: Stage) -> None:
    for state, reason in (("asleep", None), ("away", "moon"), ("away", None)):
        with pytest.raises(Invalid):
            stage.there(stage.ids.ada, state, reason)


def test_a_transfer_to_a_queue_goes_to_somebody_else_with_its_note(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = stage.in_hand_of(stage.ids.ada, stage.chat()[1])
    stage.ready(stage.ids.bob)
    stage.do(
        handing_on.transfer,
        contact_id=contact, agent_id=stage.ids.ada, key="transfer-1", queue_id=stage.ids.second_chat, text="He knows",
    )  # fmt: skip
    assert (stage.state(contact), stage.holder(contact)) == ("offered", stage.ids.bob)
    texts = [row["text"] for row in stage.query("select text from message where direction = 'note'")]
    assert texts == ["He knows"]
    with pytest.raises(Forbidden):
        stage.do(answering.reply, contact_id=contact, agent_id=stage.ids.ada, key="too-late-1", text="Hm")


def test_a_transfer_to_an_agent_is_kept_for_that_agent(stage: Stage) -> None:
    stage.ready(stage.ids.ada, stage.ids.bob)
    _, contact = stage.chat()
    giver = stage.holder(contact)
    assert giver is not None
    taker = stage.ids.bob if giver == stage.ids.ada else stage.ids.ada
    stage.in_hand_of(giver, contact)
    stage.there(taker, "away", "break")
    stage.do(handing_on.transfer, contact_id=contact, agent_id=giver, key="transfer-2", to_agent_id=taker)
    assert stage.state(contact) == "waiting", "kept, though another is free"
    stage.ready(taker)
    assert stage.holder(contact) == taker


def test_transfers_that_lead_nowhere_are_refused(stage: Stage) -> None:
    ids = stage.ids
    stage.ready(ids.ada)
    contact = stage.in_hand_of(ids.ada, stage.chat()[1])
    for error, to in (
        (Invalid, {}),
        (Invalid, {"queue_id": ids.chat, "to_agent_id": ids.bob}),
        (Invalid, {"to_agent_id": ids.ada}),
        (Refusal, {"to_agent_id": ids.bob}),
        (NotFound, {"to_agent_id": ids.cleo}),
        (NotFound, {"queue_id": ids.south_chat}),
        (Refusal, {"queue_id": ids.mail}),
    ):
        with pytest.raises(error):
            stage.do(
                handing_on.transfer, contact_id=contact, agent_id=ids.ada, key="transfer-3", text="x", **to
            )
    assert stage.state(contact) == "in_hand"
    assert not stage.query("select 1 from message where direction = 'note'"), (
        "a refusal leaves nothing behind"
    )


def closed_mail_of_ada(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    contact = stage.in_hand_of(stage.ids.ada, stage.mail(message_id="<first@customer.example>"))
    stage.do(handing_on.close, contact_id=contact, agent_id=stage.ids.ada, outcome="resolved")


def test_a_customer_who_writes_again_returns_to_the_same_agent(stage: Stage) -> None:
    closed_mail_of_ada(stage)
    stage.ready(stage.ids.bob)
    stage.pass_ms(1_000)
    again = stage.mail(thread=("<first@customer.example>",))
    assert stage.holder(again) == stage.ids.ada, "though Bob has been idle longer"
    assert stage.contact(again)["request_id"] == stage.contact(1)["request_id"]


def test_a_customer_whose_agent_is_gone_goes_to_others(stage: Stage) -> None:
    closed_mail_of_ada(stage)
    stage.there(stage.ids.ada, "offline")
    stage.ready(stage.ids.bob)
    assert stage.holder(stage.mail(thread=("<first@customer.example>",))) == stage.ids.bob


def test_keeping_for_the_same_agent_ends(stage: Stage) -> None:
    closed_mail_of_ada(stage)
    for _ in range(3):
        stage.in_hand_of(stage.ids.ada, stage.mail(sender="other@customer.example"))
    stage.ready(stage.ids.bob)
    again = stage.mail(thread=("<first@customer.example>",))
    assert stage.state(again) == "waiting", "Ada's hands are full: it is kept for her a while"
    stage.pass_ms(KEEP_MS)
    assert stage.holder(again) == stage.ids.bob


def test_changed_settings_lose_nobodys_place(stage: Stage) -> None:
    first, second = stage.chat()[1], stage.chat()[1]
    before = {row["id"]: row["place_ms"] for row in stage.query("select id, place_ms from contact")}
    stage.change("update queue set offer_ms = 10000 where id = %s", stage.ids.chat)
    stage.do(settings_changed)
    assert {row["id"]: row["place_ms"] for row in stage.query("select id, place_ms from contact")} == before
    assert [stage.runner.position(one) for one in (first, second)] == [0, 1]
    stage.ready(stage.ids.ada)
    assert stage.contact(first)["offer_expires_ms"] == stage.clock.at_ms + 10_000


def test_an_archived_queue_serves_those_who_still_stand_in_it(stage: Stage) -> None:
    _, contact = stage.chat()
    stage.change("update queue set archived = true where id = %s", stage.ids.chat)
    stage.do(settings_changed)
    stage.ready(stage.ids.ada)
    stage.in_hand_of(stage.ids.ada, contact)
    stage.there(stage.ids.ada, "offline")
    assert stage.state(contact) == "received", "no line is open to it any more"
    stage.change("update channel set queue_id = %s where id = %s", stage.ids.second_chat, stage.ids.chat_door)
    stage.do(settings_changed)
    assert stage.contact(contact)["queue_id"] == stage.ids.second_chat
    stage.ready(stage.ids.bob)
    assert stage.holder(contact) == stage.ids.bob


def test_who_no_longer_serves_a_brand_gives_its_contacts_back(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    held = stage.in_hand_of(stage.ids.ada, stage.chat()[1])
    _, offered = stage.chat()
    stage.change("delete from account_brand where account_id = %s", stage.ids.ada)
    stage.do(settings_changed)
    assert [(stage.state(one), stage.holder(one)) for one in (held, offered)] == [("waiting", None)] * 2
    stage.ready(stage.ids.bob)
    assert {stage.holder(one) for one in (held, offered)} == {stage.ids.bob}


def test_who_declined_is_not_asked_again_at_once_by_a_server_that_was_killed_and_came_back(
    stage: Stage,
) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    stage.do(offers.decline, contact_id=contact, agent_id=stage.ids.ada)
    stage.restart(after_ms=1_000)
    assert stage.state(contact) == "waiting"
    _, other = stage.chat()
    assert stage.holder(other) == stage.ids.ada, "only from what she declined does she rest"
    stage.in_hand_of(stage.ids.ada, other)
    stage.pass_ms(ASIDE_MS)
    assert stage.holder(contact) == stage.ids.ada


def test_who_let_an_offer_expire_rests_after_a_restart_too_until_they_are_ready_again(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    stage.pass_ms(OFFER_MS)
    assert stage.state(contact) == "waiting"
    stage.restart(after_ms=1_000)
    assert stage.state(contact) == "waiting"
    stage.there(stage.ids.ada, "away", "break")
    stage.pass_ms(1_000)
    stage.ready(stage.ids.ada)
    before = stage.state(contact)
    stage.restart()
    assert stage.state(contact) == before, "the journal and the engine agree on when the rest ends"


def test_a_contact_handed_on_does_not_come_back_to_its_giver_after_a_restart(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    stage.in_hand_of(stage.ids.ada, contact)
    stage.do(
        handing_on.transfer,
        contact_id=contact,
        agent_id=stage.ids.ada,
        key="handed",
        queue_id=stage.ids.second_chat,
    )
    assert stage.state(contact) == "waiting"
    stage.restart(after_ms=1_000)
    assert stage.state(contact) == "waiting"
    stage.pass_ms(ASIDE_MS)
    assert stage.holder(contact) == stage.ids.ada
