"""What an agent does at the desk."""

import secrets
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response, UploadFile
from fastapi.responses import Response as RawResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from affluent.centre import answering, handing_on, offers, presence, wrapping
from affluent.centre.hub import Typing
from affluent.centre.refusals import NotFound, TooLarge
from affluent.centre.texts import NO_NUL, Id
from affluent.centre.transaction import Transaction
from affluent.centre.views import Sought
from affluent.centre.wall import Right, Viewer
from affluent.facts.media import Medium
from affluent.web.board.waits import Waits, waits_of
from affluent.web.desk import models
from affluent.web.desk.ports import DeskPorts
from affluent.web.errors import responses
from affluent.web.signin import needs

R = TypeVar("R")
FILE_BYTES_MAX = 25 * 1024 * 1024
INLINE = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain", "audio/wav"}
)

router = APIRouter(prefix="/api/v1", tags=["Desk"])

Serving = Annotated[Viewer, Depends(needs(Right.SERVE))]
Reading = Annotated[Viewer, Depends(needs(Right.READ_CONTACTS))]


async def ports_of(request: Request) -> DeskPorts:
    return request.app.state.desk


Ports = Annotated[DeskPorts, Depends(ports_of)]


def walled(ports: DeskPorts, viewer: Viewer, contact_id: int) -> None:
    """Raises `NotFound` for a contact that is not there, or stands behind the viewer's brand wall."""
    brand_id = ports.views.brand_of_contact(contact_id)
    if brand_id is None:
        raise NotFound("not_found")
    viewer.behind_wall(brand_id)


async def do(ports: DeskPorts, viewer: Viewer, use_case: Callable[..., R], contact_id: int, **more: Any) -> R:
    """Runs a use case on a contact, whose brand wall is looked at in the same transaction."""

    def walled(tx: Transaction) -> R:
        viewer.behind_wall(tx.contact(contact_id).brand_id)
        return use_case(tx, contact_id=contact_id, agent_id=viewer.account_id, **more)

    return await ports.runner.done(walled)


def _desk(ports: DeskPorts, viewer: Viewer) -> dict[str, Any]:
    return ports.views.desks({viewer.account_id: viewer.locale}, ports.clock.now_ms())[viewer.account_id]


def conversation_of(ports: DeskPorts, viewer: Viewer, contact_id: int) -> dict[str, Any]:
    """The conversation, with who else has it on the screen."""
    found = ports.views.conversation(viewer, contact_id)
    seen_by = [
        {"id": one, "name": name} for one, name in ports.watch.viewers(contact_id) if one != viewer.account_id
    ]
    return found | {"viewers": seen_by, "typing": {"customer": False}}


@router.get("/desk", response_model=models.Desk, responses=responses())
def read_desk(viewer: Serving, ports: Ports) -> Any:
    """Everything on the agent's desk: offers, contacts in hand by what is due first, sleeping ones."""
    return _desk(ports, viewer)


@router.put("/desk/presence", response_model=models.Desk, responses=responses(409))
def change_presence(body: models.PresenceIn, viewer: Serving, ports: Ports) -> Any:
    """Ready, away with a reason, or offline."""
    ports.runner.do(presence.set_presence, agent_id=viewer.account_id, state=body.state, reason=body.reason)
    return _desk(ports, viewer)


@router.get("/contacts/{contact_id}", response_model=models.Conversation, responses=responses(404))
def read_contact(contact_id: Id, viewer: Reading, ports: Ports) -> Any:
    """The conversation of the contact's request over all channels, with the customer's card and journey.

    Who reads it watches it: their stream tells what happens in it, and colleagues see who else looks.
    """
    found = conversation_of(ports, viewer, contact_id)
    if viewer.key_id is None:
        ports.watch.looks_at(viewer.account_id, contact_id, found["contact"]["request_id"])
    return found


@router.post(
    "/contacts/{contact_id}/accept", response_model=models.Conversation, responses=responses(404, 409)
)
async def accept(contact_id: Id, viewer: Serving, ports: Ports) -> Any:
    """Takes the offered contact in hand."""
    await do(ports, viewer, offers.accept, contact_id)
    return await run_in_threadpool(conversation_of, ports, viewer, contact_id)


@router.post("/contacts/{contact_id}/decline", response_model=models.Done, responses=responses(404, 409))
async def decline(contact_id: Id, body: models.DeclineIn, viewer: Serving, ports: Ports) -> Any:
    """The contact keeps its place and goes to somebody else."""
    await do(ports, viewer, offers.decline, contact_id, reason=body.reason)
    return {}


