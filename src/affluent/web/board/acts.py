"""The levers of the board. Each act is a use case, kept in the audit trail."""

from typing import Any

from fastapi import APIRouter

from affluent.centre.supervising import doors as supervising_doors
from affluent.centre.supervising import people as supervising_people
from affluent.centre.supervising import supervising
from affluent.centre.texts import Id
from affluent.centre.wall import Right
from affluent.web.board import models
from affluent.web.board.ports import Ports, Serving, Supervising
from affluent.web.desk.models import Done
from affluent.web.errors import responses

router = APIRouter(prefix="/api/v1", tags=["Board"])


@router.post(
    "/board/contacts/{contact_id}/reassign", response_model=models.Before, responses=responses(404, 409)
)
def reassign(contact_id: Id, body: models.ReassignIn, viewer: Supervising, ports: Ports) -> Any:
    """Puts a contact in another queue, or names an agent for it, wherever it stands."""
    return ports.runner.do(supervising.reassign, viewer=viewer, contact_id=contact_id, **body.model_dump())


@router.post("/board/contacts/{contact_id}/join", response_model=Done, responses=responses(404, 409))
def join(contact_id: Id, body: models.JoinIn, viewer: Supervising, ports: Ports) -> Any:
    """Joins a contact that an agent has in hand, visibly to them; leave it as a colleague does."""
    ports.runner.do(supervising_people.join, viewer=viewer, contact_id=contact_id, answers=body.answers)
    return {}


@router.post("/board/contacts/{contact_id}/take-over", response_model=Done, responses=responses(404, 409))
def take_over(contact_id: Id, viewer: Supervising, ports: Ports) -> Any:
    """Takes over a contact that you have joined; its agent is free."""
    ports.runner.do(supervising_people.take_over, viewer=viewer, contact_id=contact_id)
    return {}


@router.put("/board/agents/{agent_id}/lift", response_model=Done, responses=responses(404, 409))
def lift_limits(agent_id: Id, body: models.LiftIn, viewer: Supervising, ports: Ports) -> Any:
    """Allows an agent some contacts over the limits until an instant; what was allowed before is over."""
    ports.runner.do(
        supervising_people.lift_limits,
        viewer=viewer,
        agent_id=agent_id,
        extra=body.extra,
        until_ms=body.until_ms,
    )
    return {}


@router.delete("/board/agents/{agent_id}/lift", response_model=Done, responses=responses(404, 409))
def end_lifting(agent_id: Id, viewer: Supervising, ports: Ports) -> Any:
    """The agent's usual limits hold again."""
    ports.runner.do(supervising_people.end_lifting, viewer=viewer, agent_id=agent_id)
    return {}


@router.put("/board/agents/{agent_id}/presence", response_model=Done, responses=responses(404, 409))
def set_presence(agent_id: Id, body: models.PresenceSetIn, viewer: Supervising, ports: Ports) -> Any:
    """Sends an agent away or home, with a reason."""
    ports.runner.do(supervising.set_presence, viewer=viewer, agent_id=agent_id, **body.model_dump())
    return {}


@router.get("/board/agents/{agent_id}/skills", response_model=models.SkillsOut, responses=responses(404))
def read_skills(agent_id: Id, viewer: Supervising, ports: Ports) -> Any:
    """What an agent can do, over all skills of the centre."""
    held = {
        one["skill_id"]: one["level"]
        for one in ports.administration.read(viewer, "agents", agent_id)["skills"]
    }
    name = "name_fr" if viewer.locale == "fr" else "name_en"
    skills = ports.administration.list_(viewer, "skills")
    return {
        "items": [
            {"skill_id": one["id"], "name": one[name], "level": held.get(one["id"], 0)} for one in skills
        ]
    }


@router.put("/board/agents/{agent_id}/skills", response_model=models.SkillsOut, responses=responses(404, 409))
def set_skills(agent_id: Id, body: models.SkillsIn, viewer: Supervising, ports: Ports) -> Any:
    """Changes an agent's skills; the engine takes it up at once."""
    skills = [one.model_dump() for one in body.skills if one.level > 0]
    changes = {"skills": skills}
    ports.administration.change(viewer, "agents", agent_id, changes, right=Right.SUPERVISE)
    return read_skills(agent_id, viewer, ports)


