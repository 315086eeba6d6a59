"""The mapping: how to read a log that another system wrote. docs/reference/history.md is its reference."""

from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from affluent.facts.instants import DAY_MS, HOUR_MS, SECOND_MS
from affluent.facts.media import Medium, Outcome
from affluent.twin.history.refused import BadFile
from affluent.twin.history.values import UNITS, instants

TARGETS_MS = {
    Medium.VOICE: 20 * SECOND_MS, Medium.CHAT: 40 * SECOND_MS, Medium.VIDEO: 40 * SECOND_MS,
    Medium.EMAIL: 4 * HOUR_MS, Medium.SOCIAL: HOUR_MS, Medium.SMS: HOUR_MS, Medium.MESSAGE: HOUR_MS,
    Medium.FORM: DAY_MS, Medium.POST: DAY_MS, Medium.FAX: DAY_MS,
}  # fmt: skip
"""Where a mapping names no target: starting values of the field."""


class Became(StrEnum):
    """What became of a row's stay."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    SILENT = "silent"
    """Left without a word after writing."""
    CLOSED = "closed"
    """Ended without an answer, by a rule or by whoever judged that none was owed."""
    SPAM = "spam"
    DUPLICATE = "duplicate"
    OPEN = "open"


class Form(StrEnum):
    CSV = "csv"
    TSV = "tsv"
    EXCEL = "excel"
    PARQUET = "parquet"
    JSONL = "jsonl"
    QUEUE_LOG = "asterisk_queue_log"


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"there is no time zone {name}")
    return name


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Duration(_Strict):
    """A column with a length of time. `hms` reads 1:02:03 and 02:03; a unit reads a number."""

    column: str
    unit: Literal["ms", "s", "min", "h", "day", "hms"] = "s"


class Instant(_Strict):
    """A column, or some joined by a space, with a point in time; or an earlier instant and durations after it."""

    column: str | tuple[str, ...] = ()
    format: str | tuple[str, ...] = "iso"
    """`iso`, `epoch_s`, `epoch_ms`, or a pattern such as `%d/%m/%Y %H:%M:%S`; of some, the first that fits."""
    timezone: Annotated[str, AfterValidator(_zone)] | None = None
    after: Literal["arrived", "answered"] | None = None
    plus: tuple[Duration, ...] = ()
    minus: tuple[Duration, ...] = ()
    missing: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_source(self) -> "Instant":
        if bool(self.column) == (self.after is not None):
            raise ValueError("an instant has either `column` or `after`")
        for form in self.formats:
            instants(form, ZoneInfo("UTC"))
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,) if isinstance(self.column, str) else self.column

    @property
    def formats(self) -> tuple[str, ...]:
        return (self.format,) if isinstance(self.format, str) else self.format


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


class Text(_Strict):
    """A column of names, or some joined by a space. `codes` translates; what it does not name stays.

    `value` is what counts where nothing is there, or without a column, for all rows.
    """

    column: str | tuple[str, ...] = ()
    else_column: str | None = None
    """Where to look when nothing is there."""
    value: str | None = None
    codes: dict[str, str] = {}
    missing: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,) if isinstance(self.column, str) else self.column


class Code(_Strict):
    """A column of codes, all of which must be translated, unless there is an `other`. One may be missing."""

    column: str | None = None
    value: str | None = None
    codes: dict[str, str] = {}
    other: str | None = None


class Condition(_Strict):
    """True of a row whose column has one of these values, or none of those."""

    column: str
    one_of: tuple[str, ...] | None = Field(None, alias="in")
    none_of: tuple[str, ...] | None = Field(None, alias="not_in")

    @model_validator(mode="after")
    def _one_list(self) -> "Condition":
        if (self.one_of is None) == (self.none_of is None):
            raise ValueError("a condition has either `in` or `not_in`")
        return self


class Columns(_Strict):
    """Where each part of a contact stands. A list of instants is tried in order: the first that is there counts."""

    contact: Text | None = None
    request: Text | None = None
    customer: Text | None = None
    customer_is: Literal["external", "phone", "email"] = "external"
    """What the customer's column holds: a number of theirs in the other system, or an address."""
    queue: Text = Text(value="history")
    agent: Text | None = None
    motive: Text | None = None
    segment: Text | None = None
    medium: Code = Code(value="voice")
    arrived: tuple[Instant, ...]
    answered: tuple[Instant, ...] = ()
    ended: tuple[Instant, ...] = ()
    left: tuple[Instant, ...] = ()
    """When it left the line unanswered, where that is not `ended`."""
    wrap: tuple[Duration, ...] = ()
    handling: tuple[Duration, ...] = ()
    """Asynchronous: how long it was worked on before its answer."""
    became: Code | None = None
    resolution: Code | None = None

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        listed = ("arrived", "answered", "ended", "left", "wrap", "handling")
        return {str(name): _as_list(value) if name in listed else value for name, value in data.items()}

    @model_validator(mode="after")
    def _known_codes(self) -> "Columns":
        for code, known in ((self.medium, Medium), (self.became, Became), (self.resolution, Outcome)):
            if code is not None:
                for value in (*code.codes.values(), *(one for one in (code.value, code.other) if one)):
                    known(value)
        if any(one.after is not None for one in self.arrived):
            raise ValueError("`arrived` comes first: it is after nothing")
        if any(one.after == "answered" for one in self.answered):
            raise ValueError("`answered` cannot be after itself")
        return self


