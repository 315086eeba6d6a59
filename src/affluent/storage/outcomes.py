"""Outcomes read: stays of a period as columns, by one binary copy from PostgreSQL."""

from collections.abc import Collection, Sequence
from typing import Any, LiteralString, cast

import numpy as np
from psycopg import ClientCursor, sql
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.rows import tuple_row

from affluent.centre.figuring import Slice
from affluent.measure.occupancy import Holds, Spans
from affluent.measure.outcomes import MEDIA, NAMES, NEVER, SHORT_MS, Ints, Stays
from affluent.storage.database import Conn, Database

DAY_MS = 86_400_000
_HEADER_BYTES = 19
_TRAILER_BYTES = 2
_SMALL = frozenset(
    {"number", "medium", "synchronous", "kind", "asks", "offers", "declined", "expired", "replies", "end",
     "by_person", "outcome", "opens"}
)  # fmt: skip


class PgOutcomes:
    """The stays that the follower has written, as columns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stays(self, which: Slice, names: Sequence[str] = NAMES) -> Stays:
        """The stays of a slice: those that began or ended in the period, or lasted over it.

        `names` are the columns wanted: reading fewer is faster.
        """
        with self._database.transaction() as conn:
            return _read(conn, which, tuple(dict.fromkeys(names)))

    def spans(self, which: Slice) -> Spans:
        """What agents were doing in the period of a slice: those of its brands, or those it names."""
        params = {
            "from_ms": which.from_ms,
            "to_ms": which.to_ms,
            "agents": None if which.agents is None else sorted(which.agents),
            "brands": None if which.brands is None else sorted(which.brands),
            "brand": which.brand_id,
        }
        with self._database.transaction() as conn, conn.cursor(row_factory=tuple_row) as cursor:
            rows = cursor.execute(_SPANS, params).fetchall()
        columns = np.array(rows, np.int64).reshape(-1, 6).T
        return Spans(*columns)

    def holds(self, which: Slice, by: str) -> Holds:
        """What was in hand in the period of a slice, with what it is asked for `by`: `none` is 0 for all."""
        query = sql.SQL(
            "copy (select {} from agent_hold h join contact c on c.id = h.contact_id where {})"
        ).format(
            sql.SQL(", ").join(sql.SQL(f"({one})::bigint") for one in (*_HOLD, _HELD_BY[by])),
            _held_where(which),
        )
        params = _params(which) | {"media": [one.value for one in MEDIA], "medium_names": _named(which)}
        with self._database.transaction() as conn:
            statement = (query + sql.SQL(" to stdout (format binary)")).as_bytes(conn)
            data = _copied(conn, ClientCursor(conn).mogrify(statement, params).encode())
        return Holds(
            **_columns(data, ("agent_id", "from_ms", "to_ms", "live", "of"), small=frozenset()).columns
        )

    def zone(self, brands: Collection[int] | None, brand_id: int | None) -> str | None:
        """The time zone in which most queues of these brands open; None when no queue has hours."""
        with self._database.transaction() as conn:
            row = conn.execute(
                "select h.timezone from queue q join hours h on h.id = q.hours_id where not q.archived"
                " and (%(brands)s::bigint[] is null or q.brand_id = any(%(brands)s))"
                " and (%(brand)s::bigint is null or q.brand_id = %(brand)s)"
                " group by 1 order by count(*) desc, 1 limit 1",
                {"brands": None if brands is None else sorted(brands), "brand": brand_id},
            ).fetchone()
        return None if row is None else row["timezone"]

    def names(self, by: str, ids: Collection[int], locale: str) -> dict[int, str]:
        """What things are called, by identifier: brands, queues, channels, agents, motives."""
        with self._database.transaction() as conn:
            rows = conn.execute(_NAMES[by], {"ids": sorted(ids), "locale": locale}).fetchall()
        return {row["id"]: row["name"] for row in rows}

    def contacts(self, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Contacts as lines of a list, by identifier."""
        with self._database.transaction() as conn:
            rows = conn.execute(_CONTACTS, (list(ids),)).fetchall()
        return {row["id"]: row for row in rows}

    def followed_ms(self) -> int | None:
        """The instant of the last fact that is in the rows; None before the first."""
        with self._database.transaction() as conn:
            row = conn.execute(
                "select j.at_ms from followed f join journal j on j.seq = f.seq where f.follower = 'outcomes'"
            ).fetchone()
        return None if row is None else int(row["at_ms"])


