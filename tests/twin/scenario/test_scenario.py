"""Scenarios as documents: what is read is written back, and what is wrong is said with its line."""

import re
from pathlib import Path

import pytest

from affluent.routing.document import DocumentError
from affluent.twin.scenario import Instants, Rates, Scenario, laws, read_scenario, words, write_scenario

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "scenario.md"
DEMO_DAY = Path(__file__).parents[2] / "support" / "demo_day.yaml"
SMALL = """version: 1
periods: [1h, 1h]
policy:
  version: 1
  media: {voice: {units: 60}}
  queues: {calls: {medium: voice}}
groups:
  team: {agents: [2, 3], limits: {voice: 1}}
classes:
  calls: {queue: calls, arrivals: [30/h, 2/m], handling: HANDLING, patience: never}
"""


def small(handling: str = "3m", **swaps: str) -> Scenario:
    text = SMALL.replace("HANDLING", handling)
    for old, new in swaps.items():
        text = text.replace(old, new)
    return read_scenario(text)


def problems(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(DocumentError) as caught:
        read_scenario(text)
    return [(one.line, one.path, one.code) for one in caught.value.problems]


def test_the_example_of_the_page_is_read() -> None:
    text = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[0]
    scenario = read_scenario(text)
    assert [len(group.rules) for group in scenario.groups] == [12, 6]
    assert scenario.classes[0].arrivals == Rates((252.0,))
    assert len(scenario.periods_ms) == 20


def test_what_the_demonstration_learnt_of_itself_is_read_and_written_back() -> None:
    scenario = read_scenario(DEMO_DAY.read_text(encoding="utf-8"))
    assert len(scenario.periods_ms) == 48
    assert read_scenario(write_scenario(scenario)) == scenario


def test_groups_listed_first_have_the_smaller_numbers() -> None:
    scenario = small()
    assert [rule.id for rule in scenario.groups[0].rules] == [1, 2, 3]
    assert scenario.policy.agents == scenario.groups[0].rules
    assert scenario.groups[0].present == (2, 3)


LAWS = [
    ("3m", laws.Deterministic(180_000)),
    ("never", laws.NEVER),
    ("{exponential: 3m}", laws.Exponential(180_000)),
    ("{gamma: 3m, shape: 2}", laws.Gamma(180_000, 2)),
    ("{lognormal: 3m, cv: .8}", laws.Lognormal(180_000, 0.8)),
    ("{weibull: 3m, shape: 0.7}", laws.Weibull(180_000, 0.7)),
    ("{uniform: [1m, 5m]}", laws.Uniform(60_000, 300_000)),
    ("{empirical: [40s, 10s]}", laws.Empirical((40_000, 10_000))),
    ("{quantiles: [0, 30s, 11m]}", laws.Quantiles((0, 30_000, 660_000))),
    (
        "{hyperexponential: [{share: 0.25, mean: 30s}, {share: 0.75, mean: 4m}]}",
        laws.Mixture(((0.25, laws.Exponential(30_000)), (0.75, laws.Exponential(240_000)))),
    ),
    (
        "{mixture: [{share: 0.2, always: 5s}, {share: 0.8, lognormal: 3m, cv: 1}]}",
        laws.Mixture(((0.2, laws.Deterministic(5_000)), (0.8, laws.Lognormal(180_000, 1)))),
    ),
]


@pytest.mark.parametrize(("told", "meant"), LAWS)
def test_a_law_is_read_and_written_back(told: str, meant: laws.Law) -> None:
    scenario = small(told)
    assert scenario.classes[0].handling == (meant,)
    assert read_scenario(write_scenario(scenario)).classes == scenario.classes


def test_a_scenario_reads_back_as_it_was() -> None:
    text = PAGE.read_text(encoding="utf-8")
    scenario = read_scenario(re.findall(r"```yaml\n(.*?)```", text, re.S)[0])
    again = read_scenario(write_scenario(scenario))
    assert (again.classes, again.groups, again.periods_ms, again.busyness) == (
        scenario.classes,
        scenario.groups,
        scenario.periods_ms,
        scenario.busyness,
    )
    assert again.policy == scenario.policy


def test_recorded_arrivals_are_put_in_order() -> None:
    scenario = small(**{"[30/h, 2/m]": "{instants: [2s, 1s]}"})
    assert scenario.classes[0].arrivals == Instants((1_000, 2_000))


def test_members_are_agents_of_the_policy() -> None:
    text = SMALL.replace("HANDLING", "1m").replace(
        "{agents: [2, 3], limits: {voice: 1}}", "{members: [eve, ann]}"
    )
    agents = "  agents: {ann: {limits: {voice: 1}}, eve: {limits: {voice: 1}}, bob: {}}\n"
    scenario = read_scenario(text.replace("groups:", agents + "groups:"))
    assert [rule.id for rule in scenario.groups[0].rules] == [2, 1]
    assert scenario.groups[0].present == (2,)


WRONG = [
    ("version: 1", "version: 2", (1, "/version", "unsupported_version")),
    ("[1h, 1h]", "[0s]", (2, "/periods", "bad_periods")),
    ("30/h", "30/x", (10, "/classes/calls/arrivals/0", "bad_rate")),
    ("HANDLING", "{gama: 3m}", (10, "/classes/calls/handling/gama", "unknown_law")),
    ("HANDLING", "{gamma: 3m}", (10, "/classes/calls/handling", "missing_key")),
    ("HANDLING", "{gamma: 0s, shape: 1}", (10, "/classes/calls/handling/gamma", "mean_zero")),
    ("HANDLING", "{exponential: 3m, gamma: 2m}", (10, "/classes/calls/handling", "one_law")),
    ("HANDLING", "{quantiles: [3s, 2s]}", (10, "/classes/calls/handling/quantiles", "not_ascending")),
    ("HANDLING", "{uniform: [3s]}", (10, "/classes/calls/handling/uniform", "too_few_values")),
    (
        "HANDLING",
        "{mixture: [{share: 0.5, always: 1s}]}",
        (10, "/classes/calls/handling/mixture", "shares_not_one"),
    ),
    ("HANDLING", "[1m, 2m, 3m]", (10, "/classes/calls/handling", "other_periods")),
    ("never", "never, segment: gold", (10, "/classes/calls/segment", "unknown_segment")),
    ("never", "never, retry: {share: 2, after: 1m}", (10, "/classes/calls/retry/share", "out_of_range")),
    ("never", "never, again: {share: 1, after: 1m, as: mail}", (10, "/classes/calls/again", "unknown_class")),
    (
        "never",
        "never, handling_by_group: {tem: 1m}",
        (10, "/classes/calls/handling_by_group/tem", "unknown_group"),
    ),
    ("queue: calls", "queue: cals", (10, "/classes/calls/queue", "unknown_queue")),
    ("queues: {calls", "qeues: {calls", (6, "/policy/qeues", "unknown_key")),
    ("[2, 3]", "[2, 3, 4]", (8, "/groups/team/agents", "other_periods")),
    ("{agents: [2, 3]", "{members: [bob]", (8, "/groups/team/members/0", "unknown_agent")),
]


@pytest.mark.parametrize(("old", "new", "problem"), WRONG)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, problem: tuple[int, str, str]) -> None:
    text = SMALL.replace(old, new).replace("HANDLING", "1m")
    assert problem in problems(text)


def test_both_languages_have_the_same_sentences() -> None:
    english, french = words.SENTENCES["en"], words.SENTENCES["fr"]
    assert english.keys() == french.keys()
    for code, sentence in english.items():
        names = set(re.findall(r"\{(\w+)\}", sentence))
        assert names == set(re.findall(r"\{(\w+)\}", french[code])), code


def test_every_problem_has_a_sentence() -> None:
    for old, new, _ in WRONG:
        with pytest.raises(DocumentError) as caught:
            read_scenario(SMALL.replace(old, new).replace("HANDLING", "1m"))
        for one in caught.value.problems:
            assert words.sentence(one, "fr") != words.sentence(one, "en")
