"""How well calls are heard: measured while they are up, kept when they end, told by call and by hour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affluent.centre.calling.quality import opinion
from affluent.channels.voice.asterisk.measured import quality
from affluent.channels.voice.switch import QualityMeasured
from affluent.storage.calls import PgCallViews
from tests.channels.centre import eventually
from tests.voice.house import House
from tests.voice.scripted_switch import NOW_MS

LOSS, JITTER, TRIP = st.floats(0, 100), st.floats(0, 2_000), st.floats(0, 5_000)


@given(loss=LOSS, jitter=JITTER, trip=TRIP, more=st.floats(0, 50))
def test_nothing_that_gets_worse_is_heard_better(
    loss: float, jitter: float, trip: float, more: float
) -> None:
    best = opinion(loss, jitter, trip)
    assert 1.0 <= best <= 4.5
    worse = (
        opinion(loss + more, jitter, trip),
        opinion(loss, jitter + more, trip),
        opinion(loss, jitter, trip + more),
    )
    assert all(one <= best + 1e-9 for one in worse)


@pytest.mark.parametrize(
    ("loss", "jitter", "trip", "least", "most"),
    [(0, 0, None, 4.3, 4.45), (0, 5, 400, 3.8, 4.4), (5, 5, 100, 3.0, 3.9), (30, 60, 600, 1.0, 1.9)],
)
def test_the_score_is_where_people_put_it(
    loss: float, jitter: float, trip: float | None, least: float, most: float
) -> None:
    assert least <= opinion(loss, jitter, trip) <= most


def test_asterisks_figures_are_the_worse_of_both_directions() -> None:
    told = {
        "rxcount": 90,
        "rxploss": 10,
        "txcount": 100,
        "txploss": 2,
        "txjitter": 0.004,
        "rxjitter": 0.009,
        "rtt": 0.05,
    }
    found = quality("leg", told, NOW_MS)
    assert (found.loss_percent, found.jitter_ms, found.round_trip_ms) == (
        pytest.approx(10), pytest.approx(9), pytest.approx(50),
    )  # fmt: skip
    assert quality("leg", {}, NOW_MS).round_trip_ms is None


def test_what_was_measured_last_of_each_side_is_kept_when_the_call_ends(house: House) -> None:
    house.stage.ready(house.stage.ids.ada)
    leg, contact, _, phone = house.talks()
    for loss in (1.0, 2.0):
        house.switch.tells(QualityMeasured(leg, NOW_MS, loss, 3.0, None))
    house.switch.tells(QualityMeasured(phone, NOW_MS, 20.0, 30.0, 80.0))
    house.switch.ends(leg)
    views = PgCallViews(house.stage.database)
    agent, caller = eventually(lambda: views.quality(contact), "the quality of the call")
    assert (caller.side, caller.loss_percent, caller.round_trip_ms) == ("caller", 2.0, None)
    assert (agent.side, agent.jitter_ms) == ("agent", 30.0)
    assert agent.mos < 3 < 4 < caller.mos
    (hour,) = views.heard_by_hour(0, 2**45, None)
    assert (hour.server, hour.calls, hour.poor, hour.loss_percent) == ("pbx", 1, 1, 20.0)
    assert views.heard_by_hour(0, 2**45, [10**6]) == []
