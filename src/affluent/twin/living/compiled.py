"""How the loop of the twin is compiled: as the rules of routing are, with a cache of its own.

Numba sees edits in a function's own file only, so the cache is named by the digest of the loop's sources and of
the engine's.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from numba import njit

from affluent.routing.compiled import CHECKED, INTERPRETED, cache_folder, config

P = ParamSpec("P")
R = TypeVar("R")
_njit: Any = njit


def _folder() -> Path:
    digest = hashlib.sha256(cache_folder().name.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return cache_folder().parents[1] / "twin" / digest.hexdigest()[:16]


FOLDER = str(_folder())


def _compiled(rule: Callable[P, R], **options: bool) -> Callable[P, R]:
    before = config.CACHE_DIR
    config.CACHE_DIR = FOLDER
    try:
        wrap = _njit(
            cache=True,
            nogil=True,
            error_model="numpy",
            boundscheck=CHECKED,
            _nrt=False,
            no_cfunc_wrapper=True,
            **options,
        )
        return cast(Callable[P, R], wrap(rule))
    finally:
        config.CACHE_DIR = before


def compiled(rule: Callable[P, R]) -> Callable[P, R]:
    """For other compiled functions to call. No reference counting: the loop never allocates."""
    return _compiled(rule, no_cpython_wrapper=True)


def entry(rule: Callable[P, R]) -> Callable[P, R]:
    """For Python to call."""
    return _compiled(rule)


__all__ = ["CHECKED", "FOLDER", "INTERPRETED", "compiled", "entry"]
