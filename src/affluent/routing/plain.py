"""Rules and standings as plain data (what JSON can hold), and back to the same records.

What an older version did not write has its default; what a newer one wrote besides is left out.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def as_plain(value: Any) -> Any:
    """A record as a mapping of what differs from its defaults; sets as sorted lists; mappings as lists of pairs."""
    if is_dataclass(value) and not isinstance(value, type):
        plain: dict[str, Any] = {}
        for one in fields(value):
            held = getattr(value, one.name)
            if held != _default(one):
                plain[one.name] = as_plain(held)
        return plain
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(cast("frozenset[int]", value))
    if isinstance(value, Mapping):
        return [[key, as_plain(held)] for key, held in cast("Mapping[Any, Any]", value).items()]
    if isinstance(value, tuple | list):
        return [as_plain(held) for held in cast("tuple[Any, ...]", value)]
    return value


def from_plain(kind: type[T], plain: Any) -> T:
    """The record of class `kind`. Raises KeyError, TypeError or ValueError for what is none."""
    return cast("T", _made(kind, plain))


def _default(one: Any) -> Any:
    return one.default_factory() if callable(one.default_factory) else one.default


@cache
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind)}


def _made(kind: Any, plain: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if plain is None:
            return None
        return _made(next(one for one in inner if one is not type(None)), plain)
    if origin is tuple:
        return tuple(_made(inner[0], one) for one in plain)
    if origin is frozenset:
        return frozenset(plain)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _made(inner[1], held) for key, held in plain}
    if is_dataclass(kind):
        hints = _hints(cast("type[Any]", kind))
        values = {name: _made(hints[name], held) for name, held in plain.items() if name in hints}
        return cast("type[Any]", kind)(**values)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    return plain
