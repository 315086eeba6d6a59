"""A wait in a customer's words: outwards, in whole minutes, and nothing where nothing is known."""

from affluent.channels.chat.frames import place
from affluent.channels.chat.wording import wait_told


def test_a_range_is_told_outwards_in_whole_minutes() -> None:
    assert wait_told(130_000, 290_000, "en") == "Another 2 to 5 minutes to wait."
    assert wait_told(130_000, 290_000, "fr") == "Encore 2 à 5\u00a0minutes d’attente."
    assert wait_told(20_000, 100_000, "en") == "Less than 2 minutes to wait."
    assert wait_told(0, 45_000, "fr") == "Moins d’une minute d’attente."


def test_who_is_told_nothing_sees_their_place_alone() -> None:
    assert place(2, None) == {"ahead": 2}
    assert place(2, "soon") == {"ahead": 2, "wait": "soon"}
    assert place(None, None) == {"ahead": 0}
