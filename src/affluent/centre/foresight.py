"""What a use case will ask the database first, told in advance: a group of commands asks it in one go.

Only a saving: a question that nobody foresaw is asked when it comes up.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from affluent.centre.ports import Store


@dataclass(frozen=True, slots=True)
class KeyKnown:
    """Whether a delivery with this key led to a contact before: `Journal.known`."""

    dedupe_key: str


@dataclass(frozen=True, slots=True)
class AddressOf:
    """Who has this address: `Customers.find`."""

    brand_id: int
    kind: str
    value: str


Question = KeyKnown | AddressOf
Foresight = Callable[..., Iterator[Question]]
"""Called with the store and the arguments of the use case."""

_OF: dict[Callable[..., Any], Foresight] = {}


def asks(use_case: Callable[..., Any], foresight: Foresight) -> None:
    """Tells what `use_case` will ask."""
    _OF[use_case] = foresight


def questions(store: "Store", use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Iterable[Question]:
    foresight = _OF.get(use_case)
    return () if foresight is None else foresight(store, *args, **kwargs)
