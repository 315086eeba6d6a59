"""The waits of live queues, followed in the journal: what to announce is known without asking the database.

All of it is in memory, and made again from the journal's latest facts at a start.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from affluent.facts.media import SYNCHRONOUS
from affluent.storage.database import Conn, Database
from affluent.twin.waits.predicting import QueueWaits, Range

HOLD = 0.8
BATCH = 5_000
PAST_MAX = 500_000
"""So many facts are read again at a start: days of a large centre, months of a small one."""
_TAKEN = frozenset({"OfferAccepted", "ContactTaken"})
_ELSEWHERE = frozenset(
    {
        "ContactClosed",
        "ContactTransferred",
        "ContactOverflowed",
        "ContactPromised",
        "AppointmentMade",
        "AppointmentMoved",
        "ContactReassigned",
    }
)
_LEFT = "ContactAbandoned"
_QUEUED = "ContactQueued"
_KINDS = [_QUEUED, _LEFT, *sorted(_TAKEN), *sorted(_ELSEWHERE)]


@dataclass(frozen=True, slots=True)
class QueueTold:
    """What a queue announces to who comes now, and how often what it announced held."""

    queue_id: int
    brand_id: int
    next: Range | None
    waiting: int
    held: float | None
    exceeded: float | None
    looked_at: int


class WaitsFollower:
    """Used by two kinds of threads: one follows, the others ask."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._at: int | None = None
        self._queues: dict[int, QueueWaits | None] = {}
        """None: a queue that announces nothing."""
        self._brands: dict[int, int] = {}
        self._where: dict[int, int] = {}
        """The queue of each contact that waits."""

    def follow(self) -> int:
        """Takes the next facts; returns how many there were."""
        with self._database.reading() as conn:
            if self._at is None:
                row = conn.execute("select coalesce(max(seq), 0) as seq from journal").fetchone()
                self._at = max(0, (0 if row is None else int(row["seq"])) - PAST_MAX)
            rows = conn.execute(_FACTS, {"after": self._at, "most": BATCH}).fetchall()
            if not rows:
                return 0
            found = [row for row in rows if row["kind"] in _KINDS]
            self._meet(conn, {int(row["data"]["queue_id"]) for row in found if row["kind"] == _QUEUED})
        with self._lock:
            for row in found:
                self._fact(row)
        self._at = int(rows[-1]["seq"])
        return len(rows)

    @property
    def hold(self) -> float:
        """How often a range shall hold."""
        return HOLD

    def range_of(self, contact_id: int, now_ms: int) -> Range | None:
        """What to tell a contact that waits; None when nothing is known, or it does not wait."""
        with self._lock:
            queue = self._queues.get(self._where.get(contact_id, 0))
            return None if queue is None else queue.range_of(contact_id, now_ms)

    def told(self, now_ms: int) -> list[QueueTold]:
        """Every queue that announces, by number."""
        with self._lock:
            return [
                _told(number, self._brands[number], queue, now_ms)
                for number, queue in sorted(self._queues.items())
                if queue is not None
            ]

    def _meet(self, conn: Conn, queues: set[int]) -> None:
        """Queues that were not met before: those of live media announce."""
        new = sorted(queues - self._queues.keys())
        if new:
            rows = conn.execute("select id, medium, brand_id from queue where id = any(%s)", [new]).fetchall()
            live = {row["id"] for row in rows if row["medium"] in SYNCHRONOUS}
            with self._lock:
                self._brands.update({row["id"]: row["brand_id"] for row in rows})
                self._queues.update({one: QueueWaits(hold=HOLD) if one in live else None for one in new})

    def _fact(self, row: Mapping[str, Any]) -> None:
        contact_id, kind, at_ms = int(row["contact_id"]), row["kind"], int(row["at_ms"])
        was = self._where.pop(contact_id, None)
        queue = None if was is None else self._queues.get(was)
        if queue is not None:
            if kind in _TAKEN:
                queue.taken(contact_id, at_ms)
            else:
                queue.leaves(contact_id, at_ms, gave_up=kind == _LEFT)
        if kind == _QUEUED:
            number = int(row["data"]["queue_id"])
            enters = self._queues.get(number)
            if enters is not None:
                self._where[contact_id] = number
                enters.enters(contact_id, at_ms)


def _told(number: int, brand_id: int, queue: QueueWaits, now_ms: int) -> QueueTold:
    held = queue.held
    return QueueTold(
        number, brand_id, queue.range_for_next(now_ms), queue.waiting, None if held is None else held[0],
        queue.exceeded, 0 if held is None else held[1],
    )  # fmt: skip


_FACTS = """
select seq, kind, at_ms, contact_id, data from journal where seq > %(after)s order by seq limit %(most)s"""
