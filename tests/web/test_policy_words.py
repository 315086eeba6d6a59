"""What the document can say has words on its page in both languages: each key, each section."""

import json
from pathlib import Path
from typing import Any

import pytest

from affluent.centre.policy_document.reading import SECTIONS
from affluent.routing.document import beside, fields
from affluent.routing.document.record import Record

WORDS = Path(__file__).parents[2] / "ui/src/admin/policy/words"
ENTRIES = (
    *(fields.MEDIUM, fields.QUEUE, fields.AGENT, fields.SEGMENT, fields.BUNDLE, fields.RESERVE),
    *(beside.QUEUE, beside.AGENT, beside.TEAM, beside.SEGMENT, beside.BUNDLE, beside.RESERVE, beside.HOURS),
)


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_key_and_section_of_the_document_has_words(locale: str) -> None:
    words: dict[str, Any] = json.loads((WORDS / f"{locale}.json").read_text(encoding="utf-8"))
    keys = {key for record in ENTRIES for key in record.keys} | {"order", "reserve"}
    assert all(isinstance(record, Record) for record in ENTRIES)
    assert keys - words["keys"].keys() == set()
    assert {*SECTIONS.values(), "policy"} - words["sections"].keys() == set()
