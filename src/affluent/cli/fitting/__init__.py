"""`affluent twin fit`: a scenario from a history, and a report of how each law was found."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

Dates = Annotated[
    str | None,
    typer.Option("--period", help="2026-01-05..2026-01-11: learn from these days; unset: from all."),
]


def fit(
    file: Annotated[
        Path | None, typer.Argument(help="A log, as for `history import`; unset: the centre's own history.")
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option("--mapping", "-m", help="A mapping's file, or the name of one that comes along."),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the scenario here.")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write the report here, as one HTML page.")
    ] = None,
    period: Dates = None,
    day: Annotated[
        str, typer.Option("--day", help="A typical day: full, short, unusual, or mon to sun.")
    ] = "full",
    lives: Annotated[
        str | None,
        typer.Option("--lives", help="Instead of a typical day, these days again: 2026-01-12..2026-01-18."),
    ] = None,
    brand: Annotated[str | None, typer.Option(help="Of the centre's own history: one brand's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="What was found, as one JSON document.")] = False,
) -> None:
    """Find the laws behind a history: arrivals, patience, handling, staff, returns. Write them as a scenario."""
    # The twin's loop runs alone in this process: see `unchecked` in affluent.cli.twin.
    if "numba" not in sys.modules:
        os.environ.setdefault("NUMBA_BOUNDSCHECK", "0")
    from affluent.cli.fitting.acting import fit as run  # noqa: PLC0415 -- heavy

    run(file, mapping, output, report, period, day, lives, brand, as_json=as_json)
