"""A backup of the whole database, as it was at one instant, while the centre goes on."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from affluent.storage.backup_file import FORMAT, BackupWriter, Manifest, verify
from affluent.storage.database import Conn, served
from affluent.storage.errors import StorageError
from affluent.storage.migrate import current

LAST_BACKUP = "last_backup"
"""The setting that says when the latest backup was made."""
NAME = re.compile(r"affluent-\d{8}T\d{6}Z\.backup")
_TABLES = """
select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns,
  max(a.attname::text) filter (where a.attidentity <> '') as numbered
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and c.relname <> 'alembic_version'
  and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
group by c.relname order by c.relname"""


def back_up(dsn: str, path: Path, *, version: str, now_ms: int, extras: Mapping[str, bytes]) -> Manifest:
    """Writes the file, reads it again to compare, and only then gives it its name.

    `extras` are kept beside the tables. Raises `StorageError`: database_unreachable, backup_exists,
    backup_not_written, backup_damaged.
    """
    if path.exists():
        raise StorageError("backup_exists", path=path)
    schema = current(dsn)
    if schema is None:
        raise StorageError("nothing_to_back_up")
    unfinished = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            writer = BackupWriter(file, Manifest(FORMAT, schema, version, now_ms))
            for name, content in extras.items():
                writer.beside(name, content)
            with served(), psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
                _copy_all(conn, writer)
            writer.close()
            file.flush()
            os.fsync(file.fileno())
        manifest = verify(unfinished)
        unfinished.replace(path)
    except OSError as fault:
        raise StorageError("backup_not_written", path=path, detail=fault.strerror or str(fault)) from fault
    finally:
        unfinished.unlink(missing_ok=True)
    _remember(dsn, path, now_ms)
    return manifest


def tables(conn: Conn) -> dict[str, dict[str, Any]]:
    """The tables with their columns; `numbered` is the column whose numbers the database gives out."""
    return {row["name"]: row for row in conn.execute(_TABLES).fetchall()}


def _copy_all(conn: Conn, writer: BackupWriter) -> None:
    conn.execute("set transaction isolation level repeatable read, read only")
    known = tables(conn)
    # As pg_dump does: no migration may change a table between the instant we see and our coming to it.
    names = sql.SQL(", ").join(map(sql.Identifier, known))
    conn.execute(sql.SQL("lock table {} in access share mode").format(names))
    for name, row in known.items():
        columns: list[str] = row["columns"]
        copied = _Copied(conn, name, columns)
        kept = writer.table(name, columns, iter(copied))
        kept.rows = copied.rows
    for name, row in known.items():
        if row["numbered"]:
            # Numbers are given out outside of transactions: asked last, none in the file is higher.
            found = conn.execute(
                "select coalesce(pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass), 0) as last",
                [name, row["numbered"]],
            ).fetchone()
            assert found is not None
            writer.manifest.sequences[f"{name}.{row['numbered']}"] = found["last"]


class _Copied:
    """The rows of a table as COPY writes them; `rows` says how many they were, at their end."""

    def __init__(self, conn: Conn, name: str, columns: list[str]) -> None:
        wanted = sql.SQL(", ").join(map(sql.Identifier, columns))
        self._conn = conn
        self._statement = sql.SQL("copy {} ({}) to stdout").format(sql.Identifier(name), wanted)
        self.rows = 0

    def __iter__(self) -> Iterator[bytes]:
        with self._conn.cursor() as cursor:
            with cursor.copy(self._statement) as copy:
                for block in copy:
                    yield bytes(block)
            self.rows = cursor.rowcount


def _remember(dsn: str, path: Path, now_ms: int) -> None:
    said = {"at_ms": now_ms, "file": path.name, "bytes": path.stat().st_size}
    with served(), psycopg.connect(dsn) as conn:
        conn.execute(
            "insert into setting values (%s, %s) on conflict (key) do update set value = excluded.value",
            (LAST_BACKUP, Jsonb(said)),
        )


def put_away_old(folder: Path, keep: int) -> list[Path]:
    """Deletes all but the newest `keep` of the backups that bear our names; returns the deleted."""
    ours = sorted(one for one in folder.iterdir() if NAME.fullmatch(one.name))
    old = ours[:-keep] if keep else []
    for one in old:
        one.unlink()
    return old
