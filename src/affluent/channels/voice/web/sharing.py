"""What a caller and an agent share beside their voices: cameras, a screen, a board.

Off until one asks and the other says yes. The pictures go from browser to browser; this is what was asked, what was
agreed, and who is told. Only the two of one talk can share: who listens in, or is in another room, is offered nothing
and passed nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from affluent.channels.voice.switch import SharingBegan, SharingEnded, SwitchEvent
from affluent.channels.voice.web.desks import Desks
from affluent.channels.voice.web.frames import SHAREABLE, Sharing
from affluent.channels.voice.web.legs import Json, Leg
from affluent.channels.voice.web.meetings import Meetings
from affluent.facts.instants import Clock


@dataclass(eq=False)
class Shared:
    """Something that one asked the other to share. `shower` shows a screen; None where each shows something."""

    what: str
    asker: Leg
    asked: Leg
    shower: Leg | None
    since_ms: int | None = None
    """Since when both agree; None while it is only asked."""

    def seen_by(self, leg: Leg) -> Json:
        shows = "both" if self.shower is None else "me" if self.shower is leg else "you"
        return {
            "what": self.what,
            "on": self.since_ms is not None,
            "asker": self.asker is leg,
            "shows": shows,
        }


class Sharings:
    """Of the lines of one process. Used with their lock held."""

    def __init__(
        self,
        legs: Mapping[str, Leg],
        desks: Desks,
        meetings: Meetings,
        clock: Clock,
        to: Callable[[Leg, Json], None],
        event: Callable[[Leg, SwitchEvent], None],
    ) -> None:
        self._legs = legs
        self._desks = desks
        self._meetings = meetings
        self._clock = clock
        self._to = to
        self._event = event
        self._of: dict[tuple[frozenset[str], str], Shared] = {}

    def between(self, leg: Leg, other: Leg) -> Json:
        """What a page is told with a new connection: what it may share there, and what they share already.

        A page that was loaded anew knows nothing of the latter, and stops it; after a cut both go on.
        """
        standing = [self._of.get((_pair(leg, other), what)) for what in SHAREABLE]
        return {
            "shares": _offered(leg, other),
            "standing": [one.seen_by(leg) for one in standing if one is not None],
        }

    def take(self, leg: Leg, told: Sharing) -> None:
        """What a page says of what is shared with a peer; about a connection that is gone it says nothing."""
        other = self._legs.get(told.peer)
        if other is None or not self._meetings.stands(leg, told.peer, told.line):
            return
        shared = self._of.get((_pair(leg, other), told.what))
        match told.act:
            case "ask":
                self._ask(leg, other, told, shared)
            case "yes" if shared is not None:
                self._agreed(shared, leg)
            case "no" if shared is not None and shared.asked is leg and shared.since_ms is None:
                self._forget(shared)
                self._tell(shared.asker, leg, told.what, "no")
            case "stop" if shared is not None:
                self._over(shared, "customer" if leg.agent_id is None else "agent")
                self._tell(other, leg, told.what, "stop")
            case _:
                # It was over, or is answered, a moment before.
                pass

    def part(self, leg: Leg, other: Leg) -> None:
        """The two are not in one room any more: whatever they shared is over. Their pages see the connection end."""
        for what in SHAREABLE:
            shared = self._of.get((_pair(leg, other), what))
            if shared is not None:
                self._over(shared, "call")

    def _ask(self, leg: Leg, other: Leg, told: Sharing, shared: Shared | None) -> None:
        if told.what not in _offered(leg, other):
            self._tell(leg, other, told.what, "no", why="not_offered")
            return
        shower = {"me": leg, "you": other}.get(told.shows)
        if shared is None:
            shared = Shared(told.what, leg, other, shower)
            self._of[_pair(leg, other), told.what] = shared
            self._tell(other, leg, told.what, "ask", shows=shared.seen_by(other)["shows"])
        elif shared.since_ms is None and shared.asked is leg and shared.shower is shower:
            # Both asked for the same at once: that is a yes.
            self._agreed(shared, leg)
            self._tell(leg, other, told.what, "yes")
        elif shared.since_ms is not None or shared.asked is leg:
            self._tell(leg, other, told.what, "no", why="busy")

    def _agreed(self, shared: Shared, leg: Leg) -> None:
        if shared.asked is not leg or shared.since_ms is not None:
            return
        shared.since_ms = self._clock.now_ms()
        self._tell(shared.asker, leg, shared.what, "yes")
        caller, agent_id = _sides(shared)
        self._event(
            caller,
            SharingBegan(
                caller.id, shared.since_ms, agent_id, shared.what, _who(shared.asker), _shown(shared)
            ),
        )

    def _over(self, shared: Shared, ended_by: str) -> None:
        self._forget(shared)
        if shared.since_ms is None:
            return
        now_ms = self._clock.now_ms()
        caller, agent_id = _sides(shared)
        lasted_ms = max(0, now_ms - shared.since_ms)
        self._event(
            caller,
            SharingEnded(caller.id, now_ms, agent_id, shared.what, _shown(shared), lasted_ms, ended_by),
        )

    def _forget(self, shared: Shared) -> None:
        del self._of[_pair(shared.asker, shared.asked), shared.what]

    def _tell(self, leg: Leg, about: Leg, what: str, act: str, **more: str) -> None:
        phone = None if about.agent_id is None else self._desks.phones.get(about.agent_id)
        name = about.name if phone is None else phone.name
        self._to(leg, {"t": "share", "peer": about.id, "what": what, "act": act, "name": name} | more)


def _pair(leg: Leg, other: Leg) -> frozenset[str]:
    return frozenset((leg.id, other.id))


def _who(leg: Leg) -> str:
    return "customer" if leg.agent_id is None else "agent"


def _shown(shared: Shared) -> str:
    return "both" if shared.shower is None else _who(shared.shower)


def _sides(shared: Shared) -> tuple[Leg, int]:
    """The caller's line, and the agent."""
    caller, desk = shared.asker, shared.asked
    if caller.agent_id is not None:
        caller, desk = desk, caller
    assert desk.agent_id is not None, "an agent and a caller share"
    return caller, desk.agent_id


def _offered(leg: Leg, other: Leg) -> list[str]:
    """What these two may share: they talk with each other, one is a caller's page, and its channel offers it."""
    caller, desk = (leg, other) if leg.agent_id is None else (other, leg)
    together = leg.room is not None and leg.room == other.room
    if not together or caller.agent_id is not None or desk.agent_id is None:
        return []
    return [what for what in SHAREABLE if what in caller.shares]
