"""A rule on trial as a record, and what trials need from the outside."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from affluent.measure.outcomes import Stays

Json = dict[str, Any]
Mode = Literal["share", "switchback"]
Noun = Literal["queues", "segments", "reserves"]
State = Literal["draft", "running", "ended", "concluded"]
Verdict = Literal["keep", "drop", "undecided"]
EndReason = Literal["by_hand", "end_date", "guardrail", "concluded"]
Unit = Literal["customer", "contact"]


class Released(NamedTuple):
    """A rule that is released to a share of contacts now: which fields of which thing it changes, and for whom."""

    id: int
    noun: str
    noun_id: int
    changes: Json
    share_permille: int
    unit: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial as it stands. `before` and `changes` are the fields of the thing as they are and as they are tried.

    `smallest` is the effect worth seeing and `expected` the one that its author expects, in the unit of `metric`: a
    share from 0 to 1, or milliseconds. A guardrail is `{"key", "margin"}`: it may not be worse by more.
    """

    id: int
    brand_id: int | None
    name: str
    why: str
    noun: Noun
    noun_id: int
    subject: str
    mode: Mode
    changes: Json
    before: Json
    metric: str
    smallest: float
    expected: float | None
    guardrails: Sequence[Json]
    unit: Unit
    share_permille: int
    slot_ms: int
    washout_ms: int
    apart_days: int
    timezone: str
    days: int
    planned_units: int
    mixing: Mapping[str, float]
    state: State
    arm: int
    day: int
    slot: int
    created_ms: int
    created_by: int | None
    started_ms: int | None
    started_by: int | None
    ends_ms: int | None
    ended_ms: int | None
    ended_by: int | None
    end_reason: EndReason | None
    crossed: str | None
    forecast: Json | None
    measured: list[Json] | None
    verdict: Verdict | None
    verdict_ms: int | None
    verdict_by: int | None
    verdict_why: str
    forecast_run: int | None = None
    """The run of the twin that was asked what the rule will do."""
    people: Mapping[int, str] = field(default_factory=dict[int, str])
    """The names of those who wrote, started, ended and concluded it; empty where they are not asked for."""


class Turn(NamedTuple):
    """A slot of a switchback as it was lived."""

    at_ms: int
    arm: int
    day: int
    slot: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose contacts: those that came to one of these queues first (None: any), of this segment, of these brands."""

    queues: Collection[int] | None = None
    segment_id: int | None = None
    brand_id: int | None = None
    brands: Collection[int] | None = None


class Trials(Protocol):
    """What trials write, within the transaction of a use case."""

    def insert(self, columns: Json) -> int: ...
    def get(self, trial_id: int) -> Trial | None: ...
    def update(self, trial_id: int, columns: Json) -> None: ...
    def delete(self, trial_id: int) -> None: ...
    def running(self) -> Sequence[Trial]: ...


class TrialViews(Protocol):
    """What is read of trials, outside of any use case."""

    def page(
        self, brands: Collection[int] | None, state: str | None, before_id: int | None, most: int
    ) -> Sequence[Trial]:
        """The latest first, with those of the whole centre."""
        ...

    def get(self, trial_id: int) -> Trial | None: ...
    def running(self) -> Sequence[Trial]: ...
    def changed_since(
        self, noun: str, noun_id: int, fields: Collection[str], since_ms: int
    ) -> Sequence[Json]:
        """Entries of the audit trail that touched these fields: `at_ms`, `name` of who, `fields`."""
        ...

    def drawn(
        self, trial_id: int, brands: Collection[int] | None, names: Sequence[str]
    ) -> tuple[Stays, NDArray[np.int64], NDArray[np.int64]]:
        """The stays of the contacts that were drawn, by contact and number, with their arm and customer."""
        ...

    def targets(self) -> Mapping[int, int]:
        """The targets of the queues as they are set, in ms, by queue."""
        ...

    def turns(self, trial_id: int) -> Sequence[Turn]:
        """The slots of a switchback, the first first."""
        ...

    def lived(self, scope: Scope, from_ms: int, to_ms: int, names: Sequence[str]) -> Stays:
        """The stays of contacts that came first within a period, by contact and number."""
        ...
