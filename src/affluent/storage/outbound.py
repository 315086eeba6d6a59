"""Whether anything leaves the house. A restored centre holds back: what it would send may have gone already."""

from dataclasses import replace

from psycopg.types.json import Jsonb

from affluent.centre.administration.ports import AuditEntry
from affluent.centre.holding_back import NOUN, Waiting, told_in_trail
from affluent.storage import audit
from affluent.storage.database import Conn, Database

KEY = "outbound_held"
HELD = "exists (select from setting where key = 'outbound_held')"
"""True while nothing may be sent; for queries of what is due."""
_LOCK = 0x0AFF0006


class PgOutbound:
    """`Outbound` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self) -> Waiting:
        with self._database.transaction() as conn:
            return outbound(conn)

    def hold(self, entry: AuditEntry) -> bool:
        with self._database.transaction() as conn:
            return hold(conn, now_ms=entry.at_ms, entry=entry)

    def release(self, entry: AuditEntry, *, send_all: bool) -> Waiting | None:
        with self._database.transaction() as conn:
            return release(conn, send_all=send_all, entry=entry)


def outbound(conn: Conn) -> Waiting:
    row = conn.execute(
        "select s.value, (select count(*) from outbox where kind = 'mail' and state = 'due') as mails,"
        " (select count(*) from outbox where kind = 'mail' and state = 'due'"
        "   and created_ms <= (s.value ->> 'backup_ms')::bigint) as in_doubt,"
        " (select count(*) from webhook_delivery d join webhook w on w.id = d.webhook_id"
        "   where d.state = 'due' and w.active and not w.archived) as events"
        " from (select 1) one left join setting s on s.key = %s",
        [KEY],
    ).fetchone()
    assert row is not None
    value = row["value"] or {}
    return Waiting(value.get("held_ms"), value.get("backup_ms"), row["mails"], row["in_doubt"], row["events"])


def hold(conn: Conn, *, now_ms: int, backup_ms: int | None = None, entry: AuditEntry | None = None) -> bool:
    """From now on nothing is sent until `release`. False when that was so already.

    A restored centre is held anew whatever its backup said: what was in doubt then is not what is in doubt now.
    """
    _alone(conn)
    made = conn.execute(
        "insert into setting values (%s, %s) on conflict (key) do update set value = excluded.value"
        " where %s returning key",
        [KEY, Jsonb({"held_ms": now_ms, "backup_ms": backup_ms}), backup_ms is not None],
    ).fetchone()
    if made is not None and entry is not None:
        audit.note(conn, entry)
    return made is not None


def release(conn: Conn, *, send_all: bool, entry: AuditEntry | None = None) -> Waiting | None:
    """Lets things go again; returns what was held, None when nothing was.

    What was promised before the backup may have gone since: unless `send_all`, it is treated as interrupted on the
    wire, and the postman shows it to agents as unconfirmed, who decide.
    """
    _alone(conn)
    found = outbound(conn)
    if conn.execute("delete from setting where key = %s returning key", [KEY]).fetchone() is None:
        return None
    if not send_all and found.backup_ms is not None:
        conn.execute(
            "update outbox set state = 'sending' where kind = 'mail' and state = 'due' and created_ms <= %s",
            [found.backup_ms],
        )
    if entry is not None:
        audit.note(conn, replace(entry, after={**told_in_trail(found), **(entry.after or {})}))
    return found


def by_command(action: str, now_ms: int, *, send_all: bool | None = None) -> AuditEntry:
    """The trail's entry for what somebody did at the machine itself, who has no account there."""
    after = {} if send_all is None else {"send_all": send_all}
    return AuditEntry(now_ms, None, action, NOUN, 0, None, None, after)


def _alone(conn: Conn) -> None:
    """Holding and releasing one at a time: of two who release at once one is told that nothing was held."""
    conn.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
