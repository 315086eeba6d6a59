"""A centre of known people leaves a log; what is learned from the log is that centre."""

from datetime import date
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from affluent.cli.fitting.report import page
from affluent.cli.fitting.wording import words
from affluent.twin.fitting.calibrating import calibrated
from affluent.twin.fitting.learning import Learned, TooLittle, learned
from affluent.twin.fitting.log import Log, of_history
from affluent.twin.fitting.making import lived, typical
from affluent.twin.fitting.staffing import Team, covering, teams_of, whole
from affluent.twin.fitting.telling import told
from affluent.twin.history.mapping import parse
from affluent.twin.history.stays import history
from affluent.twin.scenario import Instants, read_scenario, write_scenario
from affluent.twin.scenario.scenario import Rates

pytestmark = pytest.mark.timeout(1_500)
MAPPING = parse("""
name: made
timezone: UTC
columns:
  contact: {column: id}
  customer: {column: customer}
  queue: {column: queue}
  agent: {column: agent}
  arrived: {column: arrived}
  answered: {after: arrived, plus: [{column: wait}]}
  ended: {after: answered, plus: [{column: talk}]}
  left: {after: arrived, plus: [{column: wait}]}
  became: {column: result, codes: {A: answered, L: abandoned}}
""")
AGENTS, HOURS, DAYS = 6, 10, 15
TALK_S, PATIENCE_S, PER_HOUR = 200.0, 150.0, 104.0


def lines(seed: int) -> list[str]:
    """Ten hours a day with six agents, two queues: `slow` goes after `fast` for two minutes."""
    rng = np.random.default_rng(seed)
    found: list[str] = []
    number = 0
    for day in range(DAYS):
        at = np.sort(rng.uniform(0, HOURS * 3600, rng.poisson(PER_HOUR * HOURS)))
        slow = rng.random(len(at)) < 0.3
        patience, talk = (
            rng.exponential(PATIENCE_S, len(at)),
            rng.lognormal(np.log(TALK_S) - 0.32, 0.8, len(at)),
        )
        free = [(0.0, agent) for agent in range(AGENTS)]
        rank = at + np.where(slow, 120.0, 0.0)
        waiting: list[tuple[float, int]] = []
        events = [(float(when), place) for place, when in enumerate(at)]
        coming = 0
        while coming < len(events) or waiting:
            next_free = free[0][0] if free else np.inf
            if coming < len(events) and (not waiting or events[coming][0] <= next_free):
                heappush(waiting, (float(rank[coming]), coming))
                coming += 1
                continue
            _, one = heappop(waiting)
            start = max(next_free, float(at[one]))
            number += 1
            base = f"c{number},k{number},{'slow' if slow[one] else 'fast'}"
            minute, second = divmod(int(at[one]), 60)
            when = f"2026-01-{day + 5:02d} {8 + minute // 60:02d}:{minute % 60:02d}:{second:02d}"
            if start - at[one] > patience[one]:
                found.append(f"{base},,{when},{int(patience[one])},0,L")
            else:
                _, agent = heappop(free)
                heappush(free, (start + float(talk[one]), agent))
                found.append(f"{base},agent {agent},{when},{int(start - at[one])},{int(talk[one])},A")
    return found


def made(tmp_path: Path, seed: int = 4) -> Log:
    file = tmp_path / "log.csv"
    file.write_text("\n".join(["id,customer,queue,agent,arrived,wait,talk,result", *lines(seed)]) + "\n")
    return of_history(history(file, MAPPING))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    return made(tmp_path_factory.mktemp("log"))


@pytest.fixture(scope="module")
def found(log: Log) -> Learned:
    return calibrated(learned(log))


def test_rates_are_those_of_the_centre_and_its_days_are_poisson(found: Learned) -> None:
    (kind,), (profile,), (busy,) = found.kinds, found.profiles, found.busyness
    assert kind.name == "full"
    assert busy.shape is None
    total = profile.counts.sum() / DAYS / HOURS
    assert total == pytest.approx(PER_HOUR, rel=0.03)


def test_patience_and_handling_are_those_of_its_people(found: Learned) -> None:
    for one in found.classes:
        assert one.patience is not None
        exponential = next(law for law in one.patience.laws if law.family == "exponential")
        assert exponential.mean_ms == pytest.approx(PATIENCE_S * 1000, rel=0.12), one.name
        assert one.handling.mean_low_ms - 2_000 <= TALK_S * 1000 <= one.handling.mean_high_ms + 2_000, (
            one.name
        )
        assert one.handling.laws[0].family == "lognormal"


def test_who_goes_after_whom_is_seen(found: Learned) -> None:
    yields = {one.name: one.yields_ms for one in found.classes}
    assert yields["fast"] == 0
    assert yields["slow"] == pytest.approx(120_000, abs=25_000)


