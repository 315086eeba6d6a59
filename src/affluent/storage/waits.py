"""The waits of live queues, followed in the journal: what to announce is known without asking the database.

All of it is in memory, and made again from the journal's latest facts at a start. How announcements went is
counted in the database (`waits_told.py`), each once, whoever follows and however often.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from affluent.centre.hub import Announcement, SettingsChanged
from affluent.facts.media import SYNCHRONOUS
from affluent.storage.database import Conn, Database
from affluent.storage.waits_rules import Rule, Tried, rules_of, tried_now
from affluent.storage.waits_told import Counted, count
from affluent.twin.waits.predicting import Drift, QueueWaits, Range
from affluent.twin.waits.staff import Staff

BATCH = 5_000
PAST_MAX = 500_000
"""So many facts are read again at a start: days of a large centre, months of a small one."""
COUNTED_TOGETHER = 200
"""So many announcements are counted in the database at once, or what there is once nothing more has come."""
_DRAWN = "ContactDrawn"
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
_OVER = frozenset({"ContactClosed", _LEFT})
_OFFERED = "ContactOffered"
_OFFER_ENDED = frozenset({"OfferDeclined", "OfferExpired", "OfferWithdrawn", "OfferPulledBack"})
_READY = "AgentReady"
_PRESENCE = frozenset({_READY, "AgentAway", "AgentOffline"})
_KINDS = frozenset({_QUEUED, _LEFT, _DRAWN, _OFFERED, *_TAKEN, *_ELSEWHERE, *_OFFER_ENDED, *_PRESENCE})
_RULED_BY = frozenset({"queues", "trials"})


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
    rule: Rule = field(default_factory=Rule)
    drift: Drift | None = None


class WaitsFollower:
    """Used by two kinds of threads: one follows, the others ask."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._at: int | None = None
        self._counted_to = 0
        """Announcements of waits that ended up to here are counted."""
        self._counted: list[Counted] = []
        """Not yet written."""
        self._stale = True
        """Whether the rules may have changed."""
        self._rules: Mapping[int, Rule] = {}
        self._tried: Mapping[int, Tried] = {}
        """Rules on trial that customers may have instead, by trial."""
        self._queues: dict[int, QueueWaits | None] = {}
        """None: a queue whose waits are not told at all."""
        self._staff = Staff()
        self._brands: dict[int, int] = {}
        self._where: dict[int, int] = {}
        """The queue of each contact that waits."""
        self._drawn: dict[int, int] = {}
        """The rule on trial that a contact has, until it no longer waits."""

    def heard(self, announcement: Announcement) -> None:
        """Takes note that the rules may have changed. From any thread."""
        if isinstance(announcement, SettingsChanged) and announcement.noun in _RULED_BY:
            self._stale = True

    def follow(self) -> int:
        """Takes the next facts; returns how many there were."""
        with self._database.reading() as conn:
            if self._at is None:
                row = conn.execute("select coalesce(max(seq), 0) as seq from journal").fetchone()
                self._at = max(0, (0 if row is None else int(row["seq"])) - PAST_MAX)
                row = conn.execute("select seq from followed where follower = 'waits'").fetchone()
                self._counted_to = 0 if row is None else int(row["seq"])
            rows = conn.execute(_FACTS, {"after": self._at, "most": BATCH}).fetchall()
            found = [row for row in rows if row["kind"] in _KINDS]
            self._meet(conn, {int(row["data"]["queue_id"]) for row in found if row["kind"] == _QUEUED})
            if self._stale:
                self._take_rules(conn)
        with self._lock:
            for row in found:
                self._fact(row)
        if rows:
            self._at = int(rows[-1]["seq"])
        if len(self._counted) >= COUNTED_TOGETHER or (self._counted and not rows):
            self._counted_to = count(self._database, self._counted, self._at)
            self._counted.clear()
        return len(rows)

    def range_of(self, contact_id: int, now_ms: int) -> Range | None:
        """What to tell a contact that waits; None when nothing is known, or told, or it does not wait."""
        with self._lock:
            number = self._where.get(contact_id, 0)
            queue = self._queues.get(number)
            if queue is None or not self._rule(contact_id, number)[0].announces:
                return None
            return queue.range_of(contact_id, now_ms)

    def told(self, now_ms: int) -> list[QueueTold]:
        """Every queue of a live medium, by number; also those that tell their customers nothing."""
        with self._lock:
            return [
                _told(number, self._brands[number], queue, self._rules.get(number, Rule()), now_ms)
                for number, queue in sorted(self._queues.items())
                if queue is not None
            ]

    def next_of(self, queue_id: int, now_ms: int) -> Range | None:
        """How long who came to a queue now would wait; None when nothing is known. Whether it is told or not."""
        with self._lock:
            queue = self._queues.get(queue_id)
            return None if queue is None else queue.range_for_next(now_ms)

    def drifting(self) -> Mapping[int, Drift]:
        """Queues that tell their customers ranges which no longer hold as promised."""
        with self._lock:
            found = {number: queue.drift for number, queue in self._queues.items() if queue is not None}
            return {
                number: drift
                for number, drift in sorted(found.items())
                if drift is not None and self._rules.get(number, Rule()).announces
            }

    def _meet(self, conn: Conn, queues: set[int]) -> None:
        """Queues that were not met before: those of live media announce."""
        new = sorted(queues - self._queues.keys())
        if new:
            rows = conn.execute("select id, medium, brand_id from queue where id = any(%s)", [new]).fetchall()
            live = {row["id"] for row in rows if row["medium"] in SYNCHRONOUS}
            with self._lock:
                self._brands.update({row["id"]: row["brand_id"] for row in rows})
                self._queues.update(
                    {one: QueueWaits(staff=self._staff) if one in live else None for one in new}
                )
            self._stale = True

    def _take_rules(self, conn: Conn) -> None:
        # First of all: what changes while they are read is read again.
        self._stale = False
        try:
            rules = rules_of(conn, [one for one, queue in self._queues.items() if queue is not None])
            tried = tried_now(conn)
        except BaseException:
            self._stale = True
            raise
        with self._lock:
            self._rules, self._tried = rules, tried
            for number, rule in rules.items():
                queue = self._queues[number]
                if queue is not None:
                    queue.promise(rule.share, rule.cushion)

    def _rule(self, contact_id: int, queue_id: int) -> tuple[Rule, bool]:
        """By what rule a contact is told its wait in a queue, and whether it is one on trial."""
        rule = self._rules.get(queue_id, Rule())
        tried = self._tried.get(self._drawn.get(contact_id, 0))
        if tried is None or tried.queue_id != queue_id:
            return rule, False
        return tried.on(rule), True

    def _fact(self, row: Mapping[str, Any]) -> None:
        kind, at_ms = row["kind"], int(row["at_ms"])
        if kind in _PRESENCE:
            self._staff.is_there(int(row["agent_id"]), kind == _READY)
            return
        contact_id = int(row["contact_id"])
        if kind == _OFFERED or kind in _OFFER_ENDED:
            offered = self._queues.get(self._where.get(contact_id, 0))
            if offered is not None:
                offered.offered(contact_id, at_ms, still=kind == _OFFERED)
            return
        if kind == _DRAWN:
            if row["data"]["arm"] and row["data"]["trial_id"] in self._tried:
                self._drawn[contact_id] = row["data"]["trial_id"]
            return
        was = self._where.pop(contact_id, None)
        queue = None if was is None else self._queues.get(was)
        if was is not None and queue is not None:
            new = int(row["seq"]) > self._counted_to
            queue.scored, queue.silences = ([], []) if new else (None, None)
            if kind in _TAKEN:
                queue.taken(contact_id, at_ms, None if row["agent_id"] is None else int(row["agent_id"]))
            else:
                queue.leaves(contact_id, at_ms, gave_up=kind == _LEFT)
            announced = self._rule(contact_id, was)[0].announces
            told = (*(queue.scored or ()), *(queue.silences or ()))
            self._counted += [Counted(int(row["seq"]), was, announced, one) for one in told]
        if kind in _OVER:
            self._drawn.pop(contact_id, None)
        if kind != _QUEUED:
            return
        number = int(row["data"]["queue_id"])
        enters = self._queues.get(number)
        if enters is not None:
            self._where[contact_id] = number
            rule, own = self._rule(contact_id, number)
            enters.enters(contact_id, at_ms, rule.cushion if own else None)


def _told(number: int, brand_id: int, queue: QueueWaits, rule: Rule, now_ms: int) -> QueueTold:
    held = queue.held
    return QueueTold(
        number, brand_id, queue.range_for_next(now_ms), queue.waiting, None if held is None else held[0],
        queue.exceeded, 0 if held is None else held[1], rule, queue.drift,
    )  # fmt: skip


_FACTS = """
select seq, kind, at_ms, contact_id, agent_id, data from journal where seq > %(after)s order by seq limit %(most)s"""
