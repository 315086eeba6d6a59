"""Codes that the server sends are closed sets, and the pages have words for each in both languages."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from affluent.centre import follow, presence, timeline
from affluent.facts.media import Medium, Outcome
from affluent.facts.states import AgentState, ContactState
from affluent.routing.decisions import ReasonCode

ROOT = Path(__file__).parents[2]
MAIL = ROOT / "src/affluent/channels/email"
DEFECT = re.compile(r"defects\.append\(\"([a-z_0-9]+)\"\)")

SETS: dict[str, set[str]] = {
    "why": {*get_args(ReasonCode), follow.TRANSFERRED},
    "event": set(timeline.CODES),
    "reason": set(presence.AWAY_REASONS),
    "outcome": {one.value for one in Outcome},
    "state": {one.value for one in ContactState if one is not ContactState.NEW},
    "presence": {one.value for one in AgentState},
    "media": {one.value for one in Medium},
    "delivery": {"pending", "sent", "delivered", "read", "failed", "unconfirmed"},
}


def catalogue(locale: str) -> dict[str, Any]:
    return json.loads((ROOT / f"ui/src/i18n/{locale}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_code_of_the_server_has_words(locale: str) -> None:
    words = catalogue(locale)
    missing = {name: sorted(codes - words[name].keys()) for name, codes in SETS.items()}
    assert missing == {name: [] for name in SETS}


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_defect_of_a_mail_that_we_name_has_words(locale: str) -> None:
    named = {code for file in MAIL.rglob("*.py") for code in DEFECT.findall(file.read_text(encoding="utf-8"))}
    assert len(named) > 10, "the pattern no longer finds the defects"
    assert sorted(named - catalogue(locale)["defect"].keys()) == []
