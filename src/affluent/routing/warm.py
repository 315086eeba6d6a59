"""Compiles every entry point before the first contact: seconds the first time, a moment from the cache."""

import inspect
from collections.abc import Callable
from typing import Any

from numba import int64

from affluent.routing import entries
from affluent.routing.compiled import INTERPRETED


def warm_up(progress: Callable[[str], None]) -> None:
    """Compiles, or loads from the cache, all that a Router calls; tells `progress` the name of each."""
    for name, entry in entry_points():
        progress(name)
        if not INTERPRETED:
            arguments = len(inspect.signature(entry.py_func).parameters)
            entry.compile((int64,) * arguments)


def entry_points() -> list[tuple[str, Any]]:
    """Every compiled function of `entries`, by name."""
    return sorted(
        (name, value)
        for name, value in vars(entries).items()
        if callable(value) and getattr(value, "__module__", "") == entries.__name__ and _is_entry(value)
    )


def _is_entry(value: Any) -> bool:
    plain = getattr(value, "py_func", value)
    return inspect.isfunction(plain) and next(iter(inspect.signature(plain).parameters), "") == "at"
