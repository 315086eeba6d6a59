"""Why a contact went where it went: each offer with its reasons, and who could have it while it waits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from affluent.routing.decisions import Place, RoutingError
from affluent.routing.engine import Router
from affluent.routing.explain import Explanation

Ended = Literal["accepted", "declined", "expired", "withdrawn", "pulled_back"]


@dataclass(frozen=True, slots=True)
class OfferTold:
    """One offer of a contact: to whom, why, and how it ended (None: it stands)."""

    at_ms: int
    agent_id: int
    agent: str
    why: Sequence[Mapping[str, Any]]
    ended: Ended | None = None
    ended_ms: int | None = None


class OffersTold(Protocol):
    """What the journal tells of offers."""

    def offers(self, contact_id: int) -> Sequence[OfferTold]:
        """All offers of a contact, in order."""
        ...

    def names(self, account_ids: Collection[int]) -> Mapping[int, str]: ...


def waiting(router: Router, contact_id: int, now_ms: int) -> Explanation | None:
    """Who could have a contact that waits, or is promised for later; None for one that does neither."""
    try:
        if router.place(contact_id) not in {Place.WAITING, Place.HELD}:
            return None
        return router.explain(contact_id, now_ms)
    except RoutingError:
        return None
