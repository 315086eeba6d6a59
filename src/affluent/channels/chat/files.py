"""Files of a chat: uploads before a message takes them along, and what customers may fetch."""

import re
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from affluent.centre.doors import ChatFile, Site
from affluent.centre.records import Chat, NewFile
from affluent.centre.refusals import Invalid, NotFound, NotSignedIn, Refusal, TooLarge, TooMany
from affluent.channels.chat import passes
from affluent.channels.chat.frames import file_json
from affluent.channels.chat.ground import Door
from affluent.channels.chat.visit import max_file_bytes, token_hash
from affluent.channels.chat.wording import language_of, sentence
from affluent.channels.origins import allowed, cross_origin, preflight
from affluent.facts.instants import MINUTE_MS

SHOWN_IN_PLACE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
"""What a browser may show itself. Everything else it saves: HTML and SVG would run as our own page."""
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}")
_PATH = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff/\\]")


def add_files(router: APIRouter, door: Door) -> None:
    """The two routes of files, and the browser's question before the first."""

    @router.options("/files", include_in_schema=False)
    async def may_upload(request: Request, site: str = "") -> Response:
        found = await run_in_threadpool(door.store.site, "chat", site[:200])
        origin = request.headers.get("origin")
        if found is None or not origin or not allowed(origin, request.headers.get("host", ""), found.origins):
            return Response(status_code=403, headers=cross_origin(None))
        return Response(status_code=204, headers=preflight(origin, "X-Chat-Token"))

    @router.post("/files")
    async def upload(
        request: Request,
        site: str = "",
        lang: str | None = None,
        x_chat_token: Annotated[str, Header(max_length=200)] = "",
    ) -> JSONResponse:
        origin = request.headers.get("origin")
        found = await run_in_threadpool(door.store.site, "chat", site[:200])
        host = request.headers.get("host", "")
        if found is None or not allowed(origin, host, found.origins):
            code, status = ("not_found", 404) if found is None else ("foreign_origin", 403)
            return _error(Refusal(code), status, language_of(lang), None)
        language = language_of(lang)
        try:
            chat = await _chat(door, found, x_chat_token)
            language = language_of(lang or chat.language)
            kept = await _kept(door, found, chat, request, x_chat_token)
        except Refusal as refusal:
            return _error(refusal, refusal.status, language, origin)
        return JSONResponse(kept, headers=cross_origin(origin))

    @router.get("/files/{file_id}/{shown}")
    async def fetch(file_id: int, shown: Annotated[str, Path(max_length=100)]) -> Response:
        chat, found = await run_in_threadpool(_opened, door, passes.read(file_id, shown))
        if found is None:
            return _error(NotFound("not_found"), 404, chat.language if chat else "en", None)
        file, content = found
        in_place = file.content_type in SHOWN_IN_PLACE
        kind = "inline" if in_place else "attachment"
        return Response(
            content,
            media_type=file.content_type if in_place else "application/octet-stream",
            headers={
                "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(file.filename, safe='')}",
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "Cache-Control": "private, max-age=3600",
                "Referrer-Policy": "no-referrer",
            },
        )


def _opened(door: Door, shown: passes.Pass | None) -> tuple[Chat | None, tuple[ChatFile, bytes] | None]:
    """The file that a pass opens, with its chat; no file for a wrong pass or one that is over."""
    known = door.store.chat_with_hash(shown.chat_id) if shown else None
    if shown is None or known is None or not shown.fits(known[1], door.clock.now_ms()):
        return None, None
    within = 0 < shown.file_id < 2**53
    return known[0], door.store.file(known[0], shown.file_id) if within else None


async def _chat(door: Door, site: Site, token: str) -> Chat:
    chat = await run_in_threadpool(door.store.chat, token_hash(token)) if token else None
    if chat is None or chat.channel_id != site.channel.id:
        raise NotSignedIn("session_unknown")
    if door.uploads.over(chat.id):
        raise TooMany("too_many_files", retry_ms=MINUTE_MS)
    return chat


async def _kept(door: Door, site: Site, chat: Chat, request: Request, token: str) -> dict[str, Any]:
    most = max_file_bytes(site.channel.settings)
    async with request.form(max_files=1, max_fields=5) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Invalid("file_missing", "file")
        content = await file.read(most + 1)
        if len(content) > most:
            raise TooLarge("file_too_large", "file", most=round(most / 1_000_000, 1))
        if not content:
            raise Invalid("file_empty", "file")
        new = NewFile(file_name(file.filename), media_type(file.content_type), content)
    now_ms = door.clock.now_ms()
    kept = await run_in_threadpool(door.store.keep_file, chat, site.channel.brand_id, new, now_ms)
    return file_json(kept, passes.Opener(chat.id, token_hash(token)), now_ms)


def file_name(given: str | None) -> str:
    """The name of an upload without its folders and without what breaks a header."""
    return _PATH.sub("_", (given or "").rsplit("/", 1)[-1].rsplit("\\", 1)[-1]).strip(". ")[-200:] or "file"


def media_type(given: str | None) -> str:
    """The media type that a browser claims, without parameters; of no name we know, just bytes."""
    plain = (given or "").split(";")[0].strip().lower()
    return plain if _TYPE.fullmatch(plain) else "application/octet-stream"


def _error(refusal: Refusal, status: int, language: str, origin: str | None) -> JSONResponse:
    problem = {
        "code": refusal.code,
        "message": sentence(refusal.code, language, refusal.params),
        "field": refusal.field,
        "details": {},
    }
    return JSONResponse({"error": problem}, status_code=status, headers=cross_origin(origin))
