"""Why this contact went to this agent, who else could have had it then, and who could have it now."""

from threading import Lock
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from affluent.centre.explaining import Ended, OffersTold, WhyNot, past
from affluent.centre.refusals import Away, NotFound
from affluent.centre.texts import Id
from affluent.routing.explain import Explanation
from affluent.web.desk import models
from affluent.web.desk.routes import Ports, Reading, walled
from affluent.web.errors import responses

router = APIRouter(prefix="/api/v1", tags=["Contacts"])

CANDIDATES_MAX = 100
PATIENCE_S = 10.0
"""How long a question about the past waits for its turn: those who wait hold up others."""
_one_at_a_time = Lock()
"""To decide a piece of the journal again is work: the centre goes on beside it."""


async def offers_told_of(request: Request) -> OffersTold:
    return request.app.state.offers_told


FromJournal = Annotated[OffersTold, Depends(offers_told_of)]


class OfferToldOut(BaseModel):
    """One offer of the contact. `ended`: null while it stands. `id` names it where it is asked about."""

    id: int
    at_ms: int
    agent: models.Named
    why: list[models.Reason]
    ended: Ended | None
    ended_ms: int | None


class KeyOut(BaseModel):
    """A value that agents are compared by, the smaller first."""

    key: Literal["rank", "team", "fit", "least_busy", "longest_idle", "least_versatile"]
    value: int


class CandidateOut(BaseModel):
    """An agent who may ever serve the contact, from `opens_after_ms` of waiting on. No obstacles: could have it now."""

    agent: models.Named
    opens_after_ms: int
    obstacles: list[str]
    keys: list[KeyOut]


class OtherwiseOut(BaseModel):
    """Who would be chosen without a rule; null: nobody."""

    without: str
    agent: models.Named | None


class WaitingOut(BaseModel):
    """`stage` counts from 0; `stages_ms` are the waits at which stages open. At most 100 candidates, the next first."""

    waited_ms: int
    stage: int
    stages_ms: list[int]
    candidates: list[CandidateOut]
    more: bool
    otherwise: list[OtherwiseOut]


class ExplanationOut(BaseModel):
    """`waiting`: null for a contact that does not wait, or while no router can be asked."""

    offers: list[OfferToldOut]
    waiting: WaitingOut | None


class PastOut(BaseModel):
    """Who could have had the contact just before an offer, as `waiting` tells it for one that waits now.

    `before` is null when it cannot be told; `why_not` says why. `decided_by` is the key that set the first apart from
    the second, `only_one` when nobody else could have it.
    """

    before: WaitingOut | None
    decided_by: str | None
    why_not: WhyNot | None


@router.get("/contacts/{contact_id}/explanation", response_model=ExplanationOut, responses=responses(404))
def read_explanation(contact_id: Id, viewer: Reading, ports: Ports, told: FromJournal) -> Any:
    """Each offer of the contact with its reasons; while it waits, who could have it and what stands in their way."""
    walled(ports, viewer, contact_id)
    offers = [
        {
            "id": one.id,
            "at_ms": one.at_ms,
            "agent": {"id": one.agent_id, "name": one.agent},
            "why": one.why,
            "ended": one.ended,
            "ended_ms": one.ended_ms,
        }
        for one in told.offers(contact_id)
    ]
    try:
        explanation = ports.runner.explanation(contact_id)
    except Away:
        explanation = None
    return {"offers": offers, "waiting": None if explanation is None else _waiting(explanation, told)}


@router.get(
    "/contacts/{contact_id}/offers/{offer_id}/explanation",
    response_model=PastOut,
    responses=responses(404, 503),
)
def read_past_explanation(
    contact_id: Id, offer_id: Id, viewer: Reading, ports: Ports, told: FromJournal
) -> Any:
    """Who else could have had the contact at an offer of the past, what stood in their way, and what decided.

    The journal is decided again up to the offer: it takes a moment, and one question at a time is answered.
    """
    walled(ports, viewer, contact_id)
    offer = next((one for one in told.offers(contact_id) if one.id == offer_id), None)
    if offer is None:
        raise NotFound("not_found")
    recording = told.recording(offer)
    if not _one_at_a_time.acquire(timeout=PATIENCE_S):
        raise Away
    try:
        found = recording if isinstance(recording, str) else past(recording, contact_id, offer)
    finally:
        _one_at_a_time.release()
    if isinstance(found, str):
        return {"before": None, "decided_by": None, "why_not": found}
    return {"before": _waiting(found, told), "decided_by": found.decided_by, "why_not": None}


def _waiting(explanation: Explanation, told: OffersTold) -> dict[str, Any]:
    shown = explanation.candidates[:CANDIDATES_MAX]
    chosen = [one.agent for one in explanation.otherwise if one.agent is not None]
    names = told.names({*(one.agent for one in shown), *chosen})

    def named(agent: int) -> dict[str, Any]:
        return {"id": agent, "name": names.get(agent, "")}

    return {
        "waited_ms": explanation.waited_ms,
        "stage": explanation.stage,
        "stages_ms": list(explanation.stages_ms),
        "candidates": [
            {
                "agent": named(one.agent),
                "opens_after_ms": one.opens_after_ms,
                "obstacles": list(one.obstacles),
                "keys": [{"key": key, "value": value} for key, value in one.keys],
            }
            for one in shown
        ],
        "more": len(shown) < len(explanation.candidates),
        "otherwise": [
            {"without": one.rule, "agent": None if one.agent is None else named(one.agent)}
            for one in explanation.otherwise
        ],
    }
