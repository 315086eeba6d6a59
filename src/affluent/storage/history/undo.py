"""An import taken back: what it brought goes, and what stays is linked as if it had never been."""

from typing import LiteralString

from affluent.storage.database import Database
from affluent.storage.history.imports import KEY, Import, NoImport, alone, audit, imports, unwatched


def take_back(database: Database, import_id: int, now_ms: int) -> tuple[Import, int]:
    """Removes what an import brought, whole; also how many contacts stay because people worked on them since.

    Raises `NoImport` and `Busy`.
    """
    with alone(database), database.transaction() as conn:
        found = [one for one in imports(conn) if one.id == import_id]
        if not found:
            raise NoImport(import_id)
        done = found[0]
        conn.execute(
            "create temp table gone (id bigint primary key, customer_id bigint, request_id bigint) on commit drop"
        )
        for low, high in done.ranges:
            conn.execute(_GONE, {"low": low, "high": high})
        removed = conn.execute("select count(*) as n from gone").fetchone()
        assert removed is not None
        unwatched(conn)
        for statement in _REMOVE:
            conn.execute(statement)
        for table, ids in done.made.items():
            for statement in _UNMAKE.get(table, ()):
                conn.execute(statement, {"ids": ids})
        conn.execute("delete from setting where key = %s", [f"{KEY}{done.id}"])
        done.finished_ms = now_ms
        audit(conn, done, "taken_back")
        return done, done.contacts - int(removed["n"])


_GONE = """
insert into gone select c.id, c.customer_id, c.request_id from contact c where c.id between %(low)s and %(high)s
and c.state in ('closed', 'abandoned') and not exists (select from message m where m.contact_id = c.id)
and not exists (select from journal j where j.contact_id = c.id and j.seq > 0)"""
_REMOVE: tuple[LiteralString, ...] = (
    "delete from contact_words where contact_id in (select id from gone)",
    "delete from stay where contact_id in (select id from gone)",
    "delete from journal where contact_id in (select id from gone)",
    "delete from contact where id in (select id from gone)",
    "delete from request r where r.id in (select request_id from gone)"
    " and not exists (select from contact c where c.request_id = r.id)",
    # Who has nothing left, and came with an import: nobody wrote to them or about them.
    "create temp table left_alone on commit drop as select distinct g.customer_id as id from gone g"
    " where not exists (select from contact c where c.customer_id = g.customer_id)"
    " and not exists (select from request r where r.customer_id = g.customer_id)"
    " and not exists (select from chat h where h.customer_id = g.customer_id)",
    "delete from customer_address where customer_id in (select id from left_alone)",
    "delete from customer where id in (select id from left_alone) and note = ''",
    "update stay set customer_again_ms = -1, again_ms = -1, opens = 1"
    " where customer_id in (select customer_id from gone)",
    "update stay s set opens = 0 where customer_id in (select customer_id from gone) and exists"
    " (select from stay e where e.request_id = s.request_id and e.contact_id < s.contact_id)",
    "update stay s set again_ms = coalesce((select l.arrived_ms from stay l where l.request_id = s.request_id"
    " and l.contact_id > s.contact_id order by l.contact_id limit 1), -1),"
    " customer_again_ms = coalesce((select l.arrived_ms from stay l where l.customer_id = s.customer_id"
    " and l.contact_id > s.contact_id order by l.contact_id limit 1), -1)"
    " where s.customer_id in (select customer_id from gone)",
)
_UNMAKE: dict[str, tuple[LiteralString, ...]] = {
    "queue": (
        "delete from queue q where id = any(%(ids)s) and archived"
        " and not exists (select from contact c where c.queue_id = q.id)"
        " and not exists (select from stay s where s.queue_id = q.id)",
    ),
    "channel": (
        "delete from channel h where id = any(%(ids)s) and archived"
        " and not exists (select from contact c where c.channel_id = h.id)",
    ),
    "motive": (
        "delete from motive m where id = any(%(ids)s) and archived"
        " and not exists (select from contact c where c.motive_id = m.id)"
        " and not exists (select from request r where r.motive_id = m.id)",
    ),
    "agent": (
        "delete from account_brand where account_id = any(%(ids)s) and not exists"
        " (select from contact c where c.last_agent_id = account_id)",
        "delete from account a where id = any(%(ids)s) and archived"
        " and not exists (select from contact c where c.last_agent_id = a.id or c.agent_id = a.id)"
        " and not exists (select from stay s where s.agent_id = a.id)",
    ),
}