_SPANS = """
select agent_id, from_ms, to_ms, presence, in_hand, live from agent_span s
where s.from_ms < %(to_ms)s and (s.to_ms < 0 or s.to_ms > %(from_ms)s)
  and (%(agents)s::bigint[] is null or s.agent_id = any(%(agents)s))
  and (%(brands)s::bigint[] is null or exists (select from account_brand w
    where w.account_id = s.agent_id and w.brand_id = any(%(brands)s)))
  and (%(brand)s::bigint is null or exists (select from account_brand w
    where w.account_id = s.agent_id and w.brand_id = %(brand)s))
order by agent_id, from_ms"""
_HOLD: tuple[LiteralString, ...] = ("h.agent_id", "h.from_ms", "h.to_ms", "h.live")
_HELD_BY: dict[str, LiteralString] = {
    "none": "0",
    "queue": "h.queue_id",
    "brand": "c.brand_id",
    "channel": "c.channel_id",
    "motive": "coalesce(c.motive_id, -1)",
    "problem": "coalesce(c.problem_id, -1)",
    "medium": "array_position(%(media)s::text[], c.medium) - 1",
}
_NAMES: dict[str, LiteralString] = {
    "brand": "select id, name from brand where id = any(%(ids)s)",
    "queue": "select id, name from queue where id = any(%(ids)s)",
    "channel": "select id, name from channel where id = any(%(ids)s)",
    "agent": "select id, name from account where id = any(%(ids)s)",
    "motive": "select id, case %(locale)s when 'fr' then name_fr else name_en end as name from motive"
    " where id = any(%(ids)s)",
    "problem": "select id, name from known_problem where id = any(%(ids)s)",
}
_CONTACTS = """
select c.id, c.medium, c.state, c.outcome, c.subject, c.arrived_ms, cu.id as customer_id,
  cu.name as customer_name, b.name as brand_name
from contact c join customer cu on cu.id = c.customer_id join brand b on b.id = c.brand_id
where c.id = any(%s)"""


def _read(conn: Conn, which: Slice, names: tuple[str, ...]) -> Stays:
    read = tuple(name for name in names if name != "short_ms")
    if "short_ms" in names and "queue_id" not in names:
        read = (*read, "queue_id")
    columns = sql.SQL(", ").join(_column(name) for name in read)
    query = sql.SQL("copy (select {} from stay s where {}) to stdout (format binary)")
    statement = query.format(columns, _where(which)).as_bytes(conn)
    written = ClientCursor(conn).mogrify(statement, _params(which))
    found = _columns(_copied(conn, written.encode()), read)
    if "short_ms" in names:
        # A handful of queues: cheaper looked up here than joined to each row there.
        found.columns["short_ms"] = _short_ms(conn, found.queue_id)
    return found


def _short_ms(conn: Conn, queue_id: Ints) -> Ints:
    """Who leaves a queue sooner did not wait, row by row."""
    rows = conn.execute("select id, short_abandon_ms from queue order by id").fetchall()
    ids = np.array([NEVER, *(row["id"] for row in rows)], np.int64)
    of = np.array([SHORT_MS, *(row["short_abandon_ms"] for row in rows)], np.int64)
    places = np.clip(np.searchsorted(ids, queue_id), 0, len(ids) - 1)
    return np.where(ids[places] == queue_id, of[places], SHORT_MS)


def _copied(conn: Conn, statement: bytes) -> bytes:
    """What a copy sends. One row is one message: libpq is asked for each, since more in between costs more."""
    wire = conn.pgconn
    begun = wire.exec_(statement)
    if begun.status != ExecStatus.COPY_OUT:
        raise error_from_result(begun)
    parts: list[bytes] = []
    size, data = wire.get_copy_data(0)
    while size > 0:
        parts.append(bytes(data))
        size, data = wire.get_copy_data(0)
    ended = wire.get_result()
    while ended is not None:
        if ended.status != ExecStatus.COMMAND_OK:
            raise error_from_result(ended)
        ended = wire.get_result()
    return b"".join(parts)


