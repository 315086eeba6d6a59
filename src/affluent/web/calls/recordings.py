"""What was recorded of a contact's calls: listened to by who may, silent while its agent says so, erased."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel

from affluent.centre.calling import mailbox
from affluent.centre.recording.ports import Recording
from affluent.centre.refusals import NotFound, Refusal
from affluent.centre.texts import Id
from affluent.centre.wall import Right, Viewer
from affluent.web.calls.routes import CallPorts, Calls
from affluent.web.desk.models import Done
from affluent.web.desk.routes import Ports, Reading, Serving, walled
from affluent.web.errors import responses
from affluent.web.signin import needs

router = APIRouter(prefix="/api/v1", tags=["Calls"])
Listening = Annotated[Viewer, Depends(needs(Right.SUPERVISE))]
Erasing = Annotated[Viewer, Depends(needs(Right.CHANGE_SETTINGS))]


class RecordingOut(BaseModel):
    """`begun`: it is being made, or its sound is on its way. `failed`: there is no sound. `erased`: no longer."""

    id: int
    purpose: Literal["quality", "proof", "training"]
    begun_ms: int
    keep_until_ms: int
    state: Literal["begun", "kept", "failed", "erased"]
    duration_ms: int | None
    erased_ms: int | None


class RecordingsOut(BaseModel):
    """`live`: whether the call is being recorded now; false while its agent keeps that silent, null when it is not.

    `listens`: whether who asks may listen; `erases`: may erase.
    """

    live: bool | None
    listens: bool
    erases: bool
    items: list[RecordingOut]


def _mine(calls: CallPorts, contact_id: int, recording_id: int) -> Recording:
    for one in calls.recordings.of_contact(contact_id):
        if one.id == recording_id:
            return one
    raise NotFound("not_found")


@router.get("/contacts/{contact_id}/recordings", response_model=RecordingsOut, responses=responses(404))
def read_recordings(contact_id: Id, viewer: Reading, ports: Ports, calls: Calls) -> Any:
    """What was recorded of a contact, the first first. No sound."""
    walled(ports, viewer, contact_id)
    acts = calls.acts()
    return {
        "live": None if acts is None else acts.is_recorded(contact_id),
        "listens": viewer.may(Right.SUPERVISE),
        "erases": viewer.may(Right.CHANGE_SETTINGS),
        "items": [
            {name: getattr(one, name) for name in RecordingOut.model_fields}
            for one in calls.recordings.of_contact(contact_id)
        ],
    }


@router.get(
    "/contacts/{contact_id}/recordings/{recording_id}/sound",
    responses={**responses(403, 404), 200: {"content": {"audio/wav": {}}}},
    response_class=Response,
)
def listen(contact_id: Id, recording_id: Id, viewer: Listening, ports: Ports, calls: Calls) -> Response:
    """The sound, as WAV. Whoever asks for it stands in the audit trail."""
    walled(ports, viewer, contact_id)
    _mine(calls, contact_id, recording_id)
    sound = calls.recordings.listen(viewer, recording_id, ports.clock.now_ms())
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(sound, media_type="audio/wav", headers=headers)


@router.post(
    "/contacts/{contact_id}/recordings/{recording_id}/erase",
    response_model=Done,
    responses=responses(403, 404),
)
def erase(contact_id: Id, recording_id: Id, viewer: Erasing, ports: Ports, calls: Calls) -> Any:
    """Erases a recording before its time, for good."""
    walled(ports, viewer, contact_id)
    _mine(calls, contact_id, recording_id)
    calls.recordings.erase(viewer, recording_id, ports.clock.now_ms())
    return {}


class ErasedOut(BaseModel):
    """How many recordings of calls, and how many voice messages."""

    recordings: int
    messages: int


@router.post(
    "/customers/{customer_id}/recordings/erase", response_model=ErasedOut, responses=responses(403, 404)
)
def erase_of_customer(customer_id: Id, viewer: Erasing, ports: Ports, calls: Calls) -> Any:
    """Erases the sound of everything a customer said by telephone, for good: recordings and voice messages."""
    calls.recordings.of_customer(viewer, customer_id)
    messages = ports.runner.do(mailbox.erase_of_customer, customer_id=customer_id)
    now_ms = ports.clock.now_ms()
    recordings = calls.recordings.erase_of_customer(viewer, customer_id, messages, now_ms)
    return {"recordings": recordings, "messages": messages}


def _mask(calls: CallPorts, contact_id: int, viewer: Viewer, on: bool) -> dict[str, Any]:
    acts = calls.acts()
    if acts is None:
        raise Refusal("no_call")
    acts.mask_recording(contact_id, viewer.account_id, on)
    return {}


@router.post(
    "/contacts/{contact_id}/recordings/pause", response_model=Done, responses=responses(403, 404, 409)
)
def pause(contact_id: Id, viewer: Serving, ports: Ports, calls: Calls) -> Any:
    """Silence in the recording from now on: the customer says the number of a card. The agent of the call alone."""
    walled(ports, viewer, contact_id)
    return _mask(calls, contact_id, viewer, True)


@router.post(
    "/contacts/{contact_id}/recordings/resume", response_model=Done, responses=responses(403, 404, 409)
)
def go_on(contact_id: Id, viewer: Serving, ports: Ports, calls: Calls) -> Any:
    """The recording goes on."""
    walled(ports, viewer, contact_id)
    return _mask(calls, contact_id, viewer, False)
