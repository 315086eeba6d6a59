"""Figures: columns and single rows agree, counts pool, intervals hold what the literature says."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affluent.measure import occupancy
from affluent.measure.computing import Period, by_column, columns_of, compute, of_one, together
from affluent.measure.definitions import DEFINITIONS, LOCALES, words
from affluent.measure.figures import wilson
from affluent.measure.indicators import INDICATORS, Measure
from affluent.measure.occupancy import Spans
from affluent.measure.outcomes import NAMES, Stay, Stays, linked
from affluent.measure.spans import AWAY, OFFLINE, READY, OpenSpan, SpanFold
from tests.measure.lives import lives
from tests.measure.story import BILLING, CHATS, MAILS

WEEK = Period(0, 7 * 86_400_000, 20 * 86_400_000)


@given(st.lists(lives(), max_size=8))
def test_columns_and_rows_are_counted_by_the_same_words(rows: list[list[Stay]]) -> None:
    stays = linked(row for of_contact in rows for row in of_contact)
    whole = together(Stays.of(stays), WEEK)
    for key, indicator in INDICATORS.items():
        alone = [of_one(row, WEEK, key) for row in stays]
        assert whole[key].count == sum(one.count for one in alone), key
        if indicator.measure is Measure.MAX:
            assert whole[key].part == max((one.part for one in alone), default=0), key
        else:
            assert whole[key].part == sum(one.part for one in alone), key


@given(st.lists(lives(), max_size=8))
def test_figures_of_groups_pool_to_the_figure_of_all(rows: list[list[Stay]]) -> None:
    every = Stays.of(linked(row for of_contact in rows for row in of_contact))
    # Who left the voice menu came to no queue, and is in no group of them.
    stays = every.where(every.queue_id >= 0) if len(every) else every
    whole = together(stays, WEEK)
    groups = compute(stays, WEEK, by=by_column("queue_id"))
    assert groups.keys() <= {CHATS, MAILS, BILLING}
    for key, indicator in INDICATORS.items():
        assert whole[key].count == sum(one[key].count for one in groups.values()), key
        if indicator.measure is not Measure.MAX:
            assert whole[key].part == sum(one[key].part for one in groups.values()), key


def test_an_indicator_reads_the_columns_it_says() -> None:
    for key in INDICATORS:
        names = columns_of([key])
        only = Stays({name: np.arange(3, dtype=np.int64) for name in names})
        together(only, WEEK, [key])
        assert names and set(names) < set(NAMES)


@pytest.mark.parametrize(
    ("part", "count", "low", "high"),
    [
        # Brown, Cai, DasGupta (2001) and R's binom::binom.confint(method = "wilson").
        (0, 10, 0.0, 0.2775328),
        (5, 10, 0.2365931, 0.7634069),
        (10, 10, 0.7224672, 1.0),
        (81, 263, 0.2552853, 0.3661946),
    ],
)
def test_the_interval_is_wilsons(part: int, count: int, low: float, high: float) -> None:
    assert wilson(part, count) == pytest.approx((low, high), abs=2e-4)


def test_every_indicator_has_its_words_in_both_languages() -> None:
    for locale in LOCALES:
        assert list(words(locale)) and set(words(locale)) == set(DEFINITIONS)
    assert all(one.variant_of is None or one.variant_of in DEFINITIONS for one in DEFINITIONS.values())


def spans(*rows: tuple[int, int, int, int, int, int]) -> Spans:
    return Spans(*np.array(rows, np.int64).reshape(-1, 6).T)


def test_occupancy_counted_by_hand() -> None:
    # An hour ready: 15 min with a chat, 5 of them with two; then 10 min of lunch finishing a chat; then away.
    minute = 60_000
    day = spans(
        (1, 0, 20 * minute, READY, 0, 0),
        (1, 20 * minute, 30 * minute, READY, 1, 1),
        (1, 30 * minute, 35 * minute, READY, 2, 2),
        (1, 35 * minute, 60 * minute, READY, 0, 0),
        (1, 60 * minute, 70 * minute, AWAY, 1, 1),
        (1, 70 * minute, 90 * minute, AWAY, 1, 0),
        (1, 90 * minute, -1, OFFLINE, 0, 0),
    )
    found = occupancy.together(day, Period(0, 200 * minute, 500 * minute))
    assert (found["occupancy"].part, found["occupancy"].count) == (25 * minute, 70 * minute)
    assert (found["presence"].part, found["presence"].count) == (90 * minute, 1)
    halves = occupancy.by_interval(
        day, Period(0, 100 * minute, 500 * minute), np.array([0, 30 * minute, 100 * minute])
    )
    assert halves[0]["occupancy"].part + halves[30 * minute]["occupancy"].part == 25 * minute
    assert halves[0]["occupancy"].part == 10 * minute
    assert occupancy.by_agent(day, Period(0, 200 * minute, 500 * minute))[1] == found


def test_a_span_that_lasts_ends_now() -> None:
    now = spans((1, 0, -1, READY, 1, 1))
    assert occupancy.together(now, Period(0, 1_000, 400))["occupancy"].part == 400


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=30))
def test_spans_of_an_agent_touch_and_never_overlap(steps: list[tuple[int, bool]]) -> None:
    fold, written, at_ms = SpanFold(1, OpenSpan(0, READY, None, 0, 0)), {}, 0
    for after_ms, more in steps:
        at_ms += after_ms
        written |= {span.from_ms: span for span in fold.holds(at_ms, 1 if more else -1, live=True)}
    ordered = [written[one] for one in sorted(written)]
    assert all(one.to_ms == after.from_ms for one, after in pairwise(ordered))
