"""What simulated people say on the telephone: their texts spoken here, or a hum where nothing can speak."""

import asyncio

import numpy as np

from affluent.channels.voice.prompts.synthesis import find_synthesiser
from affluent.channels.voice.relay.sounds import RATE, Samples, widened

SPOKEN_MAX = 400
"""So much of a text is said: nobody reads a letter out."""
_WORDS_S = 0.35


class Speech:
    """Speaks texts, one at a time: it may start a synthesiser, and a core is busy for a moment."""

    def __init__(self) -> None:
        self._synthesise = find_synthesiser()
        self._one_at_a_time = asyncio.Lock()

    async def of(self, text: str, language: str) -> Samples:
        text = text[:SPOKEN_MAX]
        async with self._one_at_a_time:
            spoken = await asyncio.to_thread(self._spoken, text, language)
        return hum(len(text.split()) * _WORDS_S) if spoken is None else spoken

    def _spoken(self, text: str, language: str) -> Samples | None:
        sound = None if self._synthesise is None else self._synthesise(text, language)
        return None if sound is None else widened(sound)


def hum(lasts_s: float) -> Samples:
    """A voice without words, for so long."""
    time = np.arange(round(lasts_s * RATE)) / RATE
    pitch = 150 + 20 * np.sin(2 * np.pi * 0.7 * time)
    breath = np.clip(np.sin(2 * np.pi * 2.2 * time), 0, 1)
    tone = np.sin(2 * np.pi * np.cumsum(pitch) / RATE)
    return np.rint(tone * breath * 6_000).astype(np.int16)
