"""What people keep beside the contacts: drafts, files, customers' cards."""

import hashlib
from collections.abc import Sequence

from affluent.centre.addresses import TYPED, all_checked
from affluent.centre.administration.ports import AuditEntry
from affluent.centre.records import NewFile
from affluent.centre.refusals import Invalid, NotFound, Refusal
from affluent.centre.views import Json
from affluent.centre.wall import Viewer
from affluent.storage.audit import note
from affluent.storage.conversations import keep_file
from affluent.storage.database import Conn, Database
from affluent.storage.routing_rules import SERVING
from affluent.storage.rows import update

DRAFT_CHARS_MAX = 100_000
CARD = ("name", "language", "segment", "note", "named_agent_id")


class PgWorkspace:
    """`Workspace` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_draft(self, account_id: int, contact_id: int, text: str, kind: str, now_ms: int) -> None:
        """Keeps a draft; an empty one is forgotten."""
        if len(text) > DRAFT_CHARS_MAX:
            raise Invalid("text_too_long", "text", most=DRAFT_CHARS_MAX)
        with self._database.transaction() as conn:
            if not text.strip():
                conn.execute(
                    "delete from draft where account_id = %s and contact_id = %s", (account_id, contact_id)
                )
                return
            conn.execute(
                "insert into draft (account_id, contact_id, text, kind, updated_ms)"
                " values (%s, %s, %s, %s, %s) on conflict (account_id, contact_id)"
                " do update set text = excluded.text, kind = excluded.kind, updated_ms = excluded.updated_ms",
                (account_id, contact_id, text, kind, now_ms),
            )

    def upload(self, account_id: int, filename: str, content_type: str, content: bytes, now_ms: int) -> Json:
        file = NewFile(filename, content_type, content)
        with self._database.transaction() as conn:
            file_id = keep_file(conn, None, file, now_ms, account_id=account_id)
            row = conn.execute(
                "select id, filename, content_type, size from file where id = %s", (file_id,)
            ).fetchone()
        assert row is not None
        return row

    def file(self, viewer: Viewer, file_id: int) -> tuple[Json, bytes]:
        """A file that hangs on a message of the viewer's brands, or that they uploaded themselves."""
        with self._database.transaction() as conn:
            row = conn.execute(
                "select f.id, f.filename, f.content_type, f.size, f.sha256, f.content, f.account_id,"
                " coalesce(f.brand_id, (select c.brand_id from message_file mf"
                " join message m on m.id = mf.message_id join contact c on c.id = m.contact_id"
                " where mf.file_id = f.id limit 1)) as brand_id"
                " from file f where f.id = %s",
                (file_id,),
            ).fetchone()
        if row is None or (row["brand_id"] is None and row["account_id"] != viewer.account_id):
            raise NotFound("not_found")
        viewer.behind_wall(row["brand_id"])
        content = bytes(row["content"])
        assert hashlib.sha256(content).digest() == bytes(row["sha256"]), "a stored file has changed"
        return {key: row[key] for key in ("id", "filename", "content_type", "size")}, content

    def change_customer(self, viewer: Viewer, customer_id: int, changes: Json, now_ms: int) -> Json:
        """Changes a customer's card. Raises `Refusal` for an address that is another customer's."""
        wanted = all_checked(changes["addresses"]) if "addresses" in changes else None
        with self._database.transaction() as conn:
            row = conn.execute("select * from customer where id = %s for update", (customer_id,)).fetchone()
            if row is None:
                raise NotFound("not_found")
            viewer.behind_wall(row["brand_id"])
            _check_named(conn, row["brand_id"], changes.get("named_agent_id"))
            update(conn, "customer", customer_id, {key: changes[key] for key in CARD if key in changes})
            before = {key: row[key] for key in CARD if key in changes and row[key] != changes[key]}
            after = {key: changes[key] for key in before}
            if "wish_ids" in changes:
                had_wishes, has_wishes = _replace_wishes(conn, customer_id, changes["wish_ids"])
                if had_wishes != has_wishes:
                    before, after = {**before, "wish_ids": had_wishes}, {**after, "wish_ids": has_wishes}
            if wanted is not None:
                had, has = _replace_addresses(conn, row["brand_id"], customer_id, wanted)
                if had != has:
                    before, after = {**before, "addresses": had}, {**after, "addresses": has}
            if after:
                brands = [row["brand_id"]]
                note(
                    conn,
                    AuditEntry(
                        now_ms,
                        viewer.account_id,
                        "change",
                        "customer",
                        customer_id,
                        brands,
                        before,
                        after,
                        viewer.key_id,
                    ),
                )
        return changes


