"""What a trial looks at: contacts as wholes, since a rule may move what a stay counts from one queue into the next.

A contact that its queue sends on after 30 seconds has a short wait in each of two queues, and waited for the whole. So
stays are put together into one row a contact, which the indicators of every report are then asked of: a trial's figures
are those, over contacts rather than stays, and the same wherever nobody is handed on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from affluent.measure.computing import Period, counted, selected
from affluent.measure.indicators import INDICATORS, Measure
from affluent.measure.outcomes import NAMES, NEVER, End, Ints, Stays
from affluent.measure.trials_inference import Floats

METRICS = ("asa", "service_level", "abandonment", "fcr", "repeat_rate")
"""The indicators that a trial is judged by: the wait, the service level, abandonment, resolution, repeats."""
_OF_THE_END = frozenset({"fcr", "repeat_rate"})
"""Asked of the stay in which the contact ended; all others of the stays up to the first answer."""
_KEPT_FROM_LAST = frozenset(
    {"agent_id", "offers", "declined", "expired", "offered_ms", "taken_ms", "replied_ms", "replies", "answered_ms",
     "ours_ms", "theirs_ms", "wrap_ms", "asleep_ms", "left_ms", "end", "by_person"}
)  # fmt: skip
COLUMNS = NAMES


def is_share(key: str) -> bool:
    """Whether an indicator is a share; otherwise it is a mean of milliseconds."""
    return INDICATORS[key].measure is Measure.SHARE


@dataclass(frozen=True, slots=True)
class Whole:
    """One row a contact: `answering` up to its first answer, `ending` its last stay; `first` are their first rows."""

    answering: Stays
    ending: Stays
    first: Ints


def firsts(stays: Stays) -> Ints:
    """The places of the first stay of each contact; stays are by contact and number."""
    contact = stays.contact_id
    return np.flatnonzero(np.r_[True, contact[1:] != contact[:-1]]) if len(stays) else np.zeros(0, np.int64)


def whole(stays: Stays, reference_ms: Ints | None = None) -> Whole:
    """Contacts as wholes, from their stays by contact and number.

    With `reference_ms` each contact is judged by that target, since a target on trial cannot be its own judge.
    Otherwise a contact that was handed on is judged by the target of its first queue.
    """
    size = len(stays)
    if size == 0:
        return Whole(stays, stays, np.zeros(0, np.int64))
    first = firsts(stays)
    last = np.r_[first[1:], size] - 1
    group = np.repeat(np.arange(len(first)), last - first + 1)
    answered_at = np.where(stays.answered_ms >= 0, np.arange(size), size)
    decided = np.minimum(np.minimum.reduceat(answered_at, first), last)
    # What was handed on waited there; what came back to the line unanswered counts that wait in its next stay.
    went = (stays.end == End.TRANSFERRED) | (stays.end == End.OVERFLOWED)
    at = np.arange(size)
    counts = (at == decided[group]) | ((at < decided[group]) & went)
    waited = np.bincount(group, weights=np.where(counts, np.maximum(stays.waited_ms, 0), 0)).astype(np.int64)
    columns: dict[str, Ints] = {
        name: stays.columns[name][decided if name in _KEPT_FROM_LAST else first] for name in stays.columns
    }
    columns["waited_ms"] = np.where(stays.waited_ms[decided] < 0, NEVER, waited)
    _judge(columns, reference_ms, decided > first)
    ending = Stays({name: column[last] for name, column in stays.columns.items()})
    return Whole(Stays(columns), ending, first)


def _judge(columns: dict[str, Ints], reference_ms: Ints | None, handed_on: NDArray[np.bool_]) -> None:
    """Puts `due_ms` where the whole wait says whether the target was met."""
    target = columns["target_ms"] if reference_ms is None else reference_ms
    again = (handed_on if reference_ms is None else np.ones_like(handed_on)) & (target >= 0)
    settled = np.maximum(columns["answered_ms"], columns["left_ms"])
    met = columns["waited_ms"] <= target
    due = np.where(settled >= 0, np.where(met, settled, settled - 1), columns["due_ms"])
    columns["due_ms"] = np.where(again & (columns["waited_ms"] >= 0), due, columns["due_ms"])


def sums(contacts: Whole, key: str, now_ms: int) -> tuple[Floats, Floats]:
    """What each contact adds to an indicator, and whether it counts in it, as known by `now_ms`."""
    rows = contacts.ending if key in _OF_THE_END else contacts.answering
    indicator, period = INDICATORS[key], Period(0, now_ms + 1, now_ms)
    mask = np.asarray(selected(indicator, rows, period), np.bool_)
    values = np.asarray(counted(indicator, rows, period), np.float64)
    return np.where(mask, values, 0.0), mask.astype(np.float64)


def worse(key: str, effect: float) -> float:
    """An effect as harm: above 0 when the indicator got worse."""
    return -effect if INDICATORS[key].better == "high" else effect
