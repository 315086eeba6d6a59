"""Who stands where, and the three questions: who may take a contact, which goes first, who is best.

Written from docs/reference/routing.md for the reader: dictionaries, no index, everything counted anew each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from .written import NEVER, Agent, Need, Queue, Reserve, Rules, Wish, duration

ROOM = 60


@dataclass
class Contact:
    name: str
    number: int
    """Who came in first, by `arrive` or `reopen` line."""
    queue: str
    arrived: int
    since: int
    """When it came to its queue: an overflow counts from here."""
    wishes: tuple[Wish, ...] = ()
    state: Literal["promised", "waiting", "offered", "held", "asleep", "wrap_up"] = "waiting"
    agent: str | None = None
    not_before: int = 0
    kept_for: str | None = None
    kept_until: int = 0
    until: int = 0
    """When its offer runs out, or the work after it ends."""
    counts_asleep: bool = False
    refused: dict[str, int] = field(default_factory=dict)
    """Until when an agent is set aside from it."""
    parts: list[str] = field(default_factory=list)
    fresh: bool = False
    """It came to its line at this instant: it looks for an agent before it goes on to another queue."""


@dataclass
class Person:
    rule: Agent
    state: Literal["offline", "away", "ready"] = "offline"
    aside_until: int = 0
    idle_since: int = 0
    extra: dict[str, int] = field(default_factory=dict)
    extra_until: int = 0


@dataclass
class World:
    rules: Rules
    now: int = 0
    contacts: dict[str, Contact] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    came: int = 0

    def queue(self, contact: Contact) -> Queue:
        return self.rules.queues[contact.queue]

    def in_order(self) -> list[Contact]:
        return sorted(self.contacts.values(), key=lambda c: c.number)

    def by_id(self) -> list[Person]:
        return sorted(self.people.values(), key=lambda p: p.rule.place)


# ---- what is asked ----------------------------------------------------------------------------------


def waited(world: World, contact: Contact) -> int:
    return max(0, world.now - contact.arrived)


def asked_level(need: Need, wait: int) -> int:
    """What is demanded of an agent after such a wait; 0: nothing."""
    if need.required:
        steps = (
            0 if need.relax_after == NEVER else NEVER if need.relax_after == 0 else wait // need.relax_after
        )
        return max(need.floor, need.level - steps)
    return need.level if wait < need.relax_after else 0


def needs_of(world: World, contact: Contact) -> list[Need]:
    """Its queue's and its own: where both ask one skill in different ways, both count."""
    needs = [*world.queue(contact).needs, *(need for wish in contact.wishes for need in wish.needs)]
    return list(dict.fromkeys(needs))


def circles_of(world: World, contact: Contact) -> list[tuple[tuple[frozenset[str], int], ...]]:
    return [world.queue(contact).team_needs, *(wish.teams for wish in contact.wishes)]


def skilled(world: World, contact: Contact, agent: Agent, wait: int, preferred: bool = True) -> bool:
    """A limit, skills and teams after such a wait; `preferred`: whether those that are only preferred count."""
    if agent.limits.get(world.queue(contact).medium, 0) == 0:
        return False
    for need in needs_of(world, contact):
        if (need.required or preferred) and agent.skills.get(need.skill, 0) < asked_level(need, wait):
            return False
    for circle in circles_of(world, contact):
        for teams, relax_after in circle:
            if wait < relax_after and agent.team not in teams:
                return False
    return True


def required_of(world: World, contact: Contact, agent: Agent) -> bool:
    """What is never bent: a limit for the medium, floors of required skills, teams asked for ever."""
    return skilled(world, contact, agent, NEVER - 1, preferred=False)


def may_ever_serve(world: World, agent: Agent, queue: str) -> bool:
    """Skills and teams of a queue after any wait, and a limit for its medium."""
    return required_of(world, Contact("", 0, queue, 0, 0), agent)


# ---- room -------------------------------------------------------------------------------------------


def hands(world: World, agent: str) -> Iterator[tuple[str, bool]]:
    """The media of what an agent has in hand, with whether it is an offer not yet accepted."""
    for contact in world.contacts.values():
        medium = world.queue(contact).medium
        holds = contact.state in {"offered", "held", "wrap_up"} or (
            contact.state == "asleep" and contact.counts_asleep
        )
        if (holds and contact.agent == agent) or agent in contact.parts:
            yield medium, contact.state == "offered"