@router.post("/contacts/{contact_id}/take", response_model=models.Conversation, responses=responses(404, 409))
async def take(contact_id: Id, viewer: Serving, ports: Ports) -> Any:
    """Pulls a waiting contact by hand."""
    await do(ports, viewer, offers.take, contact_id)
    return await run_in_threadpool(conversation_of, ports, viewer, contact_id)


@router.post(
    "/contacts/{contact_id}/messages", response_model=models.MessageOut, responses=responses(404, 409)
)
async def write(contact_id: Id, body: models.MessageIn, viewer: Reading, ports: Ports) -> Any:
    """A reply to the customer, or an internal note."""
    if body.kind == "reply":
        viewer.require(Right.SERVE)
    use_case = answering.reply if body.kind == "reply" else answering.note
    message_id = await do(
        ports, viewer, use_case, contact_id, key=body.key, text=body.text, file_ids=body.file_ids
    )
    return await run_in_threadpool(ports.views.message, message_id)


@router.post(
    "/contacts/{contact_id}/messages/{message_id}/retry",
    response_model=models.MessageOut,
    responses=responses(404, 409),
)
def retry(contact_id: Id, message_id: Id, viewer: Serving, ports: Ports) -> Any:
    """Sends a failed or unconfirmed reply again."""
    walled(ports, viewer, contact_id)
    ports.runner.do(answering.retry, contact_id=contact_id, agent_id=viewer.account_id, message_id=message_id)
    return ports.views.message(message_id)


@router.put("/contacts/{contact_id}/draft", response_model=models.Done, responses=responses(404))
def save_draft(contact_id: Id, body: models.DraftIn, viewer: Reading, ports: Ports) -> Any:
    """Keeps what is being written; an empty text forgets it."""
    walled(ports, viewer, contact_id)
    ports.workspace.save_draft(viewer.account_id, contact_id, body.text, body.kind, ports.clock.now_ms())
    return {}


@router.post("/contacts/{contact_id}/typing", response_model=models.Done, responses=responses(404))
def typing(contact_id: Id, viewer: Serving, ports: Ports) -> Any:
    """The agent is writing: told to the customer and to colleagues, and kept nowhere."""
    brand_id = ports.views.brand_of_contact(contact_id)
    if brand_id is None:
        raise NotFound("not_found")
    viewer.behind_wall(brand_id)
    ports.hub.publish(Typing(contact_id, brand_id, viewer.account_id, viewer.name))
    return {}


@router.post("/contacts/{contact_id}/read", response_model=models.Done, responses=responses(404))
async def read_messages(contact_id: Id, viewer: Serving, ports: Ports) -> Any:
    """The agent has seen what the customer wrote."""
    await do(ports, viewer, answering.agent_reads, contact_id)
    return {}


@router.post("/contacts/{contact_id}/transfer", response_model=models.Done, responses=responses(404, 409))
def transfer(contact_id: Id, body: models.TransferIn, viewer: Serving, ports: Ports) -> Any:
    """Hands the contact to a queue or to a named agent, with a note."""
    walled(ports, viewer, contact_id)
    ports.runner.do(
        handing_on.transfer,
        contact_id=contact_id,
        agent_id=viewer.account_id,
        key=body.key or secrets.token_hex(16),
        queue_id=body.queue_id,
        to_agent_id=body.agent_id,
        text=body.note,
    )
    return {}


@router.post("/contacts/{contact_id}/sleep", response_model=models.Done, responses=responses(404, 409))
def sleep(contact_id: Id, body: models.SleepIn, viewer: Serving, ports: Ports) -> Any:
    """Sets the contact aside until an instant, or until the customer writes."""
    walled(ports, viewer, contact_id)
    if body.promised:
        ports.runner.do(
            handing_on.promise, contact_id=contact_id, agent_id=viewer.account_id, promised_ms=body.until_ms
        )
        return {}
    ports.runner.do(
        handing_on.sleep, contact_id=contact_id, agent_id=viewer.account_id, until_ms=body.until_ms
    )
    return {}


@router.post("/contacts/{contact_id}/wake", response_model=models.Done, responses=responses(404, 409))
def wake(contact_id: Id, viewer: Serving, ports: Ports) -> Any:
    """Takes a sleeping contact back in hand."""
    walled(ports, viewer, contact_id)
    ports.runner.do(handing_on.wake, contact_id=contact_id, agent_id=viewer.account_id)
    return {}


