"""What falls due, what is offered then, and what all events have in common: docs/reference/route.md, in order."""

from typing import Any

from . import world as w
from .world import Contact, Person, World
from .written import NEVER, Rules

Answer = dict[str, Any]


class Wrong(Exception):
    """An event that cannot be, with its code and what goes with it."""

    def __init__(self, code: str, **told: Any) -> None:
        super().__init__(code)
        self.code, self.told = code, told


class Passing:
    """A world as time passes, and what all events have in common; `said` gathers what is decided."""

    def __init__(self, rules: Rules) -> None:
        self.world = World(rules)
        self.world.people = {name: Person(agent) for name, agent in rules.agents.items()}
        self.said: list[Answer] = []

    # ---- time ---------------------------------------------------------------------------------------

    def instants(self) -> list[int]:
        """Every instant still to come at which anything could change by itself."""
        world, found = self.world, set[int]()
        for person in world.people.values():
            found |= {person.aside_until, person.extra_until}
        for contact in world.contacts.values():
            queue = world.queue(contact)
            found |= {contact.until, contact.not_before, contact.kept_until, *contact.refused.values()}
            found.add(contact.since + queue.overflow_after)
            waits = {queue.max_wait, *(w.instant_of(world, contact, step) for step in queue.steps)}
            for circle in w.circles_of(world, contact):
                waits |= {relax for _, relax in circle}
            for need in w.needs_of(world, contact):
                waits |= {need.relax_after * step for step in range(1, max(2, need.level - need.floor + 1))}
            found |= {contact.arrived + wait for wait in waits}
        return sorted(instant for instant in found if world.now < instant < NEVER)

    def advance(self, to: int) -> None:
        while True:
            coming = self.instants()
            if not coming or coming[0] > to:
                break
            self.world.now = coming[0]
            self.fall_due()
            self.settle()
        self.world.now = to

    def fall_due(self) -> None:
        for contact in self.world.in_order():
            if contact.state == "offered" and contact.until <= self.world.now:
                agent = contact.agent
                self.time_out(contact)
                self.say("expired", contact=contact.name, agent=agent)
                contact.fresh = True
            elif contact.state == "promised" and contact.not_before <= self.world.now:
                contact.state, contact.since, contact.fresh = "waiting", self.world.now, True
                self.keep(contact, contact.kept_for, contact.kept_until)
            elif contact.state == "wrap_up" and contact.until <= self.world.now:
                self.say("wrap_up_ended", contact=contact.name, agent=contact.agent)
                self.gone(contact)

    def settle(self) -> None:
        """Those who have waited long enough go on, then offers: until nothing follows."""
        while True:
            moved = self.overflow()
            self.offer()
            fresh = [contact for contact in self.world.contacts.values() if contact.fresh]
            for contact in fresh:
                contact.fresh = False
            if not moved and not fresh:
                return

    def overflow(self) -> bool:
        moved = False
        for contact in self.world.in_order():
            queue = self.world.queue(contact)
            due = self.world.now >= contact.since + queue.overflow_after
            if contact.state != "waiting" or not due or contact.fresh or w.is_kept(self.world, contact):
                continue
            moved = True
            going = None if queue.overflow_to is None else self.while_closed(queue.overflow_to)
            if going is None:
                self.say("refused", contact=contact.name, queue=contact.queue, reason="waited")
                self.gone(contact)
            else:
                self.say("overflowed", contact=contact.name, from_queue=contact.queue, to_queue=going)
                contact.queue, contact.since, contact.fresh = going, self.world.now, True
        return moved

    def while_closed(self, queue: str) -> str | None:
        """Where a queue sends on while it is closed; itself if it takes whoever comes."""
        rule = self.world.rules.queues[queue]
        if queue not in self.world.closed or not rule.when_closed:
            return queue
        return None if rule.overflow_to is None else self.while_closed(rule.overflow_to)

    def offer(self) -> None:
        while (first := w.first_contact(self.world)) is not None:
            contact, free = first
            why, person = w.reasons(self.world, contact, free), free[0]
            self.pull_back(contact, person)
            contact.state, contact.agent = "offered", person.rule.name
            contact.until = self.world.now + self.world.queue(contact).offer
            person.idle_since = self.world.now
            self.say(
                "offered",
                contact=contact.name,
                agent=person.rule.name,
                queue=contact.queue,
                expires_ms=contact.until,
                why=why,
            )

    def pull_back(self, contact: Contact, person: Person) -> None:
        """The last to arrive goes back first, and no more than must."""
        medium = self.world.queue(contact).medium
        while not w.has_room(self.world, person, medium, pulling=False):
            back = max(
                (
                    other
                    for other in self.world.contacts.values()
                    if other.state == "offered"
                    and other.agent == person.rule.name
                    and self.world.queue(other).medium in self.world.rules.media[medium].pulls_back
                ),
                key=lambda c: (c.arrived, c.number),
            )
            self.say("pulled_back", contact=back.name, agent=person.rule.name)
            self.wait(back)
            self.keep(back, person.rule.name, self.world.now + self.world.queue(back).keep)
            back.fresh = True

    def say(self, decision: str, **told: Any) -> None:
        self.said.append({"at_ms": self.world.now, "decision": decision, **told})

    # ---- what events have in common -----------------------------------------------------------------

    def contact(self, name: str) -> Contact:
        if name not in self.world.contacts:
            raise Wrong("unknown_contact", contact=name)
        return self.world.contacts[name]

    def touched(self, agent: str | None) -> None:
        """Something came into the agent's hands, or left them: idle from now on."""
        if agent in self.world.people:
            self.world.people[agent].idle_since = self.world.now

    def wait(self, contact: Contact) -> None:
        """Back to its queue, at its place."""
        if contact.state in {"offered", "held", "wrap_up"} or contact.counts_asleep:
            self.touched(contact.agent)
        self.everybody_parts(contact)
        contact.state, contact.agent, contact.counts_asleep = "waiting", None, False

    def everybody_parts(self, contact: Contact) -> None:
        for agent in contact.parts:
            self.touched(agent)
        contact.parts.clear()

    def gone(self, contact: Contact) -> None:
        self.wait(contact)
        del self.world.contacts[contact.name]

    def keep(self, contact: Contact, agent: str | None, until: int) -> None:
        contact.kept_for, contact.kept_until = None, 0
        if agent is None or until <= self.world.now:
            return
        person = self.world.people[agent]
        if person.state != "offline" and w.required_of(self.world, contact, person.rule):
            contact.kept_for, contact.kept_until = agent, until

    def set_aside(self, contact: Contact, agent: str | None, for_ms: int) -> None:
        if agent is not None:
            contact.refused[agent] = self.world.now + for_ms

    def time_out(self, contact: Contact) -> None:
        assert contact.agent is not None
        person = self.world.people[contact.agent]
        person.aside_until = max(person.aside_until, self.world.now + self.world.queue(contact).set_aside)
        self.wait(contact)
        contact.kept_for = None

    def offered(self, name: str, agent: str | None) -> Contact:
        contact = self.contact(name)
        if contact.state != "offered":
            raise Wrong("not_offered", contact=name)
        if agent is not None and agent != contact.agent:
            raise Wrong("other_agent", contact=name)
        return contact

    def in_hand(self, name: str) -> Contact:
        contact = self.contact(name)
        if contact.state != "held":
            raise Wrong("not_in_hand", contact=name)
        return contact

    def must_be_skilled(self, contact: Contact, agent: str) -> None:
        if not w.required_of(self.world, contact, self.world.people[agent].rule):
            raise Wrong("lacks_required_skill", contact=contact.name)

    def admitting(self, queue: str) -> tuple[str | None, str]:
        """Where one that arrives may wait; or nowhere, with why."""
        going = self.while_closed(queue)
        if going is None:
            return None, "closed"
        rule = self.world.rules.queues[going]
        waiting = [c for c in self.world.contacts.values() if c.state == "waiting" and c.queue == going]
        if rule.max_length is None or len(waiting) < rule.max_length:
            return going, ""
        return (None, "full") if rule.overflow_to is None else self.admitting(rule.overflow_to)