def _check_named(conn: Conn, brand_id: int, account_id: int | None) -> None:
    """Raises `Invalid` for someone who cannot serve the customer's brand."""
    if account_id is None:
        return
    serves = conn.execute(
        "select 1 from account a where id = %s and active and not archived and role = any(%s)"
        " and (exists (select from account_brand w where w.account_id = a.id and w.brand_id = %s)"
        " or (role = 'administrator' and not exists (select from account_brand w where w.account_id = a.id)))",
        (account_id, list(SERVING), brand_id),
    ).fetchone()
    if serves is None:
        raise Invalid("no_such_reference", "named_agent_id")


def _replace_wishes(conn: Conn, customer_id: int, wanted: Sequence[int]) -> tuple[list[int], list[int]]:
    """Makes the skills that the customer asked for these; returns those before and those now."""
    rows = conn.execute(
        "select skill_id from customer_wish where customer_id = %s order by 1", (customer_id,)
    ).fetchall()
    had, now = [row["skill_id"] for row in rows], sorted(set(wanted))
    known = conn.execute(
        "select id from skill where id = any(%s) and (not archived or id = any(%s))", (now, had)
    ).fetchall()
    if len(known) < len(now):
        raise Invalid("no_such_reference", "wish_ids")
    conn.execute("delete from customer_wish where customer_id = %s", (customer_id,))
    conn.execute(
        "insert into customer_wish (customer_id, skill_id) select %s, unnest(%s::bigint[])",
        (customer_id, now),
    )
    return had, now


def _replace_addresses(
    conn: Conn, brand_id: int, customer_id: int, wanted: Sequence[tuple[int, str, str]]
) -> tuple[list[str], list[str]]:
    """Makes the typed addresses these; returns those before and those now."""
    rows = conn.execute(
        "select kind, value from customer_address where customer_id = %s and kind = any(%s)",
        (customer_id, sorted(TYPED)),
    ).fetchall()
    had = {(row["kind"], row["value"]) for row in rows}
    now = {(kind, value) for _, kind, value in wanted}
    for kind, value in sorted(had - now):
        conn.execute(
            "delete from customer_address where brand_id = %s and kind = %s and value = %s",
            (brand_id, kind, value),
        )
    for position, kind, value in wanted:
        if (kind, value) in had:
            continue
        added = conn.execute(
            "insert into customer_address (customer_id, brand_id, kind, value) values (%s, %s, %s, %s)"
            " on conflict do nothing",
            (customer_id, brand_id, kind, value),
        )
        if added.rowcount == 0:
            raise Refusal(
                "address_of_other_customer",
                f"addresses.{position}.value",
                name=_name_of(conn, brand_id, kind, value),
            )
    return sorted(value for _, value in had), sorted(value for _, value in now)


def _name_of(conn: Conn, brand_id: int, kind: str, value: str) -> str:
    row = conn.execute(
        "select c.id, c.name from customer c join customer_address a on a.customer_id = c.id"
        " where a.brand_id = %s and a.kind = %s and a.value = %s",
        (brand_id, kind, value),
    ).fetchone()
    return "" if row is None else row["name"] or str(row["id"])
