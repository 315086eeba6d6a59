"""Contacts and customers from an integrator's own house: all that a channel of their own needs."""

import secrets
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from affluent.centre.appointments import Asked
from affluent.centre.doors import PromisedHours
from affluent.centre.integration import outside
from affluent.centre.integration.outside import BroughtIn, Outside, Who
from affluent.centre.refusals import Invalid, NotFound
from affluent.centre.runner import Runner
from affluent.centre.saying import zone_known
from affluent.centre.texts import Email, Id, Line, Name
from affluent.centre.views import DeskViews
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import Clock
from affluent.web.cursors import Cursor, Limit, page_of, position
from affluent.web.desk.models import Body, CustomerOut, Key, MessageOut, Text
from affluent.web.errors import responses
from affluent.web.signin import needs

router = APIRouter(prefix="/api/v1", tags=["Integration"])

Delivering = Annotated[Viewer, Depends(needs(Right.DELIVER))]
Reading = Annotated[Viewer, Depends(needs(Right.READ_CONTACTS))]
External = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=r"^[0-9+() ./-]*$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


@dataclass(frozen=True, slots=True)
class OutsidePorts:
    runner: Runner
    outside: Outside
    views: DeskViews
    clock: Clock
    hours: PromisedHours


async def ports_of(request: Request) -> OutsidePorts:
    return request.app.state.outside


Ports = Annotated[OutsidePorts, Depends(ports_of)]


class WhoIn(Body):
    """Who writes. At least one of `external_id`, `email` and `phone`; the first known one decides who it is."""

    external_id: External | None = None
    email: Email | None = None
    phone: Phone = ""
    name: Line = ""


class ContactIn(Body):
    """A customer's first message. `key`, yours on this channel, makes a repeat harmless for good."""

    channel_id: Annotated[Id, Field(description="A channel of the medium `message`.", examples=[4])]
    customer: WhoIn
    subject: Line = ""
    text: Annotated[Text, Field(examples=["My parcel has not arrived."])]
    language: Language | None = None
    reference: Annotated[
        Line, Field(description="Your own word for it, given back in every event.", examples=["thread-8841"])
    ] = ""
    file_ids: Annotated[list[Id], Field(max_length=20)] = []
    key: Key | None = None
    promised_ms: Annotated[
        int | None,
        Field(
            ge=0, le=1 << 42, description="An hour of `GET /channels/{id}/hours`: the customer counts on it."
        ),
    ] = None
    timezone: Annotated[
        str, StringConstraints(max_length=60), Field(description="In which the customer reads clocks.")
    ] = ""


class IncomingIn(Body):
    """The customer writes again."""

    text: Text
    file_ids: Annotated[list[Id], Field(max_length=20)] = []
    key: Key | None = None


class BroughtOut(BaseModel):
    """Where a message went: after the end of a contact it opens a new one."""

    contact_id: int
    request_id: int
    customer_id: int
    message_id: int
    state: str
    promised_ms: int | None = None
    """The hour at which it is taken up."""
    promised_path: str | None = None
    """The customer's page on this server, where they move that hour or cancel it."""


class HoursOut(BaseModel):
    """The hours that can be promised now: the beginning of each, in order; each lasts `every_ms`."""

    timezone: str
    every_ms: int
    items: list[int]


class ReplyIn(Body):
    """What became of a reply once your program had it."""

    delivery: Literal["delivered", "read", "failed"]
    error: Line | None = None


class AddressIn(Body):
    kind: Literal["email", "phone"]
    value: Annotated[str, StringConstraints(min_length=1, max_length=254, pattern=r"^[^\x00]*$")]


class CustomerPut(Body):
    """What your house knows of a customer; what is absent stays. Addresses are added, none is taken away."""

    brand_id: Id
    external_id: Annotated[External, Field(examples=["C-20417"])]
    name: Name | None = None
    language: Language | None = None
    segment: Line | None = None
    note: Annotated[Text, Field(max_length=20_000)] | None = None
    addresses: Annotated[list[AddressIn], Field(max_length=50)] = []


class CustomersOut(BaseModel):
    items: list[CustomerOut]
    next: str | None


class MessagesOut(BaseModel):
    items: list[MessageOut]
    next: str | None


def _brought(ports: OutsidePorts, viewer: Viewer, contact_id: int, message_id: int) -> dict[str, Any]:
    contact = ports.views.conversation(viewer, contact_id)["contact"]
    return {
        "contact_id": contact_id,
        "request_id": contact["request_id"],
        "customer_id": contact["customer"]["id"],
        "message_id": message_id,
        "state": contact["state"],
        "promised_ms": contact["not_before_ms"],
        "promised_path": ports.hours.path(contact_id),
    }


