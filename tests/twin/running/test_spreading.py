"""A sweep on a cluster gives the figures of one core, to the last bit; a cluster that is not there is told."""

import sys
from typing import Any

import numpy as np
import pytest

from affluent.twin.running.answers import answer
from affluent.twin.running.results import run
from affluent.twin.running.spreading import NoCluster, run_spread
from tests.twin.running.scenarios import full

distributed: Any = pytest.importorskip("distributed", reason="the extra `sweeps` is not installed")
pytestmark = [pytest.mark.timeout(1_500), pytest.mark.filterwarnings("ignore")]


def test_two_workers_give_what_one_core_gives() -> None:
    scenario = full()
    alone = run(scenario, 40, 7)
    done: list[int] = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        spread = run_spread(scenario, 40, 7, cluster.scheduler_address, done.append)
    assert sum(done) == 40
    assert answer(spread, 0.95) == answer(alone, 0.95)
    assert np.array_equal(spread.ended_ms, alone.ended_ms)
    assert np.array_equal(spread.contacts, alone.contacts)
    for axis, pools in alone.pools.items():
        assert pools.keys() == spread.pools[axis].keys()
        for row, pool in pools.items():
            assert np.array_equal(pool.counts, spread.pools[axis][row].counts), axis
            assert np.array_equal(pool.parts, spread.pools[axis][row].parts), axis


def test_a_cluster_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("affluent.twin.running.spreading.CONNECT_S", 1)
    with pytest.raises(NoCluster) as away:
        run_spread(full(), 2, 1, "tcp://127.0.0.1:9")
    assert away.value.code == "unreachable"
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NoCluster) as missing:
        run_spread(full(), 2, 1, "tcp://127.0.0.1:9")
    assert missing.value.code == "not_installed"
