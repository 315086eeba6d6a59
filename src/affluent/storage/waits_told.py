"""How announcements of waits went, counted in the database: written by the follower, read by the figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from affluent.storage.database import Database
from affluent.twin.waits.predicting import Scored, Silent

QUARTER_MS = 15 * 60_000
"""Every time zone on earth begins its days with one of these."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One announcement, or one silence, of a wait that ended with this fact of the journal."""

    seq: int
    queue_id: int
    announced: bool
    how: Scored | Silent


def count(database: Database, counted: Sequence[Counted], followed_to: int) -> int:
    """Counts those that nobody counted before, up to a place of the journal; returns how far it is counted now.

    Of several processes that follow the same journal each brings the same: whoever comes first counts it.
    """
    with database.transaction() as conn:
        row = conn.execute("select seq from followed where follower = 'waits' for update").fetchone()
        assert row is not None, "made with the schema"
        before = int(row["seq"])
        sums = _sums([one for one in counted if one.seq > before])
        with conn.cursor() as cursor:
            cursor.executemany(_ADD, sums)
        if followed_to > before:
            conn.execute("update followed set seq = %s where follower = 'waits'", [followed_to])
        return max(before, followed_to)


def _sums(counted: Sequence[Counted]) -> list[dict[str, Any]]:
    found: dict[tuple[int, int, bool], dict[str, Any]] = {}
    for one in counted:
        how = one.how
        key = (one.queue_id, how.at_ms // QUARTER_MS * QUARTER_MS, one.announced)
        row = found.setdefault(key, dict.fromkeys((*_SUMMED, *_SILENT), 0))
        if isinstance(how, Silent):
            row["silent"] += 1
            row["silent_nobody"] += how.nobody
            continue
        row["looked_at"] += 1
        row["waits"] += how.first
        row["gave_up"] += how.gave_up
        row["promised"] += how.promised
        row["held"] += how.held
        row["over"] += how.over
        row["width_ms"] += how.high_ms - how.low_ms
        row["bare_held"] += how.bare_held
        row["bare_over"] += how.bare_over
        row["bare_width_ms"] += how.bare_high_ms - how.low_ms
    return [
        {"queue_id": queue, "at_ms": at_ms, "announced": told, **row}
        for (queue, at_ms, told), row in sorted(found.items())
    ]


@dataclass(frozen=True, slots=True)
class DayTold:
    """How a queue's announcements of one day went, in sums. `day` counts the days that were asked for, from 0."""

    queue_id: int
    name: str
    brand_id: int
    day: int
    announced: bool
    looked_at: int
    waits: int
    gave_up: int
    promised: float
    held: float
    over: float
    width_ms: int
    bare_held: float
    bare_over: float
    bare_width_ms: int
    silent: int
    silent_nobody: int
    silence_of: int
    """Moments, of those in which it was counted whether anything was said."""


class PgWaitsTold:
    """What the page of announced waits reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def days(self, brands: Collection[int] | None, begins_ms: Sequence[int], to_ms: int) -> Sequence[DayTold]:
        """By queue and day, of these brands (None: all). Days begin then, the first first; the last ends at `to_ms`."""
        asked = {
            "brands": None if brands is None else sorted(brands),
            "begins": list(begins_ms),
            "from_ms": begins_ms[0],
            "to_ms": to_ms,
        }
        with self._database.reading() as conn:
            return [DayTold(**row) for row in conn.execute(_DAYS, asked).fetchall()]


_SUMMED = (
    "looked_at",
    "waits",
    "gave_up",
    "promised",
    "held",
    "over",
    "width_ms",
    "bare_held",
    "bare_over",
    "bare_width_ms",
)
_SILENT = ("silent", "silent_nobody")
_ADD: LiteralString = """
insert into wait_told as t (queue_id, at_ms, announced, looked_at, waits, gave_up, promised, held, over, width_ms,
  bare_held, bare_over, bare_width_ms, silent, silent_nobody)
values (%(queue_id)s, %(at_ms)s, %(announced)s, %(looked_at)s, %(waits)s, %(gave_up)s, %(promised)s, %(held)s,
  %(over)s, %(width_ms)s, %(bare_held)s, %(bare_over)s, %(bare_width_ms)s,
  %(silent)s, %(silent_nobody)s)
on conflict (queue_id, at_ms, announced) do update set looked_at = t.looked_at + excluded.looked_at,
  waits = t.waits + excluded.waits, gave_up = t.gave_up + excluded.gave_up,
  promised = t.promised + excluded.promised, held = t.held + excluded.held, over = t.over + excluded.over,
  width_ms = t.width_ms + excluded.width_ms, bare_held = t.bare_held + excluded.bare_held,
  bare_over = t.bare_over + excluded.bare_over, bare_width_ms = t.bare_width_ms + excluded.bare_width_ms,
  silent = coalesce(t.silent, 0) + excluded.silent,
  silent_nobody = coalesce(t.silent_nobody, 0) + excluded.silent_nobody"""
_DAYS: LiteralString = """
select w.queue_id, q.name, q.brand_id,
  width_bucket(w.at_ms, %(begins)s::bigint[]) - 1 as day, w.announced,
  sum(w.looked_at)::int as looked_at, sum(w.waits)::int as waits, sum(w.gave_up)::int as gave_up,
  sum(w.promised) as promised, sum(w.held) as held, sum(w.over) as over, sum(w.width_ms)::bigint as width_ms,
  sum(w.bare_held) as bare_held, sum(w.bare_over) as bare_over, sum(w.bare_width_ms)::bigint as bare_width_ms,
  coalesce(sum(w.silent), 0)::int as silent, coalesce(sum(w.silent_nobody), 0)::int as silent_nobody,
  coalesce(sum(w.looked_at + w.silent), 0)::int as silence_of
from wait_told w join queue q on q.id = w.queue_id
where w.at_ms >= %(from_ms)s and w.at_ms < %(to_ms)s
  and (%(brands)s::bigint[] is null or q.brand_id = any(%(brands)s))
group by 1, 2, 3, 4, 5 order by lower(q.name), w.queue_id, 4, 5"""
