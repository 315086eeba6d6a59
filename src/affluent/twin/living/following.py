"""Contacts that follow from others: who left calls again, who was served has a further question, who is handed on."""

from affluent.routing.state import NOTHING
from affluent.twin.living.agenda import enter, rest
from affluent.twin.living.compiled import compiled
from affluent.twin.living.draws import chance, draw_ms, uniform
from affluent.twin.living.world import (
    AGAIN,
    AGAIN_TIME,
    COMING,
    GONE,
    O_REQUEST,
    ONWARD,
    RETRY_TIME,
    World,
)

# A contact that follows from another one has draws of its own: their number tells from which, and how often.
_DERIVED, _OFTEN_BIT, _CLASS_BIT = 1 << 62, 56, 36
_OFTEN_MAX = 63
UNKNOWN_YET = -1


@compiled
def derived(w: World, row: int) -> int:
    """The number of the contact that follows from this one."""
    number = w.rows.number[row]
    if number < _DERIVED:
        number |= w.rows.of[row] << _CLASS_BIT
    return _DERIVED | ((w.rows.again[row] + 1) << _OFTEN_BIT) | (number & ((1 << _OFTEN_BIT) - 1))


@compiled
def new_row(w: World, of: int, number: int, again: int) -> int:
    clock, rows = w.clock, w.rows
    clock.free[0] -= 1
    row = rows.unused[clock.free[0]]
    rows.of[row], rows.number[row], rows.again[row] = of, number, again
    rows.period[row] = clock.period[0]
    rows.ends_ms[row], rows.asked[row] = UNKNOWN_YET, 0
    return row


@compiled
def free_row(w: World, row: int) -> None:
    w.rows.phase[row] = GONE
    rest(w, row)
    w.rows.unused[w.clock.free[0]] = row
    w.clock.free[0] += 1


@compiled
def comes_again(w: World, now_ms: int, row: int, share: float, why: int) -> bool:
    """A share of those who left, or were handled, come again after a while."""
    of = w.rows.of[row]
    if w.rows.again[row] >= _OFTEN_MAX or not chance(w, of, why, w.rows.number[row], share):
        return False
    law, stream = w.classes.retry_after[of, w.clock.period[0]], RETRY_TIME
    kind = w.classes.retry_as[of]
    if why == AGAIN:
        law, stream = w.classes.again_after[of, w.clock.period[0]], AGAIN_TIME
        kind = w.classes.again_as[of]
    after_ms = draw_ms(w, law, w.keys[of, stream], w.rows.number[row])
    later = new_row(w, kind, derived(w, row), w.rows.again[row] + 1)
    w.rows.phase[later] = COMING
    w.rows.outcome[later] = NOTHING - w.notes.outcomes[w.rows.outcome[row], O_REQUEST]
    enter(w, later, now_ms + after_ms)
    return True


@compiled
def handed_on(w: World, row: int) -> int:
    """The class that a contact goes on as when handled, or NOTHING."""
    of = w.rows.of[row]
    first, last = w.classes.onward_first[of], w.classes.onward_last[of]
    if first == last or w.rows.again[row] >= _OFTEN_MAX:
        return NOTHING
    chosen = uniform(w.keys[of, ONWARD], w.rows.number[row], 0)
    for place in range(first, last):
        if chosen < w.onwards.share[place]:
            return w.onwards.to[place]
    return NOTHING
