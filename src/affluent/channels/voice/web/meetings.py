"""Which browsers are connected with which, and the number of the connection that two of them have now."""

from collections.abc import Callable, Mapping

from affluent.channels.voice.web.legs import Leg


class Meetings:
    """Of the lines of one process. Used with their lock held."""

    def __init__(self, legs: Mapping[str, Leg], through: Callable[[Leg], bool] = lambda leg: False) -> None:
        """`through`: whose sound passes through the centre, so that they connect to no other browser."""
        self._legs = legs
        self._through = through
        self._count = 0
        self._between: dict[frozenset[str], int] = {}

    def begin(self, leg: Leg, other: Leg) -> int:
        """The number of a new connection; one that the two had is no more."""
        self._count += 1
        self._between[frozenset((leg.id, other.id))] = self._count
        return self._count

    def end(self, leg: Leg, other: Leg) -> None:
        self._between.pop(frozenset((leg.id, other.id)), None)

    def stands(self, leg: Leg, peer: str, number: int) -> bool:
        """Whether this is the connection the two have now."""
        return self._between.get(frozenset((leg.id, peer))) == number

    def talking(self, leg: Leg) -> list[Leg]:
        """Who is in one room with it: they hear each other."""
        if leg.room is None:
            return []
        return [one for one in self._legs.values() if one is not leg and one.room == leg.room]

    def connected(self, leg: Leg) -> list[Leg]:
        """Who it has a connection with: those it talks with, and whoever listens in there, or those it listens to."""
        room = leg.room or leg.hears
        if room is None or self._through(leg):
            return []
        listeners = leg.room is not None
        return [
            one
            for one in self._legs.values()
            if one is not leg and (one.room == room or (listeners and one.hears == room))
        ]


def speaks(leg: Leg, other: Leg) -> bool:
    """Whether `other` hears it. Who listens in is heard by nobody, or by the one they whisper to."""
    return leg.hears is None or leg.whispers_to == other.id
