"""The journal followed: each fact that was committed goes into the stays and the agents' spans, once.

The position and the rows move in one transaction, so that a crash repeats nothing and leaves nothing out. What
the follower remembers between two looks is only a shortcut: all of it can be had from the journal again.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from affluent.centre.hours import Hours, open_ms
from affluent.facts import appointment, steering, together
from affluent.facts import contact as facts
from affluent.facts.agent import AgentAway, AgentFact, AgentOffline, AgentReady, LimitsLifted
from affluent.measure.fold import Fold
from affluent.measure.outcomes import NAMES, Stay
from affluent.measure.spans import OpenSpan, Span, SpanFold
from affluent.storage.database import Conn, Database
from affluent.storage.journal_reading import fact_of

BATCH = 2_000
_UNKNOWN = 1 << 63
"""A position at which nothing stands: what is remembered is believed no more."""
_FACT = "seq, at_ms, kind, contact_id, agent_id, data"
_LINKS = ("opens", "again_ms", "customer_again_ms", "short_ms")
_WRITTEN = tuple(name for name in NAMES if name not in _LINKS)
_TAKES = (
    facts.OfferAccepted,
    facts.ContactTaken,
    facts.ContactWoken,
    facts.ContactReopened,
    together.ContactHandedOver,
)
_IDLE = (
    facts.NoteAdded,
    facts.DeliveryChanged,
    facts.OfferWithdrawn,
    facts.OfferPulledBack,
    facts.MessagesMoved,
    facts.ContactDrawn,
    together.ColleagueInvited,
    together.InvitationEnded,
    together.AgentJoined,
    together.PartChanged,
    together.AgentParted,
    steering.ProblemMarked,
    steering.ProblemUnmarked,
    steering.ProblemTold,
    steering.ProblemEnded,
    appointment.AppointmentCancelled,
)
"""Facts of a contact that no stay tells of."""
_PRESENCE = "kind in ('AgentReady', 'AgentAway', 'AgentOffline')"


class PgOpenTime:
    """`OpenTime` over the editions of opening hours, each read once."""

    def __init__(self) -> None:
        self._editions: dict[int, Hours] = {}
        self.conn: Conn | None = None

    def open_ms(self, edition: int, from_ms: int, to_ms: int) -> int:
        hours = self._editions.get(edition)
        if hours is None:
            assert self.conn is not None, "asked outside a transaction"
            row = self.conn.execute("select * from hours_edition where id = %s", (edition,)).fetchone()
            assert row is not None, "a fact names an edition that was never kept"
            hours = self._editions[edition] = Hours.of(row)
        return open_ms(hours, from_ms, to_ms)


class OutcomeFollower:
    """Keeps stays and spans up to date with the journal. Not to be called by two threads at a time.

    Of several processes one follows; the others find the position taken and do nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open_time = PgOpenTime()
        self._at = 0
        self._forget()

    def _forget(self) -> None:
        self._folds: dict[int, Fold] = {}
        self._written: dict[int, int] = {}
        self._held: dict[int, set[int]] = {}
        self._presence: dict[int, AgentFact | None] = {}
        self._spans: dict[int, SpanFold] = {}

    def follow(self, most: int = BATCH) -> int:
        """Takes the next facts, `most` of them; returns how many there were."""
        try:
            with self._database.transaction() as conn:
                return self._follow(conn, most)
        except BaseException:
            self._forget()
            self._at = _UNKNOWN
            raise

    def catch_up(self) -> None:
        """Follows to the end of the journal."""
        while self.follow():
            pass

    def start_anew(self) -> None:
        """Throws every row away, to be made again from the journal: from imported history on, which stands below 0."""
        with self._database.transaction() as conn:
            conn.execute(
                "update followed set seq = (select least(0, min(seq) - 1) from journal) where follower = 'outcomes'"
            )
            conn.execute("truncate stay, agent_span")
        self._at = _UNKNOWN

    def _follow(self, conn: Conn, most: int) -> int:
        row = conn.execute(
            "select seq from followed where follower = 'outcomes' for update skip locked"
        ).fetchone()
        if row is None:
            return 0
        if row["seq"] != self._at:
            self._forget()
            self._at = int(row["seq"])
        rows = conn.execute(
            f"select {_FACT} from journal where seq > %s order by seq limit %s", (self._at, most)
        ).fetchall()
        if not rows:
            return 0
        self._open_time.conn = conn
        batch = _Batch()
        for one in rows:
            fact = fact_of(one)
            if isinstance(fact, AgentReady | AgentAway | AgentOffline):
                self._agent_fact(conn, fact, one["seq"], batch)
            elif fact is not None and not isinstance(fact, LimitsLifted):
                self._contact_fact(conn, fact, one["seq"], batch)
        self._write(conn, batch)
        conn.execute("update followed set seq = %s where follower = 'outcomes'", (rows[-1]["seq"],))
        self._at = int(rows[-1]["seq"])
        return len(rows)

    def _contact_fact(self, conn: Conn, fact: facts.ContactFact, seq: int, batch: "_Batch") -> None:
        if isinstance(fact, _IDLE):
            return
        if isinstance(fact, facts.ContactReceived):
            fold = self._folds[fact.contact_id] = Fold(self._open_time)
        else:
            fold = self._fold(conn, fact.contact_id, seq)
        if isinstance(fact, _TAKES):
            there = self._presence_of(conn, fact.agent_id, seq)
            if there is not None:
                fold.step(there)
        before = fold.in_hand_of
        fold.step(fact)
        after = fold.in_hand_of
        batch.contacts.add(fact.contact_id)
        if before != after:
            if before is not None:
                self._held.setdefault(before, set()).discard(fact.contact_id)
                batch.spans += self._span(conn, before).holds(fact.at_ms, -1, live=fold.synchronous)
            if after is not None:
                self._held.setdefault(after, set()).add(fact.contact_id)
                batch.spans += self._span(conn, after).holds(fact.at_ms, +1, live=fold.synchronous)

    def _agent_fact(self, conn: Conn, fact: AgentFact, seq: int, batch: "_Batch") -> None:
        if fact.agent_id not in self._presence:
            # The first word of this agent since this process follows: what they hold may be older.
            for row in conn.execute(
                "select contact_id from stay where agent_id = %s and left_ms < 0", (fact.agent_id,)
            ).fetchall():
                self._fold(conn, row["contact_id"], seq)
        self._presence[fact.agent_id] = fact
        for contact_id in self._held.get(fact.agent_id, ()):
            self._folds[contact_id].step(fact)
            batch.contacts.add(contact_id)
        batch.spans += self._span(conn, fact.agent_id).presence(fact)

    def _fold(self, conn: Conn, contact_id: int, seq: int) -> Fold:
        """The contact as it was before the fact numbered `seq`."""
        fold = self._folds.get(contact_id)
        if fold is None:
            fold = self._folds[contact_id] = folded(conn, contact_id, seq, self._open_time)
            if fold.in_hand_of is not None:
                self._held.setdefault(fold.in_hand_of, set()).add(contact_id)
        return fold

    def _presence_of(self, conn: Conn, agent_id: int, seq: int) -> AgentFact | None:
        if agent_id not in self._presence:
            row = conn.execute(
                f"select {_FACT} from journal where agent_id = %s and contact_id is null and {_PRESENCE} and seq < %s"
                " order by seq desc limit 1",
                (agent_id, seq),
            ).fetchone()
            fact = None if row is None else fact_of(row)
            assert fact is None or isinstance(fact, AgentReady | AgentAway | AgentOffline)
            self._presence[agent_id] = fact
        return self._presence[agent_id]

    def _span(self, conn: Conn, agent_id: int) -> SpanFold:
        found = self._spans.get(agent_id)
        if found is None:
            row = conn.execute(
                "select from_ms, presence, reason, in_hand, live from agent_span where agent_id = %s and to_ms < 0",
                (agent_id,),
            ).fetchone()
            found = SpanFold(agent_id, None if row is None else OpenSpan(**row))
            self._spans[agent_id] = found
        return found

    def _write(self, conn: Conn, batch: "_Batch") -> None:
        rows: list[Stay] = []
        fresh: list[Stay] = []
        for contact_id in sorted(batch.contacts):
            fold = self._folds[contact_id]
            stays = fold.stays()
            rows += stays
            fresh += stays[self._written.get(contact_id, 0) :]
            self._written[contact_id] = len(stays)
            if fold.ended:
                del self._folds[contact_id], self._written[contact_id]
        write_stays(conn, rows)
        link(conn, fresh)
        write_spans(conn, batch.spans)


