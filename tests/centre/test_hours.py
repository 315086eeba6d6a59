"""Opening hours: lunch breaks, holidays, exceptions, clocks that change."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affluent.centre.hours import Hours, due_ms, is_open, next_opening_ms
from affluent.facts.instants import HOUR_MS, MINUTE_MS

PARIS = ZoneInfo("Europe/Paris")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = [["09:00", "12:30"], ["14:00", "18:00"]]
WEEK: dict[str, Any] = {
    "timezone": "Europe/Paris",
    "weekly": {**dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), OFFICE), "sat": [], "sun": []},
    "holidays": "FR",
    "exceptions": [{"date": "2026-12-24", "spans": [["09:00", "12:00"]], "label": "Réveillon"}],
}
NIGHT: dict[str, Any] = {
    "timezone": "Europe/Paris",
    "weekly": {day: [["00:00", "24:00"]] for day in DAYS},
    "holidays": None,
    "exceptions": [],
}


def at(text: str, fold: int = 0) -> int:
    """A time of the wall clock in Paris, in milliseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).timestamp() * 1000)


def test_the_lunch_break_does_not_count() -> None:
    assert due_ms(WEEK, at("2026-11-23T12:00"), HOUR_MS) == at("2026-11-23T14:30")


def test_a_target_used_up_at_closing_is_due_at_closing() -> None:
    assert due_ms(WEEK, at("2026-11-23T17:00"), HOUR_MS) == at("2026-11-23T18:00")


def test_friday_evening_waits_for_monday() -> None:
    assert due_ms(WEEK, at("2026-11-20T17:30"), 4 * HOUR_MS) == at("2026-11-23T12:30")
    assert next_opening_ms(WEEK, at("2026-11-20T18:00")) == at("2026-11-23T09:00")


def test_the_eleventh_of_november_is_closed_in_france() -> None:
    assert not is_open(WEEK, at("2026-11-11T10:00"))
    assert due_ms(WEEK, at("2026-11-10T17:30"), HOUR_MS) == at("2026-11-12T09:30")
    assert is_open({**WEEK, "holidays": "GB"}, at("2026-11-11T10:00"))


def test_an_exception_decides_its_day_even_on_a_holiday() -> None:
    assert is_open(WEEK, at("2026-12-24T11:59")) and not is_open(WEEK, at("2026-12-24T15:00"))
    opened = {**WEEK, "exceptions": [{"date": "2026-11-11", "spans": [["10:00", "11:00"]], "label": ""}]}
    assert next_opening_ms(opened, at("2026-11-11T00:00")) == at("2026-11-11T10:00")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)])
def test_a_day_open_around_the_clock_is_as_long_as_it_really_is(day: str, hours: int) -> None:
    start = at(f"{day}T00:00")
    following = due_ms(NIGHT, start, hours * HOUR_MS)
    assert datetime.fromtimestamp(following / 1000, PARIS).strftime("%H:%M") == "00:00"


def test_a_span_across_the_skipped_hour_loses_it() -> None:
    shift = {**NIGHT, "weekly": {"sun": [["01:00", "02:30"], ["02:45", "04:00"]]}}
    start = at("2026-03-29T01:00")
    # 01:00 to the change at 02:00, then 03:00 to 04:00: two hours of open time.
    assert due_ms(shift, start, 2 * HOUR_MS) == at("2026-03-29T04:00")
    assert due_ms(shift, start, HOUR_MS + MINUTE_MS) == at("2026-03-29T03:01")


def test_a_time_that_comes_twice_is_its_first_coming() -> None:
    shift = {**NIGHT, "weekly": {"sun": [["01:00", "02:30"]]}}
    assert is_open(shift, at("2026-10-25T02:15"))
    assert not is_open(shift, at("2026-10-25T02:45")) and not is_open(shift, at("2026-10-25T02:15", fold=1))


def test_a_centre_that_never_opens_has_no_next_opening_yet_its_targets_come_due() -> None:
    closed = {**WEEK, "weekly": {}, "exceptions": []}
    assert next_opening_ms(closed, at("2026-11-23T10:00")) is None
    assert due_ms(closed, at("2026-11-23T10:00"), HOUR_MS) == at("2026-11-23T11:00")


spans = st.lists(st.integers(0, 96), min_size=0, max_size=6, unique=True).map(
    lambda quarters: [
        [_text(start), _text(end)]
        for start, end in zip(sorted(quarters)[::2], sorted(quarters)[1::2], strict=False)
    ]
)


def _text(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


def _hours(zone: str, week: list[Any], country: str | None) -> Hours:
    weekly = dict(zip(DAYS, week, strict=True))
    return Hours.of({"timezone": zone, "weekly": weekly, "holidays": country, "exceptions": []})


made_hours = st.builds(
    _hours,
    st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
    st.lists(spans, min_size=7, max_size=7).filter(any),
    st.sampled_from([None, "FR", "GB"]),
)
instants = st.integers(at("2026-01-01T00:00"), at("2027-12-31T00:00"))
durations = st.integers(0, 60 * HOUR_MS)


@settings(max_examples=150, deadline=None)
@given(made_hours, instants, durations, durations)
def test_open_time_adds_up(hours: Hours, start: int, first: int, second: int) -> None:
    assert due_ms(hours, due_ms(hours, start, first), second) == due_ms(hours, start, first + second)


@settings(max_examples=150, deadline=None)
@given(made_hours, instants, instants, durations)
def test_who_comes_later_is_not_due_earlier(hours: Hours, one: int, other: int, target: int) -> None:
    early, late = sorted((one, other))
    if target:
        assert due_ms(hours, early, target) <= due_ms(hours, late, target)


@settings(max_examples=150, deadline=None)
@given(made_hours, instants)
def test_the_next_opening_is_open_and_nothing_opens_before_it(hours: Hours, start: int) -> None:
    opening = next_opening_ms(hours, start)
    assert opening is not None and opening >= start and is_open(hours, opening)
    assert is_open(hours, start) == (opening == start)
    assert due_ms(hours, start, 1) == opening + 1