def units(world: World, agent: Agent, medium: str) -> int:
    return agent.units.get(medium, world.rules.media[medium].units)


def units_in_hand(world: World, person: Person) -> int:
    return sum(units(world, person.rule, medium) for medium, _ in hands(world, person.rule.name))


def lifted(world: World, person: Person, medium: str) -> int:
    return person.extra.get(medium, 0) if world.now < person.extra_until else 0


def beside(world: World, agent: str, medium: str, pulling: bool) -> list[str]:
    """What counts beside one more contact: not work that its medium interrupts, nor offers that go back for it.

    Without `pulling` those offers count, though the medium should interrupt them too.
    """
    rule = world.rules.media[medium]
    found: list[str] = []
    for other, offered in hands(world, agent):
        goes_back = offered and other in rule.pulls_back
        if not pulling if goes_back else other not in rule.interrupts:
            found.append(other)
    return found


def has_room(world: World, person: Person, medium: str, pulling: bool = True) -> bool:
    """Below the limit, nothing exclusive, and one more fits."""
    agent, rule = person.rule, world.rules.media[medium]
    extra = lifted(world, person, medium)
    if sum(other == medium for other, _ in hands(world, agent.name)) >= agent.limits.get(medium, 0) + extra:
        return False
    there = beside(world, agent.name, medium, pulling)
    if any(other != medium and (rule.exclusive or world.rules.media[other].exclusive) for other in there):
        return False
    load = units(world, agent, medium) * (1 - extra)
    for other in world.rules.media:
        used = units(world, agent, other) * there.count(other)
        if other == medium or other in rule.interrupts:
            load += used
        else:
            load += max(used, agent.kept_free.get(other, 0))
    return load <= ROOM


# ---- who may take it --------------------------------------------------------------------------------


def tier_of(world: World, contact: Contact) -> int:
    queue, wait = world.queue(contact), waited(world, contact)
    tiers = [queue.tier, *(wish.tier for wish in contact.wishes)]
    for step in queue.steps:
        if wait >= instant_of(world, contact, step):
            tiers.append(step["tier"])
    if wait >= queue.max_wait:
        tiers.append(9)
    return max(tiers)


def instant_of(world: World, contact: Contact, step: dict[str, Any]) -> int:
    if step.get("share") is not None:
        return target_of(world, contact) * step["share"] // 100
    return duration(step["after"])


def target_of(world: World, contact: Contact) -> int:
    """Its own target replaces its queue's: that of its line its segment's."""
    own = [wish.target for wish in contact.wishes if wish.target is not None]
    return own[-1] if own else world.queue(contact).target


def available(world: World, person: Person) -> bool:
    return person.state == "ready" and world.now >= person.aside_until


def its_agents(world: World, reserve: Reserve) -> list[Person]:
    return [
        person
        for person in world.people.values()
        if person.rule.limits.get(reserve.medium, 0) > 0
        and (reserve.team is None or person.rule.team == reserve.team)
        and (not reserve.queues or any(may_ever_serve(world, person.rule, q) for q in reserve.queues))
    ]


def is_shut(world: World, reserve: Reserve) -> bool:
    if reserve.agents:
        free = [
            p
            for p in its_agents(world, reserve)
            if available(world, p) and has_room(world, p, reserve.medium)
        ]
        if len(free) <= reserve.agents:
            return True
    if reserve.waiting is None:
        return False
    waiting = [
        contact
        for contact in world.contacts.values()
        if contact.state == "waiting"
        and contact.queue in reserve.queues
        and contact.queue not in world.closed
    ]
    return len(waiting) > reserve.waiting


def kept_apart(world: World, contact: Contact, person: Person) -> bool:
    for reserve in world.rules.reserves:
        concerns = (
            contact.queue in reserve.against if reserve.against else contact.queue not in reserve.queues
        )
        if not concerns or tier_of(world, contact) >= reserve.tier:
            continue
        if person in its_agents(world, reserve) and is_shut(world, reserve):
            return True
    return False


def is_kept(world: World, contact: Contact) -> bool:
    return contact.kept_for is not None and world.now < contact.kept_until


