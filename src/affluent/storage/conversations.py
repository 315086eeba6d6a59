"""Messages, files and the outbox."""

import hashlib
from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from affluent.centre.records import Contact, NewFile, NewMessage
from affluent.storage.database import Conn
from affluent.storage.rows import insert_returning, storable
from affluent.storage.writing import Writing


class PgMessages:
    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def words(self, contact_id: int) -> str:
        rows = self._conn.execute(
            "select coalesce(nullif(new_text, ''), text) as said from message"
            " where contact_id = %s and direction = 'in' order by id",
            (contact_id,),
        ).fetchall()
        return "\n".join(row["said"] for row in rows)

    def add(self, contact: Contact, message: NewMessage, at_ms: int) -> int:
        columns: dict[str, Any] = {
            "contact_id": contact.id,
            "request_id": contact.request_id,
            "direction": message.direction,
            "author_kind": message.author_kind,
            "author_id": message.author_id,
            "author_name": storable(message.author_name),
            "at_ms": at_ms,
            "text": storable(message.text),
            "new_text": storable(message.new_text if message.new_text is not None else message.text),
            "quoted": storable(message.quoted) if message.quoted else None,
            "html": storable(message.html) if message.html else None,
            "has_remote_images": message.has_remote_images,
            "delivery": message.delivery,
            "key": message.key,
            "mail": message.mail,
            "event": message.event,
        }
        message_id = self._conn.number("message")
        self._conn.held.insert("message", message_id, {"id": message_id, **columns})
        if message.key is not None:
            self._conn.held.put(self._conn.held.keys, ("message", contact.id, message.key), message_id)
        for file in message.files:
            file_id = _hold_file(self._conn, contact.brand_id, file, at_ms)
            self._attach(message_id, file_id, file.inline_cid)
        for file_id in message.file_ids:
            self._attach(message_id, file_id, None)
        return message_id

    def _attach(self, message_id: int, file_id: int, inline_cid: str | None) -> None:
        row = {"message_id": message_id, "file_id": file_id, "inline_cid": inline_cid}
        self._conn.held.add("message_file", row)

    def by_key(self, contact_id: int, key: str) -> int | None:
        held: int | None = self._conn.held.key(("message", contact_id, key))
        if held is not None:
            return held
        query = "select id from message where contact_id = %s and key = %s"
        row = self._conn.look(query, (contact_id, key)).fetchone()
        return None if row is None else int(row["id"])

    def set_delivery(self, message_id: int, delivery: str, error: str | None) -> None:
        self._conn.act(
            "update message set delivery = %s, error = %s where id = %s", (delivery, error, message_id)
        )

    def of_mail(self, contact_id: int, mail_id: str | None) -> int | None:
        row = self._conn.act(
            "select id from message where contact_id = %(contact)s and direction = 'out'"
            " and delivery is not null"
            " and (%(mail)s::text is null or mail ->> 'message_id' = %(mail)s) order by id desc limit 1",
            {"contact": contact_id, "mail": mail_id},
        ).fetchone()
        return None if row is None else int(row["id"])

    def contact_of(self, message_id: int) -> tuple[int, str | None] | None:
        row = self._conn.act(
            "select contact_id, delivery from message where id = %s", (message_id,)
        ).fetchone()
        return None if row is None else (int(row["contact_id"]), row["delivery"])

    def mark_read(self, contact_id: int, at_ms: int, direction: str, up_to: int | None = None) -> list[int]:
        rows = self._conn.act(
            "update message set read_ms = %(at)s,"
            " delivery = case when direction = 'out' then 'read' else delivery end"
            " where contact_id = %(contact)s and direction = %(direction)s and read_ms is null"
            " and (%(up_to)s::bigint is null or id <= %(up_to)s) returning id",
            {"at": at_ms, "contact": contact_id, "direction": direction, "up_to": up_to},
        ).fetchall()
        return [int(row["id"]) for row in rows]

    def set_mail(self, message_id: int, headers: dict[str, Any]) -> None:
        self._conn.act("update message set mail = %s where id = %s", (Jsonb(headers), message_id))

    def last_mail(self, request_id: int) -> dict[str, Any] | None:
        row = self._conn.act(
            "select mail from message where request_id = %s and direction = 'in' and mail is not null"
            " order by id desc limit 1",
            (request_id,),
        ).fetchone()
        return None if row is None else row["mail"]


