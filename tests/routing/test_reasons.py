"""Why a contact went first, told by sorting all that a freed agent could have had."""

from affluent.routing import Offered, Place, Presence
from tests.routing.crowds import a_crowd
from tests.routing.pair import Pair
from tests.routing.story import Seeded, happen

TIER, RANK = 0, 1  # places in the oracle's urgency


def expected(pair: Pair, agent_id: int) -> set[str]:
    """What should be said of the first of all lines, by the first key in which the second one differs from it."""
    oracle, agent = pair.oracle, pair.oracle.agents[agent_id]
    agent.presence = Presence.READY
    lines: dict[object, tuple[int, ...]] = {}
    for one in oracle.contacts.values():
        if one.place is Place.WAITING and oracle.possible(one, agent):
            line = one.id if one.kept_for is not None else (one.queue.id, one.demands)
            urgency = oracle.urgency(one, agent)
            lines[line] = min(lines.get(line, urgency), urgency)
    agent.presence = Presence.OFFLINE
    order = sorted(lines.values())
    if len(order) < 2:
        return set()
    if order[0][TIER] != order[1][TIER]:
        return {"tier"}
    return {"rank"} if order[0][RANK] != order[1][RANK] else set()


def a_day(seed: int) -> list[set[str]]:
    """Contacts wait, then one agent after another comes and goes."""
    choices = Seeded(seed)
    pair = Pair(a_crowd(choices))
    for _ in range(25):
        happen(pair, choices, "arrive")
        pair.pass_time(choices.number(0, 4))
    found: list[set[str]] = []
    for agent in sorted(pair.oracle.agents)[:6]:
        awaited = expected(pair, agent)
        decisions = pair.router.agent_ready(agent, pair.now_ms)
        pair.oracle.ready(agent)
        pair.oracle.said.clear()
        offers = [one for one in decisions if isinstance(one, Offered)]
        if offers:
            told = {one.code for one in offers[0].why} & {"tier", "rank"}
            assert told == awaited
            found.append(awaited)
        pair.away(agent, offline=True)
    return found


def test_a_reason_names_the_key_that_set_the_first_apart_from_the_second() -> None:
    found = [one for seed in range(40) for one in a_day(seed)]
    assert {frozenset(one) for one in found} == {frozenset(), frozenset({"tier"}), frozenset({"rank"})}
