"""Opening hours: when a queue's target runs. They belong to the whole centre."""

from datetime import date as date_
from functools import cache
from itertools import pairwise
from typing import Annotated
from zoneinfo import available_timezones

import holidays as holiday_calendars
from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.refusals import Invalid
from affluent.centre.texts import Line, Name

Time = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
Span = tuple[Time, Time]


def _ordered(spans: list[Span]) -> list[Span]:
    for start, end in spans:
        if start >= end:
            raise PydanticCustomError(
                "span_backwards", "{start} is not before {end}", {"start": start, "end": end}
            )
    for (_, end), (start, _) in pairwise(spans):
        if start < end:
            raise PydanticCustomError(
                "spans_overlap", "{start} comes before {end}", {"start": start, "end": end}
            )
    return spans


Spans = Annotated[list[Span], Field(max_length=12), AfterValidator(_ordered)]


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _countries() -> frozenset[str]:
    return frozenset(holiday_calendars.list_supported_countries())


def _zone(name: str) -> str:
    if name not in _zones():
        raise PydanticCustomError("no_such_zone", "No such time zone")
    return name


def _country(code: str) -> str:
    if code not in _countries():
        raise PydanticCustomError("no_such_country", "No such calendar of holidays")
    return code


def _date(text: str) -> str:
    try:
        return date_.fromisoformat(text).isoformat()
    except ValueError:
        raise PydanticCustomError("not_a_date", "A date is written YYYY-MM-DD") from None


class Weekly(Fields):
    """Spans of the wall clock by weekday; `24:00` is the end of the day."""

    mon: Spans = Field(default=[])
    tue: Spans = Field(default=[])
    wed: Spans = Field(default=[])
    thu: Spans = Field(default=[])
    fri: Spans = Field(default=[])
    sat: Spans = Field(default=[])
    sun: Spans = Field(default=[])


class Exceptional(Fields):
    """A day unlike its weekday: closed when it has no span."""

    date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_date)]
    spans: Spans = Field(default=[])
    label: Line = ""


def _distinct(days: list[Exceptional]) -> list[Exceptional]:
    if len({day.date for day in days}) < len(days):
        raise PydanticCustomError("date_twice", "A date stands twice")
    return sorted(days, key=lambda day: day.date)


class HoursFields(Fields):
    name: Name
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Paris"
    weekly: Weekly
    holidays: Annotated[str, AfterValidator(_country)] | None = None
    exceptions: Annotated[list[Exceptional], Field(max_length=400), AfterValidator(_distinct)] = Field(
        default=[]
    )


def _check(draft: Draft) -> None:
    draft.unique("hours", "name", lambda row: row["name"].lower())
    weekly = draft.after["weekly"]
    if not any(weekly[day] for day in Weekly.model_fields):
        raise Invalid("never_open", "weekly")


HOURS = Noun(key="hours", title="hours", fields=HoursFields, check=_check)
