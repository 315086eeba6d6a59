"""What the board reads: the picture it begins with, the contacts behind a figure, notices and alerts."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from affluent.centre.supervising.ports import (
    ALERTS_A_PAGE,
    CONTACTS_A_PAGE,
    Alert,
    BoardFacts,
    Json,
    PersonFacts,
    PresenceFacts,
    QueueFacts,
    Raise,
    ReserveSet,
    Standing,
)
from affluent.centre.wall import Viewer
from affluent.routing.policy import AgentRule, Policy, QueueRule
from affluent.storage.cursors import cursor_of, read_cursor
from affluent.storage.database import Conn, Database
from affluent.storage.kept import SettingsKept
from affluent.storage.settings import PgSettings
from affluent.storage.shapes import ROW, as_row
from affluent.storage.writing import Writing

_WALL = "(%(brands)s::bigint[] is null or c.brand_id = any(%(brands)s))"
_STATES = {
    "waiting": ("waiting", "offered", "received"),
    "late": ("waiting", "offered", "received"),
    "in_hand": ("in_hand",),
    "sleeping": ("sleeping",),
    "promised": ("waiting", "offered", "received"),
    "live": ("waiting", "offered", "received", "in_hand", "sleeping"),
}
FIGURES = tuple(_STATES)
"""Figures of now, whose contacts can be listed."""

_BEHIND = f"""
where {_WALL} and c.state = any(%(states)s)
  and (not %(late)s or c.due_ms < %(now)s)
  and (not %(ahead)s or coalesce(c.not_before_ms, 0) <= %(now)s)
  and (not %(promised)s or c.not_before_ms is not null)
  and (%(queue)s::bigint is null or c.queue_id = %(queue)s)
  and (not %(stray)s or c.queue_id is null)
  and (%(queues)s::bigint[] is null or c.queue_id = any(%(queues)s)
    or (c.queue_id is null and 0 = any(%(queues)s)))
  and (%(agent)s::bigint is null or c.agent_id = %(agent)s)"""
_CONTACTS = f"""{_BEHIND}
  and (%(at)s::bigint is null or (coalesce(c.due_ms, 9007199254740991), c.id) > (%(at)s, %(id)s))
order by coalesce(c.due_ms, 9007199254740991), c.id limit %(most)s"""
_ALERTS = f"""
select c.*, q.name as queue_name, b.name as brand_name, s.name as seen_name from alert c
join queue q on q.id = c.queue_id join brand b on b.id = c.brand_id left join account s on s.id = c.seen_by
where {_WALL} and (not %(open)s or c.ended_ms is null) and (%(before)s::bigint is null or c.id < %(before)s)
order by c.id desc limit %(most)s"""
_NOTICES = """
select n.id, n.text, n.at_ms, n.until_ms, a.name as by_name, t.name as team_name,
  count(r.account_id) as told, count(r.read_ms) as read
from notice n join notice_reader r on r.notice_id = n.id left join account a on a.id = n.by_id
left join team t on t.id = n.team_id
where n.until_ms > %(now)s and (%(brands)s::bigint[] is null or n.brand_ids <@ %(brands)s::bigint[])
group by n.id, a.name, t.name order by n.id desc"""


class PgBoardViews:
    """`BoardViews` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def facts(self) -> BoardFacts:
        with self._database.transaction() as conn:
            # One snapshot: people and contacts must belong to the same instant.
            conn.execute("set transaction isolation level repeatable read, read only")
            # Only questions are asked of it, which any connection answers.
            policy = PgSettings(cast("Writing", conn), SettingsKept()).policy()
            return BoardFacts(
                brands=conn.execute(
                    "select id, name, colour from brand where not archived order by lower(name), id"
                ).fetchall(),
                teams=conn.execute(
                    "select id, name, brand_id from team where not archived order by lower(name), id"
                ).fetchall(),
                queues=_queues(conn, policy),
                people=_people(conn, policy),
                contacts=[Standing(**row) for row in conn.execute(_LIVE).fetchall()],
                presences={
                    row["account_id"]: PresenceFacts(
                        row["state"], row["reason"], row["since_ms"], row["lifted"], row["lifted_until_ms"]
                    )
                    for row in conn.execute("select * from presence").fetchall()
                },
                channels=conn.execute(_CHANNELS).fetchall(),
                limits={
                    row["queue_id"]: row["limits"]
                    for row in conn.execute("select queue_id, limits from alert_limits").fetchall()
                },
            )

    def contacts(self, viewer: Viewer, narrowed: Mapping[str, Any], cursor: str | None) -> Json:
        figure: str = narrowed["figure"]
        after = read_cursor(cursor)
        queue: int | None = narrowed.get("queue")
        params = {
            "brands": viewer.brand_filter(),
            "states": list(_STATES[figure]),
            "late": figure == "late",
            # Who was promised an hour waits from then on.
            "ahead": figure in ("waiting", "late"),
            "promised": figure == "promised",
            "now": narrowed["now_ms"],
            "queue": queue or None,
            "stray": queue == 0,
            "queues": narrowed.get("queues"),
            "agent": narrowed.get("agent"),
            "at": after[0] if after else None,
            "id": after[1] if after else None,
            "most": CONTACTS_A_PAGE + 1,
        }
        with self._database.transaction() as conn:
            rows = conn.execute(ROW + _CONTACTS, params).fetchall()
            counted = conn.execute("select count(*) as n from contact c" + _BEHIND, params).fetchone()
        assert counted is not None
        last = rows[CONTACTS_A_PAGE - 1] if len(rows) > CONTACTS_A_PAGE else None
        at_ms = 0 if last is None else last["due_ms"] if last["due_ms"] is not None else 9007199254740991
        return {
            "items": [as_row(row, viewer.locale) for row in rows[:CONTACTS_A_PAGE]],
            "next": None if last is None else cursor_of(at_ms, last["id"]),
            "total": counted["n"],
            "counted": counted["n"],
        }

    def rows(self, viewer: Viewer, contact_ids: Sequence[int]) -> list[Json]:
        with self._database.transaction() as conn:
            found = conn.execute(
                ROW + f" where {_WALL} and c.id = any(%(ids)s)",
                {"brands": viewer.brand_filter(), "ids": list(contact_ids)},
            ).fetchall()
        rows = {row["id"]: as_row(row, viewer.locale) for row in found}
        return [rows[one] for one in contact_ids if one in rows]

    def alerts(self, viewer: Viewer, *, before_id: int | None, open_only: bool) -> list[Json]:
        params = {
            "brands": viewer.brand_filter(),
            "open": open_only,
            "before": before_id,
            "most": ALERTS_A_PAGE,
        }
        with self._database.transaction() as conn:
            rows = conn.execute(_ALERTS, params).fetchall()
        return [_alert(row) for row in rows]

    def reserves(self) -> list[ReserveSet]:
        with self._database.reading() as conn:
            rows = conn.execute(
                "select id, name, brand_id, medium, queue_ids, tier, agents, waiting, team_id,"
                " level_percent, level_since_ms, level_seen from agent_reserve"
                " where not archived order by id"
            ).fetchall()
        return [ReserveSet(**row) for row in rows]

    def open_alerts(self) -> list[Alert]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select kind, queue_id, brand_id, level, params from alert where ended_ms is null order by id"
            ).fetchall()
        return [Alert(**row) for row in rows]

    def notices(self, viewer: Viewer, now_ms: int) -> list[Json]:
        with self._database.transaction() as conn:
            params = {"now": now_ms, "brands": viewer.brand_filter()}
            return conn.execute(_NOTICES, params).fetchall()

    def notices_for(self, account_id: int, now_ms: int) -> list[Json]:
        with self._database.transaction() as conn:
            return conn.execute(
                "select n.id, n.text, n.at_ms, n.until_ms, a.name as by_name from notice_reader r"
                " join notice n on n.id = r.notice_id left join account a on a.id = n.by_id"
                " where r.account_id = %s and r.read_ms is null and n.until_ms > %s order by n.id",
                (account_id, now_ms),
            ).fetchall()