class Mapping(_Strict):
    """A whole mapping."""

    name: str
    """Names the source: contacts of one source are told apart by their own identifiers."""
    format: Form | None = None
    """None: as the file's ending says."""
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    encoding: str = "utf-8-sig"
    header: tuple[str, ...] = ()
    """Names of the columns of a file that has no header."""
    may_lack: tuple[str, ...] = ()
    """Columns that a file may do without: then their values are missing."""
    skip: Annotated[int, Field(ge=0)] = 0
    """Lines before the header."""
    sheet: str | None = None
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    missing: tuple[str, ...] = ("",)
    leave_out: tuple[tuple[Condition, ...], ...] = ()
    """Rows of which all conditions of one of these lists are true are no contacts."""
    targets: dict[str, str] = {}
    """Target by queue, and `default`; such as `20 s`, `4 h`."""
    short_abandon: str = "5 s"
    columns: Columns

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, data: Any) -> Any:
        if isinstance(data, dict) and "leave_out" in data:
            return {**data, "leave_out": [_as_list(one) for one in data["leave_out"]]}
        return data

    @model_validator(mode="after")
    def _lengths(self) -> "Mapping":
        for text in (*self.targets.values(), self.short_abandon):
            length_ms(text)
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def short_ms(self) -> int:
        return length_ms(self.short_abandon)

    def target_ms(self, queue: str, medium: Medium) -> int:
        text = self.targets.get(queue) or self.targets.get("default")
        return TARGETS_MS[medium] if text is None else length_ms(text)


def length_ms(text: str) -> int:
    """`20 s` in milliseconds. Raises `ValueError`."""
    number, _, unit = text.strip().partition(" ")
    if unit not in UNITS or not float(number) >= 0:
        raise ValueError(f"{text!r} is no length of time: write 20 s, 40 s, 4 h")
    return round(float(number) * UNITS[unit])


def shipped() -> list[str]:
    """The names of the mappings that come with Affluent."""
    folder = files("affluent.twin.history").joinpath("mappings")
    return sorted(one.name.removesuffix(".yaml") for one in folder.iterdir() if one.name.endswith(".yaml"))


def load(named: str) -> Mapping:
    """A mapping by its file, or by the name of one that comes with Affluent. Raises `BadFile`."""
    if named in shipped():
        text = (
            files("affluent.twin.history").joinpath("mappings", f"{named}.yaml").read_text(encoding="utf-8")
        )
    else:
        try:
            text = Path(named).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise BadFile("no_mapping", file=named, why=str(fault), shipped=", ".join(shipped())) from None
    return parse(text, named)


def parse(text: str, named: str = "mapping") -> Mapping:
    """A mapping from YAML. Raises `BadFile` with each place that is wrong."""
    try:
        return Mapping.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as fault:
        raise BadFile("bad_mapping", file=named, why=str(fault)) from None
    except ValidationError as fault:
        wrong = [
            f"{'.'.join(map(str, one['loc'])) or named}: {one['msg'].removeprefix('Value error, ')}"
            for one in fault.errors()
        ]
        raise BadFile("bad_mapping", file=named, why="; ".join(wrong)) from None
