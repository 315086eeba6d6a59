"""What the commands of history do."""

import csv
import json
import sys
from collections.abc import Callable
from hashlib import file_digest
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer
from psycopg.errors import UndefinedTable
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress

from affluent.centre.calendar import Step, intervals, local
from affluent.centre.refusals import Away
from affluent.cli.clock import WallClock
from affluent.cli.history.showing import shown_lines, shown_report
from affluent.cli.history.telling import Telling
from affluent.cli.history.wording import number, say
from affluent.cli.operate.reach import connected, reached
from affluent.cli.settings import Settings
from affluent.facts.instants import MINUTE_MS
from affluent.measure.computing import Period
from affluent.storage.database import Conn, Database
from affluent.storage.errors import StorageError
from affluent.storage.history.history import HistoryWriter
from affluent.storage.history.imports import Busy, Import, NoImport, imports
from affluent.storage.history.undo import take_back
from affluent.twin.history.counting import Line, as_json, lines, span_of
from affluent.twin.history.facts import facts_of
from affluent.twin.history.mapping import load
from affluent.twin.history.refused import BadFile, Report
from affluent.twin.history.stays import History, history

_MINUTES = {"15min": 15, "30min": 30}
CHOICES = (*_MINUTES, *(step.value for step in Step), "none")
INTERVALS_MAX = 20_000


class Stop(Exception):
    """What an operator can mend: told in a sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def bring_in(file: Path, mapping: str, brand: str | None, refused: Path | None, *, as_json: bool) -> None:
    def work(settings: Settings, console: Console) -> None:
        told = history(file, load(mapping))
        with file.open("rb") as stream:
            digest = file_digest(stream, "blake2b").hexdigest()[:32]
        with reached(settings) as dsn:
            with connected(dsn) as conn:
                brand_id = _brand(conn, brand)
            database = Database(dsn, size_max=2)
            database.open()
            try:
                writer = HistoryWriter(database, Telling(told), facts_of)
                with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
                    task = bar.add_task(say(settings.locale, "writing"), total=1.0)
                    done = writer.write(
                        str(file.resolve()), digest, brand_id, WallClock().now_ms,
                        lambda share: bar.update(task, completed=share),
                    )  # fmt: skip
            finally:
                database.close()
        _refused(refused, told.report)
        if as_json:
            _print({"import": _import_json(done), "report": _report_json(told.report)})
            return
        shown_report(told.report, console, settings.locale)
        code = "imported" if done.contacts else "imported_nothing"
        console.print(say(settings.locale, code, **_counts(done, settings.locale)), highlight=False)
        if done.open:
            console.print(
                say(settings.locale, "open", count=number(done.open, settings.locale)), highlight=False
            )

    _guarded(work)


def count(
    file: Path, mapping: str, by: str, timezone: str | None, refused: Path | None, *, as_json: bool
) -> None:
    def work(settings: Settings, console: Console) -> None:
        if by not in CHOICES:
            raise Stop("bad_interval", by=by, choices=", ".join(CHOICES))
        told = history(file, load(mapping))
        zone = _zone(timezone) or told.mapping.zone
        from_ms, to_ms = span_of(told.stays)
        edges = _edges(zone, from_ms, to_ms, by)
        period = Period(edges[0], edges[-1], to_ms)
        found = lines(told, period, edges) if len(told.stays) else []
        _refused(refused, told.report)
        if as_json:
            _print(_answer(told, period, zone.key, found))
            return
        shown_report(told.report, console, settings.locale)
        shown_lines(found, zone, Console(), settings.locale)

    _guarded(work)


def tell(*, as_json: bool) -> None:
    def work(settings: Settings, console: Console) -> None:
        with reached(settings) as dsn, connected(dsn) as conn:
            found = imports(conn)
        if as_json:
            _print([_import_json(one) for one in found])
            return
        if not found:
            console.print(say(settings.locale, "no_imports"))
        for one in found:
            at = local(ZoneInfo("UTC"), one.started_ms)
            text = say(
                settings.locale, "listed" if one.finished_ms is not None else "listed_broken_off",
                at=f"{at:%Y-%m-%d %H:%M} UTC", **_counts(one, settings.locale),
            )  # fmt: skip
            Console().print(text, highlight=False)

    _guarded(work)


def undo(import_id: int) -> None:
    def work(settings: Settings, console: Console) -> None:
        with reached(settings) as dsn:
            with connected(dsn) as conn:
                if import_id not in {one.id for one in imports(conn)}:
                    raise Stop("no_import", id=import_id)
            database = Database(dsn, size_max=2)
            database.open()
            try:
                done, kept = take_back(database, import_id, WallClock().now_ms())
            except NoImport:
                raise Stop("no_import", id=import_id) from None
            finally:
                database.close()
        console.print(say(settings.locale, "undone", **_counts(done, settings.locale)), highlight=False)
        if kept:
            console.print(say(settings.locale, "kept", count=number(kept, settings.locale)), highlight=False)

    _guarded(work)


def _guarded(work: Callable[[Settings, Console], None]) -> None:
    """Says what is wrong and what to do, in the operator's language."""
    console = Console(stderr=True)
    try:
        settings = Settings()
    except ValidationError as wrong:
        for one in wrong.errors():
            console.print(
                f"[red]AFFLUENT_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}[/red]", highlight=False
            )
        raise typer.Exit(2) from None
    try:
        work(settings, console)
    except (BadFile, Stop) as wrong:
        console.print(f"[red]{say(settings.locale, wrong.code, **wrong.params)}[/red]", highlight=False)
        raise typer.Exit(2) from None
    except Busy:
        console.print(f"[red]{say(settings.locale, 'busy')}[/red]", highlight=False)
        raise typer.Exit(1) from None
    except (Away, UndefinedTable) as wrong:
        code = "away" if isinstance(wrong, Away) else "not_begun"
        console.print(f"[red]{say(settings.locale, code)}[/red]", highlight=False)
        raise typer.Exit(1) from None
    except StorageError as wrong:
        console.print(f"[red]{wrong}[/red]", highlight=False)
        raise typer.Exit(1) from None


