"""Every formula against tables of exact values, to a relative 1e-9."""

import json
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from affluent.planning import erlang, patience
from affluent.planning.patience import Line, Patience, WaitAhead, any_line
from affluent.planning.staffing import Demand, Target, least_agents, staffing_of

TRUTH = Path(__file__).parent / "truth"


def rows(name: str) -> list[dict[str, Any]]:
    return json.loads((TRUTH / f"{name}.json").read_text())["rows"]


def close(found: float, wanted: Any, least: float = 0.0) -> bool:
    return found == pytest.approx(float(wanted), rel=1e-9, abs=least)


def test_erlang_b_and_c() -> None:
    for row in rows("erlang_bc"):
        n, load = row["n"], float(row["a"])
        # Below 1e-307 a double has no room for ten digits.
        assert close(float(erlang.blocking(n, load)), row["B"], 1e-318)
        if "C" not in row:
            assert float(erlang.waiting(n, load)) == 1.0
            continue
        assert close(float(erlang.waiting(n, load)), row["C"], 1e-318)
        assert close(erlang.mean_wait(n, load), row["EW_in_mean_service"], 1e-318)
        assert close(erlang.mean_queue(n, load), row["Lq"], 1e-318)
        for wait in ("0.05", "0.1", "0.5", "1"):
            assert close(erlang.service_level(n, load, float(wait)), row[f"SL_t{wait}"])


def test_erlang_a() -> None:
    for row in rows("erlang_a"):
        line = Line(row["n"], float(row["rho"]) * row["n"], float(row["theta"]))
        assert close(line.waiting, row["PW"])
        assert close(line.abandonment, row["PAb"])
        assert close(line.mean_wait, row["EW"])
        assert close(line.mean_queue, row["EQ"])
        assert close(line.occupancy, row["occupancy"])
        for wait in ("0.05", "0.1", "0.5"):
            # The table was computed with 256 bits: what it holds below 1e-50 is what they left over.
            assert close(line.waiting_longer(float(wait)), row[f"PW_gt_{wait}"], 1e-50)
            assert close(line.served_within(float(wait)), row[f"P_served_within_{wait}"], 1e-50)
            assert close(line.gone_within(float(wait)), row[f"PAb_before_{wait}"], 1e-50)


def _balanced(mean: float) -> Patience:
    """Two exponential parts of equal weight in the mean, squared variation 4."""
    share = (1 + sqrt(3 / 5)) / 2
    return patience.hyperexponential((share, 1 - share), (mean / (2 * share), mean / (2 * (1 - share))))


LAWS: dict[str, Callable[[float], Patience]] = {
    "exp": patience.exponential,
    "deterministic": patience.deterministic,
    "uniform(0,2m)": lambda mean: patience.uniform(0, 2 * mean),
    "erlang2": lambda mean: patience.erlang(2, mean),
    "H2 balanced means cv2=4": _balanced,
}


def test_any_patience() -> None:
    for row in rows("mmn_general_patience"):
        law = LAWS[row["patience"]](float(row["mean"]))
        found = any_line(row["n"], float(row["rho"]) * row["n"], law)
        # The table was integrated to 20 digits: a share of 1.7e-20 has four of them left.
        assert close(found.abandonment, row["PAb"], 1e-22)
        assert close(found.waiting, row["PW"])
        assert close(found.mean_queue, row["EQ"])
        assert close(found.mean_wait, row["EW"])


def test_a_law_of_patience_may_be_given_in_closed_form_or_not() -> None:
    line = Line(20, 22.0, 0.5)
    found = any_line(20, 22.0, patience.exponential(2.0))
    assert close(found.abandonment, line.abandonment)
    assert close(found.waiting, line.waiting)


def test_priorities() -> None:
    for row in rows("mmn_priority"):
        loads = [row["n"] * float(row["rho"]) * float(share) for share in row["shares"]]
        waits = erlang.priority_waits(row["n"], loads)
        interrupting = erlang.preemptive_waits(row["n"], loads)
        for found, wanted in (
            *zip(waits, row["EW_nonpreemptive"], strict=True),
            *zip(interrupting, row["EW_preemptive_resume"], strict=True),
        ):
            # The least waits are written with five digits only, and one could not be computed.
            assert wanted == "nan" or close(found, wanted, 1e-60)


def test_staffing() -> None:
    for row in rows("staffing_erlang_c"):
        demand = Demand(float(row["a"]) * 3_600 / row["aht"], row["aht"] * 1_000.0)
        target = Target(float(row["target"]), row["T"] * 1_000.0)
        found = least_agents(demand, target)
        assert found.agents == row["n"]
        assert close(found.service_level, row["SL"])
        assert close(staffing_of(row["n"] - 1, demand, target.wait_ms).service_level, row["SL_prev"])


def test_the_wait_of_one_more_customer() -> None:
    for row in rows("wait_given_queue"):
        wait = WaitAhead(row["n"], row["ahead"], row["theta"])
        assert close(wait.mean, row["mean"])
        for name in row:
            if name.startswith("q"):
                assert close(wait.quantile(float(name[1:])), row[name])
