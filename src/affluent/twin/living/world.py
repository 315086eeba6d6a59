"""What the twin knows beside the engine: plain arrays, laid out with the engine's so that one pointer holds all."""

from typing import NamedTuple, Protocol

import numpy as np

from affluent.routing.bits import Bits
from affluent.routing.state import Column, State, Table

LATER = 1 << 40
"""After every instant of a day: 34 years of milliseconds."""
ROW_BITS = 22
ROWS_MAX = 1 << ROW_BITS

# What a contact does outside the engine.
GONE, COMING, IN_LINE, RINGING, TALKING = 0, 1, 2, 3, 4

# Streams of draws.
(
    GAPS,
    HANDLING,
    PATIENCE,
    WRAP_UP,
    PICK_UP,
    SELF_CARE,
    SELF_CARE_TIME,
    RETRY,
    RETRY_TIME,
    AGAIN,
    AGAIN_TIME,
    ONWARD,
    CALLBACK,
    AGE,
    BUSYNESS,
) = range(15)
STREAMS = 15

# Columns of an outcome: one row for each stay.
(
    O_CLASS,
    O_CONTACT,
    O_STAY,
    O_KIND,
    O_LINE,
    O_AGENT,
    O_ARRIVED,
    O_ENTERED,
    O_OFFERED,
    O_TAKEN,
    O_TALKED,
    O_LEFT,
    O_END,
    O_REQUEST,
    O_OUTCOME,
    O_OFFERS,
) = range(16)
OUTCOME_COLUMNS = 16


class Reals(Protocol):
    """A number with a fraction for each row."""

    def __getitem__(self, row: int) -> float: ...
    def __setitem__(self, row: int, value: float) -> None: ...
    def __len__(self) -> int: ...


class RealTable(Protocol):
    def __getitem__(self, place: tuple[int, int]) -> float: ...
    def __setitem__(self, place: tuple[int, int], value: float) -> None: ...


class Keys(Protocol):
    """Where the draws of a stream begin."""

    def __getitem__(self, place: tuple[int, int]) -> np.uint64: ...
    def __setitem__(self, place: tuple[int, int], value: np.uint64) -> None: ...
    def __len__(self) -> int: ...


class LawTable(NamedTuple):
    """A row for each law; `first` and `last` bound its values, or its parts."""

    kind: Column
    one: Reals
    other: Reals
    first: Column
    last: Column
    values: Reals
    share: Reals  # of parts, added up
    part: Column  # the law of a part


class Classes(NamedTuple):
    """A row for each class. A law of NOTHING is none."""

    queue: Column  # its row in the engine
    segment: Column
    live: Column  # 1: its customer is there; answered when taken
    rate: RealTable  # [class, period] arrivals a millisecond
    given_first: Column  # recorded arrivals; NOTHING: it has rates
    given_last: Column
    handling: Table  # [class, period] where the law of group 0 stands; the other groups' follow
    group_laws: Column  # the laws by class, period and group
    patience: Table
    wrap_up: Table
    self_care: Table
    served: Reals
    left: Reals
    retry: Reals
    retry_after: Table
    retry_as: Column
    again: Reals
    again_after: Table
    again_as: Column
    onward_first: Column
    onward_last: Column
    callback_ms: Column  # LATER: nobody is asked
    callback: Reals
    callback_queue: Column
    backlog: Column
    backlog_age: Table
    shape: Reals  # of its busyness; 0: all days alike


class Onwards(NamedTuple):
    share: Reals  # added up within a class
    to: Column


class Queues(NamedTuple):
    """What routing does with who overflows, as the engine's own tables do not hold it."""

    length_max: Column  # LATER: no bound
    sends_to: Column  # the queue it overflows to; NOTHING: nowhere
    overflows: Column  # 1: it has an overflow
    when_closed: Column
    line: Table  # [queue, segment]


class Staff(NamedTuple):
    """Groups and who of them works."""

    group: Column  # [agent]
    first: Column  # [group] its agents stand side by side in `agents`
    last: Column
    agents: Column
    pick_up: Table  # [group, period]
    working: Column  # [group]
    surplus: Column  # [group] who leave when they are freed
    at_ms: Column  # the schedule: from then on
    of: Column  # this group
    many: Column  # has so many


class Calendar(NamedTuple):
    """What contacts do later: a slot of time each, in a ring, until the slot's time comes. See `agenda`."""

    head: Column  # [slot] the first row of its chain; NOTHING ends it
    full: Bits  # slots that somebody is in
    rows: Column  # in all slots
    next: Column  # the first instant, in slots, that is not in the heap yet
    width: Column  # of a slot: the bits of an instant that tell nothing of it


class Rows(NamedTuple):
    """Beside each contact of the engine."""

    phase: Column
    due_ms: Column
    ends_ms: Column  # of its patience
    of: Column  # its class
    number: Column  # of its draws
    period: Column  # in which it arrived
    outcome: Column  # its row there
    again: Column  # how often it has come before
    asked: Column  # 1: asked whether to be called back
    slot: Column  # of the calendar, from 1; 0: in none
    before: Column  # in its slot
    behind: Column
    unused: Column  # rows that are free


class Notes(NamedTuple):
    """What is written for whoever counts."""

    outcomes: Table
    presence: Table  # instant, agent, presence


class Clock(NamedTuple):
    """Where the day stands."""

    now_ms: Column
    period: Column
    next_staff: Column
    contacts: Column  # that came
    free: Column  # unused rows
    agenda: Column  # entries
    outcomes: Column
    presence: Column
    drawn: Column  # [class] arrivals
    drawn_ms: Reals  # [class] the last of them
    drawn_period: Column  # [class]
    busy: Reals  # [class] by how much today's rates differ
    over: Column  # 1: the day is over


class World(NamedTuple):
    k: State
    laws: LawTable
    classes: Classes
    onwards: Onwards
    queues: Queues
    staff: Staff
    rows: Rows
    notes: Notes
    clock: Clock
    edges_ms: Column
    agenda: Column  # a heap of instants with rows
    calendar: Calendar
    coming: Column  # a heap of instants with classes
    values_ms: Column  # recorded arrivals
    keys: Keys  # [class, stream]
    options: Column  # runs on, laws at arrival
    shape: Reals  # of the busyness that all classes share; 0: all days alike
