"""What each event does: the table of docs/reference/route.md, a method a line."""

from . import world as w
from .passing import Passing, Wrong
from .world import Contact, Person
from .written import Agent, Rules, Wish


class Day(Passing):
    """A world that events happen to."""

    def arrive(
        self, contact: str, queue: str, arrived: int, kept_for: str | None, kept_until: int | None,
        not_before: int, wishes: tuple[Wish, ...],
    ) -> None:  # fmt: skip
        if contact in self.world.contacts:
            raise Wrong("known_contact", contact=contact)
        self.world.came += 1
        new = Contact(contact, self.world.came, queue, arrived, self.world.now, wishes, not_before=not_before)
        until = self.until(kept_until, queue)
        if not_before > self.world.now:
            # Whether it can be kept is seen at its hour.
            new.state, new.kept_for, new.kept_until = "promised", kept_for, until
            self.world.contacts[contact] = new
            return
        self.keep(new, kept_for, until)
        if not w.is_kept(self.world, new):
            going, why = self.admitting(queue)
            if going is None:
                self.say("refused", contact=contact, queue=queue, reason=why)
                return
            if going != queue:
                self.say("overflowed", contact=contact, from_queue=queue, to_queue=going)
            new.queue = going
            self.keep(new, kept_for, until)
        self.world.contacts[contact] = new

    def until(self, told: int | None, queue: str) -> int:
        return self.world.now + self.world.rules.queues[queue].keep if told is None else told

    def leave(self, contact: str) -> None:
        self.gone(self.contact(contact))

    def accept(self, contact: str, agent: str | None) -> None:
        which = self.offered(contact, agent)
        which.state, which.kept_for = "held", None
        which.refused.clear()

    def decline(self, contact: str, agent: str | None) -> None:
        which = self.offered(contact, agent)
        self.set_aside(which, which.agent, self.world.queue(which).set_aside)
        self.wait(which)
        which.kept_for = None

    def timed_out(self, contact: str, agent: str | None) -> None:
        self.time_out(self.offered(contact, agent))

    def release(self, contact: str, wrap_up: int) -> None:
        which = self.contact(contact)
        if which.state not in {"held", "asleep", "wrap_up"}:
            raise Wrong("not_in_hand", contact=contact)
        if which.state == "held" and wrap_up:
            self.everybody_parts(which)
            which.state, which.until = "wrap_up", self.world.now + wrap_up
        else:
            self.gone(which)

    def give_back(self, contact: str, kept_for: str | None, kept_until: int | None) -> None:
        which = self.contact(contact)
        if which.state in {"promised", "waiting"}:
            raise Wrong("not_in_hand", contact=contact)
        self._pass_on(which, which.queue, kept_for, self.until(kept_until, which.queue))

    def transfer(
        self,
        contact: str,
        queue: str | None,
        arrived: int | None,
        kept_for: str | None,
        kept_until: int | None,
    ) -> None:
        which = self.contact(contact)
        queue = queue or which.queue
        if arrived is not None:
            which.arrived = arrived
        self._pass_on(which, queue, kept_for, self.until(kept_until, queue))

    def _pass_on(self, which: Contact, queue: str, kept_for: str | None, until: int) -> None:
        giver, for_ms = which.agent, self.world.rules.queues[queue].set_aside
        self.wait(which)
        which.queue, which.since = queue, self.world.now
        which.refused.clear()
        self.keep(which, kept_for, until)
        if giver is not None and giver != kept_for:
            self.set_aside(which, giver, for_ms)

    def take(self, contact: str, agent: str, allowed: bool) -> None:
        which = self.contact(contact)
        if which.state not in {"waiting", "offered"}:
            raise Wrong("not_waiting", contact=contact)
        if not allowed and not self.world.queue(which).by_hand:
            raise Wrong("not_by_hand", contact=contact)
        self.must_be_skilled(which, agent)
        self.wait(which)
        which.state, which.agent, which.kept_for = "held", agent, None
        which.refused.clear()
        self.touched(agent)

    def reopen(self, contact: str, queue: str, agent: str, arrived: int) -> None:
        if contact in self.world.contacts:
            raise Wrong("known_contact", contact=contact)
        new = Contact(contact, self.world.came + 1, queue, arrived, self.world.now, state="held", agent=agent)
        self.must_be_skilled(new, agent)
        self.world.came += 1
        self.world.contacts[contact] = new
        self.touched(agent)

    def sleep(self, contact: str, frees: bool) -> None:
        which = self.in_hand(contact)
        self.everybody_parts(which)
        if frees:
            self.touched(which.agent)
        which.state, which.counts_asleep = "asleep", not frees

    def wake(self, contact: str, agent: str | None) -> None:
        which = self.contact(contact)
        if which.state != "asleep":
            raise Wrong("not_asleep", contact=contact)
        name = agent or which.agent
        assert name is not None
        if name != which.agent:
            self.must_be_skilled(which, name)
        elif which.counts_asleep:
            which.state, which.counts_asleep = "held", False
            self.say("resumed", contact=contact, agent=name)
            return
        self.wait(which)
        person, medium = self.world.people[name], self.world.queue(which).medium
        limit = person.rule.limits.get(medium, 0) + w.lifted(self.world, person, medium)
        count = sum(other == medium for other, _ in w.hands(self.world, name))
        if person.state == "ready" and count < limit + self.world.rules.reserve:
            which.state, which.agent = "held", name
            self.touched(name)
            self.say("resumed", contact=contact, agent=name)
        else:
            self.keep(which, name, self.until(None, which.queue))

    def join(self, contact: str, agent: str) -> None:
        which = self.in_hand(contact)
        if agent == which.agent or agent in which.parts:
            raise Wrong("has_it", contact=contact)
        which.parts.append(agent)
        self.touched(agent)

    def part(self, contact: str, agent: str) -> None:
        which = self.in_hand(contact)
        if agent not in which.parts:
            raise Wrong("takes_no_part", contact=contact)
        which.parts.remove(agent)
        self.touched(agent)

    def hand_over(self, contact: str, agent: str) -> None:
        which = self.in_hand(contact)
        if agent not in which.parts:
            raise Wrong("takes_no_part", contact=contact)
        self.must_be_skilled(which, agent)
        self.touched(agent)
        which.parts.remove(agent)
        self.touched(which.agent)
        which.agent = agent

    def merge(self, contact: str, into: str) -> None:
        first, second = self.contact(contact), self.contact(into)
        if first is second:
            raise Wrong("same_contact", contact=contact)
        second.arrived = min(first.arrived, second.arrived)
        self.gone(first)

    def ready(self, agent: str) -> None:
        person = self.world.people[agent]
        if person.state != "ready":
            person.idle_since = self.world.now
        person.state, person.aside_until = "ready", 0

    def away(self, agent: str) -> None:
        self.world.people[agent].state = "away"
        for contact in sorted(self.world.contacts.values(), key=lambda c: (c.arrived, c.number)):
            if contact.state == "offered" and contact.agent == agent:
                self.end_offer(contact)

    def end_offer(self, contact: Contact) -> None:
        self.say("expired", contact=contact.name, agent=contact.agent)
        self.wait(contact)
        contact.kept_for = None

    def offline(self, agent: str) -> None:
        self.away(agent)
        self.world.people[agent].state = "offline"
        for contact in self.world.contacts.values():
            if contact.kept_for == agent and contact.state == "waiting":
                contact.kept_for = None

    def lift(self, agent: str, extra: dict[str, int], until: int) -> None:
        person = self.world.people[agent]
        person.extra, person.extra_until = extra, until

    def change_agent(self, rule: Agent) -> None:
        person = self.world.people[rule.name]
        person.rule = rule
        for contact in sorted(self.world.contacts.values(), key=lambda c: (c.arrived, c.number)):
            never = not w.required_of(self.world, contact, rule)
            if never and contact.state == "offered" and contact.agent == rule.name:
                self.end_offer(contact)
            if never and contact.state == "waiting" and contact.kept_for == rule.name:
                contact.kept_for = None

    def close(self, queue: str) -> None:
        self.world.closed.add(queue)

    def open(self, queue: str) -> None:
        self.world.closed.discard(queue)

    def policy(self, rules: Rules) -> None:
        world = self.world
        for contact in world.in_order():
            if contact.queue not in rules.queues:
                raise Wrong("queue_in_use", queue=contact.queue, contact=contact.name)
            for wish in contact.wishes:
                for need in wish.needs:
                    if need.skill not in rules.skills:
                        raise Wrong("skill_in_use", skill=need.skill, contact=contact.name)
                for teams, _ in wish.teams:
                    if not teams & rules.teams:
                        raise Wrong("team_in_use", contact=contact.name)
            for agent in (contact.agent, *contact.parts):
                if agent is not None and agent not in rules.agents:
                    raise Wrong("agent_in_use", agent=agent, contact=contact.name)
        world.rules, old = rules, world.people
        world.people = {}
        for name, agent in rules.agents.items():
            world.people[name] = old.get(name, Person(agent))
            world.people[name].rule = agent
        world.closed &= set(rules.queues)
        for contact in sorted(world.contacts.values(), key=lambda c: (c.arrived, c.number)):
            agent = contact.agent if contact.state == "offered" else None
            if agent is not None and not w.required_of(world, contact, world.people[agent].rule):
                self.end_offer(contact)
        for contact in world.contacts.values():
            if contact.kept_for not in world.people:
                contact.kept_for = None
            elif contact.state == "waiting":
                self.keep(contact, contact.kept_for, contact.kept_until)
