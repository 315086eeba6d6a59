"""Who worked, where no roster says so: from whom they served, and from the moments at which somebody waited.

An agent is there from one contact to the next, but for a gap that tells otherwise: one that is longer than `AWAY_MS`,
or through which people waited for longer than `WAITED_MS` while this agent, who could have, took none of them.
Before the first contact and after the last one agents are there too, for as long as they could have been idle and
nobody waited. Breaks shorter than that remain: `calibrating` finds by how much.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from affluent.measure.outcomes import Ints
from affluent.twin.fitting.survival import GONE, LEFT, Waits

Floats = NDArray[np.float64]
AWAY_MS = 20 * 60_000
IDLE_MS = AWAY_MS // 2
"""For so long, at most, is somebody there without a contact before one and after one."""
CLOSED_MS = 60 * 60_000
"""When nobody came for so long, the centre was closed."""
WAITED_MS = 2 * 60_000
SETTLED_MS = 5_000
"""A wait shorter than this says nothing: whoever is free is on the way."""
SAME_WORK = 0.85
"""Of the contacts that one or the other of two sets of queues has, those of queues in both."""
_SHARE_LEAST, _TIMES_LEAST = 0.005, 3
_OF_USUAL = 0.25
"""Who takes a queue's contacts less than so often as all agents together do not serve it, but for a few by the way."""
_OF_QUEUE = 0.25
"""A team that took so many of a queue's contacts serves it."""


@dataclass(frozen=True, slots=True)
class Team:
    """Agents who serve the same queues."""

    queues: tuple[int, ...]
    agents: tuple[int, ...]


def teams_of(agent: Ints, queue: Ints) -> list[Team]:
    """Agents by the queues they serve, the largest team first. What an agent did once or twice was an exception;
    few who do nearly the same as many are counted with them."""
    sets: dict[tuple[int, ...], list[int]] = {}
    every, counts = np.unique(queue, return_counts=True)
    share = dict(zip(every.tolist(), (counts / max(1, len(queue))).tolist(), strict=True))
    for one in np.unique(agent).tolist():
        queues, times = np.unique(queue[agent == one], return_counts=True)
        of_all = np.array([max(_SHARE_LEAST, _OF_USUAL * share[at]) for at in queues.tolist()])
        usual = queues[times >= np.maximum(_TIMES_LEAST, of_all * int(times.sum()))]
        sets.setdefault(tuple(usual.tolist()) or tuple(queues.tolist()), []).append(one)
    counted = dict(zip(*(one.tolist() for one in np.unique(queue, return_counts=True)), strict=True))

    def work(among: set[int]) -> int:
        return sum(counted[one] for one in among)

    order = sorted(sets.items(), key=lambda pair: (-len(pair[1]), -len(pair[0]), pair[0]))
    found: list[tuple[set[int], list[tuple[tuple[int, ...], list[int]]]]] = []
    for queues, agents in order:
        alike = [
            (work(mine & set(queues)) / work(mine | set(queues)), -at) for at, (mine, _) in enumerate(found)
        ]
        best = max(alike, default=(0.0, 0))
        if best[0] >= SAME_WORK:
            found[-best[1]][1].append((queues, agents))
        else:
            found.append((set(queues), [(queues, agents)]))
    return [_with_their_work(_team(parts), agent, queue) for _, parts in found]


def _with_their_work(team: Team, agent: Ints, queue: Ints) -> Team:
    """Of a queue with few contacts each agent had two or three: together they took it all the same."""
    own = queue[np.isin(agent, team.agents)]
    all_of = dict(zip(*(one.tolist() for one in np.unique(queue, return_counts=True)), strict=True))
    took = dict(zip(*(one.tolist() for one in np.unique(own, return_counts=True)), strict=True))
    mostly = {
        one for one, count in took.items() if count >= max(_TIMES_LEAST, _OF_QUEUE * all_of[one])
    }  # fmt: skip
    return Team(tuple(sorted({*team.queues, *mostly})), team.agents)


def _team(parts: list[tuple[tuple[int, ...], list[int]]]) -> Team:
    """What at least a third of its agents serve, and whatever nobody else would."""
    agents = tuple(sorted(one for _, many in parts for one in many))
    votes: dict[int, int] = {}
    for queues, many in parts:
        for queue in queues:
            votes[queue] = votes.get(queue, 0) + len(many)
    usual = tuple(sorted(queue for queue, count in votes.items() if 3 * count >= len(agents)))
    return Team(usual, agents)


def covering(teams: list[Team], queues: Iterable[int]) -> list[Team]:
    """Every queue is served by somebody: one that no team has goes to the largest."""
    left = set(queues) - {queue for team in teams for queue in team.queues}
    if not teams or not left:
        return teams
    return [Team(tuple(sorted({*teams[0].queues, *left})), teams[0].agents), *teams[1:]]


