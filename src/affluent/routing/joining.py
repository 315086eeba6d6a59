"""Which line a contact joins: its queue's, one for its demands, or another queue's when that is full or closed."""

from typing import Any, Literal

from affluent.routing import entries
from affluent.routing.decisions import RoutingError
from affluent.routing.policy import NO_DEMANDS, Demands, Policy, QueueRule, demanding
from affluent.routing.problems import queue_problems
from affluent.routing.store import Store
from affluent.routing.tables import Rows, widths_for, write_queue


class Joining:
    """Contacts of a queue with the same demands wait in one line: within it, who came first goes first."""

    def __init__(self, policy: Policy, rows: Rows, store: Store) -> None:
        self.policy = policy
        self._rows = rows
        self._store = store
        self._lines: dict[tuple[int, Demands], int] = {}
        self.demands: dict[int, Demands] = {}
        """What single contacts ask; those without are left out."""

    def queue_row(self, queue: int) -> int:
        row = self._rows.queue.get(queue)
        if row is None:
            raise RoutingError("unknown_queue", queue=queue)
        return row

    def demands_of(self, contact: int) -> Demands:
        return self.demands.get(contact, NO_DEMANDS)

    def line(self, queue: int, demands: Demands) -> int:
        """Where contacts with the same demands wait in a queue.

        Raises `RoutingError`: unknown_queue, bad_demands.
        """
        base = self.queue_row(queue)
        if demands == NO_DEMANDS:
            return base
        row = self._lines.get((queue, demands))
        if row is None or self._rows.queues[row].id != queue:
            row = self._lines[queue, demands] = self._new_line(base, demands)
        return row

    def _new_line(self, base: int, demands: Demands) -> int:
        rule = _demanding(self.policy, self._rows.queues[base], demands)
        row = self._new_row(rule)
        # A variant is as open or closed as its queue.
        write_queue(self._store.state.queues, row, base, rule, self._rows, self.policy.order)
        entries.learn_queue(self._store.at, row)
        return row

    def _new_row(self, rule: QueueRule) -> int:
        row = self._store.new_line(widths_for(rule))
        self._lines = {key: taken for key, taken in self._lines.items() if taken != row}
        self._rows.queues += [rule] * (row + 1 - len(self._rows.queues))
        self._rows.queues[row] = rule
        return row

    # Queues whose rules change

    def _lines_of(self, queue: int) -> dict[Demands, int]:
        return {
            demands: row
            for (named, demands), row in self._lines.items()
            if named == queue and self._rows.queues[row].id == queue
        }

    def require_lines(self, policy: Policy, rule: QueueRule) -> None:
        """Raises `RoutingError`: bad_demands, when somebody's demands in a queue cannot be under its new rule."""
        for demands, row in self._lines_of(rule.id).items():
            if self._store.state.queues.contacts[row]:
                _demanding(policy, rule, demands)

    def rewritten(self, rule: QueueRule) -> list[int]:
        """Writes a queue's new rule, or a new queue, and its lines for demands. Returns all their rows."""
        base = self._rows.queue.get(rule.id)
        if base is None:
            base = self._rows.queue[rule.id] = self._new_row(rule)
            entries.queue_goes(self._store.at, base)
            self._store.unrank(base)
        found = {base: rule}
        for demands, row in self._used_lines(rule.id).items():
            found[row] = _demanding(self.policy, rule, demands)
        for row, changed in found.items():
            self._store.widen(widths_for(changed))
            self._rows.queues[row] = changed
            write_queue(self._store.state.queues, row, base, changed, self._rows, self.policy.order)
        return list(found)

    def remove(self, queue: int) -> None:
        """A queue that nobody is in is no more."""
        left = self._used_lines(queue)
        assert not left, "nobody is in it"
        entries.queue_goes(self._store.at, self._rows.queue.pop(queue))

    def _used_lines(self, queue: int) -> dict[Demands, int]:
        """A queue's lines for demands that somebody is in; the others are forgotten."""
        found = self._lines_of(queue)
        for demands, row in found.items():
            if self._store.state.queues.contacts[row] == 0:
                entries.queue_goes(self._store.at, row)
                del self._lines[queue, demands]
        return {demands: row for demands, row in found.items() if (queue, demands) in self._lines}

    def open_queue(self, queue: int) -> int | None:
        """Where a queue sends on while it is closed; itself if it is open or sends nobody on; None: nowhere."""
        rule = self._rows.queues[self.queue_row(queue)]
        closed = self._store.state.queues.closed[self._rows.queue[queue]] == 1
        if closed and rule.overflow is not None and rule.overflow.when_closed:
            return None if rule.overflow.queue is None else self.open_queue(rule.overflow.queue)
        return queue

    def admitting(self, queue: int) -> int | Literal["full", "closed"]:
        """Where a contact that arrives at a queue may wait, or why nowhere."""
        open_ = self.open_queue(queue)
        if open_ is None:
            return "closed"
        rule = self._rows.queues[self._rows.queue[open_]]
        if rule.max_length is None or self._length(open_) < rule.max_length:
            return open_
        if rule.overflow is None or rule.overflow.queue is None:
            return "full"
        return self.admitting(rule.overflow.queue)

    def _length(self, queue: int) -> int:
        queues: Any = self._store.state.queues
        return int(queues.length[queues.base == self._rows.queue[queue]].sum())


def _demanding(policy: Policy, queue: QueueRule, demands: Demands) -> QueueRule:
    """Raises `RoutingError`: bad_demands."""
    rule = demanding(queue, demands)
    # A queue's teams and a contact's may exclude each other for a while: then nobody serves it so long.
    # A contact of a higher tier than a step of its queue leads to is past that step.
    # Both may ask one skill, each in its own way.
    harmless = {"stage_narrows", "tier_falls", "repeated"}
    problems = [one.code for one in queue_problems(policy, rule) if one.code not in harmless]
    if problems:
        raise RoutingError("bad_demands", problems=problems)
    return rule