def _column(name: str) -> sql.Composable:
    if name == "problem_id":
        # An agent may say so at any time, and take it back: the contact knows.
        return sql.SQL("coalesce((select c.problem_id from contact c where c.id = s.contact_id), -1)::bigint")
    kind = sql.SQL("int" if name in _SMALL else "bigint")
    return sql.SQL("s.{}::{}").format(sql.Identifier(name), kind)


def _where(which: Slice) -> sql.Composable:
    # Each part has its index. Who lasts longer than a period of a day or more lasts longer than a day.
    over = "s.left_ms - s.entered_ms > 86400000 and " if which.to_ms - which.from_ms >= DAY_MS else ""
    period = (
        "((s.entered_ms >= %(from_ms)s and s.entered_ms < %(to_ms)s)"
        " or (s.left_ms >= %(from_ms)s and s.left_ms < %(to_ms)s)"
        " or (s.left_ms = -1 and s.entered_ms < %(to_ms)s)"
        f" or ({over}s.left_ms >= %(to_ms)s and s.entered_ms < %(from_ms)s))"
    )
    parts: list[sql.Composable] = [sql.SQL(cast("Any", period))]
    if which.brands is not None:
        parts.append(sql.SQL("s.brand_id = any(%(brands)s)"))
    if which.brand_id is not None:
        parts.append(sql.SQL("s.brand_id = %(brand_id)s"))
    for name, values in (
        ("queue_id", which.queues),
        ("channel_id", which.channels),
        ("agent_id", which.agents),
        ("medium", which.media),
    ):
        if values is not None:
            parts.append(sql.SQL("s.{} = any({})").format(sql.Identifier(name), sql.Placeholder(name)))
    return sql.SQL(" and ").join(parts)


def _held_where(which: Slice) -> sql.Composable:
    parts: list[LiteralString] = [
        "h.from_ms < %(to_ms)s and (h.to_ms < 0 or h.to_ms > %(from_ms)s) and h.to_ms <> h.from_ms"
    ]
    narrowing: tuple[tuple[LiteralString, object], ...] = (
        ("c.brand_id = any(%(brands)s)", which.brands),
        ("c.brand_id = %(brand_id)s", which.brand_id),
        ("h.queue_id = any(%(queue_id)s)", which.queues),
        ("c.channel_id = any(%(channel_id)s)", which.channels),
        ("h.agent_id = any(%(agent_id)s)", which.agents),
        ("c.medium = any(%(medium_names)s)", which.media),
    )
    for condition, values in narrowing:
        if values is not None:
            parts.append(condition)
    return sql.SQL(" and ").join(sql.SQL(one) for one in parts)


def _named(which: Slice) -> list[str]:
    return [MEDIA[one].value for one in sorted(which.media or ())]


def _params(which: Slice) -> dict[str, Any]:
    def listed(values: Collection[int] | None) -> list[int]:
        return sorted(values or ())

    return {
        "from_ms": which.from_ms,
        "to_ms": which.to_ms,
        "brands": listed(which.brands),
        "brand_id": which.brand_id,
        "queue_id": listed(which.queues),
        "channel_id": listed(which.channels),
        "agent_id": listed(which.agents),
        "medium": listed(which.media),
    }


def _columns(data: bytes, names: tuple[str, ...], small: Collection[str] = _SMALL) -> Stays:
    """Rows of fixed width, as PostgreSQL's binary copy writes them where nothing is null."""
    parts: list[tuple[str, str]] = [("fields", ">i2")]
    for name in names:
        parts += [(f"{name}_bytes", ">i4"), (name, ">i4" if name in small else ">i8")]
    row = np.dtype(parts)
    body = memoryview(data)[_HEADER_BYTES : len(data) - _TRAILER_BYTES]
    assert len(body) % row.itemsize == 0, "a column is null or has another width"
    rows = np.frombuffer(body, row)
    columns: dict[str, Ints] = {name: rows[name].astype(np.int64) for name in names}
    return Stays(columns)
