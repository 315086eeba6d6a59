"""Compiles the loop before the first day: a minute or two the first time, a moment from the cache."""

from pathlib import Path
from typing import Any

from numba import int64

from affluent.twin.living import compiled, entries


def is_warm() -> bool:
    """Whether the loop is interpreted, or in the cache."""
    return compiled.INTERPRETED or next(Path(compiled.FOLDER).rglob("entries.live-*.nbc"), None) is not None


def warm_up() -> None:
    """Compiles the loop, or loads it."""
    if not compiled.INTERPRETED:
        begin: Any = entries.begin
        live: Any = entries.live
        begin.compile((int64, int64, int64))
        live.compile((int64,))
