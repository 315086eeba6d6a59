"""The core of a router: a state, and how one event runs through it to decisions."""

from collections.abc import Callable, Mapping

from affluent.routing import entries
from affluent.routing.decisions import (
    Decision,
    Offered,
    OfferExpired,
    Overflowed,
    Place,
    PulledBack,
    Refused,
    Resumed,
    RoutingError,
    WrapUpEnded,
)
from affluent.routing.joining import Joining
from affluent.routing.policy import IDENTITY_MAX, NO_DEMANDS, Demands, Policy, Problem, tier_after
from affluent.routing.problems import check
from affluent.routing.reasons import reasons
from affluent.routing.settle import OUT_OF_SPACE
from affluent.routing.state import (
    EXPIRED_NOW,
    FAR,
    HELD,
    IN_HAND,
    NEVER,
    NOBODY,
    OFFERED,
    OFFERED_NOW,
    OFFLINE,
    OVERFLOWS_NOW,
    PULLED_NOW,
    RESUMED_NOW,
    SLEEPING,
    WAITING,
    WRAPPED_NOW,
    WRAPPING,
)
from affluent.routing.store import Store
from affluent.routing.tables import Rows, new_state

_PLAIN = {
    EXPIRED_NOW: OfferExpired,
    PULLED_NOW: PulledBack,
    RESUMED_NOW: Resumed,
    WRAPPED_NOW: WrapUpEnded,
}
INSTANT_MAX_MS = 1 << 42  # the year 2109
_PLACES = {
    WAITING: Place.WAITING,
    OFFERED: Place.OFFERED,
    IN_HAND: Place.IN_HAND,
    SLEEPING: Place.SLEEPING,
    HELD: Place.HELD,
    WRAPPING: Place.WRAPPING,
}


