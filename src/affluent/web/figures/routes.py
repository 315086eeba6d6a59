"""Figures over HTTP: of a period, their definitions, the contacts behind them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request

from affluent.centre.figuring import PAGE, Behind, Figures, Figuring, Question
from affluent.centre.refusals import Invalid
from affluent.centre.wall import Right
from affluent.measure.definitions import DEFINITIONS, words
from affluent.web.errors import responses
from affluent.web.figures import models
from affluent.web.signin import FromViewer

router = APIRouter(prefix="/api/v1/figures", tags=["Figures"])


async def figuring_of(request: Request) -> Figuring:
    return request.app.state.figuring


Asks = Annotated[Figuring, Depends(figuring_of)]


@router.get("", response_model=models.FiguresOut, responses=responses(404))
def read_figures(viewer: FromViewer, figuring: Asks, asked: Annotated[models.Asked, Query()]) -> Any:
    """Every indicator over a period, together and by group. An agent is given their own figures only."""
    found = figuring.answer(viewer, Question(**asked.model_dump()))
    return {
        "now_ms": found.period.now_ms,
        "from_ms": found.period.from_ms,
        "to_ms": found.period.to_ms,
        "as_of_ms": found.as_of_ms,
        "timezone": found.timezone,
        "total": _figures(found.total),
        "groups": [
            {
                "key": one.key,
                "name": one.name,
                "from_ms": one.from_ms,
                "to_ms": one.to_ms,
                "figures": _figures(one.figures),
            }
            for one in found.groups
        ],
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {key: asdict(figure) for key, figure in figures.items()}


@router.get("/definitions", response_model=models.DefinitionsOut, responses=responses())
def read_definitions(viewer: FromViewer) -> Any:
    """What each indicator means, in the viewer's language: what it counts, leaves out, and after whom."""
    if not viewer.may(Right.READ_FIGURES):
        viewer.require(Right.SERVE)
    told = words(viewer.locale if viewer.locale == "fr" else "en")
    return {
        "items": [asdict(definition) | asdict(told[key]) for key, definition in DEFINITIONS.items()],
    }


@router.get("/{key}/contacts", response_model=models.BehindPage, responses=responses(404))
def read_behind(
    key: Annotated[str, Path(max_length=40, pattern=r"^[a-z_]+$")],
    viewer: FromViewer,
    figuring: Asks,
    asked: Annotated[models.AskedBehind, Query()],
) -> Any:
    """The contacts behind a figure, latest first: found by the same expression as the figure itself."""
    question = Question(**asked.model_dump(exclude={"group", "cursor"}))
    page = figuring.behind(viewer, question, key, asked.group, _read_cursor(asked.cursor))
    last = page.items[PAGE - 1] if len(page.items) > PAGE else None
    return {
        "items": [
            _line(one, page.contacts[one.contact_id], page.queues, page.agents) for one in page.items[:PAGE]
        ],
        "total": page.total,
        "next": None if last is None else f"{last.placed_ms}.{last.contact_id}.{last.number}",
    }


def _line(
    one: Behind, contact: Mapping[str, Any], queues: Mapping[int, str], agents: Mapping[int, str]
) -> dict[str, Any]:
    kept = ("medium", "state", "outcome", "subject", "arrived_ms")
    maybe = ("answered_ms", "left_ms", "waited_ms", "target_ms")
    return {
        "contact_id": one.contact_id,
        "number": one.number,
        "customer": contact["customer_name"],
        "brand": contact["brand_name"],
        "queue": queues.get(one.stay["queue_id"]),
        "agent": agents.get(one.stay["agent_id"]),
        "entered_ms": one.stay["entered_ms"],
        "value": one.value,
        **{name: contact[name] for name in kept},
        **{name: None if one.stay[name] < 0 else one.stay[name] for name in maybe},
    }


def _read_cursor(cursor: str | None) -> tuple[int, int, int] | None:
    if cursor is None:
        return None
    try:
        at_ms, contact_id, number = (int(part) for part in cursor.split("."))
    except ValueError:
        raise Invalid("bad_cursor", "cursor") from None
    return at_ms, contact_id, number
