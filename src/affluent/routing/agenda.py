"""What must be looked at again, and when: a binary heap by (due, tie).

Entries are never removed early; `is_current` tells whether one still holds.
"""

from affluent.routing.compiled import compiled
from affluent.routing.state import FAR, FREE, NOTHING, Agenda, State

BEFORE_CONTACTS = -(1 << 62)  # plus the agent's row: the tie of an agent


@compiled
def _is_sooner(agenda: Agenda, due_ms: int, tie: int, than: int) -> bool:
    if due_ms != agenda.due_ms[than]:
        return due_ms < agenda.due_ms[than]
    return tie < agenda.tie[than]


@compiled
def _move(agenda: Agenda, entry: int, to: int) -> None:
    agenda.due_ms[to], agenda.tie[to], agenda.row[to] = (
        agenda.due_ms[entry],
        agenda.tie[entry],
        agenda.row[entry],
    )


@compiled
def _raise(agenda: Agenda, at: int, due_ms: int, tie: int, row: int) -> None:
    """Puts an entry in a free place, or above it."""
    while at > 0 and _is_sooner(agenda, due_ms, tie, (at - 1) >> 1):
        _move(agenda, (at - 1) >> 1, at)
        at = (at - 1) >> 1
    agenda.due_ms[at], agenda.tie[at], agenda.row[at] = due_ms, tie, row


@compiled
def _enter(agenda: Agenda, due_ms: int, tie: int, row: int) -> None:
    agenda.size[0] += 1
    _raise(agenda, agenda.size[0] - 1, due_ms, tie, row)


@compiled
def remind_contact(k: State, contact: int, due_ms: int) -> None:
    k.contacts.deadline_ms[contact] = due_ms
    if due_ms < FAR:
        _enter(k.agenda, due_ms, k.contacts.identity[contact], contact)


@compiled
def remind_agent(k: State, agent: int, due_ms: int) -> None:
    _enter(k.agenda, due_ms, BEFORE_CONTACTS + agent, NOTHING - 1 - agent)


@compiled
def agent_of(row: int) -> int:
    """The agent of an agenda row, below zero if the row is a contact's."""
    return NOTHING - 1 - row


@compiled
def is_current(k: State, entry: int) -> bool:
    row, due_ms = k.agenda.row[entry], k.agenda.due_ms[entry]
    if row < 0:
        agent = agent_of(row)
        return k.agents.aside_until_ms[agent] == due_ms or k.agents.extra_until_ms[agent] == due_ms
    contacts = k.contacts
    return (
        contacts.place[row] != FREE
        and contacts.identity[row] == k.agenda.tie[entry]
        and contacts.deadline_ms[row] == due_ms
    )


@compiled
def remove_first(agenda: Agenda) -> None:
    """The free place sinks to the end, where the last entry, which mostly belongs there, takes it."""
    size = agenda.size[0] - 1
    agenda.size[0] = size
    at, child = 0, 1
    while child < size:
        if child + 1 < size and _is_sooner(agenda, agenda.due_ms[child + 1], agenda.tie[child + 1], child):
            child += 1
        _move(agenda, child, at)
        at, child = child, 2 * child + 1
    _raise(agenda, at, agenda.due_ms[size], agenda.tie[size], agenda.row[size])


@compiled
def next_due_ms(k: State) -> int:
    """When something must be looked at again; FAR if nothing. Drops entries that no longer hold."""
    while k.agenda.size[0] > 0:
        if is_current(k, 0):
            return k.agenda.due_ms[0]
        remove_first(k.agenda)
    return FAR


@compiled
def tidy(k: State) -> int:
    """Drops every entry that no longer holds, in place; returns how many stay."""
    agenda = k.agenda
    size = agenda.size[0]
    agenda.size[0] = 0
    for entry in range(size):
        if is_current(k, entry):
            _enter(agenda, agenda.due_ms[entry], agenda.tie[entry], agenda.row[entry])
    return agenda.size[0]
