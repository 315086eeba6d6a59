"""What every request must bring and every answer carries: size, origin, security headers."""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from affluent.centre.refusals import Forbidden, Refusal, TooLarge
from affluent.web.errors import accepted_language, refusal_answer
from affluent.web.keys import bearer

FILE_BYTES_MAX = 25 * 1024 * 1024
_FILE_BODY_BYTES_MAX = FILE_BYTES_MAX + 512 * 1024
_BODY_BYTES_MAX = 1024 * 1024
# Agents' own pages are telephones, by which customers and they may see each other; nothing else asks for anything.
_PERMISSIONS = "camera=(self), display-capture=(self), geolocation=(), microphone=(self), payment=()"
_FILE_PATHS = ("/api/v1/files", "/chat/v1/files", "/form/v1/", "/demo/mail/")
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_EMBEDDED = ("/widget/", "/chat/", "/form/")

# Mail is shown in a frame from `srcdoc`, which inherits this policy: hence https: images, which the frame's
# own, stricter policy withholds until the agent asks for them.
_PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob: https:; font-src 'self' data:; media-src 'self' blob:; connect-src 'self';"
    " frame-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"


class Guard:
    """ASGI middleware: refuses too large bodies and writes from elsewhere, adds the security headers."""

    def __init__(self, app: ASGIApp, origins: Iterable[str] = ()) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path: str = scope["path"]

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                sockets: Callable[[], Iterable[str]] | None = getattr(
                    scope["app"].state, "phone_sockets", None
                )
                secure = scope.get("scheme") == "https"
                _dress(MutableHeaders(scope=message), path, secure=secure, sockets=sockets)
            await send(message)

        refusal = self._refusal(scope["method"], path, headers)
        if refusal is not None:
            await self._refuse(refusal, scope, receive, dressed)
            return
        await self._bounded(scope, receive, dressed, limit=_limit(path))

    def _refusal(self, method: str, path: str, headers: Headers) -> Refusal | None:
        if method not in _WRITES:
            return None
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > _limit(path):
            return TooLarge("too_large", bytes_max=_limit(path))
        # A browser adds no key by itself: a request that bears one cannot be forged by another site.
        if path.startswith("/api/") and bearer(headers) is None:
            if headers.get("x-affluent") != "1":
                return Forbidden("header_missing")
            if not self._own_origin(headers):
                return Forbidden("foreign_origin")
        return None

    def _own_origin(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        return origin in self._origins or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()

    async def _bounded(self, scope: Scope, receive: Receive, send: Send, *, limit: int) -> None:
        """Counts the body as it comes, for those that do not say their length or lie about it."""
        received, too_large, started = 0, False, False

        async def counted() -> Message:
            nonlocal received, too_large
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > limit:
                    too_large = True
                    raise TooLarge("too_large", bytes_max=limit)
            return message

        async def unless_too_large(message: Message) -> None:
            nonlocal started
            # Whatever the reader of the body makes of the interruption, the answer is ours.
            if too_large and not started:
                return
            started = True
            await send(message)

        try:
            await self._app(scope, counted, unless_too_large)
        except TooLarge:
            if not too_large:
                raise
        if too_large and not started:
            await self._refuse(TooLarge("too_large", bytes_max=limit), scope, receive, send)

    async def _refuse(self, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        locale = accepted_language(Headers(scope=scope).get("accept-language", ""))
        await refusal_answer(refusal, locale)(scope, receive, send)


def _limit(path: str) -> int:
    return _FILE_BODY_BYTES_MAX if path.startswith(_FILE_PATHS) else _BODY_BYTES_MAX


def _dress(
    headers: MutableHeaders, path: str, *, secure: bool, sockets: Callable[[], Iterable[str]] | None
) -> None:
    embedded = path.startswith(_EMBEDDED)
    is_page = headers.get("content-type", "").startswith("text/html")
    # A worker lives under the policy of its own script: under that of data it could fetch nothing.
    is_script = headers.get("content-type", "").startswith("text/javascript")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if embedded else "same-origin")
    policy = _PAGE_POLICY if is_page or is_script else _DATA_POLICY
    if is_page and sockets is not None:
        # An agent's browser may be a telephone of a server elsewhere.
        policy = policy.replace("connect-src 'self'", " ".join(("connect-src 'self'", *sockets())))
    headers.setdefault("Content-Security-Policy", policy)
    if is_page:
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", _PERMISSIONS)
    if path.startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")
    if secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
