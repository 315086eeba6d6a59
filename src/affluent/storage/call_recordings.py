"""Recordings of calls on PostgreSQL: each encrypted by a key of its own, which the centre's key seals.

AES-256-GCM (NIST SP 800-38D). Erasing one throws its key away with its sound: what a backup still holds of the sound
opens with nothing that is kept.
"""

import base64
import os
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from affluent.centre.administration.ports import AuditEntry
from affluent.centre.recording.consent import Beginning
from affluent.centre.recording.ports import Recording
from affluent.centre.refusals import NotFound
from affluent.centre.wall import Viewer
from affluent.storage import audit
from affluent.storage.database import Conn, Database
from affluent.storage.sealing import NONCE_BYTES, Sealer

NOUN, OF_CUSTOMER = "call_recordings", "customer_recordings"
log = structlog.get_logger("affluent.storage")
_SELECT: LiteralString = (
    "select id, contact_id, brand_id, purpose, begun_ms, keep_until_ms, state, duration_ms, erased_ms"
    " from call_recording"
)


def recording_place(name: str) -> str:
    """Where the key of a recording belongs."""
    return f"recording/{name}"


class PgCallRecordings:
    """`RecordingStore` and `RecordingViews` on PostgreSQL."""

    def __init__(self, database: Database, sealer: Sealer | None = None) -> None:
        self._database = database
        self._sealer = sealer or Sealer()

    def begin(self, beginning: Beginning) -> str:
        with self._database.transaction() as conn:
            name = f"call-{beginning.contact_id}-{beginning.begun_ms}"
            conn.execute(
                "insert into call_recording (name, contact_id, brand_id, purpose, begun_ms, keep_until_ms)"
                " values (%s, %s, %s, %s, %s, %s) on conflict (name) do nothing",
                (
                    name,
                    beginning.contact_id,
                    beginning.brand_id,
                    beginning.purpose,
                    beginning.begun_ms,
                    beginning.keep_until_ms,
                ),
            )
        return name

    def running(self, contact_id: int) -> str | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select name from call_recording where contact_id = %s and state = 'begun' order by id desc limit 1",
                (contact_id,),
            ).fetchone()
        return None if row is None else str(row["name"])

    def keep(self, name: str, sound: bytes, duration_ms: int) -> None:
        key = AESGCM.generate_key(256)
        sealed = self._sealer.seal_text(base64.b64encode(key).decode(), recording_place(name))
        if sealed is None:
            # Nothing lies about in the open: without a key of the centre's there is no recording.
            log.error("recording_without_key", name=name)
            self.failed(name)
            return
        nonce = os.urandom(NONCE_BYTES)
        closed = nonce + AESGCM(key).encrypt(nonce, sound, recording_place(name).encode())
        with self._database.transaction() as conn:
            conn.execute(
                "update call_recording set state = 'kept', sealed_key = %s, sound = %s, duration_ms = %s"
                " where name = %s and state in ('begun', 'failed')",
                (sealed, closed, duration_ms, name),
            )

    def failed(self, name: str) -> None:
        with self._database.transaction() as conn:
            conn.execute(
                "update call_recording set state = 'failed' where name = %s and state = 'begun'", (name,)
            )

    def erase_due(self, now_ms: int) -> int:
        with self._database.transaction() as conn:
            return conn.execute(
                _ERASED + " where state <> 'erased' and keep_until_ms <= %(now)s",
                {"now": now_ms, "why": "time"},
            ).rowcount

    def of_contact(self, contact_id: int) -> Sequence[Recording]:
        with self._database.transaction() as conn:
            rows = conn.execute(_SELECT + " where contact_id = %s order by id", (contact_id,)).fetchall()
        return [Recording(**row) for row in rows]

    def listen(self, viewer: Viewer, recording_id: int, now_ms: int) -> bytes:
        with self._database.transaction() as conn:
            row = self._seen(conn, viewer, recording_id)
            if row["state"] != "kept":
                raise NotFound("not_found")
            self._note(conn, viewer, row, "listen", now_ms)
        place = recording_place(row["name"])
        key = base64.b64decode(self._sealer.open_text(row["sealed_key"], place))
        closed = bytes(row["sound"])
        return AESGCM(key).decrypt(closed[:NONCE_BYTES], closed[NONCE_BYTES:], place.encode())

    def erase(self, viewer: Viewer, recording_id: int, now_ms: int) -> None:
        with self._database.transaction() as conn:
            row = self._seen(conn, viewer, recording_id)
            if row["state"] == "erased":
                return
            conn.execute(_ERASED + " where id = %(id)s", {"now": now_ms, "why": "person", "id": recording_id})
            self._note(conn, viewer, row, "erase", now_ms)

    def erase_of_customer(self, viewer: Viewer, customer_id: int, messages: int, now_ms: int) -> int:
        with self._database.transaction() as conn:
            brand_id = self._walled(conn, viewer, customer_id)
            about = {"now": now_ms, "why": "customer", "customer": customer_id}
            erased = conn.execute(_ERASED + " where state <> 'erased' and " + _THEIRS, about).rowcount
            after = {"recordings": erased, "messages": messages}
            audit.note(
                conn,
                AuditEntry(
                    now_ms,
                    viewer.account_id,
                    "erase",
                    OF_CUSTOMER,
                    customer_id,
                    [brand_id],
                    None,
                    after,
                    viewer.key_id,
                ),
            )
        return erased

    def of_customer(self, viewer: Viewer, customer_id: int) -> int:
        query = "select count(*) as n from call_recording where state <> 'erased' and "
        with self._database.transaction() as conn:
            self._walled(conn, viewer, customer_id)
            row = conn.execute(query + _THEIRS, {"customer": customer_id}).fetchone()
        return 0 if row is None else int(row["n"])

    def _walled(self, conn: Conn, viewer: Viewer, customer_id: int) -> int:
        row = conn.execute("select brand_id from customer where id = %s", (customer_id,)).fetchone()
        if row is None:
            raise NotFound("not_found")
        viewer.behind_wall(row["brand_id"])
        return int(row["brand_id"])

    def _seen(self, conn: Conn, viewer: Viewer, recording_id: int) -> Mapping[str, Any]:
        row = conn.execute("select * from call_recording where id = %s", (recording_id,)).fetchone()
        if row is None:
            raise NotFound("not_found")
        viewer.behind_wall(row["brand_id"])
        return row

    def _note(self, conn: Conn, viewer: Viewer, row: Mapping[str, Any], action: str, now_ms: int) -> None:
        after = {"contact_id": row["contact_id"], "purpose": row["purpose"]}
        entry = AuditEntry(
            now_ms, viewer.account_id, action, NOUN, row["id"], [row["brand_id"]], None, after, viewer.key_id
        )
        audit.note(conn, entry)


_ERASED: LiteralString = (
    "update call_recording set state = 'erased', sealed_key = null, sound = null, erased_ms = %(now)s,"
    " erased_why = %(why)s"
)
_THEIRS: LiteralString = "contact_id in (select id from contact where customer_id = %(customer)s)"
