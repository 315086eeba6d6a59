"""Scenarios and runs of the twin on PostgreSQL.

A worker holds the advisory lock of its slot on a connection of its own: when it dies, the lock goes with it, and
whoever looks next sees that what it was doing is nobody's. So no run is done twice at once, on however many machines.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString

from psycopg.types.json import Jsonb

from affluent.centre.twin_runs.records import (
    Ask,
    Json,
    Moved,
    Origin,
    Run,
    SavedScenario,
    ScenarioVersion,
)
from affluent.storage.database import Conn, Database
from affluent.storage.rows import storable

LOCK = 7_301
"""The first word of the advisory locks of slots."""
ATTEMPTS_MAX = 3
_SHOWN_AFTER_MS = 60_000
_SCENARIO: LiteralString = (
    "s.id, s.brands, s.name, s.note, s.version, s.origin, s.created_ms, s.changed_ms,"
    " c.name as created_by, m.name as changed_by from twin_scenario s left join account c on c.id = s.created_by"
    " left join account m on m.id = s.changed_by"
)
_RUN: LiteralString = (
    "r.id, r.kind, r.name, r.brands, r.seed, r.replications, r.confidence, r.state, r.step, r.done, r.total,"
    " r.created_ms, r.started_ms, r.ended_ms, r.attempts, r.error, a.name as created_by,"
    " r.created_by as created_by_id"
)
# A lock of two words shows in pg_locks as they are.
_ORPHAN: LiteralString = (
    "(r.state = 'running' and not exists (select from pg_locks l where l.locktype = 'advisory' and l.granted"
    " and l.database = (select oid from pg_database where datname = current_database())"
    " and l.classid = 7301 and l.objid = r.slot and l.objsubid = 2))"
)


class PgScenarios:
    """`Scenarios` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, brands: Collection[int] | None, before_id: int | None, most: int
    ) -> Sequence[SavedScenario]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select '' as document, " + _SCENARIO + " where not s.archived"
                " and (%(brands)s::bigint[] is null or s.brands <@ %(brands)s::bigint[])"
                " and (%(before)s::bigint is null or s.id < %(before)s) order by s.id desc limit %(most)s",
                {"brands": _listed(brands), "before": before_id, "most": most},
            ).fetchall()
        return [SavedScenario(**row) for row in rows]

    def get(self, scenario_id: int) -> SavedScenario | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select s.document, " + _SCENARIO + " where s.id = %s and not s.archived", (scenario_id,)
            ).fetchone()
        return None if row is None else SavedScenario(**row)

    def version(self, scenario_id: int, number: int) -> str | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select document from twin_scenario_version where scenario_id = %s and number = %s",
                (scenario_id, number),
            ).fetchone()
        return None if row is None else row["document"]

    def versions(self, scenario_id: int) -> Sequence[ScenarioVersion]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select v.number, v.name, v.why, v.at_ms, a.name as by from twin_scenario_version v"
                " left join account a on a.id = v.account_id where v.scenario_id = %s order by v.number desc limit 200",
                (scenario_id,),
            ).fetchall()
        return [ScenarioVersion(**row) for row in rows]

    def insert(
        self,
        name: str,
        note: str,
        document: str,
        brands: Sequence[int],
        origin: Origin,
        by: int | None,
        at_ms: int,
    ) -> int:
        with self._database.transaction() as conn:
            row = conn.execute(
                "insert into twin_scenario (brands, name, note, document, origin, created_ms, created_by, changed_ms,"
                " changed_by) values (%(brands)s, %(name)s, %(note)s, %(document)s, %(origin)s, %(at)s, %(by)s,"
                " %(at)s, %(by)s) returning id",
                {
                    "brands": sorted(brands), "name": storable(name), "note": storable(note),
                    "document": storable(document), "origin": origin, "at": at_ms, "by": by,
                },
            ).fetchone()  # fmt: skip
            assert row is not None
            _keep_version(conn, row["id"], "", by, at_ms)
            return int(row["id"])

    def change(
        self,
        scenario_id: int,
        name: str,
        note: str,
        document: str,
        version: int,
        why: str,
        by: int,
        at_ms: int,
    ) -> bool:
        with self._database.transaction() as conn:
            done = conn.execute(
                "update twin_scenario set name = %(name)s, note = %(note)s, document = %(document)s,"
                " version = version + 1, changed_ms = %(at)s, changed_by = %(by)s"
                " where id = %(id)s and version = %(version)s and not archived",
                {
                    "id": scenario_id, "name": storable(name), "note": storable(note), "version": version,
                    "document": storable(document), "at": at_ms, "by": by,
                },
            ).rowcount  # fmt: skip
            if done:
                _keep_version(conn, scenario_id, why, by, at_ms)
            return bool(done)

    def archive(self, scenario_id: int) -> None:
        with self._database.transaction() as conn:
            conn.execute("update twin_scenario set archived = true where id = %s", (scenario_id,))

    def brands(self) -> Sequence[int]:
        with self._database.transaction() as conn:
            return [row["id"] for row in conn.execute("select id from brand order by id").fetchall()]


