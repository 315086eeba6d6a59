"""The bench of the twin measures what it says: the bare loop and the twin live the same model."""

import numpy as np
import pytest

from affluent.cli.bench import bare, centres, peers, twin
from affluent.measure.outcomes import End
from affluent.routing.problems import check
from affluent.twin.living import world as at
from affluent.twin.running.building import Building
from affluent.twin.running.days import Days

pytestmark = pytest.mark.timeout(1_500)


def test_the_bare_loop_and_the_twin_live_the_same_model() -> None:
    contacts = 60_000
    rows = np.zeros((contacts, bare.ROW), np.int64)
    tally = bare.run(75, contacts, centres.HANDLING_MS, centres.PATIENCE_MS, 1, rows)
    days = Days(Building(centres.three_by_five(contacts)))
    notes = np.concatenate([days.lived(1, day).outcomes for day in range(2)])
    for kind in range(3):
        mine = notes[notes[:, at.O_CLASS] == kind]
        left = (mine[:, at.O_END] == End.ABANDONED).mean()
        bare_left = tally[kind, 1] / tally[kind, :2].sum()
        assert left == pytest.approx(bare_left, abs=0.012)
        own = rows[rows[:, 0] == kind]
        assert [(own[:, 5] == end).sum() for end in (bare.SERVED, bare.LEFT)] == tally[kind, :2].tolist()
    assert tally[2, 1] > 3 * tally[0, 1], "the last type waits for the others"
    counted = bare.run(75, contacts, centres.HANDLING_MS, centres.PATIENCE_MS, 1, rows[:0])
    assert np.array_equal(counted, tally), "writing down changes nothing"


def test_the_realistic_centre_can_work_and_uses_the_rules() -> None:
    scenario = centres.realistic(60, 120, 2_000)
    assert check(scenario.policy) == []
    notes = Days(Building(scenario)).lived(1, 0).outcomes
    assert abs(len(notes) - 2_000) < 400
    assert {int(code) for code in np.unique(notes[:, at.O_END])} >= {End.CLOSED}


def test_speed_is_counted_in_contacts_a_second() -> None:
    assert twin.contacts_per_s(centres.three_by_five(2_000)) > 1_000
    beside = twin.beside_bare(2_000)
    assert all(value > 1_000 for name, value in beside.items() if name.endswith("_per_s"))
    assert 0 < beside["bare_loop_share"] < 5
    for found in (peers.simpy_contacts_per_s(500), peers.ciw_contacts_per_s(500)):
        assert found is None or found > 100
