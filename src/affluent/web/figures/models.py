"""The shapes of figures."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from affluent.centre.texts import Id

By = Literal[
    "none", "brand", "queue", "channel", "agent", "motive", "problem", "medium", "hour", "day", "week", "month",
    "hour_of_day", "weekday",
]  # fmt: skip
Medium = Literal["voice", "chat", "email", "sms", "message", "social", "form", "post", "fax", "video"]
Instant = Annotated[int, Field(ge=0, le=32_503_680_000_000)]
"""Milliseconds since the epoch, up to the year 3000."""
Day = Annotated[date, Field(ge=date(1970, 1, 2), le=date(2999, 12, 30))]
Zone = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$")]
GroupKey = Annotated[str, StringConstraints(max_length=40, pattern=r"^-?[A-Za-z0-9-]+$")]
Cursor = Annotated[str, StringConstraints(max_length=100, pattern=r"^[0-9.]+$")]


class Narrowed(BaseModel):
    """What is asked: a period, and filters. Days and hours are those of the time zone.

    The period is from `from_ms` up to, without, `to_ms`; or from the local day `from_day` through `to_day`.
    """

    model_config = ConfigDict(extra="forbid")

    from_ms: Instant | None = None
    to_ms: Instant | None = None
    from_day: Day | None = None
    to_day: Day | None = None
    brand: Id | None = None
    queue: Id | None = None
    channel: Id | None = None
    medium: Medium | None = None
    agent: Id | None = None
    timezone: Zone | None = None


class Asked(Narrowed):
    """And by what it is grouped."""

    by: By = "none"


class AskedBehind(Asked):
    """A figure's contacts: of one group, when it names one by its key."""

    group: GroupKey | None = None
    cursor: Cursor | None = None


class FigureOut(BaseModel):
    """`part` of `count` for a share, the sum `part` over `count` for a mean; null where nothing counts.

    `low` and `high` bound a share of contacts with 95 % confidence (Wilson).
    """

    value: float | None
    count: int
    part: int
    low: float | None
    high: float | None


class GroupOut(BaseModel):
    """One line: an interval of time with its instants, or whatever it is grouped by, with its name."""

    key: str
    name: str | None
    from_ms: int | None
    to_ms: int | None
    figures: dict[str, FigureOut]


class FiguresOut(BaseModel):
    """Figures of a period. They know of all facts up to `as_of_ms`."""

    now_ms: int
    from_ms: int
    to_ms: int
    as_of_ms: int | None
    timezone: str
    total: dict[str, FigureOut]
    groups: list[GroupOut]


class DefinitionOut(BaseModel):
    """One indicator in words. `over` tells whether its rows are stays of contacts or agents' time."""

    key: str
    measure: Literal["share", "mean", "count", "max"]
    unit: Literal["share", "ms", "contacts"]
    over: Literal["stays", "agents"]
    placed: Literal["entered_ms", "left_ms", "at_end", "overlap"]
    better: Literal["high", "low"] | None
    variant_of: str | None
    name: str
    question: str
    counts: str
    excludes: str
    source: str


class DefinitionsOut(BaseModel):
    items: list[DefinitionOut]


class BehindOut(BaseModel):
    """A stay behind a figure, with its contact. `value` is 1 or 0 in a share, milliseconds in a mean."""

    contact_id: int
    number: int
    medium: str
    state: str
    outcome: str | None
    subject: str
    customer: str
    brand: str
    queue: str | None
    agent: str | None
    arrived_ms: int
    entered_ms: int
    answered_ms: int | None
    left_ms: int | None
    waited_ms: int | None
    target_ms: int | None
    value: int


class BehindPage(BaseModel):
    items: list[BehindOut]
    total: int
    next: str | None


class AskedDeclines(Narrowed):
    """Offers declined for one reason: by its code, or those without one. Neither: all of them."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")] | None = None
    unsaid: bool = False
    cursor: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$")] | None = None


class DeclineReasonOut(BaseModel):
    """How often offers were declined for a reason, of how many contacts and by how many agents.

    `code` null: the agent did not say. `archived`: the reason can be chosen no more; null where it is unknown by now.
    """

    code: str | None
    name: str | None
    archived: bool | None
    count: int
    contacts: int
    agents: int


class DeclinesOut(BaseModel):
    """Offers declined in a period, by reason, the most frequent first."""

    from_ms: int
    to_ms: int
    timezone: str
    total: int
    items: list[DeclineReasonOut]


class DeclinedOut(BaseModel):
    """One offer that was declined, with its contact as it is now. `id` is its place in the journal."""

    id: int
    at_ms: int
    code: str | None
    reason: str | None
    contact_id: int
    medium: str
    state: str
    outcome: str | None
    subject: str
    customer: str
    brand: str
    queue: str | None
    agent: str


class DeclinedPage(BaseModel):
    items: list[DeclinedOut]
    total: int
    next: str | None
