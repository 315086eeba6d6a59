"""Whatever an explanation can tell, the pages have words for it in both languages."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from affluent.centre import explaining, follow
from affluent.routing.decisions import ReasonCode
from affluent.routing.explain_otherwise import KEYS, OBSTACLES, ONE_STAGE_EARLIER

WORDS = Path(__file__).parents[2] / "ui/src/explain/words"


def catalogue(locale: str) -> dict[str, Any]:
    return json.loads((WORDS / f"{locale}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_code_of_an_explanation_has_words(locale: str) -> None:
    words = catalogue(locale)
    assert words["reason"].keys() == {*get_args(ReasonCode), follow.TRANSFERRED}
    assert words["obstacle"].keys() == {*OBSTACLES, "offline", "away"}
    assert words["without"].keys() == {ONE_STAGE_EARLIER, *OBSTACLES, *KEYS}
    assert words["decided_by"].keys() == {"only_one", "agent_id", *KEYS}
    assert words["why_not"].keys() == set(get_args(explaining.WhyNot))
    assert words["ended"].keys() == {*get_args(explaining.Ended), "stands"}
