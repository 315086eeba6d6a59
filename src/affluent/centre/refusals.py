"""What the centre refuses, as typed errors. Mapped once, at the edge, to a status and a sentence."""

from typing import Any


class Refusal(Exception):
    """A request that cannot be met. `code` is a key of the message catalogue, `field` the input at fault."""

    status = 409

    def __init__(self, code: str, field: str | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.params = params


class Invalid(Refusal):
    """The input is wrong in itself."""

    status = 422


class NotFound(Refusal):
    """There is no such thing, or it stands behind a brand wall: the two must look alike."""

    status = 404


class Forbidden(Refusal):
    """The viewer's role does not allow it."""

    status = 403


class NotSignedIn(Refusal):
    status = 401


class TooMany(Refusal):
    """A flood: `retry_ms` tells when to come back."""

    status = 429


class Away(Refusal):
    """What we stand on does not serve just now. Nothing was done: try again later, with the same key.

    The codes: `not_now`, and `disk_full` when there is no room left to keep anything.
    """

    status = 503

    def __init__(self, code: str = "not_now") -> None:
        super().__init__(code)


class TooLarge(Refusal):
    status = 413
