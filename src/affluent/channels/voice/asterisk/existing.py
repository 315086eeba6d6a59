"""What the settings of an Asterisk say already, read as Asterisk reads them: sections, templates, included files."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from affluent.channels.voice.asterisk.configuration import Theirs

OURS = "affluent"
"""The folder, in Asterisk's own, that holds what we write."""
FILES = ("http.conf", "ari.conf", "rtp.conf", "pjsip.conf", "extensions.conf")
INCLUDES_DEEP_MAX = 10
_SECTION = re.compile(r"\[([^\]]+)\]\s*(?:\(([^)]*)\))?")
_INCLUDE = re.compile(r"#(?:try)?include\s+[\"<]?([^\">;]+)")
_COMMENT = re.compile(r"(?<!\\);.*")


@dataclass(frozen=True, slots=True)
class Section:
    """Of an option that is given twice, the last."""

    name: str
    options: dict[str, str] = field(default_factory=dict[str, str])
    template: bool = False


def sections(folder: Path, name: str) -> list[Section]:
    """What a file of settings says, with what it includes, in order; not what is ours. No such file says nothing."""
    found: list[Section] = []
    for line in _lines(folder, folder / name, 0):
        begins = _SECTION.match(line)
        if begins is None:
            option, equals, value = line.partition("=")
            if equals and found:
                found[-1].options[option.strip().lower()] = (
                    value.removeprefix(">").strip().replace("\\;", ";")
                )
            continue
        told = [one.strip() for one in (begins[2] or "").split(",") if one.strip()]
        same = next((one for one in reversed(found) if one.name == begins[1]), None)
        if "+" in told and same is not None:
            # What follows is added to it, so it stands last again.
            found.remove(same)
            found.append(same)
            continue
        options: dict[str, str] = {}
        for parent in (one for one in told if one not in ("!", "+")):
            options |= next((one.options for one in reversed(found) if one.name == parent), {})
        found.append(Section(begins[1], options, "!" in told))
    return found


def _lines(folder: Path, file: Path, deep: int) -> Iterator[str]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    text = re.sub(r";--(?!-).*?--;", "", text, flags=re.DOTALL)
    for raw in text.splitlines():
        line = _COMMENT.sub("", raw).strip()
        included = _INCLUDE.match(line)
        if included is None:
            if line:
                yield line
        elif deep < INCLUDES_DEEP_MAX and not included[1].startswith(f"{OURS}/"):
            for one in _named(folder, included[1].strip()):
                yield from _lines(folder, one, deep + 1)


def _named(folder: Path, pattern: str) -> list[Path]:
    if pattern.startswith("/"):
        return sorted(Path("/").glob(pattern[1:]))
    return sorted(folder.glob(pattern))


def theirs(folder: Path) -> Theirs:
    """What stays as it is."""
    general: dict[str, Mapping[str, str]] = {}
    for file in FILES:
        said = [one.options for one in sections(folder, file) if one.name == "general"]
        if said:
            general[file] = {name: value for one in said for name, value in one.items()}
    phones = [one for one in sections(folder, "pjsip.conf") if not one.template]
    carriers = {
        one.options.get("protocol", "udp").lower(): one.name
        for one in reversed(phones)
        if one.options.get("type") == "transport"
    }
    return Theirs(general, carriers, any(one.options.get("type") == "global" for one in phones))


def taken(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """Names of ours that others have in the same file already, as `file: name`: Asterisk would mix the two."""
    found: list[str] = []
    for file, text in texts.items():
        there = {one.name for one in sections(folder, file)} - {"general"}
        ours = {name for name in re.findall(r"^\[([^\]]+)\]", text, re.MULTILINE) if name != "general"}
        found += [f"{file}: {name}" for name in sorted(there & ours)]
    return found


def kept(folder: Path) -> dict[str, str]:
    """The passwords that we wrote before, by name: of phones and lines, and of the ARI's user."""
    ours = folder / OURS
    found = {
        one.name: one.options["password"] for one in sections(ours, "ari.conf") if "password" in one.options
    }
    for one in sections(ours, "pjsip.conf"):
        if one.options.get("type") == "auth" and "password" in one.options:
            found[one.name] = one.options["password"]
    return found
