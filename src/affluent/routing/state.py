"""What the engine knows: plain arrays, one row for each medium, queue, agent and contact.

Rows of queues, agents and skills follow the order of their identifiers, so that a comparison of rows is one
of identifiers. Rows of contacts are reused; ties between contacts are decided by `contacts.identity`.
"""

from typing import Any, NamedTuple, Protocol, cast, overload

import numpy as np

from affluent.routing.bits import BitCubes, BitRows, words_for

NOBODY = NOTHING = -1
NEVER = 127  # a stage that no contact reaches
FULL = 60  # units of work one agent can hold
FAR = 1 << 61  # later than any instant
TOP_TIER = 9
MILLIONTHS = 1_000_000

FREE, WAITING, OFFERED, IN_HAND, SLEEPING, HELD, WRAPPING = 0, 1, 2, 3, 4, 5, 6  # where a contact is
OFFLINE, AWAY, READY = 0, 1, 2  # where an agent is
OFFERED_NOW, EXPIRED_NOW, RESUMED_NOW, OVERFLOWS_NOW, WRAPPED_NOW = 1, 2, 3, 4, 5  # kinds of outcome
OUTCOME_WIDTH = 10
OUTCOME_ROOM = 1_024  # the most outcomes one event of one agent can have (sixteen media, sixty contacts each)
MARKED_AGENTS = 32  # when more change at once, everybody is looked at

# The keys by which agents are compared, as numbers in `Queues.order`.
BY_FIT, BY_LOAD, BY_IDLENESS, BY_VERSATILITY, BY_TEAM = 0, 1, 2, 3, 4
ORDER_WIDTH = 3


class Column(Protocol):
    """A number for each row."""

    def __getitem__(self, row: int) -> int: ...
    def __setitem__(self, row: int, value: int) -> None: ...
    def __len__(self) -> int: ...


class Table(Protocol):
    """A row of numbers for each row."""

    @overload
    def __getitem__(self, place: tuple[int, int]) -> int: ...
    @overload
    def __getitem__(self, place: int) -> Column: ...
    def __setitem__(self, place: tuple[int, int], value: int) -> None: ...
    def __len__(self) -> int: ...


class Media(NamedTuple):
    units: Column  # of FULL, taken by one contact
    interrupts: Table  # [m, other] 1: contacts of m may push those of `other` aside


class Queues(NamedTuple):
    """Queues by identifier, then their variants: lines of contacts with the same demands beyond the queue's."""

    base: Column  # the queue of a variant, itself for a queue; NOTHING: a spare row
    medium: Column
    tier: Column  # 0 to TOP_TIER, higher goes first
    target_ms: Column
    offer_ms: Column
    aside_ms: Column
    keep_ms: Column
    max_wait_ms: Column  # FAR: none
    overflow_ms: Column  # of waiting in the queue; FAR: none
    closed: Column  # 1: nobody is offered
    need_skill: Table  # NOTHING ends the list
    need_level: Table
    need_weight: Table
    need_until_ms: Table  # demanded until then; FAR: required, never bent
    stage_after_ms: Table  # FAR ends the list
    eligible: BitCubes  # [queue, stage] agents
    waiting: BitRows  # [medium] queues whose line is not empty
    length: Column  # contacts waiting, kept ones included
    order: Table  # keys after which agents are compared, most important first
    team_place: Table  # [queue, team] place of a team in the order by teams


class Agents(NamedTuple):
    team: Column  # its row; one row more for those without
    skill: Table  # [agent, skill] level
    rank: Table  # [agent, queue] 1: primary; a single row when nobody ranks
    presence: Column
    aside_until_ms: Column  # 0: not set aside
    idle_since_ms: Column  # last handed, freed of work, or become ready
    versatility: Column  # queues this agent can ever serve
    limit: Table  # [agent, medium]
    in_hand: Table  # [agent, medium] offered ones included
    opens_at: Table  # [agent, queue] first stage open to the agent, or NEVER
    reach: BitRows  # [agent] queues ever open to the agent
    room: BitRows  # [medium] agents with room


