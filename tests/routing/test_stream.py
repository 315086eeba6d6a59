"""A stream of lines: nothing in a line makes it fail, and a line that cannot be changes nothing."""

import inspect
import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from affluent.routing.decisions import Decision
from affluent.routing.document import fields, naming_of, read_policy, write_policy
from affluent.routing.document.record import Record
from affluent.routing.document.words import SENTENCES
from affluent.routing.stream import Session
from affluent.routing.stream.answers import WORDS
from affluent.routing.stream.vocabulary import EVENTS
from tests.routing.pages import Example, answered, examples
from tests.routing.storm import a_storm

SEEDS = range(30)


def situation(session: Session) -> tuple[Any, ...]:
    """All that the future can depend on."""
    router = session.router
    return (
        router.live_contacts(),
        router.live_agents(),
        router.closed_queues(),
        router.next_deadline(),
        router.policy,
        session.now_ms,
        dict(session.contacts),
    )


def without_line(answers: list[dict[str, Any]]) -> list[str]:
    return [json.dumps({key: value for key, value in one.items() if key != "line"}) for one in answers]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bad_line_is_answered_by_one_error_and_changes_nothing(seed: int) -> None:
    document, lines = a_storm(seed, 120)
    session, clean = Session(document), Session(document)
    errors = 0
    for number, line in enumerate(lines, 1):
        before = situation(session)
        answers = session.answer(number, line)
        if any("error" in one for one in answers):
            errors += 1
            assert len(answers) == 1 and answers[0]["line"] == number
            assert situation(session) == before
        else:
            # A stream that never had the bad lines says the same.
            assert without_line(clean.answer(number, line)) == without_line(answers)
            assert all(list(one)[:3] == ["line", "at_ms", "decision"] for one in answers)
    assert 0 < errors < len(lines)
    assert situation(clean) == situation(session)


@pytest.mark.parametrize("seed", SEEDS[:10])
def test_how_often_the_clock_is_told_decides_nothing(seed: int) -> None:
    document, lines = a_storm(seed, 80)
    rarely, often = Session(document), Session(document)
    for line in lines:
        answers = rarely.answer(1, line)
        if any("error" in one for one in answers):
            continue
        ticked: list[dict[str, Any]] = []
        for moment_ms in range(often.now_ms, rarely.now_ms + 1, 7):
            ticked += often.answer(1, json.dumps({"event": "clock", "at_ms": moment_ms}))
        assert [*ticked, *often.answer(1, line)] == answers


@pytest.mark.parametrize("seed", SEEDS[:10])
def test_the_same_policy_again_changes_nothing(seed: int) -> None:
    document, lines = a_storm(seed, 80)
    again = read_policy(write_policy(document.policy, naming_of(document), document.segments))
    plain, changed = Session(document), Session(document)
    for line in lines:
        if '"policy"' in line or "change_agent" in line:
            continue
        answers = plain.answer(1, line)
        assert changed.answer(1, line) == answers
        assert changed.change(again) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_explained_or_not_it_decides_the_same_and_the_explanation_names_who_was_chosen(seed: int) -> None:
    document, lines = a_storm(seed, 120)
    plain, explained = Session(document), Session(document, explained=True)
    for number, line in enumerate(lines, 1):
        answers = explained.answer(number, line)
        found = [one.pop("explanation", None) for one in answers]
        assert plain.answer(number, line) == answers
        for answer, explanation in zip(answers, found, strict=True):
            assert (explanation is not None) == (answer.get("decision") == "offered")
            if explanation is not None:
                assert_agrees(answer, explanation)


def assert_agrees(answer: dict[str, Any], explanation: dict[str, Any]) -> None:
    """The engine's choice and its reasons, against the explanation written over the tables."""
    assert (explanation["chosen"], explanation["queue"]) == (answer["agent"], answer["queue"])
    codes = {reason["code"] for reason in answer["why"]}
    free = [one for one in explanation["candidates"] if not one["obstacles"]]
    if "same_agent" in codes:
        assert len(free) == 1
    elif "only_one" in codes:
        assert explanation["decided_by"] == "only_one" and len(free) == 1
    else:
        decided_by = explanation["decided_by"]
        # With all keys equal nobody has been idle longer.
        assert decided_by == "fit" or ("longest_idle" if decided_by == "agent_id" else decided_by) in codes
    rules = [one["without"] for one in explanation["otherwise"]]
    assert len(rules) == len(set(rules))
    assert all(one["chosen"] != explanation["chosen"] for one in explanation["otherwise"])


def test_every_decision_has_its_word() -> None:
    assert set(WORDS) == set(get_args(Decision))
    assert len(set(WORDS.values())) == len(WORDS)


PAGES = sorted((Path(__file__).parents[2] / "docs" / "reference").glob("route*.md"))
WORKED = [(page.stem, one) for page in PAGES for one in examples(page)]


@pytest.mark.parametrize(("page", "example"), WORKED, ids=[f"{page}:{one.line}" for page, one in WORKED])
def test_the_reference_tells_the_truth(page: str, example: Example) -> None:
    assert answered(example.policy, example.events) == example.answers


def test_every_event_decision_and_error_is_in_the_reference() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert len(WORKED) > 45
    told = {
        word
        for _, one in WORKED
        for word in re.findall(r'"(?:event|decision)": "([a-z_]+)"', one.events + one.answers)
    }
    assert set(WORDS.values()) - told == set()
    assert {event for event in EVENTS if f"`{event}`" not in text} == set()
    assert {word for word in WORDS.values() if f"`{word}`" not in text} == set()
    source = Path(inspect.getfile(Session)).parent
    raised = {
        code
        for file in (*source.glob("*.py"), *source.parent.glob("*.py"))
        for code in re.findall(r'(?:BadLine|RoutingError)\(\s*"([a-z_]+)"', file.read_text(encoding="utf-8"))
    }
    assert len(raised) > 25
    # The engine's own word for what a line is told as a wrong field, before the engine hears of it.
    raised -= {"bad_limits", "bad_queue", "needs_rebuild"}
    assert {code for code in raised if f"`{code}`" not in text} == set()
    keys = {key for record in vars(fields).values() if isinstance(record, Record) for key in record.keys}
    policy = (PAGES[0].parent / "policy.md").read_text(encoding="utf-8")
    assert {key for key in keys if f"`{key}`" not in policy} == set()
    assert {code for code in SENTENCES["en"] if f"`{code}`" not in policy} == set()
