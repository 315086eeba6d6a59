"""Lines whose sound passes through the centre: their browsers connect to it, and not to each other."""

from collections.abc import Callable, Mapping
from functools import partial
from threading import RLock
from typing import Protocol

from affluent.channels.voice.web.legs import Json, Leg
from affluent.channels.voice.web.meetings import Meetings

CENTRE = "centre"
"""How the centre is called as a peer. No line's name is as short."""


class Media(Protocol):
    """Carries the sound of a server's lines. Each method may be called from any thread, in order, and never waits.

    What is about a line that is not there does nothing.
    """

    def meet(self, leg: str, line: int, tell: Callable[[Json], None], anew: Callable[[], None]) -> None:
        """The browser of a line begins the connection of this number; one before it is thrown away.

        `tell` hands its browser a signal about that connection, `anew` asks for another one in its place.
        """
        ...

    def signal(self, leg: str, line: int, what: Json) -> None:
        """What the browser says of that connection."""
        ...

    def seat(self, leg: str, room: str | None, hears: str | None, whispers_to: str) -> None:
        """In which room a line is, or listens in, and which line alone hears it there (empty: none)."""
        ...

    def mute(self, leg: str, on: bool) -> None: ...

    def digit(self, leg: str, digit: str) -> None:
        """A key was pressed on the page of a line."""
        ...

    def gone(self, leg: str) -> None:
        """The line is over."""
        ...


class Through:
    """Of the lines of one process. Used with their lock held, but for `digit`."""

    def __init__(self, lock: RLock, to: Callable[[Leg, Json], None]) -> None:
        self._lock = lock
        self._to = to
        self._media: dict[int, Media] = {}
        self._lines: dict[str, int] = {}
        self._count = 0

    def of(self, server_id: int) -> Media | None:
        return self._media.get(server_id)

    def carries(self, leg: Leg) -> bool:
        return leg.server_id in self._media

    def attach(
        self, server_id: int, media: Media | None, legs: Mapping[str, Leg], meetings: Meetings
    ) -> list[Leg]:
        """What carries a server's lines from now on. Where that is another one, those that are up begin anew:

        here, or with each other; the latter are returned.
        """
        if self.of(server_id) is media:
            return []
        moved = [one for one in legs.values() if one.server_id == server_id]
        for leg in moved:
            for other in meetings.connected(leg):
                meetings.end(leg, other)
                self._to(leg, {"t": "peer_gone", "peer": other.id})
            self._unmeet(leg)
        if media is None:
            self._media.pop(server_id, None)
            return moved
        self._media[server_id] = media
        for leg in moved:
            self.meet(leg)
        return []

    def answer(self, leg: Leg) -> None:
        """A caller is answered: they hear the centre, if their sound passes here."""
        leg.up, before = True, leg.up
        if not before:
            self.meet(leg)

    def meet(self, leg: Leg) -> None:
        """The browser of a line that is up connects to the centre, anew if it had."""
        media = self.of(leg.server_id)
        if media is None or not leg.up:
            return
        self._count += 1
        number = self._lines[leg.id] = self._count
        media.meet(leg.id, number, partial(self._tell, leg, number), partial(self._anew, leg, number))
        media.seat(leg.id, leg.room, leg.hears, leg.whispers_to)
        # Pictures and boards go between browsers that connect to each other: nothing is shared through here.
        how = {"line": number, "offer": True, "speaks": True, "shares": [], "standing": []}
        self._to(leg, {"t": "peer", "peer": CENTRE} | how)

    def _unmeet(self, leg: Leg) -> None:
        """The line goes on, but not through here."""
        media = self.of(leg.server_id)
        if media is not None and self._lines.pop(leg.id, None) is not None:
            media.gone(leg.id)
            self._to(leg, {"t": "peer_gone", "peer": CENTRE})

    def signal(self, leg: Leg, peer: str, line: int, what: Json) -> None:
        media = self.of(leg.server_id)
        if media is not None and peer == CENTRE and self._lines.get(leg.id) == line:
            media.signal(leg.id, line, what)

    def seat(self, leg: Leg) -> None:
        media = self.of(leg.server_id)
        if media is not None:
            media.seat(leg.id, leg.room, leg.hears, leg.whispers_to)

    def mute(self, leg: Leg, on: bool) -> None:
        media = self.of(leg.server_id)
        if media is not None:
            media.mute(leg.id, on)

    def digit(self, leg: Leg, digit: str) -> None:
        """A caller pressed a key of their page. Where no sound passes here there is nobody to hear it."""
        with self._lock:
            media = self.of(leg.server_id)
            if media is not None:
                media.digit(leg.id, digit)

    def gone(self, leg: Leg) -> None:
        media = self.of(leg.server_id)
        self._lines.pop(leg.id, None)
        if media is not None:
            media.gone(leg.id)

    # -- from the thread of the sound

    def _tell(self, leg: Leg, number: int, what: Json) -> None:
        with self._lock:
            if self._lines.get(leg.id) == number:
                self._to(leg, {"t": "signal", "peer": CENTRE, "line": number} | what)

    def _anew(self, leg: Leg, number: int) -> None:
        with self._lock:
            if self._lines.get(leg.id) == number:
                self.meet(leg)
