"""A backup put back: into an empty database, or in the place of what stands there, which goes last."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from affluent.storage import outbound
from affluent.storage.backup_file import Manifest, parts, verify
from affluent.storage.database import Conn
from affluent.storage.errors import StorageError
from affluent.storage.migrate import known, migrate, newest
from affluent.storage.post import POSTMAN_LOCK
from affluent.storage.store import WRITER_LOCK

NUMBERS_APART = 100_000
"""New numbers begin so far behind the backup's: customers, mail servers and browsers know some given out since."""
RESTORED = "restored"
"""The setting that says from which backup this database comes."""
ASIDE = "affluent_before_restore"

_FOREIGN_KEYS = """
select conrelid::regclass::text as "table", conname as name, pg_get_constraintdef(oid) as definition
from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace order by conname"""
_INDEXES = """
select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
from pg_index i join pg_class c on c.oid = i.indrelid
where c.relnamespace = current_schema()::regnamespace and not i.indisprimary
  and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by 1"""


def restore(dsn: str, path: Path, *, now_ms: int, replace: bool) -> Manifest:
    """Everything in the file, brought to the newest schema, with nothing leaving the house until it is released.

    On any failure the database is as it was. Raises `StorageError`: those of `verify`, backup_newer,
    target_not_empty, target_not_ours, centre_running, database_unreachable, not_owner.
    """
    manifest = verify(path)
    if manifest.schema not in known():
        raise StorageError("backup_newer", path=path, found=manifest.version)
    with _permitted(), _alone(dsn) as guard:
        moved = _make_way(guard, path, replace=replace)
        try:
            migrate(dsn, manifest.schema)
            with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
                _fill(conn, path, manifest)
                _begin_anew(conn, manifest, now_ms)
            migrate(dsn)
        except BaseException:
            _put_back(guard, moved)
            raise
        if moved:
            guard.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(ASIDE)))
        guard.execute("analyze")
    return manifest


@contextmanager
def _permitted() -> Generator[None]:
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as refused:
        raise StorageError("not_owner", detail=str(refused).splitlines()[0]) from refused


@contextmanager
def _alone(dsn: str) -> Generator[Conn]:
    """A connection that keeps every centre from working on this database."""
    try:
        conn = psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row, autocommit=True)
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        raise StorageError("database_unreachable", detail=str(error).strip()) from error
    with conn:
        held = conn.execute(
            "select pg_try_advisory_lock(%s, 0) and pg_try_advisory_lock(%s) as held",
            [WRITER_LOCK & 0x7FFF_FFFF, POSTMAN_LOCK],
        ).fetchone()
        if held is None or not held["held"]:
            raise StorageError("centre_running")
        yield conn


def _make_way(conn: Conn, path: Path, *, replace: bool) -> bool:
    """Puts aside what stands in the way; whether there was anything."""
    names = {
        row["name"]
        for row in conn.execute(
            "select relname as name from pg_class where relkind in ('r', 'v', 'm')"
            " and relnamespace = current_schema()::regnamespace"
        )
    }
    if not names:
        return False
    if "alembic_version" not in names or "journal" not in names:
        raise StorageError("target_not_ours", found=", ".join(sorted(names)[:3]))
    filled = conn.execute(
        "select exists (select from account) or exists (select from brand) or exists (select from journal) as filled"
    ).fetchone()
    if not replace and filled is not None and filled["filled"]:
        raise StorageError("target_not_empty", path=path)
    with conn.transaction():
        here = _schema(conn)
        conn.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(ASIDE)))
        conn.execute(
            sql.SQL("alter schema {} rename to {}").format(sql.Identifier(here), sql.Identifier(ASIDE))
        )
        conn.execute(sql.SQL("create schema {}").format(sql.Identifier(here)))
    return True


def _put_back(conn: Conn, moved: bool) -> None:
    """The database as it was before."""
    with conn.transaction():
        here = sql.Identifier(_schema(conn))
        conn.execute(sql.SQL("drop schema {} cascade").format(here))
        if moved:
            conn.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(ASIDE), here))
        else:
            conn.execute(sql.SQL("create schema {}").format(here))


def _schema(conn: Conn) -> str:
    row = conn.execute("select current_schema()::text as name").fetchone()
    assert row is not None
    return row["name"]


def _fill(conn: Conn, path: Path, manifest: Manifest) -> None:
    """Rows first, what they must satisfy after: tables then need no order, and indexes are built once."""
    keys = conn.execute(_FOREIGN_KEYS).fetchall()
    indexes = conn.execute(_INDEXES).fetchall()
    for key in keys:
        conn.execute(f"alter table {key['table']} drop constraint {_quoted(key['name'])}".encode())
    for index in indexes:
        conn.execute(f"drop index {index['name']}".encode())
    for table in manifest.tables:
        conn.execute(sql.SQL("alter table {} disable trigger user").format(sql.Identifier(table)))
    # Migrations leave rows of their own; the backup has them as they had become.
    every = sql.SQL(", ").join(map(sql.Identifier, manifest.tables))
    conn.execute(sql.SQL("truncate {}").format(every))
    with parts(path) as found:
        for table, texts in _by_table(found):
            _load(conn, table, manifest.tables[table].columns, texts)
    for table in manifest.tables:
        conn.execute(sql.SQL("alter table {} enable trigger user").format(sql.Identifier(table)))
    for index in indexes:
        conn.execute(str(index["definition"]).encode())
    for key in keys:
        conn.execute(
            f"alter table {key['table']} add constraint {_quoted(key['name'])} {key['definition']}".encode()
        )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _by_table(found: Iterable[tuple[str, str, bytes]]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The parts of each table; whoever takes a table reads all of it before the next."""
    rows = ((name, content) for kind, name, content in found if kind == "tables")
    for table, texts in groupby(rows, key=itemgetter(0)):
        yield table, (content for _, content in texts)


def _load(conn: Conn, table: str, columns: list[str], texts: Iterator[bytes]) -> None:
    wanted = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), wanted)
    with conn.cursor() as cursor, cursor.copy(statement) as copy:
        for text in texts:
            copy.write(text)


def _begin_anew(conn: Conn, manifest: Manifest, now_ms: int) -> None:
    for place, last in manifest.sequences.items():
        conn.execute(
            "select setval(pg_get_serial_sequence(%s, %s)::regclass, %s)",
            [*place.split("."), last + NUMBERS_APART],
        )
    said: dict[str, Any] = {"at_ms": now_ms, "backup_ms": manifest.created_ms}
    conn.execute(
        "insert into setting values (%s, %s) on conflict (key) do update set value = excluded.value",
        [RESTORED, Jsonb(said)],
    )
    # Some were ended since: all sign in again.
    conn.execute("update session set revoked = true")
    outbound.hold(conn, now_ms=now_ms, backup_ms=manifest.created_ms)


def needs_upgrade(manifest: Manifest) -> bool:
    """Whether the backup was made by an older version than this one."""
    return manifest.schema != newest()
