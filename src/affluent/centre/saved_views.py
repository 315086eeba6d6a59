"""Saved views: filters with a name, one's own or shared with the team or with everyone of the same brands."""

from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from affluent.centre.searching import Filters, Sort
from affluent.centre.texts import Name
from affluent.centre.wall import Viewer

Json = dict[str, Any]
Shared = Literal["nobody", "team", "everyone"]
Column = Literal[
    "state", "queue", "agent", "motive", "channel", "brand", "outcome", "arrived", "closed", "due"
]
VIEWS_MAX = 60
"""How many a person can keep."""


class SavedView(BaseModel):
    """A saved view as it is sent."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    filters: Filters = Field(default_factory=Filters)
    sort: Sort | None = None
    columns: list[Column] = Field(default_factory=list[Column], max_length=10)
    shared: Shared = "nobody"


class SavedViews(Protocol):
    """Where views are kept. Who shares needs a team, or for everyone the right to supervise."""

    def all(self, viewer: Viewer) -> list[Json]:
        """The viewer's own and what is shared with them, in their own order."""
        ...

    def save(self, viewer: Viewer, view: SavedView, now_ms: int) -> Json:
        """Raises `Refusal` when there are too many, `Forbidden` for a sharing that is not theirs to make."""
        ...

    def change(self, viewer: Viewer, view_id: int, changes: Json) -> Json:
        """Changes the fields named. Raises `NotFound` for what is not in sight, `Forbidden` for another's."""
        ...

    def remove(self, viewer: Viewer, view_id: int) -> None: ...

    def order(self, viewer: Viewer, view_ids: list[int]) -> None:
        """The viewer's own order; what is not named follows."""
        ...
