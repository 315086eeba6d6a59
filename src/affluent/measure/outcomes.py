"""What became of a contact: the one fold over its facts, and the rows that every figure is made of.

A row is a *stay*: the contact came to a queue, waited there, was answered or not, was in an agent's hand, and
left. A contact that nobody hands on has one stay; a transfer begins another, so that each queue and each agent
answers for what was theirs. Rows are whole numbers only, so that one expression runs on a row and on columns of
ten million alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from itertools import groupby
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from affluent.facts.media import Medium, Outcome

NEVER = -1
"""What has not happened, or is not known: instants, identifiers, durations and codes."""
SHORT_MS = 5_000
"""Who leaves sooner than this did not wait, unless the queue sets another threshold."""

MEDIA = (
    Medium.VOICE, Medium.CHAT, Medium.EMAIL, Medium.SMS, Medium.MESSAGE, Medium.SOCIAL, Medium.FORM,
    Medium.POST, Medium.FAX, Medium.VIDEO,
)  # fmt: skip
"""A medium's code is its place here. Codes are stored: new ones go to the end."""
OUTCOMES = (
    Outcome.RESOLVED, Outcome.UNRESOLVED, Outcome.SPAM, Outcome.DUPLICATE, Outcome.NO_REPLY,
    Outcome.ABANDONED, Outcome.SILENT, Outcome.TURNED_AWAY, Outcome.SELF_SERVED,
    Outcome.UNREACHED,
)  # fmt: skip
"""An outcome's code is its place here. Codes are stored: new ones go to the end."""


class Kind(IntEnum):
    """How a stay began."""

    ARRIVAL = 0
    TRANSFER = 1
    RETURN = 2
    """Its agent was gone after it was answered: it stood in line again."""
    OVERFLOW = 3
    """Another queue sent it on: it had waited too long there, or that queue was full or closed."""
    OUTBOUND = 4
    """We called them: they asked for nothing."""


class End(IntEnum):
    """How a stay ended."""

    OPEN = 0
    CLOSED = 1
    ABANDONED = 2
    TRANSFERRED = 3
    RETURNED = 4
    OVERFLOWED = 5
    """The queue sent it on to another one."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a contact in a queue and in the hand that took it there. `NEVER` is what did not happen."""

    contact_id: int
    number: int
    """0 for the first stay of the contact."""
    request_id: int
    customer_id: int
    brand_id: int
    channel_id: int
    medium: int
    """Its place in `MEDIA`."""
    synchronous: int
    """1 when the customer is there while it lasts."""
    kind: int
    asks: int
    """1 when an answer is owed in this stay. A contact that comes back to the line unanswered owes it in its
    next stay, which keeps the first entry; one that comes back answered owes none."""
    queue_id: int
    agent_id: int
    """Who took it in this stay."""
    arrived_ms: int
    began_ms: int
    entered_ms: int
    """When the wait for this stay's answer began: earlier than the stay, where it is carried over."""
    target_ms: int
    due_ms: int
    """An answer at this instant is still within target."""
    offers: int
    declined: int
    expired: int
    offered_ms: int
    """The first offer to anyone."""
    taken_ms: int
    """When a person took it in hand."""
    replied_ms: int
    """The first words written by a person. What the centre sends by itself never counts."""
    replies: int
    answered_ms: int
    """Synchronous: a person took it. Asynchronous: a person wrote the first answer."""
    waited_ms: int
    """From entry to the answer, or to leaving without one, on the clock of the target."""
    ours_ms: int
    """In hand while it was for us to write."""
    theirs_ms: int
    """In hand while it was for the customer to write."""
    wrap_ms: int
    """In hand from the last message to being closed by its agent."""
    asleep_ms: int
    left_ms: int
    end: int
    by_person: int
    """1 when a person closed it, 0 when a rule of the centre did or nobody."""
    outcome: int
    """How the contact ended, on each of its stays; its place in `OUTCOMES`."""
    motive_id: int
    ended_ms: int
    """When the contact ended, on each of its stays."""
    steered: int = NEVER
    """0 where another channel was offered to the customer, 1 where they went there, 2 where they stayed."""
    opens: int = 1
    """1 for the first contact of its request."""
    again_ms: int = NEVER
    """When the next contact about the same request arrived."""
    customer_again_ms: int = NEVER
    """When the same customer's next contact arrived, about anything."""
    short_ms: int = SHORT_MS
    """Who leaves sooner did not wait: a setting of the queue, as of now."""


NAMES: tuple[str, ...] = tuple(one.name for one in fields(Stay))
Ints = NDArray[np.int64]


class Fields(Protocol):
    """What an expression reads: a `Stay`, or `Stays` by the million. The same names, numbers or columns."""

    def __getattribute__(self, name: str, /) -> Any: ...


class Stays:
    """Stays as columns: an attribute a name of `Stay`, an array of int64 of one length each."""

    def __init__(self, columns: dict[str, Ints]) -> None:
        """`columns` may leave names out; reading what was left out raises `AttributeError`."""
        lengths = {len(column) for column in columns.values()}
        assert len(lengths) <= 1, "columns differ in length"
        self.columns = columns
        self._length = lengths.pop() if lengths else 0

    @classmethod
    def of(cls, rows: Sequence[Stay]) -> "Stays":
        return cls({name: np.array([getattr(row, name) for row in rows], np.int64) for name in NAMES})

    def __len__(self) -> int:
        return self._length

    def __getattr__(self, name: str) -> Ints:
        try:
            return self.columns[name]
        except KeyError:
            raise AttributeError(name) from None

    def where(self, mask: NDArray[np.bool_]) -> "Stays":
        return Stays({name: column[mask] for name, column in self.columns.items()})

    def rows(self) -> list[Stay]:
        """The rows, when every column is there."""
        lists = [self.columns[name].tolist() for name in NAMES]
        return [Stay(*values) for values in zip(*lists, strict=True)]


def linked(rows: Iterable[Stay]) -> list[Stay]:
    """The rows with what only other contacts tell: `opens`, `again_ms`, `customer_again_ms`.

    Identifiers of contacts grow with their arrival. Returns the rows by contact and number.
    """
    in_order = sorted(rows, key=lambda row: (row.contact_id, row.number))
    opened: dict[int, int] = {}
    for row in in_order:
        opened.setdefault(row.request_id, row.contact_id)
    of_request: dict[int, int] = {}
    of_customer: dict[int, int] = {}
    found: list[Stay] = []
    for _, stays in groupby(reversed(in_order), key=lambda row: row.contact_id):
        last, *others = stays
        links = {
            "opens": int(opened[last.request_id] == last.contact_id),
            "again_ms": of_request.get(last.request_id, NEVER),
            "customer_again_ms": of_customer.get(last.customer_id, NEVER),
        }
        found += [replace(row, **links) for row in (last, *others)]
        of_request[last.request_id] = of_customer[last.customer_id] = last.arrived_ms
    return found[::-1]
