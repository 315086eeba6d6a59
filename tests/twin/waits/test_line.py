"""The law of a wait in a line is the exact one."""

import json
from pathlib import Path

import pytest

from affluent.twin.waits.line import quantile_ms, share_by

TRUTH = Path(__file__).with_name("wait_given_queue.json")


def test_quantiles_of_a_tagged_customer_are_exact() -> None:
    rows = json.loads(TRUTH.read_text())["rows"]
    assert len(rows) >= 50
    for row in rows:
        for key in [one for one in row if one.startswith("q")]:
            share = float(key[1:])
            told = quantile_ms(share, row["ahead"], float(row["n"]), row["theta"])
            assert told == pytest.approx(row[key], rel=1e-9)
            assert share_by(row[key], row["ahead"], float(row["n"]), row["theta"]) == pytest.approx(
                share, rel=1e-9
            )


def test_nothing_is_over_before_it_began_and_all_is_in_the_end() -> None:
    assert share_by(0, 3, 1e-4, 1e-5) == 0
    assert share_by(1e12, 3, 1e-4, 0.0) == pytest.approx(1)
    assert quantile_ms(0, 3, 1e-4, 1e-5) == 0
