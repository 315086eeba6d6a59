"""Colleagues on one contact: asked in, coming or not, answering along, taking it over, leaving."""

from typing import Any

import pytest

from affluent.centre import answering, consulting, handing_on, merging, presence
from affluent.centre.refusals import Forbidden, NotFound, Refusal
from affluent.centre.supervising import people as supervising_people
from affluent.centre.supervising import supervising
from affluent.centre.transaction import TooLate
from affluent.centre.wall import Role, Viewer
from affluent.facts.together import Part
from tests.centre.again import decided_again
from tests.centre.replay import replayed
from tests.centre.stage import Stage, insert, settings_changed
from tests.centre.test_again import ROWS, policy_of

INVITED_MS = consulting.INVITATION_MS


def sam(stage: Stage) -> Viewer:
    return Viewer(stage.ids.sam, "Sam", Role.SUPERVISOR, "en", frozenset({stage.ids.north, stage.ids.south}))


def held_by_ada(stage: Stage) -> int:
    """A chat that Ada has in hand; Bob is ready."""
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    stage.in_hand_of(stage.ids.ada, contact)
    stage.ready(stage.ids.bob)
    return contact


def invite(stage: Stage, contact: int, **asked: Any) -> None:
    whom = asked or {"colleague_id": stage.ids.bob}
    stage.do(consulting.invite, contact_id=contact, agent_id=stage.ids.ada, key="invitation", **whom)


def with_bob(stage: Stage, part: Part = Part.CONSULT) -> int:
    contact = held_by_ada(stage)
    invite(stage, contact, colleague_id=stage.ids.bob, part=part)
    stage.do(consulting.accept, contact_id=contact, agent_id=stage.ids.bob)
    return contact


def takes_part(stage: Stage, contact: int) -> list[int]:
    parts = stage.contact(contact)["parts"] or []
    return [one["agent_id"] for one in parts if one["joined_ms"] is not None]


def asked(stage: Stage, contact: int) -> list[int]:
    parts = stage.contact(contact)["parts"] or []
    return [one["agent_id"] for one in parts if one["joined_ms"] is None]


def offered_at_once(stage: Stage, agent: int) -> int:
    """How many chats the agent is offered of three that come: how much room is left."""
    contacts = [stage.chat()[1] for _ in range(3)]
    return sum(stage.holder(one) == agent for one in contacts)


def all_agrees(stage: Stage) -> None:
    """The journal leads to the rows, and the engine decides again what it decided."""
    rows = stage.query(ROWS)
    states = {row["id"]: row["state"] for row in stage.query("select id, state from contact")}
    assert replayed(rows) == states
    decided_again(policy_of(stage), rows)


def test_a_colleague_asked_by_name_comes_and_the_contact_stays_with_its_agent(stage: Stage) -> None:
    contact = held_by_ada(stage)
    invite(stage, contact, colleague_id=stage.ids.bob, text="Do you know this one?")
    assert asked(stage, contact) == [stage.ids.bob]
    stage.do(consulting.accept, contact_id=contact, agent_id=stage.ids.bob)
    stage.do(consulting.accept, contact_id=contact, agent_id=stage.ids.bob)
    assert (takes_part(stage, contact), asked(stage, contact)) == ([stage.ids.bob], [])
    assert (stage.state(contact), stage.holder(contact)) == ("in_hand", stage.ids.ada)
    assert stage.facts(contact)[-3:] == ["ColleagueInvited", "NoteAdded", "AgentJoined"] or stage.facts(
        contact
    )[-3:] == ["NoteAdded", "ColleagueInvited", "AgentJoined"]
    all_agrees(stage)


def test_who_takes_part_has_the_contact_counted_in_hand(stage: Stage) -> None:
    contact = with_bob(stage)
    stage.there(stage.ids.ada, "away", "break")
    assert offered_at_once(stage, stage.ids.bob) == 1, "one of the two hands is taken by the consultation"
    all_agrees(stage)
    stage.do(consulting.dismiss, contact_id=contact, agent_id=stage.ids.bob, colleague_id=stage.ids.bob)
    assert len(stage.query("select 1 from contact where agent_id = %s", stage.ids.bob)) == 2
    all_agrees(stage)


def test_the_room_is_the_same_after_a_crash(stage: Stage) -> None:
    with_bob(stage)
    stage.there(stage.ids.ada, "away", "break")
    stage.restart()
    assert offered_at_once(stage, stage.ids.bob) == 1


def test_only_a_conference_answers_the_customer(stage: Stage) -> None:
    contact = with_bob(stage)
    said = {"contact_id": contact, "agent_id": stage.ids.bob, "text": "Hello"}
    with pytest.raises(Forbidden):
        stage.do(answering.reply, key="from-bob-1", **said)
    stage.do(answering.note, key="note-bob-1", **said)
    stage.do(
        consulting.change_part,
        contact_id=contact,
        agent_id=stage.ids.ada,
        colleague_id=stage.ids.bob,
        part=Part.CONFERENCE,
    )
    stage.do(answering.reply, key="from-bob-2", **said)
    with pytest.raises(Forbidden):
        stage.do(handing_on.close, contact_id=contact, agent_id=stage.ids.bob, outcome="resolved")
    assert stage.holder(contact) == stage.ids.ada
    all_agrees(stage)