class _Batch:
    def __init__(self) -> None:
        self.contacts: set[int] = set()
        self.spans: list[Span] = []


def folded(conn: Conn, contact_id: int, before_seq: int, open_time: PgOpenTime) -> Fold:
    """A contact folded at once, from its facts before `before_seq` and the presence of those who held it."""
    rows = conn.execute(
        f"select {_FACT} from journal where contact_id = %s and seq < %s order by seq",
        (contact_id, before_seq),
    ).fetchall()
    takers = sorted({row["agent_id"] for row in rows if row["agent_id"] is not None})
    if takers:
        first = rows[0]["seq"]
        rows += conn.execute(
            f"select {_FACT} from journal where contact_id is null and agent_id = any(%(agents)s)"
            f" and {_PRESENCE} and seq > %(first)s and seq < %(before)s",
            {"agents": takers, "first": first, "before": before_seq},
        ).fetchall()
        rows += conn.execute(
            f"select distinct on (agent_id) {_FACT} from journal where contact_id is null"
            f" and agent_id = any(%(agents)s) and {_PRESENCE} and seq < %(first)s order by agent_id, seq desc",
            {"agents": takers, "first": first},
        ).fetchall()
    fold = Fold(open_time)
    for row in sorted(rows, key=lambda one: one["seq"]):
        fact = fact_of(row)
        if fact is not None and not isinstance(fact, LimitsLifted):
            fold.step(fact)
    return fold


