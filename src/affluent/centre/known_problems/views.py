"""What pages read about known problems."""

from typing import Any, Protocol

from affluent.centre.wall import Viewer

Json = dict[str, Any]


class ProblemViews(Protocol):
    """Known problems of the viewer's brands. What stands behind the wall is neither shown nor counted."""

    def standing(self, viewer: Viewer, now_ms: int) -> list[Json]:
        """Those open, planned, or over since `OVER_MS`, with their counts; open ones first."""
        ...

    def of_contact(self, viewer: Viewer, contact_id: int, now_ms: int) -> Json:
        """The contact's own one, and those open for its brand: which it may be about, and why."""
        ...
