"""The store of one transaction, and the one writer of a partition."""

import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

import psycopg

from affluent.centre import ports
from affluent.centre.merging_ports import Merges
from affluent.centre.notifying_ports import Notices
from affluent.centre.ports import Store
from affluent.centre.questions import Question
from affluent.centre.refusals import Away
from affluent.centre.trials.records import Trials
from affluent.centre.writer import Writer
from affluent.storage.appointments import PgAppointments
from affluent.storage.board.board import PgSupervision
from affluent.storage.bulk import PgBulkItems
from affluent.storage.calling_out import PgCallingOut
from affluent.storage.calls import PgCalls
from affluent.storage.contacts import PgContacts, PgJournal, PgRequests
from affluent.storage.conversations import PgFiles, PgMessages, PgOutbox
from affluent.storage.database import Conn, Database, served
from affluent.storage.foreseen import foresee
from affluent.storage.idempotency import PgRepeated
from affluent.storage.kept import Kept
from affluent.storage.marks import PgMarks
from affluent.storage.merging import PgMerges
from affluent.storage.notices import PgNotices
from affluent.storage.people import PgChats, PgCustomers, PgPeople, PgSteerings, PgTimers
from affluent.storage.settings import PgSettings
from affluent.storage.trials.trials import PgTrials
from affluent.storage.writing import Writing

WRITER_LOCK = 0x_AFF1_0E18
HEARTBEAT_S = 1.0
# The server lets go of a writer that was cut off or hangs, so that another may take over within seconds.
LET_GO = (
    ("tcp_keepalives_idle", "5"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "12000"),
    ("idle_session_timeout", "6000"),
    # Only while the engine is built does a transaction stay open.
    ("idle_in_transaction_session_timeout", "120000"),
)
# The writer finds each row by its key. Plans made while the tables were small would read them whole, and stay.
BY_KEY = (("enable_seqscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off"))
Room = Callable[[], bool]
"""Whether there is space left to keep what comes."""


def always() -> bool:
    """The room of a server that others look after."""
    return True


def refuse_without(room: Room) -> None:
    """Raises `Away` when there is no room: refused in time, PostgreSQL need not break off its work."""
    if not room():
        raise Away("disk_full")


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
        self.calls: ports.Calls = PgCalls(conn)
        self.calling_out: ports.CallingOut = PgCallingOut(conn)
        self.steerings: ports.Steerings = PgSteerings(conn)
        self.appointments: ports.Appointments = PgAppointments(conn)
        self.files: ports.Files = PgFiles(conn)
        self.outbox: ports.Outbox = PgOutbox(conn)
        self.timers: ports.Timers = PgTimers(conn, kept)
        self.settings: ports.Settings = PgSettings(conn, kept.settings)
        self.people: ports.People = PgPeople(conn)
        self.merges: Merges = PgMerges(conn)
        self.notices: Notices = PgNotices(conn)
        self.bulk: ports.BulkItems = PgBulkItems(conn)
        self.repeated: ports.Repeated = PgRepeated(conn)
        self.supervision: ports.Supervision = PgSupervision(conn, kept.settings)
        self.trials: Trials = PgTrials(conn, kept.settings)
        self.marks: ports.Marks = PgMarks(conn)

    def foresee(self, questions: Iterable[Question]) -> None:
        foresee(self._conn, questions)

    @contextmanager
    def savepoint(self) -> Generator[None]:
        with served(), self._conn.command():
            yield


class PgWriter:
    """Holds the partition's advisory lock for as long as its connection lives."""

    def __init__(self, conn: Writing, room: Room) -> None:
        self._conn = conn
        self._room = room
        self._kept = Kept()

    @contextmanager
    def begin(self) -> Generator[Store]:
        with self.send() as store:
            yield store
        self.land()

    @contextmanager
    def send(self) -> Generator[Store]:
        refuse_without(self._room)
        with self._known(), self._conn.begin():
            self._kept.settings.begin()
            yield PgStore(self._conn, self._kept)

    def landed(self) -> bool:
        with self._known():
            return self._conn.landed()

    def land(self) -> None:
        with self._known():
            self._conn.land()

    @contextmanager
    def _known(self) -> Generator[None]:
        """What is kept is believed for as long as nothing goes wrong."""
        try:
            with served():
                yield
        except BaseException:
            self._kept.forget()
            raise

    def still_there(self) -> None:
        if time.monotonic() - self._conn.spoke_s > HEARTBEAT_S:
            with served():
                self._conn.look("select", ())

    def close(self) -> None:
        self._conn.close()


class PgPartition:
    """A routing partition: whoever holds its advisory lock writes."""

    def __init__(self, database: Database, number: int = 0, *, room: Room = always) -> None:
        self._database = database
        self._number = number
        self._room = room

    def become_writer(self, wait_s: float) -> Writer | None:
        refuse_without(self._room)
        with served():
            return self._locked(wait_s)

    def _locked(self, wait_s: float) -> Writer | None:
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
        conn.beside = self._beside
        for setting, value in (*LET_GO, *BY_KEY):
            conn.execute("select set_config(%s, %s, false)", (setting, value))
        return PgWriter(conn, self._room)

    def _beside(self) -> Conn:
        """For the writer's questions while its transaction is on its way; it has no lock, and writes no row."""
        conn = self._database.connect()
        conn.autocommit = True
        return conn
