"""Known problems, and that we are closed, as one visitor reads them: lines above a conversation that has not begun."""

from affluent.centre.doors import Site
from affluent.channels.chat.frames import Json, system_json
from affluent.facts.instants import Clock

CLOSING = 1 << 40
"""Above the number of any known problem: it is told first."""


class Noticed:
    """What one socket was told. These lines have numbers below zero: they come first, and no message has one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[int, str] = {}

    def lines(self, site: Site, live: bool, language: str) -> list[Json]:
        """What is new to this visitor; an empty line takes one back. Nothing while a conversation is going on."""
        if live:
            return []
        now_ms = self._clock.now_ms()
        known = site.notices(language, now_ms)
        closing = site.closing_words(language, now_ms)
        if closing:
            known[CLOSING] = closing
        fresh = {one: text for one, text in known.items() if self._told.get(one) != text}
        over = dict.fromkeys(self._told.keys() - known.keys(), "")
        self._told = known
        return [system_json(-one, text, now_ms) for one, text in sorted({**fresh, **over}.items())]
