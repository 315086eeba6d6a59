"""Why offers were declined, over HTTP: by reason, and the offers behind each count."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from affluent.centre.declines import Declines
from affluent.centre.figuring import PAGE, Question
from affluent.web.errors import responses
from affluent.web.figures import models
from affluent.web.signin import FromViewer

router = APIRouter(prefix="/api/v1/figures/declines", tags=["Figures"])


async def declines_of(request: Request) -> Declines:
    return request.app.state.declines


Asks = Annotated[Declines, Depends(declines_of)]


@router.get("", response_model=models.DeclinesOut, responses=responses(404))
def read_declines(viewer: FromViewer, declines: Asks, asked: Annotated[models.Narrowed, Query()]) -> Any:
    """Offers that agents declined in a period, by reason; archived reasons and those left unsaid have their line."""
    found = declines.by_reason(viewer, Question(**asked.model_dump()))
    return {
        "from_ms": found.which.from_ms,
        "to_ms": found.which.to_ms,
        "timezone": found.timezone,
        "total": found.total,
        "items": [asdict(one) | {"code": one.code or None} for one in found.reasons],
    }


@router.get("/contacts", response_model=models.DeclinedPage, responses=responses(404))
def read_declined(viewer: FromViewer, declines: Asks, asked: Annotated[models.AskedDeclines, Query()]) -> Any:
    """The declined offers behind a count, latest first, each with its contact and who declined."""
    question = Question(**asked.model_dump(exclude={"code", "unsaid", "cursor"}))
    code = "" if asked.unsaid else asked.code
    offers, total = declines.behind(
        viewer, question, code, None if asked.cursor is None else int(asked.cursor)
    )
    return {
        "items": [asdict(one) | {"code": one.code or None} for one in offers[:PAGE]],
        "total": total,
        "next": str(offers[PAGE - 1].id) if len(offers) > PAGE else None,
    }
