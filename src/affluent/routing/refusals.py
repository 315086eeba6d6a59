"""Agents set aside from one contact for a time: they declined it, or passed it on."""

from affluent.routing.compiled import compiled
from affluent.routing.state import FAR, NOTHING, State


@compiled
def refused(k: State, contact: int, agent: int) -> bool:
    entry = k.contacts.refusals[contact]
    while entry != NOTHING:
        if k.refusals.agent[entry] == agent:
            return True
        entry = k.refusals.following[entry]
    return False


@compiled
def refuse(k: State, contact: int, agent: int, until_ms: int) -> None:
    refusals = k.refusals
    entry = refusals.free[0]
    refusals.free[0] = refusals.following[entry]
    refusals.free[1] -= 1
    refusals.agent[entry] = agent
    refusals.until_ms[entry] = until_ms
    refusals.following[entry] = k.contacts.refusals[contact]
    k.contacts.refusals[contact] = entry


@compiled
def drop_refusals(k: State, contact: int, until_ms: int) -> None:
    """Ends the refusals of a contact that last no longer than `until_ms`."""
    refusals = k.refusals
    before, entry = NOTHING, k.contacts.refusals[contact]
    while entry != NOTHING:
        following = refusals.following[entry]
        if refusals.until_ms[entry] > until_ms:
            before = entry
        else:
            if before == NOTHING:
                k.contacts.refusals[contact] = following
            else:
                refusals.following[before] = following
            refusals.following[entry] = refusals.free[0]
            refusals.free[0] = entry
            refusals.free[1] += 1
        entry = following


@compiled
def first_refusal_end_ms(k: State, contact: int) -> int:
    end_ms = FAR
    entry = k.contacts.refusals[contact]
    while entry != NOTHING:
        end_ms = min(end_ms, k.refusals.until_ms[entry])
        entry = k.refusals.following[entry]
    return end_ms
