"""What all pages have in common that a customer opens by a link, without a sign-in: the address is the key."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from affluent.centre.refusals import Refusal, TooMany
from affluent.channels.floods import Flood
from affluent.channels.pages import HEADERS
from affluent.channels.wording import language_of
from affluent.facts.instants import MINUTE_MS, Clock

R = TypeVar("R")
TOKEN_CHARS_MAX = 100
BODY_BYTES_MAX = 4_096
FIELDS_MAX = 10
BY_IP_MAX = 60


class Opened(Protocol):
    """One request of a page. What it raises as `Refusal` is told on a page as well."""

    async def show(self) -> HTMLResponse: ...
    async def answer(self, given: dict[str, str]) -> HTMLResponse:
        """`given`: the fields of its form, each once."""
        ...


def serve(
    router: APIRouter,
    clock: Clock,
    *,
    opened: Callable[[str, str], Opened],
    refused: Callable[[str, str], str],
) -> None:
    """Adds the page to a router, under its token. Tokens are long: who tries many is let wait.

    `opened` makes a request of a token and a language; `refused` draws a refusal's code in a language.
    """
    floods = Flood(clock, most=BY_IP_MAX, window_ms=MINUTE_MS)

    def request_of(request: Request, token: str, language: str) -> Opened:
        if floods.over(request.client.host if request.client is not None else ""):
            raise TooMany("not_now", retry_ms=MINUTE_MS)
        return opened(token[:TOKEN_CHARS_MAX], language)

    @router.get("/{token}")
    async def show(request: Request, token: str, lang: str | None = None) -> HTMLResponse:
        language = _language(request, lang)
        try:
            return await request_of(request, token, language).show()
        except Refusal as refusal:
            return html(refused(refusal.code, language), refusal.status)

    @router.post("/{token}")
    async def answer(request: Request, token: str, lang: str | None = None) -> HTMLResponse:
        language = _language(request, lang)
        try:
            return await request_of(request, token, language).answer(await _given(request))
        except Refusal as refusal:
            return html(refused(refusal.code, language), refusal.status)


def html(page: str, status: int = 200) -> HTMLResponse:
    """A page as an answer that is told to nobody and kept nowhere."""
    return HTMLResponse(page, status, HEADERS)


async def done(answer: "Future[R]") -> R:
    """What the runner answers. Shielded: who closes the page must not take back what the runner works on."""
    return await asyncio.shield(asyncio.wrap_future(answer))


def _language(request: Request, lang: str | None) -> str:
    return language_of(lang or request.headers.get("accept-language"))


async def _given(request: Request) -> dict[str, str]:
    body = (await request.body())[:BODY_BYTES_MAX].decode("utf-8", "replace")
    try:
        fields = parse_qs(body, max_num_fields=FIELDS_MAX)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}
