"""Reports and figures of a history as tables for people."""

from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from affluent.centre.calendar import local
from affluent.cli.history.wording import number, say
from affluent.measure.definitions import DEFINITIONS, words
from affluent.measure.figures import Figure
from affluent.measure.indicators import Unit
from affluent.twin.history.counting import Line
from affluent.twin.history.refused import Report

COLUMNS = ("received", "answered", "service_level", "abandonment", "asa", "aht")
SHOWN = 5


def shown_report(report: Report, console: Console, locale: str) -> None:
    """How many rows became what, and the first that were refused."""
    counts = {
        name: number(getattr(report, name), locale)
        for name in ("rows", "left_out", "repeated", "taken", "refused")
    }
    console.print(say(locale, "report", **counts), highlight=False)
    for why, count in report.counts.most_common():
        console.print(f"  {number(count, locale)} × {say(locale, f'why_{why.value}')}", highlight=False)
        first = [one for one in report.first if one.why is why][:SHOWN]
        for one in first:
            params = {"row": one.row, "column": one.column, "value": one.value}
            console.print("    " + say(locale, "refused_row", **params), highlight=False, markup=False)


def shown_lines(lines: list[Line], zone: ZoneInfo, console: Console, locale: str) -> None:
    """A few figures of each queue and interval; all of them are in the JSON."""
    if not lines:
        console.print(say(locale, "nothing"))
        return
    table = Table()
    table.add_column(say(locale, "from"), no_wrap=True)
    table.add_column(say(locale, "queue"))
    for key in COLUMNS:
        table.add_column(words(locale)[key].name, justify="right")
    for line in lines:
        begins = local(zone, line.from_ms)
        table.add_row(
            f"{begins:%Y-%m-%d %H:%M}",
            line.queue if line.queue is not None else say(locale, "all_queues"),
            *(_cell(key, line.figures[key], locale) for key in COLUMNS),
        )
    console.print(table)


def _cell(key: str, figure: Figure, locale: str) -> str:
    if figure.value is None:
        return "–"
    match DEFINITIONS[key].unit:
        case Unit.SHARE:
            text = f"{100 * figure.value:.1f}\N{NO-BREAK SPACE}%"
        case Unit.MS:
            text = f"{figure.value / 1000:.1f}\N{NO-BREAK SPACE}s"
        case Unit.CONTACTS:
            return number(int(figure.value), locale)
    return text.replace(".", ",") if locale == "fr" else text
