"""The way to an Asterisk: events by WebSocket, commands by the same one where it takes them, else by HTTP."""

import asyncio
import base64
import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from affluent.channels.voice.switch import LegGone, SwitchAway, SwitchError

ANSWER_S = 5.0
ASKED_S = 1.5
"""A version that takes no commands by WebSocket says nothing to one: it is given so long."""
PING_S = 5.0
log = structlog.get_logger("affluent.voice")
_GONE = frozenset({404, 409, 410, 412, 422})
"""The line, the room or the sound is not there any more, or not ours any more."""
Query = Mapping[str, str]


class Ari:
    """One connection at a time. Used from one event loop."""

    def __init__(self, url: str, username: str, password: str, app: str, *, socket: bool = True) -> None:
        """`url` is the HTTP server of the Asterisk, such as `http://127.0.0.1:8088`.

        Without `socket` commands go by HTTP even where the WebSocket takes them.
        """
        parts = urlsplit(url)
        self._base = f"{url.rstrip('/')}/ari"
        scheme = "wss" if parts.scheme == "https" else "ws"
        self._events = f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/ari/events?app={quote(app)}"
        self._auth = (username, password)
        self._socket: ClientConnection | None = None
        self._http: httpx.AsyncClient | None = None
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count(1)
        self._may_socket = socket
        self.by_socket = False
        """Whether commands go by the WebSocket: found by asking."""
        self.version = ""

    async def listen(self, told: "asyncio.Queue[dict[str, Any] | None]") -> None:
        """Connects, and passes on every event until the connection is cut. Raises `SwitchAway`.

        `None` says that it stands: commands can be given from then on.
        """
        header = base64.b64encode(":".join(self._auth).encode()).decode()
        try:
            async with connect(
                self._events,
                additional_headers={"Authorization": f"Basic {header}"},
                ping_interval=PING_S,
                ping_timeout=2 * PING_S,
                open_timeout=ANSWER_S,
                max_size=2**22,
                max_queue=None,
                proxy=None,
            ) as socket:
                self._socket = socket
                async with httpx.AsyncClient(
                    auth=self._auth,
                    timeout=ANSWER_S,
                    trust_env=False,
                    limits=httpx.Limits(max_connections=50, max_keepalive_connections=50),
                ) as self._http:
                    ready = asyncio.create_task(self._ask(told))
                    try:
                        async for text in socket:
                            self._heard(json.loads(text), told)
                    finally:
                        ready.cancel()
        except (OSError, WebSocketException, TimeoutError, httpx.HTTPError) as fault:
            raise SwitchAway(str(fault) or type(fault).__name__) from fault
        finally:
            self._socket = self._http = None
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(SwitchAway("the connection was cut"))
            self._answers.clear()

    async def _ask(self, told: "asyncio.Queue[dict[str, Any] | None]") -> None:
        """Which version it is, and whether it takes commands here."""
        try:
            self.by_socket = self._may_socket
            if not self._may_socket:
                raise SwitchError("told not to")
            info = await self._by_socket("GET", "asterisk/info", {}, None, ASKED_S)
        except SwitchError:
            self.by_socket = False
            info = await self._by_http("GET", "asterisk/info", {}, None)
        self.version = str((info or {}).get("system", {}).get("version", ""))
        log.info("asterisk_reached", version=self.version, by_socket=self.by_socket)
        told.put_nowait(None)

    def _heard(self, message: dict[str, Any], told: "asyncio.Queue[dict[str, Any] | None]") -> None:
        if message.get("type") != "RESTResponse":
            told.put_nowait(message)
            return
        answer = self._answers.pop(str(message.get("request_id")), None)
        if answer is not None and not answer.done():
            answer.set_result(message)

    async def do(
        self, method: str, path: str, query: Query | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        """One command; what it answers. Raises `LegGone`, `SwitchAway` or another `SwitchError`."""
        if self.by_socket:
            return await self._by_socket(method, path, query or {}, body, ANSWER_S)
        return await self._by_http(method, path, query or {}, body)

    async def _by_socket(
        self, method: str, path: str, query: Query, body: Mapping[str, Any] | None, patience_s: float
    ) -> Any:
        if self._socket is None:
            raise SwitchAway("not connected")
        name = str(next(self._numbers))
        asked: dict[str, Any] = {
            "type": "RESTRequest",
            "request_id": name,
            "method": method,
            "uri": path,
            "query_strings": [{"name": key, "value": value} for key, value in query.items()],
        }
        if body is not None:
            asked |= {"content_type": "application/json", "message_body": json.dumps(body)}
        answer = self._answers[name] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send(json.dumps(asked))
            found = await asyncio.wait_for(answer, patience_s)
        except (TimeoutError, WebSocketException, OSError) as fault:
            raise SwitchAway(f"no answer to {method} {path}") from fault
        finally:
            self._answers.pop(name, None)
        text = found.get("message_body")
        return _judged(int(found["status_code"]), f"{method} {path}", text if isinstance(text, str) else "")

    async def _by_http(self, method: str, path: str, query: Query, body: Mapping[str, Any] | None) -> Any:
        if self._http is None:
            raise SwitchAway("not connected")
        try:
            found = await self._http.request(method, f"{self._base}/{path}", params=dict(query), json=body)
        except httpx.HTTPError as fault:
            raise SwitchAway(f"no answer to {method} {path}") from fault
        return _judged(found.status_code, f"{method} {path}", found.text)

    async def file(self, path: str) -> bytes:
        """What is no text: always by HTTP."""
        if self._http is None:
            raise SwitchAway("not connected")
        try:
            found = await self._http.get(f"{self._base}/{path}")
        except httpx.HTTPError as fault:
            raise SwitchAway(f"no answer to GET {path}") from fault
        if found.status_code >= 300:
            _judged(found.status_code, f"GET {path}", "")
        return found.content


def _judged(status: int, asked: str, text: str) -> Any:
    if status in _GONE or (status == 400 and "not found" in text):
        # Adding a line to a room that hung up a moment ago is told as a bad request.
        raise LegGone(f"{asked}: {status} {text[:200]}")
    if status >= 300:
        raise SwitchError(f"{asked}: {status} {text[:200]}")
    return json.loads(text) if text else None


def listed(found: Any) -> Sequence[dict[str, Any]]:
    """An answer that is a list of objects."""
    return found if isinstance(found, list) else []
