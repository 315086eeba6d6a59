"""Some contacts of a history as the rows of each table, made ready before a transaction begins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from psycopg import sql

from affluent.measure.outcomes import MEDIA, NAMES, NEVER, OUTCOMES, End, Ints, Stay, Stays
from affluent.storage.database import Conn
from affluent.storage.history.names import Names, Told
from affluent.storage.packing import Column, Numbers, Texts, packed, widths

FACTS_MAX = 8
"""A stay leaves fewer facts than this."""
_STAY = tuple(name for name in NAMES if name != "short_ms")
_MEDIUM = [one.value for one in MEDIA]
_OUTCOME = [one.value for one in OUTCOMES]
_STATES = ("closed", "abandoned")


class OfAKind(Protocol):
    """Facts of one kind by columns: `form`, with a `%s` for each of `values`, is what the journal keeps as data."""

    @property
    def kind(self) -> str: ...
    @property
    def stays(self) -> Ints: ...
    @property
    def at_ms(self) -> Ints: ...
    @property
    def agent_id(self) -> Ints: ...
    @property
    def form(self) -> str: ...
    @property
    def values(self) -> tuple[Sequence[object], ...]: ...


Facts = Callable[[Stays], Sequence[OfAKind]]
"""The facts of contacts; those that begin each stand first, by contact, and those of one stay in their order."""


@dataclass(slots=True)
class Ready:
    """What a transaction writes: copies in their order, then the links of stays whose customers were here before."""

    copies: list[tuple[sql.Composed, str | bytes]] = field(
        default_factory=list[tuple[sql.Composed, str | bytes]]
    )
    met: list[Stay] = field(default_factory=list[Stay])
    contacts: int = 0
    known: int = 0
    open: int = 0
    ranges: list[list[int]] = field(default_factory=list[list[int]])


class Rows:
    """Makes one batch ready after the other, with a connection of its own that only reads and takes numbers."""

    def __init__(
        self, conn: Conn, names: Names, told: Told, facts: Facts, brand_id: int, first_seq: int, *, met_before: bool
    ) -> None:  # fmt: skip
        self._conn, self._told, self._facts, self._brand_id = conn, told, facts, brand_id
        self._seq = first_seq
        self._met_before = met_before
        self._stays = told.stays
        self._first = np.searchsorted(told.stays.contact_id, np.arange(1, told.contacts + 2))
        self._customers = np.zeros(told.customers + 1, np.int64)
        self._outside = np.zeros(told.customers + 1, np.bool_)
        """Customers who have contacts besides those of this file, as far as is known."""
        self._addresses: dict[tuple[str, str], int] = {}
        self._requests = np.zeros(told.contacts + 1, np.int64)
        self._mine = _Mine(names, told)
        self._widths = {table: widths(conn, table) for table in ("contact", "request", "stay")}

    def ready(self, start: int, end: int) -> Ready:
        """The contacts from place `start` up to, without, `end`."""
        found = Ready()
        contacts = np.arange(start, end) + 1
        keys = [self._told.key(one) for one in contacts.tolist()]
        fresh = self._fresh(contacts, keys, found)
        if not fresh.any():
            return found
        rows = slice(int(self._first[start]), int(self._first[end]))
        part = Stays({name: self._stays.columns[name][rows] for name in NAMES})
        of = part.contact_id - start - 1
        part, place = part.where(fresh[of]), (np.cumsum(fresh) - 1)[of[fresh[of]]]
        head = part.where(np.append(True, place[1:] != place[:-1]))
        self._people(head, found)
        ids = self._numbers("contact", len(head))
        self._asked(head, found)
        stays = self._as_mine(part, ids[place])
        last = np.append(place[1:] != place[:-1], True)
        found.copies.append(self._contacts(stays, place, last))
        found.copies.append(self._packed("stay", [Numbers(name, stays.columns[name]) for name in _STAY]))
        found.copies.append(self._journal(stays, [key for key, new in zip(keys, fresh, strict=True) if new]))
        if self._outside[part.customer_id].any():
            found.met = stays.where(self._outside[part.customer_id]).rows()
        found.contacts = len(ids)
        found.ranges = _runs(ids)
        return found

    def _fresh(self, contacts: Ints, keys: list[str], found: Ready) -> np.ndarray:
        """Which contacts are to be written: not those that are here, nor those that have not ended."""
        fresh = np.ones(len(contacts), np.bool_)
        first, last = self._first[contacts - 1], self._first[contacts] - 1
        if self._met_before:
            rows = self._conn.execute(
                "select j.dedupe_key, c.request_id, c.customer_id from journal j"
                " join contact c on c.id = j.contact_id where j.dedupe_key = any(%s)",
                [keys],
            ).fetchall()
            known = {row["dedupe_key"]: row for row in rows}
            for at, key in enumerate(keys):
                row = known.get(key)
                if row is not None:
                    fresh[at] = False
                    self._requests[self._stays.request_id[first[at]]] = row["request_id"]
                    self._customers[self._stays.customer_id[first[at]]] = row["customer_id"]
                    self._outside[self._stays.customer_id[first[at]]] = True
        found.known = int((~fresh).sum())
        open_yet = fresh & (self._stays.end[last] == End.OPEN)
        found.open = int(open_yet.sum())
        return fresh & ~open_yet

    def _people(self, head: Stays, found: Ready) -> None:
        """Customers: known by their address, or new."""
        wanted, at = np.unique(head.customer_id, return_index=True)
        unknown = self._customers[wanted] == 0
        since = dict(zip(wanted[unknown].tolist(), head.arrived_ms[at[unknown]].tolist(), strict=True))
        addresses = {one: address for one in since if (address := self._told.address(one)) is not None}
        there = self._there([one for one in addresses.values() if one not in self._addresses])
        new: list[int] = []
        same: list[int] = []
        for one in since:
            address = addresses.get(one)
            if address is not None and address in there:
                self._customers[one] = there[address]
                self._outside[one] = True
            elif address is not None and address in self._addresses:
                # Two names of the log that are one address here.
                same.append(one)
            else:
                new.append(one)
                if address is not None:
                    self._addresses[address] = one
        ids = self._numbers("customer", len(new))
        self._customers[new] = ids
        for one in same:
            first = self._addresses[addresses[one]]
            self._customers[one] = self._customers[first]
            self._outside[[one, first]] = True
        customers = zip(ids.tolist(), new, strict=True)
        lines = [
            f"{mine}\t{self._brand_id}\t{_escaped(self._told.called(one))}\t{_or_null(self._told.segment(one))}"
            f"\t{since[one]}\n"
            for mine, one in customers
        ]
        found.copies.append(
            (_copying("customer", ("id", "brand_id", "name", "segment", "created_ms")), "".join(lines))
        )
        lines = [
            f"{mine}\t{self._brand_id}\t{kind}\t{_escaped(value)}\n"
            for mine, one in zip(ids.tolist(), new, strict=True)
            if one in addresses
            for kind, value in (addresses[one],)
        ]
        columns = ("customer_id", "brand_id", "kind", "value")
        found.copies.append((_copying("customer_address", columns), "".join(lines)))

    def _there(self, addresses: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        if not addresses:
            return {}
        rows = self._conn.execute(
            "select a.kind, a.value, coalesce(c.merged_into, c.id) as id from customer_address a"
            " join customer c on c.id = a.customer_id where a.brand_id = %s and (a.kind, a.value) in"
            " (select * from unnest(%s::text[], %s::text[]))",
            [self._brand_id, *map(list, zip(*addresses, strict=True))],
        ).fetchall()
        return {(row["kind"], row["value"]): int(row["id"]) for row in rows}

    def _asked(self, head: Stays, found: Ready) -> None:
        """Requests: one a contact, or those that the log names."""
        wanted, at = np.unique(head.request_id, return_index=True)
        new = self._requests[wanted] == 0
        wanted, at = wanted[new], at[new]
        ids = self._numbers("request", len(wanted))
        self._requests[wanted] = ids
        columns: list[Column] = [
            Numbers("id", ids),
            Numbers("brand_id", np.full(len(ids), self._brand_id)),
            Numbers("customer_id", self._customers[head.customer_id[at]]),
            Numbers("motive_id", self._mine.motives[head.motive_id[at]], nullable=True),
            Texts("state", np.zeros(len(ids), np.int64), ("closed",)),
            Numbers("opened_ms", head.arrived_ms[at]),
            Numbers("closed_ms", head.ended_ms[at]),
        ]
        found.copies.append(self._packed("request", columns))

    def _as_mine(self, part: Stays, contact_id: Ints) -> Stays:
        """Stays with the identifiers of this centre."""
        mine = self._mine
        return Stays(
            part.columns
            | {
                "contact_id": contact_id,
                "request_id": self._requests[part.request_id],
                "customer_id": self._customers[part.customer_id],
                "brand_id": np.full(len(part), self._brand_id),
                "channel_id": mine.channels[part.medium],
                "queue_id": mine.queues[part.queue_id, part.medium],
                "agent_id": mine.agents[part.agent_id],
                "motive_id": mine.motives[part.motive_id],
            }
        )

    def _contacts(self, stays: Stays, place: Ints, last: np.ndarray) -> tuple[sql.Composed, bytes]:
        head, tail = stays.where(np.append(True, place[1:] != place[:-1])), stays.where(last)
        size = len(head)
        # Who had it last, and the first answer: places written over in the order, the last one stays.
        agents = np.full(size, NEVER)
        had = stays.agent_id != NEVER
        agents[place[had]] = stays.agent_id[had]
        answered = np.full(size, NEVER)
        was = np.flatnonzero(stays.answered_ms != NEVER)[::-1]
        answered[place[was]] = stays.answered_ms[was]
        return self._packed(
            "contact",
            [
                Numbers("id", head.contact_id), Numbers("request_id", head.request_id),
                Numbers("brand_id", head.brand_id), Numbers("customer_id", head.customer_id),
                Numbers("channel_id", head.channel_id), Texts("medium", head.medium, _MEDIUM),
                Numbers("queue_id", tail.queue_id),
                Texts("state", (tail.end == End.ABANDONED).astype(np.int64), _STATES),
                Numbers("last_agent_id", agents, nullable=True), Numbers("motive_id", tail.motive_id, nullable=True),
                Texts("outcome", tail.outcome, _OUTCOME), Numbers("arrived_ms", head.arrived_ms),
                Numbers("queued_ms", tail.entered_ms), Numbers("place_ms", head.arrived_ms),
                Numbers("answered_ms", answered, nullable=True), Numbers("closed_ms", tail.ended_ms),
                Numbers("target_ms", tail.target_ms),
            ],
        )  # fmt: skip

    def _journal(self, stays: Stays, keys: list[str]) -> tuple[sql.Composed, str]:
        told = self._facts(stays)
        there = np.zeros((len(stays), len(told)), np.bool_)
        for at, one in enumerate(told):
            there[one.stays, at] = True
        # Stay by stay, and in each in their order.
        seq = (self._seq - 1 + np.cumsum(there.reshape(-1))).reshape(there.shape)
        lines: list[str] = []
        for at, one in enumerate(told):
            key = "%s" if at == 0 else _NULL
            line = f"%s\t%s\t{one.kind}\t%s\t%s\t{one.form}\t{key}\n"
            agents = [_NULL if agent == NEVER else agent for agent in one.agent_id.tolist()]
            columns = (
                seq[one.stays, at].tolist(),
                one.at_ms.tolist(),
                stays.contact_id[one.stays].tolist(),
                agents,
            )
            known_by = (map(_escaped, keys),) if at == 0 else ()
            lines.extend(map(line.__mod__, zip(*columns, *one.values, *known_by, strict=True)))
        self._seq += len(lines)
        columns = ("seq", "at_ms", "kind", "contact_id", "agent_id", "data", "dedupe_key")
        return _copying("journal", columns), "".join(lines)

    def _packed(self, table: str, columns: Sequence[Column]) -> tuple[sql.Composed, bytes]:
        query = _copying(table, [one.name for one in columns]) + sql.SQL(" with (format binary)")
        return query, packed(columns, self._widths[table])

    def _numbers(self, table: str, count: int) -> Ints:
        if not count:
            return np.zeros(0, np.int64)
        row = self._conn.execute(
            "select array(select nextval(s.name) from generate_series(1, %(count)s)) as ids"
            " from (select pg_get_serial_sequence(%(table)s, 'id')::regclass as name) as s",
            {"table": table, "count": count},
        ).fetchone()
        assert row is not None
        return np.sort(np.array(row["ids"], np.int64))


class _Mine:
    """Identifiers of this centre by the numbers of the log; at `NEVER`, the last place, there is none."""

    def __init__(self, names: Names, told: Told) -> None:
        self.agents = _table([names.of("agent", at + 1) for at in range(len(told.names("agent")))])
        self.motives = _table([names.of("motive", at + 1) for at in range(len(told.names("motive")))])
        self.channels = np.zeros(len(MEDIA), np.int64)
        self.queues = np.zeros((len(told.names("queue")) + 1, len(MEDIA)), np.int64)
        for number, medium, _ in told.queues():
            code = MEDIA.index(medium)
            self.channels[code] = names.channel(code)
            self.queues[number, code] = names.queue(number, code)


def _table(ids: list[int | None]) -> Ints:
    return np.array([NEVER, *(NEVER if one is None else one for one in ids), NEVER], np.int64)


def _copying(table: str, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )


_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _escaped(text: str) -> str:
    """A text as COPY reads it."""
    return text.translate(_ESCAPES)


def _or_null(text: str | None) -> str:
    return _NULL if text is None else _escaped(text)


def _runs(numbers: Ints) -> list[list[int]]:
    """Growing numbers as ranges: a live centre takes some in between."""
    breaks = np.flatnonzero(np.diff(numbers) != 1)
    starts, ends = np.append(0, breaks + 1), np.append(breaks, len(numbers) - 1)
    return [[int(numbers[low]), int(numbers[high])] for low, high in zip(starts, ends, strict=True)]
