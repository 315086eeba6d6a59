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
    text: str, seed: int, language: str, brand: str, now_ms: int, *, name: str = "", reference: str | None = None
) -> str:
    """A text with its gaps filled; the same seed gives the same figures at every turn."""
    if "{" not in text:
        return text
    chance = random.Random(seed)
    values = {
        "customer": name.split(" ")[0] if name else "",
        "ref": reference or f"{_PREFIX[brand]}-{chance.randint(100_000, 999_999)}",
        "amount": _money(chance.randint(48, 940) + chance.choice((0, 50, 90, 40)) / 100, language),
        "small": _money(chance.randint(9, 87) + chance.choice((0, 40, 60, 90)) / 100, language),
        "town": chance.choice(_names()["towns"]),
        "day": _day(now_ms, chance.randint(2, 9), language),
        "past": _day(now_ms, -chance.randint(3, 12), language),
    }
    written = text.format_map(values)
    return written if values["customer"] else re.sub(r"(Bonjour|Hello) (?=[,!.\u202f])", r"\1", written)


def _money(value: float, language: str) -> str:
    return f"€{value:.2f}" if language == "en" else f"{value:.2f}\u00a0€".replace(".", ",")


def _day(now_ms: int, days: int, language: str) -> str:
    when = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(PARIS) + timedelta(days=days)
    if language == "en":
        return f"{when:%A} {when.day} {when:%B}"
    return f"{_DAYS_FR[when.weekday()]} {when.day} {_MONTHS_FR[when.month - 1]}"


def asked(customer: Customer, now_ms: int) -> tuple[str, str]:
    """The subject and the first words of a customer."""
    chance = random.Random(customer.seed)
    subject, text = chance.choice(customer.side.subject), chance.choice(customer.side.ask)
    subject, text = (
        filled(one, customer.seed, customer.language, customer.story.brand, now_ms) for one in (subject, text)
    )
    hello = "Hello" if customer.language == "en" else "Bonjour"
    if customer.medium == "chat":
        greets = chance.random() < 0.5 and not text.startswith(hello)
        return subject, f"{hello}, {text[0].lower()}{text[1:]}" if greets and text[:2] != "I " else text
    if customer.medium == "form":
        return subject, text
    end = chance.choice(("Kind regards,", "Best wishes,", "Thank you,") if customer.language == "en" else (
        "Cordialement,", "Bien à vous,", "Merci d’avance,", "Bonne journée,",
    ))  # fmt: skip
    return subject, f"{hello},\n\n{text}\n\n{end}\n{customer.name}"


def agent_says(story: Story, language: str, medium: str, turn: int, seed: int) -> str | None:
    """The agent's words at their turn, counted from 0, gaps unfilled; None when all is said."""
    side, chance = story.sides[language], random.Random(seed + turn)
    if medium == "chat":
        return _at(side.chat, 2 * turn)
    if turn == 0:
        return chance.choice(side.mail)
    return chance.choice(side.last) if turn == 1 and side.last else None


def customer_says(story: Story, language: str, medium: str, turn: int, seed: int) -> str | None:
    """What the customer says to the agent's words of that turn; None when they leave it there."""
    side, chance = story.sides[language], random.Random(seed + turn)
    if medium == "chat":
        return _at(side.chat, 2 * turn + 1)
    return chance.choice(side.back) if turn == 0 and side.back else None


def _at(texts: Sequence[str], place: int) -> str | None:
    return texts[place] if place < len(texts) else None


def as_mail(text: str, language: str, name: str, agent_first: str) -> str:
    """An agent's answer by mail."""
    hello = "Hello" if language == "en" else "Bonjour"
    return f"{hello} {name},\n\n{text}\n\n{agent_first}" if name else f"{hello},\n\n{text}\n\n{agent_first}"
