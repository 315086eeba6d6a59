"""How the call of a contact stands, and what its agent does with it: hold, keys, the end."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, StringConstraints

from affluent.centre.calling.ports import CallActs, CallViews, PhoneViews
from affluent.centre.outbound_calls.records import CallLists
from affluent.centre.recording.ports import RecordingViews
from affluent.centre.refusals import NotFound, Refusal
from affluent.centre.texts import Id
from affluent.facts.instants import Clock
from affluent.web.desk.models import Body, Done
from affluent.web.desk.routes import Ports, Reading, Serving, walled
from affluent.web.errors import responses

router = APIRouter(prefix="/api/v1", tags=["Calls"])
DIGITS_MAX = 32


@dataclass(frozen=True, slots=True)
class CallPorts:
    """`acts` is None in a process that carries no calls."""

    views: CallViews
    recordings: RecordingViews
    lists: CallLists
    acts: Callable[[], CallActs | None]
    phones: PhoneViews
    clock: Clock


async def calls_of(request: Request) -> CallPorts:
    return request.app.state.call_ports


Calls = Annotated[CallPorts, Depends(calls_of)]


class CallOut(BaseModel):
    """`held`: the caller hears music. `ended_by` is null while the call is up. `can`: what its server can do."""

    from_number: str
    to_number: str
    direction: Literal["in", "out"]
    started_ms: int
    answered_ms: int | None
    ended_ms: int | None
    ended_by: str | None
    held: bool
    can: list[str]


class IceServerOut(BaseModel):
    """A STUN or TURN server, as browsers write it."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class SipPhoneOut(BaseModel):
    """An endpoint at an Asterisk, for this agent's browser alone."""

    server: str
    url: str
    uri: str
    username: str
    password: str
    ice_servers: list[IceServerOut]


class PhoneOut(BaseModel):
    """What this desk can be the telephone of. `web`: of calls from pages, by the socket `/call/v1/phone`."""

    web: bool
    sip: list[SipPhoneOut]


class ListeningIn(Body):
    whisper: bool = False


class DigitsIn(Body):
    digits: Annotated[str, StringConstraints(pattern=rf"^[0-9*#A-D]{{1,{DIGITS_MAX}}}$")]


def _shown(calls: CallPorts, contact_id: int) -> dict[str, Any]:
    call = calls.views.of_contact(contact_id)
    if call is None:
        raise NotFound("not_found")
    acts = calls.acts()
    return {
        "from_number": call.from_number,
        "to_number": call.to_number,
        "direction": call.direction,
        "started_ms": call.started_ms,
        "answered_ms": call.answered_ms,
        "ended_ms": call.ended_ms,
        "ended_by": call.ended_by,
        "held": call.up and acts is not None and acts.is_held(contact_id),
        "can": sorted(acts.can(contact_id)) if call.up and acts is not None else [],
    }


@router.get("/contacts/{contact_id}/call", response_model=CallOut, responses=responses(404))
def read_call(contact_id: Id, viewer: Reading, ports: Ports, calls: Calls) -> Any:
    """The call of a contact, up or over; 404 for a contact that came by no telephone."""
    walled(ports, viewer, contact_id)
    return _shown(calls, contact_id)


def _acts(calls: CallPorts) -> CallActs:
    acts = calls.acts()
    if acts is None:
        raise Refusal("no_call")
    return acts


@router.post("/contacts/{contact_id}/call/hold", response_model=CallOut, responses=responses(404, 409))
def hold(contact_id: Id, viewer: Serving, ports: Ports, calls: Calls) -> Any:
    """Puts the caller on hold: they hear music until the agent is back."""
    walled(ports, viewer, contact_id)
    _acts(calls).hold(contact_id, viewer.account_id)
    return _shown(calls, contact_id)


@router.post("/contacts/{contact_id}/call/resume", response_model=CallOut, responses=responses(404, 409))
def resume(contact_id: Id, viewer: Serving, ports: Ports, calls: Calls) -> Any:
    """Back with the caller."""
    walled(ports, viewer, contact_id)
    _acts(calls).resume(contact_id, viewer.account_id)
    return _shown(calls, contact_id)


@router.post("/contacts/{contact_id}/call/digits", response_model=Done, responses=responses(404, 409))
def send_digits(contact_id: Id, body: DigitsIn, viewer: Serving, ports: Ports, calls: Calls) -> Any:
    """Keys, for whatever listens at the other end."""
    walled(ports, viewer, contact_id)
    _acts(calls).digits(contact_id, viewer.account_id, body.digits)
    return {}


@router.post("/contacts/{contact_id}/call/hang-up", response_model=Done, responses=responses(404, 409))
def hang_up(contact_id: Id, viewer: Serving, ports: Ports, calls: Calls) -> Any:
    """Ends the call; the contact stays in hand for the work after it."""
    walled(ports, viewer, contact_id)
    _acts(calls).hang_up(contact_id, viewer.account_id)
    return {}


@router.post("/contacts/{contact_id}/call/listen", response_model=Done, responses=responses(404, 409))
def listen(contact_id: Id, body: ListeningIn, viewer: Serving, ports: Ports, calls: Calls) -> Any:
    """A supervisor who takes part hears both; with `whisper` the agent, and nobody else, hears them as well."""
    walled(ports, viewer, contact_id)
    _acts(calls).listen(contact_id, viewer.account_id, whisper=body.whisper)
    return {}


@router.get("/phone", response_model=PhoneOut, responses=responses())
def read_phone(viewer: Serving, calls: Calls, answer: Response) -> Any:
    """What the desk of whoever asks can be the telephone of, with a password where one is needed."""
    answer.headers["Cache-Control"] = "no-store"
    phones = calls.phones.of_agent(viewer.account_id, calls.clock.now_ms())
    return {
        "web": phones.web,
        "sip": [asdict(one) | {"ice_servers": [_way(way) for way in one.ice_servers]} for one in phones.sip],
    }


def _way(way: dict[str, Any]) -> dict[str, Any]:
    return {"username": None, "credential": None} | way
