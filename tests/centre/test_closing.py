"""What customers are told while a queue is closed: its own words, its brand's, and when it opens."""

from typing import Any

from psycopg.types.json import Jsonb

from affluent.centre.closing import closed_words, closing_said, previewed
from affluent.channels.chat.wording import told
from affluent.facts.instants import DAY_MS, HOUR_MS
from affluent.storage.chat_door import PgSites
from tests.centre.stage import Stage, insert
from tests.measure.story import at

WORKDAYS = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
HOURS: dict[str, Any] = {"timezone": "Europe/Paris", "weekly": WORKDAYS, "holidays": "FR", "exceptions": []}
SUNDAY_MS, MONDAY_MS = at("2026-11-22 15:00"), at("2026-11-23 10:00")
WORDS = {"fr": "Le service dort.", "en": ""}


def closed_on_sunday(stage: Stage, **words: str) -> None:
    with stage.database.transaction() as conn:
        columns: dict[str, Any] = {
            name: Jsonb(one) if isinstance(one, list) else one for name, one in HOURS.items()
        }
        hours = insert(conn, "hours", name="office", **columns)
        conn.execute("update queue set hours_id = %s, closes = true", (hours,))
        for name, text in words.items():
            table, column = name.split("__")
            conn.execute(f"update {table} set {column} = %s".encode(), (text,))
    stage.clock.at_ms = SUNDAY_MS
    stage.change("select 1")


def letters(stage: Stage, contact: int) -> list[str]:
    rows = stage.query("select text from message where contact_id = %s and direction = 'out'", contact)
    return [row["text"] for row in rows]


def test_the_words_come_with_the_next_opening_and_holidays_count() -> None:
    assert closing_said(WORDS, HOURS, SUNDAY_MS, "fr") == (
        "Le service dort. Nous rouvrons le lundi 23 novembre à 09:00 (Europe/Paris)."
    )
    christmas = at("2026-12-24 19:00")
    assert "lundi 28 décembre" in closing_said(WORDS, HOURS, christmas, "fr"), (
        "the 25th is a holiday, then a weekend"
    )
    assert closing_said(WORDS, HOURS, SUNDAY_MS, "en").startswith(
        "We are closed. We open again on Monday 23 November"
    )
    never = {**HOURS, "weekly": {}}
    assert closing_said(WORDS, never, SUNDAY_MS, "fr") == "Le service dort."


def test_nothing_is_said_while_it_is_open_or_without_words() -> None:
    assert closed_words(WORDS, HOURS, MONDAY_MS, "fr") is None
    assert closed_words(WORDS, HOURS, SUNDAY_MS, "en") is None
    assert closed_words(WORDS, None, SUNDAY_MS, "fr") is None
    assert previewed(WORDS, HOURS, MONDAY_MS)["fr"].endswith("mardi 24 novembre à 09:00 (Europe/Paris).")


def test_who_writes_a_mail_to_a_closed_queue_is_told_once_a_day(stage: Stage) -> None:
    closed_on_sunday(stage, queue__closing_fr="Le service dort.")
    first = stage.mail(language="fr", may_answer=True, reply_to="zoe@customer.example")
    assert letters(stage, first)[0].startswith("Le service dort. Nous rouvrons le lundi 23 novembre")
    assert stage.query("select count(*) as n from outbox where contact_id = %s", first)[0]["n"] == 1
    assert letters(stage, stage.mail(language="fr", may_answer=True)) == [], "once a day"
    stage.clock.at_ms = SUNDAY_MS + 12 * HOUR_MS
    assert len(letters(stage, stage.mail(language="fr", may_answer=True))) == 1
    stage.clock.at_ms = MONDAY_MS + DAY_MS
    assert letters(stage, stage.mail(language="fr", may_answer=True)) == [], "it is open"


def test_machines_are_never_answered_and_a_queue_without_words_says_nothing(stage: Stage) -> None:
    closed_on_sunday(stage)
    assert letters(stage, stage.mail(language="fr", may_answer=True)) == []
    stage.change("update brand set closing_fr = 'Toute la marque dort.'")
    assert letters(stage, stage.mail(language="fr")) == [], "what may not be answered"
    assert letters(stage, stage.mail(language="fr", may_answer=True))[0].startswith("Toute la marque dort.")
    assert letters(stage, stage.mail(language="en", sender="en@c.example", may_answer=True)) == []


def test_the_doors_read_the_same_words(stage: Stage) -> None:
    closed_on_sunday(stage, queue__closing_fr="Le service dort.", brand__closing_en="All of us sleep.")
    site = PgSites(stage.database).site("form", "form_door")
    assert site is not None
    assert (site.closing_words("fr", SUNDAY_MS) or "").startswith("Le service dort.")
    assert (site.closing_words("en", SUNDAY_MS) or "").startswith("All of us sleep.")
    assert site.closing_words("fr", MONDAY_MS) is None
    _, contact = stage.chat()
    (row,) = stage.query(
        "select event from message where contact_id = %s and event ->> 'code' = 'queue_closed'", contact
    )
    said = told("queue_closed", "fr", row["event"]["params"], SUNDAY_MS)
    assert said == "Le service dort. Nous rouvrons lundi 23 à 9\u00a0h\u00a000."
