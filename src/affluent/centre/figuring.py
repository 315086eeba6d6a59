"""Figures asked for: by whom, of what, over which period, grouped how. The one way that pages and API get them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np

from affluent.centre.calendar import Interval, Step, intervals, midnight_ms
from affluent.centre.refusals import Forbidden, Invalid
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import DAY_MS, Clock
from affluent.facts.media import Medium
from affluent.measure import occupancy
from affluent.measure.computing import (
    Grouping,
    Period,
    all_together,
    by_column,
    by_edges,
    columns_of,
    compute,
    counted,
    selected,
    standing,
    together,
)
from affluent.measure.figures import Figure
from affluent.measure.indicators import AT_END, INDICATORS, Measure
from affluent.measure.occupancy import Holds, Spans
from affluent.measure.outcomes import MEDIA, Stays

PERIOD_MS_MAX = 2 * 366 * DAY_MS
GROUPS_MAX = 800
ZONE = "Europe/Paris"
COLUMNS = {
    "brand": "brand_id", "queue": "queue_id", "channel": "channel_id", "agent": "agent_id",
    "motive": "motive_id", "medium": "medium", "problem": "problem_id",
}  # fmt: skip
HANDLED = ("none", "brand", "queue", "channel", "motive", "medium", "problem")
"""By what the time that contacts were in hand can be shared out."""
STEPS = {step.value: step for step in Step}
CYCLES = {"hour_of_day": Step.HOUR, "weekday": Step.DAY}
GROUPED_BY = ("none", *COLUMNS, *STEPS, *CYCLES)
PAGE = 50

Json = dict[str, Any]
Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Slice:
    """Which stays: those that touch a period, on the viewer's side of the wall, narrowed at will.

    `brands` None is every brand. A filter that is None does not narrow.
    """

    from_ms: int
    to_ms: int
    brands: Collection[int] | None
    brand_id: int | None = None
    queues: Collection[int] | None = None
    channels: Collection[int] | None = None
    agents: Collection[int] | None = None
    media: Collection[int] | None = None


class Outcomes(Protocol):
    """Outcomes as columns."""

    def stays(self, which: Slice, names: Sequence[str]) -> Stays: ...
    def spans(self, which: Slice) -> Spans:
        """What the agents of a slice were doing: of its period, brands and agents only."""
        ...

    def holds(self, which: Slice, by: str) -> Holds:
        """What the agents of a slice had in hand: of its period, brands and filters, grouped by one of `HANDLED`."""
        ...

    def followed_ms(self) -> int | None:
        """The instant up to which facts are in the rows."""
        ...

    def zone(self, brands: Collection[int] | None, brand_id: int | None) -> str | None:
        """The time zone in which most queues of these brands open; None when none says."""
        ...

    def names(self, by: str, ids: Collection[int], locale: str) -> Mapping[int, str]:
        """What the groups of `by` are called, by identifier."""
        ...

    def contacts(self, ids: Sequence[int]) -> Mapping[int, Json]:
        """Contacts as lines of a list, by identifier."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: of a period told by instants, the last one excluded, or by days, the last one included.

    A filter of None does not narrow.
    """

    from_ms: int | None = None
    to_ms: int | None = None
    from_day: date | None = None
    to_day: date | None = None
    by: str = "none"
    brand: int | None = None
    queue: int | None = None
    channel: int | None = None
    medium: str | None = None
    agent: int | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One line of an answer. An interval has its instants, anything else an identifier or a code as `key`."""

    key: str
    name: str | None
    from_ms: int | None
    to_ms: int | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Answer:
    """Figures by group, and of all together. `as_of_ms` is the last fact that they know of."""

    period: Period
    as_of_ms: int | None
    timezone: str
    total: Figures
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """One stay behind a figure: whether it counts in the part of a share, or what it adds to a mean."""

    contact_id: int
    number: int
    placed_ms: int
    value: int
    stay: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BehindPage:
    """A page of the stays behind a figure and one more where there are more; `total` is how many in all."""

    items: list[Behind]
    total: int
    contacts: Mapping[int, Json]
    queues: Mapping[int, str]
    agents: Mapping[int, str]


