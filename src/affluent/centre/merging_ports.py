"""What merging and splitting need from the outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from affluent.centre.wall import Viewer

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge as it was made; `moved` tells what went from one to the other."""

    id: int
    kind: str
    brand_id: int
    from_id: int
    into_id: int
    account_id: int
    moved: Json
    undone_ms: int | None


@dataclass(frozen=True, slots=True)
class Written:
    """A message that can be moved: whose it is, and the Message-ID it came or went under."""

    id: int
    contact_id: int
    direction: str
    at_ms: int
    text: str
    mail_id: str | None
    subject: str | None


class Merges(Protocol):
    """Within the transaction of the use case."""

    def record(
        self, kind: str, brand_id: int, from_id: int, into_id: int, at_ms: int, account_id: int,
        evidence: Sequence[Json], moved: Json,
    ) -> int: ...  # fmt: skip
    def get(self, merge_id: int) -> Merge | None: ...
    def undone(self, merge_id: int, at_ms: int, account_id: int) -> None: ...
    def request_state(self, request_id: int) -> Json:
        """Its `state`, `closed_ms`, `customer_id` and `merged_into`."""
        ...

    def request_of_contacts(self, contact_ids: Sequence[int], request_id: int) -> None:
        """The messages and the mail threads of these contacts belong to this request."""
        ...

    def card(self, customer_id: int) -> Json:
        """The customer's card: `name`, `language`, `segment`, `note`, `named_agent_id`, `brand_id`, `merged_into`."""
        ...

    def wishes(self, customer_id: int) -> list[int]:
        """The skills that the customer asked for, in order."""
        ...

    def set_wishes(self, customer_id: int, skill_ids: Sequence[int]) -> None: ...

    def belongings(self, customer_id: int) -> Json:
        """What is a customer's: the identifiers of `contacts`, `requests` and `chats`, and the `addresses`."""
        ...

    def give(self, belongings: Json, to_customer_id: int) -> None:
        """Requests, chats and addresses become this customer's; contacts go through facts."""
        ...

    def messages(self, message_ids: Sequence[int]) -> list[Written]: ...
    def others(self, contact_id: int, message_ids: Sequence[int]) -> int:
        """How many messages of its customer the contact has beside these."""
        ...

    def move_messages(self, messages: Sequence[Written], contact_id: int, request_id: int) -> None: ...


class MergeViews(Protocol):
    """What pages read about merges."""

    def of_contact(self, viewer: Viewer, contact_id: int) -> list[Json]:
        """Merges into this contact's request or customer that still stand, the latest first."""
        ...

    def likely(self, viewer: Viewer, customer_id: int) -> list[Json]:
        """Customers of the same brand who may be the same person, the likeliest first, with the evidence."""
        ...
