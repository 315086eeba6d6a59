"""The rules once more, slow and obvious: who may have a contact, which goes first, who is best.

It shares no code with the engine but the policy and the words of the decisions.
"""

from dataclasses import dataclass, field, replace

from affluent.routing import (
    NO_DEMANDS,
    AgentOrder,
    AgentReserve,
    AgentRule,
    Demands,
    MediumRule,
    Place,
    Policy,
    Presence,
    QueueRule,
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
    participants: set[int] = field(default_factory=set[int])


@dataclass
class Agent:
    rule: AgentRule
    presence: Presence = Presence.OFFLINE
    aside_until_ms: int = 0
    idle_since_ms: int = 0
    lifted: dict[str, int] = field(default_factory=dict[str, int])
    lifted_until_ms: int = 0


class Rules:
    """What holds at an instant, looked up afresh each time."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.media: dict[str, MediumRule] = {rule.medium: rule for rule in policy.media}
        self.queues = {rule.id: rule for rule in policy.queues}
        self.agents = {rule.id: Agent(self.with_bundles(rule)) for rule in policy.agents}
        self.contacts: dict[int, Contact] = {}
        self.closed: set[int] = set()
        self.now_ms = 0
        self.said: list[Said] = []

    # Rules

    def with_bundles(self, rule: AgentRule) -> AgentRule:
        held = [bundle.skills for bundle in self.policy.bundles if bundle.id in rule.bundles]
        known = {skill for skills in (rule.skills, *held) for skill in skills}
        return replace(
            rule, skills={skill: max(each.get(skill, 0) for each in (rule.skills, *held)) for skill in known}
        )

    def rule_for(self, queue: int, demands: Demands) -> QueueRule:
        """The queue as one contact sees it."""
        rule = self.queues[queue]
        needs = [*rule.skills, *(wish for wish in demands.needs if wish not in rule.skills)]
        target_ms = demands.target_ms or rule.target_ms
        teams = rule.team_needs + demands.team_needs
        tier = max(rule.tier, demands.tier)
        return replace(rule, skills=tuple(needs), tier=tier, target_ms=target_ms, team_needs=teams)

    def rank(self, contact: Contact, agent: Agent) -> int:
        return 1 if contact.kept_for == agent.rule.id else agent.rule.ranks.get(contact.queue.id, 1)

    def skilled(self, agent: Agent, queue: QueueRule) -> bool:
        if agent.rule.limits.get(queue.medium, 0) == 0:
            return False
        return self.meets(agent, queue, for_ever=True)

    def meets(self, agent: Agent, queue: QueueRule, *, waited_ms: int = 0, for_ever: bool = False) -> bool:
        """All that is still demanded after a wait, or what is demanded for ever."""
        for need in queue.skills:
            level = agent.rule.skills.get(need.skill, 0)
            demanded = need.level
            if need.required and need.floor is not None and need.relax_after_ms is not None:
                steps = waited_ms // need.relax_after_ms if need.relax_after_ms else 99
                demanded = need.floor if for_ever else max(need.floor, need.level - steps)
            if not need.required and (for_ever or waited_ms >= (need.relax_after_ms or 0)):
                demanded = 0
            if level < demanded:
                return False
        for circle in queue.team_needs:
            over = circle.relax_after_ms is not None and (for_ever or waited_ms >= circle.relax_after_ms)
            if not over and agent.rule.team not in circle.teams:
                return False
        return True

    def hand(self, agent: Agent) -> list[Contact]:
        return [
            one
            for one in self.contacts.values()
            if (one.holds and one.agent == agent.rule.id) or agent.rule.id in one.participants
        ]

    def units(self, agent: Agent, medium: str) -> int:
        return agent.rule.units.get(medium, self.media[medium].units)

    def fits(self, agent: Agent, medium: str, hand: list[Contact], ignored: tuple[str, ...] = ()) -> bool:
        """Whether one more contact of a medium fits beside some of what is in hand.

        What is kept free for the `ignored` media need not stay free.
        """
        others = [one.queue.medium for one in hand]
        if any(self.media[one].exclusive or self.media[medium].exclusive for one in others if one != medium):
            return False
        load = self.units(agent, medium) * (1 - agent.lifted.get(medium, 0))
        for each in self.media:
            used = others.count(each) * self.units(agent, each)
            spared = 0 if each == medium or each in ignored else agent.rule.kept_free.get(each, 0)
            load += max(used, spared)
        return load <= 60

    def has_room(self, agent: Agent, medium: str) -> bool:
        hand = self.hand(agent)
        same = sum(one.queue.medium == medium for one in hand)
        rule = self.media[medium]
        counted = [
            one
            for one in hand
            if one.queue.medium not in rule.interrupts
            and not (one.queue.medium in rule.pulls_back and one.place is Place.OFFERED)
        ]
        most = agent.rule.limits.get(medium, 0) + agent.lifted.get(medium, 0)
        return same < most and self.fits(agent, medium, counted, rule.interrupts)

    def present(self, agent: Agent) -> bool:
        return agent.presence is Presence.READY and agent.aside_until_ms <= self.now_ms

    def belongs(self, agent: Agent, reserve: AgentReserve) -> bool:
        """Whether a reserve is made of this agent among others."""
        if agent.rule.limits.get(reserve.medium, 0) == 0 or reserve.team not in {None, agent.rule.team}:
            return False
        named = [self.queues[queue] for queue in reserve.queues]
        return not named or any(self.skilled(agent, queue) for queue in named)

    def is_shut(self, reserve: AgentReserve) -> bool:
        if reserve.shut is not None:
            return reserve.shut
        free = sum(
            self.belongs(one, reserve) and self.present(one) and self.has_room(one, reserve.medium)
            for one in self.agents.values()
        )
        waits = sum(
            one.place is Place.WAITING and one.queue.id in reserve.queues and one.queue.id not in self.closed
            for one in self.contacts.values()
        )
        if reserve.waiting is not None and waits > reserve.waiting:
            return True
        return 0 < reserve.agents >= free

    def kept_free(self, contact: Contact, agent: Agent) -> bool:
        """Whether the agent is kept for other contacts than this one."""
        for reserve in self.policy.agent_reserves:
            for_it = contact.queue.id in reserve.queues
            for_it |= reserve.tier is not None and self.tier(contact) >= reserve.tier
            against = not reserve.against or contact.queue.id in reserve.against
            if against and not for_it and self.belongs(agent, reserve) and self.is_shut(reserve):
                return True
        return False

    def tier(self, contact: Contact) -> int:
        queue = contact.queue
        waited_ms = max(0, self.now_ms - contact.arrived_ms)
        tiers = [queue.tier]
        for step in queue.tier_steps:
            after_ms = step.after_ms
            if after_ms is None:
                after_ms = queue.target_ms * (step.share or 0) // 100
            if waited_ms >= after_ms:
                tiers.append(step.tier)
        if queue.max_wait_ms is not None and waited_ms >= queue.max_wait_ms:
            tiers.append(9)
        return max(tiers)

    def possible(self, contact: Contact, agent: Agent) -> bool:
        if contact.queue.id in self.closed:
            return False
        if not self.present(agent):
            return False
        if not self.skilled(agent, contact.queue) or not self.has_room(agent, contact.queue.medium):
            return False
        if contact.refusals.get(agent.rule.id, 0) > self.now_ms:
            return False
        if self.kept_free(contact, agent):
            return False
        if contact.kept_for is not None:
            return contact.kept_for == agent.rule.id
        return self.meets(agent, contact.queue, waited_ms=max(0, self.now_ms - contact.arrived_ms))

    def urgency(self, contact: Contact, agent: Agent) -> tuple[int, ...]:
        waited_ms = max(0, self.now_ms - contact.arrived_ms)
        share = waited_ms * 1_000_000 // contact.queue.target_ms
        return (-self.tier(contact), self.rank(contact, agent), -share, contact.arrived_ms, contact.id)

    def preference(self, contact: Contact, agent: Agent) -> tuple[int, ...]:
        fit = sum(
            need.weight * min(need.level, agent.rule.skills.get(need.skill, 0))
            for need in contact.queue.skills
            if not need.required
        )
        load = sum(self.units(agent, one.queue.medium) for one in self.hand(agent))
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

    def destination(self, queue: int | None) -> int | None:
        overflow = None if queue is None else self.queues[queue].overflow
        if queue in self.closed and overflow is not None and overflow.when_closed:
            return self.destination(overflow.queue)
        return queue

    def admitting(self, asked: int | None) -> int | None:
        queue = self.destination(asked)
        if queue is None:
            return None
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
