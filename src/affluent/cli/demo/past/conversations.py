"""Messages, files and the outbox in memory."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from affluent.centre.records import Contact, NewFile, NewMessage
from affluent.cli.demo.past.contacts import Numbers, Row


class Files:
    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self.rows: list[Row] = []
        self.kept: list[Row] = []

    def keep(self, brand_id: int, file: NewFile, at_ms: int) -> int:
        number = self._numbers.take("file")
        self.rows.append(
            {
                "id": number, "brand_id": brand_id, "filename": file.filename, "content_type": file.content_type,
                "size": len(file.content), "sha256": hashlib.sha256(file.content).digest(),
                "content": file.content, "created_ms": at_ms,
            }
        )  # fmt: skip
        return number

    def keep_mail(self, channel_id: int, why: str, file_id: int, at_ms: int) -> None:
        self.kept.append({"channel_id": channel_id, "kept_ms": at_ms, "why": why, "file_id": file_id})

    def usable(self, file_ids: Sequence[int], *, account_id: int | None, chat_id: int | None) -> bool:
        return not file_ids


class Messages:
    def __init__(self, numbers: Numbers, files: Files) -> None:
        self._numbers = numbers
        self._files = files
        self._keys: dict[tuple[int, str], int] = {}
        self._of_contact: defaultdict[int, list[Row]] = defaultdict(list)
        self.rows: dict[int, Row] = {}
        self.files: list[Row] = []

    def add(self, contact: Contact, message: NewMessage, at_ms: int) -> int:
        number = self._numbers.take("message")
        row: Row = {
            "id": number, "contact_id": contact.id, "request_id": contact.request_id,
            "direction": message.direction, "author_kind": message.author_kind, "author_id": message.author_id,
            "author_name": message.author_name, "at_ms": at_ms, "text": message.text,
            "new_text": message.new_text if message.new_text is not None else message.text,
            "quoted": message.quoted or None, "html": message.html or None,
            "has_remote_images": message.has_remote_images, "delivery": message.delivery, "error": None,
            "key": message.key, "mail": message.mail, "event": message.event, "read_ms": None,
        }  # fmt: skip
        self.rows[number] = row
        self._of_contact[contact.id].append(row)
        if message.key is not None:
            self._keys[contact.id, message.key] = number
        for file in message.files:
            file_id = self._files.keep(contact.brand_id, file, at_ms)
            self.files.append({"message_id": number, "file_id": file_id, "inline_cid": file.inline_cid})
        return number

    def by_key(self, contact_id: int, key: str) -> int | None:
        return self._keys.get((contact_id, key))

    def set_delivery(self, message_id: int, delivery: str, error: str | None) -> None:
        self.rows[message_id] |= {"delivery": delivery, "error": error}

    def of_mail(self, contact_id: int, mail_id: str | None) -> int | None:
        for row in reversed(self._of_contact[contact_id]):
            named = mail_id is None or (row["mail"] or {}).get("message_id") == mail_id
            if named and row["direction"] == "out" and row["delivery"] is not None:
                return row["id"]
        return None

    def set_mail(self, message_id: int, headers: dict[str, Any]) -> None:
        self.rows[message_id]["mail"] = headers

    def contact_of(self, message_id: int) -> tuple[int, str | None] | None:
        row = self.rows.get(message_id)
        return None if row is None else (row["contact_id"], row["delivery"])

    def mark_read(self, contact_id: int, at_ms: int, direction: str, up_to: int | None = None) -> list[int]:
        found: list[int] = []
        for row in self._of_contact[contact_id]:
            if (
                row["direction"] == direction
                and row["read_ms"] is None
                and (up_to is None or row["id"] <= up_to)
            ):
                row["read_ms"] = at_ms
                if direction == "out":
                    row["delivery"] = "read"
                found.append(row["id"])
        return found

    def words(self, contact_id: int) -> str:
        rows = (row for row in self.rows.values() if row["contact_id"] == contact_id)
        return "\n".join(row["new_text"] for row in rows if row["direction"] == "in")

    def last_mail(self, request_id: int) -> dict[str, Any] | None:
        rows = (row for row in reversed(self.rows.values()) if row["request_id"] == request_id)
        return next((row["mail"] for row in rows if row["direction"] == "in" and row["mail"]), None)


class Outbox:
    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._of_message: dict[int, int] = {}
        self.rows: dict[int, Row] = {}

    def put(self, kind: str, *, message_id: int, contact_id: int, channel_id: int, due_ms: int) -> None:
        number = self._numbers.take("outbox")
        self._of_message[message_id] = number
        self.rows[number] = {
            "id": number, "kind": kind, "message_id": message_id, "contact_id": contact_id,
            "channel_id": channel_id, "state": "due", "due_ms": due_ms, "attempts": 0, "error": None,
            "created_ms": due_ms,
        }  # fmt: skip

    def of_message(self, message_id: int) -> int:
        return self._of_message[message_id]

    def again(self, message_id: int, due_ms: int) -> bool:
        row = self.rows[self._of_message[message_id]]
        if row["state"] not in ("failed", "unconfirmed"):
            return False
        row |= {"state": "due", "due_ms": due_ms, "attempts": 0, "error": None}
        return True

    def mark_sending(self, outbox_id: int) -> bool:
        row = self.rows[outbox_id]
        if row["state"] != "due":
            return False
        row |= {"state": "sending", "attempts": row["attempts"] + 1}
        return True

    def settle(self, outbox_id: int, state: str, error: str | None, due_ms: int) -> int | None:
        row = self.rows[outbox_id]
        if row["state"] not in ("due", "sending"):
            return None
        row |= {"state": state, "error": error, "due_ms": due_ms}
        return row["message_id"]
