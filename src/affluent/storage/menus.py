"""Voice menus, their versions and their recordings on PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString

from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from affluent.centre.administration.ports import AuditEntry
from affluent.centre.hours import Hours
from affluent.centre.menus.checking import Known, KnownQueue
from affluent.centre.menus.kept import MenuVersion, NewRecording, Recording, Refs, SavedMenu
from affluent.centre.menus.reading import read_menu
from affluent.centre.menus.resolving import resolved
from affluent.centre.menus.turns import Menu
from affluent.centre.refusals import Invalid
from affluent.storage import audit
from affluent.storage.database import Conn, Database
from affluent.storage.rows import storable

_MENU: LiteralString = (
    "m.id, m.brand_id, m.name, m.version, m.published, m.created_ms, m.changed_ms, c.name as created_by,"
    " h.name as changed_by from menu m left join account c on c.id = m.created_by"
    " left join account h on h.id = m.changed_by"
)
_RECORDING: LiteralString = (
    "p.id, p.brand_id, p.name, p.language, p.said, p.duration_ms, p.created_ms, a.name as created_by"
    " from menu_prompt p left join account a on a.id = p.created_by"
)


class PgMenus:
    """`Menus` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, brands: Collection[int] | None, before_id: int | None, most: int) -> Sequence[SavedMenu]:
        with self._database.reading() as conn:
            rows = conn.execute(
                "select '' as document, " + _MENU + " where not m.archived"
                " and (%(brands)s::bigint[] is null or m.brand_id = any(%(brands)s::bigint[]))"
                " and (%(before)s::bigint is null or m.id < %(before)s) order by m.id desc limit %(most)s",
                {"brands": _listed(brands), "before": before_id, "most": most},
            ).fetchall()
        return [SavedMenu(**row) for row in rows]

    def get(self, menu_id: int) -> SavedMenu | None:
        with self._database.reading() as conn:
            row = conn.execute(
                "select m.document, " + _MENU + " where m.id = %s and not m.archived", (menu_id,)
            ).fetchone()
        return None if row is None else SavedMenu(**row)

    def version(self, menu_id: int, number: int) -> str | None:
        with self._database.reading() as conn:
            row = conn.execute(
                "select document from menu_version where menu_id = %s and number = %s", (menu_id, number)
            ).fetchone()
        return None if row is None else row["document"]

    def versions(self, menu_id: int) -> Sequence[MenuVersion]:
        with self._database.reading() as conn:
            rows = conn.execute(
                "select v.number, v.name, v.at_ms, a.name as by, v.why, v.published_ms, p.name as published_by"
                " from menu_version v left join account a on a.id = v.account_id"
                " left join account p on p.id = v.published_by"
                " where v.menu_id = %s order by v.number desc limit 200",
                (menu_id,),
            ).fetchall()
        return [MenuVersion(**row) for row in rows]

    def insert(self, brand_id: int, name: str, document: str, entry: AuditEntry) -> int | None:
        try:
            with self._database.transaction() as conn:
                row = conn.execute(
                    "insert into menu (brand_id, name, document, created_ms, created_by, changed_ms, changed_by)"
                    " values (%(brand)s, %(name)s, %(document)s, %(at)s, %(by)s, %(at)s, %(by)s) returning id",
                    {
                        "brand": brand_id, "name": storable(name), "document": storable(document),
                        "at": entry.at_ms, "by": entry.account_id,
                    },
                ).fetchone()  # fmt: skip
                assert row is not None
                _keep_version(conn, row["id"], entry)
                audit.note(conn, _of(entry, row["id"]))
                return int(row["id"])
        except UniqueViolation:
            return None

    def change(self, menu_id: int, name: str, document: str, version: int, entry: AuditEntry) -> int | None:
        try:
            with self._database.transaction() as conn:
                row = conn.execute(
                    "update menu set name = %(name)s, document = %(document)s, version = version + 1,"
                    " changed_ms = %(at)s, changed_by = %(by)s"
                    " where id = %(id)s and version = %(version)s and not archived returning version",
                    {
                        "id": menu_id, "name": storable(name), "document": storable(document),
                        "version": version, "at": entry.at_ms, "by": entry.account_id,
                    },
                ).fetchone()  # fmt: skip
                if row is None:
                    return None
                _keep_version(conn, menu_id, entry)
                audit.note(conn, entry)
                return int(row["version"])
        except UniqueViolation:
            raise Invalid("taken", "name", value=name) from None

    def publish(self, menu_id: int, number: int, why: str, refs: Refs, entry: AuditEntry) -> None:
        with self._database.transaction() as conn:
            conn.execute("update menu set published = %s where id = %s", (number, menu_id))
            conn.execute(
                "update menu_version set why = %s, refs = %s, published_ms = %s, published_by = %s"
                " where menu_id = %s and number = %s",
                (storable(why), Jsonb(refs), entry.at_ms, entry.account_id, menu_id, number),
            )
            audit.note(conn, entry)

    def archive(self, menu_id: int, entry: AuditEntry) -> bool:
        with self._database.transaction() as conn:
            done = conn.execute(
                "update menu set archived = true where id = %(id)s and not archived and not exists"
                " (select from channel where medium = 'voice' and not archived"
                " and settings->>'menu_id' = %(id)s::text)",
                {"id": menu_id},
            ).rowcount
            if done:
                audit.note(conn, entry)
            return bool(done)

    def known(self, brands: Collection[int] | None, brand_id: int) -> Known | None:
        with self._database.reading() as conn:
            return _known(conn, brands, brand_id)

    def hours(self, ids: Collection[int]) -> Mapping[int, Hours]:
        with self._database.reading() as conn:
            return _hours(conn, ids)

    def refs(self, menu_id: int, number: int) -> Refs | None:
        with self._database.reading() as conn:
            row = conn.execute(
                "select refs from menu_version where menu_id = %s and number = %s", (menu_id, number)
            ).fetchone()
        return None if row is None else row["refs"]

    def playable(self, menu_id: int) -> Menu | None:
        with self._database.reading() as conn:
            row = conn.execute(
                "select m.brand_id, v.number, v.document, v.refs from menu m join menu_version v"
                " on v.menu_id = m.id and v.number = m.published where m.id = %s and not m.archived",
                (menu_id,),
            ).fetchone()
            known = None if row is None else _known(conn, [row["brand_id"]], row["brand_id"])
            if row is None or known is None:
                return None
            document, _ = read_menu(row["document"])
            return resolved(
                menu_id, row["number"], document, known, row["refs"], lambda ids: _hours(conn, ids)
            )


