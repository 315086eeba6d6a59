"""Which histories were imported: one record each, kept with the settings."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from affluent.storage.database import Conn, Database

KEY = "history_import:"
_LOCK = 0x4869_7374


@dataclass(slots=True)
class Import:
    """One import. `ranges` are the identifiers of its contacts, from and to."""

    id: int
    file: str
    source: str
    brand_id: int
    started_ms: int
    digest: str = ""
    """Of the file: an import of it that was broken off is taken up again."""
    finished_ms: int | None = None
    contacts: int = 0
    known: int = 0
    """Contacts of the file that were there already."""
    open: int = 0
    """Contacts that have not ended: not imported."""
    ranges: list[list[int]] = field(default_factory=list[list[int]])
    made: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """Identifiers of what was made for it, by table."""


class NoImport(Exception):
    """There is no import of this number."""


class Busy(Exception):
    """Another import is under way."""


@contextmanager
def alone(database: Database) -> Generator[None]:
    """One import or taking back at a time."""
    with database.connect() as conn:
        conn.autocommit = True
        row = conn.execute("select pg_try_advisory_lock(%s) as had", [_LOCK]).fetchone()
        if row is None or not row["had"]:
            raise Busy
        try:
            yield
        finally:
            # The server sees a closed connection a moment later: who begins anew at once must not find it held.
            conn.execute("select pg_advisory_unlock(%s)", [_LOCK])


def unwatched(conn: Conn) -> None:
    """Without triggers where one may: every reference is to a row that this transaction knows, and words come later."""
    # The last commit waits for the disk, and for all before it.
    conn.execute("set local synchronous_commit = off")
    if goes_unwatched(conn):
        conn.execute("set local session_replication_role = replica")


def goes_unwatched(conn: Conn) -> bool:
    """Whether triggers, those that look at references among them, can be left out."""
    row = conn.execute("select current_setting('is_superuser') = 'on' as may").fetchone()
    return row is not None and bool(row["may"])


def next_id(conn: Conn) -> int:
    row = conn.execute(
        "select coalesce(max(split_part(key, ':', 2)::int), 0) + 1 as id from setting where key like %s",
        [f"{KEY}%"],
    ).fetchone()
    assert row is not None
    return int(row["id"])


def broken_off(conn: Conn, begun: Import) -> Import | None:
    """An import of the same file that did not come to its end."""

    def same(one: Import) -> bool:
        told = (one.digest, one.source, one.brand_id)
        return one.finished_ms is None and told == (begun.digest, begun.source, begun.brand_id)

    found = next((one for one in imports(conn) if same(one)), None)
    if found is not None:
        found.known = found.open = 0
    return found


def keep(conn: Conn, done: Import) -> None:
    value = {name: getattr(done, name) for name in Import.__slots__}
    conn.execute(
        "insert into setting values (%s, %s) on conflict (key) do update set value = excluded.value",
        [f"{KEY}{done.id}", json.dumps(value)],
    )


def audit(conn: Conn, done: Import, action: str) -> None:
    after = {"file": done.file, "source": done.source, "contacts": done.contacts}
    conn.execute(
        "insert into audit (at_ms, action, noun, noun_id, brand_ids, after) values (%s, %s, 'history', %s, %s, %s)",
        [done.finished_ms or done.started_ms, action, done.id, [done.brand_id], json.dumps(after)],
    )


def imports(conn: Conn) -> list[Import]:
    """All imports, the latest first."""
    rows = conn.execute("select value from setting where key like %s", [f"{KEY}%"]).fetchall()
    return sorted((Import(**row["value"]) for row in rows), key=lambda one: -one.id)