def present(
    busy: Iterable[tuple[bool, Ints, Ints, float]], waiting: tuple[Ints, Ints], came_ms: Ints, edges_ms: Ints
) -> Floats:
    """How many were there on average in each interval.

    `busy`: for each agent whether it is a person, from when to when they had contacts, and for how many they count.
    `waiting`: from when to when each contact waited that these agents serve. `came_ms`: every arrival, in order.
    """
    began, ended = waiting
    kept = ended - began > SETTLED_MS
    full = spans(began[kept] + SETTLED_MS, ended[kept])
    seen = np.zeros(len(edges_ms) - 1)
    for person, begin, end, counts in busy:
        low, high = spans(begin, end)
        if person and len(low) > 1:
            gap = low[1:] - high[:-1]
            away = (gap > AWAY_MS) | (covered(*full, low[1:]) - covered(*full, high[:-1]) > WAITED_MS)
            low, high = low[np.append(True, away)], high[np.append(away, True)]
        if person and len(low):
            low, high = _idle(low, high, full, came_ms)
        seen += counts * np.diff(covered(low, high, edges_ms))
    return seen / np.diff(edges_ms)


def _idle(low: Ints, high: Ints, full: tuple[Ints, Ints], came_ms: Ints) -> tuple[Ints, Ints]:
    """Stretches of presence with the time before and after in which nobody waited, while the centre was open, and
    at the end until those who came last are served."""
    far = np.int64(2**62)
    begins, ends = full
    before = np.append(-far, ends)[np.searchsorted(ends, low, side="right")]
    waits = np.searchsorted(begins, low, side="left") > np.searchsorted(ends, low, side="right")
    first, last = _open_around(came_ms, low)
    earlier = np.where(waits, low, np.maximum.reduce([low - IDLE_MS, before, np.minimum(first, low)]))
    after = np.append(begins, far)[np.searchsorted(begins, high, side="left")]
    waits = np.searchsorted(begins, high, side="left") > np.searchsorted(ends, high, side="right")
    _, last = _open_around(came_ms, high)
    later = np.where(waits, high, np.minimum.reduce([high + IDLE_MS, after, last + IDLE_MS]))
    later = np.maximum(later, high)
    # Two stretches of one agent do not meet: the earlier one reaches to the middle at most.
    middle = (high[:-1] + low[1:]) // 2
    earlier[1:] = np.maximum(earlier[1:], middle)
    later[:-1] = np.minimum(later[:-1], middle)
    return earlier, later


def _open_around(came_ms: Ints, at_ms: Ints) -> tuple[Ints, Ints]:
    """The first and the last arrival of the opening around each instant."""
    if not len(came_ms):
        return at_ms, at_ms
    closed = np.flatnonzero(np.diff(came_ms) > CLOSED_MS)
    first, last = came_ms[np.append(0, closed + 1)], came_ms[np.append(closed, len(came_ms) - 1)]
    place = np.maximum(np.searchsorted(first, at_ms, side="right") - 1, 0)
    return first[place], last[place]


def between(busy: Iterable[tuple[bool, Ints, Ints, Ints]], waiting: tuple[Ints, Ints]) -> Waits:
    """The work after a contact that a log does not show, by when an agent took the next one.

    Who takes somebody who has waited was free then and not before: the work lasted so long (`LEFT`). Who takes
    somebody at once had been free for a while: it was over by then (`GONE`). `busy`: as for `present`, with how long
    each contact had waited before.
    """
    full = spans(*waiting)
    lasted: list[Ints] = []
    seen: list[Ints] = []
    for person, begins, ends, waits in busy:
        order = np.argsort(begins, kind="stable")
        begin, end, waited = begins[order], np.maximum.accumulate(ends[order]), waits[order]
        if not person or len(begin) < 2:
            continue
        gap = begin[1:] - end[:-1]
        through = covered(*full, begin[1:]) - covered(*full, end[:-1])
        there = (gap >= 0) & (gap <= AWAY_MS) & (through <= WAITED_MS)
        lasted.append(gap[there])
        seen.append(np.where(waited[1:][there] > 0, LEFT, GONE))
    if not lasted:
        return Waits(np.zeros(0, np.int64), np.zeros(0, np.int64))
    return Waits(np.concatenate(lasted), np.concatenate(seen))


def spans(begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Stretches of time, in any order and over each other, as what they cover together."""
    order = np.argsort(begin, kind="stable")
    begin = begin[order]
    reach = np.maximum.accumulate(end[order]) if len(end) else end
    if not len(begin):
        return begin, reach
    new = np.append(True, begin[1:] > reach[:-1])
    return begin[new], reach[np.append(np.flatnonzero(new)[1:] - 1, len(begin) - 1)]


def covered(begin: Ints, end: Ints, until_ms: Ints) -> Ints:
    """How much of the time before each instant some disjoint spans in order cover."""
    if not len(begin):
        return np.zeros(len(until_ms), np.int64)
    lengths = np.append(0, np.cumsum(end - begin))
    place = np.searchsorted(begin, until_ms, side="right")
    last = np.maximum(place - 1, 0)
    inside = np.where(place > 0, np.minimum(until_ms, end[last]) - begin[last], 0)
    return np.where(place > 0, lengths[last] + inside, 0)


def whole(wanted: Floats) -> tuple[int, ...]:
    """Whole people by period: what is lost to rounding in one is given in the next, so that hours add up."""
    found: list[int] = []
    owed = 0.0
    for one in wanted.tolist():
        count = max(0, int(np.floor(one + owed + 0.5))) if one > 0 else 0
        owed = one + owed - count if one > 0 else 0.0
        found.append(count)
    return tuple(found)
