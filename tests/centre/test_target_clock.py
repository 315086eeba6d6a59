"""On which clock a target runs: opening hours for what is written, the wall's for who waits on the line."""

import json
from typing import Any

import pytest

from affluent.centre import answering
from affluent.centre.records import Queue
from affluent.facts.media import Medium
from tests.centre.stage import START_MS, Stage

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
SPANS = [["09:00", "12:30"], ["14:00", "18:00"]]
WEEK: dict[str, Any] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), SPANS)
HOURS: dict[str, Any] = {"timezone": "Europe/Paris", "weekly": WEEK, "holidays": "FR", "exceptions": []}
NOON_MS = 1_773_140_400_000
"""Tuesday 10 March 2026, 12:00 in Paris."""


def queue(medium: Medium, clock: str | None = None) -> Queue:
    return Queue(1, 1, "q", medium, HOUR_MS, 0, HOURS, clock)


@pytest.mark.parametrize(
    ("medium", "clock", "due_after_ms"),
    [
        # Half an hour until lunch at 12:30, the other half from 14:00.
        (Medium.EMAIL, None, 2 * HOUR_MS + HOUR_MS // 2),
        (Medium.EMAIL, "always", HOUR_MS),
        (Medium.CHAT, None, HOUR_MS),
        (Medium.CHAT, "open_hours", 2 * HOUR_MS + HOUR_MS // 2),
    ],
)
def test_a_target_runs_by_its_medium_unless_the_queue_says_otherwise(
    medium: Medium, clock: str | None, due_after_ms: int
) -> None:
    assert queue(medium, clock).due_ms(NOON_MS) - NOON_MS == due_after_ms


def test_a_queue_without_hours_counts_around_the_clock() -> None:
    assert Queue(1, 1, "q", Medium.EMAIL, HOUR_MS, 0, None, "open_hours").due_ms(NOON_MS) == NOON_MS + HOUR_MS


def open_office(stage: Stage) -> None:
    """Gives the queue of mail its opening hours, before the centre reads it."""
    stage.change(
        "insert into hours (name, timezone, weekly, holidays) values ('Office', 'Europe/Paris', %s, 'FR')",
        json.dumps(WEEK),
    )
    stage.change("update queue set hours_id = (select max(id) from hours) where id = %s", stage.ids.mail)
    stage.restart()


def test_an_answer_to_what_is_written_at_night_is_due_in_the_morning(stage: Stage) -> None:
    # Monday 21 September 2026, 16:13 in Paris; four hours of open time end on Tuesday at 11:13.
    assert START_MS == 1_790_000_000_000
    open_office(stage)
    stage.ready(stage.ids.ada)
    contact = stage.mail()
    first = stage.contact(contact)["due_ms"]
    assert first - START_MS == 4 * HOUR_MS + 15 * HOUR_MS
    stage.in_hand_of(stage.ids.ada, contact)
    stage.do(answering.reply, contact_id=contact, agent_id=stage.ids.ada, key="a", text="Voilà")
    assert stage.contact(contact)["due_ms"] is None
    # The customer writes again at 22:13: due four open hours after Tuesday 9:00, with lunch between.
    stage.pass_ms(6 * HOUR_MS)
    thread = stage.query("select message_id from mail_thread where contact_id = %s", contact)[0]["message_id"]
    assert stage.mail(thread=(thread,)) == contact
    midnight_ms = START_MS - 16 * HOUR_MS - 13 * 60_000 - 20_000 + DAY_MS
    assert stage.contact(contact)["due_ms"] == midnight_ms + 14 * HOUR_MS + HOUR_MS // 2


def test_hours_as_they_once_stood_are_kept(stage: Stage) -> None:
    open_office(stage)
    first = stage.mail()
    stage.change("update hours set weekly = '{}'")
    stage.change("update hours set name = 'Closed'")
    stage.restart()
    second = stage.mail(sender="else@customer.example")
    told = stage.query(
        "select contact_id, (data->>'hours_edition')::bigint as edition from journal"
        " where kind = 'ContactQueued' order by seq"
    )
    editions = {row["contact_id"]: row["edition"] for row in told}
    assert editions[first] < editions[second] == editions[first] + 1
    kept = stage.query("select weekly from hours_edition where id = %s", editions[first])
    assert kept[0]["weekly"] == WEEK
