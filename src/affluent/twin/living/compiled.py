"""How the loop of the twin is compiled: as the rules of routing are, with a cache of its own."""

from pathlib import Path

from affluent.routing.compiled import CHECKED, INTERPRETED, Compiling, cache_folder, digest_of

# The engine is part of the loop.
FOLDER = str(
    cache_folder().parents[1] / "twin" / digest_of(Path(__file__).parent, cache_folder().name.encode())
)
_LIVING = Compiling(FOLDER)
compiled, inlined, entry = _LIVING.compiled, _LIVING.inlined, _LIVING.entry

__all__ = ["CHECKED", "FOLDER", "INTERPRETED", "compiled", "entry", "inlined"]
