"""Days of the twin: the live engine decides, nothing is lost, and the same draws give the same day anywhere."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from affluent.cli.bench.centres import three_by_five
from affluent.measure.outcomes import End, Kind
from affluent.routing import Offered, Router
from affluent.routing.state import READY
from affluent.twin.living import world as at
from affluent.twin.running import building, mornings
from affluent.twin.running.building import Building
from affluent.twin.running.days import Day, Days
from affluent.twin.running.results import run
from affluent.twin.scenario import Scenario
from tests.twin.running.scenarios import full, plain

# The first of these tests compiles the loop, where it has not been compiled before.
pytestmark = pytest.mark.timeout(1_500)
ROOT = Path(__file__).parents[3]


def lived(scenario: Scenario, replication: int = 0, seed: int = 1) -> Day:
    return Days(Building(scenario)).lived(seed, replication)


def digest(**settings: str) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), **settings}
    command = [sys.executable, "-W", "error", "-m", "tests.twin.running.digest"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split()


def test_compiled_and_interpreted_days_are_the_same_whatever_the_hash_seed() -> None:
    """Unchecked as a command runs it, checked as the living centre does."""
    checked = digest(PYTHONHASHSEED="1")
    unchecked = digest(NUMBA_BOUNDSCHECK="0")
    interpreted = digest(NUMBA_DISABLE_JIT="1", PYTHONHASHSEED="2")
    assert (checked[0], unchecked[0], interpreted[0]) == ("checked", "compiled", "interpreted")
    assert checked[1] == unchecked[1] == interpreted[1]


@pytest.mark.parametrize("rings", [False, True])
@pytest.mark.parametrize("replication", range(6))
def test_every_contact_ends_once(rings: bool, replication: int) -> None:
    notes = lived(full(rings=rings), replication).outcomes
    assert (notes[:, at.O_END] != End.OPEN).all()
    ends: Counter[int] = Counter()
    for contact, end in notes[:, [at.O_CONTACT, at.O_END]].tolist():
        ends[contact] += end not in {End.TRANSFERRED, End.OVERFLOWED}
    assert set(ends.values()) == {1}
    taken = notes[notes[:, at.O_TAKEN] >= 0]
    assert (taken[:, at.O_TAKEN] >= taken[:, at.O_ENTERED]).all()
    assert (taken[:, at.O_LEFT] >= taken[:, at.O_TALKED]).all()
    assert (taken[:, at.O_TALKED] >= taken[:, at.O_TAKEN]).all()
    assert {*notes[:, at.O_KIND].tolist()} >= {Kind.ARRIVAL, Kind.TRANSFER, Kind.OVERFLOW}


@pytest.mark.parametrize("replication", range(4))
def test_no_agent_has_more_in_hand_than_the_policy_allows(replication: int) -> None:
    scenario = full()
    built = Building(scenario)
    notes = Days(built).lived(3, replication).outcomes
    media = {rule.id: rule.medium for rule in scenario.policy.queues}
    for row, rule in enumerate(built.engine.agents):
        mine = notes[notes[:, at.O_AGENT] == row]
        for instant in mine[:, at.O_TAKEN].tolist():
            there = mine[(mine[:, at.O_TAKEN] <= instant) & (mine[:, at.O_LEFT] > instant)]
            held = Counter(media[built.queue_of_line[line]] for line in there[:, at.O_LINE].tolist())
            assert all(count <= rule.limits[medium] for medium, count in held.items())


def test_the_living_router_decides_the_same_on_the_events_of_a_day() -> None:
    """Nothing is copied: who was taken by whom, and when, is what a Router answers to the same events."""
    for replication in range(20):
        scenario = plain()
        built = Building(scenario)
        day = Days(built).lived(5, replication)
        notes = day.outcomes
        arrivals = [(row[at.O_ENTERED], 3, row[at.O_CONTACT], row) for row in notes.tolist()]
        ends = [(row[at.O_TALKED], 2, row[at.O_CONTACT], row) for row in notes.tolist()]
        staff = [(when, 1, agent, [presence]) for when, agent, presence in day.presence.tolist()]
        router = Router(scenario.policy)
        found: dict[int, tuple[int, int]] = {}
        for now_ms, kind, who, row in sorted(arrivals + ends + staff, key=lambda one: one[:3]):
            agent = built.engine.agents[who].id if kind == 1 else 0
            decided: list[Any]
            if kind == 1:
                decided = (
                    router.agent_ready(agent, now_ms) if row[0] == READY else router.agent_away(agent, now_ms)
                )
            elif kind == 2 and who in found:
                decided = router.release(who, now_ms)
            elif kind == 2:
                decided = router.withdraw(who, now_ms)
            else:
                decided = router.arrive(who, built.queue_of_line[row[at.O_LINE]], now_ms)
            while decided:
                one = decided.pop(0)
                assert isinstance(one, Offered)
                found[one.contact] = (now_ms, one.agent)
                decided += router.accept(one.contact, one.agent, now_ms)
        wanted = {
            row[at.O_CONTACT]: (row[at.O_TAKEN], built.engine.agents[row[at.O_AGENT]].id)
            for row in notes.tolist()
            if row[at.O_TAKEN] >= 0
        }
        assert found == wanted


def test_a_day_does_not_know_which_days_were_lived_before_it() -> None:
    days = Days(Building(full()))
    first = days.lived(1, 3)
    for replication in range(3):
        days.lived(1, replication)
    again = days.lived(1, 3)
    assert (again.outcomes == first.outcomes).all()
    assert (again.presence == first.presence).all()
    assert not np.array_equal(days.lived(2, 3).outcomes, first.outcomes)


def test_figures_do_not_depend_on_the_cores() -> None:
    one, two = (run(full(), 40, 1, cores=cores) for cores in (1, 2))
    assert one.pools.keys() == two.pools.keys()
    for axis, pools in one.pools.items():
        assert sorted(pools) == sorted(two.pools[axis])
        for row, pool in pools.items():
            assert (pool.counts == two.pools[axis][row].counts).all()
            assert (pool.parts == two.pools[axis][row].parts).all()


def test_a_world_that_grows_lives_the_same_day(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = plain(agents=2, per_minute=12)
    usual = lived(scenario)
    monkeypatch.setattr(building, "CONTACTS", 16)
    monkeypatch.setattr(building, "OUTCOMES", 16)
    days = Days(Building(scenario))
    for _ in range(2):
        assert (days.lived(1, 0).outcomes == usual.outcomes).all()


@pytest.mark.parametrize(("slots", "in_a_slot"), [(64, 0.001), (64, 1_000), (4_096, 0.1)])
def test_the_slots_of_the_calendar_show_in_nothing(
    monkeypatch: pytest.MonkeyPatch, slots: int, in_a_slot: float
) -> None:
    usual = lived(full(rings=True), 1)
    monkeypatch.setattr(building, "SLOTS_LEAST", slots)
    monkeypatch.setattr(building, "IN_A_SLOT", in_a_slot)
    assert np.array_equal(lived(full(rings=True), 1).outcomes, usual.outcomes)


@pytest.mark.parametrize("scenario", [full(), plain(), three_by_five(3_000)])
def test_who_need_not_say_why_decides_the_same(scenario: Scenario) -> None:
    brief, told = Building(scenario), Building(scenario)
    told.state.rules.told[0] = 1
    assert brief.state.rules.told[0] == 0
    assert np.array_equal(Days(brief).lived(1, 1).outcomes, Days(told).lived(1, 1).outcomes)


def test_all_that_a_day_changes_is_put_back() -> None:
    """A column that the engine gains is found here, if a day changes it and the morning does not have it."""
    scratch = {
        "k.agenda.due_ms", "k.agenda.tie", "k.agenda.row", "k.outcomes.table", "k.marked.contacts",
        "k.marked.fresh", "notes.outcomes", "notes.presence", "agenda", "coming", "keys",
    }  # fmt: skip
    days = Days(Building(full()))
    world = getattr(days, "_world")  # noqa: B009 -- the world is nobody's business but this test's
    morning = getattr(days, "_morning")  # noqa: B009
    before = {path: array.copy() for path, array in leaves("", world)}
    days.lived(1, 1)
    mornings.put_back(getattr(days, "_world"), morning)  # noqa: B009
    for path, array in leaves("", getattr(days, "_world")):  # noqa: B009
        if path not in scratch and array.shape == before[path].shape:
            assert np.array_equal(array, before[path]), path


def leaves(path: str, part: Any) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name in part._fields:
        value = getattr(part, name)
        inner = f"{path}.{name}" if path else name
        found += [(inner, value)] if isinstance(value, np.ndarray) else leaves(inner, value)
    return found


def test_another_staff_meets_the_same_customers() -> None:
    few, many = (lived(plain(agents=agents)).outcomes for agents in (3, 9))
    first, second = (notes[:, [at.O_CLASS, at.O_CONTACT, at.O_ARRIVED]] for notes in (few, many))
    assert np.array_equal(first, second)
    both = (few[:, at.O_TAKEN] >= 0) & (many[:, at.O_TAKEN] >= 0)
    assert both.sum() > 50
    one, other = ((notes[:, at.O_TALKED] - notes[:, at.O_TAKEN])[both] for notes in (few, many))
    assert np.array_equal(one, other)


def test_one_more_class_changes_no_other() -> None:
    scenario = plain()
    alone = Scenario(
        scenario.policy, scenario.classes[:1], scenario.groups, scenario.periods_ms, names=scenario.names
    )
    both, one = lived(scenario).outcomes, lived(alone).outcomes
    assert np.array_equal(both[both[:, at.O_CLASS] == 0][:, at.O_ARRIVED], one[:, at.O_ARRIVED])


def test_who_should_have_gone_finishes_first() -> None:
    day = lived(full(), 2)
    gone = {(when, agent) for when, agent, presence in day.presence.tolist() if presence != READY}
    assert len(gone) > 5
    edges = {0, 600_000, 840_000, 1_200_000, 2_400_000, day.ended_ms}
    assert any(when not in edges for when, _ in gone), "somebody was freed later and went then"


def test_a_day_that_is_cut_leaves_contacts_open() -> None:
    text_of = plain(agents=1, per_minute=6)
    cut = Scenario(
        text_of.policy,
        text_of.classes,
        text_of.groups,
        text_of.periods_ms,
        runs_on=False,
        names=text_of.names,
    )
    day = lived(cut)
    assert day.ended_ms == 3_600_000
    assert (day.outcomes[:, at.O_END] == End.OPEN).any()
    assert (day.outcomes[:, [at.O_TAKEN, at.O_TALKED]] <= 3_600_000).all()
