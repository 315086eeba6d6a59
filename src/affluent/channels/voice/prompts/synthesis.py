"""Texts as sound, by whatever synthesiser is here: the library of the extra `speech`, else the program espeak-ng."""

import importlib.util
import io
import shutil
import subprocess
import sys
import wave
from collections.abc import Callable

import numpy as np

from affluent.channels.voice.prompts.espeak import VOICES, WORDS_A_MINUTE
from affluent.channels.voice.prompts.wav import RATE, as_wav, at_our_rate, trimmed

Synthesiser = Callable[[str, str], bytes | None]
"""(text, language) to WAV in our form; None when it cannot."""
PATIENCE_S = 20.0
_WORKER = "affluent.channels.voice.prompts.espeak"


def find_synthesiser() -> Synthesiser | None:
    """The best one there is, or None."""
    if importlib.util.find_spec("espeakng_loader") is not None:
        return by_library
    if shutil.which("espeak-ng") is not None:
        return by_program
    return None


def by_library(text: str, language: str) -> bytes | None:
    return _in_our_form(_run([sys.executable, "-m", _WORKER, language], text))


def by_program(text: str, language: str) -> bytes | None:
    voice = VOICES[language].decode()
    return _in_our_form(
        _run(["espeak-ng", "-v", voice, "-s", str(WORDS_A_MINUTE), "--stdin", "--stdout"], text)
    )


def _in_our_form(told: bytes | None) -> bytes | None:
    """The program writes its WAV before it knows the length, so what the header says of it is not believed."""
    if not told:
        return None
    try:
        with wave.open(io.BytesIO(told)) as read:
            rate, frames = read.getframerate(), read.readframes(len(told))
    except (wave.Error, EOFError):
        return None
    samples = np.frombuffer(frames[: len(frames) // 2 * 2], dtype="<i2").astype(np.int16)
    ours = trimmed(at_our_rate(samples, rate))
    # A text of signs alone says nothing: a moment of silence, which is no fault.
    return as_wav(ours if ours.size else np.zeros(RATE // 10, dtype=np.int16))


def _run(command: list[str], text: str) -> bytes | None:
    try:
        # Nothing of a caller's or an administrator's is in the command itself: the text comes by its input.
        done = subprocess.run(  # noqa: S603 -- see above
            command, input=text.encode(), capture_output=True, timeout=PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
