"""Notifications on PostgreSQL."""

from collections.abc import Sequence
from typing import LiteralString

from psycopg.sql import SQL

from affluent.centre.notifying_ports import Json, Kind
from affluent.centre.wall import Viewer
from affluent.storage.database import Database
from affluent.storage.folding import begins
from affluent.storage.writing import Writing

PAGE = 30


_COLLEAGUES: LiteralString = (
    "select a.id, a.name from account a where a.active and not a.archived and a.name <> ''"
    " and (exists (select from account_brand g where g.account_id = a.id and g.brand_id = %(brand)s)"
    " or (a.role = 'administrator' and not exists (select from account_brand g where g.account_id = a.id)))"
)
_BY_NAME: LiteralString = " order by lower(a.name), a.id"


class PgNotices:
    """`Notices` on the writer's connection: rows are held back with all others."""

    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def add(
        self, account_id: int, kind: Kind, contact_id: int, at_ms: int, *,
        message_id: int | None = None, by_id: int | None = None, params: Json | None = None,
    ) -> None:  # fmt: skip
        number = self._conn.number("notification")
        row = {
            "id": number,
            "account_id": account_id,
            "at_ms": at_ms,
            "kind": kind,
            "contact_id": contact_id,
            "message_id": message_id,
            "by_id": by_id,
            "params": params or {},
        }
        self._conn.held.insert("notification", number, row)

    def colleagues(self, brand_id: int) -> Sequence[tuple[int, str]]:
        rows = self._conn.look(_COLLEAGUES + _BY_NAME, {"brand": brand_id}).fetchall()
        return [(row["id"], row["name"]) for row in rows]


_MINE = "n.account_id = %(me)s and (%(brands)s::bigint[] is null or c.brand_id = any(%(brands)s))"


class PgNoticeViews:
    """`NoticeViews` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, viewer: Viewer, before_id: int | None) -> Json:
        params = {
            "me": viewer.account_id, "brands": viewer.brand_filter(), "before": before_id, "most": PAGE + 1,
        }  # fmt: skip
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select n.id, n.at_ms, n.kind, n.contact_id, n.message_id, n.params, n.read_ms, n.by_id,"
                " b.name as by_name, c.subject, c.customer_id, cu.name as customer_name, left(m.text, 160) as text"
                " from notification n join contact c on c.id = n.contact_id join customer cu on cu.id = c.customer_id"
                " left join account b on b.id = n.by_id left join message m on m.id = n.message_id"
                f" where {_MINE} and (%(before)s::bigint is null or n.id < %(before)s)"
                " order by n.id desc limit %(most)s",
                params,
            ).fetchall()
            unread = conn.execute(
                "select count(*) as n from notification n join contact c on c.id = n.contact_id"
                f" where {_MINE} and n.read_ms is null",
                params,
            ).fetchone()
        assert unread is not None
        items = [
            {
                **{
                    key: row[key]
                    for key in (
                        "id",
                        "at_ms",
                        "kind",
                        "contact_id",
                        "message_id",
                        "params",
                        "subject",
                        "text",
                    )
                },
                "read": row["read_ms"] is not None,
                "by": None if row["by_id"] is None else {"id": row["by_id"], "name": row["by_name"]},
                "customer": {"id": row["customer_id"], "name": row["customer_name"]},
            }
            for row in rows[:PAGE]
        ]
        return {
            "items": items,
            "unread": unread["n"],
            "next": str(rows[PAGE - 1]["id"]) if len(rows) > PAGE else None,
        }

    def colleagues(self, viewer: Viewer, brand_id: int, typed: str, most: int) -> list[Json]:
        viewer.behind_wall(brand_id)
        named, params = begins(typed, "a.name")
        statement = SQL(_COLLEAGUES) + SQL(" and ") + named + SQL(_BY_NAME + " limit %(most)s")
        with self._database.transaction() as conn:
            return [*conn.execute(statement, {**params, "brand": brand_id, "most": most}).fetchall()]

    def read(self, viewer: Viewer, now_ms: int, *, ids: Sequence[int] | None, contact_id: int | None) -> None:
        with self._database.transaction() as conn:
            conn.execute(
                "update notification set read_ms = %(now)s where account_id = %(me)s and read_ms is null"
                " and (%(ids)s::bigint[] is null or id = any(%(ids)s))"
                " and (%(contact)s::bigint is null or contact_id = %(contact)s)",
                {
                    "me": viewer.account_id,
                    "now": now_ms,
                    "ids": None if ids is None else list(ids),
                    "contact": contact_id,
                },
            )
