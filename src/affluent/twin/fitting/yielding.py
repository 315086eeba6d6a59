"""Who goes first when contacts of two queues wait: by the age at which one of a queue is taken before younger others.

Each time somebody who waited is taken, the oldest of every other queue was passed over. A queue that *yields* for a
time h is taken before another's contact once it is older by more than h: the h at which both are as likely is found
by logistic regression of who was taken on the difference of their ages.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from affluent.measure.outcomes import Ints, Stays

Floats = NDArray[np.float64]
FEWEST = 50
LEAST_MS = 20_000
MOST_MS = 3_600_000
"""Who yields for so long yields for ever."""
_LOOKED_AT = 60_000


def yields_ms(stays: Stays, queues: Sequence[int], serves: Mapping[int, frozenset[int]]) -> dict[int, int]:
    """For how long contacts of each queue yield to those of the others; 0 for queues that do not, or nobody can say.

    `serves`: the queues that each agent takes; where one agent takes none of a queue, its contacts are not passed over.
    """
    order = np.argsort(stays.entered_ms, kind="stable")
    entered = stays.entered_ms[order]
    left = entered + np.maximum(stays.waited_ms[order], 0)
    place = np.searchsorted(np.array(queues), stays.queue_id[order])
    everything = frozenset(queues)
    takes = [serves.get(one, everything) for one in stays.agent_id[order].tolist()]
    answered = (stays.answered_ms[order] >= 0) & (left > entered)
    found: dict[int, list[tuple[float, bool]]] = {at: [] for at in range(len(queues))}
    for contact, other, older_ms in _passed(entered, left, place, answered, len(queues)):
        if queues[other] in takes[contact]:
            found[int(place[contact])].append((older_ms, True))
            found[other].append((-older_ms, False))
    return {queue: _half(found[at]) for at, queue in enumerate(queues)}


def _passed(
    entered: Ints, left: Ints, place: Ints, answered: np.ndarray, queues: int
) -> list[tuple[int, int, float]]:
    """Whenever somebody was taken: who, which other queue had one waiting, and by how much older the taken one was
    than the oldest of it."""
    taken = np.flatnonzero(answered)
    taken = taken[np.argsort(left[taken], kind="stable")][:_LOOKED_AT]
    lines = [np.flatnonzero(place == at) for at in range(queues)]
    heads = [0] * queues
    found: list[tuple[int, int, float]] = []
    for one in taken.tolist():
        now_ms = left[one]
        for at, line in enumerate(lines):
            head = heads[at]
            while head < len(line) and left[line[head]] <= now_ms and entered[line[head]] <= now_ms:
                head += 1
            heads[at] = head
            if at != place[one] and head < len(line) and entered[line[head]] < now_ms:
                found.append((one, at, float(entered[line[head]] - entered[one])))
    return found


def _half(seen: list[tuple[float, bool]]) -> int:
    """The difference of ages at which one is as likely to be taken as the other."""
    if len(seen) < FEWEST:
        return 0
    older = np.array([one for one, _ in seen]) / 1000
    first = np.array([taken for _, taken in seen])
    if not first.any():
        return MOST_MS
    if first.all():
        return 0
    sign = np.where(first, 1.0, -1.0)

    def against(values: Floats) -> float:
        return float(np.logaddexp(0.0, -sign * (older - values[0]) / np.exp(values[1])).sum())

    start = np.array([float(np.median(older)), 3.0])
    told = optimize.minimize(against, start, method="Nelder-Mead", options={"maxiter": 400})
    half = float(told.x[0]) * 1000
    return 0 if half < LEAST_MS else int(min(half, MOST_MS) // 1000 * 1000)