class Core:
    """What events, questions and a restart share. `warnings` holds what the policy is warned about."""

    def __init__(self, policy: Policy, *, capacity: int = 4_096) -> None:
        self.policy = policy
        self.warnings: list[Problem] = check(policy)
        self.rows = Rows(policy)
        self.store = Store(new_state(policy, self.rows, capacity))
        self.joining = Joining(policy, self.rows, self.store)
        self.row_of: dict[int, int] = {}
        self.now_ms = 0
        self.pending: list[Decision] = []
        self.behind = False
        """More was due than `advance` was allowed to decide: it goes on with that, and events leave it alone."""
        self.most: int | None = None
        """How many decisions may be made at once just now; None for all that are due."""
        self.stopped_after: int | None = None
        """After how many it stopped, when it is `behind`: told as `most`, it stops there again."""
        self._overflowing: list[int] = []
        self.overflows = any(rule.overflow is not None for rule in policy.queues)

    def place(self, contact: int) -> Place:
        return _PLACES[int(self.store.state.contacts.place[self.row(contact)])]

    def let_pass(self, now_ms: int, most: int | None = None) -> None:
        """Time passes up to `now_ms`; what fell due happens and is kept for the answer.

        With `most`, once so many decisions are there the rest is left for the next call that has it: `behind`.
        """
        self.now_ms = max(self.now_ms, now_ms)
        self.store.make_space()
        if self.behind and most is None:
            return
        went_on, self.behind, self.most, self.stopped_after = self.behind, False, most, None
        if went_on:
            self.settle()
        while not self.behind and (due := entries.time_passes(self.store.at, self.now_ms)):
            if due == OUT_OF_SPACE:
                self.note_outcomes()
                if not self.stop_if_full():
                    continue
            self.overflow()
            self.settle()
        self.most = None

    def stop_if_full(self) -> bool:
        """Falls `behind` when as much was decided as may be at once; whether it is."""
        so_far = len(self.pending) + len(self._overflowing)
        if self.most is not None and so_far >= self.most:
            self.behind, self.stopped_after = True, so_far
        return self.behind

    def happen(self, event: Callable[..., None], *arguments: int) -> list[Decision]:
        """An event, and all that follows from it."""
        event(self.store.at, *arguments)
        return self.follow()

    def follow(self) -> list[Decision]:
        """All that follows from what has just changed."""
        self.settle()
        if self.overflows:
            # Whoever should have gone on while being offered, or kept, goes on now.
            self.let_pass(self.now_ms)
        return self.decided()

    def settle(self) -> None:
        """Offers what is possible, making space as often as needed; what is `behind` is offered when it is its turn."""
        while not self.behind and entries.settle(self.store.at, self.now_ms):
            self.note_outcomes()
            self.stop_if_full()
        self.note_outcomes()

    def note_outcomes(self) -> None:
        """Keeps what has just been decided for the answer."""
        for outcome in self.store.take_outcomes():
            if outcome[0] == OVERFLOWS_NOW:
                self._overflowing.append(int(self.store.state.contacts.identity[outcome[1]]))
                continue
            self.pending.append(self._decision(outcome))
            if outcome[0] == WRAPPED_NOW:
                self.store.free_row(self.row_of.pop(self.pending[-1].contact))
                self.joining.demands.pop(self.pending[-1].contact, None)
        self.store.make_space()

    def overflow(self) -> None:
        """Sends on whoever has waited long enough in a queue."""
        self.note_outcomes()
        going, self._overflowing = sorted(self._overflowing), []
        for contact in going:
            row = self.row_of[contact]
            left = self.rows.queues[int(self.store.state.contacts.queue[row])]
            assert left.overflow is not None, "only a queue with an overflow reports one"
            entered = None
            if left.overflow.queue is not None:
                entered = self.joining.open_queue(left.overflow.queue)
            if entered is None:
                self.pending.append(Refused(contact, left.id, "waited"))
                self.leave(contact)
                continue
            self.pending.append(Overflowed(contact, left.id, entered))
            line = self.joining.line(entered, self.joining.demands_of(contact))
            self.store.make_space()
            entries.contact_overflows(self.store.at, self.now_ms, row, line)

    def leave(self, contact: int) -> None:
        """Takes a contact out, from wherever it is; its row is free."""
        row = self.row_of.pop(contact)
        self.joining.demands.pop(contact, None)
        entries.contact_leaves(self.store.at, self.now_ms, row)
        self.store.free_row(row)

    def lift(self, agent_row: int, extra: Mapping[str, int]) -> None:
        """Writes how many contacts over the limits an agent may have."""
        agents = self.store.state.agents
        for medium, row in self.rows.medium.items():
            agents.extra[agent_row, row] = extra.get(medium, 0)

    def decided(self) -> list[Decision]:
        """The answer: all that was decided since the last one."""
        decisions = self.pending
        self.pending = []
        return decisions

    def row(self, contact: int) -> int:
        """Raises `RoutingError`: unknown_contact."""
        row = self.row_of.get(contact)
        if row is None:
            raise RoutingError("unknown_contact", contact=contact)
        return row

    def agent_row(self, agent: int) -> int:
        """Raises `RoutingError`: unknown_agent."""
        row = self.rows.agent.get(agent)
        if row is None:
            raise RoutingError("unknown_agent", agent=agent)
        return row

    def keeper(self, kept_for: int | None) -> int:
        """The row of who it is kept for; NOBODY for an agent who is not known."""
        return NOBODY if kept_for is None else self.rows.agent.get(kept_for, NOBODY)

    def may_keep(self, agent: int, line: int) -> bool:
        """Whether a contact that joins a line can be kept for an agent: as `choice.may_keep`, before it is in."""
        row, agents = self.keeper(agent), self.store.state.agents
        return row != NOBODY and agents.presence[row] != OFFLINE and agents.opens_at[row, line] != NEVER

    def offered_row(self, contact: int, agent: int) -> int:
        """Raises `RoutingError`: not_offered, other_agent."""
        row = self.row(contact)
        if self.place(contact) is not Place.OFFERED:
            raise RoutingError("not_offered", contact=contact)
        if self.store.state.contacts.agent[row] != self.agent_row(agent):
            raise RoutingError("other_agent", contact=contact, agent=agent)
        return row

    def require_skills(self, row: int, agent_row: int) -> None:
        """Raises `RoutingError`: lacks_required_skill."""
        state = self.store.state
        if state.agents.opens_at[agent_row, state.contacts.queue[row]] == NEVER:
            raise RoutingError("lacks_required_skill", agent=self.rows.agents[agent_row].id)

    def enter(
        self,
        contact: int,
        queue_row: int,
        arrived_ms: int,
        entered_ms: int,
        kept_for: int | None,
        kept_until_ms: int,
        demands: Demands,
    ) -> int:
        """Gives a contact a row, without any decision."""
        assert abs(contact) < IDENTITY_MAX and 0 <= arrived_ms < INSTANT_MAX_MS
        row = self.store.new_row()
        self.row_of[contact] = row
        if demands != NO_DEMANDS:
            self.joining.demands[contact] = demands
        keeper = self.keeper(kept_for)
        until_ms = min(kept_until_ms, FAR)
        entries.enter(self.store.at, row, contact, queue_row, arrived_ms, entered_ms, keeper, until_ms)
        return row

    def _decision(self, outcome: list[int]) -> Decision:
        kind, row, agent, at_ms = outcome[:4]
        state = self.store.state
        contact = int(state.contacts.identity[row])
        identity = self.rows.agents[agent].id
        if kind != OFFERED_NOW:
            return _PLAIN[kind](contact, identity)
        queue = self.rows.queues[int(state.contacts.queue[row])]
        tier = tier_after(queue, self.now_ms - state.contacts.arrived_ms[row])
        why = reasons(state, outcome, queue, self.rows.agents[agent], tier)
        return Offered(contact, identity, queue.id, at_ms, why)
