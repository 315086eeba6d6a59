"""The shapes of scenarios and runs."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from affluent.centre.texts import NO_NUL, Id, Line, Name
from affluent.centre.twin_runs.records import Kind, Origin, State, Step

TEXT_MAX = 4_000_000
Document = Annotated[str, Field(max_length=TEXT_MAX, pattern=NO_NUL)]
"""YAML or JSON, as docs/reference/scenario.md describes it."""
Seed = Annotated[int, Field(ge=0, lt=1 << 53)]
Replications = Annotated[int, Field(ge=1, le=20_000)]
Confidence = Annotated[float, Field(ge=0.5, le=0.9999)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CheckIn(_Body):
    document: Document


class ScenarioIn(_Body):
    """A scenario to keep: a document that was written, or exported elsewhere."""

    name: Name
    note: Line = ""
    document: Document


class ScenarioChange(_Body):
    """The next version. `version` is the one it was made from: if another stands, nothing is done."""

    name: Name
    note: Line = ""
    document: Document
    version: Version
    why: Line = ""


class CopyIn(_Body):
    name: Name


class TodayIn(_Body):
    """A scenario of the centre as it is: of so many whole weeks, a day of a kind or weekday (none: the usual)."""

    kind: Literal["fit"]
    name: Name
    weeks: Annotated[int, Field(ge=1, le=104)] = 8
    day: Literal["full", "short", "unusual", "mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None


class RunIn(_Body):
    """A scenario lived so many days. The same seed gives the same days."""

    kind: Literal["run"]
    scenario_id: Id
    replications: Replications = 100
    seed: Seed = 1
    confidence: Confidence = 0.95


class CompareIn(_Body):
    """Scenarios that live the same days; the first is what the others are compared to."""

    kind: Literal["compare"]
    scenario_ids: Annotated[list[Id], Field(min_length=2, max_length=6)]
    replications: Replications = 100
    seed: Seed = 1
    confidence: Confidence = 0.95


class TargetIn(_Body):
    """How long customers should wait, by what contacts are worth: a document as docs/reference/targets.md says."""

    kind: Literal["target"]
    scenario_id: Id
    worth: Annotated[str, Field(max_length=200_000, pattern=NO_NUL)]
    seed: Seed = 1
    replications: Annotated[int, Field(ge=0, le=500)] = 40
    """Days the twin lives under each choice of targets to check the formulas' answer; 0: it does not."""


Asked = Annotated[TodayIn | RunIn | CompareIn | TargetIn, Field(discriminator="kind")]


class ProblemOut(BaseModel):
    """What is wrong, where in the document and on which line."""

    code: str
    path: str
    line: int
    message: str


class CheckOut(BaseModel):
    """`document` as we would write it, and its `content` as plain values; empty while there are problems."""

    problems: list[ProblemOut]
    document: str
    content: dict[str, Any] | None


class ScenarioLine(BaseModel):
    id: int
    name: str
    note: str
    version: int
    origin: Origin
    created_ms: int
    created_by: str | None
    changed_ms: int
    changed_by: str | None


class ScenarioOut(ScenarioLine):
    """`content` is the document as plain values, for forms; null for one that no longer reads, with its problems."""

    document: str
    content: dict[str, Any] | None
    problems: list[ProblemOut]


class ScenariosOut(BaseModel):
    items: list[ScenarioLine]
    next: str | None


class VersionOut(BaseModel):
    number: int
    name: str
    why: str
    at_ms: int
    by: str | None


class VersionsOut(BaseModel):
    items: list[VersionOut]


class FailedOut(BaseModel):
    code: str
    message: str


class RunLine(BaseModel):
    """A run: `done` of `total` days or steps, and the `step` it is at while it is at work."""

    id: int
    kind: Kind
    name: str
    scenario_ids: list[int]
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
    error: FailedOut | None


class RunOut(RunLine):
    """With what it found, once done: for `run` and `compare` as `affluent twin run --json` prints it."""

    now_ms: int
    result: dict[str, Any] | None


class RunsOut(BaseModel):
    items: list[RunLine]
    next: str | None
