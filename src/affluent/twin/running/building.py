"""A scenario compiled to the arrays of a world. All of it is fixed but for what a day changes."""

from collections.abc import Iterable
from typing import Any, cast

import numpy as np

from affluent.facts.media import SYNCHRONOUS
from affluent.routing.joining import Joining
from affluent.routing.policy import NO_DEMANDS, Demands
from affluent.routing.space import words
from affluent.routing.state import NOTHING, Column, State, Table
from affluent.routing.store import Store
from affluent.routing.tables import Rows as RoutingRows
from affluent.routing.tables import new_state
from affluent.twin.living.world import (
    LATER,
    OUTCOME_COLUMNS,
    STREAMS,
    Calendar,
    Classes,
    Clock,
    Keys,
    Notes,
    Onwards,
    Queues,
    RealTable,
    Rows,
    Staff,
    World,
)
from affluent.twin.running.law_rows import LawRows, integers, reals
from affluent.twin.scenario.scenario import ContactClass, Group, Instants, Return, Scenario

HOUR_MS = 3_600_000
CONTACTS, OUTCOMES = 1_024, 16_384
SLOTS_LEAST, SLOTS_EACH, IN_A_SLOT = 256, 2, 4
"""Of the calendar: slots at least, slots an agent, arrivals a slot."""
_LIVE = {medium.value for medium in SYNCHRONOUS}


