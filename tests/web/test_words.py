"""Every refusal that the source can raise has its sentence, in both languages."""

import re
from pathlib import Path

import affluent
from affluent.web.errors import words

SOURCE = Path(affluent.__file__).parent
RAISED = re.compile(
    r"\b(?:Refusal|Invalid|NotFound|Forbidden|TooLate|TooMany|TooLarge|NotSignedIn|RoutingError)\(\s*\"([a-z_]+)\""
)
SIGN_AFTER_PLAIN_SPACE = re.compile(r" [;:!?»%€]|« ")


def raised() -> set[str]:
    found: set[str] = set()
    for room in ("centre", "storage", "web", "channels", "routing"):
        for file in (SOURCE / room).rglob("*.py"):
            found |= set(RAISED.findall(file.read_text(encoding="utf-8")))
    return found


def test_every_refusal_has_a_sentence_in_both_languages() -> None:
    codes = raised()
    assert len(codes) > 40, "the pattern no longer finds the refusals"
    assert {locale: sorted(codes - words(locale).keys()) for locale in ("fr", "en")} == {"fr": [], "en": []}


def test_french_sentences_keep_their_typography() -> None:
    assert [
        code for code, text in words("fr").items() if SIGN_AFTER_PLAIN_SPACE.search(text) or "'" in text
    ] == []
