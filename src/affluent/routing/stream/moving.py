"""From one policy to the next while contacts wait: the same names, other numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from affluent.routing.decisions import Decision, LiveAgent, LiveContact, OfferExpired, Place, Refusal
from affluent.routing.document import PolicyDocument
from affluent.routing.document.reading import Noun
from affluent.routing.engine import Router
from affluent.routing.policy import Demands, Policy, can_serve, demanding, with_bundles
from affluent.routing.stream.values import BadLine

NUMBERED: tuple[Noun, ...] = ("queue", "agent", "skill", "team", "bundle")
LASTING: tuple[Noun, ...] = ("skill", "team")


@dataclass(frozen=True, slots=True)
class Live:
    """What `Router.restore` takes."""

    contacts: list[LiveContact]
    agents: list[LiveAgent]
    closed: list[int]


def without_lost_offers(live: Live, policy: Policy, now_ms: int) -> tuple[Live, list[Decision]]:
    """Offers that the policy no longer allows end, as when an agent changes: those contacts wait again."""
    queues = {rule.id: rule for rule in policy.queues}
    agents = {rule.id: with_bundles(rule, policy.bundles) for rule in policy.agents}
    lost = [
        one
        for one in sorted(live.contacts, key=lambda one: (one.arrived_ms, one.contact))
        if one.place is Place.OFFERED
        and one.agent is not None
        and not can_serve(agents[one.agent], demanding(queues[one.queue], one.demands))
    ]
    waiting = {
        one.contact: replace(
            one, place=Place.WAITING, agent=None, expires_ms=None, kept_for=None, holds=False
        )
        for one in lost
    }
    idle = {one.agent for one in lost}
    contacts = [waiting.get(one.contact, one) for one in live.contacts]
    people = [replace(one, idle_since_ms=now_ms) if one.agent in idle else one for one in live.agents]
    ended = [OfferExpired(one.contact, one.agent) for one in lost if one.agent is not None]
    return Live(contacts, people, live.closed), list[Decision](ended)


class _Numbers:
    """The new number of what had an old one; None for what is no more."""

    def __init__(self, before: PolicyDocument, after: PolicyDocument) -> None:
        self._names = {
            noun: {number: name for name, number in names.items()} for noun, names in before.ids.items()
        }
        self._after = after.ids

    def name(self, noun: Noun, number: int) -> str:
        return self._names[noun][number]

    def of(self, noun: Noun, number: int) -> int | None:
        return self._after[noun].get(self.name(noun, number))


def same_numbers(before: PolicyDocument, after: PolicyDocument) -> bool:
    """Whether every number stands for what it stood for, and no skill and no team is gone."""
    for noun in NUMBERED:
        old = before.ids[noun]
        names = {number: name for name, number in old.items()}
        for name, number in after.ids[noun].items():
            if names.get(number, name) != name or old.get(name, number) != number:
                return False
    return all(before.ids[noun].keys() <= after.ids[noun].keys() for noun in LASTING)


def moved(router: Router, before: PolicyDocument, after: PolicyDocument, names: Mapping[int, str]) -> Live:
    """Everybody under the numbers of `after`.

    Raises BadLine: queue_in_use, agent_in_use, skill_in_use, team_in_use, for what `after` lacks and a contact needs.
    """
    numbers = _Numbers(before, after)
    agents: list[LiveAgent] = []
    for agent in router.live_agents():
        number = numbers.of("agent", agent.agent)
        if number is not None:
            lifted = {medium: more for medium, more in agent.lifted.items() if medium in after.ids["medium"]}
            agents.append(replace(agent, agent=number, lifted=lifted))
    known = {agent.agent for agent in agents}
    added = [LiveAgent(number) for _, number in sorted(after.ids["agent"].items()) if number not in known]
    contacts = [_contact(numbers, one, names[one.contact]) for one in router.live_contacts()]
    closed = [numbers.of("queue", queue) for queue in router.closed_queues()]
    return Live(contacts, [*agents, *added], [queue for queue in closed if queue is not None])


def _contact(numbers: _Numbers, live: LiveContact, name: str) -> LiveContact:
    queue = numbers.of("queue", live.queue)
    if queue is None:
        raise BadLine("queue_in_use", queue=numbers.name("queue", live.queue), contact=name)
    agent = None if live.agent is None else _agent(numbers, live.agent, name)
    kept_for = None if live.kept_for is None else numbers.of("agent", live.kept_for)
    refusals = ((numbers.of("agent", refusal.agent), refusal.until_ms) for refusal in live.refusals)
    return replace(
        live,
        queue=queue,
        agent=agent,
        kept_for=kept_for,
        kept_until_ms=0 if kept_for is None else live.kept_until_ms,
        refusals=tuple(Refusal(number, until_ms) for number, until_ms in refusals if number is not None),
        demands=_demands(numbers, live.demands, name),
        participants=tuple(_agent(numbers, one, name) for one in live.participants),
    )


def _agent(numbers: _Numbers, agent: int, name: str) -> int:
    """One who has the contact, or takes part in it."""
    number = numbers.of("agent", agent)
    if number is None:
        raise BadLine("agent_in_use", agent=numbers.name("agent", agent), contact=name)
    return number


def _demands(numbers: _Numbers, demands: Demands, name: str) -> Demands:
    needs = [(need, numbers.of("skill", need.skill)) for need in demands.needs]
    for need, skill in needs:
        if skill is None:
            raise BadLine("skill_in_use", skill=numbers.name("skill", need.skill), contact=name)
    teams = [replace(need, teams=_teams(numbers, need.teams, name)) for need in demands.team_needs]
    asked = tuple(replace(need, skill=skill) for need, skill in needs if skill is not None)
    return replace(demands, needs=asked, team_needs=tuple(teams))


def _teams(numbers: _Numbers, teams: tuple[int, ...], name: str) -> tuple[int, ...]:
    """Those that there still are: at least one."""
    left = tuple(number for number in (numbers.of("team", team) for team in teams) if number is not None)
    if not left:
        raise BadLine("team_in_use", team=numbers.name("team", teams[0]), contact=name)
    return left
