"""A store in memory behind the ports of the centre: what the history is lived in before it is written down.

Rows are dictionaries of the columns that the use cases name, as the tables have them; `past.copying` writes them.
"""

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from functools import cache
from typing import Any

from affluent.centre.records import Chat, Contact, Customer, NewFile, NewMessage, Placing, Presence
from affluent.cli.demo.past.settings import Settings
from affluent.facts.agent import AgentFact
from affluent.facts.contact import ContactFact, DeliverySetAside
from affluent.facts.media import Medium
from affluent.facts.states import LIVE, AgentState, ContactState

Row = dict[str, Any]
Fact = ContactFact | AgentFact


class Numbers:
    """The next identifier of each table."""

    def __init__(self, first: Mapping[str, int]) -> None:
        self._next = dict(first)

    def take(self, table: str) -> int:
        number = self._next.get(table, 1)
        self._next[table] = number + 1
        return number


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.name not in ("at_ms", "contact_id", "agent_id"))


class Journal:
    """Facts in order; whoever lives in the history hears each."""

    def __init__(self, numbers: Numbers, heard: Callable[[Fact], None]) -> None:
        self._numbers = numbers
        self._heard = heard
        self._known: dict[str, int] = {}
        self.rows: list[Row] = []

    def append(self, fact: ContactFact | AgentFact | DeliverySetAside, dedupe_key: str | None) -> None:
        contact_id = getattr(fact, "contact_id", None)
        self.rows.append(
            {
                "seq": self._numbers.take("journal"),
                "at_ms": fact.at_ms,
                "kind": type(fact).__name__,
                "contact_id": contact_id,
                "agent_id": getattr(fact, "agent_id", None),
                "data": {name: getattr(fact, name) for name in _names(type(fact))},
                "dedupe_key": dedupe_key,
            }
        )
        if dedupe_key is not None:
            self._known[dedupe_key] = contact_id or 0
        if not isinstance(fact, DeliverySetAside):
            self._heard(fact)

    def known(self, dedupe_key: str) -> int | None:
        return self._known.get(dedupe_key)


_CONTACT = frozenset(one.name for one in fields(Contact))


class Contacts:
    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._known: dict[int, Contact] = {}
        self._of_agent: defaultdict[int, set[int]] = defaultdict(set)
        self._of_request: defaultdict[int, list[int]] = defaultdict(list)
        self._live: set[int] = set()
        self.rows: dict[int, Row] = {}

    def next_id(self) -> int:
        return self._numbers.take("contact")

    def insert(self, contact_id: int, columns: Row) -> None:
        row = {**dict.fromkeys(_CONTACT), "awaiting": "us", "wakes_on_customer": False, "wrote": False}
        row |= {"version": 0, "subject": "", "preview": "", "id": contact_id, **columns}
        self.rows[contact_id] = row
        self._of_request[row["request_id"]].append(contact_id)
        values = {name: row[name] for name in _CONTACT}
        values |= {"medium": Medium(row["medium"]), "state": ContactState(row["state"])}
        self._known[contact_id] = Contact(**values)

    def get(self, contact_id: int) -> Contact | None:
        return self._known.get(contact_id)

    def update(self, contact_id: int, columns: Row) -> None:
        before, row = self._known[contact_id], self.rows[contact_id]
        row |= columns
        row["version"] += 1
        changes: Row = {name: value for name, value in columns.items() if name in _CONTACT}
        if "state" in changes:
            changes["state"] = ContactState(changes["state"])
        after = replace(before, version=row["version"], **changes)
        self._known[contact_id] = after
        if after.agent_id != before.agent_id:
            self._of_agent[before.agent_id or 0].discard(contact_id)
            self._of_agent[after.agent_id or 0].add(contact_id)
        (self._live.add if after.state in LIVE else self._live.discard)(contact_id)

    def of_agent(self, agent_id: int) -> Sequence[Contact]:
        held = (self._known[one] for one in sorted(self._of_agent[agent_id]))
        there = (ContactState.OFFERED, ContactState.IN_HAND, ContactState.SLEEPING)
        return [one for one in held if one.state in there]

    def of_request(self, request_id: int) -> Sequence[Contact]:
        return [self._known[one] for one in self._of_request[request_id]]

    def live(self) -> Sequence[tuple[Contact, Placing]]:
        found: list[tuple[Contact, Placing]] = []
        for contact_id in sorted(self._live):
            row = self.rows[contact_id]
            placing = Placing(
                row.get("place_ms") or row["arrived_ms"],
                row.get("offer_expires_ms"),
                row.get("kept_for"),
                row.get("kept_until_ms"),
            )
            found.append((self._known[contact_id], placing))
        return found


class Requests:
    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self.rows: dict[int, Row] = {}
        self.threads: dict[tuple[int, str], Row] = {}

    def open(self, brand_id: int, customer_id: int, subject: str, at_ms: int) -> int:
        number = self._numbers.take("request")
        self.rows[number] = {
            "id": number, "brand_id": brand_id, "customer_id": customer_id, "subject": subject,
            "motive_id": None, "state": "open", "opened_ms": at_ms, "closed_ms": None,
        }  # fmt: skip
        return number

    def update(self, request_id: int, columns: Row) -> None:
        self.rows[request_id] |= columns

    def of_mail(self, brand_id: int, message_ids: Sequence[str]) -> int | None:
        for one in message_ids:
            thread = self.threads.get((brand_id, one))
            if thread is not None:
                return thread["request_id"]
        return None

    def remember_mail(self, brand_id: int, message_id: str, request_id: int, contact_id: int) -> None:
        self.threads.setdefault(
            (brand_id, message_id),
            {"brand_id": brand_id, "message_id": message_id, "request_id": request_id, "contact_id": contact_id},
        )


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
            if row["direction"] == "out" and row["delivery"] is not None:
                if mail_id is None or (row["mail"] or {}).get("message_id") == mail_id:
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
            if row["direction"] == direction and row["read_ms"] is None and (up_to is None or row["id"] <= up_to):
                row["read_ms"] = at_ms
                if direction == "out":
                    row["delivery"] = "read"
                found.append(row["id"])
        return found

    def last_mail(self, request_id: int) -> dict[str, Any] | None:
        rows = (row for row in reversed(self.rows.values()) if row["request_id"] == request_id)
        return next((row["mail"] for row in rows if row["direction"] == "in" and row["mail"]), None)


