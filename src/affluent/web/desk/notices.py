"""A person's own notifications."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from affluent.centre.hub import Notified
from affluent.centre.texts import NO_NUL, Id
from affluent.web.cursors import Limit
from affluent.web.desk import models
from affluent.web.desk.gathered import FromGathered
from affluent.web.desk.routes import Ports, Reading
from affluent.web.errors import responses

router = APIRouter(prefix="/api/v1", tags=["Notifications"])


class NoticeOut(BaseModel):
    """What happened: `by` is who brought it about, `text` the beginning of the message it is about."""

    id: int
    at_ms: int
    kind: Literal["mention", "assigned", "woke", "reply_failed"]
    contact_id: int
    message_id: int | None
    params: dict[str, Any]
    subject: str
    text: str | None
    read: bool
    by: models.Named | None
    customer: models.Named


class NoticesOut(BaseModel):
    items: list[NoticeOut]
    unread: int
    next: str | None


class ReadIn(models.Body):
    """Which: those with `ids`, or those about a contact; all of them for neither."""

    ids: Annotated[list[Id], Field(max_length=200)] | None = None
    contact_id: Id | None = None


@router.get("/notifications", response_model=NoticesOut, responses=responses())
def read_notifications(
    viewer: Reading,
    gathered: FromGathered,
    cursor: Annotated[str | None, Query(pattern="^[0-9]{1,15}$")] = None,
) -> Any:
    """What concerns whoever asks, the latest first."""
    return gathered.notices.all(viewer, int(cursor) if cursor else None)


@router.post("/notifications/read", response_model=models.Done, responses=responses())
def mark_notifications_read(body: ReadIn, viewer: Reading, ports: Ports, gathered: FromGathered) -> Any:
    """Marks notifications as read, in every browser of theirs."""
    gathered.notices.read(viewer, ports.clock.now_ms(), ids=body.ids, contact_id=body.contact_id)
    ports.hub.publish(Notified(viewer.account_id))
    return {}


class ColleaguesOut(BaseModel):
    items: list[models.Named]
    next: str | None = None


@router.get("/colleagues", response_model=ColleaguesOut, responses=responses(404))
def read_colleagues(
    viewer: Reading,
    gathered: FromGathered,
    brand: Annotated[Id, Query(description="Of this brand")],
    q: Annotated[
        str, Query(max_length=100, pattern=NO_NUL, description="How one of their names begins.")
    ] = "",
    limit: Limit = 100,
) -> Any:
    """Who can be named, with `@`, in a note about a contact of this brand: the first of them by name."""
    return {"items": gathered.notices.colleagues(viewer, brand, q.strip(), limit)}
