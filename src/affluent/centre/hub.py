"""Tells whoever watches what a commit changed. Nothing here is durable: who missed it reads the state."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from affluent.centre.records import Contact, Presence

log = structlog.get_logger("affluent.hub")


@dataclass(frozen=True, slots=True)
class DeskChanged:
    """The lists, the presence or the offers of an agent changed."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class PulledBack:
    """What was offered to an agent went back, for something that goes first."""

    agent_id: int
    contact_id: int


@dataclass(frozen=True, slots=True)
class ContactChanged:
    contact_id: int
    request_id: int
    brand_id: int
    version: int


@dataclass(frozen=True, slots=True, eq=False)
class ContactMoved:
    """A contact as it stands after a fact. Each is told: whoever keeps a picture applies them in order."""

    at_ms: int
    contact: Contact


@dataclass(frozen=True, slots=True, eq=False)
class AgentMoved:
    """An agent's presence after a fact."""

    presence: Presence


@dataclass(frozen=True, slots=True)
class NoticesChanged:
    """What supervisors tell these people changed."""

    account_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DoorChanged:
    """A channel was closed for a while, or is open again."""

    channel_id: int


@dataclass(frozen=True, slots=True)
class DoorsChanged:
    """What several doors tell before anyone queues has changed: each looks anew."""


@dataclass(frozen=True, slots=True)
class BoardChanged:
    """Something that only the board shows: `alerts`, `notices`, or `levers` (closed, raised, limits)."""

    what: str


@dataclass(frozen=True, slots=True)
class MessageAdded:
    contact_id: int
    request_id: int
    brand_id: int
    message_id: int
    direction: str


@dataclass(frozen=True, slots=True)
class DeliveryMoved:
    contact_id: int
    brand_id: int
    message_id: int
    delivery: str
    error: str | None


@dataclass(frozen=True, slots=True)
class Typing:
    contact_id: int
    brand_id: int
    agent_id: int | None
    """Who types: an agent, or None for the customer."""
    name: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class CustomerRead:
    contact_id: int
    brand_id: int
    up_to: int


@dataclass(frozen=True, slots=True)
class AgentRead:
    contact_id: int
    up_to: int


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    noun: str


@dataclass(frozen=True, slots=True)
class OutboxFilled:
    """Something waits to be done in the world."""


@dataclass(frozen=True, slots=True)
class Notified:
    """A person's notifications changed."""

    account_id: int


@dataclass(frozen=True, slots=True)
class JobMoved:
    """An act on many contacts went on, or ended."""

    account_id: int
    job_id: int


@dataclass(frozen=True, slots=True)
class TwinMoved:
    """A run of the twin went on, or ended; for those who see all of `brands`."""

    run_id: int
    brands: tuple[int, ...]
    state: str
    done: int
    total: int
    step: str


Announcement = (
    DeskChanged
    | PulledBack
    | ContactChanged
    | ContactMoved
    | AgentMoved
    | NoticesChanged
    | DoorChanged
    | DoorsChanged
    | BoardChanged
    | MessageAdded
    | DeliveryMoved
    | Typing
    | CustomerRead
    | AgentRead
    | SettingsChanged
    | OutboxFilled
    | Notified
    | JobMoved
    | TwinMoved
)
Listener = Callable[[Announcement], None]


class Hub:
    """Fan-out within a process. Listeners are called in the publisher's thread and must not wait."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Adds a listener; the returned function takes it away again."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(one for one in self._listeners if one is not listener)

        return unsubscribe

    def publish(self, *announcements: Announcement) -> None:
        for announcement in announcements:
            for listener in self._listeners:
                try:
                    listener(announcement)
                except Exception:
                    # What it tells of is committed: one deaf listener must not stop the others, nor the runner.
                    log.exception("listener_failed", of=type(announcement).__name__)