_LIVE = """
select id, brand_id, queue_id, medium, state, agent_id, arrived_ms, due_ms, owed_ms, target_ms, awaiting, version,
  not_before_ms as promised_ms, array(select (one ->> 'agent_id')::bigint from jsonb_array_elements(parts) one
    where one ->> 'joined_ms' is not null) as beside
from contact where state in ('received', 'waiting', 'offered', 'in_hand', 'sleeping') order by id"""
_CHANNELS = """
select c.id, c.brand_id, c.medium, c.name, c.queue_id, x.until_ms as closed_until_ms
from channel c left join channel_closure x on x.channel_id = c.id and x.opened_ms is null
where c.active and not c.archived order by lower(c.name), c.id"""


def _queues(conn: Conn, policy: Policy) -> list[QueueFacts]:
    rules = {rule.id: rule for rule in policy.queues}
    rows = conn.execute(
        "select q.id, q.brand_id, q.name, q.medium, q.tier, q.target_share, q.target_ms, q.archived,"
        " h.timezone, h.weekly, h.holidays, h.exceptions,"
        " r.id as raise_id, r.tier as raised, r.until_ms from queue q"
        " left join hours h on h.id = q.hours_id"
        " left join queue_raise r on r.queue_id = q.id and r.ended_ms is null"
        " where q.id = any(%s) order by lower(q.name), q.id",
        (list(rules),),
    ).fetchall()
    kept = ("timezone", "weekly", "holidays", "exceptions")
    return [
        QueueFacts(
            id=row["id"],
            brand_id=row["brand_id"],
            name=row["name"],
            medium=row["medium"],
            tier=row["tier"],
            raised=None
            if row["raise_id"] is None
            else Raise(row["raise_id"], row["id"], row["raised"], row["until_ms"]),
            target_share=row["target_share"],
            target_ms=row["target_ms"],
            hours=None if row["timezone"] is None else {name: row[name] for name in kept},
            able=frozenset(one.id for one in policy.agents if _able(one, rules[row["id"]])),
        )
        for row in rows
    ]


def _able(agent: AgentRule, queue: QueueRule) -> bool:
    return agent.limits.get(queue.medium, 0) > 0 and all(
        agent.skills.get(need.skill, 0) >= need.level for need in queue.skills if need.required
    )


def _people(conn: Conn, policy: Policy) -> list[PersonFacts]:
    rows = conn.execute(
        "select id, name, team_id from account where id = any(%s)", ([one.id for one in policy.agents],)
    ).fetchall()
    named = {row["id"]: row for row in rows}
    return [
        PersonFacts(
            id=one.id,
            name=named[one.id]["name"],
            team_id=named[one.id]["team_id"],
            # The engine knows the wall as skills below zero.
            brands=frozenset(-skill for skill in one.skills if skill < 0),
            limits=one.limits,
            skills={skill: level for skill, level in one.skills.items() if skill > 0},
        )
        for one in policy.agents
    ]


def _alert(row: dict[str, Any]) -> Json:
    kept = ("id", "kind", "level", "params", "began_ms", "ended_ms", "seen_ms")
    return {name: row[name] for name in kept} | {
        "queue": {"id": row["queue_id"], "name": row["queue_name"]},
        "brand": {"id": row["brand_id"], "name": row["brand_name"]},
        "seen_by": row["seen_name"],
    }
