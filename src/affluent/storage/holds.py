"""The journal followed for what agents had in hand: a hold is written as it begins, and again as it ends.

The position and the holds move in one transaction. What the follower remembers between two looks is only a shortcut.
"""

from affluent.measure.holds import TOLD_BY, Hold, HoldFold
from affluent.storage.database import Conn, Database
from affluent.storage.journal_reading import fact_of

BATCH = 2_000
REMEMBERED_MAX = 20_000
_KINDS = [one.__name__ for one in TOLD_BY]


class HoldFollower:
    """Keeps the holds up to date with the journal. Of several processes one follows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folds: dict[int, HoldFold] = {}
        self._at = 0

    def follow(self) -> int:
        """Takes the next facts; returns how many."""
        try:
            with self._database.transaction() as conn:
                return self._follow(conn)
        except BaseException:
            self._folds.clear()
            raise

    def catch_up(self) -> None:
        """Follows to the end of the journal."""
        while self.follow():
            pass

    def _follow(self, conn: Conn) -> int:
        at = conn.execute("select seq from hold_position for update skip locked").fetchone()
        if at is None:
            return 0
        if at["seq"] != self._at or len(self._folds) > REMEMBERED_MAX:
            # Another process went on from where this one was.
            self._folds.clear()
        rows = conn.execute(
            "select seq, at_ms, kind, contact_id, agent_id, data from journal where seq > %s order by seq limit %s",
            (at["seq"], BATCH),
        ).fetchall()
        if not rows:
            return 0
        found: dict[tuple[int, int], Hold] = {}
        for row in rows:
            fact = fact_of(row) if row["kind"] in _KINDS else None
            if not isinstance(fact, TOLD_BY):
                continue
            fold = self._folds.get(fact.contact_id)
            if fold is None:
                fold = self._folds[fact.contact_id] = _as_of(conn, fact.contact_id, row["seq"])
            for hold in fold.step(fact):
                found[hold.contact_id, hold.from_ms] = hold
        _write(conn, found)
        self._at = int(rows[-1]["seq"])
        conn.execute("update hold_position set seq = %s", (self._at,))
        return len(rows)


def _as_of(conn: Conn, contact_id: int, seq: int) -> HoldFold:
    """A contact before the fact numbered `seq`."""
    fold = HoldFold()
    for row in conn.execute(
        "select at_ms, kind, contact_id, agent_id, data from journal"
        " where contact_id = %s and seq < %s and kind = any(%s) order by seq",
        (contact_id, seq, _KINDS),
    ).fetchall():
        fact = fact_of(row)
        if isinstance(fact, TOLD_BY):
            fold.step(fact)
    return fold


def _write(conn: Conn, found: dict[tuple[int, int], Hold]) -> None:
    if not found:
        return
    # One that was over as it began was none: it went on in the same instant.
    names = ("contact_id", "from_ms", "to_ms", "agent_id", "queue_id", "live")
    conn.execute(_UPSERT, {name: [getattr(one, name) for one in found.values()] for name in names})


_UPSERT = """
insert into agent_hold (contact_id, from_ms, to_ms, agent_id, queue_id, live)
select * from unnest(%(contact_id)s::bigint[], %(from_ms)s::bigint[], %(to_ms)s::bigint[], %(agent_id)s::bigint[],
  %(queue_id)s::bigint[], %(live)s::smallint[])
on conflict (contact_id, from_ms) do update set to_ms = excluded.to_ms, agent_id = excluded.agent_id,
  queue_id = excluded.queue_id"""
