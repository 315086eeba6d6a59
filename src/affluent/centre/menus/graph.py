"""Where each step of a menu leads: for checks, for the drawing, and for the figures by step."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from affluent.centre.menus import document as doc

Why = Literal["key", "silent", "closed", "open", "branch", "human"]
PERSONS = frozenset({"queue", "callback", "voicemail"})
"""Kinds of step behind which a person answers, now or later."""
ENDS = frozenset({"queue", "voicemail", "goodbye"})
"""Kinds of step that lead nowhere. A callback goes on for who withholds their number."""
LISTENING = frozenset({"choose", "collect", "identify", "language", "answer", "wait"})
"""Kinds of step at which keys are heard, and so the key that leads to a person."""


class Edge(NamedTuple):
    """From a step to another by `choice`, the word that figures keep.

    `why`: what it takes: a key; nothing (`silent`); the centre's hours; what the centre knows (`branch`); the key
    for a person, which leads there from each step that listens.
    """

    source: str
    choice: str
    target: str
    why: Why
    path: tuple[str, ...]
    """Where in the step it is written; empty for what follows from the whole menu."""


def edges(menu: doc.MenuDocument) -> Iterator[Edge]:
    """Every edge, in the order of the document."""
    for name, step in menu.steps.items():
        yield from edges_of(menu, name, step)


def edges_of(menu: doc.MenuDocument, name: str, step: doc.Step) -> Iterator[Edge]:
    match step:
        case doc.Say():
            yield Edge(name, "next", step.next, "silent", ("next",))
        case doc.Choose():
            yield from _keys(name, step.keys)
            yield _otherwise(menu, name, step.otherwise)
        case doc.Collect():
            yield Edge(name, "given", step.next, "key", ("next",))
            yield _otherwise(menu, name, step.otherwise)
        case doc.Identify():
            yield Edge(
                name, "known", step.known or step.next, "branch", ("known",) if step.known else ("next",)
            )
            yield Edge(name, "unknown", step.next, "silent", ("next",))
        case doc.OpenHours():
            yield Edge(name, "open", step.open, "open", ("open",))
            yield Edge(name, "closed", step.closed, "closed", ("closed",))
        case doc.ChooseLanguage():
            yield Edge(name, "next", step.next, "silent", ("next",))
        case doc.Problems():
            if step.told is not None:
                yield Edge(name, "told", step.told, "branch", ("told",))
            yield Edge(name, "none", step.next, "silent", ("next",))
        case doc.SelfAnswer():
            if step.after is not None:
                yield Edge(name, "solved", step.after, "key", ("after",))
            yield Edge(name, "unsolved", step.next, "silent", ("next",))
        case doc.Wait():
            yield from _keys(name, step.keys)
            yield Edge(name, "next", step.next, "silent", ("next",))
        case doc.Callback():
            yield Edge(name, "withheld", step.otherwise, "branch", ("otherwise",))
        case doc.Link():
            yield Edge(name, "sent", step.next, "silent", ("next",))
            yield Edge(name, "unsent", step.otherwise, "branch", ("otherwise",))
        case doc.ToQueue() | doc.Voicemail() | doc.Goodbye():
            pass
    if step.kind in LISTENING:
        yield Edge(name, "person", menu.human, "human", ())


def _keys(name: str, keys: dict[str, doc.Choice]) -> Iterator[Edge]:
    for key, choice in keys.items():
        yield Edge(name, key, choice.to, "key", ("keys", key, "to"))


def _otherwise(menu: doc.MenuDocument, name: str, otherwise: str | None) -> Edge:
    if otherwise is None:
        return Edge(name, "tries", menu.human, "silent", ())
    return Edge(name, "tries", otherwise, "silent", ("otherwise",))
