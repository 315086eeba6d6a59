"""Today's figures for the board: the stays since midnight, counted by the very indicators that reports use."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from affluent.centre.supervising.ports import QueueToday
from affluent.facts.instants import MINUTE_MS
from affluent.measure.computing import Period, by_column, compute, counted, selected
from affluent.measure.figures import Figure
from affluent.measure.indicators import INDICATORS
from affluent.measure.outcomes import Ints, Stays
from affluent.storage.database import Database
from affluent.storage.outcomes import PgOutcomes, Slice

KEYS = ("service_level", "abandonment", "received")
NAMES = (
    "contact_id", "number", "kind", "asks", "queue_id", "entered_ms", "due_ms", "answered_ms", "waited_ms",
    "left_ms", "end", "by_person", "outcome", "short_ms",
)  # fmt: skip
"""The columns that these indicators read."""
USUAL_ZONE = "Europe/Paris"
"""The day of a queue that has no opening hours, and so no time zone of its own."""
WEEK = timedelta(days=7)
SLOT_MS = 30 * MINUTE_MS
SLOTS = 64
"""Half-hours of a day, with room for one of twenty-five hours."""


BEHIND = 2_000
"""So many facts that are not yet in the counts are more than a busy moment: a history is being counted."""


class PgToday:
    """`TodayFigures` on PostgreSQL. A queue's day begins at midnight in the time zone of its hours."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._outcomes = PgOutcomes(database)

    def today(self, now_ms: int) -> Mapping[int, QueueToday]:
        found: dict[int, QueueToday] = {}
        for zone, queues in self._zones().items():
            day, before = _day(zone, now_ms), _a_week_ago(zone, now_ms)
            stays, earlier = self._stays(day, queues), self._stays(before, queues)
            figures = compute(stays, day, KEYS, by_column("queue_id"))
            until_now = Period(before.from_ms, before.from_ms + now_ms - day.from_ms + 1, now_ms)
            usual = compute(earlier, until_now, ("received",), by_column("queue_id"))
            flow, usual_flow = _flow(stays, day), _flow(earlier, before)
            for queue_id in queues & (figures.keys() | usual_flow.keys()):
                then = usual.get(queue_id, {}).get("received")
                found[queue_id] = QueueToday(
                    **_counts(figures.get(queue_id, {})),
                    usual=(0 if then is None else then.count) if len(earlier) else None,
                    from_ms=day.from_ms,
                    flow=flow.get(queue_id, ()),
                    usual_flow=usual_flow.get(queue_id, ()),
                )
        return found

    def counting(self) -> bool:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select coalesce((select max(seq) from journal), 0) - seq > %s as behind from followed"
                " where follower = 'outcomes'",
                (BEHIND,),
            ).fetchone()
        return row is not None and bool(row["behind"])

    def contact_ids(self, key: str, queues: Collection[int], now_ms: int, *, missed: bool) -> list[int]:
        """The contacts behind a figure of today, newest first; `missed` leaves out those that met it.

        One that the figure counts in each of several queues is there as often.
        """
        indicator = INDICATORS[key]
        ids: list[int] = []
        for zone, known in self._zones().items():
            wanted = known & set(queues)
            period = _day(zone, now_ms)
            if not wanted:
                continue
            stays = self._outcomes.stays(Slice(period.from_ms, period.to_ms, None, queues=wanted), NAMES)
            mask = np.asarray(selected(indicator, stays, period))
            if missed:
                met = np.asarray(counted(indicator, stays, period)).astype(bool)
                mask = mask & (~met if indicator.better == "high" else met)
            ids += stays.contact_id[mask].tolist()
        return sorted(ids, reverse=True)

    def _zones(self) -> dict[str, set[int]]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select q.id, h.timezone from queue q left join hours h on h.id = q.hours_id order by q.id"
            ).fetchall()
        zones: dict[str, set[int]] = {}
        for row in rows:
            zones.setdefault(row["timezone"] or USUAL_ZONE, set()).add(row["id"])
        return zones

    def _stays(self, period: Period, queues: Collection[int]) -> Stays:
        return self._outcomes.stays(Slice(period.from_ms, period.to_ms, None, queues=queues), NAMES)


def _counts(figures: Mapping[str, Figure]) -> dict[str, int]:
    none = Figure(0, 0, None)
    level, abandonment = figures.get("service_level", none), figures.get("abandonment", none)
    return {
        "arrived": figures.get("received", none).count,
        "in_target": level.part,
        "owed": level.count,
        "abandoned": abandonment.part,
        "offered": abandonment.count,
    }


def _flow(stays: Stays, period: Period) -> dict[int, tuple[int, ...]]:
    """The arrivals of each half-hour of a day, by queue, up to the last that had any."""

    def half_hour_of_queue(rows: Stays, at_ms: Ints) -> Ints:
        return rows.queue_id * SLOTS + np.clip((at_ms - period.from_ms) // SLOT_MS, 0, SLOTS - 1)

    flow: dict[int, list[int]] = {}
    for group, figures in compute(stays, period, ("received",), half_hour_of_queue).items():
        queue_id, slot = divmod(group, SLOTS)
        counts = flow.setdefault(queue_id, [])
        counts += [0] * (slot + 1 - len(counts))
        counts[slot] = figures["received"].count
    return {queue_id: tuple(counts) for queue_id, counts in flow.items()}


def _day(zone: str, now_ms: int) -> Period:
    """From midnight to now."""
    midnight = _wall(zone, now_ms).replace(hour=0, minute=0, second=0, microsecond=0)
    return Period(_ms(midnight), now_ms + 1, now_ms)


def _a_week_ago(zone: str, now_ms: int) -> Period:
    """The whole day seven days before, by the wall clock, whatever the clocks did in between."""
    midnight = (_wall(zone, now_ms) - WEEK).replace(hour=0, minute=0, second=0, microsecond=0)
    return Period(_ms(midnight), _ms(midnight + timedelta(days=1)), now_ms)


def _wall(zone: str, at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(zone))


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
