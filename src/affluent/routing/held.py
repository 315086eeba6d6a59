"""Compiled rules receive the whole state as one pointer.

A tuple of arrays passed by value costs twice: its hundreds of words are copied at each call, and every array
is counted up and down. Here the descriptors of all arrays lie one after the other in a table, and compiled
code reads `k.agents.tier[a]` through the address of that table, as arrays of our own (`held_array`). Interpreted,
the same rules take the named tuples themselves.
"""

# pyright: basic
# Numba's extension interface and llvmlite carry no types.

import hashlib
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model
from numba.np.numpy_support import from_dtype

from affluent.routing.held_array import WORD, HeldArray, read_array


class HeldType(types.Type):
    """The compiled type of a state: for each attribute its type and the word of the table where it starts."""

    def __init__(self, places: tuple[tuple[str, types.Type, int], ...]) -> None:
        self.places = {name: (kind, word) for name, kind, word in places}
        # The name is the type's identity, and part of the symbol of every function: it had better be short.
        super().__init__(name=f"Held{hashlib.sha256(repr(places).encode()).hexdigest()[:16]}")


register_model(HeldType)(models.OpaqueModel)


@infer_getattr
class _Attribute(AttributeTemplate):
    key = HeldType

    def generic_resolve(self, held: HeldType, name: str) -> types.Type | None:
        found = held.places.get(name)
        return found[0] if found else None


@lower_getattr_generic(HeldType)
def _read(context: Any, builder: Any, held: HeldType, table: Any, name: str) -> Any:
    kind, word = held.places[name]
    start = builder.gep(table, [ir.Constant(ir.IntType(32), WORD * word)])
    return read_array(context, builder, kind, start) if isinstance(kind, HeldArray) else start


def _describe(array: np.ndarray[Any, Any]) -> list[int]:
    """The words of an array in the table, as `held_array` reads them: its address and its lengths."""
    assert array.flags.c_contiguous
    return [array.ctypes.data, *array.shape]


def _lay_out(state: Any) -> tuple[HeldType, list[int]]:
    places: list[tuple[str, types.Type, int]] = []
    words: list[int] = []
    for name in state._fields:
        part = getattr(state, name)
        if isinstance(part, np.ndarray):
            kind, inner = HeldArray(from_dtype(part.dtype), part.ndim), _describe(part)
        else:
            kind, inner = _lay_out(part)
        places.append((name, kind, len(words)))
        words += inner
    return HeldType(tuple(places)), words


class Holder:
    """Keeps a state and its table alive; `address` is what compiled entry points take."""

    def __init__(self, state: Any) -> None:
        self.state = state
        self.kind, words = _lay_out(state)
        self._table = np.array(words, np.int64)
        self.address = int(self._table.ctypes.data)


def opener(kind: HeldType) -> Any:
    """A function for compiled code that turns the address of a table into the state."""

    @intrinsic
    def opened(typing_context: Any, address: Any) -> Any:
        def lower(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

        return kind(types.int64), lower

    return opened
