"""Bringing contacts and customers together, taking them apart, and taking an act back."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from affluent.centre import merging, reopening, splitting
from affluent.centre.texts import Id
from affluent.centre.wall import Right
from affluent.web.desk import models
from affluent.web.desk.gathered import FromGathered
from affluent.web.desk.routes import Ports, Reading, Serving, conversation_of, walled
from affluent.web.errors import responses

router = APIRouter(prefix="/api/v1", tags=["Contacts"])


class EvidenceOut(BaseModel):
    """What speaks for two customers being one: a code that pages put into words, with its parameters."""

    code: str
    params: dict[str, Any]


class MergeIn(models.Body):
    """The other contact, whose request comes into this one's. `close_other` ends what is open of it as a duplicate."""

    contact_id: Id
    close_other: bool = False
    customers: bool = False


class MergeCustomerIn(models.Body):
    customer_id: Id


class MergedOut(BaseModel):
    merge_id: int


class MergeOut(BaseModel):
    id: int
    kind: str
    from_id: int
    name: str | None
    at_ms: int
    by: models.Named
    evidence: list[EvidenceOut]


class MergesOut(BaseModel):
    items: list[MergeOut]
    next: str | None = None


class LikelyCard(models.Named):
    language: str | None
    addresses: list[models.AddressOut]


class LikelyOne(BaseModel):
    customer: LikelyCard
    score: int
    evidence: list[EvidenceOut]


class LikelyOut(BaseModel):
    items: list[LikelyOne]
    next: str | None = None


class SplitIn(models.Body):
    message_ids: Annotated[list[Id], Field(min_length=1, max_length=200)]
    subject: models.Short = ""


class SplitOut(BaseModel):
    contact_id: int


@router.post(
    "/contacts/{contact_id}/reopen", response_model=models.Conversation, responses=responses(404, 409)
)
def reopen(contact_id: Id, viewer: Serving, ports: Ports) -> Any:
    """Takes a closing back: the contact is in one's hand again. For who had it last, or a supervisor."""
    walled(ports, viewer, contact_id)
    ports.runner.do(
        reopening.reopen,
        contact_id=contact_id,
        agent_id=viewer.account_id,
        supervises=viewer.may(Right.SUPERVISE),
    )
    return conversation_of(ports, viewer, contact_id)


@router.post(
    "/contacts/{contact_id}/untransfer", response_model=models.Conversation, responses=responses(404, 409)
)
def untransfer(contact_id: Id, viewer: Serving, ports: Ports) -> Any:
    """Takes one's own transfer back, while nobody has taken it up."""
    walled(ports, viewer, contact_id)
    ports.runner.do(reopening.take_back, contact_id=contact_id, agent_id=viewer.account_id)
    return conversation_of(ports, viewer, contact_id)


@router.post("/contacts/{contact_id}/merge", response_model=MergedOut, responses=responses(404, 409))
def merge(contact_id: Id, body: MergeIn, viewer: Serving, ports: Ports) -> Any:
    """Brings another contact's request into this one's. Both journals are kept; it can be undone."""
    walled(ports, viewer, contact_id)
    walled(ports, viewer, body.contact_id)
    merge_id = ports.runner.do(
        merging.merge_requests,
        viewer=viewer,
        contact_id=contact_id,
        other_id=body.contact_id,
        close_other=body.close_other,
        customers=body.customers,
    )
    return {"merge_id": merge_id}


@router.get("/contacts/{contact_id}/merges", response_model=MergesOut, responses=responses(404))
def read_merges(contact_id: Id, viewer: Reading, gathered: FromGathered) -> Any:
    """What was brought into this contact's request or customer, and can be taken apart."""
    return {"items": gathered.merges.of_contact(viewer, contact_id)}


@router.post("/merges/{merge_id}/undo", response_model=models.Done, responses=responses(404, 409))
def undo_merge(merge_id: Id, viewer: Serving, ports: Ports) -> Any:
    """Takes apart what was brought together. What came since stays where it is."""
    ports.runner.do(merging.undo, viewer=viewer, merge_id=merge_id)
    return {}


@router.get("/customers/{customer_id}/likely", response_model=LikelyOut, responses=responses(404))
def read_likely(customer_id: Id, viewer: Reading, gathered: FromGathered) -> Any:
    """Customers of the same brand who may be the same person, with what speaks for it."""
    return {"items": gathered.merges.likely(viewer, customer_id)}


@router.post("/customers/{customer_id}/merge", response_model=MergedOut, responses=responses(404, 409))
def merge_customer(
    customer_id: Id, body: MergeCustomerIn, viewer: Serving, ports: Ports, gathered: FromGathered
) -> Any:
    """Everything of another customer becomes this one's. It can be undone."""
    likely = gathered.merges.likely(viewer, customer_id)
    why = next((one["evidence"] for one in likely if one["customer"]["id"] == body.customer_id), [])
    merge_id = ports.runner.do(
        merging.merge_customers,
        viewer=viewer,
        customer_id=customer_id,
        other_id=body.customer_id,
        evidence=why,
    )
    return {"merge_id": merge_id}


@router.post("/contacts/{contact_id}/split", response_model=SplitOut, responses=responses(404, 409))
def split(contact_id: Id, body: SplitIn, viewer: Serving, ports: Ports) -> Any:
    """Moves messages about something else into a contact of their own, on a new request."""
    walled(ports, viewer, contact_id)
    new = ports.runner.do(
        splitting.split,
        contact_id=contact_id,
        agent_id=viewer.account_id,
        message_ids=body.message_ids,
        subject=body.subject,
    )
    return {"contact_id": new}
