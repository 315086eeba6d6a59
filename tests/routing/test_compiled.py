"""However the engine is run, it decides the same."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from affluent.routing import compiled, entries, warm_up
from affluent.routing.held import Holder, opener
from affluent.routing.policy import Policy
from affluent.routing.tables import Rows, new_state
from affluent.routing.warm import entry_points

ROOT = Path(__file__).parents[2]
DAYS, EVENTS = "25", "80"


def digest(**settings: str) -> tuple[str, str]:
    """How it ran, and the digest of its decisions, in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), **settings}
    command = [sys.executable, "-W", "error", "-m", "tests.routing.journal", DAYS, EVENTS]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    how, value = ran.stdout.split()
    return how, value


def test_compiled_and_interpreted_decide_the_same_whatever_the_hash_seed() -> None:
    checked = digest(PYTHONHASHSEED="1")
    interpreted = digest(NUMBA_DISABLE_JIT="1", PYTHONHASHSEED="2")
    assert (checked[0], interpreted[0]) == ("checked", "interpreted")
    assert checked[1] == interpreted[1]


def test_the_engine_runs_with_every_index_checked_unless_told_otherwise() -> None:
    assert compiled.CHECKED or compiled.config.BOUNDSCHECK == 0
    assert not compiled.INTERPRETED
    if compiled.CHECKED:
        policy = Policy((), frozenset(), (), ())
        address = entries.Address(new_state(policy, Rows(policy), 1))
        for outside in (5, -1):
            with pytest.raises(IndexError):
                entries.ahead_of(address.at, outside)


def test_numba_still_compiles_without_reference_counting(tmp_path: Path) -> None:
    """`_nrt` is a private option: if this fails, look for its successor before trusting a speed."""
    # What comes from the cache cannot be looked into.
    fresh = compiled.Compiling(str(tmp_path))

    @fresh.entry
    def first(numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
        return int(numbers[0])

    assert first(np.array([7])) == 7
    dispatcher: object = first
    assert getattr(dispatcher, "targetoptions", {}).get("_nrt") is False
    code = next(iter(getattr(dispatcher, "inspect_llvm")().values()))  # noqa: B009  # typed as a plain function
    assert "NRT_incref" not in code
    assert "NRT_decref" not in code


def test_compiled_code_reads_arrays_as_the_table_says() -> None:
    """The words of an array as `held` writes them are those compiled code reads: its address and its lengths."""
    policy = Policy((), frozenset(), (), ())
    state = new_state(policy, Rows(policy), 3)
    holder = Holder(state)
    opened = opener(holder.kind)

    @compiled.entry
    def look(address: int) -> tuple[int, int, int]:
        k = opened(address)
        k.contacts.arrived_ms[2] = 41
        k.outcomes.table[1, 3] = 43
        return len(k.contacts.place), len(k.outcomes.table[0]), k.contacts.deadline_ms[1]

    assert look(holder.address) == (3, len(state.outcomes.table[0]), state.contacts.deadline_ms[1])
    assert state.contacts.arrived_ms[2] == 41
    assert state.outcomes.table[1, 3] == 43


def test_the_cache_folder_is_named_by_the_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AFFLUENT_CACHE_DIR", str(tmp_path))
    named = compiled.cache_folder()
    assert named.parent == tmp_path / "routing"
    monkeypatch.delenv("AFFLUENT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert compiled.cache_folder() == tmp_path / "xdg" / "affluent" / "routing" / named.name


def test_warming_up_compiles_every_entry_point_once() -> None:
    told: list[str] = []
    warm_up(told.append)
    assert told == [name for name, _ in entry_points()]
    assert "contact_waits" in told
    assert all(len(entry.signatures) == 1 for _, entry in entry_points())
