"""The door of the customer's page: their hour, another one, or none. Its address is its key."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from affluent.centre import appointments
from affluent.centre.doors import HourPromised, PromisedHours
from affluent.centre.refusals import Invalid, Refusal, TooMany
from affluent.centre.runner import Runner
from affluent.channels.appointments.page import asking, moved, said, sentence, sure
from affluent.channels.floods import Flood
from affluent.channels.pages import HEADERS
from affluent.channels.wording import language_of
from affluent.facts.instants import MINUTE_MS, Clock

TOKEN_CHARS_MAX = 100
BODY_BYTES_MAX = 4_096
FIELDS_MAX = 10
DIGITS_MAX = 15
BY_IP_MAX = 60
AGAIN = frozenset({"hour_full", "hour_unknown", "no_hours_here"})
"""Another hour could not be had: the first one stands, and the page says so."""


class _Page:
    """One request of the page."""

    def __init__(self, hours: PromisedHours, runner: Runner, clock: Clock, language: str, token: str) -> None:
        self._hours = hours
        self._runner = runner
        self._clock = clock
        self._language = language
        self._token = token[:TOKEN_CHARS_MAX]

    async def show(self) -> HTMLResponse:
        shown = await self._shown()
        return _html(asking(shown, self._language)) if shown.stands else self._over(shown)

    async def answer(self, given: dict[str, str]) -> HTMLResponse:
        shown = await self._shown()
        if not shown.stands:
            return self._over(shown)
        match given.get("answer"):
            case "cancel":
                return _html(sure(shown, self._language))
            case "cancelled":
                await self._do(appointments.cancel)
                return _html(said(sentence("cancelled", self._language), self._language, shown.brand))
            case "move":
                return await self._moved(given.get("hour", ""))
            case _:
                return _html(asking(shown, self._language))

    async def _moved(self, hour: str) -> HTMLResponse:
        try:
            if not (hour.isascii() and hour.isdigit() and len(hour) <= DIGITS_MAX):
                raise Invalid("hour_unknown")
            await self._do(appointments.move, hour_ms=int(hour))
        except Refusal as refused:
            if refused.code not in AGAIN:
                raise
            wrong = sentence(refused.code, self._language)
            return _html(asking(await self._shown(), self._language, wrong), refused.status)
        return _html(moved(await self._shown(), self._language))

    async def _shown(self) -> HourPromised:
        return await run_in_threadpool(self._hours.shown, self._token, self._clock.now_ms())

    def _over(self, shown: HourPromised) -> HTMLResponse:
        code = "was_cancelled" if shown.cancelled else "appointment_over"
        return _html(said(sentence(code, self._language), self._language, shown.brand), 409)

    async def _do(self, use_case: Callable[..., None], **named: Any) -> None:
        # Shielded: who closes the page must not take back what the runner works on.
        answer = self._runner.submit(use_case, token=self._token, **named)
        await asyncio.shield(asyncio.wrap_future(answer))


def build(*, hours: PromisedHours, runner: Runner, clock: Clock) -> APIRouter:
    """The router of the page. Its tokens are long: who tries many is let wait."""
    router = APIRouter(prefix="/appointment", include_in_schema=False)
    floods = Flood(clock, most=BY_IP_MAX, window_ms=MINUTE_MS)

    def page(request: Request, token: str, lang: str | None) -> _Page:
        if floods.over(request.client.host if request.client is not None else ""):
            raise TooMany("not_now", retry_ms=MINUTE_MS)
        return _Page(hours, runner, clock, _language(request, lang), token)

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
    return _html(said(sentence(refused.code, language), language), refused.status)


async def _given(request: Request) -> dict[str, str]:
    body = (await request.body())[:BODY_BYTES_MAX].decode("utf-8", "replace")
    try:
        fields = parse_qs(body, max_num_fields=FIELDS_MAX)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _html(page: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(page, status, HEADERS)
