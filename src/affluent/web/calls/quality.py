"""How well calls were heard: one call by side, all of them by server and hour."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from affluent.centre.calling.quality import POOR_MOS
from affluent.centre.refusals import Invalid
from affluent.centre.texts import Id
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import DAY_MS
from affluent.web.calls.routes import Calls
from affluent.web.desk.routes import Ports, Reading, walled
from affluent.web.errors import responses
from affluent.web.signin import needs

router = APIRouter(prefix="/api/v1", tags=["Calls"])
GOOD_MOS = 4.0
PERIOD_MAX_MS = 731 * DAY_MS
LATEST_MS = 253_402_300_799_999
"""The end of the year 9999."""
Grade = Literal["good", "fair", "poor"]
Instant = Annotated[int, Query(ge=0, le=LATEST_MS)]
Watching = Annotated[Viewer, Depends(needs(Right.READ_FIGURES))]


class HeardOut(BaseModel):
    """How well one side's line was heard over the whole call. `mos`: estimated, 1 to 4.4 (ITU-T G.107)."""

    side: Literal["agent", "caller"]
    loss_percent: float
    jitter_ms: float
    round_trip_ms: float | None
    mos: float
    grade: Grade


class CallQualityOut(BaseModel):
    """Empty while the call is up, and where nothing was measured: a call of a few seconds is not."""

    items: list[HeardOut]


class HeardHourOut(BaseModel):
    """Calls that began within the hour and were measured; each counts by the worse of its sides."""

    hour_ms: int
    server_id: int
    server: str
    calls: int
    poor: int
    mos: float
    loss_percent: float
    jitter_ms: float
    grade: Grade


class HeardHoursOut(BaseModel):
    """`poor_below`: the opinion score below which a call counts as heard poorly."""

    poor_below: float
    items: list[HeardHourOut]


def _grade(mos: float) -> Grade:
    if mos < POOR_MOS:
        return "poor"
    return "good" if mos >= GOOD_MOS else "fair"


@router.get("/contacts/{contact_id}/call/quality", response_model=CallQualityOut, responses=responses(404))
def read_call_quality(contact_id: Id, viewer: Reading, ports: Ports, calls: Calls) -> Any:
    """How well the call of a contact was heard, on the caller's line and on the agent's."""
    walled(ports, viewer, contact_id)
    found = calls.views.quality(contact_id)
    return {"items": [asdict(one) | {"grade": _grade(one.mos)} for one in found]}


@router.get("/figures/call-quality", response_model=HeardHoursOut, responses=responses(422))
def read_quality_by_hour(viewer: Watching, calls: Calls, from_ms: Instant, to_ms: Instant) -> Any:
    """How well calls were heard, by hour and telephone server; of two years at most."""
    if not 0 < to_ms - from_ms <= PERIOD_MAX_MS:
        raise Invalid("bad_period", "to_ms")
    found = calls.views.heard_by_hour(from_ms, to_ms, viewer.brand_filter())
    return {
        "poor_below": POOR_MOS,
        "items": [asdict(one) | {"grade": _grade(one.mos)} for one in found],
    }
