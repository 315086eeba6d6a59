"""Who hears what, frame by frame. Pure: no clock, no network, no file."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from affluent.channels.voice.relay.sounds import FRAME, Samples, music, silence

AHEAD = 2
"""So many frames of a line are waited for before it is heard: what comes unevenly is heard evenly."""
LATE = 8
"""With so many waiting the oldest is dropped: nobody hears others as they spoke long ago."""
Sum = NDArray[np.int32]
_SILENCE = silence()


@dataclass(eq=False)
class Playing:
    """What is played to one line, in order."""

    name: str
    frames: Iterator[Samples]


@dataclass(eq=False)
class Voice:
    """A line, as it sounds and is to hear."""

    room: str | None = None
    hears: str | None = None
    whispers_to: str = ""
    muted: bool = False
    music: bool = False
    playing: Playing | None = None
    said: deque[Samples] = field(default_factory=lambda: deque[Samples](maxlen=3 * LATE))
    speaking: bool = False
    music_at: int = 0

    def heard(self, frame: Samples) -> None:
        """Of its browser."""
        self.said.append(frame)

    def next(self) -> Samples | None:
        """What it says in this frame; None for nothing."""
        if not self.speaking and len(self.said) < AHEAD:
            return None
        if len(self.said) > LATE:
            self.said.popleft()
        self.speaking = bool(self.said)
        return self.said.popleft() if self.said else None


@dataclass(frozen=True, slots=True)
class Mixed:
    """One frame: what each line hears, what is said in each room and by each line, what was played to its end."""

    hears: dict[str, Samples]
    rooms: dict[str, Samples]
    said: dict[str, Samples]
    played: tuple[tuple[str, str], ...]
    """(line, what was played)"""


def frames_of(samples: Samples) -> Iterator[Samples]:
    """In frames; the last one is filled up with silence."""
    for at in range(0, len(samples), FRAME):
        frame = samples[at : at + FRAME]
        yield frame if len(frame) == FRAME else np.concatenate((frame, _SILENCE[len(frame) :]))


def mixed(voices: dict[str, Voice]) -> Mixed:
    """The next frame. Each hears the others of its room and not itself; who listens in hears all of a room."""
    said = {leg: frame for leg, voice in voices.items() if (frame := voice.next()) is not None}
    rooms: dict[str, Sum] = {}
    for leg, frame in said.items():
        voice = voices[leg]
        if voice.room is not None and not voice.muted:
            rooms[voice.room] = rooms[voice.room] + frame if voice.room in rooms else frame.astype(np.int32)
    whispered: dict[str, list[Samples]] = {}
    for leg, frame in said.items():
        voice = voices[leg]
        to = voices.get(voice.whispers_to)
        # Only who is still in the room that one listens to is whispered to.
        if to is not None and voice.hears is not None and to.room == voice.hears:
            whispered.setdefault(voice.whispers_to, []).append(frame)
    played: list[tuple[str, str]] = []
    hears: dict[str, Samples] = {}
    for leg, voice in voices.items():
        parts: list[Samples | Sum] = list(whispered.get(leg, ()))
        room = voice.room or voice.hears
        if room in rooms:
            parts.append(rooms[room])
            if voice.room is not None and leg in said and not voice.muted:
                parts.append(-said[leg].astype(np.int32))
        if voice.playing is not None:
            frame = next(voice.playing.frames, None)
            if frame is None:
                played.append((leg, voice.playing.name))
                voice.playing = None
            else:
                parts.append(frame)
        elif voice.music and voice.room is None:
            parts.append(_music(voice))
        hears[leg] = _summed(parts)
    whole = {room: _clipped(total) for room, total in rooms.items()}
    return Mixed(hears, whole, said, tuple(played))


def _music(voice: Voice) -> Samples:
    tune, at = music(), voice.music_at
    voice.music_at = (at + FRAME) % len(tune)
    return tune[at : at + FRAME]


def _summed(parts: list["Samples | Sum"]) -> Samples:
    if not parts:
        return _SILENCE
    if len(parts) == 1:
        return _clipped(parts[0])
    total = parts[0].astype(np.int32)
    for part in parts[1:]:
        total = total + part
    return _clipped(total)


def _clipped(total: "Samples | Sum") -> Samples:
    if total.dtype == np.int16:
        return total.astype(np.int16, copy=False)
    return np.clip(total, -32_768, 32_767).astype(np.int16)
