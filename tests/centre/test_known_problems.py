"""Known problems: who is about one, what is told, where they wait, and how they come home."""

from typing import Any

import pytest
from psycopg.types.json import Jsonb

from affluent.centre import offers
from affluent.centre.known_problems import problems as known_problems
from affluent.centre.known_problems import times as problem_times
from affluent.centre.refusals import Refusal
from affluent.facts.instants import HOUR_MS
from tests.centre.stage import START_MS, TARGET_MS, Stage, insert, settings_changed

TOLD = "La livraison a deux jours de retard."


def opened(stage: Stage, **fields: Any) -> int:
    """A known problem of the north brand, seen to by the runner."""
    usual: dict[str, Any] = {
        "name": "Livraison en retard",
        "brand_id": stage.ids.north,
        "message_fr": TOLD,
        "message_en": "Deliveries are two days late.",
        "words": Jsonb(["livraison", "colis"]),
        "owner_id": stage.ids.sam,
        "begins_ms": stage.clock.at_ms,
    }
    with stage.database.transaction() as conn:
        made = insert(conn, "known_problem", **{**usual, **fields})
    stage.do(problem_times.look)
    stage.pass_ms(0)
    return made


def ended(stage: Stage, problem: int) -> None:
    stage.change("update known_problem set ends_ms = %s where id = %s", stage.clock.at_ms, problem)
    stage.do(problem_times.look)
    stage.pass_ms(0)


def own_queue(stage: Stage, medium: str = "chat") -> int:
    with stage.database.transaction() as conn:
        made = insert(
            conn,
            "queue",
            brand_id=stage.ids.north,
            name=f"crisis {medium}",
            medium=medium,
            target_ms=TARGET_MS,
        )
    stage.do(settings_changed)
    return made


def lines(stage: Stage, contact_id: int) -> list[str]:
    rows = stage.query(
        "select event ->> 'code' as code from message where contact_id = %s order by id", contact_id
    )
    return [row["code"] for row in rows if row["code"]]


def told(stage: Stage, contact_id: int) -> list[str]:
    rows = stage.query(
        "select text from message where contact_id = %s and direction = 'out' and author_kind = 'bot'",
        contact_id,
    )
    return [row["text"] for row in rows]


def test_a_chat_about_it_is_marked_told_and_waits_in_its_own_queue(stage: Stage) -> None:
    queue = own_queue(stage)
    problem = opened(stage, queue_ids=Jsonb([queue]))
    _, contact = stage.chat("Où est mon COLIS ?")
    row = stage.contact(contact)
    assert (row["problem_id"], row["queue_id"], row["home_queue_id"]) == (problem, queue, stage.ids.chat)
    assert lines(stage, contact) == ["problem_marked", "known_problem"]
    _, other = stage.chat("Ma facture est fausse")
    assert stage.contact(other)["problem_id"] is None


def test_nobody_is_kept_from_a_person(stage: Stage) -> None:
    queue = own_queue(stage)
    opened(stage, queue_ids=Jsonb([queue]))
    stage.ready(stage.ids.ada)
    _, contact = stage.chat("Ma livraison ?")
    stage.in_hand_of(stage.ids.ada, contact)
    assert stage.state(contact) == "in_hand"


def test_a_mail_is_answered_by_itself_once_for_a_customer(stage: Stage) -> None:
    opened(stage)
    first = stage.mail(text="Ma livraison", new_text="Ma livraison", reply_to="zoe@customer.example")
    second = stage.mail(text="Mon colis !", new_text="Mon colis !", reply_to="zoe@customer.example")
    assert told(stage, first) == [TOLD]
    assert told(stage, second) == []
    assert len(stage.query("select 1 as one from outbox where kind = 'mail'")) == 1
    assert stage.contact(first)["awaiting"] == "us", "a person still owes the answer"
    assert "MessageAnswered" not in stage.facts(first)


def test_a_machine_is_not_answered(stage: Stage) -> None:
    opened(stage)
    stage.mail(text="Ma livraison", new_text="Ma livraison", unanswerable="auto_reply")
    assert stage.query("select 1 as one from outbox") == []


def test_silence_is_a_setting(stage: Stage) -> None:
    opened(stage, replies=False)
    assert told(stage, stage.mail(new_text="Ma livraison")) == []


def test_who_waits_already_is_drawn_in(stage: Stage) -> None:
    _, waiting = stage.chat("Ma livraison ?")
    _, other = stage.chat("Ma facture ?")
    place = stage.contact(waiting)["place_ms"]
    stage.clock.at_ms += 10_000
    queue = own_queue(stage)
    problem = opened(stage, queue_ids=Jsonb([queue]))
    row = stage.contact(waiting)
    assert (row["problem_id"], row["queue_id"], row["place_ms"]) == (problem, queue, place)
    assert row["due_ms"] == START_MS + TARGET_MS, "due when it was"
    assert stage.contact(other)["problem_id"] is None


def test_many_are_drawn_in_and_brought_home_a_handful_at_a_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(problem_times, "AT_ONCE", 3)
    waiting = [stage.chat(f"Livraison {number}")[1] for number in range(8)]
    queue = own_queue(stage)
    problem = opened(stage, queue_ids=Jsonb([queue]))
    for _ in range(4):
        stage.pass_ms(0)
    assert [stage.contact(one)["queue_id"] for one in waiting] == [queue] * 8
    ended(stage, problem)
    for _ in range(4):
        stage.pass_ms(0)
    assert [stage.contact(one)["queue_id"] for one in waiting] == [stage.ids.chat] * 8
    assert stage.query("select live from known_problem")[0]["live"] is False


