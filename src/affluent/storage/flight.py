"""Statements sent together, whose outcome is asked for later: the server works while we go on.

Between two synchronisations of libpq's pipeline, statements outside of a transaction are one: all of them are
committed, or none is. https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
"""

import select
from collections.abc import Sequence
from typing import NamedTuple

from psycopg import OperationalError, capabilities, errors
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

PREPARED_MAX = 400


class Statement(NamedTuple):
    """A text with its parameters; `binary` names those that go as they are, not as text."""

    text: bytes
    params: Sequence[bytes | None]
    binary: tuple[int, ...] = ()


class Flight:
    """At most one group of statements on its way, on a connection that does nothing else meanwhile."""

    def __init__(self, pgconn: PGconn) -> None:
        self._pgconn = pgconn
        self._names: dict[bytes, bytes] = {}
        self._made = 0
        self._fresh: list[bytes] = []
        self._stale: list[bytes] = []
        self._refused: PGresult | None = None
        self.aloft = False

    def send(self, statements: Sequence[Statement]) -> None:
        """Raises `psycopg.OperationalError` when the server is gone."""
        assert not self.aloft, "one group at a time"
        pgconn = self._pgconn
        self._fresh.clear()
        self._refused = None
        pgconn.enter_pipeline_mode()
        self.aloft = True
        for name in self._stale:
            pgconn.send_close_prepared(name)
        self._stale.clear()
        for statement in statements:
            formats = None
            if statement.binary:
                formats = [
                    Format.BINARY if at in statement.binary else Format.TEXT
                    for at in range(len(statement.params))
                ]
            name = self._name(statement.text)
            if name is None:
                pgconn.send_query_params(statement.text, statement.params, param_formats=formats)
            else:
                pgconn.send_query_prepared(name, statement.params, param_formats=formats)
        pgconn.pipeline_sync()
        pgconn.flush()

    def landed(self) -> bool:
        """Whether the outcome is known, without waiting. Raises what the server refused."""
        if self.aloft:
            self._pgconn.flush()
            self._pgconn.consume_input()
            self._hear()
        return not self.aloft

    def land(self) -> None:
        """Waits for the outcome. Raises what the server refused."""
        pgconn = self._pgconn
        while self.aloft:
            writes = [pgconn.socket] if pgconn.flush() else []
            readable, _, _ = select.select([pgconn.socket], writes, [])
            if readable:
                pgconn.consume_input()
                self._hear()

    def forget(self) -> None:
        """After a rollback: psycopg deallocates all that is prepared then, or some of it. Closing twice is no fault."""
        if capabilities.has_send_close_prepared():
            self._stale += self._names.values()
        self._names.clear()

    def _name(self, text: bytes) -> bytes | None:
        name = self._names.get(text)
        if name is None and len(self._names) < PREPARED_MAX:
            self._made += 1
            name = self._names[text] = b"flight_%d" % self._made
            self._fresh.append(text)
            self._pgconn.send_prepare(name, text)
        return name

    def _hear(self) -> None:
        """Takes what has come. Each statement's results end with a None; the synchronisation stands alone."""
        pgconn = self._pgconn
        while self.aloft and not pgconn.is_busy():
            result = pgconn.get_result()
            if result is None:
                self._still_there()
                continue
            if result.status == ExecStatus.PIPELINE_SYNC:
                self._arrive()
            elif result.status == ExecStatus.FATAL_ERROR and self._refused is None:
                self._refused = result

    def _still_there(self) -> None:
        if self._pgconn.status != ConnStatus.OK:
            self.aloft = False
            said = self._pgconn.get_error_message()
            raise errors.error_from_result(self._refused) if self._refused else OperationalError(said)

    def _arrive(self) -> None:
        self.aloft = False
        self._pgconn.exit_pipeline_mode()
        refused, self._refused = self._refused, None
        if refused is None:
            return
        # What followed the refusal was passed over: those texts are not prepared.
        for text in self._fresh:
            self._names.pop(text, None)
        raise errors.error_from_result(refused)
