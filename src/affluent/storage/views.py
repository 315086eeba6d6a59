"""What pages read: the desk, conversations, search. Each look is one short transaction."""

from collections.abc import Mapping
from typing import Any

from affluent.centre.refusals import NotFound
from affluent.centre.views import Json, Sought
from affluent.centre.wall import Right, Viewer
from affluent.facts.media import SYNCHRONOUS, Medium
from affluent.storage.database import Conn, Database
from affluent.storage.desks import read_desks, summary
from affluent.storage.directory import directory
from affluent.storage.shapes import ROW, as_message, as_row
from affluent.storage.taking import names
from affluent.storage.timeline import FACTS, lines

_WALL = "(%(brands)s::bigint[] is null or c.brand_id = any(%(brands)s))"


class PgDeskViews:
    """`DeskViews` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def desks(self, locales: Mapping[int, str], now_ms: int) -> dict[int, Json]:
        with self._database.reading() as conn:
            return read_desks(conn, locales, now_ms)

    def queues_summary(self, brands: list[int] | None, now_ms: int) -> Json:
        with self._database.reading() as conn:
            return summary(conn, brands, now_ms)

    def brand_of_contact(self, contact_id: int) -> int | None:
        with self._database.reading() as conn:
            row = conn.execute("select brand_id from contact where id = %s", (contact_id,)).fetchone()
        return None if row is None else int(row["brand_id"])

    def conversation(self, viewer: Viewer, contact_id: int) -> Json:
        with self._database.reading() as conn:
            asked = {"id": contact_id, "account": viewer.account_id}
            row = conn.execute(_CONVERSATION, asked).fetchone()
            beside = names(conn, {contact_id: row["parts"]})[contact_id] if row is not None else []
        if row is None:
            raise NotFound("not_found")
        viewer.behind_wall(row["brand_id"])
        mine = row["agent_id"] == viewer.account_id
        was_mine = row["last_agent_id"] == viewer.account_id and viewer.may(Right.SERVE)
        state = row["state"]
        own = next((one for one in beside if one["agent"]["id"] == viewer.account_id), None)
        joined = own is not None and own["joined_ms"] is not None
        answers = joined and own is not None and own["part"] == "conference"
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
                # What is written to a call is read by nobody.
                "reply": (mine or answers) and state == "in_hand" and row["medium"] != Medium.VOICE,
                "note": True,
                "transfer": mine and state == "in_hand",
                "close": mine and state in ("in_hand", "sleeping"),
                "sleep": mine and state == "in_hand" and row["medium"] not in SYNCHRONOUS,
                "accept": mine and state == "offered",
                "take": state in ("waiting", "received")
                and viewer.may(Right.SERVE)
                and row["by_hand"] is not False,
                "wake": mine and state == "sleeping",
                "reopen": state == "closed" and (was_mine or viewer.may(Right.SUPERVISE)),
                "take_back": state in ("waiting", "offered") and was_mine,
                "invite": mine and state == "in_hand",
                "join": not mine and state == "in_hand" and viewer.may(Right.SUPERVISE),
                "leave": joined,
            },
            "together": beside,
        }
        return {
            "contact": contact,
            "messages": sorted(
                [*map(as_message, row["messages"]), *lines(row["facts"])],
                key=lambda one: (one["at_ms"], one["id"]),
            ),
            "customer": row["customer"],
            "journey": [_step(one) for one in row["journey"]],
            "draft": row["draft"],
        }

    def message(self, message_id: int) -> Json:
        with self._database.reading() as conn:
            row = conn.execute(MESSAGE + " where m.id = %s", (message_id,)).fetchone()
        if row is None:
            raise NotFound("not_found")
        return as_message(row)

    def customer(self, viewer: Viewer, customer_id: int) -> Json:
        with self._database.reading() as conn:
            found = _customer(conn, customer_id)
        viewer.behind_wall(found["brand_id"])
        return found

    def macros(self, viewer: Viewer) -> list[Json]:
        with self._database.reading() as conn:
            return conn.execute(
                "select id, title, body, language, brand_id from macro c where not archived"
                f" and (brand_id is null or {_WALL}) order by title, id",
                {"brands": viewer.brand_filter()},
            ).fetchall()

    def motives(self, viewer: Viewer) -> list[Json]:
        with self._database.reading() as conn:
            rows = conn.execute(
                "select id, name_fr, name_en, brand_id from motive c where not archived and active"
                f" and (brand_id is null or {_WALL}) order by name_fr, id",
                {"brands": viewer.brand_filter()},
            ).fetchall()
        return [
            {"id": row["id"], "name": row[f"name_{_locale(viewer.locale)}"], "brand_id": row["brand_id"]}
            for row in rows
        ]

    def decline_reasons(self, viewer: Viewer) -> list[Json]:
        with self._database.reading() as conn:
            rows = conn.execute(
                "select code, name_fr, name_en from decline_reason where not archived order by position, id"
            ).fetchall()
        return [{"code": row["code"], "name": row[f"name_{_locale(viewer.locale)}"]} for row in rows]

    def skills(self, viewer: Viewer) -> list[Json]:
        with self._database.transaction() as conn:
            rows = conn.execute("select id, name_fr, name_en from skill order by id").fetchall()
        return [{"id": row["id"], "name": row[f"name_{_locale(viewer.locale)}"]} for row in rows]

    def directory(self, viewer: Viewer, now_ms: int, sought: Sought) -> Json:
        with self._database.reading() as conn:
            return directory(conn, viewer, now_ms, sought)


MESSAGE = """
select m.*, c.medium,
  coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'filename', f.filename,
    'content_type', f.content_type, 'size', f.size, 'cid', mf.inline_cid) order by f.id)
    from message_file mf join file f on f.id = mf.file_id where mf.message_id = m.id), '[]') as attachments
