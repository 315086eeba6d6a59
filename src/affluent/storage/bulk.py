"""Jobs over many contacts on PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from affluent.centre.bulk import CONTACTS_MAX, UNDONE, Act, Job
from affluent.centre.refusals import NotFound, Refusal
from affluent.centre.searching import Filters
from affluent.centre.wall import Role, Viewer, brands_of
from affluent.storage.asking import asked
from affluent.storage.database import Conn, Database
from affluent.storage.search import statement
from affluent.storage.writing import Writing

REFUSALS_SHOWN = 50


class PgBulkItems:
    """`BulkItems` on the writer's connection."""

    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def due(self, job_id: int, contact_id: int) -> bool:
        row = self._conn.execute(
            "select state from bulk_item where job_id = %s and contact_id = %s", (job_id, contact_id)
        ).fetchone()
        return row is not None and row["state"] == "due"

    def done(self, job_id: int, contact_id: int, before: dict[str, Any]) -> None:
        self._conn.execute(
            "update bulk_item set state = 'done', before = %s where job_id = %s and contact_id = %s",
            (Jsonb(before), job_id, contact_id),
        )

    def before(self, job_id: int, contact_id: int) -> dict[str, Any] | None:
        row = self._conn.execute(
            "select before from bulk_item where job_id = %s and contact_id = %s and state = 'done'",
            (job_id, contact_id),
        ).fetchone()
        return None if row is None else row["before"]


