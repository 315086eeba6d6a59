"""What customers of the demonstration want, and what its agents answer: stories told in turns.

An agent knows nothing but the conversation: the story is recognised in what the customer wrote, so that a visitor's
own words get a fitting answer as well.
"""

import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from affluent.centre.classify import folded
from affluent.cli.demo.people import ARVENE, LIGEO

FOLDER = Path(__file__).with_name("stories")
PARIS = ZoneInfo("Europe/Paris")
ENGLISH_SHARE = 0.15
_REFERENCE = re.compile(r"\b(?:AR|LG)-\d{6}\b")
_PREFIX = {ARVENE: "AR", LIGEO: "LG"}
_DAYS_FR = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS_FR = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip

_ENDS_FR = ("Cordialement,", "Bien à vous,", "Merci d’avance,", "Bonne journée,")
_ENDS_EN = ("Kind regards,", "Best wishes,", "Thank you,")


@dataclass(frozen=True, slots=True)
class Side:
    """A story in one language. `chat` alternates: agent, customer, agent, customer."""

    subject: tuple[str, ...]
    ask: tuple[str, ...]
    chat: tuple[str, ...]
    mail: tuple[str, ...]
    back: tuple[str, ...]
    last: tuple[str, ...]
    note: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of wish. `media` weighs by which medium it comes."""

    key: str
    brand: str
    motive: str
    weight: float
    media: Mapping[str, float]
    words: tuple[str, ...]
    sides: Mapping[str, Side]


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who writes, with a story."""

    story: Story
    name: str
    email: str
    language: str
    medium: str
    seed: int

    @property
    def side(self) -> Side:
        return self.story.sides[self.language]


@cache
def stories() -> tuple[Story, ...]:
    """All of them, in a fixed order."""
    return tuple(
        _story(brand, one)
        for brand, name in ((ARVENE, "arvene"), (LIGEO, "ligeo"))
        for one in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    )


@cache
def any_story() -> Story:
    """What an agent says to somebody whose story nobody knows."""
    return _story("", json.loads((FOLDER / "any.json").read_text(encoding="utf-8"))[0])


def _story(brand: str, raw: Mapping[str, Any]) -> Story:
    sides = {
        language: Side(**{part: tuple(texts) for part, texts in raw[language].items()})
        for language in ("fr", "en")
    }
    words = tuple(raw["words"])
    return Story(raw["key"], brand, raw["motive"], raw["weight"], raw["media"], words, sides)


@cache
def _names() -> Mapping[str, list[str]]:
    return json.loads((FOLDER / "names.json").read_text(encoding="utf-8"))


def somebody(chance: random.Random, *, brand: str | None = None, medium: str | None = None) -> Customer:
    """A new customer with a wish; `brand` and `medium` narrow the choice."""
    told = [one for one in stories() if brand in (None, one.brand)]
    story = chance.choices(told, [one.weight for one in told])[0]
    language = "en" if chance.random() < ENGLISH_SHARE else "fr"
    name, email = _somebody(chance, language)
    chosen = medium or chance.choices(list(story.media), list(story.media.values()))[0]
    return Customer(story, name, email, language, chosen, chance.getrandbits(32))


def _somebody(chance: random.Random, language: str) -> tuple[str, str]:
    names = _names()
    if language == "en":
        name = chance.choice(names["english"])
    else:
        name = f"{chance.choice(names['first'])} {chance.choice(names['last'])}"
    local = re.sub(r"[^a-z]+", ".", folded(name)).strip(".")
    domain = "mail.example" if language == "en" else "courriel.example"
    return name, f"{local}{chance.randint(1, 99)}@{domain}"


def recognised(text: str, brand: str) -> Story | None:
    """The story that a text tells most of, or None when it tells none."""
    said = set(re.findall(r"[a-z0-9]+", folded(text)))
    flat = f" {' '.join(re.findall(r'[a-z0-9]+', folded(text)))} "
    best, most = None, 0
    for story in stories():
        if story.brand != brand:
            continue
        hits = sum(
            f" {word.replace('-', ' ')} " in flat or f"{word}s" in said for word in map(folded, story.words)
        )
        if hits > most:
            best, most = story, hits
    return best


def reference_in(texts: Iterable[str]) -> str | None:
    """The file number that a customer named."""
    for text in texts:
        found = _REFERENCE.search(text)
        if found is not None:
            return found.group()
    return None


