"""The sound store: a folder of WAV files, each named by what is in it, so that a switch plays them by name."""

import hashlib
import secrets
import zipfile
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from threading import Lock

import numpy as np

from affluent.centre.menus import turns
from affluent.centre.menus.speaking import NoVoice, fragments
from affluent.channels.voice.prompts.synthesis import Synthesiser
from affluent.channels.voice.prompts.wav import RATE, as_wav, joined, samples_of, unpacked

_EDITION = "1"
"""Part of every name: another voice or speed makes other files."""
_TONE, _TONE_MS = "tone", 400


class SoundStore:
    """Speaks prompts, and keeps what it spoke. `recorded` reads a recording's sound."""

    def __init__(
        self, folder: Path, synthesise: Synthesiser | None, recorded: Callable[[int], bytes | None]
    ) -> None:
        self.folder = folder
        self._synthesise = synthesise
        self._recorded = recorded
        self._making = Lock()

    def names(self, prompts: Sequence[turns.Prompt]) -> list[str]:
        """The files to be played for these prompts, in order, without `.wav`; each is there when this returns.

        What cannot be spoken is left out, so that a call goes on: nobody hangs up on a caller for want of a voice.
        """
        told: list[str] = []
        for prompt in prompts:
            try:
                told += self._named(prompt)
            except NoVoice:
                continue
        return told

    def speak(self, prompt: turns.Prompt) -> bytes:
        """WAV of the whole prompt. Raises `NoVoice`."""
        parts = [samples_of((self.folder / f"{name}.wav").read_bytes()) for name in self._named(prompt)]
        return as_wav(joined(parts))

    def tone(self) -> str:
        """The file of the tone after which a caller speaks."""
        if not (self.folder / f"{_TONE}.wav").exists():
            at = np.arange(RATE * _TONE_MS // 1000) / RATE
            self._keep(_TONE, as_wav(np.rint(9_000 * np.sin(2 * np.pi * 1_000 * at)).astype(np.int16)))
        return _TONE

    def _named(self, prompt: turns.Prompt) -> list[str]:
        if isinstance(prompt, turns.Recorded):
            return [self._recording(prompt.prompt_id)]
        spoken, language = fragments(prompt)
        assert language is not None, "only a recording has no language"
        return [self._fragment(text, language) for text in spoken if text.strip()]

    def _recording(self, prompt_id: int) -> str:
        name = f"recorded-{prompt_id}"
        if not (self.folder / f"{name}.wav").exists():
            sound = self._recorded(prompt_id)
            if sound is None:
                raise NoVoice
            self._keep(name, sound)
        return name

    def _fragment(self, text: str, language: str) -> str:
        told = f"{_EDITION}\0{language}\0{text}".encode()
        name = f"{language}-{hashlib.sha256(told).hexdigest()[:24]}"
        if (self.folder / f"{name}.wav").exists():
            return name
        with self._making:
            sound = shipped(language).get(text)
            if sound is None and self._synthesise is not None:
                sound = self._synthesise(text, language)
        if sound is None:
            raise NoVoice
        self._keep(name, sound)
        return name

    def _keep(self, name: str, sound: bytes) -> None:
        """Whole or not at all: a switch may read it the next moment."""
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f".{name}-{secrets.token_hex(4)}"
        partial.write_bytes(sound)
        partial.replace(self.folder / f"{name}.wav")


_packs: dict[str, dict[str, bytes]] = {}


def shipped(language: str) -> dict[str, bytes]:
    """The sounds that come with the program, by text: numbers, waits, and what menus say by themselves."""
    if language not in _packs:
        found = files("affluent.channels.voice.prompts").joinpath("sounds", f"{language}.zip")
        _packs[language] = {}
        if found.is_file():
            with found.open("rb") as opened, zipfile.ZipFile(opened) as pack:
                _packs[language] = {name: unpacked(pack.read(name)) for name in pack.namelist()}
    return _packs[language]
