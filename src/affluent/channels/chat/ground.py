"""What every visit of the chat stands on."""

from collections.abc import Callable
from dataclasses import dataclass

from affluent.centre.doors import ChatDoorStore, PromisedHours
from affluent.centre.hub import Hub
from affluent.centre.runner import Runner
from affluent.channels.chat.rooms import Rooms
from affluent.channels.chat.wording import wait_told
from affluent.channels.floods import Flood
from affluent.facts.instants import Clock
from affluent.twin.waits.predicting import Range


@dataclass(frozen=True)
class Door:
    """What every visit stands on."""

    store: ChatDoorStore
    runner: Runner
    hub: Hub
    clock: Clock
    rooms: Rooms
    new_chats: Flood
    words: Flood
    uploads: Flood
    waits: Callable[[int, int], Range | None]
    """What to announce to a contact that waits, at an instant."""
    hours: PromisedHours

    def wait_of(self, contact_id: int, language: str) -> str | None:
        """How long a contact will still wait, in words; None while nobody knows."""
        found = self.waits(contact_id, self.clock.now_ms())
        return None if found is None else wait_told(found.low_ms, found.high_ms, language)
