"""The shapes of trials."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from affluent.centre.texts import Id, Line, Name
from affluent.centre.trials.records import EndReason, Mode, Noun, State, Unit, Verdict
from affluent.facts.instants import DAY_MS, HOUR_MS
from affluent.web.figures.models import Zone

Metric = Literal["asa", "service_level", "abandonment", "fcr", "repeat_rate"]
Size = Annotated[float, Field(gt=0, le=10 * DAY_MS, allow_inf_nan=False)]
"""A size of an effect: of a share from 0 to 1, of a time in ms."""
Signed = Annotated[float, Field(ge=-10 * DAY_MS, le=10 * DAY_MS, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=1, le=366)]


class GuardrailIn(BaseModel):
    """The trial stops by itself once the indicator is surely worse by more than `margin`."""

    model_config = ConfigDict(extra="forbid")

    key: Metric
    margin: Annotated[float, Field(ge=0, le=10 * DAY_MS, allow_inf_nan=False)]


class TrialIn(BaseModel):
    """A rule to be tried: `changes` are fields of a queue, a segment or a reserve, as they would be saved.

    By `share` each customer (or contact) falls to it by a hash; by `switchback` slots of time take turns, in
    squares of two slots and two days that lie `apart_days` apart. `smallest` is the effect worth seeing.
    """

    model_config = ConfigDict(extra="forbid")

    name: Name
    why: Line = ""
    noun: Noun
    noun_id: Id
    mode: Mode
    changes: Annotated[dict[str, Any], Field(min_length=1, max_length=20)]
    metric: Metric
    smallest: Size
    expected: Signed | None = None
    guardrails: Annotated[list[GuardrailIn], Field(max_length=5)] = Field(default=[])
    unit: Unit = "customer"
    share_permille: Annotated[int, Field(ge=1, le=999)] = 500
    slot_ms: Annotated[int, Field(ge=1, le=DAY_MS)] = 2 * HOUR_MS
    washout_ms: Annotated[int, Field(ge=0, le=DAY_MS)] = 0
    apart_days: Literal[1, 7] = 1
    timezone: Zone = "Europe/Paris"
    days: Days = 28


class ExtendIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: Days


class ConcludeIn(BaseModel):
    """`keep` makes the rule everyone's, `drop` and `undecided` leave the present one."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    why: Line = ""


class ForecastIn(BaseModel):
    """What is foretold of the effect on the trial's indicator: a value with its interval, and by what."""

    model_config = ConfigDict(extra="forbid")

    value: Signed
    low: Signed
    high: Signed
    by: Name


class ForecastAskIn(BaseModel):
    """The scenario whose days are lived without the rule and with it."""

    model_config = ConfigDict(extra="forbid")

    scenario_id: Id
    replications: Annotated[int, Field(ge=2, le=10_000)] = 200
    seed: Annotated[int, Field(ge=0, lt=1 << 53)] = 1


class SizeOut(BaseModel):
    """How long it takes to see `smallest` with four chances in five, from the last four weeks.

    `units` are customers, contacts or squares; `days` is null where the past has none of them.
    """

    units: int
    units_a_day: float
    contacts_a_day: float
    days: int | None
    present: float | None


class EffectOut(BaseModel):
    """An indicator under both rules, and the difference with an interval that holds at every look (95 %)."""

    key: Metric
    unit: Literal["share", "ms", "contacts"]
    better: Literal["high", "low"] | None
    present: float | None
    tried: float | None
    value: float | None
    low: float | None
    high: float | None
    contacts: list[int]
    units: int
    finding: Literal["early", "better", "worse", "open"]
    margin: float | None
    crossed: bool


class KeptOut(BaseModel):
    """An effect as it was when the verdict was given."""

    key: Metric
    present: float | None
    tried: float | None
    value: float | None
    low: float | None
    high: float | None
    contacts: list[int]
    units: int
    finding: Literal["early", "better", "worse", "open"]
    crossed: bool


class ForecastOut(BaseModel):
    value: float
    low: float
    high: float
    by: str
    at_ms: int
    run_id: int | None = None
    """The run of the twin that foretold it; null where a person did."""
    present: float | None = None
    tried: float | None = None
    days: int | None = None


class GuardrailOut(BaseModel):
    key: Metric
    margin: float


class DisturbedOut(BaseModel):
    """Somebody changed what is on trial while it ran."""

    at_ms: int
    name: str
    fields: list[str]


class TrialOut(BaseModel):
    """A rule on trial. `written`, `started`, `ended` and `decided` are the names of who did so."""

    id: int
    brand_id: int | None
    name: str
    why: str
    noun: Noun
    noun_id: int
    subject: str
    mode: Mode
    changes: dict[str, Any]
    before: dict[str, Any]
    metric: Metric
    smallest: float
    expected: float | None
    guardrails: list[GuardrailOut]
    unit: Unit
    share_permille: int
    slot_ms: int
    washout_ms: int
    apart_days: int
    timezone: str
    days: int
    planned_units: int
    state: State
    arm: int
    created_ms: int
    started_ms: int | None
    ends_ms: int | None
    ended_ms: int | None
    end_reason: EndReason | None
    crossed: Metric | None
    forecast: ForecastOut | None
    forecast_run: int | None
    verdict: Verdict | None
    verdict_ms: int | None
    verdict_why: str
    written: str | None
    started: str | None
    ended: str | None
    decided: str | None
    effects: list[EffectOut]
    kept: list[KeptOut] | None
    disturbed: list[DisturbedOut]
    size: SizeOut | None


class TrialsOut(BaseModel):
    items: list[TrialOut]
    next: str | None


class WayOut(BaseModel):
    """How a field can be tried; in no way for the reason `why_not`, which `message` says in words."""

    noun: Noun
    field: str
    modes: list[Mode]
    raised_only: bool
    why_not: str | None
    message: str | None


class WaysOut(BaseModel):
    items: list[WayOut]
