"""The form's door: what a site shows, and what its visitors send."""

import asyncio
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from affluent.centre import foresight
from affluent.centre.appointments import Asked
from affluent.centre.doors import PromisedHours, Site, Sites
from affluent.centre.promised_hours import HoursOffered
from affluent.centre.receive import IncomingForm, form_asks, receive_form
from affluent.centre.records import Appointment, NewFile
from affluent.centre.refusals import Forbidden, Invalid, NotFound, Refusal, TooMany
from affluent.centre.runner import Runner
from affluent.centre.steering import standing_offer
from affluent.centre.transaction import Transaction
from affluent.channels.floods import Flood
from affluent.channels.form.fields import FILES_MAX, Complaint, checked
from affluent.channels.form.wording import language_of, sentence
from affluent.channels.origins import allowed, cross_origin, preflight
from affluent.facts.instants import MINUTE_MS, Clock

TRAP = "website"
"""A field that people do not see and machines fill in. A form may still have a real field of this name."""
BY_IP_MAX = 20
BY_ADDRESS_MAX = 5
WINDOW_MS = 10 * MINUTE_MS
JSON_BYTES_MAX = 512 * 1024
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_PATH = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff/\\]")
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}")
log = structlog.get_logger("affluent.form")


@dataclass(frozen=True)
class _Sent:
    key: str
    values: Mapping[str, object]
    files: dict[str, list[NewFile]] = field(default_factory=dict[str, list[NewFile]])
    asked: Asked | None = None


@dataclass(frozen=True)
class _Door:
    store: Sites
    runner: Runner
    clock: Clock
    by_ip: Flood
    by_address: Flood
    hours: PromisedHours


def build(*, store: Sites, runner: Runner, clock: Clock, hours: PromisedHours) -> APIRouter:
    """The router of the form's door."""
    door = _Door(
        store,
        runner,
        clock,
        by_ip=Flood(clock, most=BY_IP_MAX, window_ms=WINDOW_MS),
        by_address=Flood(clock, most=BY_ADDRESS_MAX, window_ms=WINDOW_MS),
        hours=hours,
    )
    router = APIRouter(prefix="/form/v1", tags=["form"])

    @router.options("/{key}", include_in_schema=False)
    async def may_send(request: Request, key: str) -> Response:
        site = await run_in_threadpool(door.store.site, "form", key[:200])
        origin = request.headers.get("origin")
        if site is None or not origin or not _welcome(request, site):
            return Response(status_code=403, headers=cross_origin(None))
        return Response(status_code=204, headers=preflight(origin, "Content-Type"))

    @router.get("/{key}")
    async def show(request: Request, key: str, lang: str | None = None) -> JSONResponse:
        language = language_of(lang)
        site = await run_in_threadpool(door.store.site, "form", key[:200])
        if site is None:
            return _refused(NotFound("not_found"), language, None)
        origin = request.headers.get("origin")
        # A browser names no origin when a page of the server itself asks.
        if origin is not None and not _welcome(request, site):
            return _refused(Forbidden("foreign_origin"), language, None)
        now_ms = door.clock.now_ms()
        offered = await run_in_threadpool(door.hours.offered, site.channel.id, now_ms)
        closing = site.closing_words(language, now_ms)
        notices = [*([closing] if closing else []), *site.notices(language, now_ms).values()]
        shown = definition(site, language, _closed(site, language, now_ms), notices, offered)
        return JSONResponse(shown, headers=cross_origin(origin))

    @router.post("/{key}")
    async def send(request: Request, key: str, lang: str | None = None) -> JSONResponse:
        language = language_of(lang)
        site = await run_in_threadpool(door.store.site, "form", key[:200])
        if site is None:
            return _refused(NotFound("not_found"), language, None)
        if not _welcome(request, site):
            return _refused(Forbidden("foreign_origin"), language, None)
        origin = request.headers.get("origin")
        try:
            answer = await _take(door, request, site, language)
        except Refusal as refusal:
            return _refused(refusal, language, origin)
        return JSONResponse(answer, headers=cross_origin(origin))

    return router


def _welcome(request: Request, site: Site) -> bool:
    return allowed(request.headers.get("origin"), request.headers.get("host", ""), site.origins)


def definition(
    site: Site,
    language: str,
    closed: str | None = None,
    notices: Iterable[str] = (),
    offered: HoursOffered | None = None,
) -> dict[str, Any]:
    """What the widget draws the form from; `closed` says that it takes nothing for now, and why.

    `notices` stand above its fields: what is known already. `offered` are the hours that can be asked for.
    """
    settings = site.channel.settings
    return {
        "closed": closed,
        "notices": list(notices),
        "title": settings.get(f"title_{language}") or sentence("title", language),
        "fields": settings.get("fields") or [],
        "thanks": _thanks(site, language),
        "hours": [] if offered is None else list(offered.hours_ms),
    }


def _closed(site: Site, language: str, now_ms: int) -> str | None:
    if not site.closed_at(now_ms):
        return None
    return site.closed_words(language) or sentence("channel_closed", language)


def _thanks(site: Site, language: str) -> str:
    return site.channel.settings.get(f"thanks_{language}") or sentence("thanks", language)


def _received(tx: Transaction, form: IncomingForm) -> tuple[int, tuple[str, str] | None, Appointment | None]:
    """The contact, the other channel that its customer is offered, and the hour that they were promised."""
    contact_id = receive_form(tx, form)
    promised = None if form.asked is None else tx.store.appointments.of(contact_id)
    return contact_id, standing_offer(tx, contact_id, form.language), promised


