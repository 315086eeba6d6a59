"""What nobody recorded, drawn from what was: an agent's answer to another offer, how long one who was answered in time
would have waited, how long a contact takes that was never answered.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

from affluent.twin.fitting.survival import ANSWERED, LEFT, Curve, Waits, kaplan_meier
from affluent.twin.replaying.lives import Day, Reaction, Visit, handled_of, reactions_of

FEWEST = 5
"""Reactions of one agent before they count as this agent's; with fewer, all agents' count."""
NEVER_MS = 1 << 42
T = TypeVar("T")


class Guesses:
    """All draws of one rerun: the same seed gives the same."""

    def __init__(self, day: Day, present: Sequence[int], seed: int) -> None:
        """`present`: the queues whose customers are there while they wait, and may leave."""
        self.present = tuple(present)
        self._chance = np.random.default_rng(seed)
        self._by_agent = reactions_of(day)
        self._reactions = [one for _, found in sorted(self._by_agent.items()) for one in found]
        self._handled = handled_of(day)
        self._all_handled = [one for _, found in sorted(self._handled.items()) for one in found]
        self._patience = {queue: _patience(day, queue) for queue in present}

    def reaction(self, agent: int) -> Reaction:
        """How this agent deals with an offer that was not made then."""
        own = self._by_agent.get(agent, [])
        found = own if len(own) >= FEWEST else self._reactions
        return self._one_of(found) if found else Reaction("accepted", 0)

    def handled(self, queue: int | None) -> Visit | None:
        """A visit whose time in hand stands for one that is not known; None when none was ever handled."""
        found = self._handled.get(queue or 0) or self._all_handled
        return self._one_of(found) if found else None

    def _one_of(self, found: Sequence[T]) -> T:
        return found[int(self._chance.integers(len(found)))]

    def patience_ms(self, queue: int | None, waited_ms: int) -> int:
        """How long somebody waits in all who has waited so long: Kaplan and Meier's curve from there on."""
        curve = self._patience.get(queue or 0)
        drawn = float(self._chance.random())
        if curve is None or not len(curve.at_ms):
            return NEVER_MS
        before = int(np.searchsorted(curve.at_ms, waited_ms, side="right"))
        gone = float(curve.share[before - 1]) if before else 0.0
        place = int(np.searchsorted(curve.share, gone + drawn * (1.0 - gone), side="left"))
        return NEVER_MS if place >= len(curve.at_ms) else max(waited_ms, int(curve.at_ms[place]))


def _patience(day: Day, queue: int) -> Curve:
    waits: list[tuple[int, int]] = []
    for visits in day.lives.values():
        for visit in visits:
            if visit.queue != queue or visit.begins is None:
                continue
            end_ms = visit.left_ms if visit.left_ms is not None else visit.answered_ms
            seen = LEFT if visit.left_ms is not None else ANSWERED
            waits.append(((day.to_ms if end_ms is None else end_ms) - visit.at_ms, seen))
    return kaplan_meier(
        Waits(np.array([one for one, _ in waits], np.int64), np.array([one for _, one in waits], np.int64))
    )


def patience_known(day: Day, queues: Sequence[int]) -> Mapping[int, int]:
    """How many were seen to leave each queue: what a guess of patience rests on."""
    found = dict.fromkeys(queues, 0)
    for visits in day.lives.values():
        for visit in visits:
            if visit.left_ms is not None and visit.queue in found:
                found[visit.queue] += 1
    return found
