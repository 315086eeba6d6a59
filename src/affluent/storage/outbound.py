"""Whether anything leaves the house. A restored centre holds back: what it would send may have gone already."""

from dataclasses import dataclass

from psycopg.types.json import Jsonb

from affluent.storage.database import Conn

KEY = "outbound_held"
HELD = "exists (select from setting where key = 'outbound_held')"
"""True while nothing may be sent; for queries of what is due."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """What waits to be sent, and since when it is held back; None when it is not."""

    held_ms: int | None
    backup_ms: int | None
    waiting: int
    in_doubt: int
    """Of those waiting: promised before the restored backup was made, so they may have been sent since."""


def outbound(conn: Conn) -> Outbound:
    row = conn.execute(
        "select s.value, (select count(*) from outbox where kind = 'mail' and state = 'due') as waiting,"
        " (select count(*) from outbox where kind = 'mail' and state = 'due'"
        "   and created_ms <= (s.value ->> 'backup_ms')::bigint) as in_doubt"
        " from (select 1) one left join setting s on s.key = %s",
        [KEY],
    ).fetchone()
    assert row is not None
    value = row["value"] or {}
    return Outbound(value.get("held_ms"), value.get("backup_ms"), row["waiting"], row["in_doubt"])


def hold(conn: Conn, *, now_ms: int, backup_ms: int | None = None) -> None:
    """From now on nothing is sent until `release`."""
    conn.execute(
        "insert into setting values (%s, %s) on conflict (key) do update set value = excluded.value",
        [KEY, Jsonb({"held_ms": now_ms, "backup_ms": backup_ms})],
    )


def release(conn: Conn, *, send_all: bool) -> Outbound:
    """Lets things go again; returns what was held.

    What was promised before the backup may have gone since: unless `send_all`, it is treated as interrupted on the
    wire, and the postman shows it to agents as unconfirmed, who decide.
    """
    found = outbound(conn)
    if not send_all and found.backup_ms is not None:
        conn.execute(
            "update outbox set state = 'sending' where kind = 'mail' and state = 'due' and created_ms <= %s",
            [found.backup_ms],
        )
    conn.execute("delete from setting where key = %s", [KEY])
    return found
