"""A recording while it runs: 8 kHz samples in a file, so that what a crash cuts short is still there."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from affluent.channels.voice.prompts.wav import RATE, as_wav
from affluent.channels.voice.relay.sounds import FRAME_S, Narrowing, Samples, silence

LOUD = 300.0
"""The mean force of a frame, of 32,767, from which somebody speaks in it."""
_ENDING = ".pcm"


@dataclass(frozen=True, slots=True)
class Message:
    """Of one line, until it is silent for so long, presses `#`, or for so long at most."""

    leg: str
    most_s: int
    silence_s: int


class Tape:
    """What is said in a room, or by one line."""

    def __init__(self, folder: Path, name: str, *, room: str = "", message: Message | None = None) -> None:
        self.name = name
        self.room = room
        self.message = message
        self.paused = False
        self._file = (folder / f"{name}{_ENDING}").open("xb")
        self._narrowing = Narrowing()
        self._frames = 0
        self._silent = 0

    @property
    def lasts_ms(self) -> int:
        return round(self._frames * FRAME_S * 1000)

    def write(self, frame: Samples | None) -> None:
        """The next 20 ms; None for silence."""
        told = silence() if frame is None or self.paused else frame
        self._file.write(self._narrowing.narrowed(told).astype("<i2").tobytes())
        self._frames += 1
        quiet = frame is None or float(np.sqrt(np.mean(frame.astype(np.float64) ** 2))) < LOUD
        self._silent = self._silent + 1 if quiet else 0

    @property
    def over(self) -> bool:
        """A message that has lasted long enough, or whose caller says no more."""
        message = self.message
        if message is None:
            return False
        return self._frames * FRAME_S >= message.most_s or self._silent * FRAME_S >= message.silence_s > 0

    def close(self) -> None:
        self._file.close()


def kept(folder: Path) -> list[str]:
    """The names of the recordings there."""
    return sorted(one.stem for one in folder.glob(f"*{_ENDING}"))


def take(folder: Path, name: str) -> bytes:
    """The WAV of a recording, which is forgotten. Raises `FileNotFoundError`."""
    file = folder / f"{name}{_ENDING}"
    raw = file.read_bytes()
    file.unlink()
    return as_wav(np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.int16))


assert round(RATE * FRAME_S) == 160, "a frame is a whole number of a telephone's samples"
