"""What Python calls: each event with the address of the state in place of the state itself.

Arguments are Python integers and nothing else, so that each entry point is compiled once.
"""

# Compiled code takes plain positional arguments only.

from typing import Any

from affluent.routing import (
    agenda,
    choice,
    events,
    hands,
    hours,
    learning,
    limits,
    lines,
    marks,
    merging,
    parts,
    refusals,
    reserves,
    tables,
)
from affluent.routing import settle as settling
from affluent.routing.compiled import INTERPRETED, entry
from affluent.routing.held import Holder, opener
from affluent.routing.policy import Policy
from affluent.routing.state import State
from affluent.routing.tables import Rows, new_state


def _same(state: Any) -> Any:
    return state


_EMPTY = Policy((), frozenset(), (), ())
opened: Any = _same if INTERPRETED else opener(Holder(new_state(_EMPTY, Rows(_EMPTY), 1)).kind)


class Address:
    """Keeps a state where the entry points find it: `at` is what they take."""

    def __init__(self, state: State) -> None:
        self._holder = None if INTERPRETED else Holder(state)
        self.at: Any = state if self._holder is None else self._holder.address


@entry
def learn_eligibility(at: Any) -> None:
    tables.learn_eligibility(opened(at))
    reserves.learn_members(opened(at))


@entry
def learn_queue(at: Any, queue: int) -> None:
    tables.learn_queue(opened(at), queue)


@entry
def enter(
    at: Any,
    row: int,
    identity: int,
    queue: int,
    arrived_ms: int,
    entered_ms: int,
    kept_for: int,
    kept_until_ms: int,
) -> None:
    events.enter(opened(at), row, identity, queue, arrived_ms, entered_ms, kept_for, kept_until_ms)


@entry
def contact_waits(at: Any, now_ms: int, row: int) -> None:
    events.contact_waits(opened(at), now_ms, row)


@entry
def settle(at: Any, now_ms: int) -> int:
    return settling.settle(opened(at), now_ms)


@entry
def mark_everybody(at: Any) -> None:
    marks.mark_everybody(opened(at))


@entry
def contact_adopted(
    at: Any, now_ms: int, row: int, agent: int, place: int, expires_ms: int, counted: int
) -> None:
    events.contact_adopted(opened(at), now_ms, row, agent, place, expires_ms, counted)


@entry
def contact_leaves(at: Any, now_ms: int, row: int) -> None:
    events.contact_leaves(opened(at), now_ms, row)


@entry
def offer_accepted(at: Any, row: int) -> None:
    events.offer_accepted(opened(at), row)


@entry
def offer_fails(at: Any, now_ms: int, row: int, wholly: int) -> None:
    events.offer_fails(opened(at), now_ms, row, wholly)


@entry
def contact_moves(
    at: Any, now_ms: int, row: int, queue: int, arrived_ms: int, kept_for: int, kept_until_ms: int
) -> None:
    events.contact_moves(opened(at), now_ms, row, queue, arrived_ms, kept_for, kept_until_ms)


@entry
def contact_taken(at: Any, now_ms: int, row: int, agent: int) -> None:
    events.contact_taken(opened(at), now_ms, row, agent)


@entry
def contact_held(at: Any, row: int, until_ms: int) -> None:
    events.contact_held(opened(at), row, until_ms)


@entry
def contact_overflows(at: Any, now_ms: int, row: int, queue: int) -> None:
    events.contact_overflows(opened(at), now_ms, row, queue)


@entry
def contact_wraps(at: Any, now_ms: int, row: int, until_ms: int) -> None:
    events.contact_wraps(opened(at), now_ms, row, until_ms)


@entry
def contact_merged(at: Any, now_ms: int, row: int, into: int) -> None:
    merging.contact_merged(opened(at), now_ms, row, into)


@entry
def agent_joins(at: Any, now_ms: int, row: int, agent: int) -> None:
    parts.agent_joins(opened(at), now_ms, row, agent)


