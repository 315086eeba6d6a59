"""What the doctor sees in the database."""

from collections.abc import Iterator
from zoneinfo import available_timezones

from affluent.cli.clock import WallClock
from affluent.cli.operate.finding import Finding, ok, problem, some, warning
from affluent.cli.operate.reach import sealer_at_hand
from affluent.cli.operate.wording import size
from affluent.cli.settings import Settings
from affluent.storage import inspection
from affluent.storage.database import Conn
from affluent.storage.inspection import Server, Work
from affluent.storage.migrate import known, newest
from affluent.storage.sealing import Unsealable, open_signing, place_of
from affluent.storage.server import MAJOR_MIN
from affluent.storage.words import Progress

SKEW_MS_MAX = 2_000
BACKUP_OLD_MS = 36 * 3_600_000
HOUR_MS = 3_600_000
BEHIND_MAX = 2_000


def look(conn: Conn, schema: str | None, settings: Settings) -> Iterator[Finding]:
    """The server first; what is in it only at a schema this version knows by heart."""
    clock = WallClock()
    before_ms = clock.now_ms()
    server = inspection.server(conn)
    skew_ms = server.now_ms - (before_ms + clock.now_ms()) // 2
    yield from _server(server, settings, skew_ms)
    if schema is None:
        yield warning("schema_none", newest=newest())
    elif schema not in known():
        yield problem("schema_newer", found=schema, newest=newest())
    elif schema != newest():
        yield warning("schema_older", found=schema, newest=newest())
    else:
        yield ok("schema", found=schema)
        now_ms = clock.now_ms()
        yield from _work(inspection.work(conn, now_ms), now_ms)
        yield from _sealed(conn, settings)


def _server(server: Server, settings: Settings, skew_ms: int) -> Iterator[Finding]:
    told = {"version": server.version, "size": size(server.bytes, settings.locale)}
    if server.major < MAJOR_MIN:
        yield problem("postgres_old", major=MAJOR_MIN, **told)
    else:
        yield ok("postgres", **told)
    # Twelve of ours, three that live long; beyond the limit nobody is let in.
    left = server.connections_max - server.connections
    if left < 5:
        yield problem("connections", used=server.connections, most=server.connections_max)
    if abs(skew_ms) > SKEW_MS_MAX:
        yield problem("skew", seconds=f"{skew_ms / 1000:+.1f}")
    else:
        yield ok("clock")
    if server.leader is None:
        yield warning("no_leader")
    else:
        yield ok("leader", who=server.leader)
    for pid, age_s in server.long_transactions:
        yield warning("long_transaction", pid=pid, minutes=age_s // 60)


def _work(work: Work, now_ms: int) -> Iterator[Finding]:
    yield from _outbox(work)
    if work.timers_overdue:
        yield problem("timers_overdue", count=work.timers_overdue)
    if work.stuck:
        yield problem("stuck", names=some(work.stuck))
    if not (work.timers_overdue or work.stuck):
        yield ok("flow")
    if work.webhooks_disabled:
        yield warning("webhooks_disabled", names=some(work.webhooks_disabled))
    if work.webhooks_parked:
        yield warning("webhooks_parked", count=work.webhooks_parked)
    if work.unserved:
        yield problem("unserved", names=some(work.unserved))
    wrong = sorted(set(work.timezones) - available_timezones())
    if wrong:
        yield problem("zones_unknown", names=some(wrong))
    if work.accounts == 0:
        yield warning("no_accounts")
    yield from _search(work.words)
    yield from _backup(work.last_backup_ms, now_ms)


def _search(words: Progress) -> Iterator[Finding]:
    if words.past_all:
        yield warning("search_past", share=int(100 * words.past_share), left=words.past_all - words.past_done)
    elif words.behind > BEHIND_MAX:
        yield warning("search_behind", count=words.behind)
    else:
        yield ok("search")


def _outbox(work: Work) -> Iterator[Finding]:
    held = work.outbound
    if held.held_ms is not None:
        yield problem("outbound_held", waiting=held.mails, events=held.events, in_doubt=held.in_doubt)
    elif work.outbox_late:
        yield problem("outbox_late", count=work.outbox_late)
    if work.outbox_failed:
        yield warning("outbox_failed", count=work.outbox_failed)
    if work.outbox_unconfirmed:
        yield warning("outbox_unconfirmed", count=work.outbox_unconfirmed)
    if held.held_ms is None and not (work.outbox_late or work.outbox_failed or work.outbox_unconfirmed):
        yield ok("outbox", waiting=held.mails)


def _backup(last_ms: int | None, now_ms: int) -> Iterator[Finding]:
    if last_ms is None:
        yield warning("backup_never")
    else:
        hours = max(0, now_ms - last_ms) // HOUR_MS
        late = now_ms - last_ms > BACKUP_OLD_MS
        yield warning("backup_old", hours=hours) if late else ok("backup", hours=hours)


def _sealed(conn: Conn, settings: Settings) -> Iterator[Finding]:
    """Whether passwords of channels and signing secrets of webhooks can be opened; nothing of them is told."""
    sealer = sealer_at_hand(settings)
    unreadable: list[str] = []
    for row in conn.execute(
        "select name, secrets, public_key from channel where not archived order by id"
    ).fetchall():
        try:
            sealer.open(row["secrets"], place_of(row["public_key"]))
        except Unsealable:
            unreadable.append(row["name"])
    if unreadable:
        yield problem("secrets_unreadable", names=some(unreadable))
    unsigned: list[str] = []
    for row in conn.execute(
        "select id, name, secrets from webhook where not archived order by id"
    ).fetchall():
        try:
            open_signing(sealer, row["id"], row["secrets"])
        except Unsealable:
            unsigned.append(row["name"])
    if unsigned:
        yield problem("signing_unreadable", names=some(unsigned))
