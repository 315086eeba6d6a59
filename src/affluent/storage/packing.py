"""Rows of whole numbers as PostgreSQL's binary COPY reads them, made by columns: a million rows in a second."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from affluent.measure.outcomes import NEVER, Ints
from affluent.storage.database import Conn

_BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_NULL = np.frombuffer(b"\xff\xff\xff\xff", np.uint8)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of whole numbers; `NEVER` is null where `nullable`."""

    name: str
    values: Ints
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of a few different texts: their places in `texts`."""

    name: str
    places: Ints
    texts: Sequence[str]


Column = Numbers | Texts


def widths(conn: Conn, table: str) -> dict[str, int]:
    """How many bytes the numbers of each column of a table take."""
    rows = conn.execute(
        "select attname, attlen from pg_attribute where attrelid = %s::regclass and attnum > 0", [table]
    ).fetchall()
    return {row["attname"]: row["attlen"] for row in rows}


def packed(columns: Sequence[Column], width: dict[str, int]) -> bytes:
    """The rows, in their order, whole: with the head and the foot of a copy."""
    kinds, kind_of = _kinds(columns)
    blocks = [_block(columns, width, kind, np.flatnonzero(kind_of == at)) for at, kind in enumerate(kinds)]
    lengths = (
        np.array([block.shape[1] for block in blocks], np.int64)[kind_of] if blocks else np.zeros(0, int)
    )
    ends = np.cumsum(lengths)
    out = np.empty(int(ends[-1]) if len(ends) else 0, np.uint8)
    for at, block in enumerate(blocks):
        if len(blocks) == 1:
            out = block.reshape(-1)
        else:
            rows = np.flatnonzero(kind_of == at)
            out[(ends - lengths)[rows][:, None] + np.arange(block.shape[1])] = block
    return _BEGIN + out.tobytes() + _END


def _kinds(columns: Sequence[Column]) -> tuple[list[list[int]], Ints]:
    """Rows with the same nulls and texts have one form; the forms, and the form of each row."""
    size = len(columns[0].values if isinstance(columns[0], Numbers) else columns[0].places)
    varying = [
        one.places if isinstance(one, Texts) else (one.values == NEVER).astype(np.int64)
        for one in columns
        if isinstance(one, Texts) or one.nullable
    ]
    if not varying or not size:
        return ([[]] if size else []), np.zeros(size, np.int64)
    forms, form_of = np.unique(np.stack(varying), axis=1, return_inverse=True)
    return forms.T.tolist(), form_of.reshape(-1)


def _block(columns: Sequence[Column], width: dict[str, int], kind: list[int], rows: Ints) -> np.ndarray:
    """The rows of one form, as bytes: a line each."""
    parts: list[np.ndarray] = [_repeated(len(columns).to_bytes(2, "big"), len(rows))]
    told = iter(kind)
    for one in columns:
        if isinstance(one, Texts):
            text = one.texts[next(told)].encode()
            parts.append(_repeated(len(text).to_bytes(4, "big") + text, len(rows)))
        elif one.nullable and next(told):
            parts.append(_repeated(_NULL.tobytes(), len(rows)))
        else:
            size = width[one.name]
            parts.append(_repeated(size.to_bytes(4, "big"), len(rows)))
            values = one.values[rows].astype(f">i{size}")
            parts.append(values.view(np.uint8).reshape(len(rows), size))
    return np.concatenate(parts, axis=1)


def _repeated(told: bytes, times: int) -> np.ndarray:
    return np.broadcast_to(np.frombuffer(told, np.uint8), (times, len(told)))
