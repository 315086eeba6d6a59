"""Saved views on PostgreSQL."""

from typing import Any, LiteralString

from psycopg.types.json import Jsonb

from affluent.centre.refusals import Forbidden, NotFound, Refusal
from affluent.centre.saved_views import VIEWS_MAX, Json, SavedView
from affluent.centre.wall import Right, Viewer
from affluent.storage.database import Conn, Database

_SEEN: LiteralString = """
select v.id, v.name, v.filters, v.sort, v.columns, v.shared, v.account_id, a.name as owner
from saved_view v join account a on a.id = v.account_id
left join saved_view_place p on p.view_id = v.id and p.account_id = %(me)s
where (v.account_id = %(me)s or (
    (v.shared = 'everyone' or (v.shared = 'team' and v.team_id = (select team_id from account where id = %(me)s)))
    and (v.brands is null or %(brands)s::bigint[] is null or v.brands && %(brands)s::bigint[])))
  and (%(id)s::bigint is null or v.id = %(id)s)
order by coalesce(p.position, 1000), lower(v.name), v.id"""


class PgSavedViews:
    """`SavedViews` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, viewer: Viewer) -> list[Json]:
        with self._database.transaction() as conn:
            return [_shown(row, viewer) for row in _seen(conn, viewer, None)]

    def save(self, viewer: Viewer, view: SavedView, now_ms: int) -> Json:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select count(*) as n from saved_view where account_id = %s", (viewer.account_id,)
            ).fetchone()
            assert row is not None
            if row["n"] >= VIEWS_MAX:
                raise Refusal("too_many_views", most=VIEWS_MAX)
            values = _values(view.model_dump(mode="json", exclude_defaults=False))
            made = conn.execute(
                "insert into saved_view (account_id, name, filters, sort, columns, created_ms)"
                " values (%(me)s, %(name)s, %(filters)s, %(sort)s, %(columns)s, %(now)s) returning id",
                {**values, "me": viewer.account_id, "now": now_ms},
            ).fetchone()
            assert made is not None
            _share(conn, viewer, made["id"], view.shared)
            return _one(conn, viewer, made["id"])

    def change(self, viewer: Viewer, view_id: int, changes: Json) -> Json:
        with self._database.transaction() as conn:
            _may_change(viewer, _one(conn, viewer, view_id))
            for name, value in _values(changes).items():
                if name in _CHANGE:
                    conn.execute(_CHANGE[name], {"id": view_id, "value": value})
            if "shared" in changes:
                _share(conn, viewer, view_id, changes["shared"])
            return _one(conn, viewer, view_id)

    def remove(self, viewer: Viewer, view_id: int) -> None:
        with self._database.transaction() as conn:
            _may_change(viewer, _one(conn, viewer, view_id))
            conn.execute("delete from saved_view where id = %s", (view_id,))

    def order(self, viewer: Viewer, view_ids: list[int]) -> None:
        with self._database.transaction() as conn:
            seen = {row["id"] for row in _seen(conn, viewer, None)}
            if not seen.issuperset(view_ids):
                raise NotFound("not_found")
            conn.execute("delete from saved_view_place where account_id = %s", (viewer.account_id,))
            conn.execute(
                "insert into saved_view_place (account_id, view_id, position)"
                " select %(me)s, id, at from unnest(%(ids)s::bigint[]) with ordinality as t (id, at)"
                " on conflict do nothing",
                {"me": viewer.account_id, "ids": view_ids},
            )


_CHANGE: dict[str, LiteralString] = {
    "name": "update saved_view set name = %(value)s where id = %(id)s",
    "filters": "update saved_view set filters = %(value)s where id = %(id)s",
    "sort": "update saved_view set sort = %(value)s where id = %(id)s",
    "columns": "update saved_view set columns = %(value)s where id = %(id)s",
}


def _values(view: Json) -> Json:
    return {
        name: Jsonb(_meant(value) if name == "filters" else value)
        if name in ("filters", "columns")
        else value
        for name, value in view.items()
    }


def _meant(filters: Json) -> Json:
    """Without what narrows nothing."""
    return {name: value for name, value in filters.items() if value is not None and value != []}


def _seen(conn: Conn, viewer: Viewer, view_id: int | None) -> list[dict[str, Any]]:
    params = {"me": viewer.account_id, "brands": viewer.brand_filter(), "id": view_id}
    return conn.execute(_SEEN, params).fetchall()


def _one(conn: Conn, viewer: Viewer, view_id: int) -> Json:
    rows = _seen(conn, viewer, view_id)
    if not rows:
        raise NotFound("not_found")
    return _shown(rows[0], viewer)


def _shown(row: dict[str, Any], viewer: Viewer) -> Json:
    mine = row["account_id"] == viewer.account_id
    kept = ("id", "name", "filters", "sort", "columns", "shared")
    return {name: row[name] for name in kept} | {
        "owner": {"id": row["account_id"], "name": row["owner"]},
        "may_change": mine or viewer.may(Right.SUPERVISE),
    }


def _may_change(viewer: Viewer, view: Json) -> None:
    if not view["may_change"]:
        raise Forbidden("view_of_other")


def _share(conn: Conn, viewer: Viewer, view_id: int, shared: str) -> None:
    """Raises `Forbidden` without the right, `Refusal` without a team to share with."""
    if shared == "everyone":
        viewer.require(Right.SUPERVISE)
    row = conn.execute("select team_id from account where id = %s", (viewer.account_id,)).fetchone()
    team_id = None if row is None else row["team_id"]
    if shared == "team" and team_id is None:
        raise Refusal("no_team", "shared")
    conn.execute(
        "update saved_view set shared = %s, team_id = %s, brands = %s where id = %s",
        (shared, team_id if shared == "team" else None, viewer.brand_filter(), view_id),
    )
