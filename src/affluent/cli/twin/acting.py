"""What the commands of the twin do."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from affluent.cli.settings import Settings
from affluent.cli.twin.asking import Stop, Wrong, as_data, guarded, print_json, read
from affluent.cli.twin.showing import shown_comparison, shown_results
from affluent.cli.twin.wording import say
from affluent.twin.running.answers import answer, comparison_answer
from affluent.twin.running.comparing import Comparison, compared
from affluent.twin.running.results import Results
from affluent.twin.running.results import run as run_days
from affluent.twin.running.spreading import NoCluster, run_spread
from affluent.twin.running.warm import is_warm, warm_up
from affluent.twin.scenario import Scenario


def check(file: Path, *, as_json: bool) -> None:
    def work(settings: Settings, console: Console) -> None:
        try:
            read(file)
        except Wrong as wrong:
            if as_json:
                print_json(
                    {"valid": False, "problems": [as_data(one, settings.locale) for one in wrong.problems]}
                )
                raise typer.Exit(1) from None
            raise
        if as_json:
            print_json({"valid": True, "problems": []})
        else:
            Console().print(say(settings.locale, "can_run", file=file), highlight=False)

    guarded(work)


def run(
    file: Path, days: int, seed: int, cores: int | None, confidence: float, dask: str | None, *, as_json: bool
) -> None:
    def work(settings: Settings, console: Console) -> None:
        scenario = read(file)
        results = _lived([scenario], days, seed, cores, dask, console, settings.locale)[0]
        if as_json:
            print_json(answer(results, confidence))
        else:
            shown_results(results, confidence, Console(), settings.locale)

    guarded(work)


def compare(
    files: list[Path],
    days: int,
    seed: int,
    cores: int | None,
    confidence: float,
    dask: str | None,
    *,
    as_json: bool,
) -> None:
    def work(settings: Settings, console: Console) -> None:
        if len(files) < 2:
            raise Stop("two_scenarios")
        scenarios = [read(file) for file in files]
        results = _lived(scenarios, days, seed, cores, dask, console, settings.locale)
        names = [one.name or file.stem for one, file in zip(scenarios, files, strict=True)]
        found: list[Comparison] = [
            compared(results[0], other, names[0], name, confidence)
            for other, name in zip(results[1:], names[1:], strict=True)
        ]
        if as_json:
            print_json({"comparisons": [comparison_answer(one) for one in found]})
            return
        for one in found:
            shown_comparison(one, Console(), settings.locale)

    guarded(work)


def _lived(
    scenarios: list[Scenario],
    days: int,
    seed: int,
    cores: int | None,
    dask: str | None,
    console: Console,
    locale: str,
) -> list[Results]:
    """All scenarios under the same draws, with a bar of progress; on a cluster's machines where one is named."""
    many = cores or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else cores or 1
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        if dask is None and not is_warm():
            task = bar.add_task(say(locale, "compiling"), total=None)
            warm_up()
            bar.remove_task(task)
        found: list[Results] = []
        for scenario in scenarios:
            task = bar.add_task(scenario.name or say(locale, "living"), total=days)
            advance = _advancing(bar, task)
            if dask is None:
                found.append(run_days(scenario, days, seed, cores=many, progress=advance))
                continue
            try:
                found.append(run_spread(scenario, days, seed, dask, advance))
            except NoCluster as away:
                raise Stop(f"cluster_{away.code}", address=dask, why=away.why) from None
        return found


def _advancing(bar: Progress, task: Any) -> Callable[[int], None]:
    return lambda done: bar.update(task, advance=done)
