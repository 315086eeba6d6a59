"""The hours that can be promised: opening hours, holidays, the nights the clocks change, room."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from affluent.centre.hours import is_open
from affluent.centre.promised_hours import OFFERED_MOST, Promises, exists, free_hours
from affluent.centre.saying import hour_told, zone_known
from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS
from tests.measure.story import at

EVERY_DAY = {day: [["09:00", "12:15"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE: dict[str, Any] = {"timezone": "Europe/Paris", "weekly": EVERY_DAY, "holidays": "FR", "exceptions": []}
ALL_NIGHT: dict[str, Any] = {
    **OFFICE,
    "weekly": {day: [["00:00", "24:00"]] for day in (*EVERY_DAY, "sat", "sun")},
}
HALVES = Promises(most=2, every_ms=30 * MINUTE_MS, notice_ms=HOUR_MS, days=7)


def test_hours_lie_within_opening_hours_whole_and_far_enough_ahead() -> None:
    now_ms = at("2026-11-23 10:10")
    hours = free_hours(HALVES, OFFICE, {}, now_ms)
    told = [hour_told(one, "Europe/Paris", "en") for one in hours[:4]]
    assert [one.split(" at ")[1][:5] for one in told] == ["11:30", "14:00", "14:30", "15:00"], (
        "notice of an hour; 12:00 would be cut short by lunch"
    )
    assert max(hours) < now_ms + 7 * DAY_MS


def test_holidays_and_weekends_have_none() -> None:
    hours = free_hours(HALVES, OFFICE, {}, at("2026-12-24 17:00"))
    assert hour_told(hours[0], "Europe/Paris", "fr").startswith("lundi 28 décembre à 09:00")


def test_an_hour_that_is_full_is_not_offered() -> None:
    now_ms = at("2026-11-23 08:00")
    first, second, *_ = free_hours(HALVES, OFFICE, {}, now_ms)
    assert free_hours(HALVES, OFFICE, {first: 1}, now_ms)[0] == first
    assert free_hours(HALVES, OFFICE, {first: 2}, now_ms)[0] == second
    assert exists(HALVES, OFFICE, first, now_ms)
    assert not exists(HALVES, OFFICE, first + 1, now_ms)


def test_the_night_the_clocks_go_back_has_its_hour_twice_and_each_is_told_apart() -> None:
    hours = free_hours(HALVES, ALL_NIGHT, {}, at("2026-10-25 00:15"))
    told = [hour_told(one, "Europe/Paris", "en").split(" at ")[1] for one in hours[:8]]
    assert told == [
        "01:30 (Europe/Paris)",
        "02:00 UTC+02:00 (Europe/Paris)",
        "02:30 UTC+02:00 (Europe/Paris)",
        "02:00 UTC+01:00 (Europe/Paris)",
        "02:30 UTC+01:00 (Europe/Paris)",
        "03:00 (Europe/Paris)",
        "03:30 (Europe/Paris)",
        "04:00 (Europe/Paris)",
    ]


def test_the_night_the_clocks_go_forward_skips_the_hour_that_is_not() -> None:
    hours = free_hours(HALVES, ALL_NIGHT, {}, at("2026-03-29 00:15"))
    told = [hour_told(one, "Europe/Paris", "en").split(" at ")[1][:5] for one in hours[:4]]
    assert told == ["01:30", "03:00", "03:30", "04:00"]


def test_around_the_clock_and_never() -> None:
    now_ms = at("2026-11-23 10:10")
    assert len(free_hours(HALVES, None, {}, now_ms)) == 7 * 48 - 2
    assert len(free_hours(Promises(1, 5 * MINUTE_MS, 0, 90), None, {}, now_ms)) == OFFERED_MOST
    assert free_hours(HALVES, {**OFFICE, "weekly": {}}, {}, now_ms) == ()


@given(
    st.integers(at("2026-03-20 00:00"), at("2026-11-30 00:00")),
    st.sampled_from([5, 7, 15, 30, 45, 60, 240]),
    st.integers(0, 3 * DAY_MS),
    st.integers(1, 14),
)
def test_every_hour_is_open_from_beginning_to_end_in_order_and_ahead(
    now_ms: int, minutes: int, notice_ms: int, days: int
) -> None:
    promises = Promises(1, minutes * MINUTE_MS, notice_ms, days)
    hours = free_hours(promises, OFFICE, {}, now_ms)
    assert list(hours) == sorted(set(hours))
    for one in hours:
        assert now_ms + notice_ms <= one < now_ms + days * DAY_MS
        assert is_open(OFFICE, one)
        assert is_open(OFFICE, one + promises.every_ms - 1)


def test_a_zone_that_a_stranger_made_up_is_none() -> None:
    assert zone_known("Europe/Paris")
    for name in ("", "../../etc/passwd", "/etc/localtime", "Europe", "\x00", "x" * 60):
        assert not zone_known(name)
