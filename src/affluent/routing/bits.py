"""Sets of rows as 64-bit words. Only these functions know the layout.

Arithmetic stays in `np.uint64`: a mixture of signed and unsigned words would become floating point.
"""

from typing import Protocol

import numpy as np

from affluent.routing.compiled import compiled
from affluent.routing.trailing import trailing_zeros


class Bits(Protocol):
    """One set."""

    def __getitem__(self, word: int) -> np.uint64: ...
    def __setitem__(self, word: int, value: np.uint64) -> None: ...
    def __len__(self) -> int: ...


class BitRows(Protocol):
    """A set for each row."""

    def __getitem__(self, row: int) -> Bits: ...
    def __len__(self) -> int: ...


class BitCubes(Protocol):
    """A set for each row and stage."""

    def __getitem__(self, row: tuple[int, int]) -> Bits: ...


ZERO, ONE = np.uint64(0), np.uint64(1)


def words_for(count: int) -> int:
    """How many words hold `count` rows; at least one, so that no array is empty."""
    return max(1, (count + 63) // 64)


@compiled
def put(words: Bits, row: int) -> None:
    words[row >> 6] |= ONE << np.uint64(row & 63)


@compiled
def drop(words: Bits, row: int) -> None:
    words[row >> 6] &= ~(ONE << np.uint64(row & 63))


@compiled
def has(words: Bits, row: int) -> bool:
    return words[row >> 6] & (ONE << np.uint64(row & 63)) != ZERO


@compiled
def bit(row: int) -> np.uint64:
    """The word with one bit set."""
    return ONE << np.uint64(row)


@compiled
def without_lowest(word: np.uint64) -> np.uint64:
    return word & (word - ONE)


@compiled
def lowest(word: np.uint64) -> int:
    """Position of the lowest set bit of a word that is not zero."""
    return trailing_zeros(word)


@compiled
def have_common(one: Bits, other: Bits, third: Bits) -> bool:
    """Whether a row is in all three sets. Looks at every word: many at once, without a branch."""
    found = ZERO
    for w in range(len(one)):
        found |= one[w] & other[w] & third[w]
    return found != ZERO
