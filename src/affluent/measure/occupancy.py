"""Figures of agents' time: over spans, which are cut at the edges of the intervals asked for."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from affluent.measure.computing import Period
from affluent.measure.figures import Figure, mean
from affluent.measure.outcomes import Ints
from affluent.measure.spans import AWAY, OFFLINE, READY


class OfAgents(StrEnum):
    """The indicators over agents' time."""

    OCCUPANCY = "occupancy"
    PRESENCE = "presence"


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of agents as columns of int64; `to_ms` is negative while one lasts."""

    agent_id: Ints
    from_ms: Ints
    to_ms: Ints
    presence: Ints
    in_hand: Ints
    live: Ints


@dataclass(frozen=True, slots=True)
class Holds:
    """Contacts in hands as columns of int64; `to_ms` is negative while one lasts.

    `of` is what their time is asked for by: a queue, a motive; negative where there is none.
    """

    agent_id: Ints
    from_ms: Ints
    to_ms: Ints
    live: Ints
    of: Ints


def busy(spans: Spans) -> Ints:
    """1 where a contact is being handled: any while ready, one whose customer is there while away."""
    ready = (spans.presence == READY) & (spans.in_hand > 0)
    away = (spans.presence == AWAY) & (spans.live > 0)
    return (ready | away).astype(np.int64)


def available(spans: Spans) -> Ints:
    """1 where a contact is being handled, or could be."""
    return ((busy(spans) == 1) | (spans.presence == READY)).astype(np.int64)


def signed_in(spans: Spans) -> Ints:
    return (spans.presence != OFFLINE).astype(np.int64)


def by_agent(spans: Spans, period: Period) -> dict[int, dict[str, Figure]]:
    """The figures of each agent in the period."""
    inside = _inside_ms(spans, period)
    agents, numbers = np.unique(spans.agent_id, return_inverse=True)

    def total(mask: Ints) -> Ints:
        return np.bincount(numbers, weights=inside * mask, minlength=len(agents)).astype(np.int64)

    totals = zip(agents, total(busy(spans)), total(available(spans)), total(signed_in(spans)), strict=True)
    return {
        int(agent): _figures(int(at_work), int(free_too), int(there), 1)
        for agent, at_work, free_too, there in totals
        if there or at_work
    }


def together(spans: Spans, period: Period) -> dict[str, Figure]:
    """The figures of all agents in the period."""
    inside = _inside_ms(spans, period)
    there = signed_in(spans)
    people = len(np.unique(spans.agent_id[(inside > 0) & (there == 1)]))
    sums = [int((inside * mask).sum()) for mask in (busy(spans), available(spans), there)]
    return _figures(sums[0], sums[1], sums[2], people)


def by_interval(spans: Spans, period: Period, edges_ms: Ints) -> dict[int, dict[str, Figure]]:
    """The figures of each interval between the edges, by its left one."""
    found: dict[int, dict[str, Figure]] = {}
    for start_ms, end_ms in pairwise(edges_ms.tolist()):
        inner = Period(max(int(start_ms), period.from_ms), min(int(end_ms), period.to_ms), period.now_ms)
        touched = (spans.from_ms < inner.end_ms) & ((spans.to_ms < 0) | (spans.to_ms > inner.from_ms))
        if touched.any():
            found[int(start_ms)] = together(_only(spans, touched), inner)
    return found


def by_handled(spans: Spans, holds: Holds, period: Period) -> dict[int, Figure]:
    """Of the time that these agents were available, the share spent on each group of contacts.

    While several are in hand, each has an equal part of the time: so what was spent on all groups is what agents
    were busy, and the shares of all groups add up to their occupancy.
    """
    spent = np.zeros(len(holds.of))
    for agent in np.unique(holds.agent_id):
        mine = holds.agent_id == agent
        spent[mine] = _spent_ms(_only(spans, spans.agent_id == agent), _held(holds, mine), period)
    groups, numbers = np.unique(holds.of, return_inverse=True)
    parts = _whole(np.bincount(numbers, weights=spent, minlength=len(groups)).astype(np.float64))
    available_ms = int((_inside_ms(spans, period) * available(spans)).sum())
    return {
        int(group): Figure(available_ms, int(part), int(part) / available_ms)
        for group, part in zip(groups, parts, strict=True)
        if part and available_ms
    }


def _spent_ms(spans: Spans, holds: Holds, period: Period) -> NDArray[np.float64]:
    """What each hold of one agent has of their time: between two changes all who are in hand share alike."""
    if len(spans.from_ms) == 0:
        return np.zeros(len(holds.of))
    # Whoever is away finishes the contacts whose customers are there, and has no hand on the others.
    sharing = np.where(
        spans.presence == READY, spans.in_hand, np.where(spans.presence == AWAY, spans.live, 0)
    )
    inside = _inside_ms(spans, period).astype(np.float64)
    each = np.where(sharing > 0, inside / np.maximum(sharing, 1), 0.0)
    edges = np.concatenate((spans.from_ms, [np.iinfo(np.int64).max]))
    ends = np.where(holds.to_ms < 0, edges[-1], holds.to_ms)
    # A hold begins and ends where a span does: its part is the sum over the spans from one to the other.
    first, last = (np.searchsorted(edges, at_ms) for at_ms in (holds.from_ms, ends))
    ready = np.concatenate(([0.0], np.cumsum(np.where(spans.presence == READY, each, 0.0))))
    away = np.concatenate(([0.0], np.cumsum(np.where(spans.presence == AWAY, each, 0.0))))
    live = holds.live.astype(np.float64)
    return ready[last] - ready[first] + (away[last] - away[first]) * live


def _whole(parts: NDArray[np.float64]) -> Ints:
    """Whole milliseconds that add up to what the parts add up to: the largest rests are rounded up."""
    floors: Ints = np.floor(parts + 1e-6).astype(np.int64)
    missing = round(float(parts.sum())) - int(floors.sum())
    if missing > 0:
        floors[np.argsort(floors - parts, kind="stable")[:missing]] += 1
    return floors


def _held(holds: Holds, mask: NDArray[np.bool_]) -> Holds:
    return Holds(
        holds.agent_id[mask], holds.from_ms[mask], holds.to_ms[mask], holds.live[mask], holds.of[mask]
    )


def _only(spans: Spans, mask: NDArray[np.bool_]) -> Spans:
    return Spans(
        spans.agent_id[mask],
        spans.from_ms[mask],
        spans.to_ms[mask],
        spans.presence[mask],
        spans.in_hand[mask],
        spans.live[mask],
    )


def _inside_ms(spans: Spans, period: Period) -> Ints:
    """How much of each span lies in the period."""
    ends = np.where(spans.to_ms < 0, period.end_ms, spans.to_ms)
    return np.maximum(0, np.minimum(ends, period.end_ms) - np.maximum(spans.from_ms, period.from_ms))


def _figures(busy_ms: int, available_ms: int, there_ms: int, people: int) -> dict[str, Figure]:
    # Milliseconds of one agent hang together: an interval by chance of each would claim too much.
    share = Figure(available_ms, busy_ms, busy_ms / available_ms if available_ms else None)
    return {OfAgents.OCCUPANCY: share, OfAgents.PRESENCE: mean(there_ms, people)}
