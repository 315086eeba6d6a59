"""What a database tells of a centre's health, for the doctor, readiness and metrics. Nothing here changes anything."""

from dataclasses import dataclass, field
from typing import Any, LiteralString

from affluent.centre.holding_back import Waiting
from affluent.storage.backup import LAST_BACKUP
from affluent.storage.database import Conn
from affluent.storage.outbound import outbound
from affluent.storage.store import WRITER_LOCK
from affluent.storage.uses import UNSERVED
from affluent.storage.words import Progress, progress

LATE_MS = 15 * 60_000
"""A reply that was due so long ago is stuck, not on its way."""
OVERDUE_MS = 60_000
STUCK_MS = 5 * 60_000
LONG_S = 300
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Server:
    """The PostgreSQL behind it."""

    version: str
    major: int
    now_ms: int
    bytes: int
    connections: int
    connections_max: int
    leader: str | None
    """Which connection holds the writer's lock: its process and address; None when no centre leads."""
    long_transactions: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    """(process, age in seconds) of those older than `LONG_S`: they keep old rows from being cleaned away."""


@dataclass(frozen=True, slots=True)
class Work:
    """What should have been done and was not. Counts, and names of settings."""

    outbound: Waiting
    outbox_late: int
    outbox_failed: int
    """Of the last day."""
    outbox_unconfirmed: int
    timers_overdue: int
    webhooks_parked: int
    webhooks_disabled: list[str]
    unserved: list[str]
    stuck: list[int]
    """Contacts that should have moved on by themselves."""
    timezones: list[str]
    last_backup_ms: int | None
    accounts: int
    words: Progress


def server(conn: Conn) -> Server:
    row = _one(
        conn,
        "select current_setting('server_version') as version, current_setting('server_version_num')::int as number,"
        " (extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms,"
        " pg_database_size(current_database()) as bytes,"
        " (select count(*) from pg_stat_activity where datname = current_database()) as connections,"
        " current_setting('max_connections')::int as connections_max",
    )
    leading = conn.execute(
        "select l.pid, host(a.client_addr) as address from pg_locks l left join pg_stat_activity a on a.pid = l.pid"
        " where l.locktype = 'advisory' and l.granted and l.classid::bigint = %s and l.objid = 0 and l.objsubid = 2"
        " and l.database = (select oid from pg_database where datname = current_database())",
        [WRITER_LOCK & 0x7FFF_FFFF],
    ).fetchone()
    long = conn.execute(
        "select pid, extract(epoch from clock_timestamp() - xact_start)::bigint as age_s from pg_stat_activity"
        " where datname = current_database() and clock_timestamp() - xact_start > make_interval(secs => %s)"
        " order by xact_start",
        [LONG_S],
    ).fetchall()
    return Server(
        version=str(row["version"]).split(" ")[0],
        major=row["number"] // 10_000,
        now_ms=row["now_ms"],
        bytes=row["bytes"],
        connections=row["connections"],
        connections_max=row["connections_max"],
        leader=None if leading is None else f"{leading['pid']}@{leading['address'] or 'local'}",
        long_transactions=[(one["pid"], one["age_s"]) for one in long],
    )


_WORK: LiteralString = """select
  (select count(*) from outbox where state = 'due' and due_ms < %(now)s - %(late)s) as outbox_late,
  (select count(*) from outbox where state = 'failed' and created_ms > %(now)s - %(day)s) as outbox_failed,
  (select count(*) from outbox where state = 'unconfirmed' and created_ms > %(now)s - %(day)s) as outbox_unconfirmed,
  (select count(*) from timer where due_ms < %(now)s - %(overdue)s) as timers_overdue,
  (select count(*) from webhook_delivery where state = 'parked') as webhooks_parked,
  (select coalesce(array_agg(name order by name), '{}') from webhook
    where not archived and disabled_ms is not null) as webhooks_disabled,
  (select coalesce(array_agg(distinct timezone), '{}') from hours where not archived) as timezones,
  (select coalesce(array_agg(id order by id), '{}') from (select id from contact
    where (state = 'received' and arrived_ms < %(now)s - %(stuck)s)
      or (state = 'offered' and offer_expires_ms < %(now)s - %(overdue)s)
      or (state = 'sleeping' and wakes_ms < %(now)s - %(stuck)s) order by id limit 20) s) as stuck,
  (select (value ->> 'at_ms')::bigint from setting where key = %(backup)s) as last_backup_ms,
  (select count(*) from account where active and not archived) as accounts"""


def work(conn: Conn, now_ms: int) -> Work:
    """Needs the newest schema."""
    row = _one(
        conn,
        _WORK,
        {
            "now": now_ms, "late": LATE_MS, "day": DAY_MS, "overdue": OVERDUE_MS, "stuck": STUCK_MS,
            "backup": LAST_BACKUP,
        },
    )  # fmt: skip
    unserved = conn.execute(UNSERVED, {"queues": None, "brands": None}).fetchall()
    names = [one["name"] for one in unserved]
    return Work(outbound=outbound(conn), unserved=names, words=progress(conn), **row)


_COUNTS: LiteralString = """select
  (select coalesce(jsonb_agg(c), '[]') from (select state, medium, coalesce(queue_id, 0) as queue_id, count(*) as n
    from contact where state in ('received', 'waiting', 'offered', 'in_hand', 'sleeping') group by 1, 2, 3) c)
    as contacts,
  (select coalesce(jsonb_object_agg(state, n), '{}') from (select state, count(*) as n from presence
    where state <> 'offline' group by 1) p) as agents,
  (select coalesce(jsonb_object_agg(state, n), '{}') from (select state, count(*) as n from outbox
    where state in ('due', 'sending') or (state <> 'done' and created_ms > %(now)s - 86400000) group by 1) o) as outbox,
  (select max(%(now)s - due_ms) from outbox where state = 'due' and due_ms < %(now)s) as outbox_late_ms,
  (select count(*) from timer where due_ms < %(now)s) as timers_due,
  (select coalesce(jsonb_object_agg(state, n), '{}') from (select state, count(*) as n from webhook_delivery
    where state in ('due', 'parked') group by 1) w) as webhooks"""


def counts(conn: Conn, now_ms: int) -> dict[str, Any]:
    """The present in numbers: contacts by state, agents by presence, the outbox by state."""
    return _one(conn, _COUNTS, {"now": now_ms})


def _one(conn: Conn, query: LiteralString, given: dict[str, Any] | None = None) -> dict[str, Any]:
    row = conn.execute(query, given).fetchone()
    assert row is not None
    return row
