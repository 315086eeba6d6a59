"""What supervisors write: closures, raised queues, notices, alerts and their limits."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from affluent.centre.administration.ports import AuditEntry
from affluent.centre.supervising.ports import Alert, Closure, Json, Raise
from affluent.storage import audit
from affluent.storage.kept import SettingsKept
from affluent.storage.routing_rules import SERVING
from affluent.storage.rows import storable
from affluent.storage.writing import Writing

_CLOSURE = (
    "select id, channel_id, until_ms, message_fr, message_en from channel_closure where opened_ms is null"
)
_RAISE = "select id, queue_id, tier, until_ms from queue_raise where ended_ms is null"


class PgSupervision:
    """`Supervision` on PostgreSQL."""

    def __init__(self, conn: Writing, kept: SettingsKept) -> None:
        self._conn = conn
        self._kept = kept

    def note(self, entry: AuditEntry) -> None:
        audit.note(self._conn, entry)

    def closure(self, channel_id: int) -> Closure | None:
        return self._kept.answer(("closure", channel_id), lambda: self._closure(channel_id))

    def _closure(self, channel_id: int) -> Closure | None:
        row = self._conn.look(_CLOSURE + " and channel_id = %s", (channel_id,)).fetchone()
        return None if row is None else Closure(**row)

    def close(self, by_id: int, now_ms: int, closure: Closure) -> None:
        self._kept.forget()
        self._conn.execute(
            "insert into channel_closure (channel_id, closed_by, closed_ms, until_ms, message_fr, message_en)"
            " values (%s, %s, %s, %s, %s, %s)",
            (
                closure.channel_id,
                by_id,
                now_ms,
                closure.until_ms,
                storable(closure.message_fr),
                storable(closure.message_en),
            ),
        )

    def open(self, closure_id: int, by_id: int | None, now_ms: int) -> None:
        self._kept.forget()
        self._conn.execute(
            "update channel_closure set opened_ms = %s, opened_by = %s where id = %s and opened_ms is null",
            (now_ms, by_id, closure_id),
        )

    def standing(self) -> tuple[list[Closure], list[Raise]]:
        closures = self._conn.execute(_CLOSURE + " order by id").fetchall()
        raises = self._conn.execute(_RAISE + " order by id").fetchall()
        return [Closure(**row) for row in closures], [Raise(**row) for row in raises]

    def raise_queue(self, queue_id: int, tier: int, by_id: int, now_ms: int, until_ms: int) -> None:
        self.lower_queue(queue_id, now_ms)
        self._conn.execute(
            "insert into queue_raise (queue_id, tier, by_id, began_ms, until_ms) values (%s, %s, %s, %s, %s)",
            (queue_id, tier, by_id, now_ms, until_ms),
        )

    def lower_queue(self, queue_id: int, now_ms: int) -> bool:
        ended = self._conn.execute(
            "update queue_raise set ended_ms = %s where queue_id = %s and ended_ms is null",
            (now_ms, queue_id),
        )
        return ended.rowcount > 0

    def turn_reserve(self, reserve_id: int, now_ms: int, seen: Mapping[str, Any], *, shut: bool) -> bool:
        turned = self._conn.execute(
            "update agent_reserve set level_shut = %s, level_since_ms = %s, level_seen = %s"
            " where id = %s and level_percent is not null and not archived and level_shut <> %s",
            (shut, now_ms, Jsonb(dict(seen)), reserve_id, shut),
        )
        return turned.rowcount > 0

    def readers(
        self, account_ids: Sequence[int] | None, team_id: int | None, brands: Sequence[int] | None
    ) -> list[int]:
        rows = self._conn.execute(
            "select a.id from account a where a.active and not a.archived and a.role = any(%(serving)s)"
            " and (%(ids)s::bigint[] is null or a.id = any(%(ids)s))"
            " and (%(team)s::bigint is null or a.team_id = %(team)s)"
            " and (%(brands)s::bigint[] is null or exists (select from account_brand w"
            " where w.account_id = a.id and w.brand_id = any(%(brands)s)))"
            " order by a.id",
            {
                "serving": list(SERVING),
                "ids": None if account_ids is None else list(account_ids),
                "team": team_id,
                "brands": None if brands is None else list(brands),
            },
        ).fetchall()
        return [row["id"] for row in rows]

    def team_brand(self, team_id: int) -> tuple[int | None] | None:
        row = self._conn.execute(
            "select brand_id from team where id = %s and not archived", (team_id,)
        ).fetchone()
        return None if row is None else (row["brand_id"],)

    def add_notice(
        self,
        *,
        by_id: int,
        now_ms: int,
        until_ms: int,
        text: str,
        team_id: int | None,
        brands: Sequence[int] | None,
        readers: Sequence[int],
    ) -> int:
        row = self._conn.execute(
            "insert into notice (by_id, at_ms, until_ms, text, team_id, brand_ids)"
            " values (%s, %s, %s, %s, %s, %s) returning id",
            (by_id, now_ms, until_ms, storable(text), team_id, None if brands is None else list(brands)),
        ).fetchone()
        assert row is not None
        self._conn.execute(
            "insert into notice_reader (notice_id, account_id) select %s, unnest(%s::bigint[])",
            (row["id"], list(readers)),
        )
        return int(row["id"])

    def read_notice(self, notice_id: int, account_id: int, now_ms: int) -> bool:
        read = self._conn.execute(
            "update notice_reader set read_ms = coalesce(read_ms, %s) where notice_id = %s and account_id = %s",
            (now_ms, notice_id, account_id),
        )
        return read.rowcount > 0

    def end_notice(self, notice_id: int, brands: Sequence[int] | None, now_ms: int) -> list[int] | None:
        ended = self._conn.execute(
            "update notice set until_ms = least(until_ms, %(now)s) where id = %(id)s"
            " and (%(brands)s::bigint[] is null or brand_ids <@ %(brands)s::bigint[])",
            {"now": now_ms, "id": notice_id, "brands": None if brands is None else list(brands)},
        )
        if ended.rowcount == 0:
            return None
        rows = self._conn.execute(
            "select account_id from notice_reader where notice_id = %s order by 1", (notice_id,)
        ).fetchall()
        return [row["account_id"] for row in rows]

    def set_limits(self, queue_id: int | None, limits: Mapping[str, Any] | None) -> Json | None:
        before = self._conn.execute(
            "delete from alert_limits where queue_id is not distinct from %s returning limits", (queue_id,)
        ).fetchone()
        if limits is not None:
            self._conn.execute(
                "insert into alert_limits (queue_id, limits) values (%s, %s)", (queue_id, Jsonb(dict(limits)))
            )
        return None if before is None else before["limits"]

    def begin_alert(self, alert: Alert, now_ms: int) -> None:
        # What grew from soon to late is to be seen anew.
        self._conn.execute(
            "insert into alert (brand_id, queue_id, kind, level, params, began_ms)"
            " values (%s, %s, %s, %s, %s, %s) on conflict (queue_id, kind) where ended_ms is null"
            " do update set level = excluded.level, params = excluded.params,"
            " seen_by = case when alert.level = 'soon' and excluded.level = 'late' then null"
            " else alert.seen_by end,"
            " seen_ms = case when alert.level = 'soon' and excluded.level = 'late' then null"
            " else alert.seen_ms end",
            (alert.brand_id, alert.queue_id, alert.kind, alert.level, Jsonb(dict(alert.params)), now_ms),
        )

    def end_alert(self, queue_id: int, kind: str, now_ms: int) -> None:
        self._conn.execute(
            "update alert set ended_ms = %s where queue_id = %s and kind = %s and ended_ms is null",
            (now_ms, queue_id, kind),
        )

    def see_alert(self, alert_id: int, brands: Sequence[int] | None, by_id: int, now_ms: int) -> bool:
        seen = self._conn.execute(
            "update alert set seen_by = coalesce(seen_by, %(by)s), seen_ms = coalesce(seen_ms, %(now)s)"
            " where id = %(id)s and (%(brands)s::bigint[] is null or brand_id = any(%(brands)s))",
            {"by": by_id, "now": now_ms, "id": alert_id, "brands": None if brands is None else list(brands)},
        )
        return seen.rowcount > 0
