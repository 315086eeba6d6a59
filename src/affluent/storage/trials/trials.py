"""Trials on PostgreSQL: what they are, who was drawn, when they turned, and the stays behind their figures."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString, cast

import numpy as np
from numpy.typing import NDArray
from psycopg import sql
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from affluent.centre.trials.records import Json, Scope, Trial, Turn
from affluent.measure.outcomes import SHORT_MS, Ints, Stays
from affluent.storage.database import Conn, Database
from affluent.storage.kept import SettingsKept
from affluent.storage.rows import storable
from affluent.storage.writing import Writing

_PEOPLE = ("created_by", "started_by", "ended_by", "verdict_by")
_JSON = frozenset({"changes", "before", "guardrails", "mixing", "forecast", "measured"})


class PgTrials:
    """`Trials` within a transaction of the one writer."""

    def __init__(self, conn: Writing, kept: SettingsKept) -> None:
        self._conn = conn
        self._kept = kept

    def insert(self, columns: Json) -> int:
        names = sorted(columns)
        statement = sql.SQL("insert into trial ({}) values ({}) returning id").format(
            sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join(sql.Placeholder() * len(names))
        )
        row = self._conn.execute(statement, [_adapted(name, columns[name]) for name in names]).fetchone()
        assert row is not None
        return int(row["id"])

    def get(self, trial_id: int) -> Trial | None:
        row = self._conn.execute("select * from trial where id = %s for update", (trial_id,)).fetchone()
        return None if row is None else Trial(**row)

    def update(self, trial_id: int, columns: Json) -> None:
        self._kept.forget()
        names = sorted(columns)
        statement = sql.SQL("update trial set {} where id = %s").format(
            sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in names)
        )
        self._conn.execute(statement, [*(_adapted(name, columns[name]) for name in names), trial_id])

    def delete(self, trial_id: int) -> None:
        self._conn.execute("delete from trial where id = %s", (trial_id,))

    def running(self) -> Sequence[Trial]:
        return [Trial(**row) for row in self._conn.execute(_RUNNING).fetchall()]


_RUNNING = "select * from trial where state = 'running' order by id"


def _adapted(name: str, value: Any) -> Any:
    if name in _JSON:
        return None if value is None else Jsonb(storable(value))
    return storable(value)


class PgTrialViews:
    """`TrialViews`: read by whoever looks at trials, and by whoever watches them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, brands: Collection[int] | None, state: str | None, before_id: int | None, most: int
    ) -> Sequence[Trial]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select * from trial where (%(brands)s::bigint[] is null or brand_id is null"
                " or brand_id = any(%(brands)s)) and (%(state)s::text is null or state = %(state)s)"
                " and (%(before)s::bigint is null or id < %(before)s) order by id desc limit %(most)s",
                {
                    "brands": None if brands is None else sorted(brands),
                    "state": state,
                    "before": before_id,
                    "most": most,
                },
            ).fetchall()
            return _named(conn, rows)

    def get(self, trial_id: int) -> Trial | None:
        with self._database.transaction() as conn:
            rows = conn.execute("select * from trial where id = %s", (trial_id,)).fetchall()
            return next(iter(_named(conn, rows)), None)

    def running(self) -> Sequence[Trial]:
        with self._database.transaction() as conn:
            return [Trial(**row) for row in conn.execute(_RUNNING).fetchall()]

    def changed_since(
        self, noun: str, noun_id: int, fields: Collection[str], since_ms: int
    ) -> Sequence[Json]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select u.at_ms, coalesce(a.name, '') as name, array(select f from unnest(%(fields)s::text[]) f"
                " where u.after ? f order by 1) as fields from audit u left join account a on a.id = u.account_id"
                " where u.noun = %(noun)s and u.noun_id = %(noun_id)s and u.at_ms > %(since)s"
                " and u.after ?| %(fields)s::text[] order by u.id limit 20",
                {"noun": noun, "noun_id": noun_id, "fields": sorted(fields), "since": since_ms},
            ).fetchall()
        return [*rows]

    def drawn(
        self, trial_id: int, brands: Collection[int] | None, names: Sequence[str]
    ) -> tuple[Stays, NDArray[np.int64], NDArray[np.int64]]:
        """The stays of the contacts that were drawn, by contact and number, with their arm and customer."""
        statement = sql.SQL(_DRAWN).format(columns=_columns(names))
        params = {"trial": trial_id, "brands": None if brands is None else sorted(brands)}
        columns = self._read(statement, params, len(names) + 2)
        return Stays(dict(zip(names, columns, strict=False))), columns[-2], columns[-1]

    def targets(self) -> Mapping[int, int]:
        with self._database.transaction() as conn:
            return {row["id"]: row["target_ms"] for row in conn.execute("select id, target_ms from queue")}

    def turns(self, trial_id: int) -> Sequence[Turn]:
        with self._database.transaction() as conn:
            rows = conn.execute(_TURNS, {"trial": trial_id}).fetchall()
        return [
            Turn(row["at_ms"], row["data"]["arm"], row["data"]["day"], row["data"]["slot"]) for row in rows
        ]

    def lived(self, scope: Scope, from_ms: int, to_ms: int, names: Sequence[str]) -> Stays:
        statement = sql.SQL(_LIVED).format(columns=_columns(names))
        params = {
            "from": from_ms,
            "to": to_ms,
            "queues": None if scope.queues is None else sorted(scope.queues),
            "segment": scope.segment_id,
            "brand": scope.brand_id,
            "brands": None if scope.brands is None else sorted(scope.brands),
        }
        return Stays(dict(zip(names, self._read(statement, params, len(names)), strict=True)))

    def _read(self, statement: sql.Composed, params: Mapping[str, Any], width: int) -> list[Ints]:
        with self._database.transaction() as conn, conn.cursor(row_factory=tuple_row) as cursor:
            rows = cursor.execute(statement, params).fetchall()
        return [*np.array(rows, np.int64).reshape(-1, width).T]