class PgRecordings:
    """`Recordings` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_brand(self, brand_id: int) -> Sequence[Recording]:
        with self._database.reading() as conn:
            rows = conn.execute(
                "select " + _RECORDING + " where p.brand_id = %s and not p.archived"
                " order by lower(p.name), p.language limit 1000",
                (brand_id,),
            ).fetchall()
        return [Recording(**row) for row in rows]

    def get(self, prompt_id: int) -> Recording | None:
        with self._database.reading() as conn:
            row = conn.execute(
                "select " + _RECORDING + " where p.id = %s and not p.archived", (prompt_id,)
            ).fetchone()
        return None if row is None else Recording(**row)

    def sound(self, prompt_id: int) -> bytes | None:
        with self._database.reading() as conn:
            row = conn.execute("select sound from menu_prompt where id = %s", (prompt_id,)).fetchone()
        return None if row is None else bytes(row["sound"])

    def insert(self, made: NewRecording, entry: AuditEntry) -> int:
        with self._database.transaction() as conn:
            conn.execute("select from brand where id = %s for update", (made.brand_id,))
            conn.execute(
                "update menu_prompt set archived = true where brand_id = %s and lower(name) = lower(%s)"
                " and language = %s and not archived",
                (made.brand_id, storable(made.name), made.language),
            )
            row = conn.execute(
                "insert into menu_prompt (brand_id, name, language, said, sound, duration_ms, created_ms,"
                " created_by) values (%s, %s, %s, %s, %s, %s, %s, %s) returning id",
                (
                    made.brand_id, storable(made.name), made.language, storable(made.said), made.sound,
                    made.duration_ms, entry.at_ms, entry.account_id,
                ),
            ).fetchone()  # fmt: skip
            assert row is not None
            audit.note(conn, _of(entry, row["id"]))
            return int(row["id"])

    def archive(self, prompt_id: int, entry: AuditEntry) -> None:
        with self._database.transaction() as conn:
            conn.execute("update menu_prompt set archived = true where id = %s", (prompt_id,))
            audit.note(conn, entry)


def _keep_version(conn: Conn, menu_id: int, entry: AuditEntry) -> None:
    conn.execute(
        "insert into menu_version (menu_id, number, name, document, at_ms, account_id)"
        " select id, version, name, document, %s, %s from menu where id = %s",
        (entry.at_ms, entry.account_id, menu_id),
    )


def _of(entry: AuditEntry, noun_id: int) -> AuditEntry:
    return AuditEntry(
        entry.at_ms, entry.account_id, entry.action, entry.noun, noun_id, entry.brands, entry.before, entry.after,
        entry.key_id, entry.reason, entry.batch,
    )  # fmt: skip


def _known(conn: Conn, brands: Collection[int] | None, brand_id: int) -> Known | None:
    brand = conn.execute("select locale from brand where id = %s and not archived", (brand_id,)).fetchone()
    if brand is None:
        return None
    seen = {"brand": brand_id, "brands": _listed(brands)}
    queues = conn.execute(
        "select id, name, brand_id, medium = 'voice' as voice from queue where not archived"
        " and (%(brands)s::bigint[] is null or brand_id = any(%(brands)s::bigint[])) order by id",
        seen,
    ).fetchall()
    motives = conn.execute(
        "select id, name_fr, name_en from motive where active and not archived"
        " and (brand_id is null or brand_id = %(brand)s) order by id desc",
        seen,
    ).fetchall()
    hours = conn.execute("select id, name from hours where not archived order by id desc").fetchall()
    channels = conn.execute(
        "select id, name from channel where brand_id = %(brand)s and active and not archived"
        " and medium <> 'voice' order by id desc",
        seen,
    ).fetchall()
    recordings: dict[str, dict[str, int]] = {}
    for row in conn.execute(
        "select id, name, language from menu_prompt where brand_id = %(brand)s and not archived order by id",
        seen,
    ).fetchall():
        recordings.setdefault(row["name"], {})[row["language"]] = row["id"]
    return Known(
        brand_id=brand_id,
        brand_language=brand["locale"],
        queues=tuple(KnownQueue(**row) for row in queues),
        motives={row[key]: row["id"] for key in ("name_en", "name_fr") for row in motives},
        hours={row["name"]: row["id"] for row in hours},
        channels={row["name"]: row["id"] for row in channels},
        recordings=recordings,
    )


def _hours(conn: Conn, ids: Collection[int]) -> Mapping[int, Hours]:
    rows: list[dict[str, Any]] = conn.execute(
        "select id, timezone, weekly, holidays, exceptions from hours where id = any(%s)", (sorted(ids),)
    ).fetchall()
    return {row["id"]: Hours.of(row) for row in rows}


def _listed(brands: Collection[int] | None) -> list[int] | None:
    return None if brands is None else sorted(brands)
