"""What a replay found, in words and tables for people; all of it is in the JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from affluent.centre.deciding_again import Decided, Difference
from affluent.cli.twin.deciding import OtherRules, SameRules
from affluent.cli.twin.showing import plain
from affluent.cli.twin.wording import say
from affluent.twin.replaying.compared import Effect, Moved, Range

MOVED_SHOWN = 15
FEW_LEFT = 10
"""Of fewer who left, no law of patience is told."""
Names = Mapping[str, Mapping[int, str]]


def shown_same(found: SameRules, names: Names, console: Console, locale: str) -> None:
    code = "decided_same" if not found.differences else "decided_otherwise"
    _print(
        console,
        say(locale, code, same=found.same, all=found.decided, from_=_at(found.from_ms), to=_at(found.to_ms)),
    )
    if not found.differences:
        return
    _print(console, _difference(found.differences[0], names, locale))
    if found.why is not None:
        for one in found.why.candidates:
            obstacles = ", ".join(say(locale, f"obstacle_{each}") for each in one.obstacles)
            _print(
                console,
                f"  {_name(names, 'agent', one.agent)}{_colon(locale)} {obstacles or say(locale, 'could_have')}",
            )


def shown_changed(found: SameRules, other: OtherRules, names: Names, console: Console, locale: str) -> None:
    shown_same(found, names, console, locale)
    told = other.compared
    _print(console, say(locale, "trusted", share=_percent(other.agreement, locale)))
    if told.first_ms is None:
        _print(console, say(locale, "nothing_differs", visits=told.visits))
        return
    _print(
        console,
        say(
            locale,
            "differs_from",
            at=_at(told.first_ms),
            certain=told.certain,
            visits=told.visits,
            replications=other.replications,
        ),
    )
    for name, one in told.offers.items():
        _print(console, f"  {say(locale, f'offers_{name}')}{_colon(locale)} {_count(one, locale)}")
    _print(console, say(locale, "what_is_guessed"))
    if other.not_followed:
        _print(console, say(locale, "not_followed", count=other.not_followed))
    _queues(other, names, console, locale)
    _moved(other, names, console, locale)


def _queues(other: OtherRules, names: Names, console: Console, locale: str) -> None:
    table = Table()
    table.add_column(say(locale, "queue"))
    for code in ("contacts", "mean_wait", "left", "in_target"):
        table.add_column(say(locale, code), justify="right")
    for one in other.compared.effects:
        if one.contacts:
            table.add_row(_name(names, "queue", one.queue), str(one.contacts), *_figures(one, locale))
    console.print(table)
    few = [
        _name(names, "queue", one.queue)
        for one in other.compared.effects
        if one.queue in other.present and one.contacts and one.left_seen < FEW_LEFT
    ]
    if few:
        _print(console, say(locale, "patience_unknown", queues=", ".join(few), few=FEW_LEFT))


def _figures(one: Effect, locale: str) -> list[str]:
    found: list[str] = []
    for name in ("wait_ms", "left", "in_target"):
        then, now = one.recorded[name], one.changed[name]
        show = _seconds if name == "wait_ms" else _percent
        before = "-" if then is None else show(then, locale)
        after = (
            "-"
            if now is None
            else f"{show(now.mean, locale)} [{show(now.low, locale)}, {show(now.high, locale)}]"
        )
        found.append(f"{before} \N{RIGHTWARDS ARROW} {after}")
    return found


def _moved(other: OtherRules, names: Names, console: Console, locale: str) -> None:
    shown = other.compared.moved[:MOVED_SHOWN]
    if not shown:
        return
    _print(console, say(locale, "moved", count=other.compared.moved_in_all))
    for one in shown:
        _print(console, "  " + _one_moved(one, names, locale))


def _one_moved(one: Moved, names: Names, locale: str) -> str:
    then = say(locale, "to_nobody")
    if one.then_agent is not None and one.then_ms is not None:
        then = f"{_name(names, 'agent', one.then_agent)}, {_at(one.then_ms)}"
    to = ", ".join(
        f"{_name(names, 'agent', agent)} ({_percent(share, locale)})"
        for agent, share in list(one.agents.items())[:3]
    )
    now = say(locale, "to_nobody") if one.offered_ms is None else f"{to}, {_at(one.offered_ms)}"
    return say(locale, "one_moved", contact=one.contact, then=then, now=now)


def _difference(found: Difference, names: Names, locale: str) -> str:
    if found.standing:
        return say(locale, "difference_standing", at=_at(found.at_ms))
    if found.refused is not None:
        return say(locale, "difference_refused", at=_at(found.at_ms), seq=found.seq, why=found.refused)
    then = _decided(found.then, names, locale)
    now = _decided(found.now, names, locale)
    return say(locale, "first_difference", at=_at(found.at_ms), seq=found.seq, then=then, now=now)


def _decided(found: Decided | None, names: Names, locale: str) -> str:
    if found is None:
        return say(locale, "decided_nothing")
    agent = "" if found.agent is None else _name(names, "agent", found.agent)
    queue = "" if found.queue is None else _name(names, "queue", found.queue)
    return say(locale, f"decided_{found.kind}", contact=found.contact, agent=agent, queue=queue)


def _colon(locale: str) -> str:
    return "\N{NO-BREAK SPACE}:" if locale == "fr" else ":"


def _print(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def _name(names: Names, noun: str, number: int) -> str:
    return names.get(noun, {}).get(number, str(number))


def _at(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000).astimezone().isoformat(sep=" ", timespec="milliseconds")


def _count(found: Range, locale: str) -> str:
    return f"{plain(found.mean, 1, locale)} [{plain(found.low, 1, locale)}, {plain(found.high, 1, locale)}]"


def _seconds(value_ms: float, locale: str) -> str:
    return f"{plain(value_ms / 1000, 1, locale)}\N{NO-BREAK SPACE}s"


def _percent(share: Any, locale: str) -> str:
    return f"{plain(100 * share, 1, locale)}\N{NO-BREAK SPACE}%"
