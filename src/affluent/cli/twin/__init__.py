"""`affluent twin`: scenarios checked, run and compared.

Each command imports what it needs when it runs.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from affluent.cli.fitting import fit

twin = typer.Typer(no_args_is_help=True, help="The twin: a centre's day lived again, changed, compared.")
twin.command("fit")(fit)

File = Annotated[Path, typer.Argument(help="A scenario, as docs/reference/scenario.md describes it.")]
Replications = Annotated[
    int, typer.Option("--replications", "-n", min=1, max=1_000_000, help="How many days are lived.")
]
Seed = Annotated[int, typer.Option(min=0, max=(1 << 62) - 1, help="The same seed gives the same days.")]
Cores = Annotated[int | None, typer.Option(min=1, max=1_024, help="Unset: all there are.")]
Confidence = Annotated[float, typer.Option(min=0.5, max=0.9999, help="Of the intervals.")]
Dask = Annotated[
    str | None,
    typer.Option(
        help="Live the days on the cluster of this Dask scheduler: tcp://host:8786 (extra `sweeps`)."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def unchecked() -> None:
    """The loop runs alone in its process, on arrays that nobody else writes: it may run without the check of
    every index that the living centre keeps. Too late once the compiler is there.
    """
    if "numba" not in sys.modules:
        os.environ.setdefault("NUMBA_BOUNDSCHECK", "0")


@twin.command("check")
def check(file: File, as_json: Json = False) -> None:
    """Say what is wrong with a scenario, and on which line. Ends with 1 when it cannot run."""
    from affluent.cli.twin.acting import check as run  # noqa: PLC0415 -- heavy

    run(file, as_json=as_json)


@twin.command("run")
def run(
    file: File,
    replications: Replications = 100,
    seed: Seed = 1,
    cores: Cores = None,
    confidence: Confidence = 0.95,
    dask: Dask = None,
    as_json: Json = False,
) -> None:
    """Live a scenario's day many times; print every indicator with its interval."""
    unchecked()
    from affluent.cli.twin.acting import run as act  # noqa: PLC0415 -- heavy

    act(file, replications, seed, cores, confidence, dask, as_json=as_json)


@twin.command("compare")
def compare(
    files: Annotated[list[Path], typer.Argument(help="The scenario as it is, then one or more others.")],
    replications: Replications = 100,
    seed: Seed = 1,
    cores: Cores = None,
    confidence: Confidence = 0.95,
    dask: Dask = None,
    as_json: Json = False,
) -> None:
    """Live the same days under several scenarios, and say what differs, and how sure that is."""
    unchecked()
    from affluent.cli.twin.acting import compare as act  # noqa: PLC0415 -- heavy

    act(files, replications, seed, cores, confidence, dask, as_json=as_json)


@twin.command("record")
def record(
    out: Annotated[Path, typer.Argument(help="The file to write.")],
    from_: Annotated[
        str | None, typer.Option("--from", help="An instant: 2026-11-22T09:00. Unset: all.")
    ] = None,
    to: Annotated[str | None, typer.Option(help="An instant.")] = None,
) -> None:
    """Write the centre's journal to a file, with the rules that the engine followed, to be decided again elsewhere."""
    from affluent.cli.twin.replaying import record as act  # noqa: PLC0415 -- heavy

    act(out, from_, to)


@twin.command("replay")
def replay(
    journal: Annotated[Path | None, typer.Argument(help="A file of `twin record`.")] = None,
    database: Annotated[bool, typer.Option("--database", help="The centre's own journal.")] = False,
    from_: Annotated[str | None, typer.Option("--from", help="An instant. Of the database only.")] = None,
    to: Annotated[str | None, typer.Option(help="An instant. Of the database only.")] = None,
    policy: Annotated[Path | None, typer.Option(help="Other rules, as a policy document.")] = None,
    replications: Annotated[int, typer.Option("--replications", "-n", min=1, max=10_000)] = 20,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Decide a recorded day again: the same rules must decide the same; other rules tell what would have differed."""
    if database == (journal is not None):
        raise typer.BadParameter("JOURNAL or --database")
    from affluent.cli.twin.replaying import replay as act  # noqa: PLC0415 -- heavy

    act(journal, from_, to, policy, replications, seed, as_json=as_json)


@twin.command("target")
def target(
    file: File,
    worth: Annotated[
        Path, typer.Argument(help="What contacts are worth, as docs/reference/targets.md says.")
    ],
    budget: Annotated[float | None, typer.Option(min=0, help="What all queues may cost a day.")] = None,
    replications: Annotated[
        int,
        typer.Option(
            "--replications",
            "-n",
            min=0,
            max=100_000,
            help="Days by which the twin checks it; 0: not at all.",
        ),
    ] = 40,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Say how long customers should wait: net value against the target, by queue and within a budget."""
    unchecked()
    from affluent.cli.twin.targeting import target as act  # noqa: PLC0415 -- heavy

    act(file, worth, budget, replications, seed, as_json=as_json)
