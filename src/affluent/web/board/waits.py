"""What each queue announces to who waits, and how often that held: now, and by day."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Annotated, Any, Protocol
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict

from affluent.centre.calendar import midnight_ms
from affluent.centre.refusals import Invalid
from affluent.web.board.ports import Ports, Watching
from affluent.web.desk.waiting import RangeOut
from affluent.web.errors import responses
from affluent.web.figures.models import Day, Zone

router = APIRouter(prefix="/api/v1", tags=["Board"])
DAYS_MAX = 366


class DriftOut(BaseModel):
    """Ranges no longer hold as promised, by more than chance: of the latest `of` waits, `held` did."""

    model_config = ConfigDict(from_attributes=True)

    held: float
    promised: float
    of: int


class QueueWaitOut(BaseModel):
    """`next`: what a contact that came now would be told if it had to wait; null while too little is known.

    `held` is the share of the latest announced ranges in which the wait ended, `exceeded` that of waits that went
    on beyond; both of `looked_at` announcements. Who gave up counts as those who waited as long and stayed.
    Where the queue does not announce, they are of what would have been said.
    """

    queue_id: int
    waiting: int
    next: RangeOut | None
    held: float | None
    exceeded: float | None
    looked_at: int
    announces: bool
    hold: float
    """How often a range shall hold."""
    cushion_share: float
    cushion_ms: int
    drift: DriftOut | None


class WaitsOut(BaseModel):
    queues: list[QueueWaitOut]


class DayToldOut(BaseModel):
    """How the announcements that a queue made on a day went: sums over `looked_at` of them, to be pooled as they are.

    `held` is how many held, `over` how many waits went on beyond, `promised` how many were promised to hold: shares
    of one are told for whoever gave up within the range. `bare_*` is the same without the cushion. `width_ms` sums
    how wide the ranges were. `waits` counts people, `gave_up` announcements to those who left. Where `announced` is
    false nobody was told: it would have been so. At `silent` moments of the `silence_of` at which it was counted
    nothing was said, at `silent_nobody` of them since no agent was there.
    """

    queue_id: int
    name: str
    day: str
    announced: bool
    looked_at: int
    waits: int
    gave_up: int
    promised: float
    held: float
    over: float
    width_ms: int
    bare_held: float
    bare_over: float
    bare_width_ms: int
    silent: int
    silent_nobody: int
    silence_of: int


class ToldOut(BaseModel):
    timezone: str
    days: list[DayToldOut]


class Waits(Protocol):
    """What announces waits."""

    def told(self, now_ms: int) -> list[Any]: ...
    def next_of(self, queue_id: int, now_ms: int) -> Any: ...


class WaitsTold(Protocol):
    """What knows how announcements went."""

    def days(self, brands: Collection[int] | None, begins_ms: Sequence[int], to_ms: int) -> Sequence[Any]: ...


async def waits_of(request: Request) -> Waits:
    return request.app.state.waits


async def waits_told_of(request: Request) -> WaitsTold:
    return request.app.state.waits_told


@router.get("/waits", response_model=WaitsOut, responses=responses())
def read_waits(viewer: Watching, ports: Ports, waits: Annotated[Waits, Depends(waits_of)]) -> Any:
    """Announced waits, by queue of live media, with how often they held."""
    told = waits.told(ports.clock.now_ms())
    return {"queues": [_queue(one) for one in told if viewer.sees(one.brand_id)]}


def _queue(one: Any) -> dict[str, Any]:
    rule = one.rule
    return {
        "queue_id": one.queue_id,
        "waiting": one.waiting,
        "next": one.next,
        "held": one.held,
        "exceeded": one.exceeded,
        "looked_at": one.looked_at,
        "announces": rule.announces,
        "hold": rule.share,
        "cushion_share": rule.cushion.share,
        "cushion_ms": rule.cushion.added_ms,
        "drift": one.drift,
    }


@router.get("/waits/told", response_model=ToldOut, responses=responses())
def read_waits_told(
    viewer: Watching,
    told: Annotated[WaitsTold, Depends(waits_told_of)],
    from_day: Annotated[Day, Query(description="The first day, local to the time zone.")],
    to_day: Annotated[Day, Query(description="The last day, included.")],
    timezone: Zone = "Europe/Paris",
) -> Any:
    """How announced waits went, by queue and day."""
    try:
        zone = ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        raise Invalid("unknown_timezone", "timezone") from None
    if not from_day <= to_day <= from_day + timedelta(days=DAYS_MAX):
        raise Invalid("bad_period", "to_day")
    asked = [from_day + timedelta(days=one) for one in range((to_day - from_day).days + 1)]
    to_ms = midnight_ms(zone, to_day + timedelta(days=1))
    found = told.days(viewer.brand_filter(), [midnight_ms(zone, one) for one in asked], to_ms)
    return {
        "timezone": zone.key,
        "days": [{**_fields(one), "day": asked[one.day].isoformat()} for one in found],
    }


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in DayToldOut.model_fields}
