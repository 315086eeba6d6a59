"""A router as it was a moment ago: what a line brought about is undone when the line turns out impossible."""

from typing import Any

import numpy as np

from affluent.routing.core import Core

_SCRATCH = "outcomes"  # empty between events


class Kept:
    """Holds copies of all that events change. `put_back` may be called once, and only the latest one's."""

    def __init__(self, router: Core) -> None:
        self._router = router
        self._arrays: list[tuple[Any, Any]] = []
        self._attributes = [
            (part, {name: _copied(value) for name, value in vars(part).items()})
            for part in (router, router.store, router.joining, router.rows)
        ]
        self._keep(router.store.state)

    def _keep(self, group: Any) -> None:
        for name in group._fields:
            part = getattr(group, name)
            if isinstance(part, np.ndarray):
                self._arrays.append((part, part.copy()))
            elif name != _SCRATCH:
                self._keep(part)

    def put_back(self) -> None:
        """Everything is as it was when this was made."""
        for part, attributes in self._attributes:
            vars(part).clear()
            vars(part).update(attributes)
        for array, copy in self._arrays:
            array[...] = copy
        self._router.store.state.outcomes.size[0] = 0


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner) for inner in value]
    if isinstance(value, set):
        return set(value)
    return value
