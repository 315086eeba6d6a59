"""`affluent twin target`: how long customers should wait, as tables and sentences."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from affluent.cli.settings import Settings
from affluent.cli.twin.asking import Stop, guarded, print_json, read, read_as
from affluent.cli.twin.showing import plain
from affluent.cli.twin.wording import say
from affluent.routing.document.durations import write_duration
from affluent.twin.running.warm import is_warm, warm_up
from affluent.twin.targets import find, read_worth
from affluent.twin.targets.answers import answer
from affluent.twin.targets.checking import check, checked_answer

COLUMNS = ("target", "net", "a_second_more", "agent_hours", "abandonment", "service_level")
_PERCENT = "\N{NO-BREAK SPACE}%"


def target(
    file: Path, worth_file: Path, budget: float | None, days: int, seed: int, *, as_json: bool
) -> None:
    def work(settings: Settings, console: Console) -> None:
        scenario = read(file)
        worth = read_as(worth_file, lambda text: read_worth(text, scenario))
        if budget is not None:
            worth = replace(worth, budget=budget)
        try:
            with console.status(say(settings.locale, "counting")) as status:
                curves = find(scenario, worth, seed)
                found = answer(curves, worth)
                if days:
                    if not is_warm():
                        status.update(say(settings.locale, "compiling"))
                        warm_up()
                    status.update(say(settings.locale, "checking"))
                    checked = check(scenario, worth, curves, days, seed)
                    found["checked"] = None if checked is None else checked_answer(checked)
        except ValueError as impossible:
            raise Stop("no_target", why=impossible) from None
        if as_json:
            print_json(found)
        else:
            shown(found, Console(), settings.locale)

    guarded(work)


def shown(found: dict[str, Any], console: Console, locale: str) -> None:
    """Each queue with its sentence and its curve, then all of them within the budget."""
    for queue in found["queues"]:
        _line(console, _sentence(queue, found, locale))
        table = Table()
        for code in COLUMNS:
            table.add_column(say(locale, code), justify="right")
        for row in queue["targets"]:
            table.add_row(*_cells(row, locale), style="bold" if row["wait_ms"] == queue["best_ms"] else "")
        console.print(table)
        if len(queue["classes"]) > 1:
            parts = [f"{one['class']} {_wait(one['best_ms'])}" for one in queue["classes"]]
            _line(console, say(locale, "by_class", parts=", ".join(parts)))
    if found["left_out"]:
        _line(console, say(locale, "left_out", queues=", ".join(found["left_out"])))
    plan = found["plan"]
    if plan is not None:
        chosen = ", ".join(f"{name} {_wait(wait_ms)}" for name, wait_ms in plan["targets_ms"].items())
        money = {key: plain(plan[key], 0, locale) for key in ("budget", "net", "cost")}
        more = plain(plan["worth_of_more"], 2, locale)
        _line(console, say(locale, "within_budget", chosen=chosen, more=more, **money))
    if found.get("checked") is not None:
        for sentence in check_sentences(found["checked"], locale):
            _line(console, sentence)


def check_sentences(checked: dict[str, Any], locale: str) -> list[str]:
    """What the twin says of the targets that were found."""

    def targets(waits_ms: dict[str, int]) -> str:
        return ", ".join(f"{queue} {_wait(wait_ms)}" for queue, wait_ms in waits_ms.items())

    params = {"days": checked["days"], "level": plain(100 * checked["confidence"], 0, locale)}
    if checked["holds"]:
        told = [say(locale, "check_holds", net=_money(checked["net"], locale), **params)]
    else:
        told = [
            say(
                locale, "check_moves", best=targets(checked["best_ms"]), before=targets(checked["formulas_ms"]),
                gain=_money(checked["gain"], locale), net=_money(checked["net"], locale), **params,
            )
        ]  # fmt: skip
    if not checked["settled"]:
        told.append(say(locale, "check_unsettled"))
    alike = [one for one in checked["neighbours"] if one["low"] is None or one["low"] <= 0 <= one["high"]]
    if alike:
        colon, between = ("\N{NO-BREAK SPACE}: ", "\N{NO-BREAK SPACE}; ") if locale == "fr" else (": ", "; ")
        parts = between.join(
            f"{one['queue']} {_wait(one['wait_ms'])}{colon}{_money(one, locale)}" for one in alike
        )
        told.append(say(locale, "check_alike", parts=parts))
    return told


def _money(one: dict[str, Any], locale: str) -> str:
    mean = plain(one["mean"], 0, locale)
    if one["low"] is None:
        return mean
    return f"{mean} [{plain(one['low'], 0, locale)} ; {plain(one['high'], 0, locale)}]"


def _sentence(queue: dict[str, Any], found: dict[str, Any], locale: str) -> str:
    low, high = (_wait(one) for one in queue["best_between_ms"])
    return say(
        locale,
        "best_target" if low == high else "best_target_between",
        queue=queue["queue"],
        best=_wait(queue["best_ms"]),
        low=low,
        high=high,
        today=_wait(queue["target_today_ms"]),
        share=plain(100 * found["share"], 0, locale),
        level=plain(100 * found["level"], 0, locale),
        regret=plain(queue["regret"], 0, locale),
    )


def _cells(row: dict[str, Any], locale: str) -> list[str]:
    net = plain(row["net"], 0, locale)
    if row["net_low"] != row["net_high"]:
        net += f" [{plain(row['net_low'], 0, locale)} ; {plain(row['net_high'], 0, locale)}]"
    gain = row["a_second_more"]
    return [
        _wait(row["wait_ms"]),
        net,
        "–" if gain is None else plain(gain, 2, locale),
        plain(row["agent_hours"], 1, locale),
        plain(100 * row["abandonment"], 1, locale) + _PERCENT,
        plain(100 * row["service_level"], 1, locale) + _PERCENT,
    ]


def _wait(wait_ms: float) -> str:
    return write_duration(round(wait_ms))


def _line(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False)
