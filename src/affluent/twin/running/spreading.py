"""Days lived on the machines of a Dask cluster: the same chunks, the same figures to the last bit.

Which machine lives a chunk does not show, for a day's draws depend on the seed and its number alone. Workers need the
same version of Affluent, its extra `sweeps`, and the same machine type where doubles are to agree to the last bit.
"""

from collections.abc import Callable
from importlib import import_module
from threading import local
from typing import Any
from uuid import uuid4

from affluent.twin.running.results import Chunk, Living, Results, chunks_of, empty, put
from affluent.twin.scenario.scenario import Scenario

CONNECT_S = 20
_own = local()
"""In a worker, by thread: what lives the scenario that it was asked for last."""


class NoCluster(Exception):
    """The cluster cannot be asked: `code` is `not_installed` or `unreachable`."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code, self.why = code, why


def run_spread(
    scenario: Scenario,
    days: int,
    seed: int,
    address: str,
    progress: Callable[[int], None] = lambda done: None,
) -> Results:
    """As `run`, by the workers of the scheduler at `address` (tcp://host:8786). Raises `NoCluster`, `TooMany`."""
    try:
        dask: Any = import_module("distributed")
    except ImportError as missing:
        raise NoCluster("not_installed", str(missing)) from None
    try:
        client = dask.Client(address, timeout=CONNECT_S)
    except (OSError, ValueError) as away:
        raise NoCluster("unreachable", str(away)) from None
    results = empty(scenario, days, seed)
    key = uuid4().hex
    with client:
        told = client.scatter(scenario, broadcast=True, hash=False)
        jobs = [client.submit(lived, key, told, seed, list(chunk), pure=False) for chunk in chunks_of(days)]
        for job in dask.as_completed(jobs):
            chunk: Chunk = job.result()
            put(results, chunk)
            progress(len(chunk.replications))
            job.release()
    return results


def lived(key: str, scenario: Scenario, seed: int, replications: list[int]) -> Chunk:
    """A chunk, in a worker. `key`: of the sweep."""
    if getattr(_own, "key", None) != key:
        _own.key, _own.living = key, Living(scenario)
    return _own.living.chunk(seed, replications)
