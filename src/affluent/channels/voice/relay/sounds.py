"""Sound as the relay mixes it: 48 kHz, one channel, 16 bits, in frames of 20 ms."""

from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import firwin, resample_poly

from affluent.channels.voice.prompts import wav

RATE = 48_000
FRAME_S = 0.02
FRAME = 960
NARROW = RATE // wav.RATE
"""How many samples of ours are one of a telephone."""
Samples = NDArray[np.int16]

_SOUNDS_KEPT = 200
_NOTE_S, _FADE_S, _LOUD = 0.42, 1.6, 0.06
# Semitones above the A of 220 Hz: the four chords that pages play which hear no music from here.
_CHORDS = (
    (0, 3, 7, 10, 15, 10, 7, 3),
    (-4, 3, 5, 8, 15, 8, 5, 3),
    (-9, 3, 7, 10, 15, 10, 7, 3),
    (-2, 2, 5, 7, 14, 7, 5, 2),
)
_KEYS = ("123A", "456B", "789C", "*0#D")
_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
_KEY_S = 0.1


def silence() -> Samples:
    return np.zeros(FRAME, np.int16)


@lru_cache(maxsize=_SOUNDS_KEPT)
def sound_of(file: Path) -> Samples:
    """A file of the sound store, widened. Raises `OSError` where it is not."""
    return widened(file.read_bytes())


def widened(sound: bytes) -> Samples:
    """A WAV as telephones play it, as the relay has it."""
    narrow = wav.samples_of(sound).astype(np.float64)
    return np.clip(np.rint(resample_poly(narrow, NARROW, 1)), -32_768, 32_767).astype(np.int16)


@cache
def music() -> Samples:
    """Four quiet chords, broken up, each note fading like a plucked string; played round and round."""
    notes = [note for chord in _CHORDS for note in chord]
    length = round(len(notes) * _NOTE_S / FRAME_S) * FRAME
    told = np.zeros(length)
    time = np.arange(round(_FADE_S * RATE)) / RATE
    shape = np.minimum(time / _FADE_S * 80, 1) * np.exp(-time * 4.2)
    for at, note in enumerate(notes):
        hertz = 220 * 2 ** (note / 12)
        # A triangle wave, as its first odd harmonics.
        plucked = sum(
            (-1) ** i * np.sin(2 * np.pi * (2 * i + 1) * hertz * time) / (2 * i + 1) ** 2 for i in range(3)
        )
        where = (round(at * _NOTE_S * RATE) + np.arange(len(time))) % length
        told[where] += plucked * shape
    return np.rint(told * (_LOUD * 32_767)).astype(np.int16)


@cache
def key_tone(key: str) -> Samples:
    """The two tones of a key (ITU-T Q.23), and a pause. Raises `ValueError` for what is no key."""
    for row, keys in zip(_ROWS, _KEYS, strict=True):
        if key and key in keys:
            time = np.arange(round(_KEY_S * RATE)) / RATE
            column = _COLUMNS[keys.index(key)]
            tone = np.sin(2 * np.pi * row * time) + np.sin(2 * np.pi * column * time)
            return np.concatenate((np.rint(tone * 6_000), np.zeros(len(time)))).astype(np.int16)
    raise ValueError(key)


class Narrowing:
    """A stream of frames as a telephone has it: 8 kHz, with nothing above 4 kHz folded back."""

    def __init__(self) -> None:
        self._taps = np.asarray(firwin(97, 3_600, fs=RATE), np.float64)
        self._before = np.zeros(len(self._taps) - 1)

    def narrowed(self, frame: Samples) -> Samples:
        whole = np.concatenate((self._before, frame))
        self._before = whole[-len(self._before) :]
        told = np.convolve(whole, self._taps, mode="valid")[::NARROW]
        return np.clip(np.rint(told), -32_768, 32_767).astype(np.int16)
