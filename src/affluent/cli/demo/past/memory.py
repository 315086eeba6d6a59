"""A store in memory behind the ports of the centre: what the history is lived in before it is written down.

Rows are dictionaries of the columns that the use cases name, as the tables have them; `past.copying` writes them.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

from affluent.cli.demo.past.contacts import Contacts, Fact, Journal, Numbers, Requests
from affluent.cli.demo.past.conversations import Files, Messages, Outbox
from affluent.cli.demo.past.people import Chats, Customers, People, Timers
from affluent.cli.demo.past.settings import Settings


class MemoryStore:
    """All ports of the centre, in memory. A savepoint undoes nothing: whoever lives here never makes mistakes."""

    def __init__(self, settings: Settings, first: Mapping[str, int], heard: Callable[[Fact], None]) -> None:
        numbers = Numbers(first)
        self.journal = Journal(numbers, heard)
        self.contacts = Contacts(numbers)
        self.requests = Requests(numbers)
        self.files = Files(numbers)
        self.messages = Messages(numbers, self.files)
        self.customers = Customers(numbers)
        self.chats = Chats(numbers)
        self.outbox = Outbox(numbers)
        self.timers = Timers()
        self.settings = settings
        self.people = People()

    @contextmanager
    def savepoint(self) -> Generator[None]:
        yield