@router.post("/board/channels/{channel_id}/close", response_model=Done, responses=responses(404, 409))
def close_channel(channel_id: Id, body: models.CloseChannelIn, viewer: Supervising, ports: Ports) -> Any:
    """Closes a door to new contacts for a while. Conversations go on; mail keeps being received."""
    ports.runner.do(
        supervising_doors.close_channel, viewer=viewer, channel_id=channel_id, **body.model_dump()
    )
    return {}


@router.post("/board/channels/{channel_id}/open", response_model=Done, responses=responses(404, 409))
def open_channel(channel_id: Id, viewer: Supervising, ports: Ports) -> Any:
    """Opens a closed door again."""
    ports.runner.do(supervising_doors.open_channel, viewer=viewer, channel_id=channel_id)
    return {}


@router.post("/board/queues/{queue_id}/raise", response_model=Done, responses=responses(404, 409))
def raise_queue(queue_id: Id, body: models.RaiseIn, viewer: Supervising, ports: Ports) -> Any:
    """Gives a queue another tier for a while."""
    ports.runner.do(supervising_doors.raise_queue, viewer=viewer, queue_id=queue_id, **body.model_dump())
    return {}


@router.post("/board/queues/{queue_id}/lower", response_model=Done, responses=responses(404, 409))
def lower_queue(queue_id: Id, viewer: Supervising, ports: Ports) -> Any:
    """Gives a raised queue its own tier back."""
    ports.runner.do(supervising_doors.lower_queue, viewer=viewer, queue_id=queue_id)
    return {}


@router.put("/board/limits", response_model=Done, responses=responses(404, 409))
def set_centre_limits(body: models.LimitsBody, viewer: Supervising, ports: Ports) -> Any:
    """From when on alerts speak, in the whole centre."""
    ports.runner.do(
        supervising_doors.set_limits, viewer=viewer, queue_id=None, limits=body.model_dump(exclude_unset=True)
    )
    return {}


@router.put("/board/limits/{queue_id}", response_model=Done, responses=responses(404, 409))
def set_limits(queue_id: Id, body: models.LimitsBody, viewer: Supervising, ports: Ports) -> Any:
    """From when on alerts speak for one queue; nothing given: as in the whole centre."""
    limits = body.model_dump(exclude_unset=True)
    ports.runner.do(supervising_doors.set_limits, viewer=viewer, queue_id=queue_id, limits=limits or None)
    return {}


@router.post("/board/alerts/{alert_id}/seen", response_model=Done, responses=responses(404, 409))
def see_alert(alert_id: Id, viewer: Supervising, ports: Ports) -> Any:
    """You have taken note of an alert."""
    ports.runner.do(supervising.see_alert, viewer=viewer, alert_id=alert_id)
    return {}


@router.post(
    "/board/notices", response_model=models.NoticeMade, responses=responses(404, 409), status_code=201
)
def send_notice(body: models.NoticeIn, viewer: Supervising, ports: Ports) -> Any:
    """Tells a team, one agent or everyone something, on their desks until they have read it."""
    return {"id": ports.runner.do(supervising.send_notice, viewer=viewer, **body.model_dump())}


@router.delete("/board/notices/{notice_id}", response_model=Done, responses=responses(404, 409))
def end_notice(notice_id: Id, viewer: Supervising, ports: Ports) -> Any:
    """Takes a notice back."""
    ports.runner.do(supervising.end_notice, viewer=viewer, notice_id=notice_id)
    return {}


@router.post("/desk/notices/{notice_id}/read", response_model=Done, responses=responses(404, 409))
def read_notice(notice_id: Id, viewer: Serving, ports: Ports) -> Any:
    """You have read what a supervisor told you."""
    ports.runner.do(supervising.read_notice, notice_id=notice_id, account_id=viewer.account_id)
    return {}
