"""Contacts, requests and the journal in memory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from affluent.centre.ports import SetAside
from affluent.centre.records import Contact, Standing
from affluent.facts.agent import AgentFact, LimitsLifted
from affluent.facts.contact import ContactFact, DeliverySetAside
from affluent.facts.engine import EngineFact
from affluent.facts.journal import JournalFact
from affluent.facts.media import Medium
from affluent.facts.queue import QueueFact
from affluent.facts.reserve import ReserveFact
from affluent.facts.states import LIVE, ContactState
from affluent.facts.trial import TrialFact

Row = dict[str, Any]
Fact = ContactFact | AgentFact | LimitsLifted
_OVER = frozenset(("resolved", "unresolved", "no_reply"))


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

    def append(
        self,
        fact: JournalFact,
        dedupe_key: str | None,
    ) -> None:
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
        if not isinstance(fact, DeliverySetAside | QueueFact | ReserveFact | TrialFact | EngineFact):
            self._heard(fact)

    def known(self, dedupe_key: str) -> int | None:
        return self._known.get(dedupe_key)

    def set_aside(self, since_ms: int) -> Sequence[SetAside]:
        return [
            SetAside(row["at_ms"], row["kind"], row["contact_id"], row["agent_id"])
            for row in self.rows
            if row["at_ms"] >= since_ms and row["kind"] in ("OfferDeclined", "OfferExpired")
        ]


_CONTACT = frozenset(Contact._fields)


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
        row: Row = {**dict.fromkeys(_CONTACT), "awaiting": "us", "wakes_on_customer": False, "wrote": False}
        row |= {"version": 0, "subject": "", "preview": "", "id": contact_id, **columns}
        self.rows[contact_id] = row
        self._of_request[row["request_id"]].append(contact_id)
        values: Row = {name: row[name] for name in _CONTACT}
        values |= {"medium": Medium(row["medium"]), "state": ContactState(row["state"])}
        self._known[contact_id] = Contact(**values)

    def get(self, contact_id: int) -> Contact | None:
        return self._known.get(contact_id)

    def update(self, contact_id: int, columns: Row) -> Contact | None:
        before, row = self._known[contact_id], self.rows[contact_id]
        row |= columns
        row["version"] += 1
        changes: Row = {name: value for name, value in columns.items() if name in _CONTACT}
        if "state" in changes:
            changes["state"] = ContactState(changes["state"])
        after = before._replace(version=row["version"], **changes)
        self._known[contact_id] = after
        if after.agent_id != before.agent_id:
            self._of_agent[before.agent_id or 0].discard(contact_id)
            self._of_agent[after.agent_id or 0].add(contact_id)
        (self._live.add if after.state in LIVE else self._live.discard)(contact_id)
        return after

    def unlined(self) -> Sequence[Contact]:
        return [one for _, one in sorted(self._known.items()) if one.state is ContactState.RECEIVED]

    def of_agent(self, agent_id: int) -> Sequence[Contact]:
        held = (self._known[one] for one in sorted(self._of_agent[agent_id]))
        there = (ContactState.OFFERED, ContactState.IN_HAND, ContactState.SLEEPING)
        return [one for one in held if one.state in there]

    def of_request(self, request_id: int) -> Sequence[Contact]:
        return [self._known[one] for one in self._of_request[request_id]]

    def to_take(self, queue_id: int, agent_id: int, now_ms: int) -> Sequence[Contact]:
        """None: in this past whoever takes by hand takes what they saw."""
        return ()

    def beside(self, agent_id: int) -> Sequence[Contact]:
        """None: in this past nobody asks anybody in."""
        return ()

    def wrapping(self, agent_id: int) -> Sequence[Contact]:
        held = (self._known[one] for one in sorted(self._of_agent[agent_id]))
        return [one for one in held if one.wraps_until_ms is not None]

    def waiting_in(self, queue_id: int) -> Sequence[Contact]:
        there = (self._known[one] for one in sorted(self._live))
        in_line = (ContactState.WAITING, ContactState.OFFERED)
        return [one for one in there if one.queue_id == queue_id and one.state in in_line]

    def unmarked_after(
        self, contact_id: int, brand_id: int | None, most: int
    ) -> Sequence[tuple[Contact, str]]:
        raise AssertionError("the history knows no known problem")

    def held_up_by(self, problem_id: int, most: int) -> Sequence[Contact]:
        raise AssertionError("the history knows no known problem")

    def asked_before(self, customer_id: int, motive_id: int, since_ms: int, request_id: int) -> bool:
        return any(
            row["customer_id"] == customer_id
            and row.get("motive_id") == motive_id
            and (row.get("closed_ms") or 0) > since_ms
            and row["request_id"] != request_id
            and row.get("outcome") in _OVER
            for row in self.rows.values()
        )

    def live(self) -> Iterable[Standing]:
        return sorted(map(self._standing, self._live), key=lambda one: (one.place_ms, one.id))

    def _standing(self, contact_id: int) -> Standing:
        contact, row = self._known[contact_id], self.rows[contact_id]
        return Standing(
            contact.id,
            contact.brand_id,
            contact.queue_id,
            contact.state,
            contact.agent_id,
            contact.demands,
            contact.not_before_ms,
            contact.wraps_until_ms,
            row.get("place_ms") or row["arrived_ms"],
            row.get("offer_expires_ms"),
            row.get("kept_for"),
            row.get("kept_until_ms"),
            row.get("queued_ms"),
            contact.parts,
        )


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
            {
                "brand_id": brand_id,
                "message_id": message_id,
                "request_id": request_id,
                "contact_id": contact_id,
            },
        )
