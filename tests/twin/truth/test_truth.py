"""The twin against exact results. `make truth` prints all of them; here are some of each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from affluent.measure.outcomes import End
from affluent.twin.living import world as at
from affluent.twin.running.building import Building
from affluent.twin.running.days import Days
from affluent.twin.scenario import read_scenario
from tests.twin.truth import rows
from tests.twin.truth.rows import Row

pytestmark = pytest.mark.timeout(1_500)
PUBLISHED = Path(__file__).parent / "three_types.yaml"
FEW = 12
TABLES: list[tuple[Callable[[], Iterator[Row]], int, int]] = [
    (rows.skill_rows, 1, 2),
    (rows.patience_rows, 7, 2),
    (rows.erlang_rows, 29, 2),
]
"""Which rows are taken, and how many numbers may lie outside 99 %: more would come about once in a thousand."""


@pytest.mark.parametrize(("table", "step", "most"), TABLES)
def test_exact_numbers_lie_within_99_percent(
    table: Callable[[], Iterator[Row]], step: int, most: int
) -> None:
    chosen = list(table())[::step][:FEW]
    found = [one for row in chosen for one in rows.checked(row)]
    outside = [(one.row.name, one.wanted, one.low, one.high) for one in found if not one.inside]
    assert len(found) >= 20
    assert len(outside) <= most, outside


def test_priorities_of_one_line() -> None:
    chosen = [row for row in rows.priority_rows() if "rho=0.5" in row.name or "rho=0.8" in row.name][::4]
    found = [one for row in chosen for one in rows.checked(row)]
    outside = [(one.row.name, one.wanted, one.low, one.high) for one in found if not one.inside]
    assert len(found) >= 10
    assert len(outside) <= 2, outside


def test_the_published_example_of_three_types_and_two_groups() -> None:
    """Served 4297.3 [4270, 4324] and abandoned 910.3 [876, 945] a day over a thousand days: ours overlap."""
    days = Days(Building(read_scenario(PUBLISHED.read_text(encoding="utf-8"))))
    served, left = [], []
    for replication in range(1_000):
        ends = days.lived(1, replication).outcomes[:, at.O_END]
        served.append(int((ends == End.CLOSED).sum()))
        left.append(int((ends == End.ABANDONED).sum()))
    for counts, low, high in ((served, 4_270, 4_324), (left, 876, 945)):
        half = 1.96 * np.std(counts) / np.sqrt(len(counts))
        assert np.mean(counts) - half < high
        assert np.mean(counts) + half > low
