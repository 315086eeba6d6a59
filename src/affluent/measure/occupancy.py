"""Figures of agents' time: over spans, which are cut at the edges of the intervals asked for."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

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


def _only(spans: Spans, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Spans:
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
