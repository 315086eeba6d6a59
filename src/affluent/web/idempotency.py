"""`Idempotency-Key`: a POST that is sent again with the same key is done once and answered alike for 24 hours."""

import asyncio
import hashlib
import re
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from affluent.centre.integration.attempt import CURRENT, Attempt
from affluent.centre.integration.once import Answer, DoneBefore, Repeats
from affluent.centre.refusals import Invalid, Refusal
from affluent.facts.instants import Clock
from affluent.web.errors import accepted_language, refusal_answer
from affluent.web.keys import bearer
from affluent.web.signin import COOKIE

HEADER = "idempotency-key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_UNSIGNED = frozenset({"/api/v1/session", "/api/v1/start"})
"""Who signs in is nobody yet, and is told a secret."""
_SECRET = ("/api/v1/admin/keys", "/api/v1/admin/webhooks")
"""Answers that tell a secret are not kept: a repeat is told that it was done."""
_BOUNDARY = re.compile(r"boundary=\"?([^\";]+)")


class Idempotency:
    """ASGI middleware over everything under `/api/`."""

    def __init__(self, app: ASGIApp, repeats: Repeats, clock: Clock) -> None:
        self._app = app
        self._repeats = repeats
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" and scope["method"] == "POST" else None
        key = headers.get(HEADER) if headers is not None and scope["path"].startswith("/api/") else None
        token = _token(headers) if headers is not None else None
        if headers is None or key is None or token is None or scope["path"] in _UNSIGNED:
            await self._app(scope, receive, send)
            return
        try:
            if not _KEY.fullmatch(key):
                raise Invalid("idempotency_key_invalid")
            body = await _body(receive)
            print_ = _fingerprint(scope, headers, body)
            who = hashlib.sha256(b"idempotency:" + token.encode()).digest()
            claim = partial(self._repeats.claim, who, key, print_, self._clock.now_ms())
            # Shielded: a client that goes away must not leave a claim that nobody answers.
            found = await asyncio.shield(asyncio.ensure_future(run_in_threadpool(claim)))
        except Refusal as refusal:
            locale = accepted_language(headers.get("accept-language", ""))
            await refusal_answer(refusal, locale)(scope, receive, send)
            return
        if isinstance(found, Answer):
            await _again(found)(scope, receive, send)
            return
        await self._serve(found, scope, _given(body, receive), send)

    async def _serve(self, attempt: Attempt, scope: Scope, receive: Receive, send: Send) -> None:
        heard: list[Message] = []

        async def listening(message: Message) -> None:
            heard.append(message)

        reset = CURRENT.set(attempt)
        try:
            await self._app(scope, receive, listening)
        finally:
            CURRENT.reset(reset)
            # Kept before it is told, and also when the client went away: the next try finds it.
            settled = run_in_threadpool(self._settle, attempt, _heard(heard), scope["path"])
            await asyncio.shield(asyncio.ensure_future(settled))
        for message in heard:
            await send(message)

    def _settle(self, attempt: Attempt, answer: Answer | None, path: str) -> None:
        done = attempt.touched or bool(attempt.results)
        if answer is None or answer.status >= 500 or (answer.status >= 400 and not done):
            self._repeats.failed(attempt)
        elif path.startswith(_SECRET):
            self._repeats.answered(attempt, _done_before())
        else:
            self._repeats.answered(attempt, answer)


def _token(headers: Headers) -> str | None:
    """What tells who asks."""
    return bearer(headers) or cookie_parser(headers.get("cookie", "")).get(COOKIE)


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Invalid("unreadable")
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _given(body: bytes, receive: Receive) -> Receive:
    """The body that was read, to be read again."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _fingerprint(scope: Scope, headers: Headers, body: bytes) -> bytes:
    kind = headers.get("content-type", "")
    boundary = _BOUNDARY.search(kind)
    if boundary is not None:
        # A form is sent again with another boundary.
        body, kind = body.replace(boundary[1].encode("latin-1"), b""), "multipart"
    made = hashlib.sha256()
    for part in (scope["path"].encode(), scope.get("query_string", b""), kind.encode("latin-1"), body):
        made.update(len(part).to_bytes(8, "big") + part)
    return made.digest()


def _heard(messages: list[Message]) -> Answer | None:
    """The answer that was sent, None when it was not sent whole."""
    if not messages or messages[-1].get("more_body", False) or messages[-1]["type"] != "http.response.body":
        return None
    start = messages[0]
    content_type = Headers(raw=start["headers"]).get("content-type", "")
    return Answer(start["status"], content_type, b"".join(one.get("body", b"") for one in messages[1:]))


def _again(answer: Answer) -> Response:
    if answer.content_type == _LOST:
        return refusal_answer(DoneBefore(), "en")
    return Response(
        answer.body, answer.status, {"Idempotent-Replayed": "true"}, media_type=answer.content_type or None
    )


_LOST = "secret"


def _done_before() -> Answer:
    return Answer(409, _LOST, b"")
