"""History written down: contacts that lived elsewhere, with their facts and their stays.

Their facts stand before those of this centre: their numbers are below 0, so that no follower of the journal takes
them for news, and a journal followed from its beginning meets them first. Decision 21 says why.
"""

import gc
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Protocol

from psycopg import sql

from affluent.measure.outcomes import MEDIA, NAMES, NEVER, OUTCOMES, End, Stay
from affluent.storage.database import Conn, Database
from affluent.storage.following import link
from affluent.storage.history_imports import KEY, Import, alone, audit, broken_off, keep, next_id, unwatched
from affluent.storage.history_names import Names, Told

BATCH = 10_000
_AT_ONCE = 200
FACTS_MAX = 8
"""A stay leaves fewer facts than this."""
_STAY = tuple(name for name in NAMES if name != "short_ms")
_VALUES, _WRITTEN = attrgetter(*NAMES), attrgetter(*_STAY)
_MINE = tuple(
    map(
        NAMES.index,
        (
            "contact_id",
            "request_id",
            "customer_id",
            "brand_id",
            "channel_id",
            "queue_id",
            "agent_id",
            "motive_id",
        ),
    )
)


class Fact(Protocol):
    """A fact of a contact as the journal holds it."""

    @property
    def at_ms(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def agent_id(self) -> int | None: ...
    @property
    def data(self) -> str: ...


Facts = Callable[[list[Stay]], Iterable[Fact]]


class HistoryWriter:
    """Writes a history contact by contact, each once: begun anew, it goes on where it stopped."""

    def __init__(self, database: Database, told: Told, facts: Facts) -> None:
        self._database = database
        self._told = told
        self._facts = facts
        self._requests: dict[int, int] = {}
        self._customers: dict[int, int] = {}

    def write(
        self, file: str, digest: str, brand_id: int, now_ms: Callable[[], int], progress: Callable[[float], None]
    ) -> Import:  # fmt: skip
        """Everything that is not there yet. Raises `Busy`; what was written before stays."""
        with alone(self._database), _uncollected():
            done = Import(0, file, self._told.source, brand_id, now_ms(), digest)
            with self._database.transaction() as conn:
                done = broken_off(conn, done) or done
                names = Names(conn, self._told, brand_id, done.started_ms)
                done.id = done.id or next_id(conn)
                for table, ids in names.made.items():
                    done.made.setdefault(table, []).extend(ids)
                keep(conn, done)
            with self._database.transaction() as conn:
                self._seq = _below(conn, FACTS_MAX * self._told.stays)
            rows = self._told.rows()
            total = max(1, self._told.contacts)
            seen = 0
            for batch in _batches(rows):
                with self._database.transaction() as conn:
                    unwatched(conn)
                    self._batch(conn, batch, names, done)
                    keep(conn, done)
                seen += len(batch)
                progress(seen / total)
            with self._database.transaction() as conn:
                done.finished_ms = now_ms()
                if done.contacts == 0:
                    # Nothing came of it: it leaves no trace.
                    names.unmake(conn)
                    conn.execute("delete from setting where key = %s", [f"{KEY}{done.id}"])
                else:
                    keep(conn, done)
                    audit(conn, done, "imported")
        return done

    def _batch(self, conn: Conn, batch: list[list[Stay]], names: Names, done: Import) -> None:
        keys = [self._told.key(stays[0].contact_id) for stays in batch]
        known = {
            row["dedupe_key"]: row
            for row in conn.execute(
                "select j.dedupe_key, c.request_id, c.customer_id from journal j"
                " join contact c on c.id = j.contact_id where j.dedupe_key = any(%s)",
                [keys],
            ).fetchall()
        }
        fresh: list[tuple[str, list[Stay]]] = []
        for key, stays in zip(keys, batch, strict=True):
            row = known.get(key)
            if row is not None:
                done.known += 1
                self._requests[stays[0].request_id] = row["request_id"]
                self._customers[stays[0].customer_id] = row["customer_id"]
            elif stays[-1].end == End.OPEN:
                done.open += 1
            else:
                fresh.append((key, stays))
        if fresh:
            known_ids = (self._requests, self._customers)
            _Batch(conn, names, self._told, *known_ids, done, self._seq).write(fresh, self._facts)

    def index_words(self, done: Import) -> None:
        """Lets customers whom the log names be found by name and number. Figures do not wait for it."""
        for low, high in done.ranges:
            for start in range(low, high + 1, BATCH):
                with self._database.transaction() as conn:
                    conn.execute(_WORDS, {"low": start, "high": min(high, start + BATCH - 1)})


class _Batch:
    """Some contacts, on their way into the tables."""

    def __init__(
        self, conn: Conn, names: Names, told: Told, requests: dict[int, int], customers: dict[int, int], done: Import,
        seq: "_Seq",
    ) -> None:  # fmt: skip
        self._conn, self._names, self._told, self._done, self._seq = conn, names, told, done, seq
        self._requests, self._customers = requests, customers

    def write(self, fresh: list[tuple[str, list[Stay]]], facts: Facts) -> None:
        self._people([stays[0] for _, stays in fresh])
        contacts = self._numbers("contact", len(fresh))
        self._asked([stays[0] for _, stays in fresh])
        stays = [
            [self._mine(stay, contact_id) for stay in told]
            for contact_id, (_, told) in zip(contacts, fresh, strict=True)
        ]
        self._copy("contact", _CONTACT, (_contact(one) for one in stays))
        self._copy("stay", _STAY, (_WRITTEN(stay) for one in stays for stay in one))
        self._journal(stays, [key for key, _ in fresh], facts)
        if self._met:
            # Who was here before has contacts outside this batch.
            link(self._conn, [stay for one in stays for stay in one if stay.customer_id in self._met])
        self._done.contacts += len(fresh)
        self._done.ranges += _runs(contacts)

    def _people(self, first: Sequence[Stay]) -> None:
        """Customers: known by their address, or new."""
        wanted = sorted({stay.customer_id for stay in first} - self._customers.keys())
        addresses = {one: address for one in wanted if (address := self._told.address(one)) is not None}
        self._met = {
            self._customers[stay.customer_id] for stay in first if stay.customer_id in self._customers
        }
        found = self._conn.execute(
            "select a.kind, a.value, coalesce(c.merged_into, c.id) as id from customer_address a"
            " join customer c on c.id = a.customer_id where a.brand_id = %s and (a.kind, a.value) in"
            " (select * from unnest(%s::text[], %s::text[]))",
            [self._done.brand_id, *map(list, zip(*addresses.values(), strict=True))] if addresses
            else [self._done.brand_id, [], []],
        ).fetchall()  # fmt: skip
        there = {(row["kind"], row["value"]): int(row["id"]) for row in found}
        new: list[int] = []
        for one in wanted:
            known = there.get(addresses[one]) if one in addresses else None
            if known is None:
                new.append(one)
            else:
                self._customers[one] = known
                self._met.add(known)
        ids = self._numbers("customer", len(new))
        self._customers.update(zip(new, ids, strict=True))
        since = {stay.customer_id: stay.arrived_ms for stay in reversed(first)}
        self._copy(
            "customer",
            ("id", "brand_id", "name", "segment", "created_ms"),
            (
                (self._customers[one], self._done.brand_id, self._told.called(one), self._told.segment(one), since[one])
                for one in new
            ),
        )  # fmt: skip
        self._copy(
            "customer_address",
            ("customer_id", "brand_id", "kind", "value"),
            ((self._customers[one], self._done.brand_id, *addresses[one]) for one in new if one in addresses),
        )

    def _asked(self, first: Sequence[Stay]) -> None:
        """Requests: one a contact, or those that the log names."""
        new = {stay.request_id: stay for stay in reversed(first) if stay.request_id not in self._requests}
        ids = self._numbers("request", len(new))
        self._requests.update(zip(sorted(new), ids, strict=True))
        self._copy(
            "request",
            ("id", "brand_id", "customer_id", "motive_id", "state", "opened_ms", "closed_ms"),
            (
                (
                    self._requests[one], self._done.brand_id, self._customers[stay.customer_id],
                    self._names.of("motive", stay.motive_id), "closed", stay.arrived_ms, stay.ended_ms,
                )
                for one, stay in sorted(new.items())
            ),
        )  # fmt: skip

    def _mine(self, stay: Stay, contact_id: int) -> Stay:
        """A stay with the identifiers of this centre."""
        mine = (
            contact_id, self._requests[stay.request_id], self._customers[stay.customer_id], self._done.brand_id,
            self._names.channel(stay.medium), self._names.queue(stay.queue_id, stay.medium),
            self._names.of("agent", stay.agent_id) or NEVER, self._names.of("motive", stay.motive_id) or NEVER,
        )  # fmt: skip
        # By place: a dictionary of all names for each row of a million costs more than all else here.
        values = list(_VALUES(stay))
        for place, value in zip(_MINE, mine, strict=True):
            values[place] = value
        return Stay(*values)

    def _journal(self, contacts: list[list[Stay]], keys: list[str], facts: Facts) -> None:
        """Lines as PostgreSQL reads them: a call for each of millions would take longer than to write them."""
        columns = ("seq", "at_ms", "kind", "contact_id", "agent_id", "data", "dedupe_key")
        with self._conn.cursor() as cursor, cursor.copy(_copying("journal", columns)) as copy:
            for start in range(0, len(contacts), _AT_ONCE):
                # Some at a time: the server works on them while the next are made.
                part = slice(start, start + _AT_ONCE)
                copy.write("".join(self._lines(contacts[part], keys[part], facts)))

    def _lines(self, contacts: list[list[Stay]], keys: list[str], facts: Facts) -> list[str]:
        lines: list[str] = []
        seq = self._seq.next
        for key, one in zip(keys, contacts, strict=True):
            contact_id, known_by = one[0].contact_id, _escaped(key)
            for fact in facts(one):
                agent = _NULL if fact.agent_id is None else fact.agent_id
                lines.append(
                    f"{seq}\t{fact.at_ms}\t{fact.kind}\t{contact_id}\t{agent}\t{fact.data}\t{known_by}\n"
                )
                known_by = _NULL
                seq += 1
        self._seq.next = seq
        return lines

    def _numbers(self, table: str, count: int) -> list[int]:
        if not count:
            return []
        rows = self._conn.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) as id from generate_series(1, %s)",
            [table, count],
        ).fetchall()
        return sorted(int(row["id"]) for row in rows)

    def _copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        with self._conn.cursor() as cursor, cursor.copy(_copying(table, columns)) as copy:
            for row in rows:
                copy.write_row(row)


