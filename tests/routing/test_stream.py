"""A stream of lines: nothing in a line makes it fail, and a line that cannot be changes nothing."""

import json
from typing import Any, get_args

import pytest

from affluent.routing.decisions import Decision
from affluent.routing.document import naming_of, read_policy, write_policy
from affluent.routing.stream import Session
from affluent.routing.stream.answers import WORDS
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


def test_every_decision_has_its_word() -> None:
    assert set(WORDS) == set(get_args(Decision))
    assert len(set(WORDS.values())) == len(WORDS)
