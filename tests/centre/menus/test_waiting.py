"""What callers who wait are told, and when."""

from affluent.centre.menus.turns import Ahead, WaitRange
from affluent.centre.menus.waiting import LastTold, WaitingRules, WaitNow, first_words, next_words

RULES = WaitingRules(every_ms=45_000, remind_ms=180_000)


def test_position_and_range_are_told_when_the_wait_begins() -> None:
    said, told = first_words(RULES, WaitNow(3, (120, 240)), 1_000, "fr")
    assert said == (Ahead(3, "fr"), WaitRange(120, 240, "fr"))
    assert told == LastTold(1_000, 3, (120, 240))
    assert first_words(WaitingRules(position=False), WaitNow(3, None), 0, "fr") == (
        (),
        LastTold(0, None, None),
    )


def test_the_music_is_not_interrupted_too_often_nor_for_nothing() -> None:
    _, told = first_words(RULES, WaitNow(3, (120, 240)), 0, "en")
    shorter = WaitNow(1, (30, 90))
    assert next_words(RULES, shorter, told, 44_999, "en") == ((), told)
    said, again = next_words(RULES, shorter, told, 45_000, "en")
    assert said == (Ahead(1, "en"), WaitRange(30, 90, "en")) and again.at_ms == 45_000
    alike = WaitNow(1, (35, 80))
    assert next_words(RULES, alike, again, 120_000, "en") == ((), again)
    reminded, _ = next_words(RULES, alike, again, 45_000 + 180_000, "en")
    assert reminded == (Ahead(1, "en"), WaitRange(35, 80, "en"))


def test_a_range_that_grew_is_told_too() -> None:
    _, told = first_words(WaitingRules(position=False), WaitNow(3, (60, 120)), 0, "en")
    said, _ = next_words(WaitingRules(position=False), WaitNow(3, (120, 300)), told, 60_000, "en")
    assert said == (WaitRange(120, 300, "en"),)


def test_the_law_of_a_country_is_kept_where_a_channel_is_silent() -> None:
    silent = WaitingRules(announces=False, position=False, country="de")
    said, told = first_words(silent, WaitNow(2, (60, 120)), 0, "en")
    assert said == (WaitRange(60, 120, "en"),)
    assert next_words(silent, WaitNow(0, (0, 30)), told, 600_000, "en") == ((), told)
    assert first_words(WaitingRules(announces=False, country="FR"), WaitNow(2, (60, 120)), 0, "en")[0] == ()