def _copying(table: str, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )


_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _escaped(text: str) -> str:
    """A text as COPY reads it."""
    return text.translate(_ESCAPES)


@dataclass(slots=True)
class _Seq:
    """The number of the next fact: they grow with time through an import, all below what there was."""

    next: int


_CONTACT = (
    "id", "request_id", "brand_id", "customer_id", "channel_id", "medium", "queue_id", "state", "last_agent_id",
    "motive_id", "outcome", "arrived_ms", "queued_ms", "place_ms", "answered_ms", "closed_ms", "target_ms",
)  # fmt: skip


def _contact(stays: list[Stay]) -> Sequence[Any]:
    first, last = stays[0], stays[-1]
    state = "abandoned" if last.end == End.ABANDONED else "closed"
    agents = [stay.agent_id for stay in stays if stay.agent_id != NEVER]
    answered = [stay.answered_ms for stay in stays if stay.answered_ms != NEVER]
    return (
        first.contact_id, first.request_id, first.brand_id, first.customer_id, first.channel_id,
        MEDIA[first.medium].value, last.queue_id, state, agents[-1] if agents else None, _or_none(last.motive_id),
        OUTCOMES[last.outcome].value, first.arrived_ms, last.entered_ms, first.arrived_ms,
        answered[0] if answered else None, last.ended_ms, last.target_ms,
    )  # fmt: skip


