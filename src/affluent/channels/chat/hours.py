"""Hours that a chat's visitor can choose instead of waiting: which are left, and the choice of one."""

import asyncio
import json
import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from affluent.centre.appointments import Asked
from affluent.centre.doors import Site
from affluent.centre.hour_instead import HourWanted, take_hour
from affluent.centre.refusals import Forbidden, Invalid, NotFound, NotSignedIn, Refusal, TooMany
from affluent.channels.chat.ground import Door
from affluent.channels.chat.visit import token_hash
from affluent.channels.chat.wording import language_of, sentence
from affluent.channels.floods import Flood
from affluent.channels.origins import allowed, cross_origin, preflight
from affluent.facts.instants import MINUTE_MS

BY_IP_MAX = 20
WINDOW_MS = 10 * MINUTE_MS
BODY_BYTES_MAX = 64 * 1024
TEXT_CHARS_MAX = 10_000
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_EMAIL = re.compile(r"[^@\s<>,;\x00-\x1f]{1,64}@[^@\s<>,;\x00-\x1f]{1,190}\.[^@\s<>,;.\x00-\x1f]{2,}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def add_hours(router: APIRouter, door: Door) -> None:
    """What is left, the choice, and the browser's question before it."""
    by_ip = Flood(door.clock, most=BY_IP_MAX, window_ms=WINDOW_MS)

    @router.options("/hours", include_in_schema=False)
    async def may_ask(request: Request, site: str = "") -> Response:
        found = await run_in_threadpool(door.store.site, "chat", site[:200])
        origin = request.headers.get("origin")
        if found is None or not origin or not _welcome(request, found):
            return Response(status_code=403, headers=cross_origin(None))
        return Response(status_code=204, headers=preflight(origin, "Content-Type", "X-Chat-Token"))

    @router.get("/hours")
    async def left(request: Request, site: str = "", lang: str | None = None) -> JSONResponse:
        language, origin = language_of(lang), request.headers.get("origin")
        try:
            found = await _site(door, request, site)
        except Refusal as refusal:
            return _refused(refusal, language, origin)
        return JSONResponse({"hours": await _left(door, found)}, headers=cross_origin(origin))

    @router.post("/hours")
    async def choose(
        request: Request,
        site: str = "",
        lang: str | None = None,
        x_chat_token: Annotated[str, Header(max_length=200)] = "",
    ) -> JSONResponse:
        language, origin = language_of(lang), request.headers.get("origin")
        try:
            found = await _site(door, request, site)
            if found.closed_at(door.clock.now_ms()):
                raise Refusal("channel_closed")
            if by_ip.over(request.client.host if request.client is not None else ""):
                raise TooMany("too_many", retry_ms=WINDOW_MS)
            chat_id = await _chat_id(door, found, x_chat_token)
            wanted = _wanted(await _body(request), found, chat_id, language)
            # Shielded: a visitor who closes the page must not take back what the runner works on.
            made = await asyncio.shield(asyncio.wrap_future(door.runner.submit(take_hour, wanted)))
        except Refusal as refusal:
            return _refused(refusal, language, origin)
        path = f"/appointment/{made.token}?lang={language}"
        return JSONResponse({"at_ms": made.hour_ms, "path": path}, headers=cross_origin(origin))


async def _site(door: Door, request: Request, key: str) -> Site:
    found = await run_in_threadpool(door.store.site, "chat", key[:200])
    if found is None:
        raise NotFound("not_found")
    # A browser names no origin when a page of the server itself asks.
    if request.headers.get("origin") is not None and not _welcome(request, found):
        raise Forbidden("foreign_origin")
    return found


def _welcome(request: Request, site: Site) -> bool:
    return allowed(request.headers.get("origin"), request.headers.get("host", ""), site.origins)


async def _left(door: Door, site: Site) -> list[int]:
    channel_id = site.channel.settings.get("appointment_channel_id")
    if channel_id is None:
        return []
    offered = await run_in_threadpool(door.hours.offered, channel_id, door.clock.now_ms())
    return [] if offered is None else list(offered.hours_ms)


async def _chat_id(door: Door, site: Site, token: str) -> int | None:
    if not token:
        return None
    chat = await run_in_threadpool(door.store.chat, token_hash(token))
    if chat is None or chat.channel_id != site.channel.id:
        raise NotSignedIn("session_unknown")
    return chat.id


async def _body(request: Request) -> dict[str, Any]:
    body = await request.body()
    if len(body) > BODY_BYTES_MAX:
        raise Invalid("unreadable")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid("unreadable") from None
    if not isinstance(given, dict):
        raise Invalid("unreadable")
    return {str(name): value for name, value in given.items()}


def _wanted(given: dict[str, Any], site: Site, chat_id: int | None, language: str) -> HourWanted:
    key, hour_ms = given.get("key"), given.get("promised_ms")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Invalid("unreadable", "key")
    if not isinstance(hour_ms, int) or isinstance(hour_ms, bool):
        raise Invalid("unreadable", "promised_ms")
    email = _text(given, "email", 254)
    if not _EMAIL.fullmatch(email):
        raise Invalid("not_an_email", "email")
    return HourWanted(
        key=key,
        channel_id=site.channel.id,
        chat_id=chat_id,
        email=email,
        name=" ".join(_text(given, "name", 120).split()),
        text=_text(given, "text", TEXT_CHARS_MAX),
        language=language,
        asked=Asked(hour_ms, _text(given, "timezone", 60)),
    )


def _text(given: dict[str, Any], name: str, most: int) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise Invalid("unreadable", name)
    text = _CONTROLS.sub("\ufffd", value).strip()
    if len(text) > most:
        raise Invalid("text_too_long", name, most=most)
    return text


def _refused(refusal: Refusal, language: str, origin: str | None) -> JSONResponse:
    details = {"hours_ms": refusal.params["hours_ms"]} if "hours_ms" in refusal.params else {}
    problem = {
        "code": refusal.code,
        "message": sentence(refusal.code, language, refusal.params),
        "field": refusal.field,
        "details": details,
    }
    return JSONResponse({"error": problem}, status_code=refusal.status, headers=cross_origin(origin))
