"""What happened to the engine itself on a recorded day: other rules, and that it was lost and built anew."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from affluent.routing.decisions import LiveAgent, LiveContact
from affluent.routing.policy import AgentRule, Policy
from affluent.routing.standing import Standing


@dataclass(frozen=True, slots=True)
class RulesAt:
    """Other rules, from an instant on: of the whole, or of one agent."""

    seq: int
    at_ms: int
    rules: Policy | AgentRule


@dataclass(frozen=True, slots=True)
class BuiltAt:
    """The engine was built anew: from here on it knows no more than the database did. `rules` None: they stay.

    A database does not know for how long an agent had nothing to do, only since when they are there: so who is served
    next by whom changes with every start, where the one who was idle longest goes first.
    """

    seq: int
    at_ms: int
    known: Standing
    rules: Policy | None = None

    def agents(self, before: Iterable[LiveAgent]) -> list[LiveAgent]:
        """The agents of a rerun, as the database had them."""
        known = {one.agent: one for one in self.known.agents}
        return [replace(known.get(one.agent, one), presence=one.presence) for one in before]

    def contacts(self, before: Iterable[LiveContact]) -> list[LiveContact]:
        """The contacts of a rerun: as the database had them, where they are where they were then."""
        known = {(one.contact, one.queue, one.place, one.agent): one for one in self.known.contacts}
        return [known.get((one.contact, one.queue, one.place, one.agent), one) for one in before]


def fits(one: LiveContact, agents: set[int], queues: set[int]) -> bool:
    """Whether a contact can stand where it does under rules with these agents and queues."""
    return one.queue in queues and (one.agent is None or one.agent in agents)
