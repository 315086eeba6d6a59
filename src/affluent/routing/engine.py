"""The router: events in, decisions out, by the identifiers of the database.

It reads no clock: each event carries `now_ms`, and whatever has fallen due by then happens first. A clock
that goes back is taken as standing still. An event that cannot be raises `RoutingError` and changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from affluent.routing import entries
from affluent.routing.decisions import (
    Decision,
    LiveAgent,
    LiveContact,
    Overflowed,
    Place,
    Refusal,
    Refused,
    RoutingError,
    Waiting,
)
from affluent.routing.explain import Explanation, explain
from affluent.routing.live import live_agents, live_contacts, load, refusals, waiting
from affluent.routing.policy import (
    LIMIT_MAX,
    NO_DEMANDS,
    AgentRule,
    Demands,
    Policy,
    Problem,
    with_bundles,
)
from affluent.routing.problems import agent_problems
from affluent.routing.state import (
    AWAY,
    FAR,
    NEVER,
    OFFLINE,
    WAITING,
)
from affluent.routing.tables import write_agent
from affluent.routing.together import Together


class Router(Together):
    """One routing partition at work. Not safe for use by several threads at once.

    `warnings` holds what the policy is warned about. Raises PolicyError for a policy that cannot work.
    """

    @classmethod
    def restore(
        cls,
        policy: Policy,
        contacts: Iterable[LiveContact],
        agents: Iterable[LiveAgent],
        now_ms: int,
        *,
        closed: Iterable[int] = (),
        by_arrival: bool = False,
        most: int | None = None,
    ) -> tuple["Router", list[Decision]]:
        """A router in the middle of the day, and what it decides at once.

        For a start from the database, and for a changed policy: `Router.restore(policy, old.live_contacts(),
        old.live_agents(), now_ms, closed=old.closed_queues())` leaves everybody at their place. Contacts of a
        queue that the policy does not know, and agents that it does not know, must have been moved or left
        out: RoutingError otherwise. `by_arrival`: the contacts come by `arrived_ms`, then by `contact`; then
        they are not gathered first, so that as many as there are never stand in memory as records. `most`: as
        for `advance`, which is then called with it ever after.
        """
        if by_arrival:
            router = cls(policy)
        else:
            contacts = sorted(contacts, key=lambda live: (live.arrived_ms, live.contact))
            router = cls(policy, capacity=max(4_096, len(contacts)))
        for queue in closed:
            entries.queue_closes(router.store.at, router.joining.queue_row(queue))
        if most is not None:
            router.store.at_once(most)
        load(router, contacts, agents, now_ms, most)
        return router, router.decided() if router.behind else router.advance(now_ms, most=most)

    # Contacts

    def arrive(
        self,
        contact: int,
        queue: int,
        now_ms: int,
        *,
        arrived_ms: int | None = None,
        kept_for: int | None = None,
        kept_until_ms: int = 0,
        demands: Demands = NO_DEMANDS,
        not_before_ms: int = 0,
    ) -> list[Decision]:
        """A contact comes in. `arrived_ms` (None: now) gives its place; `kept_for` keeps it for an agent.

        Keeping is passed over for an agent who is unknown, offline or lacks a required skill. `demands` are
        what it asks beyond its queue; they stay with it. `not_before_ms`: it was promised for later and is
        offered to nobody before. A full or closed queue may send it on: `Overflowed`, or `Refused` when it
        does not come in; one that is kept or promised comes in all the same.
        """
        if contact in self.row_of:
            raise RoutingError("known_contact", contact=contact)
        self.joining.line(queue, demands)
        self.let_pass(now_ms)
        arrived_ms = self.now_ms if arrived_ms is None else arrived_ms
        expected = not_before_ms > self.now_ms
        if kept_for is not None and kept_until_ms > self.now_ms:
            expected = expected or self.may_keep(kept_for, self.joining.line(queue, demands))
        entered = queue if expected else self.joining.admitting(queue)
        if not isinstance(entered, int):
            return [*self.decided(), Refused(contact, queue, entered)]
        if entered != queue:
            self.pending.append(Overflowed(contact, queue, entered))
        queue_row = self.joining.line(entered, demands)
        row = self.enter(contact, queue_row, arrived_ms, self.now_ms, kept_for, kept_until_ms, demands)
        if not_before_ms > self.now_ms:
            return self.happen(entries.contact_held, row, not_before_ms)
        return self.happen(entries.contact_waits, self.now_ms, row)

    def withdraw(self, contact: int, now_ms: int) -> list[Decision]:
        """The customer gave up, or the contact was merged or closed: from wherever it is."""
        self.row(contact)
        self.let_pass(now_ms)
        self.row(contact)
        self.leave(contact)
        return self.follow()

    def release(self, contact: int, now_ms: int, *, wrap_up_ms: int = 0) -> list[Decision]:
        """The agent has finished with a contact in hand, asleep or being wrapped up; the hand is free.

        With `wrap_up_ms` the hand of a contact in hand stays full for work after it, for so long at most:
        then `WrapUpEnded`, unless a second `release` ends it sooner.
        """
        place = self.place(contact)
        if place not in {Place.IN_HAND, Place.SLEEPING, Place.WRAPPING}:
            raise RoutingError("not_in_hand", contact=contact)
        if wrap_up_ms <= 0 or place is not Place.IN_HAND:
            return self.withdraw(contact, now_ms)
        self.let_pass(now_ms)
        return self.happen(entries.contact_wraps, self.now_ms, self.row(contact), self.now_ms + wrap_up_ms)

    def accept(self, contact: int, agent: int, now_ms: int) -> list[Decision]:
        """The agent takes the offer. Too late is `not_offered` (or `other_agent`): time passes first.

        Then the decisions of that time are kept for the next call, so that none is lost.
        """
        self.let_pass(now_ms)
        return self.happen(entries.offer_accepted, self.offered_row(contact, agent))

    def fail_offer(self, contact: int, agent: int, now_ms: int, *, timed_out: bool = False) -> list[Decision]:
        """The offer is declined, or timed out. The contact keeps its place by arrival.

        The agent is set aside for the queue's `set_aside_ms`: from this contact if declined, wholly if timed
        out.
        """
        self.let_pass(now_ms)
        row = self.offered_row(contact, agent)
        return self.happen(entries.offer_fails, self.now_ms, row, int(timed_out))

    def transfer(
        self,
        contact: int,
        queue: int,
        now_ms: int,
        *,
        arrived_ms: int | None = None,
        kept_for: int | None = None,
        kept_until_ms: int = 0,
    ) -> list[Decision]:
        """Passes a contact on: to a queue, or to a person (`kept_for`) within a queue.

        It keeps its place by arrival unless `arrived_ms` gives another. Who had it in hand is set aside from
        it for the queue's `set_aside_ms`, so that it does not come straight back.
        """
        self.row(contact)
        self.joining.line(queue, self.joining.demands_of(contact))
        self.let_pass(now_ms)
        row = self.row(contact)
        queue_row = self.joining.line(queue, self.joining.demands_of(contact))
        arrived_ms = int(self.store.state.contacts.arrived_ms[row]) if arrived_ms is None else arrived_ms
        keeper = self.keeper(kept_for)
        return self.happen(
            entries.contact_moves, self.now_ms, row, queue_row, arrived_ms, keeper, kept_until_ms
        )

    def take(self, contact: int, agent: int, now_ms: int, *, allowed: bool = False) -> list[Decision]:
        """The agent takes a waiting or offered contact by hand, whatever room is left, if skilled.

        `not_by_hand` if its queue does not allow that, unless `allowed` says that somebody else did.
        """
        agent_row = self.agent_row(agent)
        self.let_pass(now_ms)
        row = self.row(contact)
        if self.place(contact) not in {Place.WAITING, Place.OFFERED}:
            raise RoutingError("not_waiting", contact=contact)
        if not (allowed or self.rows.queues[int(self.store.state.contacts.queue[row])].by_hand):
            raise RoutingError("not_by_hand", contact=contact)
        self.require_skills(row, agent_row)
        return self.happen(entries.contact_taken, self.now_ms, row, agent_row)

    def reopen(self, contact: int, queue: int, agent: int, now_ms: int, *, arrived_ms: int) -> list[Decision]:
        """A contact that had left comes back into a hand, whatever room is left; the agent must be skilled."""
        if contact in self.row_of:
            raise RoutingError("known_contact", contact=contact)
        if not self.can_serve(agent, queue):
            raise RoutingError("lacks_required_skill", agent=agent)
        agent_row = self.agent_row(agent)
        self.let_pass(now_ms)
        line = self.joining.line(queue, NO_DEMANDS)
        row = self.enter(contact, line, arrived_ms, self.now_ms, None, 0, NO_DEMANDS)
        return self.happen(entries.contact_taken, self.now_ms, row, agent_row)

    def sleeps(self, contact: int, now_ms: int, *, frees: bool = True) -> list[Decision]:
        """A contact in hand falls asleep; `frees` tells whether it stops to count in the agent's capacity."""
        self.let_pass(now_ms)
        row = self.row(contact)
        if self.place(contact) is not Place.IN_HAND:
            raise RoutingError("not_in_hand", contact=contact)
        return self.happen(entries.contact_sleeps, self.now_ms, row, int(frees))

    def wakes(self, contact: int, now_ms: int, *, agent: int | None = None) -> list[Decision]:
        """A sleeping contact wakes for an agent (None: whose it was).

        `Resumed` if that agent is ready and below the limit, lifted or not, plus the reserve; else it waits at
        its place by arrival, kept for the agent during the queue's `keep_ms`.
        """
        self.let_pass(now_ms)
        row = self.row(contact)
        if self.place(contact) is not Place.SLEEPING:
            raise RoutingError("not_asleep", contact=contact)
        last = int(self.store.state.contacts.agent[row])
        agent_row = last if agent is None else self.agent_row(agent)
        if agent_row != last:
            self.require_skills(row, agent_row)
        return self.happen(entries.contact_wakes, self.now_ms, row, agent_row)

    # Agents

    def agent_ready(self, agent: int, now_ms: int) -> list[Decision]:
        """The agent can be offered contacts; this also ends being set aside."""
        row = self.agent_row(agent)
        self.let_pass(now_ms)
        return self.happen(entries.agent_ready, self.now_ms, row)

    def agent_away(self, agent: int, now_ms: int, *, offline: bool = False) -> list[Decision]:
        """The agent cannot be offered contacts. Offers not yet answered end; contacts in hand stay.

        `offline`: contacts kept for the agent are for anyone from now on.
        """
        row = self.agent_row(agent)
        self.let_pass(now_ms)
        return self.happen(entries.agent_leaves, self.now_ms, row, OFFLINE if offline else AWAY)

    def change_agent(self, rule: AgentRule, now_ms: int) -> list[Decision]:
        """Other skills, limits, team or ranks for an agent, at once.

        Offers that the agent may no longer have end; contacts in hand stay. Raises `RoutingError`:
        unknown_agent, bad_agent.
        """
        row = self.agent_row(rule.id)
        problems = agent_problems(self.policy, rule)
        if rule.team is not None and rule.team not in self.rows.team:
            problems.append(Problem("unknown_team", f"agent:{rule.id}", {"team": rule.team}))
        if problems:
            raise RoutingError("bad_agent", problems=[problem.code for problem in problems])
        self.let_pass(now_ms)
        agents = {one.id: one for one in self.policy.agents} | {rule.id: rule}
        self.policy = replace(self.policy, agents=tuple(agents[one.id] for one in self.rows.agents))
        rule = self.rows.agents[row] = with_bundles(rule, self.policy.bundles)
        if rule.ranks:
            self.store.rank_queues()
        if rule.kept_free:
            self.store.state.rules.simple[0] = 0
        write_agent(self.store.state.agents, row, rule, self.rows)
        return self.happen(entries.agent_changes, self.now_ms, row)

    def lift_limits(self, agent: int, extra: Mapping[str, int], until_ms: int, now_ms: int) -> list[Decision]:
        """A supervisor allows an agent so many contacts over the limits, by medium, until an instant.

        Each brings its own units, so that it is allowed in full hands too. What was lifted before is over; an
        instant that has passed ends it. Raises `RoutingError`: unknown_agent, bad_limits.
        """
        row = self.agent_row(agent)
        if any(not (medium in self.rows.medium and 0 <= most <= LIMIT_MAX) for medium, most in extra.items()):
            raise RoutingError("bad_limits", agent=agent)
        self.let_pass(now_ms)
        self.lift(row, extra)
        return self.happen(entries.limits_lifted, self.now_ms, row, until_ms)

    # Queues

    def close_queue(self, queue: int, now_ms: int) -> list[Decision]:
        """Nobody of the queue is offered any more; all keep their place, and offers that are made stand."""
        row = self.joining.queue_row(queue)
        self.let_pass(now_ms)
        return self.happen(entries.queue_closes, row)

    def open_queue(self, queue: int, now_ms: int) -> list[Decision]:
        row = self.joining.queue_row(queue)
        self.let_pass(now_ms)
        return self.happen(entries.queue_opens, row)

    def closed_queues(self) -> list[int]:
        """The queues that are closed: with `live_contacts` and `live_agents`, what `restore` takes."""
        closed = self.store.state.queues.closed
        return [queue for queue, row in sorted(self.rows.queue.items()) if closed[row]]

    # Time

    def advance(self, now_ms: int, *, most: int | None = None) -> list[Decision]:
        """Lets time pass: offers expire, stages open, keeping and being set aside end.

        `most`: so many decisions and a few more at once, after a long time in which nobody looked. The rest
        stays due, and what happens meanwhile goes before it; call again.
        """
        self.let_pass(now_ms, most)
        return self.decided()

    def next_deadline(self) -> int | None:
        """The instant at which `advance` must be called at the latest; None if nothing is due ever."""
        if self.behind:
            return self.now_ms
        due_ms = entries.next_due_ms(self.store.at)
        return None if due_ms >= FAR else int(due_ms)

    # Questions

    def position(self, contact: int) -> int:
        """How many wait that came before the contact to its queue, or to those kept for its agent.

        0 if it does not wait.
        """
        row = self.row(contact)
        if self.store.state.contacts.place[row] != WAITING:
            return 0
        return int(entries.ahead_of(self.store.at, row))

    def can_serve(self, agent: int, queue: int) -> bool:
        """Whether the agent has the required skills of the queue and a limit above zero for its medium."""
        opens_at = self.store.state.agents.opens_at
        return bool(opens_at[self.agent_row(agent), self.joining.queue_row(queue)] != NEVER)

    def waiting(self, now_ms: int) -> Waiting:
        """How many wait in each queue, and how urgent the most urgent is."""
        return waiting(self, now_ms)

    def explain(self, contact: int, now_ms: int) -> Explanation:
        """Who may take the contact from which stage on, who has room, and which key decides between them."""
        return explain(self, self.row(contact), max(now_ms, self.now_ms))

    def live_contacts(self) -> list[LiveContact]:
        """Every contact that has not left, in order of identifiers: what `restore` takes."""
        return live_contacts(self)

    def live_agents(self) -> list[LiveAgent]:
        return live_agents(self)

    def refusals(self) -> dict[int, tuple[Refusal, ...]]:
        """Who is set aside from which contact."""
        return refusals(self)
