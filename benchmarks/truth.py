"""The twin against exact results: `make truth` prints how many numbers lie within their 99 % intervals.

About one in a hundred lies outside by chance. Seeds are never chosen by what they give.

    python benchmarks/truth.py [--quick] [--log calls.tsv] [--json] [--kept FILE] [--seconds 400]

With `--kept`, each row that was lived is noted in FILE, by the sources of the loop, the seed and the replications:
begun anew, it goes on where it stopped. With `--seconds` it stops by itself, and says how many rows are left.
"""

import argparse
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("NUMBA_BOUNDSCHECK", "0")
sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.held_out import CLOSE, Pair, pairs
from tests.twin.truth import rows
from tests.twin.truth.rows import Checked, Row

from affluent.twin.fitting.log import Log, of_history
from affluent.twin.history.mapping import load
from affluent.twin.history.stays import history
from affluent.twin.living.compiled import FOLDER
from affluent.twin.running.estimates import estimate
from affluent.twin.running.results import run
from affluent.twin.running.warm import warm_up
from affluent.twin.scenario import read_scenario

PUBLISHED = Path(__file__).parents[1] / "tests" / "twin" / "truth" / "three_types.yaml"
TABLES = {
    "multiskill_ctmc": rows.skill_rows,
    "mmn_priority": rows.priority_rows,
    "mmn_general_patience": rows.patience_rows,
    "erlang_a": rows.erlang_rows,
}


@dataclass(slots=True)
class Counted:
    """Of one table: numbers inside their interval, numbers in all, rows lived, and those who are outside."""

    inside: int = 0
    numbers: int = 0
    rows: int = 0
    outside: list[str] = field(default_factory=list[str])
    left: int = 0

    def add(self, numbers: int, outside: list[str]) -> None:
        self.rows += 1
        self.numbers += numbers
        self.inside += numbers - len(outside)
        self.outside += outside


def told_outside(found: list[Checked]) -> list[str]:
    """A line for each number that lies outside its interval."""
    lines: list[str] = []
    for one in found:
        if not one.inside:
            told = f"{one.found:.6g} [{one.low:.6g}, {one.high:.6g}], exact {one.wanted.exact:.6g}"
            kind = "" if one.wanted.kind is None else f" of class {one.wanted.kind}"
            lines.append(f"{one.row.table}: {one.row.name}: {one.wanted.what}{kind}: {told}")
    return lines


class Kept:
    """Rows that were lived before, in a file of lines: `FILE` may be none."""

    def __init__(self, file: Path | None, asked: argparse.Namespace) -> None:
        self._file = file
        self._how = f"{Path(FOLDER).name} {asked.seed} {asked.replications}"
        self._known: dict[str, tuple[int, list[str]]] = {}
        if file is not None and file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                told = json.loads(line)
                if told["how"] == self._how:
                    self._known[told["row"]] = told["numbers"], told["outside"]

    def known(self, row: Row) -> tuple[int, list[str]] | None:
        return self._known.get(f"{row.table} {row.name}")

    def keep(self, row: Row, numbers: int, outside: list[str]) -> None:
        if self._file is not None:
            told = {
                "how": self._how,
                "row": f"{row.table} {row.name}",
                "numbers": numbers,
                "outside": outside,
            }
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(told) + "\n")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--table", choices=TABLES, action="append")
    options.add_argument(
        "--part", type=part, default=(1, 1), help="2/5: the second of five parts of each table"
    )
    options.add_argument("--quick", action="store_true", help="one row of eight, 200 days of the example")
    options.add_argument("--replications", type=int, default=rows.REPLICATIONS)
    options.add_argument("--days", type=int, help="of the published example: 1,000 unless told; 0: none")
    options.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    options.add_argument("--kept", type=Path, help="a file of the rows lived so far")
    options.add_argument("--seconds", type=float, default=float("inf"), help="after which no row is begun")
    options.add_argument("--log", type=Path, help="the research log: one week fitted, the other lived")
    asked = options.parse_args()
    days = (200 if asked.quick else 1_000) if asked.days is None else asked.days
    first, parts = asked.part
    began = time.monotonic()
    warm_up()
    kept, until_s = Kept(asked.kept, asked), began + asked.seconds
    counts = {
        name: lived_rows(
            name,
            list(TABLES[name]())[first - 1 :: parts * (8 if asked.quick else 1)],
            asked,
            kept,
            until_s,
        )
        for name in asked.table or TABLES
    }
    example = published(days, asked.seed, asked.cores) if days else {}
    weeks = [] if asked.log is None else list(pairs(bank(asked.log), beside=True))
    if asked.json:
        told = {name: (one.inside, one.numbers, one.left) for name, one in counts.items()}
        outside = [line for one in counts.values() for line in one.outside]
        fits = [{"fitted": one.fitted, "lived": one.lived, "errors": one.errors} for one in weeks]
        print(json.dumps({"tables": told, "outside": outside, "three_types": example, "weeks": fits}))
        return
    show(counts, example, days, weeks)
    print(f"\n{time.monotonic() - began:.0f} s by the clock, {time.process_time():.0f} s of processors")


