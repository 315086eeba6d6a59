"""eSpeak NG, in a process of its own: `python -m affluent.channels.voice.prompts.espeak LANGUAGE`, text in, WAV out.

Of its own because the library keeps one state for a whole process and may crash on strange text; and because it is
free software under another licence (GPL 3), which the server uses as the program that it is.
"""

import ctypes
import importlib
import io
import sys
import wave
from typing import Any, Final

VOICES: Final = {"fr": b"fr", "en": b"en"}
WORDS_A_MINUTE = 155
_SYNCHRONOUS, _DONT_EXIT, _CHARS_UTF8, _RATE_PARAMETER = 2, 0x8000, 1, 1


def synthesised(library_path: str, data_path: str, language: str, text: str) -> bytes:
    """WAV of one channel and 16 bits, at the library's own rate. Raises `OSError` when the library does not start."""
    library = ctypes.CDLL(library_path)
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data_path.encode(), _DONT_EXIT)
    if rate <= 0 or library.espeak_SetVoiceByName(VOICES[language]) != 0:
        raise OSError("eSpeak NG does not start")
    library.espeak_SetParameter(_RATE_PARAMETER, WORDS_A_MINUTE, 0)
    heard: list[bytes] = []

    def take(samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            heard.append(ctypes.string_at(samples, count * 2))
        return 0

    taker = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(take)
    library.espeak_SetSynthCallback(taker)
    told = text.encode()
    library.espeak_Synth(told, ctypes.c_size_t(len(told) + 1), 0, 1, 0, _CHARS_UTF8, None, None)
    library.espeak_Synchronize()
    sound = io.BytesIO()
    with wave.open(sound, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"".join(heard))
    return sound.getvalue()


def main() -> None:
    loader: Any = importlib.import_module("espeakng_loader")  # an extra: `affluent[speech]`
    text = sys.stdin.buffer.read().decode()
    sound = synthesised(loader.get_library_path(), loader.get_data_path(), sys.argv[1], text)
    sys.stdout.buffer.write(sound)


if __name__ == "__main__":
    main()
