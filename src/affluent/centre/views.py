"""What pages read, as ports: JSON-shaped dictionaries, whose shapes the API's models check."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from affluent.centre.wall import Viewer

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom a contact is to be handed on to: names with all of `words`, at most `most` queues and people."""

    words: str = ""
    brand_id: int | None = None
    medium: str | None = None
    most: int = 50


class DeskViews(Protocol):
    """Read-only looks at the centre. A viewer never sees a row behind their brand wall: `NotFound`."""

    def desks(self, locales: Mapping[int, str], now_ms: int) -> dict[int, Json]:
        """The desks of these accounts, each in its language."""
        ...

    def queues_summary(self, brands: list[int] | None, now_ms: int) -> Json: ...
    def conversation(self, viewer: Viewer, contact_id: int) -> Json: ...
    def message(self, message_id: int) -> Json: ...
    def brand_of_contact(self, contact_id: int) -> int | None: ...
    def customer(self, viewer: Viewer, customer_id: int) -> Json: ...
    def macros(self, viewer: Viewer) -> list[Json]: ...
    def motives(self, viewer: Viewer) -> list[Json]: ...
    def decline_reasons(self, viewer: Viewer) -> list[Json]:
        """Why an offer may be declined, in the order of the menu."""
        ...

    def skills(self, viewer: Viewer) -> list[Json]: ...
    def directory(self, viewer: Viewer, now_ms: int, sought: Sought) -> Json:
        """Queues and people to hand a contact on to, those who are there first."""
        ...


class Workspace(Protocol):
    """What people keep beside the contacts: drafts, files, customers' cards. Nothing here moves a state."""

    def save_draft(self, account_id: int, contact_id: int, text: str, kind: str, now_ms: int) -> None: ...
    def upload(
        self, account_id: int, filename: str, content_type: str, content: bytes, now_ms: int
    ) -> Json: ...
    def file(self, viewer: Viewer, file_id: int) -> tuple[Json, bytes]: ...
    def change_customer(self, viewer: Viewer, customer_id: int, changes: Json, now_ms: int) -> Json: ...
