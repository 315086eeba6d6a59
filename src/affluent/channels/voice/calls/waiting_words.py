"""Speaks to a caller who waits: position, and the wait as a range; `centre/menus/waiting` says what and when."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from affluent.centre.menus.document import Language
from affluent.centre.menus.turns import Prompt
from affluent.centre.menus.waiting import LastTold, WaitingRules, WaitNow, first_words, next_words
from affluent.channels.voice.switch import Sound
from affluent.facts.instants import SECOND_MS, Clock
from affluent.twin.waits.predicting import Range

LOOK_S = 5.0
SPOKEN_S_MAX = 60.0
"""Whatever is spoken is over by then, told or not."""
log = structlog.get_logger("affluent.voice")
Known = Callable[[int, int], WaitNow | None]
"""What is known of a contact's wait at an instant; None when it does not wait."""
Render = Callable[[Sequence[Prompt]], Sequence[Sound]]


@dataclass(frozen=True)
class Waiting:
    """What callers who wait are spoken to with. `render` and `known` are called in a thread."""

    render: Render
    known: Known


class WaitingWords:
    """One caller who waits. `look` when `due_s` is over."""

    def __init__(self, waiting: Waiting, rules: WaitingRules, language: Language, clock: Clock) -> None:
        self._waiting = waiting
        self._rules = rules
        self._language: Language = language
        self._clock = clock
        self._last: LastTold | None = None
        self.playing: str | None = None
        self.due_s: float | None = 0.0
        """On the loop's clock; None: never again."""

    def begin_again(self) -> None:
        """They wait anew: what was told before is told no longer."""
        self._last = None
        self.due_s = 0.0

    def ended(self, play: str) -> bool:
        """Whether this was ours; the music comes back."""
        if play != self.playing:
            return False
        self.playing = None
        self._later()
        return True

    def _later(self) -> None:
        self.due_s = asyncio.get_running_loop().time() + LOOK_S

    async def words(self, contact_id: int) -> Sequence[Sound]:
        """What is to be said to them now; empty for nothing."""
        if self.playing is not None:
            # Its end was never told.
            self.playing = None
        self._later()
        now_ms = self._clock.now_ms()
        now = await asyncio.to_thread(self._waiting.known, contact_id, now_ms)
        if now is None:
            return ()
        if self._last is None:
            prompts, self._last = first_words(self._rules, now, now_ms, self._language)
        else:
            prompts, self._last = next_words(self._rules, now, self._last, now_ms, self._language)
        if not prompts:
            return ()
        try:
            return await asyncio.to_thread(self._waiting.render, prompts)
        except (OSError, ValueError) as fault:
            log.warning("wait_not_spoken", contact=contact_id, fault=str(fault))
            return ()

    def said(self, play: str) -> None:
        """It is being spoken, under this name."""
        self.playing = play
        self.due_s = asyncio.get_running_loop().time() + SPOKEN_S_MAX


def in_seconds(told: Range) -> tuple[int, int]:
    """A range in whole seconds, no narrower than it is."""
    return told.low_ms // SECOND_MS, -(-told.high_ms // SECOND_MS)
