"""The zeros below the lowest set bit of a word: one instruction of the processor, which Python has no word for."""

# pyright: basic
# Numba's extension interface and llvmlite carry no types.

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from affluent.routing.compiled import INTERPRETED


@intrinsic
def _counted(typing_context: Any, word: Any) -> Any:
    def lower(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), lower


def _plain(word: np.uint64) -> int:
    number = int(word)
    return (number & -number).bit_length() - 1


trailing_zeros: Any = _plain if INTERPRETED else _counted
