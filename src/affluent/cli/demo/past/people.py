"""Customers, chats, presence and timers in memory."""

import heapq
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from affluent.centre.integration.attempt import Attempt
from affluent.centre.records import Chat, Customer, Presence
from affluent.centre.supervising.ports import Closure, Raise
from affluent.cli.demo.past.contacts import Numbers, Row
from affluent.facts.states import AgentState


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
        return (
            None if row is None else Customer(row["id"], row["brand_id"], row["name"], row["language"], None)
        )

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


class Repeated:
    """Nobody of the past sends a request of the API a second time."""

    def keep(self, attempt: Attempt, result: Any) -> bool:
        return True


class Unsupervised:
    """Nobody supervises the past: no channel is closed, no queue raised, and nobody asks for more."""

    def closure(self, channel_id: int) -> Closure | None:
        return None

    def standing(self) -> tuple[Sequence[Closure], Sequence[Raise]]:
        return (), ()


class Unnoticed:
    """Nobody of the past will look at a notification, and no note names a colleague."""

    def add(self, *told: object, **more: object) -> None:
        return None

    def colleagues(self, brand_id: int) -> Sequence[tuple[int, str]]:
        return ()


class Timers:
    def __init__(self) -> None:
        self._due: dict[tuple[str, int], int] = {}
        self._of_contact: defaultdict[int, set[str]] = defaultdict(set)
        self._heap: list[tuple[int, int, str]] = []

    def set(self, kind: str, contact_id: int, due_ms: int) -> None:
        self._due[kind, contact_id] = due_ms
        self._of_contact[contact_id].add(kind)
        heapq.heappush(self._heap, (due_ms, contact_id, kind))

    def after(self, now_ms: int) -> list[tuple[str, int, int]]:
        still = (
            (contact_id, kind, due_ms) for (kind, contact_id), due_ms in self._due.items() if due_ms > now_ms
        )
        return [(kind, contact_id, due_ms) for contact_id, kind, due_ms in sorted(still)]

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

    def at_hand(
        self, brand_id: int, *, team_id: int | None = None, skill_id: int | None = None, level: int = 1
    ) -> Sequence[int]:
        """None: in this past nobody asks anybody in."""
        return ()

    def everyone(self) -> Sequence[Presence]:
        return [self._there[one] for one in sorted(self._there)]

    def drop_draft(self, account_id: int, contact_id: int) -> None:
        """Nobody keeps drafts in the past."""
