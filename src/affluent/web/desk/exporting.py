"""A conversation taken out of the centre: as a page to print, or as JSON."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from affluent.centre.texts import Id
from affluent.web.desk import models
from affluent.web.desk.gathered import FromGathered
from affluent.web.desk.printing import printed
from affluent.web.desk.routes import Ports, Reading
from affluent.web.errors import responses

router = APIRouter(prefix="/api/v1", tags=["Contacts"])
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals allow-same-origin allow-popups"


class ExportedBy(models.Named):
    at_ms: int


class ExportOut(BaseModel):
    """The whole request: its contacts' messages over all channels, and the customer's card."""

    format: Literal["affluent.conversation.1"]
    exported: ExportedBy
    contact: dict[str, Any]
    customer: models.CustomerOut
    messages: list[models.MessageOut]


@router.get("/contacts/{contact_id}/export", response_model=ExportOut, responses=responses(404))
def export_contact(
    contact_id: Id, viewer: Reading, ports: Ports, gathered: FromGathered,
    notes: Annotated[bool, Query(description="With internal notes")] = False,
) -> Any:  # fmt: skip
    """The conversation as JSON. Who exported it stands in the audit trail."""
    found = _found(contact_id, viewer, ports, gathered, "json", notes)
    return {
        "format": "affluent.conversation.1",
        "exported": {"id": viewer.account_id, "name": viewer.name, "at_ms": ports.clock.now_ms()},
        "contact": {key: value for key, value in found["contact"].items() if key != "can"},
        "customer": found["customer"],
        "messages": found["messages"],
    }


# Of the class `Response`, so that refusals are described as what they are: JSON.
PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}


@router.get("/contacts/{contact_id}/print", response_class=Response, responses={**PAGE, **responses(404)})
def print_contact(
    contact_id: Id, viewer: Reading, ports: Ports, gathered: FromGathered, request: Request,
    notes: Annotated[bool, Query(description="With internal notes")] = False,
) -> Response:  # fmt: skip
    """The conversation as a page of its own, to print or to save as PDF. Noted in the audit trail."""
    found = _found(contact_id, viewer, ports, gathered, "html", notes)
    text = printed(found, viewer, ports.clock.now_ms(), with_notes=notes)
    headers = {
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(text, headers=headers)


def _found(
    contact_id: int, viewer: Reading, ports: Ports, gathered: FromGathered, form: str, notes: bool
) -> dict[str, Any]:
    found = ports.views.conversation(viewer, contact_id)
    brand_id = found["contact"]["brand"]["id"]
    gathered.exports.note(viewer, contact_id, brand_id, form, notes, ports.clock.now_ms())
    kept = ("in", "out", "note") if notes else ("in", "out")
    return found | {"messages": [one for one in found["messages"] if one["direction"] in kept]}
