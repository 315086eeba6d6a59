"""Where recordings are kept, and what pages read of them, as ports. `storage` provides them on PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from affluent.centre.recording.consent import Beginning
from affluent.centre.wall import Viewer


@dataclass(frozen=True, slots=True)
class Recording:
    """What is known of one: `state` is begun, kept, failed or erased."""

    id: int
    contact_id: int
    brand_id: int
    purpose: str
    begun_ms: int
    keep_until_ms: int
    state: str
    duration_ms: int | None
    erased_ms: int | None


class RecordingStore(Protocol):
    """What whoever records writes; each act is one short transaction, from any thread."""

    def begin(self, beginning: Beginning) -> str:
        """Notes that it begins; the name under which its switch keeps it."""
        ...

    def running(self, contact_id: int) -> str | None:
        """The name of the one that was begun for a contact, and of which nothing was heard since."""
        ...

    def keep(self, name: str, sound: bytes, duration_ms: int) -> None:
        """Its sound, encrypted. A repeat, and a name that nobody knows, change nothing."""
        ...

    def failed(self, name: str) -> None: ...

    def erase_due(self, now_ms: int) -> int:
        """Erases those whose time is over; how many."""
        ...


class RecordingViews(Protocol):
    """What pages read and do; each is one short transaction, from any thread."""

    def of_contact(self, contact_id: int) -> Sequence[Recording]: ...

    def listen(self, viewer: Viewer, recording_id: int, now_ms: int) -> bytes:
        """The sound (WAV), and who listened, in the audit trail.

        Raises `NotFound` behind the wall and for what is not kept (any more).
        """
        ...

    def erase(self, viewer: Viewer, recording_id: int, now_ms: int) -> None:
        """Erases one before its time, and who did it, in the audit trail. Raises `NotFound`."""
        ...

    def erase_of_customer(self, viewer: Viewer, customer_id: int, messages: int, now_ms: int) -> int:
        """Erases all there is of a customer, `messages` gone before it, and who did it, in the audit trail.

        How many recordings. Raises `NotFound` behind the wall.
        """
        ...

    def of_customer(self, viewer: Viewer, customer_id: int) -> int:
        """How many recordings there are of a customer. Raises `NotFound` behind the wall."""
        ...
