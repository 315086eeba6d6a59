"""Outcomes read: stays of a period as columns, by one binary copy from PostgreSQL."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from psycopg import sql

from affluent.measure.outcomes import NAMES, SHORT_MS, Ints, Stays
from affluent.storage.database import Conn, Database

DAY_MS = 86_400_000
_HEADER_BYTES = 19
_TRAILER_BYTES = 2
_SMALL = frozenset(
    {"number", "medium", "synchronous", "kind", "asks", "offers", "declined", "expired", "replies", "end",
     "by_person", "outcome", "opens"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slice:
    """Which stays: those that touch a period, on the viewer's side of the wall, narrowed at will.

    `brands` None is every brand. A filter that is None does not narrow.
    """

    from_ms: int
    to_ms: int
    brands: Collection[int] | None
    brand_id: int | None = None
    queues: Collection[int] | None = None
    channels: Collection[int] | None = None
    agents: Collection[int] | None = None
    media: Collection[int] | None = None


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

    def followed_ms(self) -> int | None:
        """The instant of the last fact that is in the rows; None before the first."""
        with self._database.transaction() as conn:
            row = conn.execute(
                "select j.at_ms from followed f join journal j on j.seq = f.seq where f.follower = 'outcomes'"
            ).fetchone()
        return None if row is None else int(row["at_ms"])


def _read(conn: Conn, which: Slice, names: tuple[str, ...]) -> Stays:
    columns = sql.SQL(", ").join(_column(name) for name in names)
    query = sql.SQL(
        "copy (select {} from stay s left join queue q on q.id = s.queue_id where {}) to stdout (format binary)"
    )
    with conn.cursor().copy(query.format(columns, _where(which)), _params(which)) as copy:
        data = b"".join(cast("Iterable[bytes]", copy))
    return _columns(data, names)


def _column(name: str) -> sql.Composable:
    if name == "short_ms":
        return sql.SQL("coalesce(q.short_abandon_ms, {})::bigint").format(sql.Literal(SHORT_MS))
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


def _columns(data: bytes, names: tuple[str, ...]) -> Stays:
    """Rows of fixed width, as PostgreSQL's binary copy writes them where nothing is null."""
    parts: list[tuple[str, str]] = [("fields", ">i2")]
    for name in names:
        parts += [(f"{name}_bytes", ">i4"), (name, ">i4" if name in _SMALL else ">i8")]
    row = np.dtype(parts)
    body = memoryview(data)[_HEADER_BYTES : len(data) - _TRAILER_BYTES]
    assert len(body) % row.itemsize == 0, "a column is null or has another width"
    rows = np.frombuffer(body, row)
    columns: dict[str, Ints] = {name: rows[name].astype(np.int64) for name in names}
    return Stays(columns)
