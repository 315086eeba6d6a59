"""A policy written as a document reads back to the same policy, and what is wrong is told with its place."""

import inspect
import re
from dataclasses import fields as attributes
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from affluent.routing import Bundle, Demands, SkillNeed
from affluent.routing import problems as policy_problems
from affluent.routing.document import (
    DocumentError,
    Naming,
    beside,
    document_schema,
    naming_of,
    read_duration_ms,
    read_policy,
    write_duration,
    write_policy,
)
from affluent.routing.document import fields as tables
from affluent.routing.document.needs import NEED
from affluent.routing.document.record import Record
from affluent.routing.document.words import SENTENCES, Language, sentence
from tests.routing.story import Seeded, a_policy, some_demands

FINE = """\
version: 1
media:
  voice: {units: 60, interrupts: [email]}
  email: {units: 12}
skills: [french, billing]
bundles:
  billing-desk: {skills: {french: 3, billing: 2}}
teams: [north, south]
queues:
  billing:
    medium: voice
    target: 20s
    skills: {french: 3, billing: {preferred: 2, weight: 3, relax_after: 15s}}
    overflow: {queue: letters, after: 5m}
  letters:
    medium: email
    teams: [south, north]
agents:
  ann: {team: north, bundles: [billing-desk], skills: {french: 5}, limits: {voice: 1}}
  no: {skills: {french: 1}, limits: {email: 2}, ranks: {letters: 2}}
segments:
  gold: {tier: 3, target: 1h30m, skills: {billing: 2}}
"""


def problems(text: str) -> list[tuple[str, str, int]]:
    with pytest.raises(DocumentError) as refused:
        read_policy(text)
    return [(one.code, one.path, one.line) for one in refused.value.problems]


def changed(old: str, new: str) -> str:
    assert old in FINE
    return FINE.replace(old, new, 1)


def test_names_stand_for_numbers_by_their_place_in_the_document() -> None:
    document = read_policy(FINE)
    assert document.ids["agent"] == {"ann": 1, "no": 2}
    billing, letters = document.policy.queues
    assert (billing.id, billing.target_ms, billing.skills[1]) == (
        1,
        20_000,
        SkillNeed(2, 2, required=False, weight=3, relax_after_ms=15_000),
    )
    assert letters.teams == (2, 1)
    assert document.segments == {"gold": Demands((SkillNeed(2, 2),), 3, 5_400_000)}


def test_a_bundle_is_a_group_of_skills_under_one_name() -> None:
    policy = read_policy(FINE).policy
    assert policy.bundles == (Bundle(1, {1: 3, 2: 2}),)
    assert policy.agents[0].bundles == (1,)


def test_ids_may_be_given_to_all_of_a_kind() -> None:
    numbered = changed("teams: [north, south]", "teams: {north: {id: 7}, south: {id: 3}}")
    assert read_policy(numbered).policy.queues[1].teams == (3, 7)
    half = changed("teams: [north, south]", "teams: {north: {id: 7}, south: {}}")
    assert problems(half) == [("id_missing", "/teams/south", 8)]


@pytest.mark.parametrize("seed", range(200))
def test_any_policy_comes_back_as_it_was(seed: int) -> None:
    choices = Seeded(seed)
    policy = a_policy(choices)
    segments = {f"segment {place}": some_demands(choices) for place in range(2)}
    names = Naming(
        {
            "queue": {rule.id: f"queue {rule.id}: é" for rule in policy.queues},
            "agent": {rule.id: f"#{rule.id}" for rule in policy.agents},
            "skill": {3: "null", 5: "no", 8: "12"},
        }
    )
    document = read_policy(write_policy(policy, names, segments))
    assert document.policy == policy
    assert document.segments == segments
    again = write_policy(document.policy, naming_of(document), document.segments)
    assert read_policy(again).policy == policy


@given(st.integers(0, 10**14))
def test_every_duration_can_be_written_and_read(value_ms: int) -> None:
    assert read_duration_ms(write_duration(value_ms)) == value_ms


@pytest.mark.parametrize(
    "text", ["", "s", "-5s", "5", "1.5h", "5 s", "1s1h", "٣s", "1h1h", "5S", "9" * 30 + "s"]
)
def test_what_is_no_duration_is_not_guessed(text: str) -> None:
    assert read_duration_ms(text) is None


def test_every_attribute_of_the_policy_has_its_key() -> None:
    records: list[Record] = [*(one for one in vars(tables).values() if isinstance(one, Record)), NEED]
    assert len(records) >= 11
    for record in records:
        told = {key.attribute for key in record.keys.values()} | set(record.beside)
        assert told == {one.name for one in attributes(record.made)}, record.made


