"""A recorded day beside reruns of it: which offers differ, and what it does to waits, queue by queue, as a range."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from affluent.twin.replaying.lives import Day
from affluent.twin.replaying.rerun import Came

SAME_MS = 1_000
"""An offer to the same agent at most so much sooner or later is the same."""
SURE = 0.95
Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Range:
    """The mean of all reruns, and between which values 95 % of them lie. Nothing counted in one: left out of it."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Effect:
    """One queue: the recorded value and the range of the reruns for each; shares from 0 to 1, waits in milliseconds.

    `wait_ms` is that of the answered; `left` and `in_target` are shares of those whose wait has ended. None:
    nobody to count. `left_seen` is how many were seen to leave on that day: what guesses of patience rest on.
    """

    queue: int
    contacts: int
    recorded: Mapping[str, float | None]
    changed: Mapping[str, Range | None]
    left_seen: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A visit whose first offer went elsewhere in at least half of the reruns. `agents`: to whom, in which share.

    `offered_ms` is when: the middle of the reruns, None when most of them offer it to nobody.
    """

    contact: int
    queue: int | None
    then_agent: int | None
    then_ms: int | None
    agents: Mapping[int, float]
    offered_ms: int | None
    share: float


@dataclass(frozen=True, slots=True)
class Compared:
    """`offers` counts, over first offers of visits, those that are the same, go to another, come at another time, or
    never: mean and range over the reruns. `first_ms` is the first offer that differs: up to there nothing is guessed.
    """

    visits: int
    offers: Mapping[str, Range]
    moved: Sequence[Moved]
    moved_in_all: int
    effects: Sequence[Effect]
    first_ms: int | None
    certain: int
    """Visits whose first offer was made before the first difference."""


def recorded(day: Day) -> list[Came]:
    """The day itself, as a rerun would tell it."""
    found: list[Came] = []
    for contact, visits in day.lives.items():
        for place, visit in enumerate(visits):
            if visit.begins is None:
                continue
            offered = [(one.at_ms, one.agent) for one in visit.offers]
            found.append(
                Came(
                    contact,
                    place,
                    visit.queue,
                    visit.at_ms,
                    visit.answered_ms,
                    visit.agent,
                    visit.left_ms,
                    offered,
                )
            )
    return found


def agreement(day: Day, rerun: Sequence[Came]) -> float:
    """The share of visits that a rerun under the rules of the day answers as then: by whom, and within a second."""
    again = by_key(rerun)
    then = [one for one in recorded(day) if one.answered_ms is not None or one.left_ms is not None]
    same = sum(_alike(one, again.get((one.contact, one.place))) for one in then)
    return same / len(then) if then else 1.0


def _alike(one: Came, other: Came | None) -> bool:
    if other is None or one.agent != other.agent:
        return False
    return _near(one.answered_ms, other.answered_ms) and _near(one.left_ms, other.left_ms)


def _near(one_ms: int | None, other_ms: int | None) -> bool:
    if one_ms is None or other_ms is None:
        return one_ms is other_ms
    return abs(one_ms - other_ms) <= SAME_MS


def by_key(came: Sequence[Came]) -> dict[Key, Came]:
    return {(one.contact, one.place): one for one in came}


def compared(
    day: Day,
    reruns: Sequence[Sequence[Came]],
    targets: Mapping[int, int],
    left_seen: Mapping[int, int],
    most: int,
) -> Compared:
    """`targets` by queue, in milliseconds; at most `most` moved visits are told, the surest first."""
    then = by_key(recorded(day))
    after = [by_key(one) for one in reruns]
    kinds = [Counter(_kind(one, again.get(key)) for key, one in then.items()) for again in after]
    moved = [one for key in then if (one := _moved(then[key], [again.get(key) for again in after]))]
    moved.sort(key=lambda one: (-one.share, one.then_ms or 0, one.contact))
    first_ms = _first_ms(then, after)
    certain = sum(
        bool(one.offered) and (first_ms is None or one.offered[0][0] < first_ms) for one in then.values()
    )
    return Compared(
        len(then),
        {
            name: _range([float(one[name]) for one in kinds])
            for name in ("same", "other_agent", "other_time", "none")
        },
        moved[:most],
        len(moved),
        [_effect(queue, then, after, targets, left_seen.get(queue, 0)) for queue in sorted(targets)],
        first_ms,
        certain,
    )


def _kind(one: Came, other: Came | None) -> str:
    mine = one.offered[0] if one.offered else None
    theirs = other.offered[0] if other is not None and other.offered else None
    if mine is None and theirs is None:
        return "same"
    if theirs is None:
        return "none"
    if mine is None or mine[1] != theirs[1]:
        return "other_agent"
    return "same" if abs(mine[0] - theirs[0]) <= SAME_MS else "other_time"


def _moved(one: Came, others: Sequence[Came | None]) -> Moved | None:
    went = [other.offered[0] if other is not None and other.offered else None for other in others]
    mine = one.offered[0] if one.offered else None
    elsewhere = [their for their in went if (their and their[1]) != (mine and mine[1])]
    if 2 * len(elsewhere) < len(went):
        return None
    to = Counter(their[1] for their in elsewhere if their is not None)
    instants = sorted(their[0] for their in elsewhere if their is not None)
    none = 2 * len(instants) < len(elsewhere)
    return Moved(
        one.contact,
        one.queue,
        mine and mine[1],
        mine and mine[0],
        {agent: count / len(went) for agent, count in to.most_common()},
        None if none else instants[len(instants) // 2],
        len(elsewhere) / len(went),
    )


def _first_ms(then: Mapping[Key, Came], after: Sequence[Mapping[Key, Came]]) -> int | None:
    """The first instant at which any rerun offers otherwise than that day."""
    offers = {(at_ms, one.contact, agent) for one in then.values() for at_ms, agent in one.offered}
    differing: list[int] = []
    for again in after:
        made = {(at_ms, one.contact, agent) for one in again.values() for at_ms, agent in one.offered}
        differing += (at_ms for at_ms, _, _ in offers ^ made)
    return min(differing, default=None)


def _effect(
    queue: int,
    then: Mapping[Key, Came],
    after: Sequence[Mapping[Key, Came]],
    targets: Mapping[int, int],
    left_seen: int,
) -> Effect:
    mine = [one for one in then.values() if one.queue == queue]
    theirs = [[one for one in again.values() if one.queue == queue] for again in after]
    figures: dict[str, Callable[[Sequence[Came]], float | None]] = {
        "wait_ms": _wait_ms,
        "left": lambda came: _share(came, lambda one: one.left_ms is not None),
        "in_target": lambda came: _share(came, lambda one: _in_target(one, targets[queue])),
    }
    values = {name: [figure(came) for came in theirs] for name, figure in figures.items()}
    return Effect(
        queue,
        len(mine),
        {name: figure(mine) for name, figure in figures.items()},
        {name: _range_or_none(found) for name, found in values.items()},
        left_seen,
    )


def _wait_ms(came: Sequence[Came]) -> float | None:
    waits = [one.answered_ms - one.begin_ms for one in came if one.answered_ms is not None]
    return sum(waits) / len(waits) if waits else None


def _share(came: Sequence[Came], counts: Callable[[Came], bool]) -> float | None:
    """Of those who came and whose wait has ended."""
    ended = [one for one in came if one.answered_ms is not None or one.left_ms is not None]
    return sum(map(counts, ended)) / len(ended) if ended else None


def _in_target(one: Came, target_ms: int) -> bool:
    return one.answered_ms is not None and one.answered_ms - one.begin_ms <= target_ms


def _range_or_none(values: Sequence[float | None]) -> Range | None:
    known = [one for one in values if one is not None]
    return _range(known) if known else None


def _range(values: Sequence[float]) -> Range:
    low, high = np.quantile(values, [(1 - SURE) / 2, (1 + SURE) / 2])
    return Range(float(np.mean(values)), float(low), float(high))
