"""One word for one thing: the glossaries agree, and no page says another word for what stands in them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs/guides"
ROW = re.compile(r"^\| (?!-)([^|]+) \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
OTHER_WORDS = {
    "fr": {
        "réponse type": r"\bmacros?\b|\bmodèles? de réponse",
        "en sommeil": r"\ben veille\b",
        "e-mail": r"\bcourriels?\b|\bemails?\b|(?<!-)\bmails?\b",
        "fax": r"\btélécopies?\b",
        "journal d’audit": r"\bpiste d’audit\b",
    },
    "en": {
        "e-mail": r"\bemails?\b(?!@)",
        "asleep": r"\bsnoozed?\b",
        "macro": r"\bcanned\b",
        "audit trail": r"\baudit log\b",
    },
}
"""By language: the word of the glossary, and what would be another one for it."""


def pairs(path: Path, *, turned: bool) -> list[tuple[str, str]]:
    found = [(one, two) for one, two in ROW.findall(path.read_text(encoding="utf-8"))][1:]
    return [(two, one) if turned else (one, two) for one, two in found]


def said(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from said(one)
    elif isinstance(value, str):
        # What is filled in later is no word.
        yield re.sub(r"\{\{?\w+\}?\}", "", value)


def catalogues(locale: str) -> list[Path]:
    pages = (ROOT / "ui/src").rglob(f"{locale}.json")
    return sorted([*pages, ROOT / f"src/affluent/web/words/{locale}.json"])


def test_the_two_glossaries_are_one() -> None:
    french = pairs(GUIDES / "fr/glossaire.md", turned=False)
    assert french == pairs(GUIDES / "en/glossary.md", turned=True)
    assert len(french) > 20 and len(set(french)) == len(french)


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_pages_use_the_words_of_the_glossary(locale: str) -> None:
    paths = catalogues(locale)
    assert len(paths) > 6, "the catalogues are elsewhere"
    wrong = [
        f"{path.parent.name}: « {text} » ({word})"
        for path in paths
        for text in said(json.loads(path.read_text(encoding="utf-8")))
        for word, other in OTHER_WORDS[locale].items()
        if re.search(other, text, re.IGNORECASE)
    ]
    assert wrong == []
