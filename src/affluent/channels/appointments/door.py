"""The door of the customer's page: their hour, another one, or none. Its address is its key."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from affluent.centre import appointments
from affluent.centre.doors import HourPromised, PromisedHours
from affluent.centre.refusals import Invalid, Refusal
from affluent.centre.runner import Runner
from affluent.channels.appointments.page import asking, moved, said, sentence, sure
from affluent.channels.by_link import done, html, serve
from affluent.facts.instants import Clock

DIGITS_MAX = 15
AGAIN = frozenset({"hour_full", "hour_unknown", "no_hours_here"})
"""Another hour could not be had: the first one stands, and the page says so."""


class _Page:
    """One request of the page."""

    def __init__(self, hours: PromisedHours, runner: Runner, clock: Clock, language: str, token: str) -> None:
        self._hours = hours
        self._runner = runner
        self._clock = clock
        self._language = language
        self._token = token

    async def show(self) -> HTMLResponse:
        shown = await self._shown()
        return html(asking(shown, self._language)) if shown.stands else self._over(shown)

    async def answer(self, given: dict[str, str]) -> HTMLResponse:
        shown = await self._shown()
        if not shown.stands:
            return self._over(shown)
        match given.get("answer"):
            case "cancel":
                return html(sure(shown, self._language))
            case "cancelled":
                await self._do(appointments.cancel)
                return html(said(sentence("cancelled", self._language), self._language, shown.brand))
            case "move":
                return await self._moved(given.get("hour", ""))
            case _:
                return html(asking(shown, self._language))

    async def _moved(self, hour: str) -> HTMLResponse:
        try:
            if not (hour.isascii() and hour.isdigit() and len(hour) <= DIGITS_MAX):
                raise Invalid("hour_unknown")
            await self._do(appointments.move, hour_ms=int(hour))
        except Refusal as refused:
            if refused.code not in AGAIN:
                raise
            wrong = sentence(refused.code, self._language)
            return html(asking(await self._shown(), self._language, wrong), refused.status)
        return html(moved(await self._shown(), self._language))

    async def _shown(self) -> HourPromised:
        return await run_in_threadpool(self._hours.shown, self._token, self._clock.now_ms())

    def _over(self, shown: HourPromised) -> HTMLResponse:
        code = "was_cancelled" if shown.cancelled else "appointment_over"
        return html(said(sentence(code, self._language), self._language, shown.brand), 409)

    async def _do(self, use_case: Callable[..., None], **named: Any) -> None:
        await done(self._runner.submit(use_case, token=self._token, **named))


def build(*, hours: PromisedHours, runner: Runner, clock: Clock) -> APIRouter:
    """The router of the page."""
    router = APIRouter(prefix="/appointment", include_in_schema=False)
    serve(
        router,
        clock,
        opened=lambda token, language: _Page(hours, runner, clock, language, token),
        refused=lambda code, language: said(sentence(code, language), language),
    )
    return router
