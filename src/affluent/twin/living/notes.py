"""What is written of each stay, for whoever counts."""

from affluent.measure.outcomes import NEVER, End, Kind
from affluent.twin.living.compiled import compiled
from affluent.twin.living.world import (
    O_AGENT,
    O_ARRIVED,
    O_CLASS,
    O_CONTACT,
    O_END,
    O_ENTERED,
    O_KIND,
    O_LEFT,
    O_LINE,
    O_OFFERED,
    O_OFFERS,
    O_OUTCOME,
    O_REQUEST,
    O_STAY,
    O_TAKEN,
    O_TALKED,
    World,
)

OPEN, ABANDONED, CLOSED = int(End.OPEN), int(End.ABANDONED), int(End.CLOSED)
TRANSFERRED, OVERFLOWED = int(End.TRANSFERRED), int(End.OVERFLOWED)
ARRIVAL, TRANSFER, OVERFLOW = int(Kind.ARRIVAL), int(Kind.TRANSFER), int(Kind.OVERFLOW)


@compiled
def note_stay(w: World, row: int, contact: int, stay: int, kind: int, arrived_ms: int, now_ms: int) -> int:
    """A contact begins a stay; its row among the outcomes."""
    at, table = w.clock.outcomes[0], w.notes.outcomes
    w.clock.outcomes[0] = at + 1
    w.rows.outcome[row] = at
    table[at, O_CLASS] = w.rows.of[row]
    table[at, O_CONTACT] = contact
    table[at, O_STAY] = stay
    table[at, O_KIND] = kind
    table[at, O_LINE] = NEVER
    table[at, O_AGENT] = NEVER
    table[at, O_ARRIVED] = arrived_ms
    table[at, O_ENTERED] = now_ms
    table[at, O_OFFERED] = NEVER
    table[at, O_TAKEN] = NEVER
    table[at, O_TALKED] = NEVER
    table[at, O_LEFT] = NEVER
    table[at, O_END] = OPEN
    table[at, O_REQUEST] = contact
    table[at, O_OUTCOME] = NEVER
    table[at, O_OFFERS] = 0
    return at


@compiled
def note_next_stay(w: World, row: int, kind: int, now_ms: int) -> int:
    """The contact goes on elsewhere: another stay of the same contact."""
    table, before = w.notes.outcomes, w.rows.outcome[row]
    at = note_stay(
        w, row, table[before, O_CONTACT], table[before, O_STAY] + 1, kind, table[before, O_ARRIVED], now_ms
    )
    table[at, O_REQUEST] = table[before, O_REQUEST]
    return at


@compiled
def note_end(w: World, row: int, now_ms: int, end: int, outcome: int) -> None:
    at, table = w.rows.outcome[row], w.notes.outcomes
    table[at, O_TALKED], table[at, O_LEFT] = now_ms, now_ms
    table[at, O_END], table[at, O_OUTCOME] = end, outcome
