"""One thing that was looked at."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` of the sentence that says it. `grave`: no calls without it."""

    code: str
    ok: bool
    params: dict[str, str] = field(default_factory=dict[str, str])
    grave: bool = True


def warning(code: str, **params: str) -> Finding:
    """Something is wrong, and calls can be made all the same."""
    return Finding(code, False, params, grave=False)
