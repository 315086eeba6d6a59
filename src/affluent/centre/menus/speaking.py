"""Prompts in words, for those who read them and for voices; and what turns them into sound."""

from typing import Protocol

from affluent.centre.menus import turns
from affluent.centre.menus.document import Language
from affluent.centre.menus.numbers import ahead_fragments, number_fragments, number_words, wait_fragments
from affluent.centre.refusals import Refusal


class NoVoice(Refusal):
    """No synthesiser is installed here, and the text has no sound file (`no_voice`)."""

    def __init__(self) -> None:
        super().__init__("no_voice")


class Voice(Protocol):
    """Speaks prompts."""

    def speak(self, prompt: turns.Prompt) -> bytes:
        """WAV: 8 kHz, one channel, 16 bits. Raises `NoVoice`."""
        ...


def fragments(prompt: turns.Prompt) -> tuple[tuple[str, ...], Language | None]:
    """What is spoken one after the other, and in which language; nothing of a recording."""
    match prompt:
        case turns.SpokenText():
            return (prompt.text,), prompt.language
        case turns.Number():
            return number_fragments(prompt.value, prompt.language), prompt.language
        case turns.WaitRange():
            return wait_fragments(prompt.low_s, prompt.high_s, prompt.language), prompt.language
        case turns.Ahead():
            return ahead_fragments(prompt.people, prompt.language), prompt.language
        case turns.DigitsSpoken():
            spoken = tuple(
                number_words(int(one), prompt.language) for one in prompt.text if one in "0123456789"
            )
            return spoken, prompt.language
        case turns.Recorded():
            return (), None


def in_words(prompt: turns.Prompt) -> str:
    """A prompt as a sentence; empty for a recording."""
    spoken, _ = fragments(prompt)
    return " ".join(spoken)
