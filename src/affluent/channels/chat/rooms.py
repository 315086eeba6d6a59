"""Who is there: the open sockets of each chat, and what has news for them.

A room keeps no messages. News only wakes its visits, and each then looks what came since its last look, so
that nothing can be lost, repeated or out of order on the way, and a slow socket piles up nothing.
"""

import asyncio
from dataclasses import dataclass, field

from affluent.centre.hub import (
    AgentRead,
    Announcement,
    ContactChanged,
    DoorChanged,
    DoorsChanged,
    Hub,
    MessageAdded,
    Typing,
)

VISITS_MAX = 20


@dataclass(eq=False, slots=True)
class Visit:
    """One open socket of a chat."""

    chat_id: int
    news: asyncio.Event = field(default_factory=asyncio.Event)
    typing: Typing | None = None
    """What the agent's hands do, when the customer has not been told yet."""
    door: bool = False
    """Whether the chat was closed or opened since the customer was told."""


@dataclass(eq=False, slots=True)
class Room:
    """The visits of one chat, with the contacts whose announcements concern it."""

    visits: list[Visit] = field(default_factory=list[Visit])
    contacts: set[int] = field(default_factory=set[int])


class Rooms:
    """All rooms of this process. Used from the event loop; only `hear` may be called from any thread."""

    def __init__(self) -> None:
        self._rooms: dict[int, Room] = {}
        self._by_contact: dict[int, Room] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def __contains__(self, chat_id: object) -> bool:
        return chat_id in self._rooms

    def join(self, visit: Visit, contact_id: int | None) -> bool | None:
        """Lets a socket in; true when it is the chat's first, None when the room is full."""
        room = self._rooms.setdefault(visit.chat_id, Room())
        if len(room.visits) >= VISITS_MAX:
            return None
        room.visits.append(visit)
        if contact_id is not None:
            self.follow(visit.chat_id, contact_id)
        return len(room.visits) == 1

    def leave(self, visit: Visit) -> bool:
        """Lets a socket out; true when it was the chat's last."""
        room = self._rooms[visit.chat_id]
        room.visits.remove(visit)
        if room.visits:
            return False
        del self._rooms[visit.chat_id]
        for contact_id in room.contacts:
            del self._by_contact[contact_id]
        return True

    def follow(self, chat_id: int, contact_id: int) -> None:
        """From now on, what is announced of this contact concerns the chat; its visits look at once."""
        room = self._rooms.get(chat_id)
        if room is None:
            return
        room.contacts.add(contact_id)
        self._by_contact[contact_id] = room
        for visit in room.visits:
            visit.news.set()

    def listen(self, hub: Hub) -> "Listening":
        self._loop = asyncio.get_running_loop()
        return Listening(self, hub)

    def hear(self, announcement: Announcement) -> None:
        """One announcement of the hub, in the publisher's thread."""
        match announcement:
            case MessageAdded(direction="note") | Typing(agent_id=None):
                return
            case DoorChanged() | DoorsChanged():
                if self._loop is not None and not self._loop.is_closed():
                    self._loop.call_soon_threadsafe(self._look_at_door)
                return
            case MessageAdded() | ContactChanged() | AgentRead() | Typing():
                pass
            case _:
                return
        # A contact that is not followed yet will be looked at when it is: missing it here loses nothing.
        if announcement.contact_id not in self._by_contact or self._loop is None or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._wake, announcement)

    def _look_at_door(self) -> None:
        for room in self._rooms.values():
            for visit in room.visits:
                visit.door = True
                visit.news.set()

    def _wake(self, announcement: MessageAdded | ContactChanged | AgentRead | Typing) -> None:
        room = self._by_contact.get(announcement.contact_id)
        for visit in room.visits if room is not None else ():
            if isinstance(announcement, Typing):
                visit.typing = announcement
            visit.news.set()


class Listening:
    """The one subscription of the door, for as long as the block lasts."""

    def __init__(self, rooms: Rooms, hub: Hub) -> None:
        self._rooms = rooms
        self._hub = hub

    def __enter__(self) -> None:
        self._stop = self._hub.subscribe(self._rooms.hear)

    def __exit__(self, *_: object) -> None:
        self._stop()
