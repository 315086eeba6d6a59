"""How the reserves of agents stand: what a board shows of them."""

from dataclasses import dataclass
from typing import Any

from affluent.routing.core import Core


@dataclass(frozen=True, slots=True)
class ReserveNow:
    """`free` of its agents have room, and `waiting` contacts are counted; `shut`: its agents are kept for others."""

    shut: bool
    free: int
    waiting: int


def reserves_now(router: Core) -> list[ReserveNow]:
    """In the order of the policy's `agent_reserves`."""
    reserves: Any = router.store.state.reserves
    word = int(reserves.shut[0])
    return [
        ReserveNow(bool(word >> number & 1), int(reserves.free[number]), int(reserves.waiting[number]))
        for number in range(len(router.policy.agent_reserves))
    ]
