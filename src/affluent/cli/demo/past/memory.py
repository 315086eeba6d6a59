"""A store in memory behind the ports of the centre: what the history is lived in before it is written down.

Rows are dictionaries of the columns that the use cases name, as the tables have them; `past.copying` writes them.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from affluent.centre import ports
from affluent.centre.merging_ports import Merges
from affluent.centre.notifying_ports import Notices
from affluent.centre.questions import Question
from affluent.centre.supervising.ports import Supervision
from affluent.centre.trials.records import Trials
from affluent.cli.demo.past.contacts import Contacts, Fact, Journal, Numbers, Requests
from affluent.cli.demo.past.conversations import Files, Messages, Outbox
from affluent.cli.demo.past.people import (
    Chats,
    Customers,
    People,
    Repeated,
    Timers,
    Unnoticed,
    Unsupervised,
)
from affluent.cli.demo.past.settings import Settings


@dataclass(frozen=True, slots=True)
class Tables:
    """What is in memory, as rows."""

    journal: Journal
    contacts: Contacts
    requests: Requests
    files: Files
    messages: Messages
    customers: Customers
    chats: Chats
    outbox: Outbox
    timers: Timers
    people: People


class MemoryStore:
    """All ports of the centre, in memory. A savepoint undoes nothing: whoever lives here never makes mistakes."""

    def __init__(self, settings: Settings, first: Mapping[str, int], heard: Callable[[Fact], None]) -> None:
        numbers = Numbers(first)
        files = Files(numbers)
        self.tables = Tables(
            Journal(numbers, heard), Contacts(numbers), Requests(numbers), files, Messages(numbers, files),
            Customers(numbers), Chats(numbers), Outbox(numbers), Timers(), People(),
        )  # fmt: skip
        self.journal: ports.Journal = self.tables.journal
        self.contacts: ports.Contacts = self.tables.contacts
        self.requests: ports.Requests = self.tables.requests
        self.files: ports.Files = files
        self.messages: ports.Messages = self.tables.messages
        self.customers: ports.Customers = self.tables.customers
        self.chats: ports.Chats = self.tables.chats
        self.outbox: ports.Outbox = self.tables.outbox
        self.timers: ports.Timers = self.tables.timers
        self.settings: ports.Settings = settings
        self.people: ports.People = self.tables.people
        self.repeated: ports.Repeated = Repeated()
        # Doors ask whether a channel is closed; nobody in the past acts as a supervisor.
        self.supervision = cast(Supervision, Unsupervised())
        self.notices = cast(Notices, Unnoticed())
        # Nobody merges contacts or acts on many at once: whoever asked would fail at once.
        self.merges = cast(Merges, None)
        # In this past nobody telephones yet.
        self.calls = cast(ports.Calls, None)
        self.calling_out = cast(ports.CallingOut, None)
        self.steerings = cast(ports.Steerings, None)
        self.appointments = cast(ports.Appointments, None)
        # Nobody asks of an offer of this past who else could have had it: no engine's standing is kept.
        self.marks = cast(ports.Marks, None)
        self.bulk = cast(ports.BulkItems, None)
        self.trials = cast(Trials, None)

    def foresee(self, questions: Iterable[Question]) -> None:
        """Nothing is far away."""

    @contextmanager
    def savepoint(self) -> Generator[None]:
        yield
