"""Conversations that leave the centre: the audit trail says who took what with them."""

from typing import Protocol

from affluent.centre.wall import Viewer


class ExportTrail(Protocol):
    def note(
        self, viewer: Viewer, contact_id: int, brand_id: int, form: str, notes: bool, now_ms: int
    ) -> None:
        """Written before the answer is sent: nothing leaves unseen."""
        ...
