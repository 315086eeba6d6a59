"""Arrays of a state as compiled code sees them: an address and lengths, indexed as they are.

Numba's own arrays carry owners, strides and item sizes, and each index below zero counts from the end: asking so
costs as much as the access itself. No rule counts from the end: where indices are checked, that is an error.
"""

# pyright: basic
# Numba's extension interface and llvmlite carry no types.

import operator
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.cgutils import create_struct_proxy
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import models, register_model

from affluent.routing.compiled import CHECKED

_infer: Any = infer_global
WORD = 8  # bytes
ADDRESS, SHAPE = 0, 1  # words of an array in the table of `held`


class HeldArray(types.Type):
    """The compiled type of an array of so many dimensions."""

    def __init__(self, dtype: types.Type, ndim: int) -> None:
        self.dtype, self.ndim = dtype, ndim
        super().__init__(name=f"Column{ndim}{dtype}")

    def inner(self, indices: int) -> types.Type:
        """What is found at so many indices: a number, or an array of fewer dimensions."""
        return self.dtype if indices == self.ndim else HeldArray(self.dtype, self.ndim - indices)


@register_model(HeldArray)
class _Model(models.StructModel):
    def __init__(self, manager: Any, kind: HeldArray) -> None:
        lengths = [(f"length{axis}", types.intp) for axis in range(kind.ndim)]
        super().__init__(manager, kind, [("data", types.CPointer(kind.dtype)), *lengths])


def _indices(array: Any, index: Any) -> tuple[types.Type, int] | None:
    """The type that an index has, and how many numbers it is."""
    if not isinstance(array, HeldArray):
        return None
    if isinstance(index, types.Integer):
        return types.intp, 1
    parts: Any = index.types if isinstance(index, types.UniTuple | types.Tuple) else ()
    if parts and all(isinstance(one, types.Integer) for one in parts):
        return types.UniTuple(types.intp, len(parts)), len(parts)
    return None


@_infer(operator.getitem)
class _GetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        found = _indices(args[0], args[1])
        return signature(args[0].inner(found[1]), args[0], found[0]) if found else None


@_infer(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        found = _indices(args[0], args[1])
        if found is None or found[1] != args[0].ndim:
            return None
        return signature(types.none, args[0], found[0], args[0].dtype)


@_infer(len)
class _Length(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        return signature(types.intp, args[0]) if isinstance(args[0], HeldArray) else None


def _pointer(builder: Any, kind: HeldArray, array: Any, indices: list[Any]) -> Any:
    """Where an item, or the first one of a row, lies."""
    at = indices[0]
    for axis in range(1, kind.ndim):
        at = builder.mul(at, getattr(array, f"length{axis}"), flags=("nsw",))
        if axis < len(indices):
            at = builder.add(at, indices[axis], flags=("nsw",))
    return builder.gep(array.data, [at], inbounds=True)


def _check(context: Any, builder: Any, array: Any, indices: list[Any]) -> None:
    """Raises IndexError in checked code; as a number without sign, one below zero is too large as well."""
    if not CHECKED:
        return
    for axis, index in enumerate(indices):
        outside = builder.icmp_unsigned(">=", index, getattr(array, f"length{axis}"))
        with builder.if_then(outside, likely=False):
            context.call_conv.return_user_exc(builder, IndexError, ("index is out of bounds",))


def _item(context: Any, builder: Any, kind: HeldArray, value: Any, indices: list[Any]) -> Any:
    array = create_struct_proxy(kind)(context, builder, value=value)
    _check(context, builder, array, indices)
    pointer = _pointer(builder, kind, array, indices)
    inner = kind.inner(len(indices))
    if not isinstance(inner, HeldArray):
        return builder.load(pointer)
    row = create_struct_proxy(inner)(context, builder)
    row.data = pointer
    for axis in range(inner.ndim):
        setattr(row, f"length{axis}", getattr(array, f"length{axis + len(indices)}"))
    return row._getvalue()


@lower_builtin(operator.getitem, HeldArray, types.intp)
def _get_one(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return _item(context, builder, sig.args[0], args[0], [args[1]])


@lower_builtin(operator.getitem, HeldArray, types.UniTuple)
def _get_many(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    indices = [builder.extract_value(args[1], axis) for axis in range(sig.args[1].count)]
    return _item(context, builder, sig.args[0], args[0], indices)


def _put(context: Any, builder: Any, sig: Any, args: Any, indices: list[Any]) -> Any:
    array = create_struct_proxy(sig.args[0])(context, builder, value=args[0])
    _check(context, builder, array, indices)
    builder.store(args[2], _pointer(builder, sig.args[0], array, indices))
    return context.get_dummy_value()


@lower_builtin(operator.setitem, HeldArray, types.intp, types.Any)
def _set_one(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return _put(context, builder, sig, args, [args[1]])


@lower_builtin(operator.setitem, HeldArray, types.UniTuple, types.Any)
def _set_many(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    indices = [builder.extract_value(args[1], axis) for axis in range(sig.args[1].count)]
    return _put(context, builder, sig, args, indices)


@lower_builtin(len, HeldArray)
def _length(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return create_struct_proxy(sig.args[0])(context, builder, value=args[0]).length0


def read_array(context: Any, builder: Any, kind: HeldArray, start: Any) -> Any:
    """The array that the words at an address stand for."""
    array = create_struct_proxy(kind)(context, builder)

    def word(at: int, shape: Any) -> Any:
        place = builder.gep(start, [ir.Constant(ir.IntType(32), WORD * at)])
        loaded = builder.load(builder.bitcast(place, shape.as_pointer()))
        # The table never changes while compiled code runs.
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        return loaded

    array.data = word(ADDRESS, context.get_value_type(types.CPointer(kind.dtype)))
    for axis in range(kind.ndim):
        setattr(array, f"length{axis}", word(SHAPE + axis, context.get_value_type(types.intp)))
    return array._getvalue()
