"""What is kept of calls that an agent makes, and where."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from affluent.centre.outbound_calls.law import Known, Purpose, Said
from affluent.centre.wall import Viewer


def digest_of(number: str) -> bytes:
    """SHA-256 of a number in E.164, as lists keep it."""
    return hashlib.sha256(number.encode()).digest()


@dataclass(frozen=True, slots=True)
class Proof:
    """A call as it was made: who called whom, why, by which rules and under which consent."""

    contact_id: int
    brand_id: int
    account_id: int
    number: str
    shown: str
    purpose: Purpose
    at_ms: int
    law: dict[str, Any]
    said: Said | None
    said_id: int | None
    listed: bool


class CallingOut(Protocol):
    """Within one transaction. `storage` provides it on PostgreSQL."""

    def known(self, brand_id: int, number: str, purpose: Purpose, since_ms: int) -> Known: ...

    def prove(self, proof: Proof) -> None: ...

    def say(
        self,
        brand_id: int,
        number: str,
        purpose: Purpose,
        said: Said,
        source: str,
        account_id: int,
        at_ms: int,
    ) -> None:
        """Keeps what somebody said about being called. The latest holds."""
        ...

    def is_theirs(self, customer_id: int, number: str) -> bool:
        """Whether a number stands on the customer's card, or is one they called from."""
        ...

    def a_server(self) -> int | None:
        """A telephone server that may dial numbers; None when there is none."""
        ...

    def held(self) -> bool:
        """Whether nothing leaves this house now: a restored centre."""
        ...


@dataclass(frozen=True, slots=True)
class CallList:
    id: int
    name: str
    numbers: int
    uploaded_ms: int


class CallLists(Protocol):
    """Lists of those not to be called, and the journal of calls, for pages; each act is one short transaction."""

    def lists(self) -> Sequence[CallList]: ...

    def keep(self, viewer: Viewer, name: str, digests: Iterable[bytes], now_ms: int) -> CallList:
        """A new list, or the one of this name made anew."""
        ...

    def drop(self, viewer: Viewer, list_id: int, now_ms: int) -> None:
        """Raises `NotFound`."""
        ...

    def words(self, viewer: Viewer, customer_id: int) -> Sequence[dict[str, Any]]:
        """What a customer said about being called, the latest first. Raises `NotFound` behind the wall."""
        ...

    def journal(
        self, viewer: Viewer, from_ms: int, to_ms: int, most: int, *, latest_first: bool = False
    ) -> Iterator[dict[str, Any]]:
        """The calls that were made in a time, in order, of the brands that who asks may see."""
        ...
