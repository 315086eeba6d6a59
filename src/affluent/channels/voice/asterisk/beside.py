"""Our settings beside those of an Asterisk that has some already: in a folder of ours, included from each file.

Of what is there nothing is taken away: each file keeps its text and gets three lines at its end, between two marks, and
those go again with `removal`.
"""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from affluent.channels.voice.asterisk.configuration import Plan, files
from affluent.channels.voice.asterisk.existing import FILES, OURS, taken, theirs

BEGINS = "; >>> affluent: written by `affluent voice setup`, which also takes it away"
ENDS = "; <<< affluent"
_BLOCK = re.compile(rf"\n?{re.escape(BEGINS)}\n.*?{re.escape(ENDS)}\n", re.DOTALL)
_SECRET = re.compile(r"^([+\- ]?[;\s]*password\s*=).*$", re.MULTILINE)
HEAD = "; Written by `affluent voice setup`: what is changed here is lost when it runs again.\n\n"


@dataclass(frozen=True, slots=True)
class Change:
    """One file of the folder: `before` is None where there is none, `after` where none is to be."""

    name: str
    before: str | None
    after: str | None


class Taken(Exception):
    """Names that we need mean something else there: `names`, as `file: name`."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def changes(folder: Path, plan: Plan) -> list[Change]:
    """What is to be written, what is included before the file that includes it. Raises `Taken`."""
    texts = files(plan, theirs(folder))
    names = taken(folder, texts)
    if names:
        raise Taken(names)
    wanted = {f"{OURS}/{name}": HEAD + text for name, text in texts.items()}
    for name in FILES:
        text = _read(folder / name)
        bare = _BLOCK.sub("", text or "")
        gap = "\n" if bare and not bare.endswith("\n") else ""
        wanted[name] = f'{bare}{gap}\n{BEGINS}\n#include "{OURS}/{name}"\n{ENDS}\n'
    return [
        Change(name, before, after)
        for name, after in wanted.items()
        if (before := _read(folder / name)) != after
    ]


def removal(folder: Path) -> list[Change]:
    """What takes away all that `changes` brought; a file that held nothing else goes."""
    found: list[Change] = []
    for name in FILES:
        text = _read(folder / name)
        if text is not None and _BLOCK.search(text):
            bare = _BLOCK.sub("", text)
            found.append(Change(name, text, bare if bare.strip() else None))
    for name in FILES:
        text = _read(folder / OURS / name)
        if text is not None:
            found.append(Change(f"{OURS}/{name}", text, None))
    return found


def difference(change: Change) -> str:
    """As `diff -u` shows it, passwords hidden."""
    lines = difflib.unified_diff(
        (change.before or "").splitlines(), (change.after or "").splitlines(),
        change.name if change.before is not None else "/dev/null",
        change.name if change.after is not None else "/dev/null", lineterm="", n=2,
    )  # fmt: skip
    return _SECRET.sub(r"\1•••", "\n".join(lines))


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return None