def test_at_its_end_who_waits_goes_home_at_their_place_and_is_told(stage: Stage) -> None:
    queue = own_queue(stage)
    problem = opened(stage, queue_ids=Jsonb([queue]))
    _, contact = stage.chat("Mon colis ?")
    stage.clock.at_ms += 5_000
    _, later = stage.chat("Bonjour")
    ended(stage, problem)
    row = stage.contact(contact)
    assert (row["queue_id"], row["problem_id"], row["home_queue_id"]) == (stage.ids.chat, problem, None)
    assert lines(stage, contact)[-2:] == ["problem_over", "problem_solved"]
    stage.ready(stage.ids.ada)
    assert stage.holder(contact) == stage.ids.ada
    assert stage.runner.position(later) in (0, None), "the first to come is before them"
    assert stage.contact(stage.chat("Mon colis ?")[1])["problem_id"] is None


def test_it_begins_and_ends_by_itself(stage: Stage) -> None:
    queue = own_queue(stage)
    opened(
        stage,
        queue_ids=Jsonb([queue]),
        begins_ms=stage.clock.at_ms + HOUR_MS,
        ends_ms=stage.clock.at_ms + 2 * HOUR_MS,
    )
    _, early = stage.chat("Mon colis ?")
    assert stage.contact(early)["problem_id"] is None
    stage.pass_ms(HOUR_MS)
    assert stage.contact(early)["queue_id"] == queue
    stage.pass_ms(HOUR_MS)
    assert stage.contact(early)["queue_id"] == stage.ids.chat


def test_what_fell_due_while_the_process_was_away_is_seen_to(stage: Stage) -> None:
    queue = own_queue(stage)
    opened(stage, queue_ids=Jsonb([queue]), ends_ms=stage.clock.at_ms + HOUR_MS)
    _, contact = stage.chat("Mon colis ?")
    stage.restart(after_ms=2 * HOUR_MS)
    assert stage.contact(contact)["queue_id"] == stage.ids.chat
    stage.ready(stage.ids.ada)
    assert stage.holder(contact) == stage.ids.ada


def test_an_offer_that_is_out_stands_and_who_passes_on_it_sends_it_home(stage: Stage) -> None:
    queue = own_queue(stage)
    problem = opened(stage, queue_ids=Jsonb([queue]))
    stage.ready(stage.ids.ada)
    _, contact = stage.chat("Mon colis ?")
    _, other = stage.chat("Ma livraison ?")
    assert [stage.state(one) for one in (contact, other)] == ["offered", "offered"]
    ended(stage, problem)
    stage.in_hand_of(stage.ids.ada, contact)
    assert stage.contact(contact)["queue_id"] == queue
    stage.do(offers.decline, contact_id=other, agent_id=stage.ids.ada)
    stage.pass_ms(problem_times.AGAIN_MS)
    assert stage.contact(other)["queue_id"] == stage.ids.chat
    stage.pass_ms(problem_times.AGAIN_MS)
    assert stage.query("select live from known_problem")[0]["live"] is False


def test_only_contacts_headed_for_its_queues_are_about_it(stage: Stage) -> None:
    opened(stage, words=Jsonb([]), from_queue_ids=Jsonb([stage.ids.mail]))
    assert stage.contact(stage.mail())["problem_id"] is not None
    assert stage.contact(stage.chat("Mon colis ?")[1])["problem_id"] is None


def test_another_brand_knows_nothing_of_it(stage: Stage) -> None:
    opened(stage)
    assert stage.contact(stage.chat("Mon colis ?", door=stage.ids.south_door)[1])["problem_id"] is None


def test_an_agent_marks_by_hand_and_takes_it_back(stage: Stage) -> None:
    queue = own_queue(stage)
    problem = opened(stage, queue_ids=Jsonb([queue]))
    stage.ready(stage.ids.ada)
    _, contact = stage.chat("Rien ne vient")
    stage.in_hand_of(stage.ids.ada, contact)
    by_hand: dict[str, Any] = {"contact_id": contact, "agent_id": stage.ids.ada}
    stage.do(known_problems.set_by_hand, **by_hand, problem_id=problem)
    assert stage.contact(contact)["problem_id"] == problem
    stage.do(known_problems.set_by_hand, **by_hand, problem_id=None)
    assert stage.contact(contact)["problem_id"] is None
    assert stage.facts(contact)[-2:] == ["ProblemMarked", "ProblemUnmarked"]
    ended(stage, problem)
    with pytest.raises(Refusal):
        stage.do(known_problems.set_by_hand, **by_hand, problem_id=problem)


def test_what_waits_in_its_queue_keeps_its_mark(stage: Stage) -> None:
    queue = own_queue(stage)
    opened(stage, queue_ids=Jsonb([queue]))
    _, contact = stage.chat("Mon colis ?")
    with pytest.raises(Refusal) as refused:
        stage.do(known_problems.set_by_hand, contact_id=contact, agent_id=stage.ids.ada, problem_id=None)
    assert refused.value.code == "problem_has_queue"
    assert lines(stage, contact)[-1] == "known_problem", "nothing is left of what was refused"
