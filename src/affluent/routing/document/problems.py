"""What is wrong with a document: a code, where in it, on which line, and what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentProblem:
    """`path` is a JSON pointer (RFC 6901), empty for the document as a whole. `line` counts from 1."""

    code: str
    path: str
    line: int
    params: Mapping[str, object] = field(default_factory=dict[str, object])


class DocumentError(ValueError):
    """A document that cannot be a policy, with every reason, in the order of the lines."""

    def __init__(self, problems: Iterable[DocumentProblem]) -> None:
        self.problems = sorted(problems, key=lambda one: (one.line, one.path, one.code))
        super().__init__("; ".join(f"line {one.line}: {one.code}" for one in self.problems))


def pointer(path: Path) -> str:
    """A path as a JSON pointer."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)
