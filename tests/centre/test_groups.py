"""Commands that share a commit: what one of them does wrong is nobody else's loss."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from psycopg.errors import DataError, ForeignKeyViolation

from affluent.centre.receive import receive_mail
from affluent.centre.refusals import Refusal
from affluent.centre.runner import BATCH_MAX
from affluent.centre.transaction import Transaction
from tests.centre.stage import Stage, nothing


def together(stage: Stage, *use_cases: Any) -> "list[Future[Any]]":
    """Hands them in while the runner is busy, so that they are one group."""
    go = threading.Event()

    def busy(tx: Transaction) -> None:
        go.wait(20)

    first = stage.runner.submit(busy)
    answers = [stage.runner.submit(one) for one in use_cases]
    go.set()
    first.result(20)
    return answers


def mail(stage: Stage, **parts: Any) -> Callable[[Transaction], int]:
    letter = stage.letter(**parts)

    def received(tx: Transaction) -> int:
        return receive_mail(tx, letter)

    return received


def subjects(stage: Stage) -> list[str]:
    return [row["subject"] for row in stage.query("select subject from contact order by id")]


def test_a_refused_command_undoes_only_itself(stage: Stage) -> None:
    letter = stage.letter(subject="taken back")

    def refused(tx: Transaction) -> None:
        receive_mail(tx, letter)
        raise Refusal("no_reply_address")

    before, middle, after = together(stage, mail(stage, subject="one"), refused, mail(stage, subject="two"))
    with pytest.raises(Refusal):
        middle.result(20)
    assert before.result(20) and after.result(20)
    assert subjects(stage) == ["one", "two"]
    assert not stage.query("select 1 from journal where dedupe_key = %s", letter.key)
    assert stage.mail(key=letter.key, subject="taken back"), "its key was not used up"


def test_a_refused_command_that_has_written_already_undoes_only_itself(stage: Stage) -> None:
    letter = stage.letter(subject="taken back")

    def refused(tx: Transaction) -> None:
        contact_id = receive_mail(tx, letter)
        # A question that needs what was held back: the rows are in the database by now.
        assert tx.store.messages.last_mail(tx.contact(contact_id).request_id) is not None
        raise Refusal("no_reply_address")

    sender = {"sender": "same@customer.example"}
    before, middle, after = together(
        stage, mail(stage, subject="one", **sender), refused, mail(stage, subject="two", **sender)
    )
    with pytest.raises(Refusal):
        middle.result(20)
    assert before.result(20) and after.result(20)
    assert subjects(stage) == ["one", "two"]
    assert len(stage.query("select distinct customer_id from contact")) == 1


def test_what_the_database_refuses_at_the_end_is_the_fault_of_one(stage: Stage) -> None:
    def wrong(tx: Transaction) -> None:
        contact = tx.contact(receive_mail(tx, stage.letter(subject="wrong")))
        tx.store.contacts.update(contact.id, {"motive_id": 999_999})

    before, middle, after = together(stage, mail(stage, subject="one"), wrong, mail(stage, subject="two"))
    with pytest.raises(ForeignKeyViolation):
        middle.result(20)
    assert before.result(20) and after.result(20)
    assert sorted(subjects(stage)) == ["one", "two"]


def test_a_question_that_the_database_refuses_is_the_fault_of_one(stage: Stage) -> None:
    nobody: Any = "nobody"

    def wrong(tx: Transaction) -> None:
        tx.store.contacts.of_agent(nobody)

    before, middle, after = together(stage, mail(stage, subject="one"), wrong, mail(stage, subject="two"))
    with pytest.raises(DataError):
        middle.result(20)
    assert before.result(20) and after.result(20)
    assert sorted(subjects(stage)) == ["one", "two"]


def test_a_group_sees_what_its_earlier_commands_wrote(stage: Stage) -> None:
    letter = stage.letter(subject="once")

    def taken_in(tx: Transaction) -> int:
        return receive_mail(tx, letter)

    answers = together(stage, taken_in, taken_in, taken_in)
    assert len({one.result(20) for one in answers}) == 1
    assert subjects(stage) == ["once"]


def test_text_that_postgresql_cannot_keep_is_kept_as_far_as_it_can(stage: Stage) -> None:
    contact_id = stage.mail(subject="a\x00b", text="half a pair: \ud83d.", new_text="a backslash: \\u0000")
    row = stage.query("select subject from contact where id = %s", contact_id)[0]
    message = stage.query("select text, new_text from message where contact_id = %s", contact_id)[0]
    assert (row["subject"], message["text"]) == ("a\ufffdb", "half a pair: ?.")
    assert message["new_text"] == "a backslash: \\u0000"


def group_on_its_way(stage: Stage, *first: Any, then: Any) -> "tuple[list[Future[Any]], list[Future[Any]]]":
    """Two full groups: while the first is on its way to the database, the second is run."""
    filled = [*first, *(mail(stage, subject="filler") for _ in range(BATCH_MAX - len(first)))]
    answers = together(stage, *filled, *then)
    return answers[: len(first)], answers[BATCH_MAX:]


def test_a_group_refused_on_its_way_takes_nothing_of_the_next_with_it(stage: Stage) -> None:
    stage.ready(stage.ids.ada, stage.ids.bob)

    def wrong(tx: Transaction) -> None:
        contact = tx.contact(receive_mail(tx, stage.letter(subject="wrong")))
        tx.store.contacts.update(contact.id, {"motive_id": 999_999})

    (before, middle, after), later = group_on_its_way(
        stage,
        mail(stage, subject="one"),
        wrong,
        mail(stage, subject="two"),
        then=[mail(stage, subject="three"), mail(stage, subject="four")],
    )
    with pytest.raises(ForeignKeyViolation):
        middle.result(20)
    assert before.result(20) and after.result(20) and all(one.result(20) for one in later)
    found = subjects(stage)
    assert sorted(one for one in found if one != "filler") == ["four", "one", "three", "two"]
    offered = stage.query("select count(*) as n from contact where state = 'offered'")[0]["n"]
    facts = stage.query("select count(*) as n from journal where kind = 'ContactOffered'")[0]["n"]
    assert offered == facts == 6, "both agents are offered three each, once"


def test_what_is_on_its_way_is_known_to_the_next_group(stage: Stage) -> None:
    letter = stage.letter(subject="once", sender="new@customer.example", message_id="<a@customer.example>")
    answer = stage.letter(
        subject="again", sender="new@customer.example", thread=("<a@customer.example>",), message_id=None
    )

    def taken_in(tx: Transaction) -> int:
        return receive_mail(tx, letter)

    def answered(tx: Transaction) -> int:
        return receive_mail(tx, answer)

    first, later = group_on_its_way(
        stage, taken_in, then=[taken_in, mail(stage, sender="new@customer.example"), answered]
    )
    contact_id = first[0].result(20)
    assert [one.result(20) for one in later][0::2] == [contact_id, contact_id]
    assert len(stage.query("select 1 from contact where subject = 'once'")) == 1
    who = stage.query(
        "select distinct customer_id from customer_address where value = %s", "new@customer.example"
    )
    assert len(who) == 1
    written = stage.query(
        "select subject from contact where customer_id = %s order by id", who[0]["customer_id"]
    )
    assert len(written) == 2, "the same person wrote three times, in two contacts"


def test_a_refused_command_is_told_after_the_group_that_it_follows_is_kept(stage: Stage) -> None:
    def refused(tx: Transaction) -> None:
        raise Refusal("no_reply_address")

    first, later = group_on_its_way(stage, mail(stage, subject="one"), then=[refused, nothing])
    with pytest.raises(Refusal):
        later[0].result(20)
    assert first[0].done(), "its outcome was known before"
    assert later[1].result(20) is None


def test_what_is_on_its_way_is_known_even_when_settings_change(stage: Stage) -> None:
    letter = stage.letter(subject="once", message_id="<a@customer.example>")
    answer = stage.letter(subject="again", thread=("<a@customer.example>",), message_id=None)
    found: list[str] = []

    def taken_in(tx: Transaction) -> int:
        return receive_mail(tx, letter)

    def looked_at(tx: Transaction) -> None:
        tx.store.settings.forget()
        contact_id = tx.store.journal.known(letter.key)
        assert contact_id is not None
        found.append(tx.contact(contact_id).state)
        found.extend(one.state for one in tx.store.contacts.of_request(tx.contact(contact_id).request_id))

    def answered(tx: Transaction) -> int:
        return receive_mail(tx, answer)

    first, later = group_on_its_way(stage, taken_in, then=[looked_at, answered])
    assert later[1].result(20) == first[0].result(20)
    assert later[0].result(20) is None
    assert found == ["waiting", "waiting"]
