"""The engine and the oracle side by side: every event goes to both, and they must say and know the same."""

from collections import Counter

from affluent.routing import (
    NO_DEMANDS,
    AgentRule,
    Decision,
    Demands,
    Offered,
    OfferExpired,
    Overflowed,
    Place,
    Policy,
    Presence,
    PulledBack,
    Refused,
    Resumed,
    Router,
    WrapUpEnded,
)
from tests.routing.oracle import Oracle, Said


def said(decision: Decision) -> Said:
    match decision:
        case Offered():
            return ("offered", decision.contact, decision.agent, decision.expires_ms)
        case OfferExpired():
            return ("expired", decision.contact, decision.agent, 0)
        case PulledBack():
            return ("pulled", decision.contact, decision.agent, 0)
        case Resumed():
            return ("resumed", decision.contact, decision.agent, 0)
        case WrapUpEnded():
            return ("wrapped", decision.contact, decision.agent, 0)
        case Overflowed():
            return ("overflowed", decision.contact, decision.from_queue, decision.to_queue)
        case Refused():
            return ("refused", decision.contact, decision.queue, 0)


class Pair:
    """Events take what the engine takes. `log` holds all that was said."""

    def __init__(self, policy: Policy, capacity: int = 1) -> None:
        self.policy = policy
        self.router = Router(policy, capacity=capacity)
        self.oracle = Oracle(policy)
        self.now_ms = 0
        self.log: list[Said] = []

    def _agree(self, decisions: list[Decision]) -> None:
        heard = [said(decision) for decision in decisions]
        expected, self.oracle.said = self.oracle.said, []
        assert heard == expected
        self.log += heard
        # What is offered may go back, go on to another queue and be offered again, all at one instant.
        last = {one.contact: one for one in decisions if isinstance(one, Offered)}
        for decision in last.values():
            assert decision.why, "an offer without a reason"
            contact = self.oracle.contacts.get(decision.contact)
            if contact is not None and contact.place is Place.OFFERED:
                assert decision.queue == contact.queue.id
        contacts = self.oracle.live_contacts()
        assert self.router.live_contacts() == contacts
        assert self.router.live_agents() == self.oracle.live_agents()
        self._agree_on_waiting()

    def _agree_on_waiting(self) -> None:
        waits = [one for one in self.oracle.contacts.values() if one.place is Place.WAITING]
        counted = Counter(one.queue.id for one in waits)
        summary = self.router.waiting(self.now_ms)
        assert {queue.queue: queue.count for queue in summary.queues} == counted
        shares = [max(0, self.now_ms - one.arrived_ms) / one.queue.target_ms for one in waits]
        assert summary.most_urgent_share == max(shares, default=None)
        for one in waits:
            explained = self.router.explain(one.id, self.now_ms)
            assert explained.chosen is None, "a waiting contact could have been offered"
            line = [
                other
                for other in waits
                if other.kept_for == one.kept_for
                and (one.kept_for is not None or other.queue.id == one.queue.id)
            ]
            before = [other for other in line if (other.arrived_ms, other.id) < (one.arrived_ms, one.id)]
            assert self.router.position(one.id) == len(before)

    def pass_time(self, ms: int) -> None:
        due_ms = self.router.next_deadline()
        self.now_ms += ms
        self.oracle.pass_time(self.now_ms)
        decisions = self.router.advance(self.now_ms)
        assert not decisions or (due_ms is not None and due_ms <= self.now_ms), "the deadline came late"
        self._agree(decisions)

    def arrive(
        self,
        id_: int,
        queue: int,
        arrived_ms: int | None,
        kept_for: int | None,
        kept_until_ms: int,
        demands: Demands = NO_DEMANDS,
        not_before_ms: int = 0,
    ) -> None:
        self.oracle.arrive(id_, queue, arrived_ms, kept_for, kept_until_ms, demands, not_before_ms)
        self._agree(
            self.router.arrive(
                id_,
                queue,
                self.now_ms,
                arrived_ms=arrived_ms,
                kept_for=kept_for,
                kept_until_ms=kept_until_ms,
                demands=demands,
                not_before_ms=not_before_ms,
            )
        )

    def withdraw(self, id_: int) -> None:
        self.oracle.leave(id_)
        self._agree(self.router.withdraw(id_, self.now_ms))

    def release(self, id_: int) -> None:
        self.oracle.leave(id_)
        self._agree(self.router.release(id_, self.now_ms))

    def accept(self, id_: int) -> None:
        agent = self.oracle.contacts[id_].agent
        assert agent is not None
        self.oracle.accept(id_)
        self._agree(self.router.accept(id_, agent, self.now_ms))

    def fail(self, id_: int, timed_out: bool) -> None:
        agent = self.oracle.contacts[id_].agent
        assert agent is not None
        self.oracle.decline(id_, timed_out)
        self._agree(self.router.fail_offer(id_, agent, self.now_ms, timed_out=timed_out))

    def transfer(
        self, id_: int, queue: int, arrived_ms: int | None, kept_for: int | None, kept_until_ms: int
    ) -> None:
        self.oracle.transfer(id_, queue, arrived_ms, kept_for, kept_until_ms)
        self._agree(
            self.router.transfer(
                id_,
                queue,
                self.now_ms,
                arrived_ms=arrived_ms,
                kept_for=kept_for,
                kept_until_ms=kept_until_ms,
            )
        )

    def take(self, id_: int, agent: int) -> None:
        self.oracle.take(id_, agent)
        self._agree(self.router.take(id_, agent, self.now_ms, allowed=True))

    def reopen(self, id_: int, queue: int, agent: int, arrived_ms: int) -> None:
        self.oracle.reopen(id_, queue, agent, arrived_ms)
        self._agree(self.router.reopen(id_, queue, agent, self.now_ms, arrived_ms=arrived_ms))

    def sleep(self, id_: int, frees: bool) -> None:
        self.oracle.sleep(id_, frees)
        self._agree(self.router.sleeps(id_, self.now_ms, frees=frees))

    def wake(self, id_: int) -> None:
        agent = self.oracle.contacts[id_].agent
        assert agent is not None
        self.oracle.wake(id_, agent)
        self._agree(self.router.wakes(id_, self.now_ms))

    def wrap_up(self, id_: int, ms: int) -> None:
        self.oracle.wrap_up(id_, self.now_ms + ms)
        self._agree(self.router.release(id_, self.now_ms, wrap_up_ms=ms))

    def merge(self, id_: int, into: int) -> None:
        self.oracle.merge(id_, into)
        self._agree(self.router.merge(id_, into, self.now_ms))

    def join(self, id_: int, agent: int) -> None:
        self.oracle.join(id_, agent)
        self._agree(self.router.join(id_, agent, self.now_ms))

    def part(self, id_: int, agent: int) -> None:
        self.oracle.part(id_, agent)
        self._agree(self.router.part(id_, agent, self.now_ms))

    def hand_over(self, id_: int, agent: int) -> None:
        self.oracle.hand_over(id_, agent)
        self._agree(self.router.hand_over(id_, agent, self.now_ms))

    def lift(self, agent: int, extra: dict[str, int], until_ms: int) -> None:
        self.changed = True
        self.oracle.lift(agent, extra, until_ms)
        self._agree(self.router.lift_limits(agent, extra, until_ms, self.now_ms))

    def close(self, queue: int) -> None:
        self.oracle.close(queue)
        self._agree(self.router.close_queue(queue, self.now_ms))

    def open(self, queue: int) -> None:
        self.oracle.open(queue)
        self._agree(self.router.open_queue(queue, self.now_ms))

    def change(self, rule: AgentRule) -> None:
        self.changed = True
        self.oracle.change(rule)
        self._agree(self.router.change_agent(rule, self.now_ms))
        self.policy = self.router.policy

    def change_rules(self, policy: Policy) -> None:
        self.changed = True
        self.policy = policy
        self.oracle.change_rules(policy)
        self._agree(self.router.change_rules(policy, self.now_ms))

    def ready(self, agent: int) -> None:
        self.oracle.ready(agent)
        self._agree(self.router.agent_ready(agent, self.now_ms))

    def away(self, agent: int, offline: bool) -> None:
        self.oracle.away(agent, offline)
        self._agree(self.router.agent_away(agent, self.now_ms, offline=offline))

    def restart(self) -> None:
        """From records in reverse order, which must not matter."""
        contacts, agents = self.router.live_contacts(), self.router.live_agents()
        closed = self.router.closed_queues()
        assert closed == sorted(self.oracle.closed)
        self.router, decisions = Router.restore(
            self.policy, contacts[::-1], agents[::-1], self.now_ms, closed=closed
        )
        self._agree(decisions)

    # What can happen next

    def at(self, *places: Place) -> list[int]:
        return sorted(one.id for one in self.oracle.contacts.values() if one.place in places)

    def takers(self, id_: int) -> list[int]:
        queue = self.oracle.contacts[id_].queue
        return [id_ for id_, agent in sorted(self.oracle.agents.items()) if self.oracle.skilled(agent, queue)]

    def check(self) -> None:
        """What holds in every situation, said without either implementation's rules."""
        limits = {rule.id: rule.limits for rule in self.policy.agents}
        skills = {id_: agent.rule.skills for id_, agent in self.oracle.agents.items()}
        queues = {rule.id: rule for rule in self.policy.queues}
        presence = {one.agent: one.presence for one in self.router.live_agents()}
        held = Counter[tuple[int, str]]()
        for one in self.router.live_contacts():
            assert (one.agent is None) == (one.place in {Place.WAITING, Place.HELD})
            if one.agent is None:
                continue
            if one.holds:
                held[one.agent, queues[one.queue].medium] += 1
            if one.place is Place.OFFERED:
                assert presence[one.agent] is Presence.READY
            # Skills may change under a contact in hand, never under an offer.
            for need in (*queues[one.queue].skills, *one.demands.needs) if one.place is Place.OFFERED else ():
                level = need.level if need.floor is None else need.floor
                assert not need.required or skills[one.agent].get(need.skill, 0) >= level
        taken_by_hand = len(self.by_hand) + (100 if self.changed else 0)
        for (agent, medium), count in held.items():
            assert count <= limits[agent].get(medium, 0) + self.policy.reserve + taken_by_hand

    by_hand: frozenset[int] = frozenset()
    changed: bool = False
