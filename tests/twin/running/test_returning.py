"""Days in a row with people who come back: how many were helped the first time is counted as live."""

import numpy as np
import pytest

from affluent.twin.running.building import Building
from affluent.twin.running.days import Days
from affluent.twin.running.results import run
from affluent.twin.running.stays import Reader
from affluent.twin.scenario import read_scenario

pytestmark = pytest.mark.timeout(1_500)
HOUR_MS = 3_600_000
SHARE = 0.3
DAYS = f"""
version: 1
periods: {{each: 24h, count: 12}}
policy:
  version: 1
  media: {{voice: {{units: 60}}}}
  skills: [all]
  queues:
    calls: {{medium: voice, target: 20s, skills: {{all: 1}}}}
groups:
  everybody: {{agents: 6, skills: {{all: 1}}, limits: {{voice: 1}}}}
classes:
  call:
    queue: calls
    arrivals: 30/h
    handling: {{exponential: 4m}}
    again: {{share: {SHARE}, after: {{exponential: 20h}}}}
"""


def test_who_comes_back_within_a_week_was_not_helped_the_first_time() -> None:
    found = run(read_scenario(DAYS), 6, 1).together.estimates(0.999)
    # Nearly all of those who come back do so within seven days.
    within = SHARE * (1 - np.exp(-7 * 24 / 20))
    fcr, repeats = found["fcr"], found["repeat_rate"]
    assert fcr.low is not None and fcr.high is not None
    assert fcr.low <= 1 - SHARE <= fcr.high
    assert repeats.low is not None and repeats.high is not None
    assert repeats.low <= within <= repeats.high


def test_a_stay_names_the_next_contact_of_its_customer() -> None:
    building = Building(read_scenario(DAYS))
    stays = Reader(building).stays(Days(building).lived(1, 0), 0)
    came = {
        (request, at)
        for request, at in zip(stays.request_id.tolist(), stays.arrived_ms.tolist(), strict=True)
    }
    back = stays.again_ms >= 0
    assert back.mean() == pytest.approx(SHARE, abs=0.03)
    assert (stays.again_ms[back] > stays.left_ms[back] - 1).all()
    assert all(
        (request, at) in came
        for request, at in zip(stays.request_id[back].tolist(), stays.again_ms[back].tolist(), strict=True)
    )


def test_one_day_does_not_tell_who_comes_back_within_a_week() -> None:
    found = run(read_scenario(DAYS.replace("count: 12", "count: 1")), 2, 1).together.estimates(0.95)
    assert found["repeat_rate"].value is None
    # Who was not helped is drawn when they are handled, whether or not there is a day on which to come again.
    assert found["fcr"].value == pytest.approx(1 - SHARE, abs=0.05)
