"""The engine once more, slow and obvious: after each event, all pairs of waiting contact and agent are sorted.

It shares no code with the engine but the policy and the words of the decisions.
"""

from affluent.routing import (
    NO_DEMANDS,
    AgentRule,
    Demands,
    LiveAgent,
    LiveContact,
    Place,
    Policy,
    Presence,
    Refusal,
)
from tests.routing.oracle_rules import Agent, Contact, Rules, Said

__all__ = ["Oracle", "Said"]


class Oracle(Rules):
    """What happens."""

    def go_on(self, going: list[Contact]) -> None:
        for contact in going:
            assert contact.queue.overflow is not None
            left, entered = contact.queue.id, self.destination(contact.queue.overflow.queue)
            if entered is None:
                self.said.append(("refused", contact.id, left, 0))
                del self.contacts[contact.id]
                continue
            contact.queue, contact.entered_ms = self.rule_for(entered, contact.demands), self.now_ms
            self.said.append(("overflowed", contact.id, left, entered))

    def settle(self) -> None:
        """Offers; then whoever ought to have left the queue goes on, and offers again."""
        self.offer()
        while going := self.overflowing():
            self.go_on(going)
            self.offer()

    def offer(self) -> None:
        while True:
            pairs = sorted(
                (self.urgency(contact, agent), self.preference(contact, agent))
                for contact in self.contacts.values()
                if contact.place is Place.WAITING
                for agent in self.agents.values()
                if self.possible(contact, agent)
            )
            if not pairs:
                return
            urgency, preference = pairs[0]
            contact, agent = self.contacts[urgency[-1]], self.agents[preference[-1]]
            self.pull_back(agent, contact.queue.medium)
            contact.place, contact.expires_ms = Place.OFFERED, self.now_ms + contact.queue.offer_ms
            self.give(contact, agent)
            self.said.append(("offered", contact.id, agent.rule.id, contact.expires_ms))

    def pull_back(self, agent: Agent, medium: str) -> None:
        """Unanswered offers go back, the last to come first, until one more contact of a medium fits beside all."""
        offered = [
            one
            for one in self.hand(agent)
            if one.place is Place.OFFERED and one.queue.medium in self.media[medium].pulls_back
        ]
        offered.sort(key=lambda one: (one.arrived_ms, one.id))
        interrupted = self.media[medium].interrupts

        def stays() -> list[Contact]:
            return [one for one in self.hand(agent) if one in offered or one.queue.medium not in interrupted]

        while offered and not self.fits(agent, medium, stays(), interrupted):
            pulled = offered.pop()
            self.said.append(("pulled", pulled.id, agent.rule.id, 0))
            self.wait(pulled, agent.rule.id, self.now_ms + pulled.queue.keep_ms)

    # Changes

    def give(self, contact: Contact, agent: Agent) -> None:
        contact.agent, contact.holds = agent.rule.id, True
        agent.idle_since_ms = self.now_ms

    def free(self, contact: Contact) -> None:
        if contact.holds and contact.agent is not None:
            self.agents[contact.agent].idle_since_ms = self.now_ms
        contact.holds = False
        self.disperse(contact)

    def disperse(self, contact: Contact) -> None:
        for agent in contact.participants:
            self.agents[agent].idle_since_ms = self.now_ms
        contact.participants.clear()

    def wait(self, contact: Contact, kept_for: int | None = None, kept_until_ms: int = 0) -> None:
        self.free(contact)
        contact.place, contact.agent = Place.WAITING, None
        contact.kept_for, contact.kept_until_ms = None, 0
        if kept_for in self.agents and kept_until_ms > self.now_ms:
            agent = self.agents[kept_for]
            if agent.presence is not Presence.OFFLINE and self.skilled(agent, contact.queue):
                contact.kept_for, contact.kept_until_ms = kept_for, kept_until_ms

    def fail(self, contact: Contact, wholly: bool) -> None:
        agent_id = contact.agent
        assert agent_id is not None
        self.wait(contact)
        until_ms = self.now_ms + contact.queue.set_aside_ms
        if wholly:
            agent = self.agents[agent_id]
            agent.aside_until_ms = max(agent.aside_until_ms, until_ms)
        else:
            contact.refusals[agent_id] = until_ms

    # Events

    def pass_time(self, now_ms: int) -> None:
        self.now_ms = max(self.now_ms, now_ms)
        for contact in self.contacts.values():
            if contact.place is Place.WAITING and contact.kept_until_ms <= self.now_ms:
                contact.kept_for, contact.kept_until_ms = None, 0
        for agent in self.agents.values():
            if agent.lifted_until_ms <= self.now_ms:
                agent.lifted, agent.lifted_until_ms = {}, 0
        going = self.overflowing()
        over = [
            one
            for one in self.contacts.values()
            if one.place in {Place.HELD, Place.WRAPPING} and one.expires_ms <= self.now_ms
        ]
        expired = [
            contact
            for contact in self.contacts.values()
            if contact.place is Place.OFFERED and contact.expires_ms <= self.now_ms
        ]
        for contact in sorted((*expired, *over), key=lambda one: (one.expires_ms, one.id)):
            if contact.place is Place.OFFERED:
                self.said.append(("expired", contact.id, contact.agent or 0, 0))
                self.fail(contact, wholly=True)
            elif contact.place is Place.WRAPPING:
                self.said.append(("wrapped", contact.id, contact.agent or 0, 0))
                self.free(contact)
                del self.contacts[contact.id]
            else:
                contact.entered_ms = self.now_ms
                self.wait(contact, contact.kept_for, contact.kept_until_ms)
        self.go_on(going)
        self.settle()

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
        held = not_before_ms > self.now_ms
        expected = kept_for in self.agents and kept_until_ms > self.now_ms
        if expected and kept_for is not None:
            agent, rule = self.agents[kept_for], self.rule_for(queue, demands)
            expected = agent.presence is not Presence.OFFLINE and self.skilled(agent, rule)
        entered = queue if held or expected else self.admitting(queue)
        if entered is None:
            self.said.append(("refused", id_, queue, 0))
            return
        if entered != queue:
            self.said.append(("overflowed", id_, queue, entered))
        arrived_ms = self.now_ms if arrived_ms is None else arrived_ms
        contact = Contact(id_, self.rule_for(entered, demands), arrived_ms, self.now_ms, demands=demands)
        self.contacts[id_] = contact
        if held:
            contact.place, contact.expires_ms = Place.HELD, not_before_ms
            # For whom it is kept is known, and looked at again when its hour comes.
            contact.kept_for = kept_for if kept_for in self.agents else None
            contact.kept_until_ms = kept_until_ms
        else:
            self.wait(contact, kept_for, kept_until_ms)
        self.settle()

    def leave(self, id_: int) -> None:
        self.free(self.contacts[id_])
        del self.contacts[id_]
        self.settle()

    def merge(self, id_: int, into: int) -> None:
        kept = self.contacts[into]
        kept.arrived_ms = min(kept.arrived_ms, self.contacts[id_].arrived_ms)
        self.leave(id_)

    def join(self, id_: int, agent: int) -> None:
        self.contacts[id_].participants.add(agent)
        self.agents[agent].idle_since_ms = self.now_ms
        self.settle()

    def part(self, id_: int, agent: int) -> None:
        self.contacts[id_].participants.discard(agent)
        self.agents[agent].idle_since_ms = self.now_ms
        self.settle()

    def hand_over(self, id_: int, agent: int) -> None:
        contact = self.contacts[id_]
        assert contact.agent is not None
        for one in (contact.agent, agent):
            self.agents[one].idle_since_ms = self.now_ms
        contact.participants.discard(agent)
        contact.agent = agent
        self.settle()

    def lift(self, agent_id: int, extra: dict[str, int], until_ms: int) -> None:
        agent = self.agents[agent_id]
        lifts = until_ms > self.now_ms
        agent.lifted = {medium: more for medium, more in extra.items() if more and lifts}
        agent.lifted_until_ms = until_ms if lifts else 0
        self.settle()

    def wrap_up(self, id_: int, until_ms: int) -> None:
        self.disperse(self.contacts[id_])
        self.contacts[id_].place, self.contacts[id_].expires_ms = Place.WRAPPING, until_ms
        self.settle()

    def close(self, queue: int) -> None:
        self.closed.add(queue)
        self.settle()

    def open(self, queue: int) -> None:
        self.closed.discard(queue)
        self.settle()

    def change(self, rule: AgentRule) -> None:
        agent = self.agents[rule.id]
        agent.rule = self.with_bundles(rule)
        for contact in sorted(self.contacts.values(), key=lambda one: (one.arrived_ms, one.id)):
            if self.skilled(agent, contact.queue):
                continue
            if contact.place is Place.OFFERED and contact.agent == rule.id:
                self.said.append(("expired", contact.id, rule.id, 0))
                self.wait(contact)
            elif contact.place is Place.WAITING and contact.kept_for == rule.id:
                self.wait(contact)
        self.settle()

    def change_rules(self, policy: Policy) -> None:
        """Everybody stays, under the new rules; what they no longer allow is set free first."""
        self.policy = policy
        self.media = {rule.medium: rule for rule in policy.media}
        self.queues = {rule.id: rule for rule in policy.queues}
        self.closed &= set(self.queues)
        for rule in policy.agents:
            self.agents.setdefault(rule.id, Agent(rule)).rule = self.with_bundles(rule)
        for contact in self.contacts.values():
            contact.queue = self.rule_for(contact.queue.id, contact.demands)
        for contact in sorted(self.contacts.values(), key=lambda one: (one.arrived_ms, one.id)):
            holder = contact.agent if contact.place is Place.OFFERED else contact.kept_for
            if holder is None or self.skilled(self.agents[holder], contact.queue):
                continue
            if contact.place is Place.OFFERED:
                self.said.append(("expired", contact.id, holder, 0))
                self.wait(contact)
            elif contact.place is Place.WAITING:
                self.wait(contact)
        self.go_on(self.overflowing())
        self.settle()

    def accept(self, id_: int) -> None:
        contact = self.contacts[id_]
        contact.place, contact.kept_for = Place.IN_HAND, None
        contact.refusals.clear()

    def decline(self, id_: int, timed_out: bool) -> None:
        self.fail(self.contacts[id_], timed_out)
        self.settle()

    def transfer(
        self, id_: int, queue: int, arrived_ms: int | None, kept_for: int | None, kept_until_ms: int
    ) -> None:
        contact = self.contacts[id_]
        giver = contact.agent
        self.free(contact)
        contact.queue, contact.entered_ms = self.rule_for(queue, contact.demands), self.now_ms
        contact.arrived_ms = contact.arrived_ms if arrived_ms is None else arrived_ms
        contact.refusals.clear()
        if giver is not None and giver != kept_for:
            contact.refusals[giver] = self.now_ms + contact.queue.set_aside_ms
        self.wait(contact, kept_for, kept_until_ms)
        self.settle()

    def take(self, id_: int, agent: int) -> None:
        contact = self.contacts[id_]
        self.free(contact)
        contact.place, contact.kept_for = Place.IN_HAND, None
        contact.refusals.clear()
        self.give(contact, self.agents[agent])
        self.settle()

    def reopen(self, id_: int, queue: int, agent: int, arrived_ms: int) -> None:
        contact = Contact(id_, self.rule_for(queue, NO_DEMANDS), arrived_ms, self.now_ms, Place.IN_HAND)
        self.contacts[id_] = contact
        self.give(contact, self.agents[agent])
        self.settle()

    def sleep(self, id_: int, frees: bool) -> None:
        self.contacts[id_].place = Place.SLEEPING
        self.disperse(self.contacts[id_])
        if frees:
            self.free(self.contacts[id_])
        self.settle()

    def wake(self, id_: int, agent_id: int) -> None:
        contact, agent = self.contacts[id_], self.agents[agent_id]
        if contact.holds and contact.agent == agent_id:
            contact.place = Place.IN_HAND
            self.said.append(("resumed", id_, agent_id, 0))
            return
        self.free(contact)
        same = sum(one.queue.medium == contact.queue.medium for one in self.hand(agent))
        medium = contact.queue.medium
        most = agent.rule.limits.get(medium, 0) + agent.lifted.get(medium, 0) + self.policy.reserve
        if agent.presence is Presence.READY and same < most:
            contact.place = Place.IN_HAND
            self.give(contact, agent)
            self.said.append(("resumed", id_, agent_id, 0))
        else:
            self.wait(contact, agent_id, self.now_ms + contact.queue.keep_ms)
        self.settle()

    def ready(self, id_: int) -> None:
        agent = self.agents[id_]
        if agent.presence is not Presence.READY:
            agent.presence, agent.idle_since_ms = Presence.READY, self.now_ms
        agent.aside_until_ms = 0
        self.settle()

    def away(self, id_: int, offline: bool) -> None:
        self.agents[id_].presence = Presence.OFFLINE if offline else Presence.AWAY
        for contact in sorted(self.contacts.values(), key=lambda one: (one.arrived_ms, one.id)):
            if contact.place is Place.OFFERED and contact.agent == id_:
                self.said.append(("expired", contact.id, id_, 0))
                self.wait(contact)
            elif contact.place is Place.WAITING and contact.kept_for == id_ and offline:
                self.wait(contact)
        self.settle()

    # What must be equal

    def live_contacts(self) -> list[LiveContact]:
        return [
            LiveContact(
                one.id,
                one.queue.id,
                one.arrived_ms,
                one.place,
                one.agent,
                one.expires_ms if one.place in {Place.OFFERED, Place.HELD, Place.WRAPPING} else None,
                one.kept_for,
                one.kept_until_ms if one.kept_for is not None else 0,
                one.holds,
                tuple(
                    Refusal(agent, until_ms)
                    for agent, until_ms in sorted(one.refusals.items())
                    if until_ms > self.now_ms
                ),
                one.demands,
                one.entered_ms,
                tuple(sorted(one.participants)),
            )
            for _, one in sorted(self.contacts.items())
        ]

    def live_agents(self) -> list[LiveAgent]:
        return [
            LiveAgent(
                id_,
                one.presence,
                one.idle_since_ms,
                one.aside_until_ms if one.aside_until_ms > self.now_ms else None,
                one.lifted,
                one.lifted_until_ms or None,
            )
            for id_, one in sorted(self.agents.items())
        ]
