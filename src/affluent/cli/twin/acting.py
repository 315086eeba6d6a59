"""What the commands of the twin do."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from affluent.cli.settings import Settings
from affluent.cli.twin.showing import shown_comparison, shown_results
from affluent.cli.twin.wording import say
from affluent.routing.document import DocumentError
from affluent.routing.document.problems import DocumentProblem
from affluent.twin.running.answers import answer, comparison_answer
from affluent.twin.running.comparing import Comparison, compared
from affluent.twin.running.mornings import TooMany
from affluent.twin.running.results import Results
from affluent.twin.running.results import run as run_days
from affluent.twin.running.warm import is_warm, warm_up
from affluent.twin.scenario import Scenario, read_scenario
from affluent.twin.scenario.words import sentence


class Wrong(Exception):
    """A scenario that cannot run."""

    def __init__(self, file: Path, problems: list[DocumentProblem]) -> None:
        super().__init__(str(file))
        self.file, self.problems = file, problems


class Stop(Exception):
    """What an operator can mend: told in a sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def check(file: Path, *, as_json: bool) -> None:
    def work(settings: Settings, console: Console) -> None:
        try:
            _read(file)
        except Wrong as wrong:
            if as_json:
                _print({"valid": False, "problems": [_told(one, settings.locale) for one in wrong.problems]})
                raise typer.Exit(1) from None
            raise
        if as_json:
            _print({"valid": True, "problems": []})
        else:
            Console().print(say(settings.locale, "can_run", file=file), highlight=False)

    _guarded(work)


def run(file: Path, days: int, seed: int, cores: int | None, confidence: float, *, as_json: bool) -> None:
    def work(settings: Settings, console: Console) -> None:
        scenario = _read(file)
        results = _lived([scenario], days, seed, cores, console, settings.locale)[0]
        if as_json:
            _print(answer(results, confidence))
        else:
            shown_results(results, confidence, Console(), settings.locale)

    _guarded(work)


def compare(
    files: list[Path], days: int, seed: int, cores: int | None, confidence: float, *, as_json: bool
) -> None:
    def work(settings: Settings, console: Console) -> None:
        if len(files) < 2:
            raise Stop("two_scenarios")
        scenarios = [_read(file) for file in files]
        results = _lived(scenarios, days, seed, cores, console, settings.locale)
        names = [one.name or file.stem for one, file in zip(scenarios, files, strict=True)]
        found: list[Comparison] = [
            compared(results[0], other, names[0], name, confidence)
            for other, name in zip(results[1:], names[1:], strict=True)
        ]
        if as_json:
            _print({"comparisons": [comparison_answer(one) for one in found]})
            return
        for one in found:
            shown_comparison(one, Console(), settings.locale)

    _guarded(work)


def _lived(
    scenarios: list[Scenario], days: int, seed: int, cores: int | None, console: Console, locale: str
) -> list[Results]:
    """All scenarios under the same draws, with a bar of progress."""
    many = cores or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else cores or 1
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        if not is_warm():
            task = bar.add_task(say(locale, "compiling"), total=None)
            warm_up()
            bar.remove_task(task)
        found: list[Results] = []
        for scenario in scenarios:
            task = bar.add_task(scenario.name or say(locale, "living"), total=days)
            advance = _advancing(bar, task)
            found.append(run_days(scenario, days, seed, cores=many, progress=advance))
        return found


def _advancing(bar: Progress, task: Any) -> Callable[[int], None]:
    return lambda done: bar.update(task, advance=done)


def _read(file: Path) -> Scenario:
    try:
        return read_scenario(file.read_text(encoding="utf-8"), file.parent)
    except DocumentError as error:
        raise Wrong(file, error.problems) from None
    except UnicodeDecodeError:
        raise Stop("no_text", file=file) from None
    except OSError as error:
        raise Stop("no_file", file=file, why=error.strerror or "") from None


def _told(problem: DocumentProblem, locale: str) -> dict[str, Any]:
    return {
        "code": problem.code,
        "path": problem.path,
        "line": problem.line,
        "params": dict(problem.params),
        "text": sentence(problem, "fr" if locale == "fr" else "en"),
    }


def _print(found: Any) -> None:
    json.dump(found, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")


def _guarded(work: Callable[[Settings, Console], None]) -> None:
    """Says what is wrong and what to do, in the operator's language."""
    console = Console(stderr=True)
    try:
        settings = Settings()
    except ValidationError as wrong:
        for one in wrong.errors():
            name = "_".join(map(str, one["loc"])).upper()
            console.print(f"[red]AFFLUENT_{name}: {one['msg']}[/red]", highlight=False)
        raise typer.Exit(2) from None
    try:
        work(settings, console)
    except Wrong as wrong:
        colon = "\N{NO-BREAK SPACE}:" if settings.locale == "fr" else ":"
        for one in wrong.problems:
            told = _told(one, settings.locale)
            line = f"{wrong.file}:{one.line}: {one.path or '/'}{colon} {told['text']}"
            console.print(line, highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    except Stop as wrong:
        console.print(f"[red]{say(settings.locale, wrong.code, **wrong.params)}[/red]", highlight=False)
        raise typer.Exit(2) from None
    except TooMany:
        console.print(f"[red]{say(settings.locale, 'too_many')}[/red]", highlight=False)
        raise typer.Exit(1) from None
