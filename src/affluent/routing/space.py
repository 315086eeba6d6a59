"""New and longer arrays for the state."""

from typing import Any, NamedTuple, cast

import numpy as np

from affluent.routing.bits import BitCubes, BitRows, Bits, words_for
from affluent.routing.state import (
    FAR,
    FREE,
    MARKED_AGENTS,
    NEVER,
    NOBODY,
    NOTHING,
    ORDER_WIDTH,
    OUTCOME_ROOM,
    OUTCOME_WIDTH,
    TOP_TIER,
    Agenda,
    Agents,
    Chains,
    Column,
    Contacts,
    Lines,
    Marked,
    Outcomes,
    Queues,
    Reserves,
    State,
    Table,
)


def column(rows: int, kind: type[np.generic], fill: int = 0) -> Column:
    # What is zero takes no memory before it is written to.
    made = np.full(max(1, rows), fill, kind) if fill else np.zeros(max(1, rows), kind)
    return cast(Column, made)


def table(rows: int, columns: int, kind: type[np.generic], fill: int = 0) -> Table:
    return cast(Table, np.full((max(1, rows), max(1, columns)), fill, kind))


def words(rows: int) -> Bits:
    return cast(Bits, np.zeros(max(1, rows), np.uint64))


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
    "marked": (np.int8, 0),
    "refusals": (np.int64, NOTHING),
    "parts": (np.int64, NOTHING),
    "line": (np.int64, NOTHING),
    "before": (np.int64, NOTHING),
    "behind": (np.int64, NOTHING),
}


class Widths(NamedTuple):
    """How many needs, stages and tier steps a queue may have."""

    needs: int
    stages: int
    steps: int


def new_queues(rows: int, widths: Widths, agents: int, media: int, teams: int) -> Queues:
    """Spare rows. One team more than there are: for agents without."""
    needs, stages, steps = widths
    return Queues(
        base=column(rows, np.int64, NOTHING),
        medium=column(rows, np.int64),
        target_ms=column(rows, np.int64, 1),
        offer_ms=column(rows, np.int64),
        aside_ms=column(rows, np.int64),
        keep_ms=column(rows, np.int64),
        urgency=table(rows, 2 + 2 * steps, np.int64, FAR),
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
        contacts=column(rows, np.int64),
        order=table(rows, ORDER_WIDTH, np.int64),
        team_place=table(rows, teams + 1, np.int64, FAR),
        team_after_ms=table(rows, teams + 1, np.int64),
        barred_by=words(rows),
        counted_by=words(rows),
        head_ms=column(rows, np.int64),
        chained=column(rows, np.int8),
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
        units=table(rows, media, np.int16),
        kept_free=table(rows, media, np.int16),
        extra=table(rows, media, np.int16),
        extra_until_ms=column(rows, np.int64),
        in_hand=table(rows, media, np.int16),
        offered=table(rows, media, np.int16),
        load=column(rows, np.int64),
        opens_at=table(rows, queues, np.int8, NEVER),
        reach=bit_rows(rows, queues),
        room=bit_rows(media, rows),
        reserves=words(rows),
    )


def new_lines(agents: int, queues: int) -> Lines:
    return Lines(
        column(2 * agents + queues, np.int64, NOTHING), column(2 * agents + queues, np.int64, NOTHING)
    )


def new_contacts(rows: int) -> Contacts:
    return Contacts(**{name: column(rows, kind, fill) for name, (kind, fill) in _CONTACT_COLUMNS.items()})


def new_chains(rows: int) -> Chains:
    """All rows free."""
    following = np.arange(1, rows + 1, dtype=np.int64)
    following[-1] = NOTHING
    free = cast(Column, np.array([0, rows], np.int64))
    return Chains(column(rows, np.int64), column(rows, np.int64), cast(Column, following), free)


def new_agenda(rows: int) -> Agenda:
    return Agenda(column(rows, np.int64), column(rows, np.int64), column(rows, np.int64), column(1, np.int64))


def new_outcomes() -> Outcomes:
    return Outcomes(table(4 * OUTCOME_ROOM, OUTCOME_WIDTH, np.int64), column(1, np.int64))


def new_marked(contacts: int, queues: int) -> Marked:
    heap = column(3 * contacts + queues, np.int64)
    fresh = column(contacts + queues, np.int64)
    return Marked(heap, column(MARKED_AGENTS, np.int64), fresh, column(3, np.int64), words(1))


def new_reserves(rows: int, agents: int) -> Reserves:
    return Reserves(
        medium=column(rows, np.int64),
        team=column(rows, np.int64, NOTHING),
        named=column(rows, np.int8),
        tier=column(rows, np.int64, TOP_TIER + 1),
        agents=column(rows, np.int64),
        most=column(rows, np.int64, FAR),
        free=column(rows, np.int64),
        waiting=column(rows, np.int64),
        shut=words(1),
        members=bit_rows(rows, agents),
        size=column(1, np.int64),
    )


def _longer(old: Any, new: Any) -> Any:
    """`new`, no smaller in any direction, with what `old` holds."""
    for name in old._fields:
        kept = getattr(old, name)
        getattr(new, name)[tuple(slice(size) for size in kept.shape)] = kept
    return new


def widths_of(queues: Queues) -> Widths:
    return Widths(len(queues.need_skill[0]), len(queues.stage_after_ms[0]), len(queues.urgency[0]) // 2 - 1)


def more_queues(state: State, rows: int, widths: Widths) -> State:
    """Room for `rows` queues and variants, each with as many needs, stages and steps."""
    queues, agents = state.queues, state.agents
    count, media, teams = len(agents.presence), len(state.media.exclusive), len(queues.team_place[0]) - 1
    wider = new_queues(rows, widths, count, media, teams)
    ranked = state.rules.ranked[0] == 1
    reaching = new_agents(count, media, rows, len(agents.skill[0]), ranked=ranked)
    return state._replace(
        queues=_longer(queues, wider),
        agents=_longer(agents, reaching),
        lines=_longer(state.lines, new_lines(count, rows)),
        marked=_longer(state.marked, new_marked(len(state.contacts.place), rows)),
    )


def more_contacts(state: State, rows: int) -> State:
    contacts = _longer(state.contacts, new_contacts(rows))
    return state._replace(
        contacts=contacts, marked=_longer(state.marked, new_marked(rows, len(state.queues.base)))
    )


def more_agenda(agenda: Agenda, rows: int) -> Agenda:
    return _longer(agenda, new_agenda(rows))


def more_chains(old: Chains, rows: int) -> Chains:
    """Adds free rows; the new ones come before the old free ones."""
    before, first, count = len(old.agent), old.free[0], old.free[1]
    longer: Chains = _longer(old, new_chains(rows))
    longer.following[rows - 1] = first
    longer.free[0], longer.free[1] = before, count + rows - before
    return longer
