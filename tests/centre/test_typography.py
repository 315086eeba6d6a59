"""French that was typed as people type it is shown as French is set, and nothing else of it changes."""

import pytest

from affluent.centre.typography import either, in_french


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Fermé ; à demain !", "Fermé\u00a0; à demain\u00a0!"),
        ("Vous attendez? Oui!", "Vous attendez\u00a0? Oui\u00a0!"),
        ("Horaires : 10:30 à 18:00", "Horaires\u00a0: 10:30 à 18:00"),
        ("Voir https://help.example/a?b=c et le 12:30", "Voir https://help.example/a?b=c et le 12:30"),
        ("Dites « oui » !", "Dites «\u00a0oui\u00a0»\u00a0!"),
        ("Vraiment ?!", "Vraiment\u00a0?!"),
        ("Déjà\u00a0: bien\u202f!", "Déjà\u00a0: bien\u00a0!"),
        ("À bientôt :)", "À bientôt\u00a0:)"),
        ("", ""),
    ],
)
def test_tall_signs_keep_to_their_word(typed: str, shown: str) -> None:
    assert in_french(typed) == shown
    assert in_french(shown) == shown, "once is enough"


def test_english_is_left_as_it_is_and_stands_in_where_there_is_no_french() -> None:
    assert either("", "Closed : why ?", "fr") == "Closed : why ?"
    assert either("Fermé !", "Closed", "en") == "Closed"
    assert either("Fermé !", "", "en") == "Fermé\u00a0!"
