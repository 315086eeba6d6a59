"""The indicators: each one named object, one definition for the board, the report and the twin alike.

An indicator is an expression over stays. Its `cohort` says which rows count, `measured` what is counted or added
up in them, `placed` which instant puts a row into a period. Ratios pool as counts: a figure over two queues is
made of their contacts, never of their percentages. The words and sources of each are in `definitions.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from affluent.facts.instants import DAY_MS, MINUTE_MS
from affluent.facts.media import Outcome
from affluent.measure.outcomes import NEVER, OUTCOMES, End, Fields, Kind

AT_END = "at_end"
KEPT_MS = 10 * MINUTE_MS
"""Taken up so long after a promised hour at most, the promise was kept."""
REPEAT_MS = 7 * DAY_MS
"""Nothing about it for so long after the close: it was resolved."""

Expression = Callable[[Fields, int], Any]
"""Of a row or of columns, and of the instant as of which one asks: what has not happened by then is open."""


class Measure(StrEnum):
    """What a figure is."""

    SHARE = "share"
    MEAN = "mean"
    COUNT = "count"
    MAX = "max"


class Unit(StrEnum):
    SHARE = "share"
    MS = "ms"
    CONTACTS = "contacts"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. Shares measure truths, means and maxima milliseconds, counts whatever is in the cohort."""

    key: str
    measure: Measure
    unit: Unit
    placed: str
    """The instant that puts a stay into a period; `at_end` counts what stands at the end of it."""
    cohort: Expression
    measured: Expression | None = None
    better: str | None = None
    """`high` or `low`, for those where it can be said."""
    variant_of: str | None = None
    """The indicator whose question it answers by another published formula."""

    @property
    def at_end(self) -> bool:
        return self.placed == AT_END


SPAM = OUTCOMES.index(Outcome.SPAM)
DUPLICATE = OUTCOMES.index(Outcome.DUPLICATE)
RESOLVED = OUTCOMES.index(Outcome.RESOLVED)
SILENT = OUTCOMES.index(Outcome.SILENT)
TURNED_AWAY = OUTCOMES.index(Outcome.TURNED_AWAY)


def genuine(c: Fields, now_ms: int) -> Any:
    """Neither spam nor a duplicate: a customer who wants something."""
    return (c.outcome != SPAM) & (c.outcome != DUPLICATE)


def presented(c: Fields, now_ms: int) -> Any:
    """Owed an answer in this stay: arrived, or handed on to this queue or agent."""
    return (c.asks == 1) & genuine(c, now_ms)


def answered(c: Fields, now_ms: int) -> Any:
    """By a person, never by a machine."""
    return c.answered_ms >= 0


def abandoned(c: Fields, now_ms: int) -> Any:
    return (c.end == End.ABANDONED) & (c.answered_ms < 0)


def short(c: Fields, now_ms: int) -> Any:
    """Left sooner than the queue's threshold: did not wait."""
    return abandoned(c, now_ms) & (c.waited_ms < c.short_ms)


def handed_on(c: Fields, now_ms: int) -> Any:
    """Went on to another queue before it was answered here: the answer is owed there."""
    return ((c.end == End.TRANSFERRED) | (c.end == End.OVERFLOWED)) & (c.answered_ms < 0)


def overflowed_out(c: Fields, now_ms: int) -> Any:
    """The queue sent it on: it had waited too long, or the queue was full or closed."""
    return (c.end == End.OVERFLOWED) & genuine(c, now_ms)


def overflowed_in(c: Fields, now_ms: int) -> Any:
    """Came from another queue that sent it on."""
    return (c.kind == Kind.OVERFLOW) & genuine(c, now_ms)


def turned_away(c: Fields, now_ms: int) -> Any:
    """Its queue was full and sends nobody on: the customer was told so at once."""
    return c.outcome == TURNED_AWAY


def needed_none(c: Fields, now_ms: int) -> Any:
    """A person closed it without an answer: they read it and judged that none was owed."""
    return (c.end == End.CLOSED) & (c.answered_ms < 0) & (c.by_person == 1)


def unanswered_at_close(c: Fields, now_ms: int) -> Any:
    """Closed by a rule of the centre without an answer."""
    return (c.end == End.CLOSED) & (c.answered_ms < 0) & (c.by_person == 0)


def in_time(c: Fields, now_ms: int) -> Any:
    return answered(c, now_ms) & (c.answered_ms <= c.due_ms)


def left_in_time(c: Fields, now_ms: int) -> Any:
    return abandoned(c, now_ms) & (c.left_ms <= c.due_ms)


