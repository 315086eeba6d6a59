"""A supervisor's levers: each keeps the contact's place, the brand wall, and an entry in the audit trail."""

from typing import Any

import pytest

from affluent.centre import bulk, handing_on
from affluent.centre.hub import DoorChanged, NoticesChanged
from affluent.centre.refusals import Forbidden, Invalid, NotFound, Refusal
from affluent.centre.supervising import doors as supervising_doors
from affluent.centre.supervising import supervising
from affluent.centre.wall import Role, Viewer
from affluent.facts.instants import HOUR_MS, MINUTE_MS
from tests.centre.stage import Stage, settings_changed


def supervisor(stage: Stage, *brands: int) -> Viewer:
    """Sam; of both brands when none is named."""
    mine = frozenset(brands or (stage.ids.north, stage.ids.south))
    return Viewer(stage.ids.sam, "Sam", Role.SUPERVISOR, "en", mine)


def reassign(stage: Stage, contact: int, **how: Any) -> Any:
    viewer = how.pop("viewer", supervisor(stage))
    return stage.do(supervising.reassign, viewer=viewer, contact_id=contact, **how)


def assign(stage: Stage, contact: int, **asked: Any) -> None:
    """As a job does it, for one of its contacts."""
    viewer: Viewer = asked.pop("viewer", None) or supervisor(stage)
    row = stage.query(
        "with j as (insert into bulk_job (account_id, key, action, params, created_ms)"
        " values (%s, gen_random_uuid()::text, 'assign', '{}', 1) returning id)"
        " insert into bulk_item (job_id, contact_id) select id, %s from j returning job_id as id",
        viewer.account_id,
        contact,
    )[0]
    stage.do(bulk.step, job=bulk.Job(row["id"], viewer, "assign", asked, None), contact_id=contact)


def audited(stage: Stage, action: str) -> list[dict[str, Any]]:
    return stage.query("select * from audit where action = %s order by id", action)


def test_a_waiting_contact_goes_to_another_queue_at_its_old_place(stage: Stage) -> None:
    _, contact = stage.chat()
    arrived_ms = stage.contact(contact)["arrived_ms"]
    stage.pass_ms(20_000)
    was = reassign(stage, contact, queue_id=stage.ids.second_chat)
    row = stage.contact(contact)
    assert (row["state"], row["queue_id"], row["place_ms"]) == ("waiting", stage.ids.second_chat, arrived_ms)
    assert was == {"queue_id": stage.ids.chat, "agent_id": None}
    assert stage.facts(contact)[-2:] == ["ContactReassigned", "ContactQueued"]
    assert [one["noun_id"] for one in audited(stage, "reassign")] == [contact]
    reassign(stage, contact, **was)
    assert stage.contact(contact)["queue_id"] == stage.ids.chat, "an undo puts it back"


def test_offer_now_goes_to_the_named_agent_even_past_another_who_is_free(stage: Stage) -> None:
    _, contact = stage.chat()
    stage.ready(stage.ids.ada, stage.ids.bob)
    other = stage.ids.bob if stage.holder(contact) == stage.ids.ada else stage.ids.ada
    reassign(stage, contact, agent_id=other, now=True)
    assert (stage.state(contact), stage.holder(contact)) == ("offered", other)


def test_offer_now_wants_an_agent_who_is_there_and_able(stage: Stage) -> None:
    _, contact = stage.chat()
    ids = stage.ids
    with pytest.raises(Refusal) as gone:
        reassign(stage, contact, agent_id=ids.ada, now=True)
    assert gone.value.code == "agent_not_there"
    stage.there(ids.ada, "away", "lunch")
    with pytest.raises(Refusal) as away:
        reassign(stage, contact, agent_id=ids.ada, now=True)
    assert away.value.code == "agent_not_ready"
    stage.ready(ids.cleo)
    with pytest.raises(NotFound):
        reassign(stage, contact, agent_id=ids.cleo, now=True)
    stage.change("update agent_capacity set limit_count = 0 where account_id = %s", ids.ada)
    stage.ready(ids.ada)
    with pytest.raises(Refusal) as unable:
        reassign(stage, contact, agent_id=ids.ada, now=True)
    assert unable.value.code == "agent_lacks_skill"


