"""A call that is not one: a draft played in the page, turn by turn. The server keeps nothing of it."""

from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from affluent.centre.menus import turns
from affluent.centre.menus.document import Language
from affluent.centre.menus.playing import begin, hear
from affluent.centre.menus.speaking import in_words
from affluent.centre.texts import NO_NUL
from affluent.web.errors import responses
from affluent.web.menus import models
from affluent.web.menus.telling import Office, Reader, Speaker, menus_told

router = APIRouter(prefix="/api/v1/menus", tags=["Menus"])
WAV = "audio/wav"
_WAV_RESPONSES: dict[int | str, dict[str, Any]] = {
    **responses(409),
    200: {"content": {WAV: {}}, "description": "8 kHz, one channel, 16 bits."},
}
_PRETENDED_CUSTOMER = 1


@router.post("/try", response_model=models.TurnOut, operation_id="try_menu", responses=responses(404, 413))
def try_menu(body: models.TryIn, viewer: Reader, office: Office) -> Any:
    """The next turn of a call by this menu. What the centre would be asked is answered by `pretend`."""
    with menus_told(viewer):
        menu = office.to_try(viewer, body.brand_id, body.document)
    caller = turns.Caller(**body.caller.model_dump())
    told: list[turns.Turn] = []
    if body.place is None:
        turn = begin(menu, caller, body.at_ms)
    else:
        said = turns.Digits(body.pressed) if body.pressed else turns.SaidNothing()
        turn = hear(menu, _place(body.place), said, caller, body.at_ms)
    told.append(turn)
    while turn.place is not None and isinstance(ask := turn.acts[-1], turns.Ask):
        answer = turns.Answer(ask.name, _answer(ask, body.pretend, caller))
        turn = hear(menu, turn.place, answer, caller, body.at_ms)
        told.append(turn)
    return _told(told)


@router.get(
    "/sounds",
    operation_id="menu_sound",
    response_class=Response,
    responses=_WAV_RESPONSES,
)
def sound(
    viewer: Reader,
    voice: Speaker,
    language: Language,
    text: Annotated[str, Query(max_length=2_500, pattern=NO_NUL)] = "",
    low_s: Annotated[int | None, Query(ge=0, le=86_400)] = None,
    high_s: Annotated[int | None, Query(ge=0, le=86_400)] = None,
) -> Response:
    """A text, or a wait from `low_s` to `high_s`, as callers hear it."""
    prompt: turns.Prompt = turns.SpokenText(text, language)
    if low_s is not None and high_s is not None:
        prompt = turns.WaitRange(low_s, high_s, language)
    # Nothing of the viewer's is in it: a browser may keep it.
    return Response(voice.speak(prompt), media_type=WAV, headers={"Cache-Control": "private, max-age=86400"})


def _place(told: models.PlaceIO) -> turns.Place:
    values = told.model_dump()
    values["collected"] = tuple((key, digits) for key, digits in values["collected"])
    return turns.Place(**values)


def _answer(ask: turns.Ask, pretend: models.PretendIn, caller: turns.Caller) -> object:
    match ask.name:
        case "customer":
            return _PRETENDED_CUSTOMER if ask.values["digits"] in pretend.customer_numbers else None
        case "problems":
            return [one.model_dump() for one in pretend.problems]
        case "wait":
            return None if pretend.wait_s is None else (min(pretend.wait_s), max(pretend.wait_s))
        case "link":
            return pretend.links and bool(caller.from_number)


def _told(told: list[turns.Turn]) -> dict[str, Any]:
    acts = [act for turn in told for act in turn.acts]
    last, place = acts[-1], told[-1].place
    return {
        "spoken": [
            _spoken(one, told[-1].language)
            for act in acts
            if isinstance(act, turns.Speak)
            for one in act.prompts
        ],
        "steps": [asdict(step) for turn in told for step in turn.steps],
        "asked": [act.name for act in acts if isinstance(act, turns.Ask)],
        "listening": {"most": last.most, "end_key": last.end_key, "patience_ms": last.first_digit_ms}
        if isinstance(last, turns.Collect)
        else None,
        "end": _end(last),
        "place": None
        if place is None
        else {**asdict(place), "collected": [list(one) for one in place.collected]},
    }


def _end(act: turns.Act) -> dict[str, Any] | None:
    match act:
        case turns.ToQueue():
            kind = "queue"
        case turns.OfferCallback():
            kind = "callback"
        case turns.Voicemail():
            kind = "voicemail"
        case turns.HangUp():
            return {"kind": "hang_up", "reason": act.reason}
        case _:
            return None
    return {
        "kind": kind, "queue_id": act.queue_id, "motive_id": act.motive_id, "collected": dict(act.collected)
    }  # fmt: skip


def _spoken(prompt: turns.Prompt, language: str) -> dict[str, str]:
    match prompt:
        case turns.Recorded():
            return {"text": "", "language": language, "sound": f"/api/v1/prompts/{prompt.prompt_id}/sound"}
        case turns.WaitRange():
            asked = {"language": prompt.language, "low_s": str(prompt.low_s), "high_s": str(prompt.high_s)}
        case _:
            asked = {"language": prompt.language, "text": in_words(prompt)}
    return {
        "text": in_words(prompt),
        "language": prompt.language,
        "sound": f"/api/v1/menus/sounds?{urlencode(asked)}",
    }
