"""Files that a transaction will write: together, but for their sizes, with their bytes as they are."""

import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache

from affluent.storage.flight import Statement
from affluent.storage.rows import Params, as_json

TOGETHER_BYTES_MAX = 1 << 20
"""Of the bytes in one statement: a larger file goes by itself."""
_BYTEA = 17
"""The type's number in PostgreSQL's catalogue, as an array of it must name it."""


def files_written(files: Sequence[Params]) -> Iterator[Statement]:
    """Statements that insert these rows, each with its `content` and `sha256` as bytes and an `id`."""
    together: list[Params] = []
    size = 0
    for file in files:
        length = len(file["content"])
        if together and (size + length > TOGETHER_BYTES_MAX or file.keys() != together[0].keys()):
            yield _inserted(together)
            together, size = [], 0
        together.append(file)
        size += length
    if together:
        yield _inserted(together)


def _inserted(files: Sequence[Params]) -> Statement:
    names = tuple(files[0])
    plain = [{name: value for name, value in file.items() if not isinstance(value, bytes)} for file in files]
    bytes_ = tuple(name for name in names if isinstance(files[0][name], bytes))
    arrays = [_array([file[name] for file in files]) for name in bytes_]
    return Statement(_text(names, bytes_), (as_json(plain), *arrays), tuple(range(1, 1 + len(bytes_))))


@lru_cache
def _text(names: tuple[str, ...], bytes_: tuple[str, ...]) -> bytes:
    places = {name: f"(${at}::bytea[])[x.ordinality]" for at, name in enumerate(bytes_, 2)}
    values = ", ".join(places.get(name, f"x.{name}") for name in names)
    rows = "json_populate_recordset(null::file, $1) with ordinality x"
    return (
        f"insert into file ({', '.join(names)}) overriding system value select {values} from {rows}".encode()
    )


def _array(values: Sequence[bytes]) -> bytes:
    """An array of bytes as PostgreSQL sends and takes it in binary: one dimension from 1, no nulls."""
    parts = [struct.pack("!iiIii", 1, 0, _BYTEA, len(values), 1)]
    for value in values:
        parts.append(struct.pack("!i", len(value)))
        parts.append(value)
    return b"".join(parts)
