"""What `affluent twin fit` does."""

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError
from rich.console import Console

from affluent.centre.refusals import Away
from affluent.cli.fitting.report import page
from affluent.cli.fitting.wording import clock, say
from affluent.cli.history.acting import Stop
from affluent.cli.history.wording import say as say_of_history
from affluent.cli.operate.reach import reached
from affluent.cli.settings import Settings
from affluent.storage.database import Database
from affluent.storage.errors import StorageError
from affluent.storage.fitting import NoBrand, log_of
from affluent.twin.fitting.calibrating import calibrated
from affluent.twin.fitting.learning import Learned, TooLittle, learned
from affluent.twin.fitting.log import Log, of_history
from affluent.twin.fitting.making import disturbed, lived, typical
from affluent.twin.fitting.telling import told
from affluent.twin.history.mapping import load
from affluent.twin.history.refused import BadFile
from affluent.twin.history.stays import history
from affluent.twin.scenario import Scenario, write_scenario


class Wrong(Exception):
    """What an operator can mend, with a sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def fit(
    file: Path | None, mapping: str | None, output: Path | None, report: Path | None, period: str | None, day: str,
    lives: str | None, brand: str | None, *, as_json: bool,
) -> None:  # fmt: skip
    console = Console(stderr=True)
    try:
        settings = Settings()
    except ValidationError as wrong:
        console.print(f"[red]{wrong}[/red]", highlight=False)
        raise typer.Exit(2) from None
    locale = settings.locale
    try:
        log = _log(settings, file, mapping, brand)
        among = log if period is None else _within(log, *_dates(period))
        with console.status(say(locale, "reading")) as status:

            def progress(step: str) -> None:
                status.update(say(locale, f"{step}_step"))

            found = calibrated(learned(among, progress=progress), progress)
        scenario = None
        if output is not None or not as_json:
            scenario = (
                typical(found, day) if lives is None else _again(found, log, _dates(lives), console, locale)
            )
        if output is not None and scenario is not None:
            output.write_text(write_scenario(scenario), encoding="utf-8")
            console.print(say(locale, "written", name=scenario.name, path=output), highlight=False)
        elif scenario is not None and not as_json:
            sys.stdout.write(write_scenario(scenario))
        numbers = told(found)
        if report is not None:
            report.write_text(page(numbers, locale), encoding="utf-8")
            console.print(say(locale, "report_written", path=report), highlight=False)
        if as_json:
            json.dump(numbers, sys.stdout, ensure_ascii=False)
            sys.stdout.write("\n")
    except TooLittle as wrong:
        _end(console, say(locale, wrong.code, kinds=_kinds(locals().get("found"))))
    except Wrong as wrong:
        _end(console, say(locale, wrong.code, **wrong.params))
    except (BadFile, Stop) as wrong:
        _end(console, say_of_history(locale, wrong.code, **wrong.params))
    except NoBrand as wrong:
        _end(console, say_of_history(locale, "no_brand", brand=wrong.name, brands=", ".join(wrong.brands)))
    except Away:
        _end(console, say_of_history(locale, "away"))
    except StorageError as wrong:
        _end(console, str(wrong))


def _again(found: Learned, log: Log, days: tuple[date, date], console: Console, locale: str) -> Scenario:
    """Recorded days, and what of them is left out."""
    without = disturbed(found, log, *days)
    for one in without:
        console.print(
            say(
                locale, f"lives_without_{one.kind}", first=clock(one.from_ms, log.zone, locale),
                last=clock(one.to_ms, log.zone, locale, day=False), came=one.came, usual=round(one.usual),
            ),
            highlight=False,
        )  # fmt: skip
    return lived(found, log, *days, without)


def _kinds(found: Learned | None) -> str:
    return "" if found is None else ", ".join(kind.name for kind in found.kinds)


def _end(console: Console, text: str) -> None:
    console.print(f"[red]{text}[/red]", highlight=False)
    raise typer.Exit(2)


def _log(settings: Settings, file: Path | None, mapping: str | None, brand: str | None) -> Log:
    if file is not None:
        return of_history(history(file, load(mapping or "generic_csv")))
    with reached(settings) as dsn:
        database = Database(dsn, size_max=2)
        database.open()
        try:
            return log_of(database, brand)
        finally:
            database.close()


def _dates(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    try:
        found = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise Wrong("bad_dates", text=text) from None
    if found[1] < found[0]:
        raise Wrong("bad_dates", text=text)
    return found


def _within(log: Log, first: date, last: date) -> Log:
    return log.between(log.midnight_ms(first), log.midnight_ms(last + timedelta(days=1)))
