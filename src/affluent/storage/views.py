"""What pages read: the desk, conversations, search. Each look is one short transaction."""

from typing import Any

from affluent.centre.refusals import NotFound
from affluent.centre.views import Json
from affluent.centre.wall import Right, Viewer
from affluent.facts.media import SYNCHRONOUS
from affluent.storage.database import Conn, Database
from affluent.storage.settings import SERVING
from affluent.storage.shapes import ROW, as_message, as_row
from affluent.storage.timeline import lines

_WALL = "(%(brands)s::bigint[] is null or c.brand_id = any(%(brands)s))"


class PgDeskViews:
    """`DeskViews` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def desk(self, account_id: int, locale: str, now_ms: int) -> Json:
        with self._database.transaction() as conn:
            rows = conn.execute(
                ROW + " where c.agent_id = %(agent)s and c.state in ('offered', 'in_hand', 'sleeping')"
                " order by c.id",
                {"agent": account_id},
            ).fetchall()
            presence = conn.execute(
                "select state, reason, since_ms from presence where account_id = %s", (account_id,)
            ).fetchone()
            capacity = conn.execute(
                "select medium, limit_count from agent_capacity where account_id = %s order by medium",
                (account_id,),
            ).fetchall()
            brands = _brands_of(conn, account_id)
            queues = _summary(conn, brands, now_ms)
        shaped = [as_row(row, locale) for row in rows]
        in_hand = [row for row in shaped if row["state"] == "in_hand"]
        return {
            "now_ms": now_ms,
            "presence": presence or {"state": "offline", "reason": None, "since_ms": now_ms},
            "capacity": [
                {
                    "medium": one["medium"],
                    "in_hand": sum(row["medium"] == one["medium"] for row in in_hand),
                    "limit": one["limit_count"],
                }
                for one in capacity
                if one["limit_count"]
            ],
            "offers": sorted(
                (row for row in shaped if row["state"] == "offered"), key=lambda row: row["expires_ms"]
            ),
            "in_hand": sorted(in_hand, key=_due_first),
            "sleeping": [row for row in shaped if row["state"] == "sleeping"],
            "queues": queues,
            "reasons": ["break", "lunch", "meeting", "training", "other"],
        }

    def queues_summary(self, brands: list[int] | None, now_ms: int) -> Json:
        with self._database.transaction() as conn:
            return _summary(conn, brands, now_ms)

    def brand_of_contact(self, contact_id: int) -> int | None:
        with self._database.transaction() as conn:
            row = conn.execute("select brand_id from contact where id = %s", (contact_id,)).fetchone()
        return None if row is None else int(row["brand_id"])

    def conversation(self, viewer: Viewer, contact_id: int) -> Json:
        with self._database.transaction() as conn:
            row = conn.execute(ROW + " where c.id = %(id)s", {"id": contact_id}).fetchone()
            if row is None:
                raise NotFound("not_found")
            viewer.behind_wall(row["brand_id"])
            messages = conn.execute(
                MESSAGE + " where m.request_id = %s order by m.at_ms, m.id", (row["request_id"],)
            ).fetchall()
            told = lines(conn, row["request_id"])
            journey = conn.execute(
                "select c.id as contact_id, c.request_id, c.medium, c.arrived_ms, c.state, c.outcome,"
                " c.subject, q.id as queue_id, q.name as queue_name, a.id as agent_id, a.name as agent_name"
                " from contact c left join queue q on q.id = c.queue_id"
                " left join account a on a.id = c.last_agent_id"
                " where c.customer_id = %s order by c.arrived_ms desc, c.id desc limit 100",
                (row["customer_id"],),
            ).fetchall()
            draft = conn.execute(
                "select text, kind, updated_ms from draft where account_id = %s and contact_id = %s",
                (viewer.account_id, contact_id),
            ).fetchone()
            customer = _customer(conn, row["customer_id"])
        mine = row["agent_id"] == viewer.account_id
        was_mine = row["last_agent_id"] == viewer.account_id and viewer.may(Right.SERVE)
        state = row["state"]
        contact = as_row(row, viewer.locale) | {
            "channel": {"id": row["channel_id"], "name": row["channel_name"]},
            "outcome": row["outcome"],
            "closed_ms": row["closed_ms"],
            "request": {
                "id": row["request_id"],
                "subject": row["request_subject"],
                "state": row["request_state"],
                "opened_ms": row["opened_ms"],
            },
            "can": {
                "reply": mine and state == "in_hand",
                "note": True,
                "transfer": mine and state == "in_hand",
                "close": mine and state in ("in_hand", "sleeping"),
                "sleep": mine and state == "in_hand" and row["medium"] not in SYNCHRONOUS,
                "accept": mine and state == "offered",
                "take": state in ("waiting", "received"),
                "wake": mine and state == "sleeping",
                "reopen": state == "closed" and (was_mine or viewer.may(Right.SUPERVISE)),
                "take_back": state in ("waiting", "offered") and was_mine,
            },
        }
        return {
            "contact": contact,
            "messages": sorted(
                [*map(as_message, messages), *told], key=lambda one: (one["at_ms"], one["id"])
            ),
            "customer": customer,
            "journey": [_step(one) for one in journey],
            "draft": draft,
        }

    def message(self, message_id: int) -> Json:
        with self._database.transaction() as conn:
            row = conn.execute(MESSAGE + " where m.id = %s", (message_id,)).fetchone()
        if row is None:
            raise NotFound("not_found")
        return as_message(row)

    def customer(self, viewer: Viewer, customer_id: int) -> Json:
        with self._database.transaction() as conn:
            found = _customer(conn, customer_id)
        viewer.behind_wall(found["brand_id"])
        return found

    def macros(self, viewer: Viewer) -> list[Json]:
        with self._database.transaction() as conn:
            return conn.execute(
                "select id, title, body, language, brand_id from macro c where not archived"
                f" and (brand_id is null or {_WALL}) order by title, id",
                {"brands": viewer.brand_filter()},
            ).fetchall()

    def motives(self, viewer: Viewer) -> list[Json]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select id, name_fr, name_en, brand_id from motive c where not archived and active"
                f" and (brand_id is null or {_WALL}) order by name_fr, id",
                {"brands": viewer.brand_filter()},
            ).fetchall()
        return [
            {"id": row["id"], "name": row[f"name_{_locale(viewer.locale)}"], "brand_id": row["brand_id"]}
            for row in rows
        ]

    def skills(self, viewer: Viewer) -> list[Json]:
        with self._database.transaction() as conn:
            rows = conn.execute("select id, name_fr, name_en from skill order by id").fetchall()
        return [{"id": row["id"], "name": row[f"name_{_locale(viewer.locale)}"]} for row in rows]

    def directory(self, viewer: Viewer, now_ms: int) -> Json:
        params = {"brands": viewer.brand_filter(), "serving": list(SERVING)}
        with self._database.transaction() as conn:
            queues = conn.execute(
                "select c.id, c.name, c.medium, c.brand_id, h.timezone, h.weekly, h.holidays, h.exceptions,"
                " (select count(*) from contact x where x.queue_id = c.id and x.state = 'waiting') as waiting"
                " from queue c left join hours h on h.id = c.hours_id"
                f" where not c.archived and {_WALL} order by c.name, c.id",
                params,
            ).fetchall()
            agents = conn.execute(
                "select a.id, a.name, coalesce(p.state, 'offline') as state, t.name as team from account a"
                " left join presence p on p.account_id = a.id left join team t on t.id = a.team_id"
                " where a.active and not a.archived and a.role = any(%(serving)s)"
                " and (%(brands)s::bigint[] is null or exists (select from account_brand w"
                " where w.account_id = a.id and w.brand_id = any(%(brands)s)))"
                " order by a.name, a.id",
                params,
            ).fetchall()
        return {"queues": [_queue(row, now_ms) for row in queues], "agents": agents}


MESSAGE = """
select m.*, c.medium,
  coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'filename', f.filename,
    'content_type', f.content_type, 'size', f.size, 'cid', mf.inline_cid) order by f.id)
    from message_file mf join file f on f.id = mf.file_id where mf.message_id = m.id), '[]') as attachments