@router.post(
    "/contacts",
    operation_id="open_contact",
    summary="Open a contact by a channel of your own",
    response_model=BroughtOut,
    responses=responses(404, 409),
    status_code=201,
)
def open_contact(body: ContactIn, viewer: Delivering, ports: Ports) -> Any:
    """The contact is classified, queued and offered like any other; replies leave as `message.answered` events."""
    if not ports.outside.live_channel(body.channel_id):
        raise NotFound("not_found", "channel_id")
    if body.timezone and not zone_known(body.timezone):
        raise Invalid("unknown_timezone", "timezone")
    who = body.customer
    brought = BroughtIn(
        key=body.key or secrets.token_hex(16),
        channel_id=body.channel_id,
        who=Who(who.external_id or "", who.email or "", who.phone, who.name),
        subject=body.subject,
        text=body.text,
        language=body.language,
        reference=body.reference,
        file_ids=tuple(body.file_ids),
        asked=None if body.promised_ms is None else Asked(body.promised_ms, body.timezone),
    )
    contact_id, message_id = ports.runner.do(outside.bring_in, viewer, brought)
    return _brought(ports, viewer, contact_id, message_id)


@router.get(
    "/channels/{channel_id}/hours",
    operation_id="list_promised_hours",
    summary="The hours that customers of a channel can be promised",
    response_model=HoursOut,
    responses=responses(404, 409),
)
def list_promised_hours(channel_id: Id, viewer: Delivering, ports: Ports) -> Any:
    """Of the channel's default queue, while there is room in them; empty where it promises none."""
    brand_id = ports.outside.brand_of(channel_id)
    if brand_id is None:
        raise NotFound("not_found")
    viewer.behind_wall(brand_id)
    offered = ports.hours.offered(channel_id, ports.clock.now_ms())
    if offered is None:
        return {"timezone": "UTC", "every_ms": 0, "items": []}
    return {"timezone": offered.timezone, "every_ms": offered.every_ms, "items": list(offered.hours_ms)}


@router.post(
    "/contacts/{contact_id}/incoming",
    operation_id="continue_contact",
    summary="The customer of your own channel writes again",
    response_model=BroughtOut,
    responses=responses(404, 409),
    status_code=201,
)
def continue_contact(contact_id: Id, body: IncomingIn, viewer: Delivering, ports: Ports) -> Any:
    """On the contact while it is open; after its end on a new one, of the same request if it ended lately."""
    went_to, message_id = ports.runner.do(
        outside.go_on,
        viewer,
        contact_id=contact_id,
        key=body.key or secrets.token_hex(16),
        text=body.text,
        file_ids=body.file_ids,
    )
    return _brought(ports, viewer, went_to, message_id)


@router.get(
    "/contacts/{contact_id}/messages",
    operation_id="list_messages",
    summary="A contact's messages, oldest first",
    response_model=MessagesOut,
    responses=responses(404),
)
def list_messages(
    contact_id: Id, viewer: Reading, ports: Ports, cursor: Cursor = None, limit: Limit = 50
) -> Any:
    rows = ports.outside.messages(viewer, contact_id, position(cursor), limit + 1)
    return page_of(rows, limit)


@router.post(
    "/contacts/{contact_id}/messages/{message_id}/delivery",
    operation_id="report_delivery",
    summary="Tell what became of a reply",
    response_model=MessageOut,
    responses=responses(404, 409),
)
def report_delivery(contact_id: Id, message_id: Id, body: ReplyIn, viewer: Delivering, ports: Ports) -> Any:
    """The agent sees it under the reply; a failed one can be tried again."""
    ports.runner.do(
        outside.told_of_reply,
        viewer,
        contact_id=contact_id,
        message_id=message_id,
        delivery=body.delivery,
        error=body.error,
    )
    return ports.views.message(message_id)


@router.put(
    "/customers",
    operation_id="keep_customer",
    summary="Keep a customer in step with your house",
    response_model=CustomerOut,
    responses={**responses(404, 409), 201: {"model": CustomerOut, "description": "Made"}},
)
def keep_customer(body: CustomerPut, viewer: Delivering, ports: Ports, response: Response) -> Any:
    """Finds the customer by `external_id`, else by an address of nobody named yet; makes one when there is none."""
    values = {name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None}
    customer_id, new = ports.outside.keep_customer(viewer, values, ports.clock.now_ms())
    response.status_code = 201 if new else 200
    return ports.views.customer(viewer, customer_id)


@router.get(
    "/customers",
    operation_id="list_customers",
    summary="Customers, in the order in which they came",
    response_model=CustomersOut,
    responses=responses(),
)
def list_customers(
    viewer: Reading,
    ports: Ports,
    brand_id: Annotated[Id | None, Query()] = None,
    external_id: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")] = None,
    email: Annotated[str | None, Query(max_length=254, pattern=r"^[^\x00]*$")] = None,
    phone: Annotated[str | None, Query(max_length=40, pattern=r"^[^\x00]*$")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    filters = {"brand_id": brand_id, "external_id": external_id, "email": email, "phone": phone}
    return page_of(ports.outside.customers(viewer, filters, position(cursor), limit + 1), limit)
