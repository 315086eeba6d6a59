"""The key that a request bears."""

from starlette.datastructures import Headers

_SCHEME = "bearer "


def bearer(headers: Headers) -> str | None:
    """The key in `Authorization: Bearer`, None when the request bears none."""
    given = headers.get("authorization", "")
    return given[len(_SCHEME) :].strip() if given[: len(_SCHEME)].lower() == _SCHEME else None
