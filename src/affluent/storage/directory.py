"""To whom a contact can be handed on: the queues, and the people who are looked for by name."""

from typing import Any

from psycopg.sql import SQL

from affluent.centre.views import Json, Sought
from affluent.centre.wall import Viewer
from affluent.storage.database import Conn
from affluent.storage.folding import holds
from affluent.storage.routing_rules import SERVING


def directory(conn: Conn, viewer: Viewer, now_ms: int, sought: Sought) -> Json:
    """Queues and people, those who are there first. `more`: others would be found as well, by more words."""
    params: dict[str, Any] = {
        "brands": viewer.brand_filter(), "brand": sought.brand_id, "medium": sought.medium,
        "serving": list(SERVING), "most": sought.most + 1,
    }  # fmt: skip
    named, words = holds(sought.words, "c.name")
    queues = conn.execute(
        SQL(
            "select c.id, c.name, c.medium, c.brand_id, c.by_hand, h.timezone, h.weekly, h.holidays, h.exceptions,"
            " (select count(*) from contact x where x.queue_id = c.id and x.state = 'waiting') as waiting"
            " from queue c left join hours h on h.id = c.hours_id where not c.archived"
            " and (%(brands)s::bigint[] is null or c.brand_id = any(%(brands)s))"
            " and (%(brand)s::bigint is null or c.brand_id = %(brand)s)"
            " and (%(medium)s::text is null or c.medium = %(medium)s) and {}"
            " order by c.name, c.id limit %(most)s"
        ).format(named),
        {**params, **words},
    ).fetchall()
    named, words = holds(sought.words, "concat_ws(' ', a.name, t.name)")
    agents = conn.execute(
        SQL(
            "select a.id, a.name, coalesce(p.state, 'offline') as state, t.name as team from account a"
            " left join presence p on p.account_id = a.id left join team t on t.id = a.team_id"
            " where a.active and not a.archived and a.role = any(%(serving)s)"
            " and (%(brands)s::bigint[] is null or exists (select from account_brand w"
            " where w.account_id = a.id and w.brand_id = any(%(brands)s)))"
            " and (%(brand)s::bigint is null or exists (select from account_brand w"
            " where w.account_id = a.id and w.brand_id = %(brand)s)) and {}"
            " order by coalesce(p.state, 'offline') = 'offline', lower(a.name), a.id limit %(most)s"
        ).format(named),
        {**params, **words},
    ).fetchall()
    named, words = holds(sought.words, "c.name")
    teams = conn.execute(
        SQL(
            "select c.id, c.name, (select count(*) from account a join presence p on p.account_id = a.id"
            " where a.team_id = c.id and a.active and not a.archived and p.state = 'ready') as ready"
            " from team c where not c.archived"
            " and (%(brands)s::bigint[] is null or c.brand_id is null or c.brand_id = any(%(brands)s))"
            " and (%(brand)s::bigint is null or c.brand_id is null or c.brand_id = %(brand)s) and {}"
            " order by lower(c.name), c.id limit %(most)s"
        ).format(named),
        {**params, **words},
    ).fetchall()
    return {
        "teams": teams[: sought.most],
        "queues": [_queue(row, now_ms) for row in queues[: sought.most]],
        "agents": agents[: sought.most],
        "more": len(queues) > sought.most or len(agents) > sought.most,
    }


def _queue(row: dict[str, Any], now_ms: int) -> Json:
    from affluent.centre.hours import is_open  # noqa: PLC0415 -- holidays' tables load only when asked

    hours = (
        {key: row[key] for key in ("timezone", "weekly", "holidays", "exceptions")}
        if row["timezone"]
        else None
    )
    return {
        "id": row["id"],
        "name": row["name"],
        "medium": row["medium"],
        "brand_id": row["brand_id"],
        "open": hours is None or is_open(hours, now_ms),
        "waiting": row["waiting"],
        "by_hand": row["by_hand"],
    }
