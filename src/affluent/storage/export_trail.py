"""Exports in the audit trail, on PostgreSQL."""

from affluent.centre.administration.ports import AuditEntry
from affluent.centre.wall import Viewer
from affluent.storage import audit
from affluent.storage.database import Database


class PgExportTrail:
    """`ExportTrail` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(
        self, viewer: Viewer, contact_id: int, brand_id: int, form: str, notes: bool, now_ms: int
    ) -> None:
        after = {"form": form, "notes": notes}
        entry = AuditEntry(
            now_ms, viewer.account_id, "export", "contacts", contact_id, [brand_id], None, after
        )
        with self._database.transaction() as conn:
            audit.note(conn, entry)
