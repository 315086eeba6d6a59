"""Why a contact went where it went: each offer with its reasons, and who could have it while it waits.

An offer of the past is explained by deciding it again: decision 38 says why, and what that costs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from affluent.centre.deciding_again import Again, Recording
from affluent.routing.decisions import Place, RoutingError
from affluent.routing.engine import Router
from affluent.routing.explain import Explanation
from affluent.routing.explaining import ExplainingRouter

FACTS_MAX = 20_000
"""So many facts are lived through again for one offer, and no more."""
STANDING_MAX = 20_000
"""So many contacts may stand at the mark where that begins."""
WhyNot = Literal["no_rules", "too_far", "too_many", "decided_otherwise"]
"""Why an offer of the past cannot be explained: the journal does not say which rules were followed; what is known of
the engine is too many facts before; too much stood then; or today's engine decides it otherwise.
"""
Ended = Literal["accepted", "declined", "expired", "withdrawn", "pulled_back"]


@dataclass(frozen=True, slots=True)
class OfferTold:
    """One offer of a contact: to whom, why, and how it ended (None: it stands). `id` is its place in the journal."""

    id: int
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

    def recording(self, offer: OfferTold) -> "Recording | WhyNot":
        """The journal from where the engine's standing is known, up to this offer."""
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


def past(recording: Recording, contact_id: int, offer: OfferTold) -> Explanation | WhyNot:
    """Who could have had the contact just before an offer, and which key decided: by deciding all of it again.

    Told only when the offer is then made as it was: what is explained is what happened.
    """
    again = Again(recording, ExplainingRouter)
    explanation: Explanation | None = None
    for line in recording.lines():
        if again.router is not None:
            _looking(again, on=line.at_ms >= offer.at_ms)
        difference = again.step(line)
        if again.router is not None and len(again.router.row_of) > STANDING_MAX:
            return "too_many"
        for one in _explained(again):
            if one.contact == contact_id:
                explanation = one
        if line.seq == offer.id:
            sound = difference is None and again.router is not None
            chosen = None if explanation is None or not sound else explanation.chosen
            return (
                explanation if explanation is not None and chosen == offer.agent_id else "decided_otherwise"
            )
    return "decided_otherwise"


def _looking(again: Again, *, on: bool) -> None:
    assert isinstance(again.router, ExplainingRouter), "made as one"
    again.router.looking = on


def _explained(again: Again) -> list[Explanation]:
    """What was explained since the last look."""
    if again.router is None:
        return []
    assert isinstance(again.router, ExplainingRouter), "made as one"
    found, again.router.explanations = again.router.explanations, []
    return found
