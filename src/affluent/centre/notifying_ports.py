"""What notifying needs from the outside."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from affluent.centre.wall import Viewer

Json = dict[str, Any]
Kind = Literal["mention", "assigned", "woke", "reply_failed"]


class Notices(Protocol):
    """Within the transaction of the use case."""

    def add(
        self, account_id: int, kind: Kind, contact_id: int, at_ms: int, *,
        message_id: int | None = None, by_id: int | None = None, params: Json | None = None,
    ) -> None: ...  # fmt: skip
    def colleagues(self, brand_id: int) -> Sequence[tuple[int, str]]:
        """Who may read contacts of a brand: identifier and name."""
        ...


class NoticeViews(Protocol):
    """A person's own notifications."""

    def all(self, viewer: Viewer, before_id: int | None) -> Json:
        """The latest first, with how many are unread; only of contacts still on the viewer's side of the wall."""
        ...

    def colleagues(self, viewer: Viewer, brand_id: int, typed: str, most: int) -> list[Json]:
        """Who can be named in a note about a contact of this brand: at most so many whose name begins as typed.

        Raises `NotFound` behind the wall.
        """
        ...

    def read(self, viewer: Viewer, now_ms: int, *, ids: Sequence[int] | None, contact_id: int | None) -> None:
        """Marks those named read, or those about a contact; all of them for neither."""
        ...
