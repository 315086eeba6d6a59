"""A chat's first words stand for its subject."""

import pytest

from affluent.centre.chatting import SUBJECT_CHARS_MAX, subject_of


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Bonjour,\n  où est ma carte ?", "Bonjour, où est ma carte ?"),
        ("", ""),
        ("a" * SUBJECT_CHARS_MAX, "a" * SUBJECT_CHARS_MAX),
        ("a" * 200, "a" * 79 + "…"),
        (
            "Bonjour, j’ai envoyé ma facture d’opticien il y a dix jours et je n’ai toujours rien reçu.",
            "Bonjour, j’ai envoyé ma facture d’opticien il y a dix jours et je n’ai…",
        ),
    ],
)
def test_a_long_one_stops_at_a_word_and_says_so(text: str, subject: str) -> None:
    assert subject_of(text) == subject
    assert len(subject) <= SUBJECT_CHARS_MAX