def test_a_warm_transfer_frees_the_first_and_keeps_the_arrival(stage: Stage) -> None:
    contact = with_bob(stage)
    place = stage.contact(contact)["place_ms"]
    stage.pass_ms(5_000)
    stage.do(
        consulting.hand_over,
        contact_id=contact,
        agent_id=stage.ids.ada,
        to_agent_id=stage.ids.bob,
        key="handed-over",
        text="All yours",
    )
    row = stage.contact(contact)
    assert (row["agent_id"], row["last_agent_id"], row["parts"]) == (stage.ids.bob, stage.ids.bob, None)
    assert (row["state"], row["place_ms"]) == ("in_hand", place)
    stage.there(stage.ids.bob, "away", "break")
    assert offered_at_once(stage, stage.ids.ada) == 2, "she is free again"
    all_agrees(stage)


def test_who_helps_without_the_skill_cannot_be_given_the_contact(stage: Stage) -> None:
    contact = with_bob(stage)
    with stage.database.transaction() as conn:
        skill = insert(conn, "skill", key="claims", name_fr="Sinistres", name_en="Claims")
        conn.execute(
            "insert into queue_skill (queue_id, skill_id, required, level) values (%s, %s, true, 2)",
            (stage.ids.chat, skill),
        )
    stage.do(settings_changed)
    handed = {"contact_id": contact, "agent_id": stage.ids.ada, "to_agent_id": stage.ids.bob, "key": "handed"}
    with pytest.raises(Refusal, match="agent_lacks_skill"):
        stage.do(consulting.hand_over, **handed)
    assert (stage.holder(contact), takes_part(stage, contact)) == (stage.ids.ada, [stage.ids.bob])


def test_an_invitation_nobody_answers_ends_by_itself_even_over_a_crash(stage: Stage) -> None:
    contact = held_by_ada(stage)
    invite(stage, contact)
    stage.restart(after_ms=1_000)
    assert asked(stage, contact) == [stage.ids.bob]
    stage.restart(after_ms=INVITED_MS)
    assert stage.contact(contact)["parts"] is None
    assert stage.facts(contact)[-1] == "InvitationEnded"
    with pytest.raises(TooLate):
        stage.do(consulting.accept, contact_id=contact, agent_id=stage.ids.bob)


def team_of_two(stage: Stage) -> int:
    with stage.database.transaction() as conn:
        team = insert(conn, "team", name="Experts")
        conn.execute(
            "update account set team_id = %s where id = any(%s)", (team, [stage.ids.bob, stage.ids.cleo])
        )
        conn.execute("insert into account_brand values (%s, %s)", (stage.ids.cleo, stage.ids.north))
    stage.do(settings_changed)
    return team


def test_of_a_team_one_after_the_other_is_asked_until_one_comes(stage: Stage) -> None:
    contact = held_by_ada(stage)
    team = team_of_two(stage)
    stage.pass_ms(1_000)
    stage.ready(stage.ids.cleo)
    invite(stage, contact, team_id=team)
    assert asked(stage, contact) == [stage.ids.bob], "she has been ready for longer"
    with pytest.raises(Refusal, match="asked_already"):
        invite(stage, contact, team_id=team)
    stage.do(consulting.decline, contact_id=contact, agent_id=stage.ids.bob, reason="busy")
    assert asked(stage, contact) == [stage.ids.cleo]
    stage.restart()
    stage.pass_ms(INVITED_MS)
    assert asked(stage, contact) == []
    events = stage.query("select event from message where contact_id = %s and direction = 'event'", contact)
    assert [one["event"]["code"] for one in events] == ["nobody_came"]
    all_agrees(stage)


def test_nobody_of_a_team_who_is_ready_is_said_at_once(stage: Stage) -> None:
    contact = held_by_ada(stage)
    team = team_of_two(stage)
    stage.there(stage.ids.bob, "away", "lunch")
    with pytest.raises(Refusal, match="nobody_ready"):
        invite(stage, contact, team_id=team)


def test_another_brands_agent_is_not_asked(stage: Stage) -> None:
    contact = held_by_ada(stage)
    stage.ready(stage.ids.cleo)
    with pytest.raises(NotFound):
        invite(stage, contact, colleague_id=stage.ids.cleo)


@pytest.mark.parametrize("how", ["transfer", "close", "offline", "supervisor"])
def test_everybody_parts_when_the_contact_leaves_the_hand(stage: Stage, how: str) -> None:
    contact = with_bob(stage)
    hand: dict[str, Any] = {"contact_id": contact, "agent_id": stage.ids.ada}
    match how:
        case "transfer":
            stage.do(handing_on.transfer, **hand, key="handed-on", queue_id=stage.ids.second_chat)
        case "close":
            stage.do(handing_on.close, **hand, outcome="resolved")
        case "offline":
            stage.there(stage.ids.ada, "offline")
        case _:
            stage.do(
                supervising.reassign,
                viewer=sam(stage),
                contact_id=contact,
                queue_id=stage.ids.second_chat,
                reason="needed",
            )
    row = stage.contact(contact)
    assert row["parts"] is None
    assert row["state"] == ("closed" if how == "close" else "offered")
    all_agrees(stage)


