"""Since when an answer is owed: what a target runs from, and what a board calls the wait."""

from collections.abc import Generator

import pytest

from affluent.centre import answering, handing_on, reopening, splitting
from affluent.centre.settings_changed import take_up
from affluent.facts.instants import HOUR_MS, MINUTE_MS
from affluent.routing import warm_up
from tests.centre.stage import START_MS, Stage, staged

TARGET_MS = 4 * HOUR_MS
FIRST = "<first@customer.example>"


@pytest.fixture(scope="module")
def engine() -> None:
    warm_up(lambda line: None)


@pytest.fixture
def stage(dsn: str, engine: None) -> Generator[Stage]:
    with staged(dsn) as made:
        yield made


def owed(stage: Stage, contact_id: int) -> tuple[int | None, int | None]:
    """Since when, and until when, in minutes after the start."""
    row = stage.contact(contact_id)
    kept = (row["owed_ms"], row["due_ms"])
    since, due = (None if one is None else (one - START_MS) // MINUTE_MS for one in kept)
    return since, due


def taken(stage: Stage, **parts: object) -> int:
    stage.ready(stage.ids.ada)
    contact = stage.mail(message_id=FIRST, **parts)
    return stage.in_hand_of(stage.ids.ada, contact)


def answer(stage: Stage, contact: int, key: str = "a") -> None:
    agent = stage.holder(contact)
    stage.do(answering.reply, contact_id=contact, agent_id=agent, key=key, text="Voilà")


def test_who_comes_back_after_days_waits_since_then(stage: Stage) -> None:
    contact = taken(stage)
    assert owed(stage, contact) == (0, 240)
    stage.pass_ms(10 * MINUTE_MS)
    answer(stage, contact)
    assert owed(stage, contact) == (None, None)
    stage.there(stage.ids.ada, "away", "lunch")
    stage.do(handing_on.sleep, contact_id=contact, agent_id=stage.ids.ada, until_ms=None)
    stage.there(stage.ids.ada, "offline")
    stage.pass_ms(42 * HOUR_MS)
    # 42 h 10 after the arrival: back in line, due in 4 h, and waiting for no time yet.
    assert stage.mail(thread=(FIRST,)) == contact and stage.state(contact) == "waiting"
    assert owed(stage, contact) == (42 * 60 + 10, 46 * 60 + 10)
    stage.pass_ms(30 * MINUTE_MS)
    stage.mail(thread=(FIRST,))
    assert owed(stage, contact) == (42 * 60 + 10, 46 * 60 + 10), "the first unanswered word counts"


def test_who_comes_back_unanswered_has_waited_since_the_arrival(stage: Stage) -> None:
    contact = taken(stage)
    stage.pass_ms(20 * MINUTE_MS)
    stage.mail(thread=(FIRST,))
    stage.there(stage.ids.ada, "offline")
    stage.pass_ms(HOUR_MS)
    assert stage.state(contact) == "waiting" and owed(stage, contact) == (0, 240)


def test_a_transfer_keeps_what_is_owed_and_an_answered_one_owes_anew(stage: Stage) -> None:
    second = stage.query(
        "insert into queue (brand_id, name, medium, target_ms) values (%s, 'claims', 'email', %s) returning id",
        stage.ids.north,
        HOUR_MS,
    )[0]["id"]
    stage.do(take_up)

    def hand_on(contact: int, key: str, queue: int) -> None:
        stage.do(
            handing_on.transfer,
            contact_id=contact,
            agent_id=stage.holder(contact),
            key=key,
            queue_id=queue,
            text="",
        )

    contact = taken(stage)
    stage.pass_ms(10 * MINUTE_MS)
    answer(stage, contact)
    stage.pass_ms(60 * MINUTE_MS)
    stage.mail(thread=(FIRST,))
    stage.pass_ms(5 * MINUTE_MS)
    hand_on(contact, "t", second)
    # The customer asked again at 70 min: the other queue has an hour from there, not from the first arrival.
    assert owed(stage, contact) == (70, 130)
    stage.ready(stage.ids.bob)
    stage.in_hand_of(stage.ids.bob, contact)
    answer(stage, contact, "b")
    stage.pass_ms(5 * MINUTE_MS)
    hand_on(contact, "u", stage.ids.mail)
    assert owed(stage, contact) == (80, 80 + 240), "answered: whoever hands it on asks for more"


def test_what_is_closed_owes_nothing_until_it_is_reopened_unanswered(stage: Stage) -> None:
    contact = taken(stage)
    stage.pass_ms(10 * MINUTE_MS)
    stage.do(handing_on.close, contact_id=contact, agent_id=stage.ids.ada, outcome="resolved", key="c")
    assert owed(stage, contact) == (None, None)
    stage.pass_ms(10 * MINUTE_MS)
    stage.do(reopening.reopen, contact_id=contact, agent_id=stage.ids.ada)
    assert owed(stage, contact) == (0, 240)


def test_what_was_split_off_is_owed_since_it_was_written(stage: Stage) -> None:
    contact = taken(stage)
    stage.pass_ms(10 * MINUTE_MS)
    stage.mail(thread=(FIRST,), new_text="Autre chose")
    stage.pass_ms(10 * MINUTE_MS)
    message = stage.query("select id from message where new_text = 'Autre chose'")[0]["id"]
    new = stage.do(splitting.split, contact_id=contact, agent_id=stage.ids.ada, message_ids=[message])
    assert owed(stage, new) == (10, 250)