def keep_file(conn: Conn, brand_id: int | None, file: NewFile, at_ms: int, **owner: int) -> int:
    """Stores a file's content; returns its identifier."""
    return insert_returning(conn, "file", _file_row(brand_id, file, at_ms, owner))


def _hold_file(conn: Writing, brand_id: int | None, file: NewFile, at_ms: int) -> int:
    file_id = conn.number("file")
    conn.held.file(file_id, {"id": file_id, **_file_row(brand_id, file, at_ms, {})})
    return file_id


def _file_row(brand_id: int | None, file: NewFile, at_ms: int, owner: dict[str, int]) -> dict[str, Any]:
    return {
        "brand_id": brand_id,
        "filename": storable(file.filename)[:255] or "file",
        "content_type": storable(file.content_type)[:255],
        "size": len(file.content),
        "sha256": hashlib.sha256(file.content).digest(),
        "content": file.content,
        "created_ms": at_ms,
        **owner,
    }


class PgFiles:
    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def keep(self, brand_id: int, file: NewFile, at_ms: int) -> int:
        return _hold_file(self._conn, brand_id, file, at_ms)

    def keep_mail(self, channel_id: int, why: str, file_id: int, at_ms: int) -> None:
        self._conn.act(
            "insert into mail_kept (channel_id, kept_ms, why, file_id) values (%s, %s, %s, %s)",
            (channel_id, at_ms, why, file_id),
        )

    def usable(self, file_ids: Sequence[int], *, account_id: int | None, chat_id: int | None) -> bool:
        row = self._conn.act(
            "select count(*) as n from file f where id = any(%(ids)s)"
            " and (f.account_id = %(account)s or f.chat_id = %(chat)s)"
            " and not exists (select from message_file m where m.file_id = f.id)",
            {"ids": list(file_ids), "account": account_id, "chat": chat_id},
        ).fetchone()
        return row is not None and row["n"] == len(set(file_ids))


class PgOutbox:
    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def put(self, kind: str, *, message_id: int, contact_id: int, channel_id: int, due_ms: int) -> None:
        row = {
            "kind": kind,
            "message_id": message_id,
            "contact_id": contact_id,
            "channel_id": channel_id,
            "due_ms": due_ms,
            "created_ms": due_ms,
        }
        self._conn.held.add("outbox", row)

    def again(self, message_id: int, due_ms: int) -> bool:
        cursor = self._conn.act(
            "update outbox set state = 'due', due_ms = %s, attempts = 0, error = null"
            " where message_id = %s and state in ('failed', 'unconfirmed')",
            (due_ms, message_id),
        )
        return cursor.rowcount > 0

    def mark_sending(self, outbox_id: int) -> bool:
        cursor = self._conn.act(
            "update outbox set state = 'sending', attempts = attempts + 1 where id = %s and state = 'due'",
            (outbox_id,),
        )
        return cursor.rowcount > 0

    def settle(self, outbox_id: int, state: str, error: str | None, due_ms: int) -> int | None:
        row = self._conn.act(
            "update outbox set state = %(state)s, error = %(error)s, due_ms = %(due)s,"
            " attempts = attempts + (case when state = 'due' then 1 else 0 end)"
            " where id = %(id)s and state in ('due', 'sending') returning message_id",
            {"state": state, "error": error, "due": due_ms, "id": outbox_id},
        ).fetchone()
        return None if row is None else row["message_id"]
