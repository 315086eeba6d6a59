"""Several agents on one contact: asked in, coming, answering along, taking over, leaving."""

import secrets
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from affluent.centre import consulting, offers
from affluent.centre.texts import Id
from affluent.facts.together import Part
from affluent.web.desk import models
from affluent.web.desk.routes import Ports, Serving, conversation_of, do
from affluent.web.errors import responses

router = APIRouter(prefix="/api/v1", tags=["Desk"])


def _part(conference: bool) -> Part:
    return Part.CONFERENCE if conference else Part.CONSULT


@router.post(
    "/contacts/{contact_id}/invitations", response_model=models.Conversation, responses=responses(404, 409)
)
async def invite(contact_id: Id, body: models.InviteIn, viewer: Serving, ports: Ports) -> Any:
    """Asks a colleague to take part in a contact that one has in hand; the customer does not see it."""
    await do(
        ports,
        viewer,
        consulting.invite,
        contact_id,
        key=body.key or secrets.token_hex(16),
        part=_part(body.conference),
        colleague_id=body.agent_id,
        team_id=body.team_id,
        skill_id=body.skill_id,
        level=body.level,
        text=body.note,
    )
    return await run_in_threadpool(conversation_of, ports, viewer, contact_id)


@router.post(
    "/contacts/{contact_id}/invitation/accept",
    response_model=models.Conversation,
    responses=responses(404, 409),
)
async def accept_invitation(contact_id: Id, viewer: Serving, ports: Ports) -> Any:
    """Takes part in a colleague's contact, as they asked."""
    await do(ports, viewer, consulting.accept, contact_id)
    return await run_in_threadpool(conversation_of, ports, viewer, contact_id)


@router.post(
    "/contacts/{contact_id}/invitation/decline", response_model=models.Done, responses=responses(404, 409)
)
async def decline_invitation(contact_id: Id, body: models.DeclineIn, viewer: Serving, ports: Ports) -> Any:
    """Does not come; of a team or with a skill, the next one is asked."""
    await do(ports, viewer, consulting.decline, contact_id, reason=body.reason)
    return {}


@router.post(
    "/queues/{queue_id}/take-next", response_model=models.Conversation, responses=responses(404, 409)
)
def take_next(queue_id: Id, viewer: Serving, ports: Ports) -> Any:
    """Pulls by hand what goes first of a queue that allows it."""
    contact_id = ports.runner.do(offers.take_next, queue_id=queue_id, agent_id=viewer.account_id)
    return conversation_of(ports, viewer, contact_id)


@router.put(
    "/contacts/{contact_id}/parts/{colleague_id}", response_model=models.Done, responses=responses(404, 409)
)
async def change_part(
    contact_id: Id, colleague_id: Id, body: models.PartIn, viewer: Serving, ports: Ports
) -> Any:
    """Lets a colleague who takes part answer the customer, or no longer."""
    part = _part(body.conference)
    await do(ports, viewer, consulting.change_part, contact_id, colleague_id=colleague_id, part=part)
    return {}


@router.delete(
    "/contacts/{contact_id}/parts/{colleague_id}", response_model=models.Done, responses=responses(404, 409)
)
async def dismiss(contact_id: Id, colleague_id: Id, viewer: Serving, ports: Ports) -> Any:
    """Takes an invitation back, or thanks a colleague; with one's own identifier: leaves."""
    await do(ports, viewer, consulting.dismiss, contact_id, colleague_id=colleague_id)
    return {}


@router.post("/contacts/{contact_id}/hand-over", response_model=models.Done, responses=responses(404, 409))
async def hand_over(contact_id: Id, body: models.HandOverIn, viewer: Serving, ports: Ports) -> Any:
    """A warm transfer: a colleague who takes part has the contact from now on."""
    await do(
        ports,
        viewer,
        consulting.hand_over,
        contact_id,
        to_agent_id=body.agent_id,
        key=body.key or secrets.token_hex(16),
        text=body.note,
    )
    return {}