def test_who_answers_along_goes_on_when_the_agent_is_gone(stage: Stage) -> None:
    contact = with_bob(stage, Part.CONFERENCE)
    stage.do(presence.connection_lost, agent_id=stage.ids.ada)
    assert (stage.state(contact), stage.holder(contact)) == ("in_hand", stage.ids.bob)
    assert stage.facts(contact)[-1] == "ContactHandedOver"
    stage.restart()
    all_agrees(stage)


def test_a_colleague_who_goes_home_leaves_what_they_took_part_in(stage: Stage) -> None:
    contact = with_bob(stage)
    stage.there(stage.ids.bob, "offline")
    assert takes_part(stage, contact) == []
    assert (stage.state(contact), stage.holder(contact)) == ("in_hand", stage.ids.ada)
    all_agrees(stage)


def test_a_colleague_who_no_longer_serves_the_brand_takes_part_no_longer(stage: Stage) -> None:
    contact = with_bob(stage)
    stage.change("delete from account_brand where account_id = %s", stage.ids.bob)
    stage.do(settings_changed)
    assert takes_part(stage, contact) == []
    assert stage.holder(contact) == stage.ids.ada


def test_the_agent_takes_an_invitation_back_and_thanks_a_colleague(stage: Stage) -> None:
    contact = held_by_ada(stage)
    hand = {"contact_id": contact, "agent_id": stage.ids.ada, "colleague_id": stage.ids.bob}
    invite(stage, contact)
    stage.do(consulting.dismiss, **hand)
    stage.do(consulting.dismiss, **hand)
    assert stage.contact(contact)["parts"] is None
    invite(stage, contact)
    stage.do(consulting.accept, contact_id=contact, agent_id=stage.ids.bob)
    stage.do(consulting.dismiss, **hand)
    assert stage.contact(contact)["parts"] is None
    assert stage.facts(contact)[-1] == "AgentParted"
    with pytest.raises(Forbidden):
        stage.do(consulting.dismiss, **{**hand, "agent_id": stage.ids.bob, "colleague_id": stage.ids.ada})


def test_a_supervisor_listens_whispers_steps_in_and_takes_over(stage: Stage) -> None:
    contact = held_by_ada(stage)
    viewer = sam(stage)
    stage.do(supervising_people.join, viewer=viewer, contact_id=contact)
    said = {"contact_id": contact, "agent_id": stage.ids.sam, "text": "Offer a discount"}
    stage.do(answering.note, key="whisper-1", **said)
    with pytest.raises(Forbidden):
        stage.do(answering.reply, key="aloud-1", **said)
    with pytest.raises(Forbidden, match="supervisor_stays"):
        stage.do(consulting.dismiss, contact_id=contact, agent_id=stage.ids.ada, colleague_id=stage.ids.sam)
    stage.do(supervising_people.join, viewer=viewer, contact_id=contact, answers=True)
    stage.do(answering.reply, key="aloud-2", **said)
    with pytest.raises(Refusal, match="agent_lacks_skill"):
        stage.do(supervising_people.take_over, viewer=viewer, contact_id=contact)
    stage.change("insert into agent_capacity values (%s, 'chat', 1)", stage.ids.sam)
    stage.do(settings_changed)
    stage.do(supervising_people.take_over, viewer=viewer, contact_id=contact)
    assert stage.holder(contact) == stage.ids.sam
    acts = stage.query("select action from audit where noun = 'contacts' order by id")
    assert [one["action"] for one in acts] == ["join", "join", "take_over"]
    assert replayed(stage.query(ROWS))[contact] == "in_hand"


def test_a_supervisor_of_another_brand_joins_nothing(stage: Stage) -> None:
    contact = held_by_ada(stage)
    other = Viewer(stage.ids.sam, "Sam", Role.SUPERVISOR, "en", frozenset({stage.ids.south}))
    with pytest.raises(NotFound):
        stage.do(supervising_people.join, viewer=other, contact_id=contact)


def test_a_contact_merged_as_a_duplicate_takes_nobody_along(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    first = stage.in_hand_of(stage.ids.ada, stage.mail())
    second = stage.in_hand_of(stage.ids.ada, stage.mail(subject="Again"))
    stage.ready(stage.ids.bob)
    invite(stage, second)
    stage.do(consulting.accept, contact_id=second, agent_id=stage.ids.bob)
    viewer = Viewer(stage.ids.ada, "Ada", Role.AGENT, "en", frozenset({stage.ids.north}))
    stage.do(merging.merge_requests, viewer=viewer, contact_id=first, other_id=second, close_other=True)
    assert (stage.state(second), stage.contact(second)["parts"]) == ("closed", None)
    all_agrees(stage)
