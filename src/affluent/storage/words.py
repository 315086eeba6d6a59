"""The words of search, written soon after the commit that brought them: nobody's command waits for them.

New contacts and messages are found in the journal; what changes old ones leaves a note (`words_due`). The position,
the notes and the words move in one transaction, so that a crash leaves nothing out. Contacts from before the index
are worked off in between, the newest first.
"""

from dataclasses import dataclass
from typing import Any, LiteralString

from affluent.storage.database import Conn, Database

BATCH = 1_000
NOTES_AT_ONCE = 200
PAST_AT_ONCE = 5
"""Small: what is written meanwhile must not wait for the past."""
WRITTEN = (
    "ContactReceived",
    "MessageReceived",
    "MessageAnswered",
    "NoteAdded",
    "ContactClosed",
    "MessagesMoved",
)
"""Facts that come with new text; what the centre writes by itself is caught up with at the next of them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the words are: facts and changes not looked at yet; contacts of the past, done and in all."""

    behind: int
    past_done: int
    past_all: int

    @property
    def past_share(self) -> float:
        return 1.0 if self.past_all == 0 else self.past_done / self.past_all


class WordsFollower:
    """Keeps the words up to date. Of several processes one follows; the others find the position taken."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def follow(self) -> int:
        """Takes what comes next; returns how much it was, 0 when there is nothing left to do."""
        with self._database.reading() as conn:
            row = conn.execute(_DUE).fetchone()
        if row is None or not row["due"]:
            return 0
        with self._database.transaction() as conn:
            at = conn.execute("select seq, past from words_position for update skip locked").fetchone()
            if at is None:
                return 0
            return self._notes(conn) + self._journal(conn, at["seq"]) or self._past(conn, at["past"])

    def catch_up(self) -> None:
        """Follows to the end of the journal, and of the past."""
        while self.follow():
            pass

    def _journal(self, conn: Conn, seq: int) -> int:
        row = conn.execute(_FACTS, {"seq": seq, "most": BATCH, "kinds": list(WRITTEN)}).fetchone()
        assert row is not None
        if row["n"]:
            conn.execute(
                "select affluent_follow_contact(id) from unnest(%s::bigint[]) as id", (row["contacts"],)
            )
            conn.execute("update words_position set seq = %s", (row["seq"],))
        return int(row["n"])

    def _notes(self, conn: Conn) -> int:
        notes = conn.execute(
            "select id, contact_id, customer_id from words_due order by id limit %s", (NOTES_AT_ONCE,)
        ).fetchall()
        if notes:
            conn.execute(_AGAIN, {name: _given(notes, name) for name in ("contact_id", "customer_id")})
            conn.execute("delete from words_due where id = any(%s)", (_given(notes, "id"),))
        return len(notes)

    def _past(self, conn: Conn, past: int) -> int:
        if past == 0:
            return 0
        rows = conn.execute(
            "select id from contact where id < %s order by id desc limit %s", (past, PAST_AT_ONCE)
        ).fetchall()
        ids = _given(rows, "id")
        conn.execute("select affluent_follow_contact(id) from unnest(%s::bigint[]) as id", (ids,))
        conn.execute("update words_position set past = %s", (min(ids, default=0),))
        return 1


def index_past(conn: Conn) -> None:
    """From now on all that is there counts as past: contacts without words get them behind the scenes."""
    conn.execute(
        "update words_position set seq = (select coalesce(max(seq), 0) from journal), past = new.past,"
        " past_from = new.past from (select coalesce(max(id) + 1, 0) as past from contact) as new"
    )


def progress(conn: Conn) -> Progress:
    """Counts contacts only while there is a past to be worked off."""
    row = conn.execute(_PROGRESS).fetchone()
    assert row is not None
    return Progress(**row)


def _given(rows: list[dict[str, Any]], name: str) -> list[int]:
    return [row[name] for row in rows if row[name] is not None]


_DUE: LiteralString = """
select past > 0 or exists (select from words_due)
  or seq < (select coalesce(max(seq), 0) from journal) as due from words_position"""
_FACTS: LiteralString = """
select max(seq) as seq, count(*) as n, coalesce(array_agg(distinct contact_id) filter (
  where contact_id is not null and kind = any(%(kinds)s)), '{}') as contacts
from (select seq, contact_id, kind from journal where seq > %(seq)s order by seq limit %(most)s) as next"""
_AGAIN: LiteralString = """
select affluent_index_contact(id) from (
  select unnest(%(contact_id)s::bigint[]) as id
  union select id from contact where customer_id = any(%(customer_id)s) order by id) as again"""
_PROGRESS: LiteralString = """
select (select count(*) from (select from journal j where j.seq > p.seq limit 100000) as facts)
    + (select count(*) from words_due) as behind,
  case when past = 0 then 0 else (select count(*) from contact where id >= past and id < past_from) end as past_done,
  case when past = 0 then 0 else (select count(*) from contact where id < past_from) end as past_all
from words_position p"""