def test_a_wrong_name_is_told_with_the_one_that_may_be_meant() -> None:
    with pytest.raises(DocumentError) as refused:
        read_policy(changed("skills: {french: 3, billing: {", "skills: {fench: 3, billing: {"))
    (problem,) = refused.value.problems
    assert (problem.code, problem.path, problem.line) == ("unknown_skill", "/queues/billing/skills/fench", 13)
    assert problem.params == {"name": "fench", "did_you_mean": "french"}
    assert sentence(problem, "en") == 'no skill is called "fench"; did you mean "french"?'
    assert "«\u00a0french\u00a0»" in sentence(problem, "fr")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("version: 1", "version: 2", [("unsupported_version", "/version", 1)]),
        ("version: 1\n", "", [("missing_key", "", 1)]),
        ("target: 20s", "traget: 20s", [("unknown_key", "/queues/billing/traget", 12)]),
        ("target: 20s", "target: 20", [("bad_duration", "/queues/billing/target", 12)]),
        ("target: 20s", "target: 0s", [("target_zero", "/queues/billing/target", 12)]),
        ("target: 20s", "tier: 12", [("tier_out_of_range", "/queues/billing/tier", 12)]),
        ("target: 20s", "tier: '1'", [("wrong_type", "/queues/billing/tier", 12)]),
        ("target: 20s", "order: fastest", [("unknown_choice", "/queues/billing/order", 12)]),
        ("target: 20s", "medium: email", [("repeated_key", "/queues/billing/medium", 12)]),
        ("medium: voice", "medium: fax", [("unknown_medium", "/queues/billing/medium", 11)]),
        ("medium: voice\n", "tier: 1\n", [("missing_key", "/queues/billing", 11)]),
        ("queue: letters", "queue: lettres", [("unknown_queue", "/queues/billing/overflow/queue", 14)]),
        ("queue: letters", "queue: billing", [("overflow_cycle", "/queues/billing/overflow", 14)]),
        ("preferred: 2", "level: 2", [
            ("required_or_preferred", "/queues/billing/skills/billing", 13),
            ("unknown_key", "/queues/billing/skills/billing/level", 13),
        ]),
        ("french: 3, billing: {pre", "french: 6, billing: {pre", [
            ("level_out_of_range", "/queues/billing/skills/french", 13)
        ]),
        ("teams: [south, north]", "teams: [south, south]", [("repeated", "/queues/letters/teams", 17)]),
        ("teams: [north, south]", "teams: [north, north]", [
            ("repeated", "/teams/1", 8), ("unknown_team", "/queues/letters/teams/0", 17)
        ]),
        ("bundles: [billing-desk]", "bundles: [desk]", [("unknown_bundle", "/agents/ann/bundles/0", 19)]),
        ("limits: {voice: 1}", "limits: {voice: 61}", [("limit_out_of_range", "/agents/ann/limits/voice", 19)]),
        ("ranks: {letters: 2}", "ranks: {letters: 0}", [("rank_out_of_range", "/agents/no/ranks/letters", 20)]),
        ("gold: {tier: 3", "gold: {tier: 10", [("tier_out_of_range", "/segments/gold/tier", 22)]),
        ("units: 12", "units: 0", [("units_out_of_range", "/media/email/units", 4)]),
        ("units: 12", "units: &a 12", []),
        ("north, bundles", "*a, bundles", [("alias", "/agents/ann/team", 19)]),
        ("units: 12", "units: !!python/name:os.system 12", [("bad_tag", "/media/email/units", 4)]),
        ("[south, north]", "[[south], north]", [("wrong_type", "/queues/letters/teams/0", 17)]),
        ("teams: [south, north]", "teams: [south", [("bad_yaml", "", 18)]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(
    old: str, new: str, expected: list[tuple[str, str, int]]
) -> None:
    text = changed(old, new)
    if expected:
        assert problems(text) == expected
    else:
        read_policy(text)


@pytest.mark.parametrize(
    "text", ["", "# nothing", "[]", "12", "a: [", "\0", "{" * 5000, "[" * 100_000, "? {}\n: 1"]
)
def test_what_is_no_document_is_refused_with_a_reason(text: str) -> None:
    assert problems(text)


def test_aliases_are_refused_so_that_a_small_text_stays_small() -> None:
    bomb = "version: 1\nskills: &a [x, y]\nteams: *a\n"
    assert problems(bomb) == [("alias", "/teams", 3)]


def test_a_queue_that_nobody_can_serve_is_a_warning() -> None:
    document = read_policy(changed("bundles: [billing-desk], skills: {french: 5}", "skills: {french: 2}"))
    assert [(one.code, one.path, one.line) for one in document.warnings] == [
        ("nobody_can_serve", "/queues/billing", 10)
    ]


def test_every_problem_that_a_policy_can_have_has_its_sentence() -> None:
    source = Path(inspect.getfile(policy_problems)).read_text(encoding="utf-8")
    codes = set(re.findall(r'Problem\(\s*"([a-z_]+)"', source))
    assert len(codes) > 25
    assert codes <= SENTENCES["en"].keys()


def test_every_problem_has_a_sentence_in_both_languages() -> None:
    languages: tuple[Language, ...] = ("en", "fr")
    assert SENTENCES["en"].keys() == SENTENCES["fr"].keys()
    for language in languages:
        for code, text in SENTENCES[language].items():
            assert "  " not in text and not text.endswith("."), code
        with pytest.raises(DocumentError) as refused:
            read_policy(changed("units: 12", "units: many").replace("tier: 3", "tier: 77"))
        assert all(sentence(one, language) for one in refused.value.problems)


def test_the_schema_knows_every_key_and_no_other() -> None:
    schema = document_schema()
    queue = schema["properties"]["queues"]["additionalProperties"]
    assert queue["properties"].keys() == tables.QUEUE.keys.keys() | beside.QUEUE.keys.keys() | {"id"}
    assert queue["required"] == ["medium"]
    assert queue["additionalProperties"] is False


def test_the_schema_accepts_what_can_be_read() -> None:
    schema = jsonschema_rs.validator_for(document_schema())
    assert schema.is_valid(yaml.safe_load(FINE.replace("  no:", "  'no':")))
    for seed in range(40):
        policy = a_policy(Seeded(seed))
        assert schema.is_valid(yaml.safe_load(write_policy(policy, Naming({}))))
    for old, new in (("tier: 3", "tier: 10"), ("target: 20s", "traget: 20s"), ("preferred: 2", "level: 2")):
        assert not schema.is_valid(yaml.safe_load(changed(old, new).replace("  no:", "  'no':")))
