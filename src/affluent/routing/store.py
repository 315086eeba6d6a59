"""The arrays of a running engine: rows given out and taken back, and more of them when they run short."""

from typing import Any

import numpy as np

from affluent.routing import entries
from affluent.routing.space import (
    Widths,
    column,
    more_agenda,
    more_chains,
    more_contacts,
    resized,
    size_of,
    table,
    widths_of,
)
from affluent.routing.state import FREE, NOTHING, OUTCOME_ROOM, OUTCOME_WIDTH, Outcomes, State

SPARE_LINES = 64  # of queues, or of agents
SPARE_COLUMNS = 8  # of skills, or of teams


class Store:
    """Holds one state. `at` is what the entry points take; it changes when the arrays grow."""

    def __init__(self, state: State) -> None:
        self._hold(state)
        entries.learn_eligibility(self.at)
        self._left: list[int] = []
        self._new = 0
        """All rows from here on have never been used; of those before it, the ones in `_left` are free again."""

    def _hold(self, state: State) -> None:
        self.state = state
        self._address = entries.Address(state)
        self.at: Any = self._address.at

    def new_row(self) -> int:
        """A free row for a contact."""
        if self._left:
            return self._left.pop()
        rows = len(self.state.contacts.place)
        if self._new == rows:
            self._hold(more_contacts(self.state, 2 * rows))
        self._new += 1
        return self._new - 1

    def free_row(self, row: int) -> None:
        assert self.state.contacts.place[row] == FREE
        self._left.append(row)

    def leave_room(self) -> None:
        """Room for half as many again as there are: arrays that grow in the middle of the day make it pause."""
        rows = self._new + self._new // 2
        if rows > len(self.state.contacts.place):
            self._hold(more_contacts(self.state, rows))
        reminders = self.state.agenda.size[0] + self.state.agenda.size[0] // 2
        if reminders > len(self.state.agenda.row):
            self._hold(self.state._replace(agenda=more_agenda(self.state.agenda, reminders)))

    def new_line(self, asked: Widths) -> int:
        """A spare row for a variant of a queue, wide enough; those that nobody stands in any more are reused."""
        self.widen(asked)
        queues: Any = self.state.queues
        spare = np.flatnonzero(queues.base == NOTHING)
        if not len(spare):
            spare = np.flatnonzero((queues.contacts == 0) & (queues.base != np.arange(len(queues.base))))
        if len(spare):
            return int(spare[0])
        size = size_of(self.state)
        self._hold(
            resized(self.state, size._replace(queues=size.queues + max(SPARE_LINES, size.queues // 4)))
        )
        return size.queues

    def widen(self, asked: Widths) -> None:
        """Every queue may have as many needs, stages and steps."""
        widths = widths_of(self.state.queues)
        wider = Widths(*(max(pair) for pair in zip(asked, widths, strict=True)))
        if wider != widths:
            self._hold(resized(self.state, size_of(self.state)._replace(widths=wider)))

    def room_for(self, agents: int, skills: int, teams: int) -> None:
        """So many of each can be told apart, and some that may come later."""
        size = size_of(self.state)
        wanted = size._replace(
            agents=size.agents if agents <= size.agents else agents + SPARE_LINES,
            skills=size.skills if skills <= size.skills else skills + SPARE_COLUMNS,
            teams=size.teams if teams <= size.teams else teams + SPARE_COLUMNS,
        )
        if wanted != size:
            self._hold(resized(self.state, wanted))

    def rank_queues(self) -> None:
        """Some agent ranks queues from now on."""
        if self.state.rules.ranked[0] == 0:
            self.state.rules.ranked[0] = 1
            self._hold(resized(self.state, size_of(self.state)))

    def unrank(self, queue: int) -> None:
        """Nobody has ranked the queue of this row."""
        if self.state.rules.ranked[0] == 1:
            rank: Any = self.state.agents.rank
            rank[:, queue] = 1

    def one_at_a_time(self) -> None:
        """From now on `settle` stops after each offer, for whoever looks at what stands before the next one."""
        self.at_once(1)

    def at_once(self, outcomes: int) -> None:
        """From now on the engine stops after about so many outcomes, for what is due at once or offered at once.

        Never after more than before.
        """
        rows = min(OUTCOME_ROOM + outcomes - 1, len(self.state.outcomes.table))
        narrow = Outcomes(table(rows, OUTCOME_WIDTH, np.int64), column(1, np.int64))
        self._hold(self.state._replace(outcomes=narrow))

    def make_space(self, reminders: int = 0) -> None:
        """Before each event: space for whatever one event can add to the agenda and to the refusals.

        `reminders`: and for so many more entries of the agenda.
        """
        agenda, refusals, parts = self.state.agenda, self.state.refusals, self.state.parts
        if refusals.free[1] < 2:
            self._hold(self.state._replace(refusals=more_chains(refusals, 2 * len(refusals.agent))))
        if parts.free[1] < 2:
            self._hold(self.state._replace(parts=more_chains(parts, 2 * len(parts.agent))))
        wanted = 2 * OUTCOME_ROOM + reminders
        if agenda.size[0] + wanted > len(agenda.row) and 2 * entries.tidy(self.at) + reminders > len(
            agenda.row
        ):
            self._hold(self.state._replace(agenda=more_agenda(agenda, 2 * len(agenda.row) + reminders)))

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