def filled(
    text: str,
    seed: int,
    language: str,
    brand: str,
    now_ms: int,
    *,
    name: str = "",
    reference: str | None = None,
) -> str:
    """A text with its gaps filled; the same seed gives the same figures at every turn."""
    if "{" not in text:
        return text
    return text.format_map(_Gaps(seed, language, brand, now_ms, name, reference))


class _Gaps(dict[str, str]):
    """What stands in the gaps, made when it is asked for."""

    def __init__(
        self, seed: int, language: str, brand: str, now_ms: int, name: str, reference: str | None
    ) -> None:
        super().__init__()
        self._seed = seed
        self._language = language
        self._brand = brand
        self._now_ms = now_ms
        self._name = name
        self._reference = reference

    def __missing__(self, gap: str) -> str:
        match gap:
            case "customer":
                # An agent who does not know the name still greets.
                return self._name.split(" ")[0] or ("there" if self._language == "en" else "et bienvenue")
            case "ref":
                number = 100_000 + _drawn(self._seed, gap, 900_000)
                return self._reference or f"{_PREFIX[self._brand]}-{number}"
            case "amount":
                return _money(48 + _drawn(self._seed, gap, 8_900) / 10, self._language)
            case "small":
                return _money(9 + _drawn(self._seed, gap, 780) / 10, self._language)
            case "town":
                return _one_of(_names()["towns"], self._seed, gap)
            case "day":
                return _day(self._now_ms, 2 + _drawn(self._seed, gap, 8), self._language)
            case "past":
                return _day(self._now_ms, -3 - _drawn(self._seed, gap, 10), self._language)
            case _:
                raise KeyError(gap)


def _drawn(seed: int, what: str, most: int) -> int:
    """A number below `most`, the same each time for the same seed: quicker than a generator for each text."""
    return crc32(f"{what} {seed}".encode()) % most


def _one_of(texts: Sequence[str], seed: int, what: str) -> str:
    return texts[_drawn(seed, what, len(texts))]


def _money(value: float, language: str) -> str:
    return f"€{value:.2f}" if language == "en" else f"{value:.2f}\u00a0€".replace(".", ",")


def _day(now_ms: int, days: int, language: str) -> str:
    when = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(PARIS) + timedelta(days=days)
    if language == "en":
        return f"{when:%A} {when.day} {when:%B}"
    return f"{_DAYS_FR[when.weekday()]} {when.day} {_MONTHS_FR[when.month - 1]}"


def asked(customer: Customer, now_ms: int) -> tuple[str, str]:
    """The subject and the first words of a customer."""
    seed, english = customer.seed, customer.language == "en"
    subject, text = (
        filled(_one_of(texts, seed, what), seed, customer.language, customer.story.brand, now_ms)
        for texts, what in ((customer.side.subject, "subject"), (customer.side.ask, "ask"))
    )
    hello = "Hello" if english else "Bonjour"
    if customer.medium == "chat":
        greets = _drawn(seed, "greets", 2) and not text.startswith((hello, "I ", "I'", "I’"))
        return subject, f"{hello}, {text[0].lower()}{text[1:]}" if greets else text
    if customer.medium == "form":
        return subject, text
    end = _one_of(_ENDS_EN if english else _ENDS_FR, seed, "end")
    return subject, f"{hello},\n\n{text}\n\n{end}\n{customer.name}"


def agent_says(story: Story, language: str, medium: str, turn: int, seed: int) -> str | None:
    """The agent's words at their turn, counted from 0, gaps unfilled; None when all is said."""
    side = story.sides[language]
    if medium == "chat":
        return _at(side.chat, 2 * turn)
    if turn == 0:
        return _one_of(side.mail, seed, "mail")
    return _one_of(side.last, seed, "last") if turn == 1 and side.last else None


def customer_says(story: Story, language: str, medium: str, turn: int, seed: int) -> str | None:
    """What the customer says to the agent's words of that turn; None when they leave it there."""
    side = story.sides[language]
    if medium == "chat":
        return _at(side.chat, 2 * turn + 1)
    return _one_of(side.back, seed, "back") if turn == 0 and side.back else None


def _at(texts: Sequence[str], place: int) -> str | None:
    return texts[place] if place < len(texts) else None


def as_mail(text: str, language: str, name: str, agent_first: str) -> str:
    """An agent's answer by mail."""
    hello = "Hello" if language == "en" else "Bonjour"
    return f"{hello} {name},\n\n{text}\n\n{agent_first}" if name else f"{hello},\n\n{text}\n\n{agent_first}"