class Figuring:
    """Answers questions about figures, each on its viewer's side of the wall."""

    def __init__(self, outcomes: Outcomes, clock: Clock) -> None:
        self._outcomes = outcomes
        self._clock = clock

    def answer(self, viewer: Viewer, question: Question) -> Answer:
        """Raises `Forbidden`, `NotFound` for a brand behind the wall, `Invalid` for a period out of bounds."""
        zone = self._zone(viewer, question)
        period = self._period(question, zone)
        which = self._slice(viewer, question, period)
        as_of_ms = self._outcomes.followed_ms()
        cut = _cut(question, period, zone)
        names = (*columns_of(INDICATORS), *([COLUMNS[question.by]] if question.by in COLUMNS else ()))
        stays = self._outcomes.stays(which, names)
        narrowed = (question.queue, question.channel, question.medium) != (None,) * 3
        every = self._outcomes.spans(which)
        spans = None if narrowed else every
        total = dict(together(stays, period))
        if spans is not None:
            total |= occupancy.together(spans, period)
        else:
            held = occupancy.by_handled(every, self._outcomes.holds(which, "none"), period)
            total |= {occupancy.OfAgents.OCCUPANCY: held[0]} if held else {}
        if question.by in STEPS:
            groups = _by_interval(stays, spans, period, cut)
        elif question.by == "none":
            groups = []
        else:
            handled: Mapping[int, Figure] = {}
            if question.by in HANDLED:
                handled = occupancy.by_handled(every, self._outcomes.holds(which, question.by), period)
            groups = self._by_key(viewer, question, stays, spans, handled, period, cut)
        return Answer(period, as_of_ms, zone.key, total, tuple(groups))

    def sliced(self, viewer: Viewer, question: Question) -> tuple[ZoneInfo, Slice]:
        """What a question is about, on the viewer's side of the wall. Raises as `answer`."""
        zone = self._zone(viewer, question)
        return zone, self._slice(viewer, question, self._period(question, zone))

    def behind(
        self,
        viewer: Viewer,
        question: Question,
        key: str,
        group: str | None,
        before: tuple[int, int, int] | None,
    ) -> BehindPage:
        """The next stays behind a figure, latest first, before a place in that order: instant, contact, number.

        They are found by the same expression as the figure. Raises `Invalid` for a figure that is of no contacts.
        """
        indicator = INDICATORS.get(key)
        if indicator is None:
            raise Invalid("no_contacts_behind", "key")
        viewer.require(Right.READ_CONTACTS)
        zone = self._zone(viewer, question)
        period = self._period(question, zone)
        cut = _cut(question, period, zone)
        if group is not None and question.by in STEPS:
            period = _narrowed(period, group)
        by = COLUMNS.get(question.by, _BEHIND[0])
        names = _BEHIND if by in _BEHIND else (*_BEHIND, by)
        stays = self._outcomes.stays(self._slice(viewer, question, period), names)
        mask = selected(indicator, stays, period)
        placed = stays.entered_ms if indicator.at_end else getattr(stays, indicator.placed)
        if group is not None and question.by not in (*STEPS, "none"):
            mask = mask & (_grouping(question.by, cut)(stays, placed) == _code(question.by, group))
        chosen = stays.where(mask)
        values = np.asarray(counted(indicator, stays, period))[mask].astype(np.int64)
        placed = placed[mask]
        order = np.lexsort((chosen.number, chosen.contact_id, placed))[::-1]
        found = (
            Behind(
                int(chosen.contact_id[one]),
                int(chosen.number[one]),
                int(placed[one]),
                int(values[one]),
                {name: int(column[one]) for name, column in chosen.columns.items()},
            )
            for one in order
        )
        page: list[Behind] = []
        for one in found:
            if before is None or (one.placed_ms, one.contact_id, one.number) < before:
                page.append(one)
            if len(page) > PAGE:
                break
        return BehindPage(
            page,
            len(chosen),
            self._outcomes.contacts([one.contact_id for one in page]),
            self._outcomes.names("queue", {one.stay["queue_id"] for one in page}, viewer.locale),
            self._outcomes.names("agent", {one.stay["agent_id"] for one in page}, viewer.locale),
        )

    def _period(self, question: Question, zone: ZoneInfo) -> Period:
        from_ms, to_ms = question.from_ms, question.to_ms
        if question.from_day is not None and from_ms is None:
            from_ms = midnight_ms(zone, question.from_day)
        if question.to_day is not None and to_ms is None:
            to_ms = midnight_ms(zone, question.to_day + timedelta(days=1))
        if from_ms is None or to_ms is None or not 0 < to_ms - from_ms <= PERIOD_MS_MAX:
            raise Invalid("bad_period", "to_ms" if question.to_day is None else "to_day")
        return Period(from_ms, to_ms, self._clock.now_ms())

    def _slice(self, viewer: Viewer, question: Question, period: Period) -> Slice:
        agents = None if question.agent is None else {question.agent}
        if not viewer.may(Right.READ_FIGURES):
            # An agent sees what they did themselves, and nobody else's.
            viewer.require(Right.SERVE)
            if question.agent not in (None, viewer.account_id):
                raise Forbidden("forbidden")
            agents = {viewer.account_id}
        medium = None if question.medium is None else {MEDIA.index(Medium(question.medium))}
        return Slice(
            period.from_ms,
            period.to_ms,
            viewer.brand_filter(),
            brand_id=question.brand,
            queues=None if question.queue is None else {question.queue},
            channels=None if question.channel is None else {question.channel},
            agents=agents,
            media=medium,
        )

    def _zone(self, viewer: Viewer, question: Question) -> ZoneInfo:
        viewer.behind_wall(question.brand)
        named = question.timezone or self._outcomes.zone(viewer.brand_filter(), question.brand) or ZONE
        try:
            return ZoneInfo(named)
        except (KeyError, ValueError, OSError):
            raise Invalid("unknown_timezone", "timezone") from None

    def _by_key(
        self,
        viewer: Viewer,
        question: Question,
        stays: Stays,
        spans: Spans | None,
        handled: Mapping[int, Figure],
        period: Period,
        cut: list[Interval],
    ) -> list[Group]:
        by = question.by
        keys = [one for one in INDICATORS.values() if by not in CYCLES or one.placed != AT_END]
        figures: dict[int, dict[str, Figure]] = compute(
            stays, period, [one.key for one in keys], _grouping(by, cut)
        )
        for group, share in handled.items():
            figures[group] = _none() | figures.get(group, {}) | {occupancy.OfAgents.OCCUPANCY: share}
        figures.pop(-1, None)
        if by == "agent" and spans is not None:
            for agent_id, of_agent in occupancy.by_agent(spans, period).items():
                figures[agent_id] = _none() | figures.get(agent_id, {}) | of_agent
        if by == "medium":
            return [Group(MEDIA[one].value, None, None, None, figures[one]) for one in sorted(figures)]
        if by in CYCLES:
            return [Group(str(one), None, None, None, figures[one]) for one in sorted(figures)]
        names = self._outcomes.names(by, figures.keys(), viewer.locale)
        groups = [Group(str(one), names.get(one), None, None, figures[one]) for one in figures]
        return sorted(groups, key=lambda one: ((one.name or "").lower(), int(one.key)))


