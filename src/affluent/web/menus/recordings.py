"""Recorded prompts over HTTP: uploaded, listed, listened to, put away."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from affluent.centre.texts import Id
from affluent.web.errors import responses
from affluent.web.menus import models
from affluent.web.menus.telling import Office, Reader, Writer
from affluent.web.menus.trying import WAV

router = APIRouter(prefix="/api/v1/prompts", tags=["Menus"])
_SOUND: dict[int | str, dict[str, Any]] = {
    **responses(404),
    200: {"content": {WAV: {}}, "description": "8 kHz, one channel, 16 bits."},
}


@router.get("", response_model=models.RecordingsOut, operation_id="list_prompts", responses=responses(404))
def list_prompts(brand_id: Annotated[Id, Query()], viewer: Reader, office: Office) -> Any:
    """The recordings of a brand, by name."""
    return {"items": [asdict(one) for one in office.recordings(viewer, brand_id)]}


@router.post(
    "",
    status_code=201,
    response_model=models.RecordingOut,
    operation_id="record_prompt",
    responses=responses(404, 409, 413),
)
def record_prompt(body: models.RecordingIn, viewer: Writer, office: Office) -> Any:
    """Keeps a recording; it takes the place of one of the same name and language. Drafts play it at once."""
    made = office.record(viewer, body.brand_id, body.name, body.language, body.said, body.sound)
    return asdict(made)


@router.get("/{prompt_id}/sound", operation_id="prompt_sound", response_class=Response, responses=_SOUND)
def prompt_sound(prompt_id: Id, viewer: Reader, office: Office) -> Response:
    """What was recorded."""
    return Response(office.recorded(viewer, prompt_id), media_type=WAV)


@router.delete("/{prompt_id}", status_code=204, operation_id="archive_prompt", responses=responses(404))
def archive_prompt(prompt_id: Id, viewer: Writer, office: Office) -> Response:
    """Puts it away; versions that were published with it still play it."""
    office.forget(viewer, prompt_id)
    return Response(status_code=204)
