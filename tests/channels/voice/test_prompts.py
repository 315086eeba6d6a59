"""Prompts as sound: numbers and waits in words, shipped files, what is synthesised, what cannot be."""

from pathlib import Path

import numpy as np
import pytest

from affluent.centre.menus import turns
from affluent.centre.menus.document import LANGUAGES
from affluent.centre.menus.numbers import all_fragments, number_words, wait_fragments
from affluent.centre.menus.phrases import PHRASES
from affluent.centre.menus.speaking import NoVoice, in_words
from affluent.channels.voice.prompts.store import SoundStore, shipped
from affluent.channels.voice.prompts.synthesis import by_library, find_synthesiser
from affluent.channels.voice.prompts.wav import RATE, as_wav, joined, packed, samples_of, trimmed, unpacked


@pytest.mark.parametrize(
    ("low_s", "high_s", "fr", "en"),
    [
        (0, 45, "à moins d’une minute", "less than a minute"),
        (20, 170, "à moins de trois minutes", "less than three minutes"),
        (125, 230, "entre deux et quatre minutes", "between two and four minutes"),
        (60, 120, "entre une et deux minutes", "between one and two minutes"),
        (240, 240, "à environ quatre minutes", "about four minutes"),
        (1_270, 1_850, "entre vingt et trente-cinq minutes", "between twenty and thirty-five minutes"),
        (600, 4_000, "à plus de dix minutes", "more than ten minutes"),
        (30, 4_000, "à plus d’une heure", "more than an hour"),
        (4_000, 9_000, "à plus d’une heure", "more than an hour"),
    ],
)
def test_a_wait_is_told_as_people_say_it(low_s: int, high_s: int, fr: str, en: str) -> None:
    assert " ".join(wait_fragments(low_s, high_s, "fr")[1:]) == fr
    assert " ".join(wait_fragments(low_s, high_s, "en")[1:]) == en


def test_a_told_range_holds_whenever_the_range_does() -> None:
    """Rounded outwards: what is said never promises more than was known."""
    words = {number_words(value, "en"): value for value in range(61)}
    for low_s in range(0, 3_600, 37):
        for high_s in range(low_s, 3_600, 91):
            said = wait_fragments(low_s, high_s, "en")
            told = [words[one] for one in said if one in words]
            if said[1] == "between":
                assert told[0] * 60 <= low_s and high_s <= told[1] * 60
            elif said[1] in ("less than", "less than a minute"):
                assert high_s <= (told or [1])[0] * 60


def test_french_numbers_agree() -> None:
    assert [number_words(value, "fr") for value in (1, 21, 31, 60)] == [
        "un",
        "vingt et un",
        "trente et un",
        "soixante",
    ]
    assert number_words(21, "fr", feminine=True) == "vingt et une"
    assert number_words(11, "fr", feminine=True) == "onze"
    assert in_words(turns.Ahead(1, "fr")) == "Avant vous : une personne"
    assert in_words(turns.Ahead(200, "en")) == "Ahead of you: more than sixty people"
    assert in_words(turns.DigitsSpoken("20#7", "fr")) == "deux zéro sept"


def test_everything_said_of_numbers_and_waits_is_shipped() -> None:
    for language in LANGUAGES:
        pack = shipped(language)
        wanted = {*all_fragments(language), *(said[language] for said in PHRASES.values())}
        assert wanted <= pack.keys()
        shortest = min(samples_of(sound).size for sound in pack.values())
        assert shortest > RATE // 10, "each is heard"


def test_numbers_and_waits_are_spoken_where_nothing_is_installed(tmp_path: Path) -> None:
    store = SoundStore(tmp_path, None, lambda number: None)
    names = store.names([turns.WaitRange(125, 230, "fr"), turns.SpokenText("Bonjour", "fr")])
    assert len(names) == 6 and all((tmp_path / f"{name}.wav").exists() for name in names)
    with pytest.raises(NoVoice):
        store.speak(turns.SpokenText("Bonjour", "fr"))


def test_a_text_is_synthesised_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def tone(text: str, language: str) -> bytes:
        asked.append(f"{language}:{text}")
        return as_wav(np.full(RATE, 900, dtype=np.int16))

    store = SoundStore(tmp_path, tone, lambda number: as_wav(np.full(80, number, dtype=np.int16)))
    assert store.names([turns.SpokenText("Hello", "en")]) == store.names([turns.SpokenText("Hello", "en")])
    assert asked == ["en:Hello"]
    assert samples_of(store.speak(turns.Recorded(7))).tolist() == [7] * 80
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_library_speaks_both_languages() -> None:
    assert find_synthesiser() is not None, "the extra `speech` is part of `dev`"
    for language, text in (("fr", "Bonjour, à bientôt."), ("en", "Good morning; see you soon.")):
        sound = by_library(text, language)
        assert sound is not None
        samples = samples_of(sound)
        assert RATE // 2 < samples.size < RATE * 6
        assert np.abs(samples.astype(np.int32)).max() > 3_000


def test_sounds_are_packed_within_what_telephones_hear() -> None:
    samples = (8_000 * np.sin(np.arange(RATE) / 5)).astype(np.int16)
    back = samples_of(unpacked(packed(as_wav(samples)))).astype(np.float64)
    noise = back - samples
    assert 10 * np.log10((samples.astype(np.float64) ** 2).mean() / (noise**2).mean()) > 30
    quiet = np.zeros(RATE, dtype=np.int16)
    assert trimmed(np.concatenate([quiet, samples, quiet])).size < RATE + 600
    assert joined([samples, samples]).size == 2 * RATE + 320
