"""`affluent route` against a third reader, who knew the documentation only: every decision, with its reasons.

Reasons that tell of other contacts (`tier`, and `rank` where it decided between contacts) are left out: they say what
an agent had to choose from, which the reader does not look up. AFFLUENT_STORMS=2000 drives longer.
"""

import json
import os
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from affluent.routing.document import DocumentError, PolicyDocument, read_policy
from affluent.routing.stream import Session
from tests.routing.judge import draw
from tests.routing.judge.lines import Filter
from tests.routing.pages import examples

PAGES = sorted((Path(__file__).parents[3] / "docs/reference").glob("route-examples*.md"))
STORMS = int(os.environ.get("AFFLUENT_STORMS", "60"))
LINES = 120


def read(document: dict[str, Any]) -> PolicyDocument | None:
    try:
        return read_policy(json.dumps(document))
    except DocumentError:
        return None


def compared(answer: dict[str, Any]) -> dict[str, Any]:
    """Of an error its code; of a decision all but what tells of other contacts."""
    if "error" in answer:
        return {"line": answer["line"], "error": answer["error"]}
    if "why" in answer:
        told = [why for why in answer["why"] if why["code"] not in {"tier", "rank"}]
        return {**answer, "why": told}
    return answer


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_reader_answers_every_worked_example(page: Path) -> None:
    for example in examples(page):
        reader = Filter(yaml.safe_load(example.policy))
        answers = [one for line in example.events.splitlines() for one in reader.answer(line.encode())]
        expected = [json.loads(line) for line in example.answers.splitlines()]
        assert [compared(one) for one in answers] == [compared(one) for one in expected], example.line


def a_storm(seed: int, seen: Counter[str]) -> None:
    rng = Random(seed)
    while (policy := read(document := draw.policy(rng))) is None:
        pass
    session, reader = Session(policy), Filter(document)
    day = draw.DayOfLines(rng, document, lambda one: read(one) is not None)
    for number in range(1, LINES + 1):
        busy: dict[str, list[str]] = defaultdict(list)
        for contact in reader.day.world.contacts.values():
            busy[contact.state].append(contact.name)
        line = day.line(busy)
        expected = reader.answer(line)
        answers = told(session, number, line)
        seen.update(str(one.get("decision", one.get("error"))) for one in answers)
        assert [compared(one) for one in answers] == [compared(one) for one in expected], (seed, number, line)
        if b'"event": "policy"' in line and not any("error" in one for one in answers):
            day.document = json.loads(line)["policy"]


def told(session: Session, number: int, line: bytes) -> list[dict[str, Any]]:
    """As `cli/route.py` hands a line on."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return [{"line": number, "error": "bad_encoding"}]
    return json.loads(json.dumps(session.answer(number, text))) if text.strip() else []


def test_filter_and_third_reader_never_disagree() -> None:
    seen: Counter[str] = Counter()
    for seed in range(STORMS):
        a_storm(seed, seen)
    decisions = {"offered", "expired", "pulled_back", "resumed", "overflowed", "refused", "wrap_up_ended"}
    assert decisions <= set(seen), "the storms meet every decision"
    assert len(set(seen) - decisions) > 20, "and many errors"
