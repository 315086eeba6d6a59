"""What reading a document needs to know while it reads: the names that it declares, and what is wrong so far."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final, Literal, final

from affluent.routing.document.problems import DocumentProblem, Path, pointer
from affluent.routing.document.tree import Entries, Items, Node, Scalar

Noun = Literal["skill", "brand", "team", "bundle", "queue", "agent", "medium", "hours"]
PLURALS: Final[dict[Noun, str]] = {
    "skill": "skills",
    "brand": "brands",
    "team": "teams",
    "bundle": "bundles",
    "queue": "queues",
    "agent": "agents",
    "medium": "media",
    "hours": "hours",
}
BY_NAME: Final[frozenset[Noun]] = frozenset({"medium", "brand", "hours"})
"""Known by their names; the engine has no numbers for them."""


@final
class Bad:
    """What stands for a value that could not be read; its problem is noted."""


BAD: Final = Bad()


class Reading:
    """Names as declared, by noun, with the numbers that stand for them; and the problems found."""

    def __init__(self, ids: dict[Noun, dict[str, int]] | None = None) -> None:
        self.ids: dict[Noun, dict[str, int]] = ids or {noun: {} for noun in PLURALS}
        self.problems: list[DocumentProblem] = []
        self.lines: dict[Path, int] = {(): 1}
        self.team_ranks: Mapping[int, Mapping[int, int]] = {}
        """Ranks of queues that a team gives its agents."""

    def note(self, code: str, path: Path, line: int, **params: object) -> Bad:
        """Adds a problem; returns what stands for the value."""
        self.problems.append(DocumentProblem(code, pointer(path), line, params))
        return BAD

    def wrong_type(self, expected: str, path: Path, node: Node) -> Bad:
        return self.note("wrong_type", path, node.line, expected=expected)

    def known(self, noun: Noun, name: str, path: Path, line: int) -> int | Bad:
        """The number of a name that the document declares."""
        found = self.ids[noun].get(name)
        if found is None:
            return self.unknown(f"unknown_{noun}", name, self.ids[noun], path, line)
        return found

    def unknown(self, code: str, name: str, names: Iterable[str], path: Path, line: int) -> Bad:
        """Notes a name that is none of those known, with the one that may be meant."""
        return self.note(code, path, line, name=name, **meant(name, names))

    def entries(self, node: Node, path: Path, expected: str = "mapping") -> Entries | Bad:
        """A mapping. Nothing at all is an empty one."""
        if isinstance(node, Entries):
            for key, line in node.lines.items():
                self.lines[(*path, key)] = line
            return node
        if isinstance(node, Scalar) and node.empty:
            return Entries({}, {}, node.line)
        return self.wrong_type(expected, path, node)

    def items(self, node: Node, path: Path) -> Items | Bad:
        """A list. Nothing at all is an empty one."""
        if isinstance(node, Items):
            return node
        if isinstance(node, Scalar) and node.empty:
            return Items((), node.line)
        return self.wrong_type("list", path, node)

    def word(self, node: Node, path: Path) -> str | Bad:
        """A name, quoted or not: `no` and `12` are names too where one is expected."""
        if not isinstance(node, Scalar) or node.empty:
            return self.wrong_type("name", path, node)
        return self.named(node.text, path, node.line)

    def named(self, name: str, path: Path, line: int) -> str | Bad:
        if not 1 <= len(name) <= NAME_MAX or not name.isprintable() or name != name.strip():
            return self.note("bad_name", path, line, name=name[:NAME_MAX], most=NAME_MAX)
        return name


NAME_MAX = 200


def meant(name: str, names: Iterable[str]) -> dict[str, str]:
    """`did_you_mean`, if one of the names is close."""
    close = get_close_matches(name, sorted(names), n=1)
    return {"did_you_mean": close[0]} if close else {}
