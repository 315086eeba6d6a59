"""A world as it is before a day: what a day changes is kept aside, and put back before the next one."""

from typing import Any

import numpy as np

from affluent.routing.space import more_agenda, more_chains, more_contacts
from affluent.twin.living import loop
from affluent.twin.living.world import LATER, ROWS_MAX, Rows, World
from affluent.twin.running.law_rows import integers

_CHANGED = {
    "k.queues": ("waiting", "length", "contacts", "closed", "chained", "head_ms"),
    "k.agents": (
        "presence", "aside_until_ms", "idle_since_ms", "extra", "extra_until_ms", "in_hand", "offered", "room",
        "load",
    ),
    "k.agenda": ("size",),
    "k.outcomes": ("size",),
    "k.marked": ("agents", "size", "opened"),
    "k.reserves": ("free", "waiting", "shut"),
    "k": ("last_choice", "best_keys"),
    "staff": ("working", "surplus"),
    "classes": ("backlog",),
}  # fmt: skip
_ALL_CHANGED = {"k.lines", "k.contacts", "k.refusals", "rows", "clock", "calendar"}


class TooMany(Exception):
    """More contacts are there at once than the twin has rows for."""


def kept(world: World) -> World:
    """The world with copies of what a day changes; all else is shared."""
    return _walked("", world)


def put_back(world: World, morning: World) -> None:
    """Makes the world what it was in the morning."""

    def copied(place: str, part: Any, before: Any) -> None:
        for name in part._fields:
            now, then = getattr(part, name), getattr(before, name)
            inner = f"{place}.{name}" if place else name
            if not isinstance(now, np.ndarray):
                copied(inner, now, then)
            elif _changes(place, name):
                np.copyto(now, then)

    copied("", world, morning)


def longer(world: World, short: int) -> World:
    """With more of what a day was short of."""
    match short:
        case loop.ROWS:
            rows = 2 * len(world.rows.phase)
            if rows > ROWS_MAX:
                raise TooMany
            return world._replace(
                k=more_contacts(world.k, rows), rows=_more_rows(world.rows, rows), clock=_freed(world, rows)
            )
        case loop.OUTCOMES:
            notes = world.notes
            return world._replace(notes=notes._replace(outcomes=_twice(notes.outcomes)))
        case loop.PRESENCE:
            notes = world.notes
            return world._replace(notes=notes._replace(presence=_twice(notes.presence)))
        case loop.AGENDA:
            return world._replace(agenda=_twice(world.agenda))
        case loop.ENGINE_AGENDA:
            agenda = more_agenda(world.k.agenda, 2 * len(world.k.agenda.row))
            return world._replace(k=world.k._replace(agenda=agenda))
        case _:
            refusals = more_chains(world.k.refusals, 2 * len(world.k.refusals.agent))
            return world._replace(k=world.k._replace(refusals=refusals))


def _changes(place: str, name: str) -> bool:
    return place in _ALL_CHANGED or name in _CHANGED.get(place, ())


def _walked(place: str, part: Any) -> Any:
    found: dict[str, Any] = {}
    for name in part._fields:
        value = getattr(part, name)
        if not isinstance(value, np.ndarray):
            found[name] = _walked(f"{place}.{name}" if place else name, value)
        elif _changes(place, name):
            found[name] = value.copy()
    return part._replace(**found)


def _more_rows(rows: Rows, count: int) -> Rows:
    """New rows are taken after those that were free, as if there had been so many from the start."""
    before = len(rows.phase)
    wider = {name: _to(getattr(rows, name), count) for name in rows._fields if name != "unused"}
    unused: Any = rows.unused
    fresh = np.arange(count - 1, before - 1, -1)
    wider["unused"] = integers(np.concatenate((fresh, unused)))
    due: Any = wider["due_ms"]
    due[before:] = LATER
    return Rows(**wider)


def _freed(world: World, rows: int) -> Any:
    free: Any = world.clock.free
    return world.clock._replace(free=free + (rows - len(world.rows.phase)))


def _to(array: Any, rows: int) -> Any:
    found = np.zeros((rows, *array.shape[1:]), array.dtype)
    found[: len(array)] = array
    return found


def _twice(array: Any) -> Any:
    return _to(array, 2 * len(array))