def lived_rows(
    name: str, chosen: list[Row], asked: argparse.Namespace, kept: Kept, until_s: float
) -> Counted:
    """All rows of a table, some at once; what was found does not depend on how many."""
    counted, began = Counted(), time.monotonic()

    def checked(row: Row) -> tuple[int, list[str]] | None:
        known = kept.known(row)
        if known is None and time.monotonic() < until_s:
            found = rows.checked(row, asked.seed, asked.replications)
            known = len(found), told_outside(found)
            kept.keep(row, *known)
        return known

    with ThreadPoolExecutor(asked.cores) as threads:
        for done, found in enumerate(threads.map(checked, chosen), 1):
            if found is None:
                counted.left += 1
            else:
                counted.add(*found)
            if not asked.json and (done % 20 == 0 or done == len(chosen)):
                clock = f"{time.monotonic() - began:.0f} s"
                print(f"  {name}: {done} of {len(chosen)} rows, {clock}", file=sys.stderr, flush=True)
    return counted


def show(
    counts: dict[str, Counted], example: dict[str, dict[str, object]], days: int, weeks: list[Pair]
) -> None:
    """The table: how many of how many numbers lie within their 99 % intervals."""
    print(f"{'exact numbers':<24}{'rows':>6}{'inside':>8}{'of':>6}{'expected outside':>18}")
    for name, one in counts.items():
        left = f"   {one.left} rows are left" if one.left else ""
        print(f"{name:<24}{one.rows:>6}{one.inside:>8}{one.numbers:>6}{one.numbers / 100:>18.1f}{left}")
    inside, numbers = (sum(getattr(one, name) for one in counts.values()) for name in ("inside", "numbers"))
    print(f"{'together':<30}{inside:>8}{numbers:>6}{numbers / 100:>18.1f}")
    for line in (line for one in counts.values() for line in one.outside):
        print("  outside:", line)
    print(
        f"  not lived: rows of more than {rows.AGENTS_MAX} agents; their formulas are held to 1e-9 all the same"
    )
    if example:
        print(f"\nThree types, two groups, {days} days (docs/reference/twin.md)")
        for name, figure in example.items():
            found = "{found:10.4f} [{low:.4f}, {high:.4f}]   published {published}".format(**figure)
            print(f"  {name:<14}{found}")
    print("\nThe research log: fitted on one week, the other lived from its arrivals, within 10 %")
    if not weeks:
        print("  not lived: no log was given (make truth LOG=calls.tsv)")
    for one in weeks:
        left, waited = (f"{error:+.1%} {'yes' if abs(error) <= CLOSE else 'NO'}" for error in one.errors)
        print(
            f"  {one.fitted} -> {one.lived}   abandonment {one.abandonment:.1%} ({one.abandonment_recorded:.1%}) {left}"
            f"   mean wait {one.wait_s:.1f} ({one.wait_recorded_s:.1f}) s {waited}"
        )


def bank(file: Path) -> Log:
    return of_history(history(file, load("anonymous_bank")))


def part(text: str) -> tuple[int, int]:
    """Which part of how many, as written `2/5`."""
    first, _, parts = text.partition("/")
    if not 1 <= int(first) <= int(parts):
        raise argparse.ArgumentTypeError(text)
    return int(first), int(parts)


def published(days: int, seed: int, cores: int) -> dict[str, dict[str, object]]:
    """The example that the literature gives, with its own intervals of 95 %."""
    results = run(read_scenario(PUBLISHED.read_text(encoding="utf-8")), days, seed, cores=cores)
    pool = results.together
    left_a_day = pool.parts[pool.keys.index("abandonment_all")]
    total, first = pool.estimates(0.95), results.pools["groups"][0].estimates(0.95)
    found = {
        "served": (total["answered"], "4297.3 [4270, 4324]"),
        "abandoned": (estimate("received", left_a_day, left_a_day, 0.95), "910.3 [876, 945]"),
        "in 20 s": (total["service_level_left_out"], ".501 [.494, .509]"),
        "occupancy 0": (first["occupancy"], ".881 [.877, .884]"),
    }
    return {
        name: {"found": one.value, "low": one.low, "high": one.high, "published": told}
        for name, (one, told) in found.items()
    }


if __name__ == "__main__":
    main()