class Lines(NamedTuple):
    """Line a holds contacts kept for agent a; A + a: those offered to agent a; 2 A + q: queue q."""

    head: Column
    tail: Column


class Contacts(NamedTuple):
    identity: Column
    place: Column
    queue: Column
    arrived_ms: Column
    entered_ms: Column  # when it came to its queue
    agent: Column  # who is offered it or has it
    holds: Column  # 1: counts in the agent's capacity
    kept_for: Column  # NOBODY: for anyone
    kept_until_ms: Column
    deadline_ms: Column  # when it must be looked at again; FAR: no need
    rank: Column  # while marked: the best rank an agent who could take it may have
    refusals: Column  # first of its refusals
    line: Column
    before: Column
    behind: Column


class Refusals(NamedTuple):
    """Agents set aside from one contact, chained per contact; free rows are chained from `free[0]`."""

    agent: Column
    until_ms: Column
    following: Column
    free: Column  # first free row, count of free rows


class Agenda(NamedTuple):
    """A heap by (due_ms, tie): a contact's tie is its identity; an agent's sorts before every contact."""

    due_ms: Column
    tie: Column
    row: Column  # of a contact; below zero: of an agent, see `agenda.agent_of`
    size: Column


class Outcomes(NamedTuple):
    """What the event under way decided; see `events.offer` for the columns."""

    table: Table
    size: Column


class Marked(NamedTuple):
    """For whom something has changed since `settle` last ended."""

    contacts: Column  # a heap, the one that goes first on top
    agents: Column
    size: Column  # of contacts, of agents


class Rules(NamedTuple):
    ranked: Column  # 1: some agent ranks queues
    reserve: Column  # contacts over the limit that a waking contact may take


class State(NamedTuple):
    media: Media
    queues: Queues
    agents: Agents
    lines: Lines
    contacts: Contacts
    refusals: Refusals
    agenda: Agenda
    outcomes: Outcomes
    marked: Marked
    rules: Rules
    last_choice: Column  # candidates and deciding key of the last choice of an agent, of a contact; its rank


def column(rows: int, kind: type[np.generic], fill: int = 0) -> Column:
    return cast(Column, np.full(max(1, rows), fill, kind))


def table(rows: int, columns: int, kind: type[np.generic], fill: int = 0) -> Table:
    return cast(Table, np.full((max(1, rows), max(1, columns)), fill, kind))


def bit_rows(rows: int, members: int) -> BitRows:
    return cast(BitRows, np.zeros((max(1, rows), words_for(members)), np.uint64))


def bit_cubes(rows: int, stages: int, members: int) -> BitCubes:
    return cast(BitCubes, np.zeros((max(1, rows), stages, words_for(members)), np.uint64))


_CONTACT_COLUMNS: dict[str, tuple[type[np.generic], int]] = {
    "identity": (np.int64, 0),
    "place": (np.int8, FREE),
    "queue": (np.int64, NOTHING),
    "arrived_ms": (np.int64, 0),
    "entered_ms": (np.int64, 0),
    "agent": (np.int64, NOBODY),
    "holds": (np.int8, 0),
    "kept_for": (np.int64, NOBODY),
    "kept_until_ms": (np.int64, 0),
    "deadline_ms": (np.int64, FAR),
    "rank": (np.int8, 1),
    "refusals": (np.int64, NOTHING),
    "line": (np.int64, NOTHING),
    "before": (np.int64, NOTHING),
    "behind": (np.int64, NOTHING),
}


def new_queues(rows: int, needs: int, stages: int, agents: int, media: int, teams: int) -> Queues:
    """Spare rows. One team more than there are: for agents without."""
    return Queues(
        base=column(rows, np.int64, NOTHING),
        medium=column(rows, np.int64),
        tier=column(rows, np.int64),
        target_ms=column(rows, np.int64, 1),
        offer_ms=column(rows, np.int64),
        aside_ms=column(rows, np.int64),
        keep_ms=column(rows, np.int64),
        max_wait_ms=column(rows, np.int64, FAR),
        overflow_ms=column(rows, np.int64, FAR),
        closed=column(rows, np.int8),
        need_skill=table(rows, needs, np.int64, NOTHING),
        need_level=table(rows, needs, np.int64),
        need_weight=table(rows, needs, np.int64),
        need_until_ms=table(rows, needs, np.int64),
        stage_after_ms=table(rows, stages, np.int64, FAR),
        eligible=bit_cubes(rows, stages, agents),
        waiting=bit_rows(media, rows),
        length=column(rows, np.int64),
        order=table(rows, ORDER_WIDTH, np.int64),
        team_place=table(rows, teams + 1, np.int64, FAR),
    )