class Building:
    """What is made of a scenario once: the engine's tables, and who stands in which row."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.periods = len(scenario.periods_ms)
        self.engine = RoutingRows(scenario.policy)
        self.laws = LawRows()
        store = Store(new_state(scenario.policy, self.engine, CONTACTS))
        joining = Joining(scenario.policy, self.engine, store)
        self.segments: list[Demands] = [NO_DEMANDS, *scenario.segments.values()]
        self._segment = {None: 0, **{name: row + 1 for row, name in enumerate(scenario.segments)}}
        self._class = {one.name: row for row, one in enumerate(scenario.classes)}
        self._lines = self._joined(joining)
        self.state: State = store.state
        # Where nobody lets an offer ring, it need not wait for an answer.
        self.state.rules.at_once[0] = int(not any(group.pick_up for group in scenario.groups))
        self.state.rules.told[0] = 0
        self.queue_of_line: list[int] = [
            self.engine.queues[int(base)].id if base != NOTHING else NOTHING
            for base in cast(Iterable[int], self.state.queues.base)
        ]

    def world(self) -> World:
        """A world before its first day."""
        scenario, classes = self.scenario, self._classes()
        onwards = [onward for one in scenario.classes for onward in one.onward]
        shares = [share for one in scenario.classes for share in np.cumsum([on.share for on in one.onward])]
        given = [one.arrivals.at_ms for one in scenario.classes if isinstance(one.arrivals, Instants)]
        count, agents = len(scenario.classes), len(self.engine.agents)
        return World(
            k=self.state,
            classes=classes,
            onwards=Onwards(reals(shares), integers([self._class[on.class_name] for on in onwards])),
            queues=self._queues(),
            staff=self._staff(),
            laws=self.laws.table(),
            rows=new_rows(CONTACTS),
            notes=Notes(_table(OUTCOMES, OUTCOME_COLUMNS), _table(4 * agents + 1_024, 3)),
            clock=_clock(count, CONTACTS),
            edges_ms=integers(scenario.edges_ms),
            agenda=integers(np.zeros(4 * CONTACTS, np.int64)),
            calendar=self._calendar(),
            coming=integers(np.zeros(count, np.int64)),
            values_ms=integers([at_ms for instants in given for at_ms in instants]),
            keys=cast(Keys, np.zeros((count + 1, STREAMS), np.uint64)),
            options=integers([int(scenario.runs_on), int(scenario.laws_at_arrival)]),
            shape=reals([scenario.busyness or 0.0]),
        )

    def _calendar(self) -> Calendar:
        """Slots for as long as most contacts wait and are handled, with a few of them in each."""
        slots = max(SLOTS_LEAST, 1 << (SLOTS_EACH * len(self.engine.agents) - 1).bit_length())
        a_ms = max(sum(_busiest(one, self.scenario) for one in self.scenario.classes), 1 / HOUR_MS)
        width = max(0, round(np.log2(IN_A_SLOT / a_ms)))
        return Calendar(
            integers(np.full(slots, NOTHING)), words(slots // 64),
            integers([0]), integers([0]), integers([width]),
        )  # fmt: skip

    def _joined(self, joining: Joining) -> Any:
        """The line of each queue for each segment that contacts of a class may have there."""
        asked = {self._segment[one.segment] for one in self.scenario.classes}
        lines = np.full((max(1, len(self.engine.queue)), len(self.segments)), NOTHING, np.int64)
        for segment in sorted(asked):
            for queue, row in self.engine.queue.items():
                lines[row, segment] = joining.line(queue, self.segments[segment])
        return lines

    def _queues(self) -> Queues:
        rules = self.engine.queues[: len(self.engine.queue)]
        flows = [rule.overflow for rule in rules]
        return Queues(
            integers([LATER if rule.max_length is None else rule.max_length for rule in rules]),
            integers(
                [
                    NOTHING if flow is None or flow.queue is None else self.engine.queue[flow.queue]
                    for flow in flows
                ]
            ),
            integers([int(flow is not None) for flow in flows]),
            integers([int(flow is not None and flow.when_closed) for flow in flows]),
            cast(Table, self._lines),
        )

    def _classes(self) -> Classes:
        classes, groups = self.scenario.classes, self.scenario.groups
        media = {rule.id: rule.medium for rule in self.scenario.policy.queues}
        handling, group_laws = self._handling(classes, groups)
        first, last = self._given(classes)
        ends = np.cumsum([len(one.onward) for one in classes]).tolist()
        returns = [(one.retry, one.again) for one in classes]
        return Classes(
            queue=integers([self.engine.queue[one.queue] for one in classes]),
            segment=integers([self._segment[one.segment] for one in classes]),
            live=integers([int(media[one.queue] in _LIVE) for one in classes]),
            rate=cast(RealTable, np.array([self._rates(one) for one in classes], np.float64)),
            given_first=first,
            given_last=last,
            handling=handling,
            group_laws=group_laws,
            patience=self._by_period([one.patience for one in classes]),
            wrap_up=self._by_period([one.wrap_up for one in classes]),
            self_care=self._by_period([one.self_care.lasts if one.self_care else () for one in classes]),
            served=reals([one.self_care.served if one.self_care else 0.0 for one in classes]),
            left=reals([one.self_care.left if one.self_care else 0.0 for one in classes]),
            retry=reals([retry.share if retry else 0.0 for retry, _ in returns]),
            retry_after=self._by_period([retry.after if retry else () for retry, _ in returns]),
            retry_as=self._as([retry for retry, _ in returns]),
            again=reals([again.share if again else 0.0 for _, again in returns]),
            again_after=self._by_period([again.after if again else () for _, again in returns]),
            again_as=self._as([again for _, again in returns]),
            onward_first=integers([end - len(one.onward) for one, end in zip(classes, ends, strict=True)]),
            onward_last=integers(ends),
            callback_ms=integers([one.callback.after_ms if one.callback else LATER for one in classes]),
            callback=reals([one.callback.share if one.callback else 0.0 for one in classes]),
            callback_queue=integers([self._called_back(one) for one in classes]),
            backlog=integers([one.backlog for one in classes]),
            backlog_age=self._by_period([one.backlog_age for one in classes]),
            shape=reals([one.busyness or 0.0 for one in classes]),
        )

    def _rates(self, one: ContactClass) -> list[float]:
        """Arrivals a millisecond, by period."""
        if isinstance(one.arrivals, Instants):
            return [0.0] * self.periods
        rates = one.arrivals.per_hour
        return [rates[min(period, len(rates) - 1)] / HOUR_MS for period in range(self.periods)]

    def _given(self, classes: tuple[ContactClass, ...]) -> tuple[Column, Column]:
        first, last, count = [NOTHING] * len(classes), [NOTHING] * len(classes), 0
        for row, one in enumerate(classes):
            if isinstance(one.arrivals, Instants):
                first[row], count = count, count + len(one.arrivals.at_ms)
                last[row] = count
        return integers(first), integers(last)

    def _handling(self, classes: tuple[ContactClass, ...], groups: tuple[Group, ...]) -> tuple[Table, Column]:
        starts, found = np.zeros((len(classes), self.periods + 1), np.int64), list[int]()
        for row, one in enumerate(classes):
            usual = self.laws.rows(one.handling, self.periods)
            each = [
                self.laws.rows(one.handling_by_group[group.name], self.periods)
                if group.name in one.handling_by_group
                else usual
                for group in groups
            ]
            for period in range(self.periods + 1):
                starts[row, period] = len(found)
                found += [laws[period] for laws in each]
        return cast(Table, starts), integers(found)

    def _by_period(self, laws: list[Any]) -> Table:
        rows = [self.laws.rows(one, self.periods) for one in laws]
        return cast(Table, np.array(rows, np.int64).reshape(-1, self.periods + 1))

    def _as(self, returns: list[Return | None]) -> Column:
        return integers(
            [
                row if one is None or one.class_name is None else self._class[one.class_name]
                for row, one in enumerate(returns)
            ]
        )

    def _called_back(self, one: ContactClass) -> int:
        named = one.callback.queue if one.callback else None
        return NOTHING if named is None else self.engine.queue[named]

    def _staff(self) -> Staff:
        groups = self.scenario.groups
        agents = [self.engine.agent[rule.id] for group in groups for rule in group.rules]
        last = np.cumsum([len(group.rules) for group in groups])
        of = np.zeros(len(self.engine.agents), np.int64)
        of[agents] = np.repeat(np.arange(len(groups)), [len(group.rules) for group in groups])
        schedule = sorted(
            (at_ms, row, count)
            for row, group in enumerate(groups)
            for at_ms, count in present(group, self.scenario.edges_ms)
        )
        return Staff(
            group=integers(of),
            first=integers(last - [len(group.rules) for group in groups]),
            last=integers(last),
            agents=integers(agents),
            pick_up=self._by_period([group.pick_up for group in groups]),
            working=integers(np.zeros(len(groups), np.int64)),
            surplus=integers(np.zeros(len(groups), np.int64)),
            at_ms=integers([at_ms for at_ms, _, _ in schedule]),
            of=integers([row for _, row, _ in schedule]),
            many=integers([count for _, _, count in schedule]),
        )


def _busiest(one: ContactClass, scenario: Scenario) -> float:
    """Arrivals a millisecond when most come; of recorded ones, on average."""
    if isinstance(one.arrivals, Instants):
        return len(one.arrivals.at_ms) / max(1, scenario.edges_ms[-1])
    return max(one.arrivals.per_hour, default=0.0) / HOUR_MS


def present(group: Group, edges_ms: tuple[int, ...]) -> list[tuple[int, int]]:
    """From which instants on how many of a group work: those of the period without those who are away."""

    def at(instant_ms: int) -> int:
        period = max(place for place, edge_ms in enumerate(edges_ms[:-1]) if edge_ms <= instant_ms)
        planned = group.present[min(period, len(group.present) - 1)]
        away = sum(
            planned if one.agents is None else one.agents
            for one in group.breaks
            if one.at_ms <= instant_ms < one.at_ms + one.lasts_ms
        )
        return max(0, planned - away)

    moments = {*edges_ms[:-1]}
    for one in group.breaks:
        moments |= {one.at_ms, one.at_ms + one.lasts_ms}
    found: list[tuple[int, int]] = []
    for instant_ms in sorted(moment for moment in moments if moment < edges_ms[-1]):
        count = at(instant_ms)
        if not found or found[-1][1] != count:
            found.append((instant_ms, count))
    return found


def new_rows(count: int) -> Rows:
    """All of them free; the first one is taken first."""

    def zeros() -> Column:
        return integers(np.zeros(count, np.int64))

    return Rows(
        zeros(), integers(np.full(count, LATER)), zeros(), zeros(), zeros(), zeros(), zeros(), zeros(),
        zeros(), zeros(), zeros(), zeros(), integers(np.arange(count - 1, -1, -1)),
    )  # fmt: skip


def _clock(classes: int, rows: int) -> Clock:
    def one(value: int = 0) -> Column:
        return integers([value])

    return Clock(
        now_ms=one(),
        period=one(),
        next_staff=one(),
        contacts=one(),
        free=one(rows),
        agenda=one(),
        outcomes=one(),
        presence=one(),
        drawn=integers(np.zeros(classes, np.int64)),
        drawn_ms=reals(np.zeros(classes)),
        drawn_period=integers(np.zeros(classes, np.int64)),
        busy=reals(np.ones(classes)),
        over=one(),
    )


def _table(rows: int, columns: int) -> Table:
    return cast(Table, np.zeros((rows, columns), np.int64))