def _or_none(number: int) -> int | None:
    return None if number == NEVER else number


def _runs(numbers: list[int]) -> list[list[int]]:
    """Growing numbers as ranges: a live centre takes some in between."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def _batches(rows: Iterable[list[Stay]]) -> Generator[list[list[Stay]]]:
    held: list[list[Stay]] = []
    for one in rows:
        held.append(one)
        if len(held) == BATCH:
            yield held
            held = []
    if held:
        yield held


@contextmanager
def _uncollected() -> Generator[None]:
    """Millions of rows without a cycle among them: looking for some would take a quarter of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _below(conn: Conn, count: int) -> _Seq:
    """Room for so many facts before all that the journal holds."""
    row = conn.execute("select least(0, coalesce(min(seq), 0)) as first from journal").fetchone()
    assert row is not None
    return _Seq(int(row["first"]) - count)


_WORDS = """
insert into contact_words (contact_id, brand_id, arrived_ms, words)
select c.id, c.brand_id, c.arrived_ms, setweight(to_tsvector('simple', concat_ws(' ', affluent_plain(u.name), c.id,
  c.request_id, a.words)), 'A')
from contact c join customer u on u.id = c.customer_id join lateral (select string_agg(
  case a.kind when 'phone' then affluent_phone(a.value) else affluent_plain(a.value) end, ' ') as words
  from customer_address a where a.customer_id = c.customer_id and a.kind <> 'chat') a on a.words is not null
where c.id between %(low)s and %(high)s
on conflict do nothing"""
"""As affluent_contact_words, of what an imported contact has: names and numbers, which have no stem in any language."""