def waiting(c: Fields, now_ms: int) -> Any:
    """Not yet answered and not gone."""
    return (c.end == End.OPEN) & (c.answered_ms < 0)


def overdue(c: Fields, now_ms: int) -> Any:
    """Still waiting, and past its target: its verdict is known."""
    return waiting(c, now_ms) & (c.due_ms < now_ms)


def judged(c: Fields, now_ms: int) -> Any:
    """Presented with a target, and whether it was met is known."""
    verdict = answered(c, now_ms) | abandoned(c, now_ms) | unanswered_at_close(c, now_ms) | overdue(c, now_ms)
    return presented(c, now_ms) & (c.due_ms >= 0) & verdict


def judged_without_short(c: Fields, now_ms: int) -> Any:
    return judged(c, now_ms) & (short(c, now_ms) == 0)


def settled(c: Fields, now_ms: int) -> Any:
    """Presented, and answered, left or closed by now: whether somebody answered is known."""
    known = answered(c, now_ms) | abandoned(c, now_ms) | unanswered_at_close(c, now_ms)
    return presented(c, now_ms) & known


def settled_without_short(c: Fields, now_ms: int) -> Any:
    return settled(c, now_ms) & (short(c, now_ms) == 0)


def handled(c: Fields, now_ms: int) -> Any:
    """An agent took it in hand, and it has left that hand."""
    return (c.taken_ms >= 0) & (c.left_ms >= 0) & genuine(c, now_ms)


def handling_ms(c: Fields, now_ms: int) -> Any:
    """Conversation and wrap-up; an asynchronous contact is handled only while it is for us to write."""
    return c.ours_ms + c.wrap_ms + c.theirs_ms * c.synchronous


def closed(c: Fields, now_ms: int) -> Any:
    return (c.end == End.CLOSED) & genuine(c, now_ms)


def knowable(c: Fields, now_ms: int) -> Any:
    """First contact of its request, answered and closed by a person, long enough ago to know what followed."""
    by_person = closed(c, now_ms) & (c.by_person == 1) & (c.taken_ms >= 0)
    return by_person & (c.opens == 1) & (c.left_ms + REPEAT_MS <= now_ms)


def resolved_at_once(c: Fields, now_ms: int) -> Any:
    quiet = (c.again_ms == NEVER) | (c.again_ms > c.left_ms + REPEAT_MS)
    return (c.outcome == RESOLVED) & quiet


def repeat_knowable(c: Fields, now_ms: int) -> Any:
    return closed(c, now_ms) & (c.taken_ms >= 0) & (c.left_ms + REPEAT_MS <= now_ms)


def came_again(c: Fields, now_ms: int) -> Any:
    return (c.customer_again_ms != NEVER) & (c.customer_again_ms <= c.left_ms + REPEAT_MS)


def _of(name: str) -> Expression:
    def column(c: Fields, now_ms: int) -> Any:
        return getattr(c, name)

    return column


def _arrived(c: Fields, now_ms: int) -> Any:
    return (c.kind == Kind.ARRIVAL) & (c.number == 0) & genuine(c, now_ms)


def _answered_presented(c: Fields, now_ms: int) -> Any:
    return presented(c, now_ms) & answered(c, now_ms)


def _answered_judged(c: Fields, now_ms: int) -> Any:
    return judged(c, now_ms) & answered(c, now_ms)


def _kept_in_time(c: Fields, now_ms: int) -> Any:
    return in_time(c, now_ms) | left_in_time(c, now_ms)


def _judged_but_left_in_time(c: Fields, now_ms: int) -> Any:
    return judged(c, now_ms) & (left_in_time(c, now_ms) == 0)


def _silent(c: Fields, now_ms: int) -> Any:
    return abandoned(c, now_ms) & (c.outcome == SILENT)


def _transferred(c: Fields, now_ms: int) -> Any:
    return c.end == End.TRANSFERRED


def _short_presented(c: Fields, now_ms: int) -> Any:
    return presented(c, now_ms) & short(c, now_ms)


def _given_none(c: Fields, now_ms: int) -> Any:
    """Not where an earlier stay answered: those owe nothing."""
    return needed_none(c, now_ms) & (c.asks == 1)


def _there(c: Fields, now_ms: int) -> Any:
    """Had begun and was not over at that instant, whatever became of it later."""
    return (c.began_ms < now_ms) & ((c.left_ms < 0) | (c.left_ms >= now_ms)) & genuine(c, now_ms)


def _waits(c: Fields, now_ms: int) -> Any:
    return _there(c, now_ms) & (c.kind != Kind.RETURN) & ((c.answered_ms < 0) | (c.answered_ms >= now_ms))


