"""The hours in which people may be called, and the talk about calling them back: pure, over anything."""

import re

from hypothesis import given
from hypothesis import strategies as st

from affluent.centre.calling.call_hours import (
    CallHours,
    Window,
    allowed,
    country_of,
    minute_of,
    next_allowed,
    zones_of,
)
from affluent.centre.calling.callback_rules import callable_number, callback_rules
from affluent.centre.calling.callback_talk import Offer, begin, hear
from affluent.centre.calling.numbers import dear_number
from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS

YEAR_MS = 366 * DAY_MS
START_MS = 1_767_225_600_000  # 2026-01-01
ZONES = ("Europe/Paris", "Indian/Reunion", "America/New_York")


def _window(first: int, length: int, days: frozenset[int]) -> Window:
    return Window(first, min(1440, first + length), days)


windows = st.builds(
    _window, st.integers(0, 1439), st.integers(30, 720), st.frozensets(st.integers(0, 6), min_size=1)
)
rules = st.builds(
    CallHours,
    st.lists(windows, min_size=1, max_size=3).map(tuple),
    st.sampled_from(("FR", "US", "")),
    st.booleans(),
)


@given(rules, st.lists(st.sampled_from(ZONES), min_size=1, max_size=2), st.integers(0, YEAR_MS))
def test_the_next_hour_is_allowed_and_none_before_it_is(
    hours: CallHours, zones: list[str], ahead_ms: int
) -> None:
    from_ms = START_MS + ahead_ms
    found_ms = next_allowed(hours, zones, from_ms)
    last_ms = from_ms + 3 * DAY_MS if found_ms is None else min(found_ms, from_ms + 3 * DAY_MS)
    assert not any(allowed(hours, zones, at_ms) for at_ms in range(from_ms, last_ms, 15 * MINUTE_MS))
    if found_ms is not None:
        assert found_ms >= from_ms and allowed(hours, zones, found_ms)


def test_a_holiday_and_a_sunday_are_left_alone_and_midnight_is_the_callees() -> None:
    hours = callback_rules({"country": "FR"}).hours
    paris = ("Europe/Paris",)
    christmas_ms = START_MS + 358 * DAY_MS + 11 * HOUR_MS
    assert not allowed(hours, paris, christmas_ms), "Friday 25 December"
    assert allowed(hours, paris, christmas_ms - DAY_MS)
    assert not allowed(hours, paris, START_MS + 3 * DAY_MS + 11 * HOUR_MS), "a Sunday"
    evening_ms = START_MS + 5 * DAY_MS + 16 * HOUR_MS
    assert allowed(hours, paris, evening_ms)
    assert not allowed(hours, zones_of("+262262123456"), evening_ms), "20 o'clock on Réunion"


def test_numbers_know_their_country_and_dear_ones_are_never_called() -> None:
    assert (country_of("+33612345678"), country_of("4711"), minute_of("08:30")) == ("FR", "", 510)
    assert callable_number("+33612345678", "FR") and not callable_number("+33899701234")
    assert callable_number("+14155552671") and not callable_number("+14155552671", "FR")
    assert not callable_number("") and not callable_number("+331")


@given(
    st.lists(st.text("0123456789#*", max_size=14), max_size=12),
    st.sampled_from(("+33612345678", "", "+33899701234")),
)
def test_whatever_is_pressed_the_talk_ends_and_agrees_on_a_number_that_may_be_called(
    pressed: list[str], number: str
) -> None:
    offer = Offer(number, "FR", "fr", (START_MS, START_MS + HOUR_MS), "Europe/Paris")
    said = begin(offer)
    for keys in pressed:
        if said.stand is None:
            break
        assert said.prompts and said.collect is not None
        said = hear(offer, said.stand, re.sub(r"[#*]", "", keys))
    while said.stand is not None:
        said = hear(offer, said.stand, "")
    assert said.prompts
    if said.agreed is not None:
        assert callable_number(said.agreed.number)
        assert said.agreed.hour_ms in (None, *offer.hours_ms)


def test_a_number_that_costs_its_callers_more_is_told_as_such() -> None:
    assert dear_number("0899701234", "FR") and dear_number("+33 899 70 12 34", "")
    assert (
        not dear_number("+33145678900", "FR")
        and not dear_number("4711", "FR")
        and not dear_number("desk", "")
    )
