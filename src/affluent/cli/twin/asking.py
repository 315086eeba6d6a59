"""What all commands of the twin share: documents read, results as JSON, and what is wrong said in a sentence."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from affluent.cli.settings import Settings
from affluent.cli.twin.wording import say
from affluent.routing.document import DocumentError
from affluent.routing.document.problems import DocumentProblem
from affluent.twin.running.mornings import TooMany
from affluent.twin.scenario import Scenario, read_scenario
from affluent.twin.scenario.words import sentence

T = TypeVar("T")


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


def read(file: Path) -> Scenario:
    """Raises `Wrong`, `Stop`."""
    return read_as(file, lambda text: read_scenario(text, file.parent))


def read_as(file: Path, reader: Callable[[str], T]) -> T:
    """A document of a file. Raises `Wrong`, `Stop`."""
    try:
        return reader(file.read_text(encoding="utf-8"))
    except DocumentError as error:
        raise Wrong(file, error.problems) from None
    except UnicodeDecodeError:
        raise Stop("no_text", file=file) from None
    except OSError as error:
        raise Stop("no_file", file=file, why=error.strerror or "") from None


def as_data(problem: DocumentProblem, locale: str) -> dict[str, Any]:
    return {
        "code": problem.code,
        "path": problem.path,
        "line": problem.line,
        "params": dict(problem.params),
        "text": sentence(problem, "fr" if locale == "fr" else "en"),
    }


def print_json(found: Any) -> None:
    json.dump(found, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")


def guarded(work: Callable[[Settings, Console], None]) -> None:
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
            text = as_data(one, settings.locale)["text"]
            line = f"{wrong.file}:{one.line}: {one.path or '/'}{colon} {text}"
            console.print(line, highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    except Stop as wrong:
        console.print(f"[red]{say(settings.locale, wrong.code, **wrong.params)}[/red]", highlight=False)
        raise typer.Exit(2) from None
    except TooMany:
        console.print(f"[red]{say(settings.locale, 'too_many')}[/red]", highlight=False)
        raise typer.Exit(1) from None