class PgJobs:
    """`Jobs` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(
        self, viewer: Viewer, key: str, act: Act, contact_ids: Sequence[int] | None, filters: Filters | None,
        now_ms: int,
    ) -> int:  # fmt: skip
        params = act.model_dump(mode="json")
        with self._database.transaction() as conn:
            if filters is not None:
                contact_ids = _found(conn, viewer, filters, now_ms)
            seen = _seen(conn, viewer, contact_ids or ())
            return _open(conn, viewer, key, params.pop("action"), params, seen, now_ms)

    def open_undo(self, viewer: Viewer, job_id: int, key: str, now_ms: int) -> int:
        with self._database.transaction() as conn:
            job = conn.execute(
                "select action, state, undoes from bulk_job where id = %s and account_id = %s",
                (job_id, viewer.account_id),
            ).fetchone()
            if job is None:
                raise NotFound("not_found")
            if job["action"] not in UNDONE or job["undoes"] is not None or job["state"] != "done":
                raise Refusal("cannot_be_undone")
            rows = conn.execute(
                "select contact_id from bulk_item where job_id = %s and state = 'done' order by contact_id",
                (job_id,),
            ).fetchall()
            ids = [row["contact_id"] for row in rows]
            return _open(conn, viewer, key, job["action"], {}, ids, now_ms, undoes=job_id)

    def shown(self, viewer: Viewer, job_id: int | None) -> list[dict[str, Any]]:
        with self._database.transaction() as conn:
            jobs = conn.execute(
                "select j.id, j.action, j.params, j.undoes, j.state, j.created_ms, j.finished_ms,"
                " count(*) as total, count(*) filter (where i.state = 'done') as done,"
                " count(*) filter (where i.state = 'refused') as refused,"
                " exists (select from bulk_job u where u.undoes = j.id) as undone"
                " from bulk_job j join bulk_item i on i.job_id = j.id"
                " where j.account_id = %(me)s and (%(id)s::bigint is null or j.id = %(id)s)"
                " group by j.id order by j.id desc limit 20",
                {"me": viewer.account_id, "id": job_id},
            ).fetchall()
            if job_id is not None and not jobs:
                raise NotFound("not_found")
            for job in jobs:
                job["can_undo"] = (
                    job["action"] in UNDONE
                    and job["undoes"] is None
                    and job["state"] == "done"
                    and job["done"] > 0
                    and not job["undone"]
                )
                job["refusals"] = [] if job_id is None else _refusals(conn, job_id, viewer)
        return jobs

    def next(self) -> Job | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select j.id, j.action, j.params, j.undoes, a.id as account_id, a.name, a.role, a.locale,"
                " a.active and not a.archived as there,"
                " array(select brand_id from account_brand where account_id = a.id) as brands,"
                " array(select contact_id from bulk_item where job_id = j.id and state = 'due' order by contact_id)"
                " as due from bulk_job j join account a on a.id = j.account_id where j.state = 'running'"
                " order by j.id limit 1"
            ).fetchone()
        if row is None:
            return None
        role = Role(row["role"])
        # Who has left since may do nothing any more.
        brands = brands_of(role, row["brands"]) if row["there"] else frozenset[int]()
        viewer = Viewer(row["account_id"], row["name"], role, row["locale"], brands)
        return Job(row["id"], viewer, row["action"], row["params"], row["undoes"], tuple(row["due"]))

    def refused(self, job_id: int, contact_id: int, code: str, params: dict[str, Any]) -> None:
        kept = {name: value for name, value in params.items() if isinstance(value, str | int)}
        with self._database.transaction() as conn:
            conn.execute(
                "update bulk_item set state = 'refused', code = %s, params = %s"
                " where job_id = %s and contact_id = %s and state = 'due'",
                (code, Jsonb(kept), job_id, contact_id),
            )

    def finish(self, job_id: int, now_ms: int) -> None:
        with self._database.transaction() as conn:
            conn.execute(
                "update bulk_job set state = 'done', finished_ms = %s where id = %s and not exists"
                " (select from bulk_item where job_id = %s and state = 'due')",
                (now_ms, job_id, job_id),
            )


def _open(
    conn: Conn, viewer: Viewer, key: str, action: str, params: dict[str, Any], contact_ids: Sequence[int],
    now_ms: int, undoes: int | None = None,
) -> int:  # fmt: skip
    row = conn.execute(
        "insert into bulk_job (account_id, key, action, params, undoes, created_ms) values (%s, %s, %s, %s, %s, %s)"
        " on conflict (account_id, key) do nothing returning id",
        (viewer.account_id, key, action, Jsonb(params), undoes, now_ms),
    ).fetchone()
    if row is None:
        known = conn.execute(
            "select id from bulk_job where account_id = %s and key = %s", (viewer.account_id, key)
        ).fetchone()
        assert known is not None
        return int(known["id"])
    if not contact_ids:
        raise Refusal("no_contacts", "contact_ids")
    conn.execute(
        "insert into bulk_item (job_id, contact_id) select %s, unnest(%s::bigint[])",
        (row["id"], list(contact_ids)),
    )
    return int(row["id"])


def _found(conn: Conn, viewer: Viewer, filters: Filters, now_ms: int) -> list[int]:
    words = asked(conn, filters.q or "")
    if filters.q and filters.q.strip() and words is None:
        return []
    query, params = statement(viewer, filters, words, "newest", now_ms)
    rows = conn.execute(query, {**params, "at": None, "id": None, "most": CONTACTS_MAX + 1}).fetchall()
    if len(rows) > CONTACTS_MAX:
        raise Refusal("too_many_contacts", "filters", most=CONTACTS_MAX)
    return [row["id"] for row in rows]


def _seen(conn: Conn, viewer: Viewer, contact_ids: Sequence[int]) -> list[int]:
    """Those on the viewer's side of the wall; the others do not exist."""
    rows = conn.execute(
        "select id from contact where id = any(%(ids)s)"
        " and (%(brands)s::bigint[] is null or brand_id = any(%(brands)s)) order by id",
        {"ids": list(contact_ids), "brands": viewer.brand_filter()},
    ).fetchall()
    return [row["id"] for row in rows]


def _refusals(conn: Conn, job_id: int, viewer: Viewer) -> list[dict[str, Any]]:
    return conn.execute(
        "select i.contact_id, i.code, i.params, c.subject, cu.name as customer from bulk_item i"
        " join contact c on c.id = i.contact_id join customer cu on cu.id = c.customer_id"
        " where i.job_id = %(job)s and i.state = 'refused'"
        " and (%(brands)s::bigint[] is null or c.brand_id = any(%(brands)s)) order by i.contact_id limit %(most)s",
        {"job": job_id, "brands": viewer.brand_filter(), "most": REFUSALS_SHOWN},
    ).fetchall()