def _brand(conn: Conn, name: str | None) -> int:
    rows = conn.execute("select id, name from brand where not archived order by id").fetchall()
    names = ", ".join(row["name"] for row in rows)
    if name is None:
        if len(rows) != 1:
            raise Stop("which_brand", brands=names)
        return int(rows[0]["id"])
    for row in rows:
        if row["name"].casefold() == name.casefold():
            return int(row["id"])
    raise Stop("no_brand", brand=name, brands=names)


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Stop("no_zone", zone=name) from None


def _edges(zone: ZoneInfo, from_ms: int, to_ms: int, by: str) -> list[int]:
    """The edges of the intervals that a period touches, whole ones."""
    if by == "none" or from_ms == to_ms:
        return [from_ms, to_ms]
    step = Step(by) if by not in _MINUTES else Step.DAY
    cut = intervals(zone, from_ms, to_ms, step)
    edges = [one.from_ms for one in cut] + [cut[-1].to_ms]
    if by in _MINUTES:
        length = _MINUTES[by] * MINUTE_MS
        fine = [at for low, high in pairwise(edges) for at in range(low, high, length)] + [edges[-1]]
        inside = [at for at, after in pairwise(fine) if after > from_ms and at < to_ms]
        edges = [*inside, fine[fine.index(inside[-1]) + 1]]
    if len(edges) > INTERVALS_MAX:
        raise Stop("too_many_intervals", most=INTERVALS_MAX)
    return edges


def _answer(told: History, period: Period, zone: str, found: list[Line]) -> dict[str, Any]:
    return {
        "source": told.mapping.name,
        "timezone": zone,
        "from_ms": period.from_ms,
        "to_ms": period.to_ms,
        "known_until_ms": period.now_ms,
        "contacts": told.contacts,
        "report": _report_json(told.report),
        "lines": [
            {
                "queue": line.queue,
                "from_ms": line.from_ms,
                "to_ms": line.to_ms,
                "figures": {key: as_json(figure) for key, figure in line.figures.items()},
            }
            for line in found
        ],
    }


def _report_json(report: Report) -> dict[str, Any]:
    return {
        "rows": report.rows,
        "left_out": report.left_out,
        "repeated": report.repeated,
        "taken": report.taken,
        "refused": {why.value: count for why, count in sorted(report.counts.items())},
        "first_refused": [
            {"row": one.row, "column": one.column, "value": one.value, "why": one.why.value}
            for one in report.first[:20]
        ],
    }


def _import_json(done: Import) -> dict[str, Any]:
    names = ("id", "file", "source", "brand_id", "started_ms", "finished_ms", "contacts", "known", "open")
    return {name: getattr(done, name) for name in names}


def _counts(done: Import, locale: str) -> dict[str, Any]:
    return {
        "id": done.id, "file": done.file, "source": done.source,
        "contacts": number(done.contacts, locale), "known": number(done.known, locale),
    }  # fmt: skip


def _refused(path: Path | None, report: Report) -> None:
    if path is None:
        return
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["row", "column", "value", "why"])
        writer.writerows((one.row, one.column, one.value, one.why.value) for one in report.first)


def _print(told: Any) -> None:
    json.dump(told, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
