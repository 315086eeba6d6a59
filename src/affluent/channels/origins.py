"""Whose page a visitor comes from: a door on customers' sites answers only those it was set up for."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


def allowed(origin: str | None, host: str, origins: Iterable[str]) -> bool:
    """Whether a page of `origin` may use a door with these origins, on a server reached as `host`.

    The server's own pages always may. A browser names its origin with every socket and every post, so that
    none at all is refused, as is the opaque `null`.
    """
    if not origin or origin == "null":
        return False
    wanted = _folded(origin)
    if urlsplit(wanted).netloc == host.lower():
        return True
    return any(_folded(one) == wanted for one in origins)


def base_of(connection: HTTPConnection) -> str:
    """Where this server is, as the visitor's browser reached it: so are our pages."""
    secure = connection.url.scheme in ("https", "wss")
    return f"http{'s' if secure else ''}://{connection.headers.get('host', '')}"


def cross_origin(origin: str | None) -> dict[str, str]:
    """The headers that let a page of `origin` read the answer. Ask `allowed` first."""
    return {"Vary": "Origin"} | ({"Access-Control-Allow-Origin": origin} if origin else {})


def preflight(origin: str, *headers: str) -> dict[str, str]:
    """The headers that answer a browser's question before it posts."""
    return cross_origin(origin) | {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": ", ".join(headers),
        "Access-Control-Max-Age": "7200",
    }


def _folded(origin: str) -> str:
    return origin.strip().rstrip("/").lower()