def test_staff_is_inferred_without_a_roster(found: Learned) -> None:
    (team,) = found.teams
    assert len(team.team.agents) == AGENTS
    per_day = found.profiles[0].counts.shape[2]
    hours = team.seen.reshape(DAYS, per_day)[:, 8 * 12 + 6 : 17 * 12].mean()
    assert hours * team.presence == pytest.approx(AGENTS, rel=0.06)


def test_a_typical_day_reads_back_as_the_scenario_that_was_written(found: Learned) -> None:
    scenario = typical(found, "full")
    document = write_scenario(scenario)
    assert write_scenario(read_scenario(document)) == document
    assert scenario.starts_ms == 8 * 3_600_000
    with pytest.raises(TooLittle, match="no_such_day"):
        typical(found, "short")


def test_a_weekday_learns_from_its_own_days_alone(found: Learned) -> None:
    told = found.profile("tue")
    assert told is not None
    kind, profile, _ = told
    assert kind.days and {day.weekday() for day in kind.days} == {1}
    assert len(profile.counts) == len(kind.days) < len(found.profiles[0].days)
    scenario = typical(found, "tue")
    a_day = sum(sum(one.arrivals.per_hour) / 2 for one in scenario.classes if isinstance(one.arrivals, Rates))
    # Half-hours of the hours that are open, of these days; those who come back are the scenario's own.
    assert a_day == pytest.approx(profile.counts.sum() / len(kind.days), rel=0.1)
    with pytest.raises(TooLittle, match="no_such_day"):
        typical(found, "someday")


def test_recorded_days_are_lived_with_who_came_when_they_came(found: Learned, log: Log) -> None:
    scenario = lived(found, log, date(2026, 1, 6), date(2026, 1, 7))
    document = write_scenario(scenario)
    assert write_scenario(read_scenario(document)) == document
    came = sum(len(one.arrivals.at_ms) for one in scenario.classes if isinstance(one.arrivals, Instants))
    days = log.between(log.midnight_ms(date(2026, 1, 6)), log.midnight_ms(date(2026, 1, 8)))
    assert came == len(days.stays)
    with pytest.raises(TooLittle, match="nothing"):
        lived(found, log, date(2027, 1, 6), date(2027, 1, 7))


def test_the_report_says_the_same_in_both_languages_and_needs_nothing_else(found: Learned) -> None:
    numbers = told(found)
    pages = {locale: page(numbers, locale) for locale in ("fr", "en")}
    for text in pages.values():
        assert "<script" not in text
        assert "http" not in text
    assert pages["fr"].count("<svg") == pages["en"].count("<svg") >= 6
    assert words("fr").keys() == words("en").keys()


def test_an_empty_period_is_said_to_be_one(log: Log) -> None:
    with pytest.raises(TooLittle, match="nothing"):
        learned(log.between(0, 1))


def test_teams_are_who_serve_the_same_and_every_queue_has_one() -> None:
    work: list[tuple[int, int, int]] = [
        (1, 1, 90),
        (1, 2, 90),
        (2, 1, 80),
        (2, 2, 100),
        (3, 3, 100),
        (4, 3, 50),
    ]
    work += [(1, 4, 1)]
    agent = np.repeat([one for one, _, _ in work], [times for *_, times in work])
    queue = np.repeat([one for _, one, _ in work], [times for *_, times in work])
    teams = teams_of(agent, queue)
    assert teams == [Team((1, 2), (1, 2)), Team((3,), (3, 4))]
    assert covering(teams, {1, 2, 3, 4})[0] == Team((1, 2, 4), (1, 2))


def test_a_team_serves_what_it_took_together_though_nobody_in_it_did_often() -> None:
    # Of queue 9 each of the six took one or two; agent 7, of another kind, took four.
    work = [(agent, 1, 100) for agent in range(1, 7)] + [(agent, 9, 2) for agent in range(1, 7)]
    work += [(7, 2, 100), (7, 9, 4)]
    agent = np.repeat([one for one, _, _ in work], [times for *_, times in work])
    queue = np.repeat([one for _, one, _ in work], [times for *_, times in work])
    assert teams_of(agent, queue) == [Team((1, 9), (1, 2, 3, 4, 5, 6)), Team((2, 9), (7,))]


def test_whole_people_add_up_to_the_hours_that_were_worked() -> None:
    wanted = np.array([0.0, 2.4, 2.4, 2.4, 2.4, 2.4, 0.0, 0.6])
    assert sum(whole(wanted)[1:6]) == 12
    assert whole(wanted)[0] == whole(wanted)[6] == 0


def test_what_the_log_does_not_say_is_not_told(found: Learned) -> None:
    numbers: dict[str, Any] = told(found)
    assert all(one["resolved"] is None for one in numbers["classes"])