_LEAST_MS = {Step.HOUR: DAY_MS // 24, Step.DAY: DAY_MS, Step.WEEK: 7 * DAY_MS, Step.MONTH: 28 * DAY_MS}
_SHOWN = (
    "contact_id", "number", "entered_ms", "left_ms", "queue_id", "agent_id", "waited_ms", "target_ms",
    "answered_ms", "due_ms", "end",
)  # fmt: skip
_BEHIND = tuple(dict.fromkeys((*columns_of(INDICATORS), *_SHOWN, *COLUMNS.values())))


def _cut(question: Question, period: Period, zone: ZoneInfo) -> list[Interval]:
    """The intervals of a grouping by time, or of one by the hour of the day or the day of the week."""
    step = STEPS.get(question.by) or CYCLES.get(question.by)
    if step is None:
        return []
    if question.by in STEPS and (period.to_ms - period.from_ms) // _LEAST_MS[step] > GROUPS_MAX:
        raise Invalid("too_many_intervals", "by", most=GROUPS_MAX)
    return intervals(zone, period.from_ms, period.to_ms, step)


def _grouping(by: str, cut: list[Interval]) -> Grouping:
    if by in COLUMNS:
        return by_column(COLUMNS[by])
    if by in CYCLES:
        hours = by == "hour_of_day"
        return by_edges(_edges(cut), [one.hour if hours else one.day.weekday() for one in cut])
    return by_edges(_edges(cut)) if cut else all_together


def _edges(cut: list[Interval]) -> list[int]:
    return [*(one.from_ms for one in cut), cut[-1].to_ms]


def _by_interval(stays: Stays, spans: Spans | None, period: Period, cut: list[Interval]) -> list[Group]:
    """Every interval has its line, an empty one too: a gap in a series would hide a quiet day."""
    placed = [key for key, one in INDICATORS.items() if one.placed != AT_END]
    figures = compute(stays, period, placed, by_edges(_edges(cut)))
    of_agents = {} if spans is None else occupancy.by_interval(spans, period, np.array(_edges(cut)))
    begun = [one for one in cut if one.from_ms < period.end_ms]
    stood = {
        key: standing(stays, key, (min(one.to_ms, period.end_ms) for one in begun))
        for key, one in INDICATORS.items()
        if one.placed == AT_END
    }
    groups: list[Group] = []
    for place, one in enumerate(cut):
        at_end = {key: found[place] for key, found in stood.items()} if place < len(begun) else {}
        found = _none() | figures.get(one.from_ms, {}) | at_end | of_agents.get(one.from_ms, {})
        groups.append(Group(f"{one.from_ms}-{one.to_ms}", None, one.from_ms, one.to_ms, found))
    return groups


def _none() -> dict[str, Figure]:
    counts = (Measure.COUNT,)
    return {key: Figure(0, 0, 0.0 if one.measure in counts else None) for key, one in INDICATORS.items()}


def _narrowed(period: Period, group: str) -> Period:
    """One interval of a period: `from-to`, in milliseconds."""
    start, _, end = group.partition("-")
    try:
        inner = Period(max(int(start), period.from_ms), min(int(end), period.to_ms), period.now_ms)
    except ValueError:
        raise Invalid("unknown_group", "group") from None
    if inner.from_ms >= inner.to_ms:
        raise Invalid("unknown_group", "group")
    return inner


def _code(by: str, group: str) -> int:
    """The code of a group as it was named in an answer."""
    try:
        return MEDIA.index(Medium(group)) if by == "medium" else int(group)
    except ValueError:
        raise Invalid("unknown_group", "group") from None