def _keep_version(conn: Conn, scenario_id: int, why: str, by: int | None, at_ms: int) -> None:
    conn.execute(
        "insert into twin_scenario_version (scenario_id, number, name, document, why, at_ms, account_id)"
        " select id, version, name, document, %s, %s, %s from twin_scenario where id = %s",
        (storable(why), at_ms, by, scenario_id),
    )


class PgRuns:
    """`Runs` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, brands: Collection[int] | None, kind: str | None, before_id: int | None, most: int
    ) -> Sequence[Run]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select r.document - 'text' - 'texts' as document, " + _RUN + " from twin_run r"
                " left join account a on a.id = r.created_by"
                " where (%(brands)s::bigint[] is null or r.brands <@ %(brands)s::bigint[])"
                " and (%(kind)s::text is null or r.kind = %(kind)s)"
                " and (%(before)s::bigint is null or r.id < %(before)s) order by r.id desc limit %(most)s",
                {"brands": _listed(brands), "kind": kind, "before": before_id, "most": most},
            ).fetchall()
        return [Run(**row) for row in rows]

    def get(self, run_id: int) -> Run | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select r.document, r.result, " + _RUN + " from twin_run r"
                " left join account a on a.id = r.created_by where r.id = %s",
                (run_id,),
            ).fetchone()
        return None if row is None else Run(**row)

    def insert(self, ask: Ask, by: int | None, at_ms: int) -> int:
        with self._database.transaction() as conn:
            row = conn.execute(
                "insert into twin_run (kind, name, brands, document, seed, replications, confidence, state, total,"
                " created_ms, created_by) values (%s, %s, %s, %s, %s, %s, %s, 'waiting', %s, %s, %s) returning id",
                (
                    ask.kind, storable(ask.name), sorted(ask.brands), Jsonb(storable(ask.document)), ask.seed,
                    ask.replications, ask.confidence, ask.replications, at_ms, by,
                ),
            ).fetchone()  # fmt: skip
            assert row is not None
            return int(row["id"])

    def unfinished(self) -> int:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select count(*) as n from twin_run where state in ('waiting', 'running')"
            ).fetchone()
        return 0 if row is None else int(row["n"])

    def cancel(self, run_id: int, by: int, at_ms: int) -> bool:
        with self._database.transaction() as conn:
            done = conn.execute(
                "update twin_run set state = 'cancelled', ended_ms = %s, cancelled_by = %s"
                " where id = %s and state in ('waiting', 'running')",
                (at_ms, by, run_id),
            )
            return bool(done.rowcount)

    def delete(self, run_id: int) -> bool:
        with self._database.transaction() as conn:
            done = conn.execute(
                "delete from twin_run where id = %s and state not in ('waiting', 'running')", (run_id,)
            )
            return bool(done.rowcount)

    def moved(self) -> Sequence[Moved]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select id, brands, state, done, total, step from twin_run where state in ('waiting', 'running')"
                " or ended_ms > (select max(ended_ms) from twin_run) - %s order by id limit 200",
                (_SHOWN_AFTER_MS,),
            ).fetchall()
        return [Moved(**row) for row in rows]

    def wanted(self, slots: int) -> bool:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select exists (select from twin_run r where r.state = 'waiting' or " + _ORPHAN + ")"
                " and (select count(*) from pg_locks l where l.locktype = 'advisory' and l.granted"
                " and l.database = (select oid from pg_database where datname = current_database())"
                " and l.classid = %s and l.objsubid = 2 and l.objid < %s) < %s as wanted",
                (LOCK, slots, slots),
            ).fetchone()
        return row is not None and bool(row["wanted"])


class PgWork:
    """`Work` on PostgreSQL: one connection holds the slot, the pool does the rest."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._word = secrets.token_hex(8)
        self._held: Conn | None = None
        self._slot = 0

    def slot(self, slots: int) -> bool:
        held = self._database.connect()
        held.autocommit = True
        for slot in range(slots):
            row = held.execute("select pg_try_advisory_lock(%s, %s) as mine", (LOCK, slot)).fetchone()
            if row is not None and row["mine"]:
                self._held, self._slot = held, slot
                return True
        held.close()
        return False

    def holds(self) -> bool:
        """Whether the slot is still ours. Raises what the database says when it is gone."""
        assert self._held is not None
        self._held.execute("select 1")
        return True

    def next(self, at_ms: int) -> Run | None:
        # What ran in the slot that is now ours lost its worker as well: its lock is ours by now.
        lost = "(" + _ORPHAN + " or (r.state = 'running' and r.slot = %(slot)s and r.worker <> %(word)s))"
        params = {
            "slot": self._slot, "word": self._word, "at": at_ms, "most": ATTEMPTS_MAX,
            "error": Jsonb({"code": "run_lost", "params": {}}),
        }  # fmt: skip
        with self._database.transaction() as conn:
            conn.execute(
                "update twin_run r set state = 'failed', ended_ms = %(at)s, error = %(error)s"
                " where r.attempts >= %(most)s and " + lost,
                params,
            )
            row = conn.execute(
                "update twin_run set state = 'running', slot = %(slot)s, worker = %(word)s, step = 'starting',"
                " done = 0, attempts = attempts + 1, started_ms = %(at)s where id = (select r.id from twin_run r"
                " where r.state = 'waiting' or "
                + lost
                + " order by r.id limit 1 for update of r skip locked)"
                " returning id",
                params,
            ).fetchone()
        return None if row is None else PgRuns(self._database).get(int(row["id"]))

    def at(self, run_id: int, step: str, done: int, total: int) -> bool:
        with self._database.transaction() as conn:
            moved = conn.execute(
                "update twin_run set step = %s, done = %s, total = %s where id = %s and state = 'running'"
                " and worker = %s",
                (step, done, total, run_id, self._word),
            )
            return bool(moved.rowcount)

    def finish(self, run_id: int, result: Mapping[str, Any], at_ms: int) -> None:
        self._end(run_id, "done", Jsonb(storable(result)), None, at_ms)

    def fail(self, run_id: int, code: str, params: Mapping[str, Any], at_ms: int) -> None:
        error: Json = {"code": code, "params": dict(params)}
        self._end(run_id, "failed", None, Jsonb(storable(error)), at_ms)

    def _end(self, run_id: int, state: str, result: Jsonb | None, error: Jsonb | None, at_ms: int) -> None:
        # Not where it was cancelled meanwhile, or is another's by now.
        with self._database.transaction() as conn:
            conn.execute(
                "update twin_run set state = %s, result = %s, error = %s, ended_ms = %s, step = '',"
                " done = case when %s = 'done' then total else done end"
                " where id = %s and state = 'running' and worker = %s",
                (state, result, error, at_ms, state, run_id, self._word),
            )


def _listed(brands: Collection[int] | None) -> list[int] | None:
    return None if brands is None else sorted(brands)
