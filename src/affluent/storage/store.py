"""The store of one transaction, and the one writer of a partition."""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager

import psycopg

from affluent.centre import ports
from affluent.centre.ports import Store, Writer
from affluent.storage.contacts import PgContacts, PgJournal, PgRequests
from affluent.storage.conversations import PgFiles, PgMessages, PgOutbox
from affluent.storage.database import Database
from affluent.storage.idempotency import PgRepeated
from affluent.storage.kept import Kept
from affluent.storage.people import PgChats, PgCustomers, PgPeople, PgTimers
from affluent.storage.settings import PgSettings
from affluent.storage.writing import Writing

WRITER_LOCK = 0x_AFF1_0E18


class PgStore:
    """All ports of the centre on one connection."""

    def __init__(self, conn: Writing, kept: Kept) -> None:
        self._conn = conn
        self.journal: ports.Journal = PgJournal(conn)
        self.contacts: ports.Contacts = PgContacts(conn)
        self.requests: ports.Requests = PgRequests(conn)
        self.messages: ports.Messages = PgMessages(conn)
        self.customers: ports.Customers = PgCustomers(conn)
        self.chats: ports.Chats = PgChats(conn)
        self.files: ports.Files = PgFiles(conn)
        self.outbox: ports.Outbox = PgOutbox(conn)
        self.timers: ports.Timers = PgTimers(conn, kept)
        self.settings: ports.Settings = PgSettings(conn, kept.settings)
        self.people: ports.People = PgPeople(conn)
        self.repeated: ports.Repeated = PgRepeated(conn)

    def savepoint(self) -> AbstractContextManager[None]:
        return self._conn.command()


class PgWriter:
    """Holds the partition's advisory lock for as long as its connection lives."""

    def __init__(self, conn: Writing) -> None:
        self._conn = conn
        self._kept = Kept()

    @contextmanager
    def begin(self) -> Generator[Store]:
        try:
            with self._conn.begin():
                yield PgStore(self._conn, self._kept)
        except BaseException:
            self._kept.forget()
            raise

    def close(self) -> None:
        self._conn.close()


class PgPartition:
    """A routing partition: whoever holds its advisory lock writes."""

    def __init__(self, database: Database, number: int = 0) -> None:
        self._database = database
        self._number = number

    def become_writer(self, wait_s: float) -> Writer | None:
        conn = self._database.connect_as(Writing)
        try:
            conn.execute("select set_config('lock_timeout', %s, false)", (str(max(1, int(wait_s * 1000))),))
            conn.execute("select pg_advisory_lock(%s, %s)", (WRITER_LOCK & 0x7FFF_FFFF, self._number))
            conn.execute("set lock_timeout = 0")
            conn.commit()
        except psycopg.errors.LockNotAvailable:
            conn.close()
            return None
        except BaseException:
            conn.close()
            raise
        conn.autocommit = True
        return PgWriter(conn)
