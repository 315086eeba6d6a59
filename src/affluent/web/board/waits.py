"""What each queue announces to who waits, and how often that held."""

from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from affluent.web.board.ports import Ports, Watching
from affluent.web.errors import responses

router = APIRouter(prefix="/api/v1", tags=["Board"])


class RangeOut(BaseModel):
    """A wait, in milliseconds: from, to."""

    low_ms: int
    high_ms: int


class QueueWaitOut(BaseModel):
    """`next`: what a contact that came now would be told if it had to wait; null while too little is known.

    `held` is the share of the latest announced ranges in which the wait ended, `exceeded` that of waits that went
    on beyond; both of `looked_at` announcements. Who gave up counts as those who waited as long and stayed.
    """

    queue_id: int
    waiting: int
    next: RangeOut | None
    held: float | None
    exceeded: float | None
    looked_at: int


class WaitsOut(BaseModel):
    hold: float
    """How often a range shall hold."""
    queues: list[QueueWaitOut]


class _Range(Protocol):
    @property
    def low_ms(self) -> int: ...
    @property
    def high_ms(self) -> int: ...


class _Told(Protocol):
    """What is known of one queue."""

    @property
    def queue_id(self) -> int: ...
    @property
    def brand_id(self) -> int: ...
    @property
    def waiting(self) -> int: ...
    @property
    def next(self) -> _Range | None: ...
    @property
    def held(self) -> float | None: ...
    @property
    def exceeded(self) -> float | None: ...
    @property
    def looked_at(self) -> int: ...


class Waits(Protocol):
    """What announces waits."""

    @property
    def hold(self) -> float: ...
    def told(self, now_ms: int) -> list[Any]: ...


async def waits_of(request: Request) -> Waits:
    return request.app.state.waits


@router.get("/waits", response_model=WaitsOut, responses=responses())
def read_waits(viewer: Watching, ports: Ports, waits: Annotated[Waits, Depends(waits_of)]) -> Any:
    """Announced waits, by queue of live media, with how often they held."""
    told: list[_Told] = waits.told(ports.clock.now_ms())
    queues = [
        QueueWaitOut(
            queue_id=one.queue_id, waiting=one.waiting, held=one.held, exceeded=one.exceeded,
            looked_at=one.looked_at,
            next=None if one.next is None else RangeOut(low_ms=one.next.low_ms, high_ms=one.next.high_ms),
        )
        for one in told
        if viewer.sees(one.brand_id)
    ]  # fmt: skip
    return WaitsOut(hold=waits.hold, queues=queues)
