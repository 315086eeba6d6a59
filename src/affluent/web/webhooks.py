"""Webhooks over HTTP: their deliveries, and what is done with them; what events look like."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from affluent.centre.integration.events import EVENTS
from affluent.centre.integration.webhooks import Webhooks
from affluent.centre.texts import Id
from affluent.web.admin import Changer, Reader
from affluent.web.cursors import Cursor, Limit, page_of, position
from affluent.web.errors import responses
from affluent.web.signin import FromServices, FromViewer

State = Literal["due", "done", "parked", "failing"]


class DeliveryOut(BaseModel):
    """One event on its way to one endpoint. `excerpt` is the beginning of the last answer."""

    id: int
    event: str
    kind: str
    contact_id: int | None
    at_ms: int
    state: Literal["due", "done", "parked"]
    due_ms: int
    attempts: int
    attempted_ms: int | None
    status: int | None
    error: str | None
    excerpt: str
    took_ms: int | None
    done_ms: int | None


class DeliveriesOut(BaseModel):
    items: list[DeliveryOut]
    next: str | None


class TestedOut(BaseModel):
    __test__ = False
    delivery_id: int


class AgainOut(BaseModel):
    count: int


class RotatedOut(BaseModel):
    """The new secret, told once. Until `old_until_ms` events bear the old one's signature as well."""

    secret: str
    old_until_ms: int


class EventOut(BaseModel):
    """A kind of event with the JSON Schema of its body."""

    kind: str
    json_schema: dict[str, Any]


class EventsOut(BaseModel):
    items: list[EventOut]
    next: str | None = None


def build(webhooks: Webhooks) -> APIRouter:
    """The routes over these webhooks."""
    router = APIRouter(prefix="/api/v1", tags=["Webhooks"])

    @router.get(
        "/admin/webhooks/{row_id}/deliveries",
        operation_id="list_deliveries",
        summary="A webhook's deliveries, the latest first",
        responses=responses(404),
    )
    def list_deliveries(
        row_id: Id,
        viewer: Reader,
        state: Annotated[State | None, Query(description="`failing`: tried, and to be tried again.")] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> DeliveriesOut:
        before = position(cursor) or None
        rows = webhooks.deliveries(viewer, row_id, state=state, before=before, most=limit)
        return DeliveriesOut(**page_of(rows, limit))

    @router.post(
        "/admin/webhooks/{row_id}/test",
        operation_id="test_webhook",
        summary="Send a test event",
        responses=responses(404, 409),
        status_code=202,
    )
    def test_webhook(row_id: Id, viewer: Changer) -> TestedOut:
        return TestedOut(delivery_id=webhooks.test(viewer, row_id))

    @router.post(
        "/admin/webhooks/{row_id}/again",
        operation_id="send_parked_again",
        summary="Send all parked events again",
        responses=responses(404, 409),
        status_code=202,
    )
    def send_parked_again(row_id: Id, viewer: Changer) -> AgainOut:
        return AgainOut(count=webhooks.again(viewer, row_id, None))

    @router.post(
        "/admin/webhooks/{row_id}/deliveries/{delivery_id}/again",
        operation_id="send_again",
        summary="Send one event again, under its old identifier",
        responses=responses(404, 409),
        status_code=202,
    )
    def send_again(row_id: Id, delivery_id: Id, viewer: Changer) -> AgainOut:
        return AgainOut(count=webhooks.again(viewer, row_id, delivery_id))

    @router.post(
        "/admin/webhooks/{row_id}/rotate",
        operation_id="rotate_webhook_secret",
        summary="Sign with a new secret",
        responses=responses(404, 409),
    )
    def rotate(row_id: Id, viewer: Changer) -> RotatedOut:
        secret, until_ms = webhooks.rotate(viewer, row_id)
        return RotatedOut(secret=secret, old_until_ms=until_ms)

    @router.get(
        "/webhook-events",
        operation_id="list_event_kinds",
        summary="What webhooks can tell, with schemas",
        responses=responses(),
    )
    def list_event_kinds(viewer: FromViewer, services: FromServices) -> EventsOut:
        return EventsOut(
            items=[
                EventOut(kind=kind, json_schema=model.model_json_schema()) for kind, model in EVENTS.items()
            ]
        )

    return router