@router.post("/contacts/{contact_id}/close", response_model=models.Done, responses=responses(404, 409))
async def close(contact_id: Id, body: models.CloseIn, viewer: Serving, ports: Ports) -> Any:
    """Ends the contact with its outcome and motive."""
    await do(
        ports,
        viewer,
        handing_on.close,
        contact_id,
        outcome=body.outcome,
        motive_id=body.motive_id,
        key=secrets.token_hex(16),
        text=body.note,
    )
    return {}


@router.post("/contacts/{contact_id}/wrapped", response_model=models.Done, responses=responses(404, 409))
async def end_wrap_up(contact_id: Id, viewer: Serving, ports: Ports) -> Any:
    """The work after a contact is done: the agent's hand is free."""
    await do(ports, viewer, wrapping.end_wrap_up, contact_id)
    return {}


@router.get("/customers/{customer_id}", response_model=models.CustomerOut, responses=responses(404))
def read_customer(customer_id: Id, viewer: Reading, ports: Ports) -> Any:
    """The customer's card."""
    return ports.views.customer(viewer, customer_id)


@router.patch("/customers/{customer_id}", response_model=models.CustomerOut, responses=responses(404, 409))
def change_customer(customer_id: Id, body: models.CustomerIn, viewer: Serving, ports: Ports) -> Any:
    """Changes what the card says; the change is in the audit trail."""
    changes = body.model_dump(exclude_unset=True)
    ports.workspace.change_customer(viewer, customer_id, changes, ports.clock.now_ms())
    return ports.views.customer(viewer, customer_id)


@router.get("/motives", response_model=list[models.MotiveOut], responses=responses())
def read_motives(viewer: Reading, ports: Ports) -> Any:
    """What contacts can be about."""
    return ports.views.motives(viewer)


class DeclineReasonOut(BaseModel):
    code: str
    name: str


@router.get("/decline-reasons", response_model=list[DeclineReasonOut], responses=responses())
def read_decline_reasons(viewer: Serving, ports: Ports) -> Any:
    """Why an offer may be declined: the code is what `decline` takes."""
    return ports.views.decline_reasons(viewer)


@router.get("/skills", response_model=list[models.Named], responses=responses())
def read_skills(viewer: Serving, ports: Ports) -> Any:
    """The names of skills, archived ones too: a reason of an offer names the skill by its identifier."""
    return ports.views.skills(viewer)


@router.get("/directory", response_model=models.Directory, responses=responses())
def read_directory(
    viewer: Serving,
    ports: Ports,
    waits: Annotated[Waits, Depends(waits_of)],
    q: Annotated[
        str, Query(max_length=100, pattern=NO_NUL, description="Words of their names or of their team.")
    ] = "",
    brand: Annotated[Id | None, Query(description="Those who serve this brand.")] = None,
    medium: Annotated[Medium | None, Query(description="Queues of this medium.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="The most queues, and the most people.")] = 50,
) -> Any:
    """To whom a contact can be handed on: queues, with the wait of who would come to them now, and people by name."""
    now_ms = ports.clock.now_ms()
    found = ports.views.directory(viewer, now_ms, Sought(q, brand, medium and medium.value, limit))
    return {**found, "queues": [one | {"wait": waits.next_of(one["id"], now_ms)} for one in found["queues"]]}


@router.post("/files", response_model=models.Attachment, responses=responses(413), status_code=201)
def upload(file: UploadFile, viewer: Serving, ports: Ports) -> Any:
    """Uploads a file to be attached to a message."""
    content = file.file.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        raise TooLarge("file_too_large", "file", most_mb=FILE_BYTES_MAX // 1024 // 1024)
    name = (file.filename or "file").replace("/", "_").replace("\\", "_")
    return ports.workspace.upload(
        viewer.account_id,
        name,
        file.content_type or "application/octet-stream",
        content,
        ports.clock.now_ms(),
    )


@router.get("/files/{file_id}", responses=responses(404), response_class=Response)
def download(file_id: Id, viewer: Reading, ports: Ports, inline: bool = False) -> RawResponse:
    """A file's content. Only pictures, PDF and plain text are shown in place; the rest is saved."""
    about, content = ports.workspace.file(viewer, file_id)
    shown = inline and about["content_type"] in INLINE
    ascii_name = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\' else "_"
        for char in about["filename"]
    )
    disposition = f'{"inline" if shown else "attachment"}; filename="{ascii_name}"'
    return RawResponse(
        content,
        media_type=about["content_type"] if shown else "application/octet-stream",
        headers={
            "Content-Disposition": disposition,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "Cache-Control": "private, max-age=3600",
        },
    )
