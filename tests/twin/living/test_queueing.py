"""The twin and the living centre admit a contact to the same queue: one rule, written twice, held to itself."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affluent.routing.held import Holder
from affluent.routing.joining import Joining
from affluent.routing.policy import AgentRule, Demands, MediumRule, Overflow, Policy, QueueRule
from affluent.routing.state import State
from affluent.routing.store import Store
from affluent.twin.living import queueing
from affluent.twin.living.compiled import INTERPRETED, entry
from affluent.twin.living.entries import opened
from affluent.twin.living.world import World
from affluent.twin.running.building import Building
from affluent.twin.scenario import ContactClass, Group, Rates, Scenario
from affluent.twin.scenario.laws import Exponential

# The first run compiles.
pytestmark = pytest.mark.timeout(1_500)
_MINUTE_MS = 60_000


@entry
def admitting(at: Any, queue: int) -> int:
    return queueing.admitting(opened(at), queue)


@entry
def open_queue(at: Any, queue: int) -> int:
    return queueing.open_queue(opened(at), queue)


@st.composite
def queue_rules(draw: st.DrawFn) -> tuple[QueueRule, ...]:
    """Some queues; each may overflow to a later one, so that none comes back to itself, or to nowhere."""
    count = draw(st.integers(1, 6))
    places = draw(st.permutations(range(count)))
    rules: list[QueueRule] = []
    for queue in range(count):
        later = [other + 1 for other in range(count) if places[other] > places[queue]]
        flow = st.builds(
            Overflow,
            queue=st.sampled_from([None, *later]),
            after_ms=st.sampled_from([None, _MINUTE_MS]),
            when_closed=st.booleans(),
        )
        max_length = draw(st.none() | st.integers(1, 4))
        rules.append(QueueRule(queue + 1, "voice", max_length=max_length, overflow=draw(st.none() | flow)))
    return tuple(rules)


def scenario_of(rules: tuple[QueueRule, ...]) -> Scenario:
    """Each queue has contacts of two kinds, which wait in lines of their own."""
    agents = (AgentRule(1, limits={"voice": 1}),)
    classes = tuple(
        ContactClass(
            f"{rule.id} {segment}",
            rule.id,
            (Exponential(_MINUTE_MS),),
            Rates((1.0,)),
            patience=(Exponential(_MINUTE_MS),),
            segment=segment,
        )
        for rule in rules
        for segment in (None, "gold")
    )
    policy = Policy((MediumRule("voice", 60),), frozenset(), rules, agents)
    segments = {"gold": Demands(tier=3)}
    return Scenario(policy, classes, (Group("all", agents, (1,)),), (_MINUTE_MS,), segments=segments)


def stand(state: State, closed: list[bool], lengths: list[int]) -> None:
    """Closes queues with all their lines, and has so many wait in each line."""
    for row in range(len(state.queues.base)):
        base = state.queues.base[row]
        state.queues.closed[row] = int(base >= 0 and closed[base])
        state.queues.length[row] = lengths[row % len(lengths)] if base >= 0 else 0


@settings(max_examples=150, deadline=None)
@given(
    rules=queue_rules(),
    closed=st.lists(st.booleans(), min_size=6, max_size=6),
    lengths=st.lists(st.integers(0, 3), min_size=7, max_size=7),
)
def test_the_twin_admits_where_the_living_centre_does(
    rules: tuple[QueueRule, ...], closed: list[bool], lengths: list[int]
) -> None:
    scenario = scenario_of(rules)
    built = Building(scenario)
    world: World = built.world()
    joining = Joining(scenario.policy, built.engine, Store(world.k))
    stand(world.k, closed, lengths)
    holder = None if INTERPRETED else Holder(world)
    at: Any = world if holder is None else holder.address
    row_of = {rule.id: row for row, rule in enumerate(rules)}
    for queue, row in row_of.items():
        where, open_ = joining.admitting(queue), joining.open_queue(queue)
        admitted = queueing.REFUSED if isinstance(where, str) else row_of[where]
        assert admitting(at, row) == admitted
        assert open_queue(at, row) == (queueing.REFUSED if open_ is None else row_of[open_])
