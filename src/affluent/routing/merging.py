"""A contact merged into another."""

from affluent.routing.compiled import compiled
from affluent.routing.events import contact_leaves
from affluent.routing.lines import join, leave_line
from affluent.routing.marks import mark_contact
from affluent.routing.state import OFFERED, WAITING, State


@compiled
def contact_merged(k: State, now_ms: int, contact: int, into: int) -> None:
    """A contact leaves, from wherever it is; the other one takes the place of the elder."""
    contacts = k.contacts
    arrived_ms = min(contacts.arrived_ms[contact], contacts.arrived_ms[into])
    contact_leaves(k, now_ms, contact)
    in_line = contacts.place[into] in (WAITING, OFFERED)
    if in_line:
        leave_line(k, into)
    contacts.arrived_ms[into] = arrived_ms
    if in_line:
        join(k, into)
    if contacts.place[into] == WAITING:
        mark_contact(k, into)
