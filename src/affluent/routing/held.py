"""Compiled rules receive the whole state as one pointer.

A tuple of arrays passed by value costs twice: its hundreds of words are copied at each call, and every array
is counted up and down. Here the descriptors of all arrays lie one after the other in a table, and compiled
code reads `k.agents.tier[a]` through the address of that table. Where indices are checked the arrays are Numba's
own, else leaner ones. Interpreted, the same rules take the named tuples themselves.
"""

# pyright: basic
# Numba's extension interface and llvmlite carry no types; nothing else of the engine is exempt.

import hashlib
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model
from numba.np.numpy_support import from_dtype

from affluent.routing.compiled import CHECKED
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
    if isinstance(kind, HeldType):
        return start
    if isinstance(kind, HeldArray):
        return read_array(context, builder, kind, start)
    descriptor = builder.load(builder.bitcast(start, context.get_value_type(kind).as_pointer()))
    # The table never changes while compiled code runs, so a descriptor may be read once and kept.
    descriptor.set_metadata("invariant.load", builder.module.add_metadata([]))
    return descriptor


def _describe(array: np.ndarray[Any, Any]) -> list[int]:
    """The words of Numba's array model: no owner, no parent, items, item bytes, address, shape, strides."""
    assert array.flags.c_contiguous
    return [0, 0, array.size, array.itemsize, array.ctypes.data, *array.shape, *array.strides]


def _kind_of(array: np.ndarray[Any, Any]) -> types.Type:
    item = from_dtype(array.dtype)
    return types.Array(item, array.ndim, "C") if CHECKED else HeldArray(item, array.ndim)


def _lay_out(state: Any) -> tuple[HeldType, list[int]]:
    places: list[tuple[str, types.Type, int]] = []
    words: list[int] = []
    for name in state._fields:
        part = getattr(state, name)
        if isinstance(part, np.ndarray):
            kind, inner = _kind_of(part), _describe(part)
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
