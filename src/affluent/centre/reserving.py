"""Reserves of agents as a board shows them: which are shut now, and what makes them so."""

from collections.abc import Sequence
from dataclasses import dataclass

from affluent.centre.supervising.ports import ReserveSet
from affluent.routing.engine import Router
from affluent.routing.policy import AgentReserve
from affluent.routing.reserves_now import ReserveNow, reserves_now


@dataclass(frozen=True, slots=True)
class Standing:
    """A reserve by its name, what it keeps, and how it stands."""

    named: ReserveSet
    rule: AgentReserve
    now: ReserveNow


def of_engine(router: Router) -> list[tuple[AgentReserve, ReserveNow]]:
    """The reserves of the engine and how they stand."""
    return list(zip(router.policy.agent_reserves, reserves_now(router), strict=True))


def standing(
    settings: Sequence[ReserveSet], engine: Sequence[tuple[AgentReserve, ReserveNow]]
) -> list[Standing]:
    """Those of the settings that the engine has, by what they say: one that was just changed is left out."""
    left = list(engine)
    found: list[Standing] = []
    for one in settings:
        match = next((pair for pair in left if _same(one, pair[0])), None)
        if match is not None:
            left.remove(match)
            found.append(Standing(one, *match))
    return found


def _same(one: ReserveSet, rule: AgentReserve) -> bool:
    """The engine's rule leaves out queues that are gone."""
    alike = (one.medium, one.tier, one.agents, one.waiting, one.team_id, one.level_percent is None)
    told = (rule.medium, rule.tier, rule.agents, rule.waiting, rule.team, rule.shut is None)
    return alike == told and set(rule.queues) <= set(one.queue_ids)
