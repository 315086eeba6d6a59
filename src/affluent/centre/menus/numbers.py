"""Numbers and waits in words, French and English, as fragments that are each spoken by one sound.

A range is told in whole minutes, rounded outwards so that it holds as often as it did: from ten on in fives.
"""

from typing import Final

from affluent.centre.menus.document import Language

SPOKEN_MAX = 60
"""Numbers up to this one have a sound of their own."""
_FR_UNITS: Final = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_FR_TENS: Final = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}
_EN_UNITS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_EN_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty")
FRAGMENTS: Final[dict[Language, dict[str, str]]] = {
    "fr": {
        "wait": "L’attente est estimée",
        "below": "à moins d’une minute",
        "under": "à moins de",
        "about": "à environ",
        "between": "entre",
        "and": "et",
        "minute": "minute",
        "minutes": "minutes",
        "above": "à plus d’une heure",
        "over": "à plus de",
        "many": "plus de soixante",
        "ahead": "Avant vous :",
        "person": "personne",
        "persons": "personnes",
        "next": "Vous êtes la prochaine personne",
    },
    "en": {
        "wait": "The expected wait is",
        "below": "less than a minute",
        "under": "less than",
        "about": "about",
        "between": "between",
        "and": "and",
        "minute": "minute",
        "minutes": "minutes",
        "above": "more than an hour",
        "over": "more than",
        "many": "more than sixty",
        "ahead": "Ahead of you:",
        "person": "person",
        "persons": "people",
        "next": "You are next",
    },
}


def number_words(value: int, language: Language, *, feminine: bool = False) -> str:
    """A number from 0 to 60 in words. Feminine as in « vingt et une minutes »."""
    assert 0 <= value <= SPOKEN_MAX, "larger numbers are told as many"
    if language == "en":
        tens, unit = divmod(value, 10)
        return _EN_UNITS[value] if value < 20 else _EN_TENS[tens] + (f"-{_EN_UNITS[unit]}" if unit else "")
    words = _french(value)
    return words + "e" if feminine and value % 10 == 1 and value != 11 else words


def _french(value: int) -> str:
    if value < 20:
        return _FR_UNITS[value]
    tens, unit = divmod(value, 10)
    if unit == 0:
        return _FR_TENS[tens]
    return _FR_TENS[tens] + (" et " if unit == 1 else "-") + _FR_UNITS[unit]


def number_fragments(value: int, language: Language, *, feminine: bool = False) -> tuple[str, ...]:
    """A number of any size; beyond 60 it is not counted aloud."""
    if value > SPOKEN_MAX:
        return (FRAGMENTS[language]["many"],)
    return (number_words(max(0, value), language, feminine=feminine),)


def _minutes(low_s: int, high_s: int) -> tuple[int, int]:
    low, high = max(0, low_s) // 60, -(-max(0, high_s) // 60)
    return low if low < 10 else low // 5 * 5, high if high <= 10 else -(-high // 5) * 5


def wait_fragments(low_s: int, high_s: int, language: Language) -> tuple[str, ...]:
    """An expected wait, such as « L’attente est estimée » « entre » « deux » « et » « quatre » « minutes »."""
    said = FRAGMENTS[language]
    low, high = _minutes(low_s, high_s)
    if low >= 60:
        return said["wait"], said["above"]
    if high <= 1:
        return said["wait"], said["below"]
    if high > 60:
        return (
            (said["wait"], said["over"], *_so_many(low, language)) if low else (said["wait"], said["above"])
        )
    if low == 0:
        return (said["wait"], said["under"], *_so_many(high, language))
    if low == high:
        return (said["wait"], said["about"], *_so_many(high, language))
    lower = number_words(low, language, feminine=True)
    return (said["wait"], said["between"], lower, said["and"], *_so_many(high, language))


def _so_many(minutes: int, language: Language) -> tuple[str, str]:
    unit = FRAGMENTS[language]["minute" if minutes == 1 else "minutes"]
    return number_words(minutes, language, feminine=True), unit


def ahead_fragments(ahead: int, language: Language) -> tuple[str, ...]:
    """How many are ahead in the line."""
    said = FRAGMENTS[language]
    if ahead <= 0:
        return (said["next"],)
    unit = said["person" if ahead == 1 else "persons"]
    return (said["ahead"], *number_fragments(ahead, language, feminine=True), unit)


def all_fragments(language: Language) -> tuple[str, ...]:
    """Everything that is ever said of numbers and waits: what sounds are shipped for."""
    numbers = [number_words(value, language) for value in range(SPOKEN_MAX + 1)]
    feminine = [number_words(value, language, feminine=True) for value in range(SPOKEN_MAX + 1)]
    return tuple(dict.fromkeys((*FRAGMENTS[language].values(), *numbers, *feminine)))
