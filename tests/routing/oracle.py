"""The rules once more, slow and obvious: after each event, all pairs of waiting contact and agent are sorted.

It shares no code with the engine but the policy and the words of the decisions.
"""

from dataclasses import dataclass, field, replace

from affluent.routing import (
    NO_DEMANDS,
    AgentOrder,
    AgentRule,
    Demands,
    LiveAgent,
    LiveContact,
    MediumRule,
    Place,
    Policy,
    Presence,
    QueueRule,
    Refusal,
    SkillNeed,
)

Said = tuple[str, int, int, int]  # what, contact, agent or queue, expires_ms or queue or 0


@dataclass
class Contact:
    id: int
    queue: QueueRule
    arrived_ms: int
    entered_ms: int
    place: Place = Place.WAITING
    agent: int | None = None
    expires_ms: int = 0
    kept_for: int | None = None
    kept_until_ms: int = 0
    holds: bool = False
    refusals: dict[int, int] = field(default_factory=dict[int, int])
    demands: Demands = NO_DEMANDS


@dataclass
class Agent:
    rule: AgentRule
    presence: Presence = Presence.OFFLINE
    aside_until_ms: int = 0
    idle_since_ms: int = 0


class Oracle:
    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.media: dict[str, MediumRule] = {rule.medium: rule for rule in policy.media}
        self.queues = {rule.id: rule for rule in policy.queues}
        self.agents = {rule.id: Agent(rule) for rule in policy.agents}
        self.contacts: dict[int, Contact] = {}
        self.closed: set[int] = set()
        self.now_ms = 0
        self.said: list[Said] = []

    # Rules

    def rule_for(self, queue: int, demands: Demands) -> QueueRule:
        """The queue as one contact sees it."""
        rule = self.queues[queue]
        needs = list(rule.skills)
        for wish in demands.needs:
            same = [need for need in needs if need.skill == wish.skill]
            needs = [need for need in needs if need.skill != wish.skill]
            both = [*same, wish]
            needs.append(
                SkillNeed(
                    wish.skill,
                    level=max(need.level for need in both),
                    required=any(need.required for need in both),
                    weight=max(need.weight for need in both),
                    relax_after_ms=max(need.relax_after_ms or 0 for need in both),
                )
            )
        target_ms = demands.target_ms or rule.target_ms
        return replace(rule, skills=tuple(needs), tier=max(rule.tier, demands.tier), target_ms=target_ms)

    def rank(self, contact: Contact, agent: Agent) -> int:
        return 1 if contact.kept_for == agent.rule.id else agent.rule.ranks.get(contact.queue.id, 1)

    def skilled(self, agent: Agent, queue: QueueRule) -> bool:
        if agent.rule.limits.get(queue.medium, 0) == 0:
            return False
        needs = [need for need in queue.skills if need.required]
        return all(agent.rule.skills.get(need.skill, 0) >= need.level for need in needs)

    def hand(self, agent: Agent) -> list[Contact]:
        return [one for one in self.contacts.values() if one.holds and one.agent == agent.rule.id]

    def has_room(self, agent: Agent, medium: str) -> bool:
        hand = self.hand(agent)
        same = sum(one.queue.medium == medium for one in hand)
        counted = [one.queue.medium for one in hand if one.queue.medium not in self.media[medium].interrupts]
        load = self.media[medium].units + sum(self.media[other].units for other in counted)
        return same < agent.rule.limits.get(medium, 0) and load <= 60

    def possible(self, contact: Contact, agent: Agent) -> bool:
        if contact.queue.id in self.closed:
            return False
        if agent.presence is not Presence.READY or agent.aside_until_ms > self.now_ms:
            return False
        if not self.skilled(agent, contact.queue) or not self.has_room(agent, contact.queue.medium):
            return False
        if contact.refusals.get(agent.rule.id, 0) > self.now_ms:
            return False
        if contact.kept_for is not None:
            return contact.kept_for == agent.rule.id
        waited_ms = max(0, self.now_ms - contact.arrived_ms)
        demanded = [
            need
            for need in contact.queue.skills
            if not need.required and (need.relax_after_ms or 0) > waited_ms
        ]
        return all(agent.rule.skills.get(need.skill, 0) >= need.level for need in demanded)

    def urgency(self, contact: Contact, agent: Agent) -> tuple[int, ...]:
        waited_ms = max(0, self.now_ms - contact.arrived_ms)
        longest_ms = contact.queue.max_wait_ms
        tier = 9 if longest_ms is not None and waited_ms >= longest_ms else contact.queue.tier
        share = waited_ms * 1_000_000 // contact.queue.target_ms
        return (-tier, self.rank(contact, agent), -share, contact.arrived_ms, contact.id)

    def preference(self, contact: Contact, agent: Agent) -> tuple[int, ...]:
        fit = sum(
            need.weight * min(need.level, agent.rule.skills.get(need.skill, 0))
            for need in contact.queue.skills
            if not need.required
        )
        load = sum(self.media[one.queue.medium].units for one in self.hand(agent))
        idle = agent.idle_since_ms
        served = sum(self.skilled(agent, queue) for queue in self.queues.values())
        teams = contact.queue.teams
        named = agent.rule.team is not None and agent.rule.team in teams
        team = teams.index(agent.rule.team or 0) if named else len(teams)
        keys = {
            AgentOrder.LEAST_BUSY: (-fit, load, idle),
            AgentOrder.LONGEST_IDLE: (-fit, idle, load),
            AgentOrder.LEAST_VERSATILE: (-fit, served, idle),
            AgentOrder.TEAMS: (team, -fit, idle),
        }
        return (*keys[contact.queue.order or self.policy.order], agent.rule.id)

    def destination(self, queue: int) -> int:
        overflow = self.queues[queue].overflow
        if queue in self.closed and overflow is not None and overflow.when_closed:
            return self.destination(overflow.queue)
        return queue

    def admitting(self, queue: int) -> int | None:
        queue = self.destination(queue)
        rule = self.queues[queue]
        waits = [
            one for one in self.contacts.values() if one.place is Place.WAITING and one.queue.id == queue
        ]
        if rule.max_length is None or len(waits) < rule.max_length:
            return queue
        return None if rule.overflow is None else self.admitting(rule.overflow.queue)

    def overflowing(self) -> list[Contact]:
        """Who waits, for anyone, and has waited in the queue as long as it keeps them."""
        found: list[Contact] = []
        for _, one in sorted(self.contacts.items()):
            after_ms = one.queue.overflow and one.queue.overflow.after_ms
            free = one.place is Place.WAITING and one.kept_for is None
            if free and after_ms is not None and one.entered_ms + after_ms <= self.now_ms:
                found.append(one)
        return found

    def go_on(self, going: list[Contact]) -> None:
        for contact in going:
            assert contact.queue.overflow is not None
            left, entered = contact.queue.id, self.destination(contact.queue.overflow.queue)
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
            contact.place, contact.expires_ms = Place.OFFERED, self.now_ms + contact.queue.offer_ms
            self.give(contact, agent)
            self.said.append(("offered", contact.id, agent.rule.id, contact.expires_ms))

    # Changes

    def give(self, contact: Contact, agent: Agent) -> None:
        contact.agent, contact.holds = agent.rule.id, True
        agent.idle_since_ms = self.now_ms

    def free(self, contact: Contact) -> None:
        if contact.holds and contact.agent is not None:
            self.agents[contact.agent].idle_since_ms = self.now_ms
        contact.holds = False

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
        entered = queue if held or kept_for is not None else self.admitting(queue)
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

    def wrap_up(self, id_: int, until_ms: int) -> None:
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
        agent.rule = rule
        for contact in sorted(self.contacts.values(), key=lambda one: (one.arrived_ms, one.id)):
            if self.skilled(agent, contact.queue):
                continue
            if contact.place is Place.OFFERED and contact.agent == rule.id:
                self.said.append(("expired", contact.id, rule.id, 0))
                self.wait(contact)
            elif contact.place is Place.WAITING and contact.kept_for == rule.id:
                self.wait(contact)
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
        most = agent.rule.limits.get(contact.queue.medium, 0) + self.policy.reserve
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
            )
            for id_, one in sorted(self.agents.items())
        ]
