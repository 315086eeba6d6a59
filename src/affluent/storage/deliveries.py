"""Deliveries of events in PostgreSQL: as their sender sees them, and as administrators do."""

import json
from collections.abc import Sequence
from typing import Any

import structlog
from psycopg.types.json import Jsonb

from affluent.centre.administration.ports import AuditEntry
from affluent.centre.integration.events import TEST, envelope
from affluent.centre.integration.webhooks import (
    KEPT_MS,
    PATIENCE_MS,
    Delivery,
    Outcome,
    next_try_ms,
    pause_ms,
)
from affluent.centre.views import Json
from affluent.facts.instants import HOUR_MS
from affluent.storage import audit
from affluent.storage.database import Conn, Database
from affluent.storage.outbound import HELD
from affluent.storage.sealing import LOCK, Sealer, Unsealable, open_signing, seal_signing, signing_place

log = structlog.get_logger("affluent.storage")
SENDER_LOCK = 0x_0FF1_0E20
_EXCERPT_CHARS = 500


class PgDeliveries:
    """`Deliveries` on PostgreSQL."""

    def __init__(self, database: Database, sealer: Sealer | None = None) -> None:
        self._database = database
        self._sealer = sealer or Sealer()
        self._swept_ms = 0

    def endpoints(self, now_ms: int) -> Sequence[int]:
        with self._database.transaction() as conn:
            self._sweep(conn, now_ms)
            rows = conn.execute(
                "select w.id from webhook w where w.active and not w.archived and w.resume_ms <= %(now)s and not "
                + HELD
                + " and exists (select from webhook_delivery d where d.webhook_id = w.id and d.state = 'due'"
                " and d.due_ms <= %(now)s) order by w.id",
                {"now": now_ms},
            ).fetchall()
        return [row["id"] for row in rows]

    def due(self, webhook_id: int, at_work: Sequence[int], most: int, now_ms: int) -> Sequence[Delivery]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                _DUE, {"webhook": webhook_id, "at_work": list(at_work), "most": most, "now": now_ms}
            ).fetchall()
        # The same for each: they are of one endpoint.
        secrets = () if not rows else self._signing(webhook_id, rows[0]["secrets"], now_ms)
        return [
            Delivery(
                id=row["id"],
                webhook_id=webhook_id,
                event=event_id(row["seq"], row["event_id"]),
                body=row["body"],
                url=row["url"],
                secrets=secrets,
                attempts=row["attempts"],
                created_ms=row["created_ms"],
            )
            for row in rows
        ]

    def _signing(self, webhook_id: int, stored: list[dict[str, Any]], now_ms: int) -> tuple[str, ...]:
        """The secrets to sign with, the newest first; none when the key that sealed them is gone."""
        try:
            kept = open_signing(self._sealer, webhook_id, stored)
        except Unsealable as fault:
            log.error("secrets_unreadable", place=signing_place(webhook_id), why=str(fault))
            return ()
        return tuple(one["secret"] for one in kept if one["until_ms"] is None or one["until_ms"] > now_ms)

    def next_due_ms(self) -> int | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select min(greatest(w.resume_ms, (select min(d.due_ms) from webhook_delivery d"
                " where d.webhook_id = w.id and d.state = 'due'))) as at from webhook w"
                " where w.active and not w.archived and not "
                + HELD
                + " and exists (select from webhook_delivery d"
                " where d.webhook_id = w.id and d.state = 'due')"
            ).fetchone()
        return None if row is None else row["at"]

    def settle(self, delivery: Delivery, outcome: Outcome, *, jitter: float, now_ms: int) -> bool:
        attempts = delivery.attempts + 1
        over = now_ms - delivery.created_ms >= PATIENCE_MS or outcome.gone
        state = "done" if outcome.good else "parked" if over else "due"
        wait_ms = next_try_ms(attempts, jitter, outcome.retry_after_ms)
        with self._database.transaction() as conn:
            conn.execute(
                "update webhook_delivery set state = %s, due_ms = %s, attempts = %s, attempted_ms = %s, status = %s,"
                " error = %s, excerpt = %s, took_ms = %s, done_ms = %s where id = %s",
                (
                    state, now_ms + wait_ms, attempts, now_ms, outcome.status, outcome.error,
                    outcome.excerpt.replace("\x00", "\ufffd")[:_EXCERPT_CHARS], outcome.took_ms,
                    None if state == "due" else now_ms, delivery.id,
                ),
            )  # fmt: skip
            if outcome.good:
                conn.execute(
                    "update webhook set failures = 0, failing_since_ms = null, resume_ms = 0"
                    " where id = %s and failing_since_ms is not null",
                    (delivery.webhook_id,),
                )
                return False
            return _failed(conn, delivery.webhook_id, outcome, now_ms)

    def hold_lock(self) -> Any:
        conn = self._database.connect()
        conn.autocommit = True
        row = conn.execute("select pg_try_advisory_lock(%s) as held", (SENDER_LOCK,)).fetchone()
        if row is not None and row["held"]:
            return conn
        conn.close()
        return None

    def _sweep(self, conn: Conn, now_ms: int) -> None:
        if now_ms - self._swept_ms < HOUR_MS:
            return
        self._swept_ms = now_ms
        conn.execute(
            "delete from webhook_delivery where state <> 'due' and done_ms < %s", (now_ms - KEPT_MS,)
        )
        conn.execute(
            "delete from webhook_event e where at_ms < %s"
            " and not exists (select from webhook_delivery d where d.event_id = e.id)",
            (now_ms - KEPT_MS,),
        )


class PgDeliveryDesk:
    """`DeliveryDesk` on PostgreSQL."""

    def __init__(self, database: Database, sealer: Sealer | None = None) -> None:
        self._database = database
        self._sealer = sealer or Sealer()

    def page(self, webhook_id: int, state: str | None, before: int | None, most: int) -> list[Json]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select d.id, e.seq, e.id as event_id, e.kind, d.contact_id, e.at_ms, d.state, d.due_ms, d.attempts,"
                " d.attempted_ms, d.status, d.error, d.excerpt, d.took_ms, d.done_ms"
                " from webhook_delivery d join webhook_event e on e.id = d.event_id"
                " where d.webhook_id = %(webhook)s and (%(before)s::bigint is null or d.id < %(before)s)"
                " and (%(state)s::text is null or d.state = %(state)s"
                "   or (%(state)s = 'failing' and d.state = 'due' and d.attempts > 0))"
                " order by d.id desc limit %(most)s",
                {"webhook": webhook_id, "before": before, "state": state, "most": most},
            ).fetchall()
        return [{**row, "event": event_id(row.pop("seq"), row.pop("event_id"))} for row in rows]

    def again(self, webhook_id: int, delivery_id: int | None, now_ms: int) -> int:
        with self._database.transaction() as conn:
            done = conn.execute(
                "update webhook_delivery set state = 'due', due_ms = %(now)s, created_ms = %(now)s, done_ms = null"
                " where webhook_id = %(webhook)s and (id = %(id)s::bigint"
                " or (%(id)s::bigint is null and state = 'parked'))",
                {"now": now_ms, "webhook": webhook_id, "id": delivery_id},
            )
            if done.rowcount:
                conn.execute("update webhook set resume_ms = 0 where id = %s", (webhook_id,))
            return done.rowcount

    def test(self, webhook_id: int, now_ms: int) -> int:
        with self._database.transaction() as conn:
            made = conn.execute(
                "select nextval(pg_get_serial_sequence('webhook_event', 'id')) as id"
            ).fetchone()
            assert made is not None
            body = envelope(TEST, event_id(None, made["id"]), now_ms, {"webhook_id": webhook_id})
            row = conn.execute(
                "with event as (insert into webhook_event (id, kind, at_ms, body) overriding system value"
                " values (%s, %s, %s, %s) returning id)"
                " insert into webhook_delivery (webhook_id, event_id, due_ms, created_ms)"
                " select %s, id, %s, %s from event returning id",
                (made["id"], TEST, now_ms, json.dumps(body), webhook_id, now_ms, now_ms),
            ).fetchone()
            assert row is not None
            conn.execute("update webhook set resume_ms = 0 where id = %s", (webhook_id,))
            return int(row["id"])

    def rotate(self, webhook_id: int, secret: str, *, until_ms: int, now_ms: int) -> None:
        with self._database.transaction() as conn:
            # As every change of settings: a change of the key meanwhile would leave this one out.
            conn.execute("select pg_advisory_xact_lock(%s)", [LOCK])
            row = conn.execute(
                "select secrets from webhook where id = %s for update", (webhook_id,)
            ).fetchone()
            assert row is not None
            kept: list[dict[str, Any]] = [{"secret": secret, "until_ms": None}]
            try:
                for old in open_signing(self._sealer, webhook_id, row["secrets"][:1]):
                    kept.append({"secret": old["secret"], "until_ms": until_ms})
            except Unsealable:
                # Nothing can be signed with it any more: the new one ends that.
                pass
            conn.execute(
                "update webhook set secrets = %s, resume_ms = 0 where id = %s",
                (Jsonb(seal_signing(self._sealer, webhook_id, kept)), webhook_id),
            )


# Whether the endpoint is left in peace is asked again here: a try may have failed since the endpoints were listed.
_DUE = """
select d.id, d.attempts, d.created_ms, e.seq, e.id as event_id, e.body, w.url, w.secrets
from webhook_delivery d join webhook w on w.id = d.webhook_id join webhook_event e on e.id = d.event_id
where d.webhook_id = %(webhook)s and w.active and not w.archived and w.resume_ms <= %(now)s
  and d.state = 'due' and d.due_ms <= %(now)s and d.id <> all(%(at_work)s::bigint[])
  and not exists (select from webhook_delivery b where b.webhook_id = d.webhook_id
    and b.contact_id = d.contact_id and b.state = 'due' and b.id < d.id)
order by d.due_ms, d.id limit %(most)s"""


def event_id(seq: int | None, row_id: int) -> str:
    """What receivers know an event by: the place of its fact in the journal, or that of a test."""
    return f"test_{row_id}" if seq is None else f"evt_{seq}"


def _failed(conn: Conn, webhook_id: int, outcome: Outcome, now_ms: int) -> bool:
    """Leaves an endpoint in peace for a while; disables it when it has failed for too long. True when it did."""
    row = conn.execute("select * from webhook where id = %s for update", (webhook_id,)).fetchone()
    if row is None or not row["active"]:
        return False
    since_ms = row["failing_since_ms"] or now_ms
    # Tries that were at work together are one failure.
    counts = outcome.of_endpoint and row["resume_ms"] <= now_ms
    failures = row["failures"] + 1 if counts else row["failures"]
    resume_ms = now_ms + pause_ms(failures, outcome.retry_after_ms) if counts else row["resume_ms"]
    if not outcome.gone and now_ms - since_ms < PATIENCE_MS:
        conn.execute(
            "update webhook set failures = %s, failing_since_ms = %s, resume_ms = %s where id = %s",
            (failures, since_ms, resume_ms, webhook_id),
        )
        return False
    why = "gone" if outcome.gone else "failing"
    conn.execute(
        "update webhook set active = false, failures = %s, failing_since_ms = %s, disabled_ms = %s,"
        " disabled_why = %s where id = %s",
        (failures, since_ms, now_ms, why, webhook_id),
    )
    conn.execute(
        "update webhook_delivery set state = 'parked', done_ms = %s where webhook_id = %s and state = 'due'",
        (now_ms, webhook_id),
    )
    brands = [] if row["brand_id"] is None else [row["brand_id"]]
    change = (
        {"name": row["name"], "active": True},
        {"name": row["name"], "active": False, "disabled_why": why},
    )
    audit.note(conn, AuditEntry(now_ms, None, "disable", "webhooks", webhook_id, brands, *change))
    return True
