"""The door of the customer's page: what is offered, and the answer to it. Its address is its key."""

import hashlib
import re
import secrets

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from affluent.centre import going_on, steering
from affluent.centre.doors import OtherDoor, OtherDoors
from affluent.centre.runner import Runner
from affluent.channels.by_link import done, html, serve
from affluent.channels.moving.page import GO, asking, chat, said, sentence
from affluent.facts.instants import Clock

_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,190}\.[^@\s<>,;.]{2,}")


class _Page:
    """One request of the page."""

    def __init__(self, doors: OtherDoors, runner: Runner, language: str, token: str) -> None:
        self._doors = doors
        self._runner = runner
        self._language = language
        self._token = token

    async def show(self) -> HTMLResponse:
        found = await self._found()
        return self._too_late() if found is None else html(asking(found, self._language))

    async def answer(self, given: dict[str, str]) -> HTMLResponse:
        found = await self._found()
        if found is None:
            return self._too_late()
        if given.get("answer") != "yes":
            await done(self._runner.submit(steering.refuse, token=self._token))
            return html(said(sentence("stayed", self._language), self._language, found.brand))
        email = given.get("email", "").strip()
        if found.medium == "email" and not _EMAIL.fullmatch(email):
            wrong = sentence("not_an_email", self._language)
            return html(asking(found, self._language, wrong), 422)
        return await self._gone_on(found, email)

    async def _found(self) -> OtherDoor | None:
        return await run_in_threadpool(self._doors.offered, self._token)

    def _too_late(self) -> HTMLResponse:
        return html(said(sentence("too_late", self._language), self._language), 409)

    async def _gone_on(self, found: OtherDoor, email: str) -> HTMLResponse:
        key = secrets.token_urlsafe(32)
        moved = await done(
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
            return html(said(told, self._language, found.brand))
        opened = chat(moved.site, key, moved.colour)
        return html(said(sentence("done_chat", self._language), self._language, found.brand, opened))


def build(*, doors: OtherDoors, runner: Runner, clock: Clock) -> APIRouter:
    """The router of the page, and of the script that hands a conversation to the widget."""
    router = APIRouter(prefix="/move", include_in_schema=False)

    @router.get("/go.js")
    async def script() -> Response:
        return Response(GO, media_type="text/javascript", headers={"Cache-Control": "max-age=3600"})

    serve(
        router,
        clock,
        opened=lambda token, language: _Page(doors, runner, language, token),
        refused=_refused,
    )
    return router


def _refused(code: str, language: str) -> str:
    return said(sentence("too_late" if code == "steered_too_late" else code, language), language)
