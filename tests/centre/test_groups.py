"""Commands that share a commit: what one of them does wrong is nobody else's loss."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from psycopg.errors import DataError, ForeignKeyViolation

from affluent.centre.receive import receive_mail
from affluent.centre.refusals import Refusal
from affluent.centre.transaction import Transaction
from tests.centre.stage import Stage


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
