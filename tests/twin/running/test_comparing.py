"""What is said of two scenarios, and how sure it is."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from affluent.cli.commands import app
from affluent.measure.definitions import DEFINITIONS
from affluent.measure.outcomes import MEDIA
from affluent.twin.running.answers import comparison_answer
from affluent.twin.running.comparing import Comparison, Difference, compared
from affluent.twin.running.estimates import estimate, standard_error
from affluent.twin.running.results import run
from affluent.twin.running.sentences import MEDIA_WORDS, sentences
from affluent.twin.scenario import Group, write_scenario
from tests.twin.running.scenarios import full, plain

pytestmark = pytest.mark.timeout(1_500)


def test_one_agent_more_is_seen_though_days_differ_by_more() -> None:
    base, more = (run(plain(agents=agents), 40, 1) for agents in (6, 7))
    found = {
        one.key: one for one in compared(base, more, "six", "seven", 0.95).differences if one.medium is None
    }
    level = found["service_level"]
    assert level.low is not None and level.high is not None
    assert 0 < level.low < level.high
    # Unpaired, the interval would be several times as wide.
    alone = [one.together.estimates(0.95)["service_level"] for one in (base, more)]
    apart = sum(((one.high or 0) - (one.low or 0)) ** 2 for one in alone) ** 0.5
    assert level.high - level.low < 0.6 * apart
    assert found["received"].difference == 0


def test_the_same_scenario_differs_in_nothing() -> None:
    results = run(full(), 6, 1)
    found = compared(results, results, "one", "the same", 0.95)
    assert {one.difference for one in found.differences} == {0.0}
    assert "E-mails: nothing measurable changes." in sentences(found, "en")
    assert "E-mails : rien de mesurable ne change." in sentences(found, "fr")


def test_a_sentence_says_what_it_gains_and_that_mail_pays_nothing() -> None:
    scenario = full()
    experts = scenario.groups[0]
    fewer = replace(experts, present=tuple(max(0, count - 2) for count in experts.present))
    groups: tuple[Group, ...] = (fewer, *scenario.groups[1:])
    found = compared(
        run(scenario, 30, 1), run(replace(scenario, groups=groups), 30, 1), "as it is", "fewer", 0.95
    )
    calls = next(line for line in sentences(found, "en") if line.startswith("Calls"))
    assert "lowers service level by" in calls
    assert "worse" in calls
    french = next(line for line in sentences(found, "fr") if line.startswith("Appels"))
    assert "diminue « " in french
    assert "en moins bien" in french


def test_it_is_told_where_it_differs_by_what_both_scenarios_name() -> None:
    scenario = full()
    first, *others = scenario.classes
    renamed = replace(scenario, classes=(replace(first, name="another name"), *others))
    found = compared(run(scenario, 4, 1), run(renamed, 4, 1), "one", "renamed", 0.95)
    assert {name for (name,) in found.details["classes"]} == {one.name for one in others}
    assert {name for (name,) in found.details["groups"]} == {one.name for one in scenario.groups}
    assert all(one.difference == 0 for told in found.details["groups"].values() for one in told)
    answer = comparison_answer(found)["by"]
    assert set(answer["class_intervals"]) <= {one.name for one in others}
    first_ms = min(one["clock_from_ms"] for one in answer["intervals"])
    assert first_ms == scenario.starts_ms
    received = answer["classes"][others[0].name]["received"]
    assert received["difference"] == 0 and received["low"] == received["high"] == 0


def test_what_is_sure_and_tiny_is_not_spoken_of() -> None:
    sure = Difference("voice", "asa", 20_000.0, 20_100.0, 100.0, 90.0, 110.0)
    told = sentences(Comparison("a", "b", 100, 0.95, (sure,)), "en")
    assert told == ["Calls: nothing measurable changes."]
    larger = replace(sure, difference=1_000.0, low=900.0, high=1_100.0)
    assert "raises" in sentences(Comparison("a", "b", 100, 0.95, (larger,)), "en")[0]


def test_every_medium_has_a_word_in_both_languages() -> None:
    assert MEDIA_WORDS["en"].keys() == MEDIA_WORDS["fr"].keys() == {medium.value for medium in MEDIA}


def test_intervals_of_a_ratio_hold_as_often_as_they_say() -> None:
    draws = np.random.default_rng(1)
    inside = 0
    for _ in range(400):
        counts = draws.poisson(50, 30)
        parts = draws.binomial(counts, 0.3)
        found = estimate("abandonment", counts, parts, 0.9)
        assert found.low is not None and found.high is not None
        inside += found.low <= 0.3 <= found.high
    assert 0.86 < inside / 400 < 0.94


def test_one_day_alone_has_no_interval() -> None:
    found = run(plain(), 1, 1).together.estimates(0.95)["asa"]
    assert found.value is not None
    assert (found.low, found.high) == (None, None)
    assert standard_error(np.ones(1), np.ones(1), 1.0) is None


def test_the_command_prints_every_indicator_of_every_part(tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(write_scenario(full()), encoding="utf-8")
    ran = CliRunner().invoke(app, ["twin", "run", str(file), "-n", "3", "--seed", "5", "--json"])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.output)
    assert found["replications"] == 3
    assert set(found["indicators"]) <= set(DEFINITIONS)
    assert {"service_level", "abandonment", "asa", "aht", "occupancy", "transfer_rate"} <= set(
        found["indicators"]
    )
    assert set(found["classes"]) == {"billing", "gold", "buyer", "chatter", "mail"}
    assert set(found["groups"]) == {"experts", "novices"}
    assert len(found["intervals"]) == 3
    total = sum(one["received"]["mean"] for one in (part["indicators"] for part in found["intervals"]))
    assert total == pytest.approx(found["indicators"]["received"]["mean"])
    for name, parts in found["class_intervals"].items():
        received = sum(
            part["indicators"]["received"]["mean"] for part in parts if "received" in part["indicators"]
        )
        assert received == pytest.approx(found["classes"][name]["received"]["mean"])
    again = CliRunner().invoke(
        app, ["twin", "run", str(file), "-n", "3", "--seed", "5", "--json", "--cores", "1"]
    )
    assert json.loads(again.output) == found


def test_the_command_compares_and_checks(tmp_path: Path) -> None:
    files = [tmp_path / f"{agents}.yaml" for agents in (5, 6)]
    for agents, file in zip((5, 6), files, strict=True):
        file.write_text(write_scenario(plain(agents=agents)), encoding="utf-8")
    ran = CliRunner().invoke(app, ["twin", "compare", *map(str, files), "-n", "20", "--json"])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.output)["comparisons"][0]["sentences"]["en"]
    shown = CliRunner().invoke(app, ["twin", "compare", *map(str, files), "-n", "20"])
    assert shown.exit_code == 0, shown.output
    assert CliRunner().invoke(app, ["twin", "check", str(files[0])]).exit_code == 0
    files[0].write_text("version: 1\nperiods: 2\n", encoding="utf-8")
    wrong = CliRunner().invoke(app, ["twin", "check", str(files[0]), "--json"])
    assert wrong.exit_code == 1
    assert {one["code"] for one in json.loads(wrong.output)["problems"]} >= {"wrong_type", "missing_key"}
    assert CliRunner().invoke(app, ["twin", "run", str(files[0])]).exit_code == 1
    assert CliRunner().invoke(app, ["twin", "run", str(tmp_path / "none.yaml")]).exit_code == 2
