"""What is said, and when, to a caller who waits in a line. Pure: whoever plays the music asks now and then."""

from dataclasses import dataclass
from typing import Final

from affluent.centre.menus.document import Language
from affluent.centre.menus.phrases import PHRASES
from affluent.centre.menus.turns import Ahead, Prompt, SpokenText, WaitRange
from affluent.facts.instants import MINUTE_MS

FIRST_BY_LAW: Final = frozenset({"DE"})
"""Countries where the expected wait is told when waiting begins: Germany, section 115 of the TKG."""


@dataclass(frozen=True, slots=True)
class WaitingRules:
    """How a channel speaks to who waits.

    `country` is where its callers' law comes from (ISO 3166, empty for none): where it asks for the wait at the
    start, it is told there even if `announces` is off. `every_ms`: the music is not interrupted more often.
    `change_share`: nor for a range that moved less than this, unless `remind_ms` have passed.
    """

    announces: bool = True
    position: bool = True
    country: str = ""
    every_ms: int = 45_000
    remind_ms: int = 3 * MINUTE_MS
    change_share: float = 0.25
    callback: bool = False
    """Whether they are told that they can be called back instead."""

    @property
    def first_by_law(self) -> bool:
        return self.country.upper() in FIRST_BY_LAW


@dataclass(frozen=True, slots=True)
class WaitNow:
    """What is known of a caller's wait: how many are ahead, and the announced range in seconds, if any."""

    ahead: int
    range_s: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class LastTold:
    """What was told them last. `ahead` is None when no position was."""

    at_ms: int
    ahead: int | None
    range_s: tuple[int, int] | None


def first_words(
    rules: WaitingRules, now: WaitNow, now_ms: int, language: Language
) -> tuple[tuple[Prompt, ...], LastTold]:
    """What is said when the wait begins, perhaps nothing, and what to remember of it."""
    if not rules.announces and not rules.first_by_law:
        return (), LastTold(now_ms, None, None)
    return _told(rules, now, now_ms, language)


def next_words(
    rules: WaitingRules, now: WaitNow, last: LastTold, now_ms: int, language: Language
) -> tuple[tuple[Prompt, ...], LastTold]:
    """What is said now to who goes on waiting: nothing too often, and nothing that they know already.

    A range is worth an interruption when an end of it moved by a share of what was told, half a minute at least;
    a position when it fell. After `remind_ms` they are told again, so that nobody feels forgotten.
    """
    since_ms = now_ms - last.at_ms
    if not rules.announces or since_ms < rules.every_ms:
        return (), last
    moved = _moved(now.range_s, last.range_s, rules.change_share)
    fell = rules.position and last.ahead is not None and now.ahead < last.ahead
    if not moved and not fell and since_ms < rules.remind_ms:
        return (), last
    return _told(rules, now, now_ms, language)


def _moved(now: tuple[int, int] | None, last: tuple[int, int] | None, share: float) -> bool:
    if now is None or last is None:
        return now is not None and last is None
    return any(abs(new - old) > max(30.0, share * old) for new, old in zip(now, last, strict=True))


def _told(
    rules: WaitingRules, now: WaitNow, now_ms: int, language: Language
) -> tuple[tuple[Prompt, ...], LastTold]:
    said: list[Prompt] = []
    if rules.position:
        said.append(Ahead(now.ahead, language))
    if now.range_s is not None:
        said.append(WaitRange(*now.range_s, language))
    if rules.callback:
        said.append(SpokenText(PHRASES["callback_offer"][language], language))
    if not said:
        return (), LastTold(now_ms, None, None)
    return tuple(said), LastTold(now_ms, now.ahead if rules.position else None, now.range_s)
