"""The examples of a reference page: a policy, then events with the answers that they get."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from affluent.routing.document import read_policy
from affluent.routing.stream import Session
from affluent.routing.stream.lines import written

BLOCK = re.compile(r"^```(yaml|events|answers)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    policy: str
    events: str
    answers: str
    line: int


def examples(page: Path) -> list[Example]:
    text = page.read_text(encoding="utf-8")
    policy, events, found = "", "", list[Example]()
    line = 0
    for block in BLOCK.finditer(text):
        kind, inner = block.groups()
        if kind == "yaml":
            policy = inner
        elif kind == "events":
            events, line = inner, text.count("\n", 0, block.start()) + 1
        else:
            found.append(Example(policy, events, inner, line))
    return found


def answered(policy: str, events: str) -> str:
    assert yaml.safe_load(policy)["version"] == 1
    session = Session(read_policy(policy))
    lines = [
        written(one)
        for number, line in enumerate(events.splitlines(), 1)
        for one in session.answer(number, line)
    ]
    return "".join(f"{line}\n" for line in lines)


def filled(page: Path) -> str:
    """The page with the answers that the events get now: to be read before it is kept."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"\n```answers\n.*?^```\n", "", text, flags=re.MULTILINE | re.DOTALL)
    policy, at, parts = "", 0, list[str]()
    for block in BLOCK.finditer(text):
        kind, inner = block.groups()
        parts.append(text[at : block.end()])
        at = block.end()
        if kind == "yaml":
            policy = inner
        else:
            parts.append(f"\n\n```answers\n{answered(policy, inner)}```")
    return "".join([*parts, text[at:]])