@entry
def agent_parts(at: Any, now_ms: int, row: int, agent: int) -> None:
    parts.agent_parts(opened(at), now_ms, row, agent)


@entry
def handed_over(at: Any, now_ms: int, row: int, agent: int) -> None:
    parts.handed_over(opened(at), now_ms, row, agent)


@entry
def takes_part(at: Any, row: int, agent: int) -> bool:
    return parts.takes_part(opened(at), row, agent)


@entry
def limits_lifted(at: Any, now_ms: int, agent: int, until_ms: int) -> None:
    limits.limits_lifted(opened(at), now_ms, agent, until_ms)


@entry
def queue_closes(at: Any, queue: int) -> None:
    hours.queue_closes(opened(at), queue)


@entry
def queue_opens(at: Any, queue: int) -> None:
    hours.queue_opens(opened(at), queue)


@entry
def contact_sleeps(at: Any, now_ms: int, row: int, frees: int) -> None:
    events.contact_sleeps(opened(at), now_ms, row, frees)


@entry
def contact_wakes(at: Any, now_ms: int, row: int, agent: int) -> None:
    events.contact_wakes(opened(at), now_ms, row, agent)


@entry
def agent_ready(at: Any, now_ms: int, agent: int) -> None:
    events.agent_ready(opened(at), now_ms, agent)


@entry
def agent_learns(at: Any, agent: int) -> None:
    learning.agent_learns(opened(at), agent)


@entry
def room_learns(at: Any) -> None:
    learning.room_learns(opened(at))


@entry
def queue_goes(at: Any, queue: int) -> None:
    learning.queue_goes(opened(at), queue)


@entry
def reserve_ends(at: Any, reserve: int) -> None:
    learning.reserve_ends(opened(at), reserve)


@entry
def reserve_begins(at: Any, reserve: int) -> None:
    learning.reserve_begins(opened(at), reserve)


@entry
def learn_reserve(at: Any, reserve: int) -> None:
    learning.learn_reserve(opened(at), reserve)


@entry
def deadlines_learn(at: Any, now_ms: int, queue: int) -> None:
    learning.deadlines_learn(opened(at), now_ms, queue)


@entry
def queue_looks(at: Any, queue: int) -> None:
    learning.queue_looks(opened(at), queue)


@entry
def lost(at: Any, now_ms: int, row: int, offered: int) -> None:
    learning.lost(opened(at), now_ms, row, offered)


@entry
def agent_leaves(at: Any, now_ms: int, agent: int, presence: int) -> None:
    events.agent_leaves(opened(at), now_ms, agent, presence)


@entry
def time_passes(at: Any, now_ms: int) -> int:
    return events.time_passes(opened(at), now_ms)


@entry
def next_due_ms(at: Any) -> int:
    return agenda.next_due_ms(opened(at))


@entry
def tidy(at: Any) -> int:
    return agenda.tidy(opened(at))


@entry
def remind_agent(at: Any, agent: int, due_ms: int) -> None:
    agenda.remind_agent(opened(at), agent, due_ms)


@entry
def refuse(at: Any, row: int, agent: int, until_ms: int) -> None:
    refusals.refuse(opened(at), row, agent, until_ms)


@entry
def ahead_of(at: Any, row: int) -> int:
    return lines.ahead_of(opened(at), row)


@entry
def note_room(at: Any, agent: int) -> None:
    hands.note_room(opened(at), agent)


@entry
def note_deadline(at: Any, now_ms: int, row: int) -> None:
    hands.note_deadline(opened(at), now_ms, row)


@entry
def fits(at: Any, agent: int, medium: int) -> bool:
    return choice.fits(opened(at), agent, medium, 0)


@entry
def barred(at: Any, now_ms: int, row: int, agent: int) -> bool:
    return choice.barred(opened(at), now_ms, row, agent)