from message m join contact c on c.id = m.contact_id"""

# All that a conversation shows, in one question: an agent who accepts waits for it.
_CONVERSATION = f"""
with it as ({ROW} where c.id = %(id)s)
select it.*,
  coalesce((select json_agg(to_json(x) order by x.at_ms, x.id) from ({MESSAGE} where m.request_id = it.request_id) x),
    '[]') as messages,
  coalesce((select json_agg(to_json(x) order by x.seq) from ({FACTS} and c.request_id = it.request_id) x),
    '[]') as facts,
  coalesce((select json_agg(to_json(x) order by x.arrived_ms desc, x.contact_id desc) from (
    select c.id as contact_id, c.request_id, c.medium, c.arrived_ms, c.state, c.outcome,
      c.subject, q.id as queue_id, q.name as queue_name, a.id as agent_id, a.name as agent_name
    from contact c left join queue q on q.id = c.queue_id left join account a on a.id = c.last_agent_id
    where c.customer_id = it.customer_id order by c.arrived_ms desc, c.id desc limit 100) x), '[]') as journey,
  (select to_json(x) from (select text, kind, updated_ms from draft
    where account_id = %(account)s and contact_id = it.id) x) as draft,
  (select to_json(x) from (select cu.id, cu.brand_id, cu.name, cu.language, cu.segment, cu.note,
    (select json_build_object('id', n.id, 'name', n.name) from account n where n.id = cu.named_agent_id) as named_agent,
    array(select skill_id from customer_wish w where w.customer_id = cu.id order by 1) as wish_ids,
    coalesce((select json_agg(json_build_object('kind', d.kind, 'value', d.value) order by d.kind, d.value)
      from customer_address d where d.customer_id = cu.id), '[]') as addresses
    from customer cu where cu.id = it.customer_id) x) as customer
from it"""


def _locale(locale: str) -> str:
    return "fr" if locale == "fr" else "en"


def _customer(conn: Conn, customer_id: int) -> Json:
    row = conn.execute(
        "select id, brand_id, name, language, segment, note,"
        " (select json_build_object('id', n.id, 'name', n.name) from account n where n.id = c.named_agent_id)"
        " as named_agent, array(select skill_id from customer_wish w where w.customer_id = c.id order by 1)"
        " as wish_ids from customer c where id = %s",
        (customer_id,),
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
