"""What a use case will ask the database first, told in advance: a group of commands asks it in one go.

Only a saving: a question that nobody foresaw is asked when it comes up.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from affluent.centre.ports import Store
from affluent.centre.questions import Question

Foresight = Callable[..., Iterator[Question]]
"""Called with the store and the arguments of the use case."""

_OF: dict[Callable[..., Any], Foresight] = {}


def asks(use_case: Callable[..., Any], foresight: Foresight) -> None:
    """Tells what `use_case` will ask."""
    _OF[use_case] = foresight


def questions(store: Store, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Iterable[Question]:
    foresight = _OF.get(use_case)
    return () if foresight is None else foresight(store, *args, **kwargs)
