"""The arrays of a running engine: rows given out and taken back, and more of them when they run short."""

from typing import Any

import numpy as np

from affluent.routing import entries
from affluent.routing.state import (
    FREE,
    NOTHING,
    OUTCOME_ROOM,
    State,
    more_agenda,
    more_contacts,
    more_marked,
    more_queues,
    more_refusals,
)

SPARE_LINES = 64


class Store:
    """Holds one state. `at` is what the entry points take; it changes when the arrays grow."""

    def __init__(self, state: State) -> None:
        self._hold(state)
        entries.learn_eligibility(self.at)
        self._unused = list(range(len(state.contacts.place) - 1, -1, -1))

    def _hold(self, state: State) -> None:
        self.state = state
        self._address = entries.Address(state)
        self.at: Any = self._address.at

    def new_row(self) -> int:
        """A free row for a contact."""
        if not self._unused:
            contacts = self.state.contacts
            rows = len(contacts.place)
            more = more_contacts(contacts, 2 * rows)
            self._hold(self.state._replace(contacts=more, marked=more_marked(self.state.marked, 2 * rows)))
            self._unused = list(range(2 * rows - 1, rows - 1, -1))
        return self._unused.pop()

    def free_row(self, row: int) -> None:
        assert self.state.contacts.place[row] == FREE
        self._unused.append(row)

    def new_line(self, needs: int, stages: int) -> int:
        """A spare row for a variant of a queue, wide enough; those that nobody stands in any more are reused."""
        queues: Any = self.state.queues
        contacts: Any = self.state.contacts
        width, depth = queues.need_skill.shape[1], queues.stage_after_ms.shape[1]
        spare = np.flatnonzero(queues.base == NOTHING)
        if not len(spare):
            used = np.unique(contacts.queue[contacts.place != FREE])
            rows = np.arange(len(queues.base))
            spare = np.setdiff1d(rows[queues.base != rows], used)
        if not len(spare) or needs > width or stages > depth:
            rows = len(queues.base)
            more = rows if len(spare) else rows + max(SPARE_LINES, rows // 4)
            self._hold(more_queues(self.state, more, max(needs, width), max(stages, depth)))
            spare = spare if len(spare) else np.arange(rows, more)
        return int(spare[0])

    def rank_queues(self) -> None:
        """Some agent ranks queues from now on."""
        if self.state.rules.ranked[0] == 0:
            self.state.rules.ranked[0] = 1
            queues: Any = self.state.queues
            rows, needs = queues.need_skill.shape
            self._hold(more_queues(self.state, rows, needs, queues.stage_after_ms.shape[1]))

    def make_space(self) -> None:
        """Before each event: space for whatever one event can add to the agenda and to the refusals."""
        agenda, refusals = self.state.agenda, self.state.refusals
        if refusals.free[1] < 2:
            more = more_refusals(refusals, 2 * len(refusals.agent))
            self._hold(self.state._replace(refusals=more))
        if agenda.size[0] + 2 * OUTCOME_ROOM > len(agenda.row) and 2 * entries.tidy(self.at) > len(
            agenda.row
        ):
            self._hold(self.state._replace(agenda=more_agenda(agenda, 2 * len(agenda.row))))

    def take_outcomes(self) -> list[list[int]]:
        """The outcomes since the last call."""
        outcomes = self.state.outcomes
        count = int(outcomes.size[0])
        if count == 0:
            return []
        outcomes.size[0] = 0
        rows: Any = outcomes.table
        taken: list[list[int]] = rows[:count].tolist()
        return taken

    def memory_bytes(self) -> int:
        return sum(_bytes(part) for part in self.state)


def _bytes(part: Any) -> int:
    return part.nbytes if isinstance(part, np.ndarray) else sum(_bytes(inner) for inner in part)