from message m join contact c on c.id = m.contact_id"""


def _locale(locale: str) -> str:
    return "fr" if locale == "fr" else "en"


def _due_first(row: Json) -> tuple[bool, int, int]:
    """What is due first on top; what waits for the customer below, oldest first; then by identifier."""
    due = row["due_ms"]
    return (due is None, due if due is not None else row["arrived_ms"], row["id"])


def _brands_of(conn: Conn, account_id: int) -> list[int] | None:
    row = conn.execute(
        "select a.role, array(select brand_id from account_brand where account_id = a.id) as brands"
        " from account a where a.id = %s",
        (account_id,),
    ).fetchone()
    if row is None or (row["role"] == "administrator" and not row["brands"]):
        return None
    return row["brands"]


def _summary(conn: Conn, brands: list[int] | None, now_ms: int) -> Json:
    row = conn.execute(
        "select count(*) as waiting, max((%(now)s - (c.due_ms - c.target_ms))::float8 / c.target_ms) as share"
        f" from contact c where c.state = 'waiting' and {_WALL}",
        {"now": now_ms, "brands": brands},
    ).fetchone()
    assert row is not None
    return {"waiting": row["waiting"], "most_urgent_share": row["share"]}


def _customer(conn: Conn, customer_id: int) -> Json:
    row = conn.execute(
        "select id, brand_id, name, language, segment, note from customer where id = %s", (customer_id,)
    ).fetchone()
    if row is None:
        raise NotFound("not_found")
    addresses = conn.execute(
        "select kind, value from customer_address where customer_id = %s order by kind, value", (customer_id,)
    ).fetchall()
    return {**row, "addresses": addresses}


def _step(row: dict[str, Any]) -> Json:
    pairs = {
        "queue": {"id": row["queue_id"], "name": row["queue_name"]} if row["queue_id"] else None,
        "agent": {"id": row["agent_id"], "name": row["agent_name"]} if row["agent_id"] else None,
    }
    kept = ("contact_id", "request_id", "medium", "arrived_ms", "state", "outcome", "subject")
    return {key: row[key] for key in kept} | pairs


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
    }
