"""Results of the twin as tables for people; all figures are in the JSON."""

from rich.console import Console
from rich.table import Table

from affluent.cli.twin.wording import say
from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS
from affluent.measure.definitions import DEFINITIONS, words
from affluent.measure.indicators import Unit
from affluent.twin.running.comparing import Comparison
from affluent.twin.running.estimates import Estimate, Pool
from affluent.twin.running.results import Results
from affluent.twin.running.sentences import MEDIA_WORDS, sentences

COLUMNS = ("received", "answered", "service_level", "abandonment", "asa", "aht", "occupancy")
_PERCENT = "\N{NO-BREAK SPACE}%"


def shown_results(results: Results, confidence: float, console: Console, locale: str) -> None:
    """A few figures of all, of each class, queue, group and period."""
    scenario = results.scenario
    percent = plain(100 * confidence, 4, locale)
    console.print(
        say(
            locale,
            "header",
            name=scenario.name or say(locale, "unnamed"),
            days=results.days,
            contacts=round(float(results.contacts.mean())),
            confidence=percent,
        ),
        highlight=False,
        markup=False,
    )
    table = Table()
    table.add_column(say(locale, "what"))
    for key in COLUMNS:
        table.add_column(words(locale)[key].name, justify="right")
    _add(table, say(locale, "all"), results.together, confidence, locale)
    names = {
        "class": ("classes", [one.name for one in scenario.classes]),
        "queue": ("queues", [scenario.queue_name(one.id) for one in scenario.policy.queues]),
        "group": ("groups", [one.name for one in scenario.groups]),
        "from": ("intervals", [clock(scenario.starts_ms + at_ms) for at_ms in scenario.edges_ms[:-1]]),
    }
    for code, (axis, told) in names.items():
        table.add_section()
        for row, pool in sorted(results.pools[axis].items()):
            _add(table, f"{say(locale, code)} {told[row]}", pool, confidence, locale)
    console.print(table)


def shown_comparison(found: Comparison, console: Console, locale: str) -> None:
    """The sentences first, then the figures they are made of."""
    percent = plain(100 * found.confidence, 4, locale)
    console.print(
        say(locale, "compared", other=found.other, base=found.base, days=found.days, confidence=percent),
        highlight=False,
        markup=False,
    )
    for sentence in sentences(found, locale):
        console.print(f"  {sentence}", highlight=False, markup=False)
    table = Table()
    for code in ("what", "indicator"):
        table.add_column(say(locale, code))
    table.add_column(found.base, justify="right")
    table.add_column(found.other, justify="right")
    table.add_column(say(locale, "difference"), justify="right")
    several = len({one.medium for one in found.differences}) > len((None, "one"))
    for one in found.differences:
        if one.key in COLUMNS and (several or one.medium is None):
            what = say(locale, "all") if one.medium is None else MEDIA_WORDS[locale][one.medium]
            unit = DEFINITIONS[one.key].unit
            cells = (written(one.base, unit, locale), written(one.value, unit, locale))
            low, high = written(one.low, unit, locale), written(one.high, unit, locale)
            table.add_row(
                what,
                words(locale)[one.key].name,
                *cells,
                f"{written(one.difference, unit, locale)} [{low} ; {high}]",
            )
    console.print(table)


def _add(table: Table, name: str, pool: Pool, confidence: float, locale: str) -> None:
    estimates = pool.estimates(confidence)
    table.add_row(name, *(cell(key, estimates[key], locale) for key in COLUMNS))


def cell(key: str, found: Estimate, locale: str) -> str:
    """A figure, and half the width of its interval."""
    if found.value is None:
        return "–"
    unit = DEFINITIONS[key].unit
    value = written(found.value, unit, locale)
    if found.low is None or found.high is None:
        return value
    half = written((found.high - found.low) / 2, unit, locale).removesuffix(_PERCENT)
    return f"{value.removesuffix(_PERCENT)} ± {half}{_PERCENT if value.endswith(_PERCENT) else ''}"


def written(value: float | None, unit: Unit, locale: str) -> str:
    if value is None:
        return "–"
    match unit:
        case Unit.SHARE:
            return plain(100 * value, 1, locale) + _PERCENT
        case Unit.MS:
            return plain(value / 1000, 1, locale) + "\N{NO-BREAK SPACE}s"
        case Unit.CONTACTS:
            return plain(value, 1, locale)


def plain(value: float, digits: int, locale: str) -> str:
    """A number without zeros that say nothing."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if digits > 1 else text
    return text.replace(".", ",") if locale == "fr" else text


def clock(at_ms: int) -> str:
    """An instant of the day, or of a later one."""
    days, rest = divmod(at_ms, DAY_MS)
    hours, minutes = rest // HOUR_MS, rest % HOUR_MS // MINUTE_MS
    return (f"+{days} " if days else "") + f"{hours:02}:{minutes:02}"
