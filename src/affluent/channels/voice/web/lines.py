"""The lines of browsers: who is there, who is in which room, and which browsers are to connect to each other.

Sockets live in the server's loop, the calls in the loop of the telephone's door: whoever comes takes the lock, does
one short thing, and lets go. What is told to either side is handed to its own loop. The lines are in memory: they
outlast sockets and the door, and not the process.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from threading import RLock

from affluent.channels.voice.switch import (
    Ending,
    LegArrived,
    LegEnded,
    LegGone,
    LegJoined,
    LegLeft,
    LegRings,
    LegStanding,
    LegUp,
    QualityMeasured,
    SwitchError,
    SwitchEvent,
)
from affluent.channels.voice.web.desks import Desks
from affluent.channels.voice.web.frames import Measured, Sharing
from affluent.channels.voice.web.legs import (
    BACK_MS,
    Ahead,
    CallRefused,
    Ice,
    Json,
    Leg,
    Link,
    Tell,
    fresh_name,
    no_ice,
    ringing,
    standing,
    stood,
)
from affluent.channels.voice.web.meetings import Meetings, speaks
from affluent.channels.voice.web.sharing import Sharings
from affluent.channels.voice.web.through import Media, Through
from affluent.facts.instants import Clock


class Browsers:
    """All lines of this process. Every method may be called from any thread."""

    def __init__(self, clock: Clock, ahead: Ahead) -> None:
        self._clock = clock
        self._ahead = ahead
        self._lock = RLock()
        self._legs: dict[str, Leg] = {}
        self._desks = Desks()
        self._tell: dict[int, Tell] = {}
        self._left_ms: dict[int, int] = {}
        self._ice: dict[int, Ice] = {}
        self.through = Through(self._lock, self._to)
        self._meetings = Meetings(self._legs, self.through.carries)
        self._sharings = Sharings(self._legs, self._desks, self._meetings, clock, self._to, self._event)

    # -- the door of the telephone comes and goes

    def attach(self, server_id: int, tell: Tell, ice: Ice = no_ice, media: Media | None = None) -> None:
        """`media`: what carries the sound of its lines; None for browsers that connect to each other."""
        with self._lock:
            self._tell[server_id] = tell
            self._ice[server_id] = ice
            for leg in self.through.attach(server_id, media, self._legs, self._meetings):
                self._meet_all(leg)

    def ice_servers(self, server_id: int | None = None) -> list[Json]:
        """What a caller of a server is told of STUN and TURN; a desk, which answers for all, of all of them."""
        with self._lock:
            now_ms = self._clock.now_ms()
            asked = sorted(self._tell) if server_id is None else [server_id]
            return [one for key in asked if key in self._ice for one in self._ice[key](now_ms)]

    def detach(self, server_id: int, tell: Tell) -> None:
        with self._lock:
            if self._tell.get(server_id) is tell:
                del self._tell[server_id]
                self._left_ms[server_id] = self._clock.now_ms()

    # -- callers

    def serves(self, server_id: int | None) -> bool:
        with self._lock:
            return bool(self._tell) if server_id is None else server_id in self._tell

    def call(
        self, link: Link, *, server_id: int | None, door: str, key: str, name: str, language: str
    ) -> Leg:
        """A caller's line; the same one for the same key. Raises `CallRefused` while nobody takes calls."""
        with self._lock:
            for leg in self._legs.values():
                if leg.key == key and leg.door == door and leg.agent_id is None:
                    self._take(leg, link)
                    return leg
            if not self.serves(server_id):
                raise CallRefused("calls_away")
            server = min(self._tell) if server_id is None else server_id
            leg = Leg(fresh_name(), server, door, self._clock.now_ms(), name=name, language=language)
            leg.key, leg.token, leg.link = key, secrets.token_urlsafe(32), link
            self._legs[leg.id] = leg
            self._event(leg, LegArrived(leg.id, leg.since_ms, "", door, language, name))
            self._stands(leg)
            return leg

    def resume(self, token: str, door: str, link: Link) -> Leg | None:
        """The call of a page that was loaded anew; None when it is not there any more."""
        with self._lock:
            for leg in self._legs.values():
                if leg.token and leg.door == door and hmac.compare_digest(leg.token.encode(), token.encode()):
                    self._take(leg, link)
                    return leg
            return None

    def _take(self, leg: Leg, link: Link) -> None:
        if leg.link is not None and leg.link is not link:
            leg.link.replaced()
        leg.link, leg.gone_ms = link, 0

    def welcome(self, leg: Leg) -> Json:
        """How a caller stands, and from now on every change."""
        with self._lock:
            leg.told = self._standing(leg)
            return leg.told

    def again(self, leg: Leg) -> None:
        """After a welcome: the connections to the others begin anew."""
        with self._lock:
            if leg.contact_id is not None:
                self._to(leg, {"t": "called", "token": leg.token})
            self._meet_all(leg)
            self.through.meet(leg)

    def gone(self, leg: Leg, link: Link) -> None:
        """A caller's socket closed."""
        with self._lock:
            if leg.link is link:
                leg.link, leg.gone_ms = None, self._clock.now_ms()

    def up(self, leg: Leg) -> bool:
        """Whether a caller's line is not over."""
        with self._lock:
            return leg.id in self._legs

    def measured(self, leg: Leg, told: Measured) -> None:
        with self._lock:
            if leg.id in self._legs:
                figures = (told.loss_percent, told.jitter_ms, told.round_trip_ms)
                self._event(leg, QualityMeasured(leg.id, self._clock.now_ms(), *figures))

    def desk_measured(self, agent_id: int, told: Measured) -> None:
        with self._lock:
            leg = self._legs.get(told.leg)
            if leg is not None and leg.agent_id == agent_id:
                self.measured(leg, told)

    # -- desks

    def desk(self, agent_id: int, name: str, link: Link) -> None:
        """An agent's desk is there: the newest page is the phone. Whatever rings or is up is told to it."""
        with self._lock:
            self._desks.sits(agent_id, name, link)
            for leg in self._of(agent_id):
                self._to(leg, ringing(leg))
                self._meet_all(leg)
                self.through.meet(leg)

    def legs_of(self, agent_id: int) -> list[str]:
        with self._lock:
            return [one.id for one in self._of(agent_id)]

    def desk_gone(self, agent_id: int, link: Link) -> None:
        with self._lock:
            self._desks.leaves(agent_id, link, self._clock.now_ms())

    def picks_up(self, agent_id: int, leg_id: str) -> None:
        with self._lock:
            leg = self._legs.get(leg_id)
            if leg is not None and leg.agent_id == agent_id and not leg.up:
                leg.up = True
                self._to(leg, {"t": "up", "leg": leg.id})
                self.through.meet(leg)
                self._event(leg, LegUp(leg.id, self._clock.now_ms()))

    def desk_hangs_up(self, agent_id: int, leg_id: str) -> None:
        with self._lock:
            leg = self._legs.get(leg_id)
            if leg is not None and leg.agent_id == agent_id:
                self._end(leg, Ending.HUNG_UP if leg.up else Ending.REJECTED)

    # -- what browsers tell each other

    def signal(self, leg: Leg, peer: str, line: int, what: Json) -> None:
        """Passed on to who is in the same room, and about the connection they have now: an old one's is dropped."""
        with self._lock:
            other = self._legs.get(peer)
            self.through.signal(leg, peer, line, what)
            if other is not None and self._meetings.stands(leg, peer, line):
                self._to(other, {"t": "signal", "peer": leg.id, "line": line} | what)

    def share(self, who: Leg | int, told: Sharing) -> None:
        with self._lock:
            for leg in self._of(who) if isinstance(who, int) else [who]:
                self._sharings.take(leg, told)

    def desk_signal(self, agent_id: int, peer: str, line: int, what: Json) -> None:
        with self._lock:
            for leg in self._of(agent_id):
                self.signal(leg, peer, line, what)

    # -- what a switch is asked

    def standing(self, server_id: int) -> Sequence[LegStanding]:
        with self._lock:
            return [stood(one) for one in self._legs.values() if one.server_id == server_id]

    def tag(self, leg_id: str, tags: Mapping[str, str]) -> None:
        with self._lock:
            leg = self._leg(leg_id)
            first = leg.contact_id is None
            leg.tags.update(tags)
            if first and leg.contact_id is not None and leg.token:
                # The contact is written: from here on the call is the caller's to come back to.
                self._to(leg, {"t": "called", "token": leg.token})
            self._stands(leg)

    def answer(self, leg_id: str) -> None:
        with self._lock:
            self.through.answer(self._leg(leg_id))

    def dial(
        self,
        server_id: int,
        to: str,
        *,
        from_number: str,
        name: str,
        timeout_s: int,
        tags: Mapping[str, str],
    ) -> str:
        """Rings a desk. Raises `SwitchError` for one that has not been there for a while, or is no desk."""
        with self._lock:
            now_ms = self._clock.now_ms()
            phone = self._desks.reached(to, now_ms)
            if phone is None:
                raise SwitchError(f"{to} is not there")
            leg = Leg(fresh_name(), server_id, to, now_ms, from_number, name)
            leg.agent_id, leg.tags, leg.ring_until_ms = phone.agent_id, dict(tags), now_ms + timeout_s * 1000
            self._legs[leg.id] = leg
            self._to(leg, ringing(leg))
            self._event(leg, LegRings(leg.id, now_ms))
            return leg.id

    def join(self, room: str, legs: Sequence[str]) -> None:
        with self._lock:
            for leg in [self._leg(one) for one in legs]:
                if leg.room == room:
                    continue
                self._part(leg)
                leg.room = room
                for other in self._meetings.talking(leg):
                    leg.met = other.met = True
                self._meet_all(leg)
                self.through.seat(leg)
                self._event(leg, LegJoined(leg.id, self._clock.now_ms(), room))
            self._room_stands(room)

    def part(self, room: str, leg_id: str) -> None:
        with self._lock:
            leg = self._leg(leg_id)
            if leg.room == room:
                self._part(leg)

    def listen(self, leg_id: str, to_leg: str, *, whisper: bool) -> None:
        """Connects a line with all of another one's room: it hears them, and at most that one hears it."""
        with self._lock:
            leg, other = self._leg(leg_id), self._leg(to_leg)
            if other.room is None:
                raise SwitchError(f"{to_leg} talks with nobody")
            self._part(leg)
            leg.hears, leg.whispers_to = other.room, other.id if whisper else ""
            self._meet_all(leg)
            self.through.seat(leg)

    def mute(self, leg_id: str, on: bool) -> None:
        """Where browsers speak with each other directly the page itself falls silent."""
        with self._lock:
            leg = self._leg(leg_id)
            self.through.mute(leg, on)
            self._to(leg, {"t": "mute", "leg": leg.id, "on": on})

    def hang_up(self, leg_id: str) -> None:
        with self._lock:
            leg = self._legs.get(leg_id)
            if leg is not None:
                self._end(leg, Ending.HUNG_UP)

    def sweep(self) -> None:
        """Ends what nobody came back to, and what rang too long; tells callers their place. Once a second."""
        with self._lock:
            now_ms = self._clock.now_ms()
            for leg in list(self._legs.values()):
                if leg.id not in self._legs:
                    continue
                if self._lost(leg, now_ms):
                    self._end(leg, Ending.LOST)
                elif leg.ring_until_ms and not leg.up and now_ms >= leg.ring_until_ms:
                    self._end(leg, Ending.NO_ANSWER)
                else:
                    self._stands(leg)
            self._desks.forget_lost(now_ms)

    def _lost(self, leg: Leg, now_ms: int) -> bool:
        if leg.server_id not in self._tell and now_ms - self._left_ms.get(leg.server_id, 0) >= BACK_MS:
            return True
        if leg.agent_id is None:
            return leg.link is None and now_ms - leg.gone_ms >= BACK_MS
        return self._desks.lost(leg.agent_id, now_ms)

    # -- with the lock held

    def _leg(self, leg_id: str) -> Leg:
        leg = self._legs.get(leg_id)
        if leg is None:
            raise LegGone(leg_id)
        return leg

    def _of(self, agent_id: int) -> list[Leg]:
        return [one for one in self._legs.values() if one.agent_id == agent_id]

    def _meet_all(self, leg: Leg) -> None:
        """It and each it belongs with make a new connection, with a number of its own; it begins: it came last."""
        for other in self._meetings.connected(leg):
            number = self._meetings.begin(leg, other)
            for one, peer in ((other, leg), (leg, other)):
                how = {"line": number, "offer": one is leg, "speaks": speaks(one, peer)}
                self._to(one, {"t": "peer", "peer": peer.id} | how | self._sharings.between(one, peer))

    def _part(self, leg: Leg) -> None:
        """Out of the room it is in, or listens in."""
        room = leg.room
        for other in self._meetings.connected(leg):
            self._sharings.part(leg, other)
            self._meetings.end(leg, other)
            self._to(other, {"t": "peer_gone", "peer": leg.id})
            self._to(leg, {"t": "peer_gone", "peer": other.id})
        leg.room, leg.hears, leg.whispers_to = None, None, ""
        self.through.seat(leg)
        if room is None:
            return
        self._event(leg, LegLeft(leg.id, self._clock.now_ms(), room))
        self._stands(leg)
        self._room_stands(room)

    def _end(self, leg: Leg, ending: Ending) -> None:
        self._part(leg)
        self.through.gone(leg)
        del self._legs[leg.id]
        if leg.agent_id is not None:
            self._to(leg, {"t": "gone", "leg": leg.id, "ending": ending.value})
        else:
            over = {"state": "over", "agent": None, "place": None, "ending": ending.value}
            self._to(leg, {"t": "state"} | over)
        self._event(leg, LegEnded(leg.id, self._clock.now_ms(), ending))

    def _standing(self, leg: Leg) -> Json:
        others = self._meetings.talking(leg)
        phones = self._desks.phones
        agents = [phones[one.agent_id] for one in others if one.agent_id in phones]
        return standing(leg, talks=bool(others), agent=agents[0] if agents else None, ahead=self._ahead)

    def _stands(self, leg: Leg) -> None:
        if leg.agent_id is not None:
            return
        before, leg.told = leg.told, self._standing(leg)
        if leg.told != before:
            self._to(leg, leg.told)

    def _room_stands(self, room: str) -> None:
        for one in [one for one in self._legs.values() if one.room == room]:
            self._stands(one)

    def _to(self, leg: Leg, frame: Json) -> None:
        if leg.agent_id is not None:
            self._desks.tell(leg.agent_id, {"leg": leg.id} | frame)
        elif leg.link is not None:
            leg.link.tell(frame)

    def _event(self, leg: Leg, event: SwitchEvent) -> None:
        tell = self._tell.get(leg.server_id)
        if tell is not None:
            tell(event)
