"""Scenarios and runs of the twin as records, and what they need from the outside."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

Json = dict[str, Any]
Kind = Literal["run", "compare", "fit", "target", "forecast"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]
Step = Literal["", "starting", "compiling", "reading", "learning", "staffing", "living", "counting"]
Origin = Literal["today", "import", "copy"]
KINDS: tuple[Kind, ...] = ("run", "compare", "fit", "target", "forecast")
STEPS: tuple[Step, ...] = (
    "",
    "starting",
    "compiling",
    "reading",
    "learning",
    "staffing",
    "living",
    "counting",
)
UNFINISHED = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class SavedScenario:
    """A scenario under a name. `brands` are those whose data it holds: who sees it sees all of them."""

    id: int
    brands: Sequence[int]
    name: str
    note: str
    document: str
    version: int
    origin: Origin
    created_ms: int
    created_by: str | None
    changed_ms: int
    changed_by: str | None


@dataclass(frozen=True, slots=True)
class ScenarioVersion:
    number: int
    name: str
    why: str
    at_ms: int
    by: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """What the twin was asked, and how far it is.

    `document` is all that the work needs: a run does not change when a scenario does. `done` of `total` days or
    steps. `result` is None in lists and until it is done; `error` is a code with its parameters.
    """

    id: int
    kind: Kind
    name: str
    brands: Sequence[int]
    document: Json
    seed: int
    replications: int
    confidence: float
    state: State
    step: Step
    done: int
    total: int
    created_ms: int
    created_by: str | None
    started_ms: int | None
    ended_ms: int | None
    attempts: int
    created_by_id: int | None = None
    result: Json | None = None
    error: Json | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A run to be."""

    kind: Kind
    name: str
    brands: Sequence[int]
    document: Json
    seed: int
    replications: int
    confidence: float


class Moved(NamedTuple):
    """How far a run is, for those who watch."""

    id: int
    brands: Sequence[int]
    state: str
    done: int
    total: int
    step: str


class Scenarios(Protocol):
    """Scenarios kept. `brands` None: of all brands."""

    def page(
        self, brands: Collection[int] | None, before_id: int | None, most: int
    ) -> Sequence[SavedScenario]:
        """The latest first, without their documents."""
        ...

    def get(self, scenario_id: int) -> SavedScenario | None: ...
    def version(self, scenario_id: int, number: int) -> str | None:
        """The document as it was in a version."""
        ...

    def versions(self, scenario_id: int) -> Sequence[ScenarioVersion]:
        """The latest first."""
        ...

    def insert(
        self, name: str, note: str, document: str, brands: Sequence[int], origin: Origin, by: int, at_ms: int
    ) -> int: ...
    def change(
        self,
        scenario_id: int,
        name: str,
        note: str,
        document: str,
        version: int,
        why: str,
        by: int,
        at_ms: int,
    ) -> bool:
        """Writes the next version; False, and nothing done, when another than `version` stands."""
        ...

    def archive(self, scenario_id: int) -> None: ...
    def brands(self) -> Sequence[int]:
        """Every brand of the centre."""
        ...


class Runs(Protocol):
    """Runs kept, as those who ask for them see them."""

    def page(
        self, brands: Collection[int] | None, kind: str | None, before_id: int | None, most: int
    ) -> Sequence[Run]:
        """The latest first, without what they found and were asked in full."""
        ...

    def get(self, run_id: int) -> Run | None: ...
    def insert(self, ask: Ask, by: int, at_ms: int) -> int: ...
    def unfinished(self) -> int:
        """How many wait or are at work."""
        ...

    def cancel(self, run_id: int, by: int, at_ms: int) -> bool:
        """False when it had ended before."""
        ...

    def delete(self, run_id: int) -> bool:
        """False while it is not over."""
        ...

    def moved(self) -> Sequence[Moved]:
        """Those unfinished, and those that ended within the last minute."""
        ...

    def wanted(self, slots: int) -> bool:
        """Whether something waits to be done (or lost its worker) that a free slot could do."""
        ...


class Work(Protocol):
    """Runs as a worker sees them, from one process that holds a slot."""

    def slot(self, slots: int) -> bool:
        """Takes a free slot for as long as the connection stands. False: all are taken."""
        ...

    def next(self, at_ms: int) -> Run | None:
        """The first that is to be done, now this worker's. What lost its worker too often has failed."""
        ...

    def at(self, run_id: int, step: str, done: int, total: int) -> bool:
        """Says how far it is; False when it is no longer this worker's to do."""
        ...

    def finish(self, run_id: int, result: Mapping[str, Any], at_ms: int) -> None: ...
    def fail(self, run_id: int, code: str, params: Mapping[str, Any], at_ms: int) -> None: ...