foresight.asks(_received, form_asks)


async def _take(door: _Door, request: Request, site: Site, language: str) -> dict[str, Any]:
    ip = request.client.host if request.client is not None else ""
    if site.closed_at(door.clock.now_ms()):
        raise Refusal("channel_closed")
    if door.by_ip.over(ip):
        raise TooMany("too_many", retry_ms=WINDOW_MS)
    sent = await _read(request)
    settings = site.channel.settings
    own = {one["key"] for one in settings.get("fields") or ()}
    if TRAP not in own and sent.values.get(TRAP):
        log.info("form_trapped", channel=site.channel.id)
        return {"thanks": _thanks(site, language), "reference": ""}
    filled = checked(settings, sent.values, sent.files, language)
    if isinstance(filled, list):
        raise _complaining(filled, language)
    if door.by_address.over((site.channel.id, filled.email.casefold())):
        raise TooMany("too_many", retry_ms=WINDOW_MS)
    form = IncomingForm(
        key=f"form:{site.channel.id}:{sent.key}",
        channel_id=site.channel.id,
        received_ms=door.clock.now_ms(),
        email=filled.email,
        name=filled.name,
        language=language,
        subject=filled.subject,
        fields=filled.fields,
        files=filled.files,
        asked=sent.asked,
    )
    # Shielded: a visitor who closes the page must not take back what the runner works on.
    answer = door.runner.submit(_received, form)
    contact_id, offered, promised = await asyncio.shield(asyncio.wrap_future(answer))
    told: dict[str, Any] = {"thanks": _thanks(site, language), "reference": str(contact_id)}
    if offered is not None:
        text, token = offered
        told["offer"] = {
            "text": text,
            "act": sentence("go_on", language),
            "path": f"/move/{token}?lang={language}",
        }
    if promised is not None:
        told["promised"] = {
            "at_ms": promised.hour_ms,
            "path": f"/appointment/{promised.token}?lang={language}",
        }
    return told


def _complaining(complaints: list[Complaint], language: str) -> Refusal:
    first = complaints[0]
    errors = [
        {
            "field": f"values.{one.field}",
            "code": one.code,
            "message": sentence(one.code, language, one.params),
        }
        for one in complaints
    ]
    return Invalid(first.code, f"values.{first.field}", **{**first.params, "errors": errors})


async def _read(request: Request) -> _Sent:
    """The body, as multipart or JSON. Raises `Refusal`."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _multipart(request)
    if kind != "application/json":
        raise Invalid("unreadable")
    body = await request.body()
    if len(body) > JSON_BYTES_MAX:
        raise Invalid("unreadable")
    given = _object(body)
    asked = _asked(given.get("promised_ms"), given.get("timezone"))
    return _Sent(_key(given.get("key")), _object(given.get("values")), asked=asked)


async def _multipart(request: Request) -> _Sent:
    files: dict[str, list[NewFile]] = {}
    try:
        async with request.form(max_files=FILES_MAX, max_fields=10, max_part_size=JSON_BYTES_MAX) as form:
            key, values = form.get("key"), form.get("values")
            asked = _asked(form.get("promised_ms"), form.get("timezone"))
            for name, part in form.multi_items():
                # A file control left empty is sent as a part without a name.
                if isinstance(part, UploadFile) and part.filename:
                    files.setdefault(name, []).append(await _file(part))
    except HTTPException:
        raise Invalid("unreadable") from None
    return _Sent(_key(key), _object(values if isinstance(values, str) else None), files, asked)


def _asked(hour: object, timezone: object) -> Asked | None:
    """The hour that was chosen, as a number or as its text. Empty: none was."""
    if hour is None or hour == "":
        return None
    if isinstance(hour, str) and re.fullmatch(r"[0-9]{1,15}", hour, re.ASCII):
        hour = int(hour)
    if not isinstance(hour, int) or isinstance(hour, bool):
        raise Invalid("unreadable", "promised_ms")
    return Asked(hour, timezone if isinstance(timezone, str) else "")


async def _file(part: UploadFile) -> NewFile:
    name = (part.filename or "").rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
    kind = (part.content_type or "").split(";")[0].strip().lower()
    return NewFile(
        filename=_PATH.sub("_", name).strip(". ")[-200:] or "file",
        content_type=kind if _TYPE.fullmatch(kind) else "application/octet-stream",
        content=await part.read(),
    )


def _key(given: object) -> str:
    if not isinstance(given, str) or not _KEY.fullmatch(given):
        raise Invalid("unreadable", "key")
    return given


def _object(given: object) -> dict[str, Any]:
    """A JSON object, given as one or as its text."""
    if isinstance(given, str | bytes):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            raise Invalid("unreadable") from None
    if not isinstance(given, dict):
        raise Invalid("unreadable")
    return {str(name): value for name, value in given.items()}


def _refused(refusal: Refusal, language: str, origin: str | None) -> JSONResponse:
    params = dict(refusal.params)
    problem = {
        "code": refusal.code,
        "message": sentence(refusal.code, language, params),
        "field": refusal.field,
        "details": {name: params[name] for name in ("errors", "hours_ms") if name in params},
    }
    headers = cross_origin(origin)
    if "retry_ms" in params:
        headers["Retry-After"] = str(-(-int(params["retry_ms"]) // 1000))
    return JSONResponse({"error": problem}, status_code=refusal.status, headers=headers)