def write_stays(conn: Conn, rows: Iterable[Stay]) -> None:
    """Writes rows, new ones and changed ones."""
    columns = _columns(rows, _WRITTEN)
    if columns["contact_id"]:
        conn.execute(_UPSERT, columns)


def _columns(rows: Iterable[Any], names: Iterable[str]) -> Mapping[str, list[Any]]:
    listed = list(rows)
    return {name: [getattr(row, name) for row in listed] for name in names}


def link(conn: Conn, fresh: Iterable[Stay]) -> None:
    """What other contacts tell of the requests and customers of new rows."""
    params = _columns(fresh, ("contact_id", "request_id", "customer_id"))
    if params["contact_id"]:
        for statement in (_OPENS, _AGAIN, _CUSTOMER_AGAIN):
            conn.execute(statement, params)


def write_spans(conn: Conn, spans: Iterable[Span]) -> None:
    latest = {(span.agent_id, span.from_ms): span for span in spans}
    if latest:
        names = ("agent_id", "from_ms", "to_ms", "presence", "reason", "in_hand", "live")
        conn.execute(_SPANS, _columns(latest.values(), names))


_SQL_NAMES = ", ".join(f'"{name}"' for name in _WRITTEN)
_UPSERT = (
    f"insert into stay ({_SQL_NAMES}) select * from unnest("
    + ", ".join(f"%({name})s::bigint[]" for name in _WRITTEN)
    + ") on conflict (contact_id, number) do update set "
    + ", ".join(f'"{name}" = excluded."{name}"' for name in _WRITTEN[2:])
).encode()

_OPENS = """
update stay s set opens = 0 where contact_id = any(%(contact_id)s) and opens = 1 and exists (
  select from stay e where e.request_id = s.request_id and e.contact_id < s.contact_id)"""
_AGAIN = """
update stay s set again_ms = n.arrived_ms from unnest(%(request_id)s::bigint[]) r (id), lateral (
  select s2.contact_id, s2.number, (select l.arrived_ms from stay l where l.request_id = s2.request_id
    and l.contact_id > s2.contact_id order by l.contact_id limit 1) as arrived_ms
  from stay s2 where s2.request_id = r.id and s2.again_ms < 0) n
where s.contact_id = n.contact_id and s.number = n.number and n.arrived_ms is not null"""
_CUSTOMER_AGAIN = """
update stay s set customer_again_ms = n.arrived_ms from unnest(%(customer_id)s::bigint[]) r (id), lateral (
  select s2.contact_id, s2.number, (select l.arrived_ms from stay l where l.customer_id = s2.customer_id
    and l.contact_id > s2.contact_id order by l.contact_id limit 1) as arrived_ms
  from stay s2 where s2.customer_id = r.id and s2.customer_again_ms < 0) n
where s.contact_id = n.contact_id and s.number = n.number and n.arrived_ms is not null"""
_SPANS = """
insert into agent_span (agent_id, from_ms, to_ms, presence, reason, in_hand, live)
select * from unnest(%(agent_id)s::bigint[], %(from_ms)s::bigint[], %(to_ms)s::bigint[], %(presence)s::int[],
  %(reason)s::text[], %(in_hand)s::int[], %(live)s::int[])
on conflict (agent_id, from_ms) do update set to_ms = excluded.to_ms, presence = excluded.presence,
  reason = excluded.reason, in_hand = excluded.in_hand, live = excluded.live"""
