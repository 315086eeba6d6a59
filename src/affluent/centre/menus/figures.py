"""Who leaves where, and who is served: figures of a menu by step, from the facts of its calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Behind = Literal["came", "left", "served", "queued"]


@dataclass(frozen=True, slots=True)
class WayCount:
    """How often callers went from `source` (empty at the start) to `target` by `choice`."""

    source: str
    choice: str
    target: str
    count: int


@dataclass(frozen=True, slots=True)
class StepCount:
    """`came`: calls that came to the step, each once. `left`: that ended there by the caller, before any queue."""

    step: str
    came: int
    left: int


@dataclass(frozen=True, slots=True)
class MenuFigures:
    """Calls that entered the menu in a period. `served`: ended by it without an agent, as the caller said;
    `queued`: waited for a person; `left`: hung up in the menu; what is left goes on, or ended otherwise.
    """

    calls: int
    served: int
    queued: int
    left: int
    steps: Sequence[StepCount]
    ways: Sequence[WayCount]


@dataclass(frozen=True, slots=True)
class CallBehind:
    """A contact behind a figure."""

    contact_id: int
    at_ms: int
    outcome: str | None


class MenuCounts(Protocol):
    """Counted from the journal. `version` None: all of them."""

    def figures(self, menu_id: int, version: int | None, from_ms: int, to_ms: int) -> MenuFigures: ...
    def behind(
        self,
        menu_id: int,
        version: int | None,
        from_ms: int,
        to_ms: int,
        what: Behind,
        step: str | None,
        most: int,
    ) -> Sequence[CallBehind]:
        """The latest first; those of one step for `came` and `left`, of all steps with None."""
        ...
