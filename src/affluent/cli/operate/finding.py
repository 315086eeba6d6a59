"""What a check found, and how it is told."""

from dataclasses import dataclass, field
from typing import Any, Literal

from affluent.cli.operate.wording import words

Level = Literal["ok", "warning", "problem"]
NAMES_MAX = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` names its sentence and, unless all is well, the sentence of what to do."""

    level: Level
    code: str
    params: dict[str, Any] = field(default_factory=dict[str, Any])

    def sentence(self, locale: str) -> str:
        return words(locale)[f"doctor_{self.code}"].format(**self.params)

    def remedy(self, locale: str) -> str | None:
        return None if self.level == "ok" else words(locale)[f"doctor_{self.code}_do"].format(**self.params)


def ok(code: str, **params: Any) -> Finding:
    return Finding("ok", code, params)


def warning(code: str, **params: Any) -> Finding:
    """Works, but not as it should."""
    return Finding("warning", code, params)


def problem(code: str, **params: Any) -> Finding:
    """Does not work, or is about to lose something."""
    return Finding("problem", code, params)


def some(names: list[Any]) -> str:
    """The first of them, and that there are more."""
    shown = ", ".join(str(one) for one in names[:NAMES_MAX])
    return f"{shown}, …" if len(names) > NAMES_MAX else shown
