"""Figures of a menu over HTTP: who leaves where, who is served, and the contacts behind each number."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from affluent.centre.menus.figures import MenuCounts
from affluent.centre.refusals import Invalid
from affluent.centre.texts import NO_NUL, Id
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import DAY_MS
from affluent.web.errors import responses
from affluent.web.menus import models
from affluent.web.menus.telling import Office
from affluent.web.signin import needs

router = APIRouter(prefix="/api/v1/menus", tags=["Menus"])
BEHIND_MAX = 200
PERIOD_MAX_MS = 732 * DAY_MS


class WayOut(BaseModel):
    source: str
    choice: str
    target: str
    count: int


class StepOut(BaseModel):
    step: str
    came: int
    left: int


class FiguresOut(BaseModel):
    """`ways` are from one step to the next (source empty at the start); shares are of `calls`."""

    calls: int
    served: int
    queued: int
    left: int
    steps: list[StepOut]
    ways: list[WayOut]


class CallOut(BaseModel):
    contact_id: int
    at_ms: int
    outcome: str | None


class CallsOut(BaseModel):
    items: list[CallOut]


async def counts_of(request: Request) -> MenuCounts:
    return request.app.state.menu_counts


Counts = Annotated[MenuCounts, Depends(counts_of)]
Figuring = Annotated[Viewer, Depends(needs(Right.READ_FIGURES))]


@router.get(
    "/{menu_id}/figures",
    response_model=FiguresOut,
    operation_id="menu_figures",
    responses=responses(404),
)
def figures(
    menu_id: Id,
    viewer: Figuring,
    office: Office,
    counts: Counts,
    from_ms: models.Instant,
    to_ms: models.Instant,
    version: models.Version | None = None,
) -> Any:
    """Of the calls that entered the menu in the period, of one version or of all."""
    office.menu(viewer, menu_id)
    _period(from_ms, to_ms)
    return asdict(counts.figures(menu_id, version, from_ms, to_ms))


@router.get(
    "/{menu_id}/figures/calls",
    response_model=CallsOut,
    operation_id="menu_calls",
    responses=responses(404),
)
def calls(
    menu_id: Id,
    viewer: Figuring,
    office: Office,
    counts: Counts,
    from_ms: models.Instant,
    to_ms: models.Instant,
    what: Literal["came", "left", "served", "queued"] = "came",
    step: Annotated[str | None, Query(max_length=40, pattern=NO_NUL)] = None,
    version: models.Version | None = None,
) -> Any:
    """The contacts behind a figure, the latest 200."""
    office.menu(viewer, menu_id)
    _period(from_ms, to_ms)
    found = counts.behind(menu_id, version, from_ms, to_ms, what, step, BEHIND_MAX)
    return {"items": [asdict(one) for one in found]}


def _period(from_ms: int, to_ms: int) -> None:
    if not from_ms < to_ms <= from_ms + PERIOD_MAX_MS:
        raise Invalid("bad_period", "to_ms")
