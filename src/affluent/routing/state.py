"""What the engine knows: plain arrays, one row for each medium, queue, agent and contact.

Rows of queues, agents and skills follow the order of their identifiers, so that a comparison of rows is one
of identifiers. Rows of contacts are reused; ties between contacts are decided by `contacts.identity`.
"""

from typing import NamedTuple, Protocol, overload

from affluent.routing.bits import BitCubes, BitRows, Bits

NOBODY = NOTHING = -1
NEVER = 127  # a stage that no contact reaches
FULL = 60  # units of work one agent can hold
FAR = 1 << 61  # later than any instant
TOP_TIER = 9
MILLIONTHS = 1_000_000

FREE, WAITING, OFFERED, IN_HAND, SLEEPING, HELD, WRAPPING = 0, 1, 2, 3, 4, 5, 6  # where a contact is
OFFLINE, AWAY, READY = 0, 1, 2  # where an agent is
# Kinds of outcome.
OFFERED_NOW, EXPIRED_NOW, RESUMED_NOW, OVERFLOWS_NOW, WRAPPED_NOW, PULLED_NOW = 1, 2, 3, 4, 5, 6
OUTCOME_WIDTH = 10
OUTCOME_ROOM = 1_024  # the most outcomes one event of one agent can have (sixteen media, sixty contacts each)
MARKED_AGENTS = 32  # when more change at once, everybody is looked at

# The keys by which agents are compared, as numbers in `Queues.order`.
BY_FIT, BY_LOAD, BY_IDLENESS, BY_VERSATILITY, BY_TEAM = 0, 1, 2, 3, 4
ORDER_WIDTH = 3

# What the last choice leaves in `last_choice`: of an agent, how many could have had the contact and the key that
# decided; of a contact, whether it had rivals, the key, and the best one with what it is compared by (SHARE: NOTHING
# while no comparison has needed it).
AGENTS, AGENT_KEY, RIVALS, CONTACT_KEY, BEST, RANK, TIER, SHARE = 0, 1, 2, 3, 4, 5, 6, 7
CHOICE_WIDTH = 8


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
    interrupts: Table  # [m, other] 1: contacts of m may push those of `other` aside
    pulls_back: Table  # [m, other] 1: offers of `other` go back for a contact of m
    exclusive: Column  # 1: nothing of another medium beside it


class Queues(NamedTuple):
    """Queues by identifier, then their variants: lines of contacts with the same demands beyond the queue's."""

    base: Column  # the queue of a variant, itself for a queue; NOTHING: a spare row
    medium: Column
    target_ms: Column
    offer_ms: Column
    aside_ms: Column
    keep_ms: Column
    urgency: (
        Table  # tier (higher goes first), target, then for each step the wait and the tier; FAR ends the list
    )
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
    contacts: Column  # contacts, wherever they are: a variant without any is spare
    order: Table  # keys after which agents are compared, most important first
    team_place: Table  # [queue, team] place of a team in the order by teams
    team_after_ms: Table  # [queue, team] wait from which the team may serve; FAR: never
    barred_by: Bits  # [queue] the agent reserves that may keep agents from it
    counted_by: Bits  # [queue] the agent reserves that count who waits in it
    head_ms: Column  # arrival of who stands first in its line, if anybody does
    chained: Column  # 1: the marked contacts hold one that stands for all of its line


class Agents(NamedTuple):
    team: Column  # its row; one row more for those without
    skill: Table  # [agent, skill] level
    rank: Table  # [agent, queue] 1: primary; a single row when nobody ranks
    presence: Column
    aside_until_ms: Column  # 0: not set aside
    idle_since_ms: Column  # last handed, freed of work, or become ready
    versatility: Column  # queues this agent can ever serve
    limit: Table  # [agent, medium]
    units: Table  # [agent, medium] of FULL, taken by one contact
    kept_free: Table  # [agent, medium] units that only the medium may use
    extra: Table  # [agent, medium] contacts over the limit that a supervisor allows
    extra_until_ms: Column  # 0: no limit is lifted
    in_hand: Table  # [agent, medium] offered ones included
    offered: Table  # [agent, medium] of these, not yet accepted
    load: Column  # units of work in hand; kept true by `hands.note_room`
    opens_at: Table  # [agent, queue] first stage open to the agent, or NEVER
    reach: BitRows  # [agent] queues ever open to the agent
    room: BitRows  # [medium] agents with room
    reserves: Bits  # [agent] the agent reserves that the agent belongs to


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
    marked: Column  # 1: among the marked contacts, with the best rank
    refusals: Column  # first of its refusals
    parts: Column  # first of those who take part
    line: Column
    before: Column
    behind: Column


class Chains(NamedTuple):
    """Agents noted for contacts, chained per contact; free rows are chained from `free[0]`."""

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

    contacts: Column  # a heap, the one that goes first on top; see `marks.entry_of`
    agents: Column
    fresh: Column  # entries that are not in the heap yet
    size: Column  # of contacts, of agents, of fresh entries
    opened: Bits  # agent reserves that have opened


class Reserves(NamedTuple):
    """Agent reserves, at most one for each bit of a word."""

    medium: Column
    team: Column  # of its agents; NOTHING: of any
    named: Column  # 1: its agents can serve one of the queues it names
    tier: Column  # contacts of at least this tier may have its agents; TOP_TIER + 1: of none
    agents: Column  # shut while no more than these have room
    most: Column  # shut while more than these wait
    free: Column  # agents with room
    waiting: Column  # contacts waiting
    shut: Bits  # a single word: the reserves that are shut
    members: BitRows  # [reserve] agents
    size: Column  # how many there are


class Rules(NamedTuple):
    ranked: Column  # 1: some agent ranks queues
    reserve: Column  # contacts over the limit that a waking contact may take
    simple: Column  # 1: no medium interrupts, pulls back or is exclusive, and no hands are kept free
    pulls_back: Column  # 1: some medium pulls offers back
    at_once: Column  # 1: whatever is offered is accepted at once, as by the twin's people
    told: Column  # 1: each offer tells why; 0 in the twin, where nobody asks


class State(NamedTuple):
    media: Media
    queues: Queues
    agents: Agents
    lines: Lines
    contacts: Contacts
    refusals: Chains  # agents set aside from one contact
    parts: Chains  # agents who take part in a contact beside the one who has it
    agenda: Agenda
    outcomes: Outcomes
    marked: Marked
    rules: Rules
    reserves: Reserves
    last_choice: Column  # see AGENTS to SHARE
    best_keys: Column  # of the best agent so far: its rank, then the keys of the queue's order