class Customers:
    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._by_address: dict[tuple[int, str, str], int] = {}
        self.rows: dict[int, Row] = {}
        self.addresses: list[Row] = []

    def find(self, brand_id: int, kind: str, value: str) -> Customer | None:
        known = self._by_address.get((brand_id, kind, value))
        return None if known is None else self.get(known)

    def get(self, customer_id: int) -> Customer | None:
        row = self.rows.get(customer_id)
        return None if row is None else Customer(row["id"], row["brand_id"], row["name"], row["language"], None)

    def create(self, brand_id: int, name: str, language: str | None, at_ms: int) -> Customer:
        number = self._numbers.take("customer")
        row: Row = {"id": number, "brand_id": brand_id, "name": name, "language": language, "note": ""}
        self.rows[number] = {**row, "created_ms": at_ms}
        return Customer(number, brand_id, name, language, None)

    def add_address(self, customer_id: int, brand_id: int, kind: str, value: str) -> None:
        if self._by_address.setdefault((brand_id, kind, value), customer_id) == customer_id:
            self.addresses.append(
                {"customer_id": customer_id, "brand_id": brand_id, "kind": kind, "value": value}
            )

    def update(self, customer_id: int, columns: Row) -> None:
        self.rows[customer_id] |= columns


class Chats:
    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._of_contact: dict[int, int] = {}
        self.rows: dict[int, Row] = {}

    def get(self, chat_id: int) -> Chat | None:
        row = self.rows.get(chat_id)
        if row is None:
            return None
        names = ("id", "channel_id", "customer_id", "contact_id", "language", "connected")
        return Chat(**{name: row[name] for name in names})

    def of_contact(self, contact_id: int) -> Chat | None:
        return self.get(self._of_contact.get(contact_id, 0))

    def create(self, channel_id: int, token_hash: bytes, language: str, page: str, at_ms: int) -> int:
        number = self._numbers.take("chat")
        self.rows[number] = {
            "id": number, "channel_id": channel_id, "token_hash": token_hash, "customer_id": None,
            "contact_id": None, "page": page, "language": language, "connected": True, "last_seen_ms": at_ms,
            "created_ms": at_ms,
        }  # fmt: skip
        return number

    def update(self, chat_id: int, columns: Row) -> None:
        self.rows[chat_id] |= columns
        if columns.get("contact_id") is not None:
            self._of_contact[columns["contact_id"]] = chat_id


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


class Timers:
    def __init__(self) -> None:
        self._due: dict[tuple[str, int], int] = {}
        self._of_contact: defaultdict[int, set[str]] = defaultdict(set)
        self._heap: list[tuple[int, int, str]] = []

    def set(self, kind: str, contact_id: int, due_ms: int) -> None:
        self._due[kind, contact_id] = due_ms
        self._of_contact[contact_id].add(kind)
        heapq.heappush(self._heap, (due_ms, contact_id, kind))

    def clear(self, contact_id: int, *kinds: str) -> None:
        for kind in kinds or tuple(self._of_contact[contact_id]):
            self._due.pop((kind, contact_id), None)
            self._of_contact[contact_id].discard(kind)

    def due(self, now_ms: int) -> Sequence[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        while (at_ms := self.next_ms()) is not None and at_ms <= now_ms:
            _, contact_id, kind = heapq.heappop(self._heap)
            self.clear(contact_id, kind)
            found.append((kind, contact_id))
        return found

    def next_ms(self) -> int | None:
        while self._heap and self._due.get((self._heap[0][2], self._heap[0][1])) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def rows(self) -> list[Row]:
        ordered = sorted((due_ms, contact_id, kind) for (kind, contact_id), due_ms in self._due.items())
        return [{"kind": kind, "contact_id": contact, "due_ms": due_ms} for due_ms, contact, kind in ordered]


class People:
    def __init__(self) -> None:
        self._there: dict[int, Presence] = {}

    def presence(self, account_id: int) -> Presence:
        return self._there.get(account_id) or Presence(account_id, AgentState.OFFLINE, None, 0)

    def set_presence(self, presence: Presence) -> None:
        self._there[presence.account_id] = presence

    def everyone(self) -> Sequence[Presence]:
        return [self._there[one] for one in sorted(self._there)]

    def drop_draft(self, account_id: int, contact_id: int) -> None:
        """Nobody keeps drafts in the past."""


class MemoryStore:
    """All ports of the centre, in memory. A savepoint undoes nothing: whoever lives here never makes mistakes."""

    def __init__(self, settings: Settings, first: Mapping[str, int], heard: Callable[[Fact], None]) -> None:
        numbers = Numbers(first)
        self.journal = Journal(numbers, heard)
        self.contacts = Contacts(numbers)
        self.requests = Requests(numbers)
        self.files = Files(numbers)
        self.messages = Messages(numbers, self.files)
        self.customers = Customers(numbers)
        self.chats = Chats(numbers)
        self.outbox = Outbox(numbers)
        self.timers = Timers()
        self.settings = settings
        self.people = People()

    @contextmanager
    def savepoint(self) -> Generator[None]:
        yield