def may_take(world: World, contact: Contact, person: Person) -> bool:
    agent = person.rule
    if contact.state != "waiting" or contact.queue in world.closed:
        return False
    if not available(world, person) or world.now < contact.refused.get(agent.name, 0):
        return False
    if is_kept(world, contact):
        if contact.kept_for != agent.name or not required_of(world, contact, agent):
            return False
    elif not skilled(world, contact, agent, waited(world, contact)):
        return False
    return has_room(world, person, world.queue(contact).medium) and not kept_apart(world, contact, person)


# ---- which goes first, who is best ------------------------------------------------------------------


def share_of(world: World, contact: Contact) -> int:
    return waited(world, contact) * 1_000_000 // target_of(world, contact)


def fit(world: World, contact: Contact, agent: Agent) -> int:
    return sum(
        need.weight * min(need.level, agent.skills.get(need.skill, 0))
        for need in needs_of(world, contact)
        if not need.required
    )


def versatility(world: World, agent: Agent) -> int:
    return sum(may_ever_serve(world, agent, queue) for queue in world.rules.queues)


def rank_of(world: World, contact: Contact, agent: Agent) -> int:
    """What is kept for an agent is primary."""
    return 1 if is_kept(world, contact) else agent.ranks.get(contact.queue, 1)


def keys_of(world: World, contact: Contact, person: Person) -> list[tuple[str, int]]:
    """What is compared between agents, by name, the smaller first."""
    agent, queue = person.rule, world.queue(contact)
    rank = ("rank", rank_of(world, contact, agent))
    fits = ("fit", -fit(world, contact, agent))
    busy = ("least_busy", units_in_hand(world, person))
    idle = ("longest_idle", person.idle_since)
    if queue.order == "teams":
        place = queue.teams.index(agent.team) if agent.team in queue.teams else len(queue.teams)
        return [rank, ("team", place), fits, idle]
    if queue.order == "longest_idle":
        return [rank, fits, idle, busy]
    if queue.order == "least_versatile":
        return [rank, fits, ("least_versatile", versatility(world, agent)), idle]
    return [rank, fits, busy, idle]


def free_agents(world: World, contact: Contact) -> list[Person]:
    """Who may take it now, the best first."""
    free = [person for person in world.by_id() if may_take(world, contact, person)]
    return sorted(free, key=lambda p: ([value for _, value in keys_of(world, contact, p)], p.rule.place))


def first_contact(world: World) -> tuple[Contact, list[Person]] | None:
    """Of all contacts that somebody may take now the one that goes first, with its agents."""
    found = [(contact, free) for contact in world.in_order() if (free := free_agents(world, contact))]

    def urgency(pair: tuple[Contact, list[Person]]) -> tuple[int, int, int, int, int]:
        contact, free = pair
        rank = rank_of(world, contact, free[0].rule)
        return (-tier_of(world, contact), rank, -share_of(world, contact), contact.arrived, contact.number)

    return min(found, key=urgency, default=None)


def reasons(world: World, contact: Contact, free: list[Person]) -> list[dict[str, Any]]:
    """Why it is offered to the first of them."""
    agent = free[0].rule
    told: list[dict[str, Any]] = []
    if is_kept(world, contact):
        told.append({"code": "same_agent"})
    tier = tier_of(world, contact)
    if tier:
        told.append({"code": "tier", "tier": tier})
    for need in needs_of(world, contact):
        level = agent.skills.get(need.skill, 0)
        if level:
            told.append(
                {
                    "code": "skill",
                    "skill": need.skill,
                    "level": level,
                    "asked": need.level,
                    "required": need.required,
                }
            )
    if is_kept(world, contact):
        return told
    if len(free) == 1:
        return [*told, {"code": "only_one"}]
    return told + decided_by(world, contact, free[0], free[1])


def decided_by(world: World, contact: Contact, best: Person, second: Person) -> list[dict[str, Any]]:
    keys = list(zip(keys_of(world, contact, best), keys_of(world, contact, second), strict=True))
    # With all keys equal nobody has been idle for longer.
    code, value = next((first for first, other in keys if first != other), ("longest_idle", 0))
    if code == "rank":
        return [{"code": "rank", "rank": value}]
    if code == "fit":
        return []
    if code == "team":
        return [{"code": "team", "team": best.rule.team}]
    if code == "longest_idle":
        return [{"code": "longest_idle", "since_ms": best.idle_since}]
    return [{"code": code}]
