"""Hours that were promised at the doors: as the writer keeps them, and as doors and customers' pages read them."""

from collections.abc import Mapping
from typing import Any, LiteralString

from affluent.centre.doors import HourPromised
from affluent.centre.promised_hours import HoursOffered, Promises, free_hours
from affluent.centre.records import Appointment
from affluent.centre.refusals import NotFound
from affluent.storage.database import Conn, Database
from affluent.storage.rows import indexed
from affluent.storage.writing import Writing

_NAMES: LiteralString = "contact_id, token, queue_id, hour_ms, timezone, made_ms, cancelled_ms"
_HELD: LiteralString = (
    "select a.hour_ms, count(*) as held from appointment a join contact c on c.id = a.contact_id"
    " where a.queue_id = %s and a.hour_ms >= %s and a.cancelled_ms is null"
    " and c.state not in ('closed', 'abandoned') group by a.hour_ms"
)
USUAL_ZONE = "UTC"
"""Of a queue that has no opening hours, and so no time zone of its own."""


class PgAppointments:
    """`Appointments` on the writer's connection."""

    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def make(self, appointment: Appointment) -> None:
        self._conn.act(
            "insert into appointment (contact_id, token, queue_id, hour_ms, timezone, made_ms)"
            " values (%s, %s, %s, %s, %s, %s)",
            (
                appointment.contact_id,
                appointment.token,
                appointment.queue_id,
                appointment.hour_ms,
                appointment.timezone,
                appointment.made_ms,
            ),
        )

    def get(self, token: str) -> Appointment | None:
        return self._one("token = %s", indexed(token))

    def of(self, contact_id: int) -> Appointment | None:
        return self._one("contact_id = %s", contact_id)

    def _one(self, where: LiteralString, key: Any) -> Appointment | None:
        row = self._conn.act(f"select {_NAMES} from appointment where {where}", (key,)).fetchone()
        return None if row is None else Appointment(**row)

    def move(self, contact_id: int, hour_ms: int) -> None:
        self._conn.act("update appointment set hour_ms = %s where contact_id = %s", (hour_ms, contact_id))

    def cancel(self, contact_id: int, at_ms: int) -> None:
        self._conn.act("update appointment set cancelled_ms = %s where contact_id = %s", (at_ms, contact_id))

    def held(self, queue_id: int, from_ms: int) -> Mapping[int, int]:
        rows = self._conn.act(_HELD, (queue_id, from_ms)).fetchall()
        return {row["hour_ms"]: row["held"] for row in rows}

    def standing(self, customer_id: int, from_ms: int) -> int:
        row = self._conn.act(
            "select count(*) as n from appointment a join contact c on c.id = a.contact_id"
            " where c.customer_id = %s and a.hour_ms > %s and a.cancelled_ms is null"
            " and c.state not in ('closed', 'abandoned')",
            (customer_id, from_ms),
        ).fetchone()
        assert row is not None
        return row["n"]


class PgHours:
    """`PromisedHours` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def offered(self, channel_id: int, now_ms: int) -> HoursOffered | None:
        with self._database.reading() as conn:
            row = conn.execute(
                "select q.id from channel c join queue q on q.id = c.queue_id"
                " where c.id = %s and c.active and not c.archived",
                (channel_id,),
            ).fetchone()
            return None if row is None else _offered(conn, row["id"], now_ms)

    def path(self, contact_id: int) -> str | None:
        with self._database.reading() as conn:
            row = conn.execute(
                "select token from appointment where contact_id = %s", (contact_id,)
            ).fetchone()
        return None if row is None else f"/appointment/{row['token']}"

    def shown(self, token: str, now_ms: int) -> HourPromised:
        with self._database.reading() as conn:
            row = conn.execute(
                "select a.queue_id, a.hour_ms, a.timezone, a.cancelled_ms, c.state, c.not_before_ms, c.subject,"
                " c.language, b.name from appointment a join contact c on c.id = a.contact_id"
                " join brand b on b.id = c.brand_id where a.token = %s",
                (indexed(token),),
            ).fetchone()
            if row is None:
                raise NotFound("not_found")
            stands = row["cancelled_ms"] is None and row["state"] == "waiting"
            stands = stands and row["not_before_ms"] == row["hour_ms"] and row["hour_ms"] > now_ms
            offered = _offered(conn, row["queue_id"], now_ms) if stands else None
        return HourPromised(
            brand=row["name"],
            subject=row["subject"],
            language=row["language"],
            hour_ms=row["hour_ms"],
            timezone=row["timezone"],
            stands=stands,
            cancelled=row["cancelled_ms"] is not None,
            others=offered,
        )


def _offered(conn: Conn, queue_id: int, now_ms: int) -> HoursOffered | None:
    row = conn.execute(
        "select q.promises, h.timezone, h.weekly, h.holidays, h.exceptions from queue q"
        " left join hours h on h.id = q.hours_id where q.id = %s and not q.archived",
        (queue_id,),
    ).fetchone()
    if row is None or row["promises"] is None:
        return None
    promises = Promises(**row["promises"])
    held = {one["hour_ms"]: one["held"] for one in conn.execute(_HELD, (queue_id, now_ms)).fetchall()}
    free = free_hours(promises, row if row["timezone"] is not None else None, held, now_ms)
    return HoursOffered(queue_id, row["timezone"] or USUAL_ZONE, promises.every_ms, free)
