"""Agents set aside from one contact for a time: they declined it, or passed it on."""

from affluent.routing.chains import holds, note, strike
from affluent.routing.compiled import compiled
from affluent.routing.state import FAR, NOTHING, State


@compiled
def refused(k: State, contact: int, agent: int) -> bool:
    return holds(k.refusals, k.contacts.refusals[contact], agent)


@compiled
def refuse(k: State, contact: int, agent: int, until_ms: int) -> None:
    note(k.refusals, k.contacts.refusals, contact, agent, until_ms)


@compiled
def drop_refusals(k: State, contact: int, until_ms: int) -> None:
    """Ends the refusals of a contact that last no longer than `until_ms`."""
    before, entry = NOTHING, k.contacts.refusals[contact]
    while entry != NOTHING:
        if k.refusals.until_ms[entry] > until_ms:
            before, entry = entry, k.refusals.following[entry]
        else:
            entry = strike(k.refusals, k.contacts.refusals, contact, before, entry)


@compiled
def first_refusal_end_ms(k: State, contact: int) -> int:
    end_ms = FAR
    entry = k.contacts.refusals[contact]
    while entry != NOTHING:
        end_ms = min(end_ms, k.refusals.until_ms[entry])
        entry = k.refusals.following[entry]
    return end_ms
