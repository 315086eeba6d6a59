"""How much one caller may ask: a bucket of tokens for each key, session and address, refilled all the time."""

import hashlib
import threading
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from affluent.centre.refusals import TooMany
from affluent.facts.instants import MINUTE_MS, Clock
from affluent.web.errors import accepted_language, refusal_answer
from affluent.web.keys import bearer
from affluent.web.services import Limits
from affluent.web.signin import COOKIE

CALLERS_MAX = 50_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at_ms: int
    known: bool = False
    """Whether the key or session was ever found good: until then its address pays as well."""


class Buckets:
    """Lives in memory: a restart forgives. Each process of several counts for itself."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._of: dict[bytes, _Bucket] = {}

    def take(self, who: bytes, a_minute: int) -> tuple[bool, int, int]:
        """Whether one more is allowed; how many are left; after how many ms the next (or the last) is back."""
        now_ms = self._clock.now_ms()
        with self._lock:
            bucket = self._of.get(who)
            if bucket is None:
                if len(self._of) >= CALLERS_MAX:
                    self._sweep(now_ms)
                bucket = self._of[who] = _Bucket(a_minute, now_ms)
            bucket.left = min(a_minute, bucket.left + (now_ms - bucket.at_ms) * a_minute / MINUTE_MS)
            bucket.at_ms = now_ms
            if bucket.left < 1:
                return False, 0, int((1 - bucket.left) * MINUTE_MS / a_minute) + 1
            bucket.left -= 1
            return True, int(bucket.left), int((a_minute - bucket.left) * MINUTE_MS / a_minute)

    def known(self, who: bytes) -> bool:
        found = self._of.get(who)
        return found is not None and found.known

    def found_good(self, who: bytes) -> None:
        found = self._of.get(who)
        if found is not None:
            found.known = True

    def _sweep(self, now_ms: int) -> None:
        """Forgets who has asked nothing for a minute: their bucket is full again."""
        for who in [who for who, one in self._of.items() if one.at_ms + MINUTE_MS <= now_ms]:
            del self._of[who]
        while len(self._of) >= CALLERS_MAX:
            del self._of[next(iter(self._of))]


class RateLimits:
    """ASGI middleware over everything under `/api/`."""

    def __init__(self, app: ASGIApp, limits: Limits, clock: Clock) -> None:
        self._app = app
        self._limits = limits
        self._buckets = Buckets(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        token = bearer(headers) or cookie_parser(headers.get("cookie", "")).get(COOKIE)
        who = None if token is None else hashlib.sha256(token.encode("utf-8", "replace")).digest()
        address = b"ip:" + str((scope.get("client") or ("",))[0]).encode()
        if who is None or not self._buckets.known(who):
            allowed, left, wait_ms = self._buckets.take(address, self._limits.unknown)
            most = self._limits.unknown
        else:
            allowed, left, wait_ms, most = True, 0, 0, 0
        if allowed and who is not None:
            allowed, left, wait_ms = self._buckets.take(who, self._limits.signed_in)
            most = self._limits.signed_in
        told = {
            "RateLimit-Limit": str(most),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": str(-(-wait_ms // 1000)),
        }

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
                if who is not None and message["status"] not in (401, 429):
                    self._buckets.found_good(who)
            await send(message)

        if not allowed:
            locale = accepted_language(headers.get("accept-language", ""))
            refusal = refusal_answer(TooMany("too_many", retry_ms=wait_ms), locale)
            await refusal(scope, receive, telling)
            return
        await self._app(scope, receive, telling)
