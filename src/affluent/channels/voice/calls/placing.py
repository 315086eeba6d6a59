"""Who belongs on the line of a contact, and who hears whom: pure, from how the contact stands."""

from dataclasses import dataclass

from affluent.centre.parts import takings
from affluent.centre.records import Contact
from affluent.facts.states import ContactState
from affluent.facts.together import Part


@dataclass(frozen=True, slots=True)
class Wanted:
    """An agent whose phone is to ring, or is to be up. `part` is None for the contact's own agent."""

    agent_id: int
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Who hears whom: those of `room` each other, the caller with them if `caller`, else music."""

    room: tuple[int, ...]
    caller: bool
    listening: tuple[int, ...] = ()
    """Supervisors, who hear the room and are not heard in it."""


def wanted(contact: Contact) -> tuple[Wanted, ...]:
    """The agents whose phones belong to a contact with a call that is up."""
    if contact.state is ContactState.OFFERED and contact.agent_id is not None:
        return (Wanted(contact.agent_id),)
    if contact.state is not ContactState.IN_HAND or contact.agent_id is None:
        return ()
    beside = (Wanted(one.agent_id, one.part) for one in takings(contact))
    return (Wanted(contact.agent_id), *beside)


def placed(contact: Contact, up: frozenset[int], *, held: bool) -> Place:
    """Where everybody is to be. `up` are the agents whose phones are up.

    While a colleague is consulted the caller hears music: what is said then is between agents.
    """
    holder = contact.agent_id
    if contact.state is not ContactState.IN_HAND or holder is None or holder not in up:
        return Place((), caller=False)
    there = [one for one in wanted(contact) if one.agent_id in up]
    room = tuple(one.agent_id for one in there if one.part is not Part.SUPERVISION)
    listening = tuple(one.agent_id for one in there if one.part is Part.SUPERVISION)
    private = any(one.part is Part.CONSULT for one in there)
    return Place(room, caller=not held and not private, listening=listening)
