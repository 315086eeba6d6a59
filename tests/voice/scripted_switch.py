"""A switch in memory: the double of `Switch`. Its parties do what a test says; it keeps what it was told to do."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from affluent.channels.voice.switch import (
    Away,
    Can,
    DigitHeard,
    Ending,
    LegArrived,
    LegEnded,
    LegGone,
    LegJoined,
    LegLeft,
    LegRings,
    LegStanding,
    LegUp,
    PlayEnded,
    Reached,
    RecordingEnded,
    Sound,
    SwitchAway,
    SwitchError,
    SwitchEvent,
)

NOW_MS = 1_790_000_000_000


@dataclass
class Line:
    """A leg, as its party and its switch know it."""

    leg: str
    door: str
    from_number: str
    up: bool = False
    room: str | None = None
    music: bool = False
    playing: list[str] = field(default_factory=list[str])
    tags: dict[str, str] = field(default_factory=dict[str, str])


class ScriptedSwitch:
    """Used from one loop, the test's acts (`rings`, `picks_up`, ...) from any thread by `soon`."""

    def __init__(self, number: int = 1, can: frozenset[Can] = frozenset(Can)) -> None:
        self.id, self.can = number, can
        self.lines: dict[str, Line] = {}
        self.there = True
        self.unreachable: set[str] = set()
        """Phones that are not there: they cannot be dialled."""
        self.acts: list[tuple[str, ...]] = []
        self.stored: dict[str, bytes] = {}
        """What was recorded, and not fetched."""
        self.mischief: Callable[[SwitchEvent], float | None] = lambda event: 0.0
        """After how many seconds an event is told; None: it is lost."""
        self._numbers = itertools.count(1)
        self._told: asyncio.Queue[SwitchEvent] = asyncio.Queue()
        self.loop: asyncio.AbstractEventLoop | None = None

    # -- the port

    async def events(self) -> AsyncIterator[SwitchEvent]:
        self.loop = asyncio.get_running_loop()
        self._told = asyncio.Queue()
        if self.there:
            self._told.put_nowait(Reached(NOW_MS))
        while True:
            yield await self._told.get()

    async def standing(self) -> Sequence[LegStanding]:
        self._here()
        return [
            LegStanding(one.leg, one.up, one.room, one.from_number, one.door, NOW_MS, dict(one.tags))
            for one in self.lines.values()
        ]

    async def tag(self, leg: str, tags: Mapping[str, str]) -> None:
        self._line(leg).tags.update(tags)

    async def answer(self, leg: str) -> None:
        self._line(leg).up = True

    async def play(self, leg: str, sounds: Sequence[Sound]) -> str:
        line = self._line(leg)
        name = f"play-{next(self._numbers)}"
        line.playing.append(name)
        self.acts.append(("play", leg, *(one.name for one in sounds)))
        return name

    async def stop_play(self, play: str) -> None:
        for line in self.lines.values():
            if play in line.playing:
                self.heard_out(line.leg, stopped=True)

    async def music(self, leg: str, on: bool) -> None:
        self._line(leg).music = on

    async def dial(
        self, to: str, *, from_number: str, name: str, timeout_s: int, tags: Mapping[str, str]
    ) -> str:
        self._here()
        if to in self.unreachable:
            raise SwitchError(f"{to} is not registered")
        leg = f"leg-{self.id}-{next(self._numbers)}"
        self.lines[leg] = Line(leg, to, from_number, tags=dict(tags))
        self.acts.append(("dial", to))
        self._tell(LegRings(leg, NOW_MS))
        return leg

    async def join(self, room: str, legs: Sequence[str]) -> None:
        for leg in legs:
            self._line(leg).room = room
            self._tell(LegJoined(leg, NOW_MS, room))

    async def part(self, room: str, leg: str) -> None:
        self._line(leg).room = None
        self._tell(LegLeft(leg, NOW_MS, room))

    async def mute(self, leg: str, on: bool) -> None:
        self._line(leg)
        self.acts.append(("mute", leg, str(on)))

    async def send_digits(self, leg: str, digits: str) -> None:
        self._line(leg)
        self.acts.append(("digits", leg, digits))

    async def listen(self, leg: str, to_leg: str, *, whisper: bool) -> None:
        self._line(leg)
        self._line(to_leg)
        self.acts.append(("whisper" if whisper else "listen", leg, to_leg))

    async def record(self, room: str, name: str) -> None:
        self.acts.append(("record", room, name))

    async def take_message(self, leg: str, name: str, *, most_s: int, silence_s: int) -> None:
        self._line(leg)
        self.acts.append(("message", leg, name))

    async def recordings(self) -> Sequence[str]:
        return sorted(self.stored)

    async def pause_recording(self, name: str, on: bool) -> None:
        self.acts.append(("pause", name, str(on)))

    async def stop_recording(self, name: str) -> None:
        self.acts.append(("stop", name))

    async def fetch_recording(self, name: str) -> bytes:
        self._here()
        if name not in self.stored:
            raise LegGone(name)
        return self.stored.pop(name)

    async def hang_up(self, leg: str) -> None:
        self._here()
        if leg in self.lines:
            self._end(leg, Ending.HUNG_UP)

    async def close(self) -> None:
        pass

    # -- what its parties do

    def rings(self, number: str = "+33612345678", door: str = "+33145678900") -> str:
        """Somebody calls."""
        leg = f"leg-{self.id}-{next(self._numbers)}"
        self.lines[leg] = Line(leg, door, number)
        self._tell(LegArrived(leg, NOW_MS, number, door))
        return leg

    def picks_up(self, leg: str) -> None:
        """Too late for a line that was let go meanwhile: nothing is told of it, as by a real switch."""
        if leg in self.lines:
            self.lines[leg].up = True
            self._tell(LegUp(leg, NOW_MS))

    def ends(self, leg: str, ending: Ending = Ending.HUNG_UP) -> None:
        if leg in self.lines:
            self._end(leg, ending)

    def presses(self, leg: str, digits: str) -> None:
        for digit in digits:
            self._tell(DigitHeard(leg, NOW_MS, digit))

    def tells(self, event: SwitchEvent) -> None:
        """Whatever else a switch may tell."""
        self._tell(event)

    def heard_out(self, leg: str, *, stopped: bool = False) -> None:
        """What was played to it came to its end."""
        self._tell(PlayEnded(leg, NOW_MS, self.lines[leg].playing.pop(0), stopped))

    def goes(self) -> None:
        """The way to it is cut; its calls go on."""
        self.there = False
        self._tell(Away(NOW_MS))

    def comes(self, *, restarted: bool = False) -> None:
        if restarted:
            self.lines.clear()
        self.there = True
        self._tell(Reached(NOW_MS))

    def recorded(self, name: str, sound: bytes, *, told: bool = True) -> None:
        """A recording has ended; `told`: and we hear of it."""
        self.stored[name] = sound
        if told:
            self._tell(RecordingEnded(NOW_MS, name, 1_000))

    def of(self, agent_id: int) -> Line | None:
        """The line of an agent's phone that rings or is up."""
        return next((one for one in self.lines.values() if one.door == f"agent:{agent_id}"), None)

    def together(self, *legs: str) -> bool:
        rooms = {self.lines[leg].room if leg in self.lines else None for leg in legs}
        return len(rooms) == 1 and None not in rooms

    def _end(self, leg: str, ending: Ending) -> None:
        del self.lines[leg]
        self._tell(LegEnded(leg, NOW_MS, ending))

    def _tell(self, event: SwitchEvent) -> None:
        if self.loop is None or self.loop.is_closed():
            # Nobody listens: whoever comes next asks how things stand.
            return
        try:
            here = asyncio.get_running_loop() is self.loop
        except RuntimeError:
            here = False
        late_s = self.mischief(event)
        if late_s is None:
            return
        if here and not late_s:
            self._told.put_nowait(event)
        elif late_s:
            self.loop.call_soon_threadsafe(self.loop.call_later, late_s, self._told.put_nowait, event)
        else:
            self.loop.call_soon_threadsafe(self._told.put_nowait, event)

    def _here(self) -> None:
        if not self.there:
            raise SwitchAway("no way to it")

    def _line(self, leg: str) -> Line:
        self._here()
        if leg not in self.lines:
            raise LegGone(leg)
        return self.lines[leg]
