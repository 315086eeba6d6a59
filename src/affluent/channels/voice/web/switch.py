"""The `Switch` whose lines are browsers. It carries no sound itself: who is in a room connects to each other."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress

from affluent.channels.voice.switch import Can, LegStanding, Reached, Sound, SwitchError, SwitchEvent
from affluent.channels.voice.web.legs import Ice, Tell
from affluent.channels.voice.web.lines import Browsers
from affluent.channels.voice.web.through import Media
from affluent.facts.instants import Clock


class WebSwitch:
    """One server of kind `web`, over the lines of this process. It can neither play nor record."""

    def __init__(
        self,
        server_id: int,
        browsers: Browsers,
        clock: Clock,
        ice: Ice = lambda now_ms: (),
        media: Media | None = None,
    ) -> None:
        self._id = server_id
        self._ice = ice
        self._browsers = browsers
        self._clock = clock
        self._media = media

    @property
    def id(self) -> int:
        return self._id

    @property
    def can(self) -> frozenset[Can]:
        return frozenset({Can.LISTEN})

    async def events(self) -> AsyncIterator[SwitchEvent]:
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[SwitchEvent] = asyncio.Queue()

        def tell(event: SwitchEvent) -> None:
            with suppress(RuntimeError):
                # The loop is closed: the door is, and asks how things stand when it opens.
                loop.call_soon_threadsafe(queue.put_nowait, event)

        self._attached(tell)
        self._browsers.attach(self._id, tell, self._ice, self._media)
        try:
            yield Reached(self._clock.now_ms())
            while True:
                yield await queue.get()
        finally:
            self._browsers.detach(self._id, tell)

    def _attached(self, tell: Tell) -> None:
        """Whoever carries the sound tells it, too."""

    async def standing(self) -> Sequence[LegStanding]:
        return self._browsers.standing(self._id)

    async def tag(self, leg: str, tags: Mapping[str, str]) -> None:
        self._browsers.tag(leg, tags)

    async def answer(self, leg: str) -> None:
        self._browsers.answer(leg)

    async def dial(
        self, to: str, *, from_number: str, name: str, timeout_s: int, tags: Mapping[str, str]
    ) -> str:
        return self._browsers.dial(
            self._id, to, from_number=from_number, name=name, timeout_s=timeout_s, tags=tags
        )

    async def join(self, room: str, legs: Sequence[str]) -> None:
        self._browsers.join(room, legs)

    async def part(self, room: str, leg: str) -> None:
        self._browsers.part(room, leg)

    async def mute(self, leg: str, on: bool) -> None:
        self._browsers.mute(leg, on)

    async def listen(self, leg: str, to_leg: str, *, whisper: bool) -> None:
        self._browsers.listen(leg, to_leg, whisper=whisper)

    async def hang_up(self, leg: str) -> None:
        self._browsers.hang_up(leg)

    async def close(self) -> None:
        """The lines outlast it."""

    # -- what needs sound to pass through here

    async def play(self, leg: str, sounds: Sequence[Sound]) -> str:
        raise SwitchError(_SILENT)

    async def stop_play(self, play: str) -> None:
        raise SwitchError(_SILENT)

    async def music(self, leg: str, on: bool) -> None:
        raise SwitchError(_SILENT)

    async def send_digits(self, leg: str, digits: str) -> None:
        raise SwitchError(_SILENT)

    async def record(self, room: str, name: str) -> None:
        raise SwitchError(_SILENT)

    async def take_message(self, leg: str, name: str, *, most_s: int, silence_s: int) -> None:
        raise SwitchError(_SILENT)

    async def recordings(self) -> Sequence[str]:
        return ()

    async def pause_recording(self, name: str, on: bool) -> None:
        raise SwitchError(_SILENT)

    async def stop_recording(self, name: str) -> None:
        raise SwitchError(_SILENT)

    async def fetch_recording(self, name: str) -> bytes:
        raise SwitchError(_SILENT)


_SILENT = "browsers speak with each other directly: no sound passes here"
