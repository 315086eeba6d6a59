"""Requests that may be sent again, in PostgreSQL."""

import threading
from typing import Any

from psycopg.types.json import Jsonb

from affluent.centre.integration.attempt import Attempt
from affluent.centre.integration.once import KEPT_MS, LEASE_MS, Answer, InProgress, OtherRequest
from affluent.facts.instants import HOUR_MS
from affluent.storage.database import Conn, Database


class PgRepeated:
    """`Repeated` on the connection of a command."""

    def __init__(self, conn: Conn) -> None:
        self._conn = conn

    def keep(self, attempt: Attempt, result: Any) -> bool:
        done = self._conn.execute(
            "update idempotency set results = results || %s where scope = %s and key = %s and attempt = %s",
            (Jsonb([result]), attempt.scope, attempt.key, attempt.number),
        )
        return done.rowcount == 1


class PgRepeats:
    """`Repeats` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._at_work: set[tuple[bytes, str]] = set()
        self._swept_ms = 0

    def claim(self, scope: bytes, key: str, fingerprint: bytes, now_ms: int) -> Attempt | Answer:
        with self._lock:
            if (scope, key) in self._at_work:
                ours = True
            else:
                ours = False
                self._at_work.add((scope, key))
        try:
            found = self._claim(scope, key, fingerprint, now_ms, at_work=ours)
        except BaseException:
            if not ours:
                self._leave(scope, key)
            raise
        if isinstance(found, Answer) and not ours:
            self._leave(scope, key)
        return found

    def _claim(
        self, scope: bytes, key: str, fingerprint: bytes, now_ms: int, *, at_work: bool
    ) -> Attempt | Answer:
        with self._database.transaction() as conn:
            self._sweep(conn, now_ms)
            made = conn.execute(
                "insert into idempotency (scope, key, fingerprint, started_ms) values (%s, %s, %s, %s)"
                " on conflict do nothing",
                (scope, key, fingerprint, now_ms),
            )
            if made.rowcount == 1:
                return Attempt(scope, key, 1, [])
            row = conn.execute(
                "select * from idempotency where scope = %s and key = %s for update", (scope, key)
            ).fetchone()
            if row is None:
                raise InProgress
            if bytes(row["fingerprint"]) != fingerprint:
                raise OtherRequest
            if row["status"] is not None:
                return Answer(row["status"], row["content_type"], bytes(row["answer"]))
            if at_work or row["started_ms"] + LEASE_MS > now_ms:
                raise InProgress
            number = row["attempt"] + 1
            conn.execute(
                "update idempotency set attempt = %s, started_ms = %s where scope = %s and key = %s",
                (number, now_ms, scope, key),
            )
            return Attempt(scope, key, number, row["results"])

    def answered(self, attempt: Attempt, answer: Answer) -> None:
        with self._database.transaction() as conn:
            conn.execute(
                "update idempotency set status = %s, content_type = %s, answer = %s"
                " where scope = %s and key = %s and attempt = %s",
                (answer.status, answer.content_type, answer.body, attempt.scope, attempt.key, attempt.number),
            )
        self._leave(attempt.scope, attempt.key)

    def failed(self, attempt: Attempt) -> None:
        which = (attempt.scope, attempt.key, attempt.number)
        with self._database.transaction() as conn:
            conn.execute(
                "delete from idempotency where scope = %s and key = %s and attempt = %s and results = '[]'",
                which,
            )
            conn.execute(
                "update idempotency set started_ms = 0 where scope = %s and key = %s and attempt = %s", which
            )
        self._leave(attempt.scope, attempt.key)

    def _leave(self, scope: bytes, key: str) -> None:
        with self._lock:
            self._at_work.discard((scope, key))

    def _sweep(self, conn: Conn, now_ms: int) -> None:
        if now_ms - self._swept_ms >= HOUR_MS:
            self._swept_ms = now_ms
            conn.execute("delete from idempotency where started_ms < %s", (now_ms - KEPT_MS,))
