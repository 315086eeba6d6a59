"""The `Switch` whose lines are browsers, and whose sound passes through here: it plays, hears keys, records."""

from collections.abc import Sequence

from affluent.channels.voice.relay.relay import Relay
from affluent.channels.voice.switch import Can, Sound
from affluent.channels.voice.web.legs import Ice, Tell
from affluent.channels.voice.web.lines import Browsers
from affluent.channels.voice.web.switch import WebSwitch
from affluent.facts.instants import Clock


class RelaySwitch(WebSwitch):
    """One server of kind `web` with a relay of its own, which outlasts it as the lines do."""

    def __init__(
        self,
        server_id: int,
        browsers: Browsers,
        clock: Clock,
        relay: Relay,
        ice: Ice = lambda now_ms: (),
    ) -> None:
        super().__init__(server_id, browsers, clock, ice, relay)
        self._relay = relay

    @property
    def can(self) -> frozenset[Can]:
        return frozenset({Can.LISTEN, Can.PLAY, Can.DIGITS, Can.RECORD})

    def _attached(self, tell: Tell) -> None:
        self._relay.tell(tell)

    async def play(self, leg: str, sounds: Sequence[Sound]) -> str:
        return await self._relay.play(leg, [one.name for one in sounds])

    async def stop_play(self, play: str) -> None:
        await self._relay.stop_play(play)

    async def music(self, leg: str, on: bool) -> None:
        await self._relay.music(leg, on)

    async def send_digits(self, leg: str, digits: str) -> None:
        """Heard as tones: a page has no other use for keys."""
        await self._relay.keys(leg, digits)

    async def record(self, room: str, name: str) -> None:
        await self._relay.record(room, name)

    async def take_message(self, leg: str, name: str, *, most_s: int, silence_s: int) -> None:
        await self._relay.take_message(leg, name, most_s=most_s, silence_s=silence_s)

    async def recordings(self) -> Sequence[str]:
        return await self._relay.kept()

    async def pause_recording(self, name: str, on: bool) -> None:
        await self._relay.pause(name, on)

    async def stop_recording(self, name: str) -> None:
        await self._relay.end(name)

    async def fetch_recording(self, name: str) -> bytes:
        return await self._relay.fetch(name)
