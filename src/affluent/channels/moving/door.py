"""The door of the customer's page: what is offered, and the answer to it. Its address is its key."""

import asyncio
import hashlib
import re
import secrets
from concurrent.futures import Future
from typing import TypeVar
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from affluent.centre import going_on, steering
from affluent.centre.doors import OtherDoor, OtherDoors
from affluent.centre.refusals import Refusal, TooMany
from affluent.centre.runner import Runner
from affluent.channels.floods import Flood
from affluent.channels.moving.page import GO, asking, chat, said, sentence
from affluent.channels.wording import language_of
from affluent.facts.instants import MINUTE_MS, Clock

R = TypeVar("R")
TOKEN_CHARS_MAX = 100
BODY_BYTES_MAX = 4_096
FIELDS_MAX = 10
BY_IP_MAX = 60
_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,190}\.[^@\s<>,;.]{2,}")
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


class _Page:
    """One request of the page."""

    def __init__(self, doors: OtherDoors, runner: Runner, language: str, token: str) -> None:
        self._doors = doors
        self._runner = runner
        self._language = language
        self._token = token[:TOKEN_CHARS_MAX]

    async def show(self) -> HTMLResponse:
        found = await self._found()
        return self._too_late() if found is None else _html(asking(found, self._language))

    async def answer(self, given: dict[str, str]) -> HTMLResponse:
        found = await self._found()
        if found is None:
            return self._too_late()
        if given.get("answer") != "yes":
            await _done(self._runner.submit(steering.refuse, token=self._token))
            return _html(said(sentence("stayed", self._language), self._language, found.brand))
        email = given.get("email", "").strip()
        if found.medium == "email" and not _EMAIL.fullmatch(email):
            wrong = sentence("not_an_email", self._language)
            return _html(asking(found, self._language, wrong), 422)
        return await self._gone_on(found, email)

    async def _found(self) -> OtherDoor | None:
        return await run_in_threadpool(self._doors.offered, self._token)

    def _too_late(self) -> HTMLResponse:
        return _html(said(sentence("too_late", self._language), self._language), 409)

    async def _gone_on(self, found: OtherDoor, email: str) -> HTMLResponse:
        key = secrets.token_urlsafe(32)
        moved = await _done(
            self._runner.submit(
                going_on.accept,
                token=self._token,
                token_hash=hashlib.sha256(key.encode()).digest(),
                language=self._language,
                email=email,
            )
        )
        if moved.site is None:
            told = sentence("done_email", self._language, {"email": email})
            return _html(said(told, self._language, found.brand))
        opened = chat(moved.site, key, moved.colour)
        return _html(said(sentence("done_chat", self._language), self._language, found.brand, opened))


def build(*, doors: OtherDoors, runner: Runner, clock: Clock) -> APIRouter:
    """The router of the page. Its tokens are long: who tries many is let wait."""
    router = APIRouter(prefix="/move", include_in_schema=False)
    floods = Flood(clock, most=BY_IP_MAX, window_ms=MINUTE_MS)

    def page(request: Request, token: str, lang: str | None) -> _Page:
        if floods.over(request.client.host if request.client is not None else ""):
            raise TooMany("not_now", retry_ms=MINUTE_MS)
        return _Page(doors, runner, _language(request, lang), token)

    @router.get("/go.js")
    async def script() -> Response:
        return Response(GO, media_type="text/javascript", headers={"Cache-Control": "max-age=3600"})

    @router.get("/{token}")
    async def show(request: Request, token: str, lang: str | None = None) -> HTMLResponse:
        try:
            return await page(request, token, lang).show()
        except Refusal as refused:
            return _refused(refused, _language(request, lang))

    @router.post("/{token}")
    async def answer(request: Request, token: str, lang: str | None = None) -> HTMLResponse:
        try:
            return await page(request, token, lang).answer(await _given(request))
        except Refusal as refused:
            return _refused(refused, _language(request, lang))

    return router


def _language(request: Request, lang: str | None) -> str:
    return language_of(lang or request.headers.get("accept-language"))


def _refused(refused: Refusal, language: str) -> HTMLResponse:
    code = "too_late" if refused.code == "steered_too_late" else refused.code
    return _html(said(sentence(code, language), language), refused.status)


async def _done(answer: "Future[R]") -> R:
    # Shielded: who closes the page must not take back what the runner works on.
    return await asyncio.shield(asyncio.wrap_future(answer))


async def _given(request: Request) -> dict[str, str]:
    body = (await request.body())[:BODY_BYTES_MAX].decode("utf-8", "replace")
    try:
        fields = parse_qs(body, max_num_fields=FIELDS_MAX)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _html(page: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(page, status, HEADERS)
