"""How every rule of the engine, and the loop of the twin, is compiled: one decorator, nothing else.

`NUMBA_DISABLE_JIT=1` runs the same rules interpreted; `AFFLUENT_QUICK_START=1` does so unless they have been
compiled before, so that a short run need not wait. `NUMBA_BOUNDSCHECK=0` leaves out the check of every
index, which the twin may do; the live engine keeps it.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from numba import njit
from numba.core import config as _numba_config

P = ParamSpec("P")
R = TypeVar("R")

# Numba fills its settings and options in at run time.
config: Any = _numba_config
_njit: Any = njit

CHECKED = config.BOUNDSCHECK != 0


def digest_of(folder: Path, begun: bytes = b"") -> str:
    """Of all sources of a folder, and of what stands before them.

    Numba notices an edit in a function's own file only, never in the files it calls into: a rule edited
    elsewhere would silently not take effect. A cache named by the digest of all sources cannot hold such a
    leftover.
    """
    digest = hashlib.sha256(begun)
    for source in sorted(folder.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where the compiled rules of routing are kept: one folder for each state of the sources."""
    named = os.environ.get("AFFLUENT_CACHE_DIR")
    shared = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "affluent"
    base = Path(named) if named else shared
    return base / "routing" / (digest_of(Path(__file__).parent) + ("-checked" if CHECKED else ""))


_FOLDER = str(cache_folder())


def _compiled_before() -> bool:
    """Whether the largest entry point, which the first contact needs, is in the cache."""
    return next(Path(_FOLDER).rglob("entries.settle-*.nbc"), None) is not None


if os.environ.get("AFFLUENT_QUICK_START") == "1" and not _compiled_before():
    config.DISABLE_JIT = 1
INTERPRETED = bool(config.DISABLE_JIT)


@dataclass(frozen=True, slots=True)
class Compiling:
    """The decorators of rules whose compiled code is kept in one folder."""

    folder: str

    def compiled(self, rule: Callable[P, R]) -> Callable[P, R]:
        """Compiles `rule`, for other compiled rules to call, without reference counting: rules never allocate."""
        return self._compiled(rule, no_cpython_wrapper=True)

    def inlined(self, rule: Callable[P, R]) -> Callable[P, R]:
        """The same, laid into whoever calls it: for rules of the hot path that are called from few places."""
        return self._compiled(rule, no_cpython_wrapper=True, forceinline=True)

    def entry(self, rule: Callable[P, R]) -> Callable[P, R]:
        """The same, for what Python calls: only these carry what it takes to be called from there."""
        return self._compiled(rule)

    def _compiled(self, rule: Callable[P, R], **options: bool) -> Callable[P, R]:
        # `_nrt` is a private option of Numba; tests/routing/test_compiled.py fails loudly if it goes.
        before = config.CACHE_DIR
        config.CACHE_DIR = self.folder
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


_ROUTING = Compiling(_FOLDER)
compiled, inlined, entry = _ROUTING.compiled, _ROUTING.inlined, _ROUTING.entry
