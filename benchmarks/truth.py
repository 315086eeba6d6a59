"""The twin against exact results: `make truth` prints how many numbers lie within their 99 % intervals.

About one in a hundred lies outside by chance. Seeds are never chosen by what they give.
"""

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

os.environ.setdefault("NUMBA_BOUNDSCHECK", "0")
sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.twin.truth import rows

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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--table", choices=TABLES, action="append")
    options.add_argument(
        "--part", type=part, default=(1, 1), help="2/5: the second of five parts of each table"
    )
    options.add_argument("--replications", type=int, default=rows.REPLICATIONS)
    options.add_argument("--days", type=int, default=1_000, help="of the published example; 0: none")
    asked = options.parse_args()
    warm_up()
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    outside: list[str] = []
    for name in asked.table or TABLES:
        began = time.process_time()
        first, parts = asked.part
        for row in list(TABLES[name]())[first - 1 :: parts]:
            for one in rows.checked(row, asked.seed, asked.replications):
                counts[name][0] += one.inside
                counts[name][1] += 1
                if not one.inside:
                    told = f"{one.found:.6g} [{one.low:.6g}, {one.high:.6g}], exact {one.wanted.exact:.6g}"
                    outside.append(f"{name}: {row.name}: {one.wanted.what} of {one.wanted.kind}: {told}")
        if not asked.json:
            inside, count = counts[name]
            print(
                f"{name:<24}{inside} of {count} inside ({time.process_time() - began:.0f} s CPU)", flush=True
            )
    example = published(asked.days, asked.seed) if asked.days else {}
    if asked.json:
        print(json.dumps({"tables": counts, "outside": outside, "three_types": example}))
        return
    for line in outside:
        print("  outside:", line)
    if not example:
        return
    print(f"\nThree types, two groups, {asked.days} days (docs/reference/twin.md)")
    for name, figure in example.items():
        found = "{found:10.4f} [{low:.4f}, {high:.4f}]   published {published}".format(**figure)
        print(f"  {name:<14}{found}")


def part(text: str) -> tuple[int, int]:
    """Which part of how many, as written `2/5`."""
    first, _, parts = text.partition("/")
    if not 1 <= int(first) <= int(parts):
        raise argparse.ArgumentTypeError(text)
    return int(first), int(parts)


def published(days: int, seed: int) -> dict[str, dict[str, object]]:
    """The example that the literature gives, with its own intervals of 95 %."""
    results = run(read_scenario(PUBLISHED.read_text(encoding="utf-8")), days, seed, cores=2)
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
