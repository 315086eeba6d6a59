"""The Python client of Affluent {{version}}: generated from its API's description, needs nothing but Python.

    from affluent_client import Affluent
    centre = Affluent("https://desk.example.org", "afl_...")
    opened = centre.open_contact({"channel_id": 4, "customer": {"external_id": "C-1"}, "text": "Hello"})

Every POST bears an Idempotency-Key, so that it is tried again without harm when the network or the server fails.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

TRIES_MAX = 6
PAUSE_S_MAX = 30.0
PASSING = frozenset({429, 502, 503, 504})
TOLERANCE_S = 300


class ApiError(Exception):
    """A refusal. `code` is for programs, the message for people; `field` names the input at fault."""

    def __init__(
        self, status: int, code: str, message: str, field: str | None, details: dict[str, Any]
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.field = field
        self.details = details


class WrongSignature(Exception):
    """Not an event of this webhook, or one sent too long ago."""


def new_key() -> str:
    """A key that no other request has."""
    return uuid.uuid4().hex


def quote(value: object) -> str:
    return urllib.parse.quote(str(value), safe="")


def verified(
    headers: Mapping[str, str], body: bytes, secret: str, *, now_s: float | None = None
) -> dict[str, Any]:
    """The event of a webhook's request. Raises `WrongSignature`. `headers` may have any case."""
    given = {name.lower(): value for name, value in headers.items()}
    event, at, signed = (given.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    now_s = time.time() if now_s is None else now_s
    if not at.isdecimal() or abs(now_s - int(at)) > TOLERANCE_S:
        raise WrongSignature("too old")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = base64.b64encode(hmac.new(key, f"{event}.{at}.".encode() + body, hashlib.sha256).digest()).decode()
    if not any(hmac.compare_digest(f"v1,{made}", one) for one in signed.split(" ")):
        raise WrongSignature("wrong signature")
    return json.loads(body)


# {{records}}


class Affluent:
    """A centre, by a key. Raises `ApiError` for what it refuses, OSError when it cannot be reached."""

    def __init__(self, address: str, key: str, *, language: str = "en", timeout_s: float = 40.0) -> None:
        self._address = address.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}
        self._timeout_s = timeout_s

    def each(self, listing: Callable[..., Any], *args: Any, **asked: Any) -> Iterator[Any]:
        """All items of a list, page by page: `centre.each(centre.list_customers, brand_id=1)`."""
        page = listing(*args, **asked)
        yield from page["items"]
        while page["next"]:
            page = listing(*args, **{**asked, "cursor": page["next"]})
            yield from page["items"]

    def _call(
        self,
        verb: str,
        path: str,
        *,
        body: Any = None,
        file: tuple[str, bytes, str] | None = None,
        query: Mapping[str, Any] | None = None,
        repeated: str | None = None,
        raw: bool = False,
    ) -> Any:
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        address = self._address + path + (f"?{urllib.parse.urlencode(asked, doseq=True)}" if asked else "")
        headers = dict(self._headers)
        data = None
        if file is not None:
            data, headers["Content-Type"] = _multipart(*file)
        elif body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        if repeated is not None:
            headers["Idempotency-Key"] = repeated
        again = repeated is not None or verb in ("GET", "PUT", "DELETE")
        for tried in range(1, TRIES_MAX + 1):
            request = urllib.request.Request(address, data, headers, method=verb)
            try:
                with urllib.request.urlopen(request, timeout=self._timeout_s) as answer:
                    content = answer.read()
                    return content if raw else json.loads(content)
            except urllib.error.HTTPError as error:
                refusal = _refusal(error)
                passing = error.code in PASSING or refusal.code == "idempotency_in_progress"
                if not (again and passing) or tried == TRIES_MAX:
                    raise refusal from None
                pause_s = float(error.headers.get("Retry-After") or 0.5 * 2**tried)
            except OSError:
                if not again or tried == TRIES_MAX:
                    raise
                pause_s = 0.5 * 2**tried
            time.sleep(min(pause_s, PAUSE_S_MAX))
        raise AssertionError("unreachable")

    # {{methods}}


def _refusal(error: urllib.error.HTTPError) -> ApiError:
    try:
        told = json.loads(error.read())["error"]
        return ApiError(error.code, told["code"], told["message"], told["field"], told["details"])
    except (ValueError, KeyError, TypeError):
        return ApiError(error.code, "error", str(error.reason), None, {})


def _multipart(filename: str, content: bytes, content_type: str) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    name = filename.replace('"', "_").replace("\r", "_").replace("\n", "_")
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {content_type}\r\n\r\n"
    )
    return (
        head.encode() + content + f"\r\n--{boundary}--\r\n".encode(),
        f"multipart/form-data; boundary={boundary}",
    )
