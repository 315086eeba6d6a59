"""The sound of one server's lines: a loop in a thread of its own that mixes fifty times a second."""

import asyncio
import itertools
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import structlog

from affluent.channels.voice.relay import tape
from affluent.channels.voice.relay.mixing import Mixed, Playing, Voice, frames_of, mixed
from affluent.channels.voice.relay.peer import Peer
from affluent.channels.voice.relay.sounds import FRAME_S, key_tone, sound_of
from affluent.channels.voice.relay.tape import Message, Tape
from affluent.channels.voice.switch import (
    DigitHeard,
    LegGone,
    PlayEnded,
    RecordingEnded,
    SwitchError,
    SwitchEvent,
)
from affluent.channels.voice.web.legs import Json, Tell
from affluent.facts.instants import Clock

BEHIND_S = 0.2
"""After a pause of so long the lost frames are not made up for."""
T = TypeVar("T")
log = structlog.get_logger("affluent.voice")


class Relay:
    """A `Media`. `sounds` is the folder of the sound store, `recordings` one of its own."""

    def __init__(self, clock: Clock, sounds: Path, recordings: Path) -> None:
        self._clock = clock
        self._sounds = sounds
        self._recordings = recordings
        self._tell: Tell | None = None
        self._voices: dict[str, Voice] = {}
        self._peers: dict[str, Peer] = {}
        self._tapes: dict[str, Tape] = {}
        self._plays: dict[str, str] = {}
        self._names = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._some = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._recordings.mkdir(parents=True, exist_ok=True)
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends all connections, and the thread."""
        if self._thread is None:
            return
        thread, self._thread = self._thread, None
        self._post(self._loop.stop)
        thread.join()

    def tell(self, tell: Tell | None) -> None:
        """Who is told what happens from now on."""
        self._tell = tell

    # -- as `Media`, from any thread

    def meet(self, leg: str, line: int, tell: Callable[[Json], None], anew: Callable[[], None]) -> None:
        self._post(self._meets, leg, tell, anew)

    def signal(self, leg: str, line: int, what: Json) -> None:
        self._post(self._signalled, leg, what)

    def seat(self, leg: str, room: str | None, hears: str | None, whispers_to: str) -> None:
        self._post(self._seats, leg, room, hears, whispers_to)

    def mute(self, leg: str, on: bool) -> None:
        self._post(self._mutes, leg, on)

    def digit(self, leg: str, digit: str) -> None:
        self._post(self._pressed, leg, digit)

    def gone(self, leg: str) -> None:
        self._post(self._goes, leg)

    # -- as the switch asks

    async def play(self, leg: str, sounds: Sequence[str]) -> str:
        """Raises `LegGone`, or `SwitchError` for a sound that is not there."""
        return await self._asked(self._play(leg, sounds))

    async def stop_play(self, play: str) -> None:
        self._post(self._stops, play)

    async def music(self, leg: str, on: bool) -> None:
        await self._asked(self._music(leg, on))

    async def keys(self, leg: str, keys: str) -> None:
        """Lets a line hear the tones of keys."""
        await self._asked(self._key_tones(leg, keys))

    async def record(self, room: str, name: str) -> None:
        await self._asked(self._record(name, room, None))

    async def take_message(self, leg: str, name: str, *, most_s: int, silence_s: int) -> None:
        await self._asked(self._record(name, "", Message(leg, most_s, silence_s)))

    async def pause(self, name: str, on: bool) -> None:
        await self._asked(self._pause(name, on))

    async def end(self, name: str) -> None:
        await self._asked(self._end(name))

    async def kept(self) -> list[str]:
        return await self._asked(self._kept())

    async def fetch(self, name: str) -> bytes:
        """Raises `LegGone` for what was fetched already."""
        try:
            return await asyncio.to_thread(tape.take, self._recordings, name)
        except FileNotFoundError:
            raise LegGone(name) from None

    # -- the thread

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        mixing = self._loop.create_task(self._mix())
        try:
            self._loop.run_forever()
        finally:
            mixing.cancel()
            self._loop.run_until_complete(self._close(mixing))
            self._loop.close()

    async def _close(self, mixing: "asyncio.Task[None]") -> None:
        for one in self._tapes.values():
            one.close()
        closing = [peer.close() for peer in self._peers.values()]
        await asyncio.gather(mixing, *closing, *self._tasks, return_exceptions=True)

    async def _mix(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if not self._voices:
                self._some.clear()
                await self._some.wait()
            next_s = loop.time()
            while self._voices:
                next_s += FRAME_S
                late_s = loop.time() - next_s
                if late_s > BEHIND_S:
                    next_s += late_s
                await asyncio.sleep(max(0.0, -late_s))
                try:
                    self._step()
                except Exception:
                    # The next frame is another one: nobody's call ends for this.
                    log.exception("relay_frame_failed")

    def _step(self) -> None:
        frame = mixed(self._voices)
        for leg, samples in frame.hears.items():
            peer = self._peers.get(leg)
            if peer is not None:
                peer.say(samples)
        for leg, play in frame.played:
            self._play_ended(leg, play, stopped=False)
        for one in list(self._tapes.values()):
            self._tape(one, frame)

    def _tape(self, one: Tape, frame: Mixed) -> None:
        if one.message is None:
            one.write(frame.rooms.get(one.room))
            return
        one.write(frame.said.get(one.message.leg))
        if one.over:
            self._tape_ended(one)

    def _tape_ended(self, one: Tape) -> None:
        del self._tapes[one.name]
        one.close()
        self._event(RecordingEnded(self._clock.now_ms(), one.name, one.lasts_ms))

    def _play_ended(self, leg: str, play: str, *, stopped: bool) -> None:
        if self._plays.pop(play, None) is not None:
            self._event(PlayEnded(leg, self._clock.now_ms(), play, stopped))

    def _event(self, event: SwitchEvent) -> None:
        if self._tell is not None:
            self._tell(event)

    def _voice(self, leg: str) -> Voice:
        voice = self._voices.get(leg)
        if voice is None:
            raise LegGone(leg)
        return voice

    def _post(self, act: Callable[..., object], *told: object) -> None:
        with suppress(RuntimeError):
            # The loop is closed: the process ends.
            self._loop.call_soon_threadsafe(act, *told)

    async def _asked(self, asked: Coroutine[Any, Any, T]) -> T:
        if self._thread is None:
            asked.close()
            raise SwitchError("the relay has stopped")
        future: Future[T] = asyncio.run_coroutine_threadsafe(asked, self._loop)
        return await asyncio.wrap_future(future)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- in the thread

    def _meets(self, leg: str, tell: Callable[[Json], None], anew: Callable[[], None]) -> None:
        before = self._peers.pop(leg, None)
        if before is not None:
            self._begin(before.close())
        voice = self._voices.setdefault(leg, Voice())
        self._peers[leg] = Peer(voice.heard, tell, anew)
        self._some.set()

    def _signalled(self, leg: str, what: Json) -> None:
        peer = self._peers.get(leg)
        if peer is not None:
            self._begin(peer.signal(what))

    def _seats(self, leg: str, room: str | None, hears: str | None, whispers_to: str) -> None:
        voice = self._voices.get(leg)
        if voice is None:
            return
        voice.room, voice.hears, voice.whispers_to = room, hears, whispers_to

    def _mutes(self, leg: str, on: bool) -> None:
        if leg in self._voices:
            self._voices[leg].muted = on

    def _pressed(self, leg: str, digit: str) -> None:
        if leg not in self._voices:
            return
        for one in list(self._tapes.values()):
            if one.message is not None and one.message.leg == leg and digit == "#":
                self._tape_ended(one)
                return
        self._event(DigitHeard(leg, self._clock.now_ms(), digit))

    def _goes(self, leg: str) -> None:
        voice, peer = self._voices.pop(leg, None), self._peers.pop(leg, None)
        if peer is not None:
            self._begin(peer.close())
        if voice is None:
            return
        if voice.playing is not None:
            self._play_ended(leg, voice.playing.name, stopped=True)
        rooms = {one.room for one in self._voices.values()}
        for one in list(self._tapes.values()):
            # A recording ends with its room, and a message with its caller.
            of_leg = one.message is not None and one.message.leg == leg
            if of_leg or (one.message is None and one.room == voice.room and one.room not in rooms):
                self._tape_ended(one)

    async def _play(self, leg: str, sounds: Sequence[str]) -> str:
        voice = self._voice(leg)
        try:
            read = [sound_of(self._sounds / f"{name}.wav") for name in sounds]
        except (OSError, AssertionError) as fault:
            raise SwitchError(f"no such sound: {fault}") from None
        if voice.playing is not None:
            self._play_ended(leg, voice.playing.name, stopped=True)
        name = f"play-{next(self._names)}"
        self._plays[name] = leg
        voice.playing = Playing(name, itertools.chain.from_iterable(map(frames_of, read)))
        return name

    def _stops(self, play: str) -> None:
        leg = self._plays.get(play)
        if leg is None:
            return
        voice = self._voices.get(leg)
        if voice is not None and voice.playing is not None and voice.playing.name == play:
            voice.playing = None
        self._play_ended(leg, play, stopped=True)

    async def _music(self, leg: str, on: bool) -> None:
        self._voice(leg).music = on

    async def _key_tones(self, leg: str, keys: str) -> None:
        voice = self._voice(leg)
        try:
            tones = [key_tone(key) for key in keys]
        except ValueError as fault:
            raise SwitchError(f"no such key: {fault}") from None
        if voice.playing is None:
            voice.playing = Playing("", itertools.chain.from_iterable(map(frames_of, tones)))

    async def _record(self, name: str, room: str, message: Message | None) -> None:
        if message is not None:
            self._voice(message.leg)
        elif room not in {one.room for one in self._voices.values()}:
            raise LegGone(room)
        try:
            self._tapes[name] = Tape(self._recordings, name, room=room, message=message)
        except OSError as fault:
            raise SwitchError(f"it cannot be recorded: {fault}") from None

    async def _pause(self, name: str, on: bool) -> None:
        self._running(name).paused = on

    async def _end(self, name: str) -> None:
        self._tape_ended(self._running(name))

    async def _kept(self) -> list[str]:
        return [one for one in tape.kept(self._recordings) if one not in self._tapes]

    def _running(self, name: str) -> Tape:
        running = self._tapes.get(name)
        if running is None:
            raise LegGone(name)
        return running
