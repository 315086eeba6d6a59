"""What must be looked at again, and when: a binary heap by (due, tie).

Entries are never removed early; `is_current` tells whether one still holds.
"""

from affluent.routing.compiled import compiled
from affluent.routing.state import FAR, FREE, NOTHING, Agenda, State

BEFORE_CONTACTS = -(1 << 62)  # plus the agent's row: the tie of an agent


@compiled
def _sooner(agenda: Agenda, one: int, other: int) -> bool:
    if agenda.due_ms[one] != agenda.due_ms[other]:
        return agenda.due_ms[one] < agenda.due_ms[other]
    return agenda.tie[one] < agenda.tie[other]


@compiled
def _swap(agenda: Agenda, one: int, other: int) -> None:
    due_ms, tie, row = agenda.due_ms[one], agenda.tie[one], agenda.row[one]
    agenda.due_ms[one], agenda.tie[one], agenda.row[one] = (
        agenda.due_ms[other],
        agenda.tie[other],
        agenda.row[other],
    )
    agenda.due_ms[other], agenda.tie[other], agenda.row[other] = due_ms, tie, row


@compiled
def _enter(agenda: Agenda, due_ms: int, tie: int, row: int) -> None:
    at = agenda.size[0]
    agenda.size[0] = at + 1
    agenda.due_ms[at], agenda.tie[at], agenda.row[at] = due_ms, tie, row
    while at > 0 and _sooner(agenda, at, (at - 1) >> 1):
        _swap(agenda, at, (at - 1) >> 1)
        at = (at - 1) >> 1


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
    size = agenda.size[0] - 1
    agenda.size[0] = size
    _swap(agenda, 0, size)
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            return
        if child + 1 < size and _sooner(agenda, child + 1, child):
            child += 1
        if not _sooner(agenda, child, at):
            return
        _swap(agenda, at, child)
        at = child


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
