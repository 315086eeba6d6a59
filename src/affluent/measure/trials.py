"""A rule on trial: who gets it, and when. Counter-based hashes: no generator, no state, the same for ever.

By *share*, each customer (or each contact) falls to the rule on trial or to the present one by a hash of the trial and
of themselves. By *switchback*, time does: two neighbouring slots of a day and the same two of another day are a
*square*, in which each rule has one slot of each day and one day of each slot; one coin a square says which of the two
ways it lies. So hours and days are balanced exactly, whatever the coins say.
"""

from hashlib import blake2b
from typing import NamedTuple

PRESENT, TRIED = 0, 1
"""The arms: the rule as it is, and the rule on trial."""
PERMILLE = 1_000


def uniform(*counters: int) -> int:
    """64 bits from whole numbers, as if drawn: the same counters give the same bits on any machine."""
    words = b"".join(counter.to_bytes(8, "little", signed=True) for counter in counters)
    return int.from_bytes(blake2b(words, digest_size=8).digest(), "little")


def arm_of(trial_id: int, unit_id: int, share_permille: int) -> int:
    """The arm of a customer or of a contact in a trial by share.

    The hash does not know the share: with a larger one whoever had the rule on trial has it still.
    """
    return TRIED if uniform(trial_id, unit_id) * PERMILLE >> 64 < share_permille else PRESENT


class Cell(NamedTuple):
    """Where a slot of a day stands: its square, and its arm."""

    square: tuple[int, int]
    arm: int


def switched(trial_id: int, day: int, slot: int, apart_days: int) -> Cell:
    """The square and the arm of a slot, counted from 0, on a day counted from any day at all.

    `apart_days` lie between the two days of a square: 1 pairs neighbours, 7 the same weekdays.
    """
    turn, within = divmod(day, 2 * apart_days)
    square = turn * apart_days + within % apart_days, slot // 2
    coin = uniform(trial_id, *square) & 1
    return Cell(square, (coin + slot + within // apart_days) % 2)


def last_cell(day: int, slot: int, apart_days: int) -> tuple[int, int]:
    """The last day and slot of the square in which this one stands: after it the square is complete."""
    return (day if (day // apart_days) % 2 else day + apart_days), slot | 1