def new_agents(rows: int, media: int, queues: int, skills: int, *, ranked: bool) -> Agents:
    return Agents(
        team=column(rows, np.int64),
        skill=table(rows, skills, np.int8),
        rank=table(rows, queues, np.int8, 1) if ranked else table(1, 1, np.int8, 1),
        presence=column(rows, np.int8),
        aside_until_ms=column(rows, np.int64),
        idle_since_ms=column(rows, np.int64),
        versatility=column(rows, np.int64),
        limit=table(rows, media, np.int16),
        in_hand=table(rows, media, np.int16),
        opens_at=table(rows, queues, np.int8, NEVER),
        reach=bit_rows(rows, queues),
        room=bit_rows(media, rows),
    )


def new_lines(agents: int, queues: int) -> Lines:
    return Lines(
        column(2 * agents + queues, np.int64, NOTHING), column(2 * agents + queues, np.int64, NOTHING)
    )


def new_contacts(rows: int) -> Contacts:
    return Contacts(**{name: column(rows, kind, fill) for name, (kind, fill) in _CONTACT_COLUMNS.items()})


def new_refusals(rows: int) -> Refusals:
    following = np.arange(1, rows + 1, dtype=np.int64)
    following[-1] = NOTHING
    free = np.array([0, rows], np.int64)
    return Refusals(
        column(rows, np.int64), column(rows, np.int64), cast(Column, following), cast(Column, free)
    )


def new_agenda(rows: int) -> Agenda:
    return Agenda(column(rows, np.int64), column(rows, np.int64), column(rows, np.int64), column(1, np.int64))


def new_outcomes() -> Outcomes:
    return Outcomes(table(4 * OUTCOME_ROOM, OUTCOME_WIDTH, np.int64), column(1, np.int64))


def new_marked(contacts: int) -> Marked:
    return Marked(column(2 * contacts, np.int64), column(MARKED_AGENTS, np.int64), column(2, np.int64))


def _longer(old: Any, new: Any) -> Any:
    """`new`, no smaller in any direction, with what `old` holds."""
    for name in old._fields:
        kept = getattr(old, name)
        getattr(new, name)[tuple(slice(size) for size in kept.shape)] = kept
    return new


def more_queues(state: State, rows: int, needs: int, stages: int) -> State:
    """Room for `rows` queues and variants, each with as many needs and stages."""
    queues, agents = state.queues, state.agents
    count, media, teams = len(agents.presence), len(state.media.units), len(queues.team_place[0]) - 1
    wider = new_queues(rows, needs, stages, count, media, teams)
    ranked = state.rules.ranked[0] == 1
    reaching = new_agents(count, media, rows, len(agents.skill[0]), ranked=ranked)
    return state._replace(
        queues=_longer(queues, wider),
        agents=_longer(agents, reaching),
        lines=_longer(state.lines, new_lines(count, rows)),
    )


def more_contacts(contacts: Contacts, rows: int) -> Contacts:
    return _longer(contacts, new_contacts(rows))


def more_marked(marked: Marked, contacts: int) -> Marked:
    longer = new_marked(contacts)
    return _longer(marked, longer)


def more_agenda(agenda: Agenda, rows: int) -> Agenda:
    return _longer(agenda, new_agenda(rows))


def more_refusals(refusals: Refusals, rows: int) -> Refusals:
    """Adds free rows; the new ones come before the old free ones."""
    before, first, count = len(refusals.agent), refusals.free[0], refusals.free[1]
    longer: Refusals = _longer(refusals, new_refusals(rows))
    longer.following[rows - 1] = first
    longer.free[0], longer.free[1] = before, count + rows - before
    return longer