_DRAWN: LiteralString = """
select {columns}, (j.data ->> 'arm')::bigint, (j.data ->> 'unit_id')::bigint
from journal j join stay s on s.contact_id = j.contact_id left join queue q on q.id = s.queue_id
where j.kind = 'ContactDrawn' and (j.data ->> 'trial_id')::bigint = %(trial)s
  and j.kind in ('ContactDrawn', 'TrialStarted', 'TrialTurned', 'TrialEnded')
  and (%(brands)s::bigint[] is null or s.brand_id = any(%(brands)s))
order by s.contact_id, s.number"""
# As the partial index says it: the planner compares the words.
_TURNS: LiteralString = """
select j.at_ms, j.data from journal j where j.kind = 'TrialTurned' and (j.data ->> 'trial_id')::bigint = %(trial)s
  and j.kind in ('ContactDrawn', 'TrialStarted', 'TrialTurned', 'TrialEnded') order by j.seq"""
_LIVED: LiteralString = """
select {columns} from stay f join stay s on s.contact_id = f.contact_id left join queue q on q.id = s.queue_id
where f.number = 0 and f.entered_ms >= %(from)s and f.entered_ms < %(to)s
  and (%(queues)s::bigint[] is null or f.queue_id = any(%(queues)s))
  and (%(brand)s::bigint is null or f.brand_id = %(brand)s)
  and (%(brands)s::bigint[] is null or f.brand_id = any(%(brands)s))
  and (%(segment)s::bigint is null or exists (select from customer cu join segment g on g.id = %(segment)s
    where cu.id = f.customer_id and lower(cu.segment) = lower(g.name)))
order by s.contact_id, s.number"""


def _columns(names: Sequence[str]) -> sql.Composable:
    """Columns of a stay; who leaves sooner than its queue says did not wait."""

    def one(name: str) -> sql.Composable:
        if name == "short_ms":
            return sql.SQL("coalesce(q.short_abandon_ms, {})").format(sql.Literal(SHORT_MS))
        return sql.SQL("s.{}").format(sql.Identifier(name))

    return sql.SQL(", ").join(map(one, names))


def _named(conn: Conn, rows: Sequence[dict[str, Any]]) -> list[Trial]:
    """Trials with the names of those who had to do with them."""
    ids = sorted({cast("int", row[name]) for row in rows for name in _PEOPLE if row[name] is not None})
    found = conn.execute("select id, name from account where id = any(%s)", (ids,)).fetchall()
    names = {one["id"]: one["name"] for one in found}
    return [Trial(**row, people=names) for row in rows]
