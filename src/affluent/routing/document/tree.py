"""The text of a document as a tree that knows its lines. YAML 1.1 and so JSON, the plain part of it.

Whether `no` or `010` is a word or a number is decided by what is expected there, never by how it looks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from affluent.routing.document.problems import DocumentError, DocumentProblem, Path, pointer

DEPTH_MAX = 16
_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


@dataclass(frozen=True, slots=True)
class Scalar:
    """`quoted`: written in quotes, or as a block, and so a word whatever it looks like."""

    text: str
    quoted: bool
    line: int

    @property
    def empty(self) -> bool:
        """Whether nothing stands there."""
        return not self.quoted and self.text in {"", "~", "null"}


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entries:
    """`lines` are those of the keys."""

    entries: dict[str, "Node"]
    lines: dict[str, int]
    line: int


Node = Scalar | Items | Entries


def parse(text: str) -> Node:
    """Raises DocumentError: bad_yaml, repeated_key, bad_key, bad_tag, alias, too_deep, empty_document,
    several_documents.
    """
    try:
        return _Grower(text).grow()
    except yaml.YAMLError as error:
        raise DocumentError([_bad_yaml(error)]) from None


def _bad_yaml(error: yaml.YAMLError) -> DocumentProblem:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    return DocumentProblem("bad_yaml", "", mark.line + 1 if mark else 1, {"said": str(said)})


class _Grower:
    """Grows the tree from the events of the parser: its own trees know no bound to how deep they go."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self._problems: list[DocumentProblem] = []

    def grow(self) -> Node:
        tree: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
                if tree is not None:
                    self._note("several_documents", (), _line(event))
                    raise DocumentError(self._problems)
            elif not isinstance(event, yaml.StreamEndEvent | yaml.DocumentEndEvent):
                tree = self._node(event, ())
        if tree is None:
            self._note("empty_document", (), 1)
        if self._problems or tree is None:
            raise DocumentError(self._problems)
        return tree

    def _node(self, event: Any, path: Path) -> Node:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            self._note("alias", path, line)
            return Scalar("", False, line)
        if event.tag is not None:
            self._note("bad_tag", path, line, tag=str(event.tag))
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(str(event.value), bool(event.style), line)
        if len(path) >= DEPTH_MAX:
            self._note("too_deep", path, line, most=DEPTH_MAX)
            raise DocumentError(self._problems)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(inner := next(self._events), yaml.SequenceEndEvent):
                items.append(self._node(inner, (*path, str(len(items)))))
            return Items(tuple(items), line)
        return self._entries(path, line)

    def _entries(self, path: Path, line: int) -> Entries:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(at := next(self._events), yaml.MappingEndEvent):
            key = self._node(at, (*path, "?"))
            name = key.text if isinstance(key, Scalar) else "?"
            value = self._node(next(self._events), (*path, name))
            if not isinstance(key, Scalar):
                self._note("bad_key", path, key.line)
            elif name in entries:
                self._note("repeated_key", (*path, name), key.line, key=name, first_line=lines[name])
            else:
                entries[name], lines[name] = value, key.line
        return Entries(entries, lines, line)

    def _note(self, code: str, path: Path, line: int, **params: object) -> None:
        self._problems.append(DocumentProblem(code, pointer(path), line, params))


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
