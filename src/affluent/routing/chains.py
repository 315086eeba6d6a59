"""Agents noted for a contact, each until an instant: a chain of rows for each contact, free rows in one of their own.

Who refused it is kept in one such table, who takes part in it in another; a contact's columns hold the first row.
"""

from affluent.routing.compiled import compiled
from affluent.routing.state import NOTHING, Chains, Column


@compiled
def holds(chains: Chains, entry: int, agent: int) -> bool:
    """Whether an agent is noted in a row or in those that follow it."""
    while entry != NOTHING:
        if chains.agent[entry] == agent:
            return True
        entry = chains.following[entry]
    return False


@compiled
def note(chains: Chains, first: Column, contact: int, agent: int, until_ms: int) -> None:
    entry = chains.free[0]
    chains.free[0] = chains.following[entry]
    chains.free[1] -= 1
    chains.agent[entry] = agent
    chains.until_ms[entry] = until_ms
    chains.following[entry] = first[contact]
    first[contact] = entry


@compiled
def strike(chains: Chains, first: Column, contact: int, before: int, entry: int) -> int:
    """Frees a row, which follows `before` or is the contact's first; the row that followed it."""
    following = chains.following[entry]
    if before == NOTHING:
        first[contact] = following
    else:
        chains.following[before] = following
    chains.following[entry] = chains.free[0]
    chains.free[0] = entry
    chains.free[1] += 1
    return following
