"""Makes the sounds that are shipped: numbers, waits, and what menus say by themselves, in French and English.

    python tools/make_sounds.py

Needs the extra `speech`. The same texts and the same synthesiser give the same files.
"""

import zipfile
from pathlib import Path

from affluent.centre.menus.document import LANGUAGES
from affluent.centre.menus.numbers import all_fragments
from affluent.centre.menus.phrases import PHRASES
from affluent.channels.voice.prompts.synthesis import by_library
from affluent.channels.voice.prompts.wav import packed

SOUNDS = Path(__file__).parents[1] / "src" / "affluent" / "channels" / "voice" / "prompts" / "sounds"


def main() -> None:
    SOUNDS.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        texts = (*all_fragments(language), *(said[language] for said in PHRASES.values()))
        with zipfile.ZipFile(SOUNDS / f"{language}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as pack:
            for text in dict.fromkeys(texts):
                sound = by_library(text, language)
                assert sound, f"nothing is heard of {text!r}"
                # A fixed date: two makings of the same sounds are the same file.
                pack.writestr(zipfile.ZipInfo(text), packed(sound), zipfile.ZIP_DEFLATED, 9)


if __name__ == "__main__":
    main()