def _theirs_counted(c: Fields, now_ms: int) -> Any:
    return c.theirs_ms * c.synchronous


def _steered(c: Fields, now_ms: int) -> Any:
    """Another channel was offered to the customer; each contact once, in its first stay."""
    return (c.number == 0) & (c.steered >= 0)


def _went_there(c: Fields, now_ms: int) -> Any:
    return c.steered == 1


def promised(c: Fields, now_ms: int) -> Any:
    """The customer was promised an hour, by an agent or at a door, and it did not go elsewhere before it was over.

    The stay was entered later than it began: nothing else puts off its entry.
    """
    over = (c.taken_ms >= 0) | (c.left_ms > c.entered_ms + KEPT_MS)
    over = over | ((c.left_ms < 0) & (c.entered_ms + KEPT_MS < now_ms))
    return (c.entered_ms > c.began_ms) & over & genuine(c, now_ms)


def _promise_kept(c: Fields, now_ms: int) -> Any:
    return (c.taken_ms >= 0) & (c.taken_ms <= c.entered_ms + KEPT_MS)


def _offered(c: Fields, now_ms: int) -> Any:
    return (c.offers > 0) & genuine(c, now_ms)


def _declined(c: Fields, now_ms: int) -> Any:
    return c.declined > 0


def _spam(c: Fields, now_ms: int) -> Any:
    return (c.number == 0) & (genuine(c, now_ms) == 0)


def _share(
    key: str, placed: str, cohort: Expression, part: Expression, better: str | None = None, **more: Any
) -> Indicator:
    return Indicator(key, Measure.SHARE, Unit.SHARE, placed, cohort, part, better, **more)


def _mean(key: str, placed: str, cohort: Expression, of: Expression, **more: Any) -> Indicator:
    return Indicator(key, Measure.MEAN, Unit.MS, placed, cohort, of, **more)


def _count(key: str, placed: str, cohort: Expression) -> Indicator:
    return Indicator(key, Measure.COUNT, Unit.CONTACTS, placed, cohort)


E, L = "entered_ms", "left_ms"
INDICATORS: dict[str, Indicator] = {
    one.key: one
    for one in (
        _count("received", E, _arrived),
        _count("presented", E, presented),
        _count("answered", E, _answered_presented),
        _count("handled", L, handled),
        _count("closed", L, closed),
        _share("service_level", E, judged_without_short, in_time, "high"),
        _share("service_level_all", E, judged, in_time, "high", variant_of="service_level"),
        _share("service_level_answered", E, _answered_judged, in_time, "high", variant_of="service_level"),
        _share("service_level_left_kept", E, judged, _kept_in_time, "high", variant_of="service_level"),
        _share(
            "service_level_left_out", E, _judged_but_left_in_time, in_time, "high", variant_of="service_level"
        ),
        _share("answer_rate", E, settled_without_short, answered, "high"),
        _share("abandonment", E, settled_without_short, abandoned, "low"),
        _share("abandonment_all", E, settled, abandoned, "low", variant_of="abandonment"),
        _share("silent_abandonment", E, settled, _silent, "low"),
        _count("short_abandons", E, _short_presented),
        _mean("asa", E, _answered_presented, _of("waited_ms"), better="low"),
        Indicator("longest_wait", Measure.MAX, Unit.MS, E, settled, _of("waited_ms"), "low"),
        _mean("aht", L, handled, handling_ms),
        _mean("aht_ours", L, handled, _of("ours_ms"), variant_of="aht"),
        _mean("aht_theirs", L, handled, _theirs_counted, variant_of="aht"),
        _mean("aht_wrap", L, handled, _of("wrap_ms"), variant_of="aht"),
        _mean("asleep", L, handled, _of("asleep_ms"), variant_of="aht"),
        _share("transfer_rate", L, handled, _transferred, "low"),
        _share("closed_unanswered", L, closed, _given_none),
        _share("fcr", L, knowable, resolved_at_once, "high"),
        _share("repeat_rate", L, repeat_knowable, came_again, "low"),
        _count("backlog", AT_END, _waits),
        _count("open", AT_END, _there),
        _count("spam", E, _spam),
        _count("overflow_out", L, overflowed_out),
        _count("overflow_in", E, overflowed_in),
        _count("turned_away", E, turned_away),
        _count("steered", E, _steered),
        _share("steering_accepted", E, _steered, _went_there),
        _share("declined", E, _offered, _declined, "low"),
        _share("promises_kept", E, promised, _promise_kept, "high"),
    )
}
"""Every indicator over stays, by key, in the order in which pages show them."""
