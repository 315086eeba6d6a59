"""What a benchmark of a centre at work is asked, and how its figures are counted and shown."""

import argparse
import asyncio
import contextlib
import json
import os
import statistics
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

Clients = Callable[[argparse.Namespace], Coroutine[Any, Any, None]]


def processor_s(process: int) -> float:
    """Processor time that a process and its children have used."""
    used_s = 0.0
    for one in (process, *children(process)):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            used_s += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used_s


def children(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        found += [int(one) for one in (task / "children").read_text().split()]
    return found + [grandchild for child in found for grandchild in children(child)]


def asked_for(about: str | None, *, port: int, boards: int = 0) -> argparse.Namespace:
    """What the command line asks for. `boards`: how many supervisors watch, where that is asked at all."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--agents", type=int, default=200)
    watched = "supervisors who watch" if boards else argparse.SUPPRESS
    parser.add_argument("--boards", type=int, default=boards, help=watched)
    parser.add_argument("--rate", type=int, default=50, help="contacts a second")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--tokens", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def is_the_browsers(arguments: argparse.Namespace, clients: Clients) -> bool:
    """Whether this process is the browsers of a benchmark: then it has been that."""
    if arguments.tokens == "":
        return False
    asyncio.run(clients(arguments))
    return True


def spread(latencies: Sequence[float], what: str) -> dict[str, float]:
    """Quantiles in ms. Leaves with a message when there is nothing to take them of."""
    found = sorted(latencies)
    if len(found) < 2:
        raise SystemExit(f"no {what} arrived")
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    return {
        "p50_ms": round(cuts[49], 1),
        "p90_ms": round(cuts[89], 1),
        "p99_ms": round(cuts[98], 1),
        "max_ms": round(found[-1], 1),
    }


def show(title: str, figures: Mapping[str, Any], *, as_json: bool) -> None:
    """The figures as a table, or as JSON."""
    if as_json:
        print(json.dumps(figures))
        return
    print(title)
    for name, value in figures.items():
        print(f"  {name:<26}{value:>10}")
