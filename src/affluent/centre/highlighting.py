"""Where the words of a search stand in a text: the snippet that shows why a contact was found."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

AROUND_CHARS = 60
SNIPPET_CHARS = 170


class _Folded(dict[str, str]):
    """Each character without accent and case, made when first met."""

    def __missing__(self, char: str) -> str:
        plain = "".join(one for one in unicodedata.normalize("NFKD", char) if not unicodedata.combining(one))
        made = plain.lower().replace("œ", "oe").replace("æ", "ae")
        self[char] = made
        return made


_folded = _Folded()


def folded(text: str) -> str:
    """The text as the search compares it; the same as `affluent_fold` of the database."""
    return "".join([_folded[char] for char in text])


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a snippet; `hit` when it was searched for."""

    text: str
    hit: bool


def spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where words that begin with one of `words` (folded) stand in `text`, in order, without overlap."""
    starts: list[int] = []
    plain: list[str] = []
    for at, char in enumerate(text):
        piece = _folded[char]
        plain.append(piece)
        starts.extend([at] * len(piece))
    flat = "".join(plain)
    found: list[tuple[int, int]] = []
    for word in words:
        at = flat.find(word)
        while at >= 0:
            if at == 0 or not flat[at - 1].isalnum():
                end = at + len(word)
                while end < len(flat) and flat[end].isalnum():
                    end += 1
                found.append((starts[at], starts[end - 1] + 1))
            at = flat.find(word, at + 1)
    return _apart(sorted(set(found), key=lambda span: (span[0], -span[1])))


def _apart(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in found:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def snippet(text: str, words: Sequence[str]) -> list[Part] | None:
    """The piece of `text` with its first hits, one line long; None without a hit."""
    text = " ".join(text.split())
    hits = spans(text, words)
    if not hits:
        return None
    first = max(0, hits[0][0] - AROUND_CHARS)
    if first:
        space = text.find(" ", first, hits[0][0])
        first = space + 1 if space >= 0 else first
    last = min(len(text), first + SNIPPET_CHARS)
    if last < len(text):
        space = text.rfind(" ", hits[0][1], last)
        last = space if space > 0 else last
    parts: list[Part] = []
    at = first
    for start, end in hits:
        if start >= last:
            break
        if start > at:
            parts.append(Part(text[at:start], False))
        parts.append(Part(text[start : min(end, last)], True))
        at = min(end, last)
    if at < last:
        parts.append(Part(text[at:last], False))
    if first:
        parts[0] = Part("…" + parts[0].text, False) if not parts[0].hit else parts[0]
    if last < len(text) and not parts[-1].hit:
        parts[-1] = Part(parts[-1].text + "…", False)
    return parts


def distinct_hits(text: str, words: Sequence[str]) -> int:
    """How many of the words begin a word of `text`: which message of a conversation says most."""
    return sum(bool(spans(text, (word,))) for word in words)