def test_taking_away_what_is_in_hand_needs_a_reason_and_frees_the_hand(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    stage.in_hand_of(stage.ids.ada, contact)
    stage.there(stage.ids.ada, "away", "lunch")
    with pytest.raises(Invalid) as silent:
        reassign(stage, contact, queue_id=stage.ids.chat)
    assert silent.value.code == "reason_needed"
    reassign(stage, contact, queue_id=stage.ids.chat, reason="Ada is needed elsewhere")
    assert (stage.state(contact), stage.holder(contact)) == ("waiting", None)
    stage.ready(stage.ids.bob)
    stage.in_hand_of(stage.ids.bob, contact)


def test_many_at_once_go_by_the_same_act_with_the_same_refusals_and_the_same_trail(stage: Stage) -> None:
    ids = stage.ids
    stage.ready(ids.ada)
    _, held = stage.chat()
    stage.in_hand_of(ids.ada, held)
    stage.there(ids.ada, "away", "lunch")
    _, waiting = stage.chat()
    stage.ready(ids.cleo)

    def refused(contact: int, **asked: Any) -> tuple[str, str]:
        with pytest.raises(Refusal) as one:
            reassign(stage, contact, **asked)
        with pytest.raises(Refusal) as many:
            assign(stage, contact, **asked)
        return one.value.code, many.value.code

    for contact, asked, code in (
        (held, {"queue_id": ids.second_chat}, "reason_needed"),
        (waiting, {"queue_id": ids.mail}, "queue_of_other_medium"),
        (waiting, {"queue_id": ids.south_chat}, "not_found"),
        (waiting, {"agent_id": ids.cleo}, "not_found"),
        (waiting, {"agent_id": ids.bob}, "agent_not_there"),
        (waiting, {}, "transfer_to_one"),
        (waiting, {"queue_id": ids.chat, "viewer": supervisor(stage, ids.south)}, "not_found"),
    ):
        assert refused(contact, **asked) == (code, code), asked
    assign(stage, held, queue_id=ids.second_chat, reason="Ada is away")
    (entry,) = audited(stage, "reassign")
    assert (entry["noun_id"], entry["after"]["reason"]) == (held, "Ada is away")
    assert stage.contact(held)["queue_id"] == ids.second_chat


def test_what_one_has_in_hand_oneself_needs_no_reason(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    stage.in_hand_of(stage.ids.ada, contact)
    herself = Viewer(stage.ids.ada, "Ada", Role.SUPERVISOR, "en", frozenset({stage.ids.north}))
    assign(stage, contact, viewer=herself, queue_id=stage.ids.second_chat)
    assert stage.contact(contact)["queue_id"] == stage.ids.second_chat


def test_an_ended_contact_stays_ended(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    stage.in_hand_of(stage.ids.ada, contact)
    stage.do(handing_on.close, contact_id=contact, agent_id=stage.ids.ada, outcome="resolved")
    with pytest.raises(Refusal) as late:
        reassign(stage, contact, queue_id=stage.ids.chat, reason="no")
    assert late.value.code == "too_late"


def test_the_brand_wall_hides_contacts_agents_channels_queues_and_notices(stage: Stage) -> None:
    ids, south = stage.ids, supervisor(stage, stage.ids.south)
    _, contact = stage.chat()
    until_ms = stage.clock.at_ms + HOUR_MS
    notice = stage.do(
        supervising.send_notice, viewer=supervisor(stage, ids.north), text="Hello", until_ms=until_ms
    )
    tries: list[tuple[Any, dict[str, Any]]] = [
        (supervising.reassign, {"contact_id": contact, "queue_id": ids.second_chat}),
        (supervising.set_presence, {"agent_id": ids.ada, "state": "offline", "reason": None}),
        (supervising.end_notice, {"notice_id": notice}),
        (supervising.see_alert, {"alert_id": 1}),
        (supervising_doors.close_channel, {"channel_id": ids.chat_door, "until_ms": until_ms}),
        (supervising_doors.open_channel, {"channel_id": ids.chat_door}),
        (supervising_doors.raise_queue, {"queue_id": ids.chat, "tier": 5, "until_ms": until_ms}),
        (supervising_doors.lower_queue, {"queue_id": ids.chat}),
        (supervising_doors.set_limits, {"queue_id": ids.chat, "limits": {}}),
        (supervising_doors.set_limits, {"queue_id": None, "limits": {}}),
    ]
    for use_case, arguments in tries:
        with pytest.raises(NotFound):
            stage.do(use_case, viewer=south, **arguments)
    agent = Viewer(ids.ada, "Ada", Role.AGENT, "en", frozenset({ids.north}))
    with pytest.raises(Forbidden):
        reassign(stage, contact, queue_id=ids.second_chat, viewer=agent)


def test_sending_an_agent_home_puts_their_contacts_back_in_line(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    stage.in_hand_of(stage.ids.ada, contact)
    stage.do(
        supervising.set_presence,
        viewer=supervisor(stage),
        agent_id=stage.ids.ada,
        state="offline",
        reason=None,
        text="Went home ill",
    )
    assert stage.state(contact) == "waiting"
    assert audited(stage, "presence")[0]["after"]["text"] == "Went home ill"


def test_a_closed_chat_takes_no_new_contact_and_opens_by_itself(stage: Stage) -> None:
    viewer, ids = supervisor(stage), stage.ids
    going_on, _ = stage.chat("Before")
    until_ms = stage.clock.at_ms + 10 * MINUTE_MS
    stage.do(supervising_doors.close_channel, viewer=viewer, channel_id=ids.chat_door, until_ms=until_ms)
    assert DoorChanged(ids.chat_door) in stage.heard
    with pytest.raises(Refusal) as closed:
        stage.chat("Too late")
    assert closed.value.code == "channel_closed"
    stage.say(going_on, "What began goes on")
    stage.heard.clear()
    stage.pass_ms(10 * MINUTE_MS)
    stage.chat("After")
    stage.do(supervising_doors.end_what_is_over)
    assert DoorChanged(ids.chat_door) in stage.heard
    rows = stage.query("select opened_ms, opened_by from channel_closure")
    assert rows == [{"opened_ms": stage.clock.at_ms, "opened_by": None}]


def test_a_mailbox_that_is_closed_keeps_receiving(stage: Stage) -> None:
    until_ms = stage.clock.at_ms + HOUR_MS
    stage.do(
        supervising_doors.close_channel,
        viewer=supervisor(stage),
        channel_id=stage.ids.mail_door,
        until_ms=until_ms,
    )
    assert stage.state(stage.mail()) == "waiting"


def test_a_raised_queue_goes_first_and_falls_back_by_itself(stage: Stage) -> None:
    ids = stage.ids
    _, first = stage.chat("Waits longest")
    stage.pass_ms(1_000)
    _, second = stage.chat("In the other queue")
    reassign(stage, second, queue_id=ids.second_chat)
    until_ms = stage.clock.at_ms + HOUR_MS
    stage.do(
        supervising_doors.raise_queue,
        viewer=supervisor(stage),
        queue_id=ids.second_chat,
        tier=9,
        until_ms=until_ms,
    )
    stage.change("update agent_capacity set limit_count = 1")
    stage.do(settings_changed)
    stage.ready(ids.ada)
    assert stage.state(first) == "waiting", "the raised queue is served before the one that waits longer"
    assert stage.holder(second) == ids.ada
    stage.pass_ms(HOUR_MS)
    stage.do(supervising_doors.end_what_is_over)
    assert stage.query("select 1 as n from queue_raise where ended_ms is null") == []


def test_a_notice_reaches_its_readers_until_each_has_read_it(stage: Stage) -> None:
    ids = stage.ids
    notice = stage.do(
        supervising.send_notice,
        viewer=supervisor(stage),
        text="The line is down in Rezé",
        until_ms=stage.clock.at_ms + HOUR_MS,
    )
    told = [one for one in stage.heard if isinstance(one, NoticesChanged)]
    assert set(told[-1].account_ids) == {ids.ada, ids.bob, ids.cleo}, "not the one who tells"
    stage.do(supervising.read_notice, notice_id=notice, account_id=ids.ada)
    unread = stage.query("select account_id from notice_reader where read_ms is null order by 1")
    assert [row["account_id"] for row in unread] == [ids.bob, ids.cleo]
    with pytest.raises(NotFound):
        stage.do(supervising.read_notice, notice_id=notice, account_id=ids.sam)
    with pytest.raises(Invalid):
        stage.do(supervising.send_notice, viewer=supervisor(stage), text="x", until_ms=stage.clock.at_ms)
