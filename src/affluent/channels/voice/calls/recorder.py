"""Fetches what a switch recorded, and has it kept: messages of callers, and talks."""

import asyncio

import structlog

from affluent.centre.calling import mailbox
from affluent.channels.voice.calls.ground import Ground
from affluent.channels.voice.calls.recorded_sound import lasts_ms, spoken_ms
from affluent.channels.voice.switch import LegGone, RecordingEnded, Switch, SwitchAway, SwitchError

MESSAGE, TALK = "voicemail", "call"
log = structlog.get_logger("affluent.voice")


def contact_of(name: str) -> int | None:
    """The contact of a recording of ours, by its name: `voicemail-17-…`, `call-17-…`."""
    kind, _, rest = name.partition("-")
    number = rest.partition("-")[0]
    return int(number) if kind in (MESSAGE, TALK) and number.isdigit() else None


def is_message(name: str) -> bool:
    return name.startswith(f"{MESSAGE}-")


class Recorder:
    """The recordings of one switch."""

    def __init__(self, ground: Ground, switch: Switch) -> None:
        self._ground = ground
        self._switch = switch

    async def keep(self, event: RecordingEnded) -> None:
        """Has an ended one kept. While the switch is away it stays there, and is fetched when that is back."""
        try:
            sound = None if event.failed else await self._switch.fetch_recording(event.name)
        except SwitchAway:
            return
        except SwitchError as fault:
            log.warning("recording_not_fetched", name=event.name, fault=str(fault))
            if isinstance(fault, LegGone) and not is_message(event.name):
                # Fetched a moment before: its end was told twice.
                return
            sound = None
        await self._kept(event.name, sound)

    async def _kept(self, name: str, sound: bytes | None) -> None:
        contact_id = contact_of(name)
        if contact_id is None:
            return
        if is_message(name):
            told_ms = 0 if sound is None else await asyncio.to_thread(spoken_ms, sound)
            await self._ground.ask(mailbox.kept, contact_id=contact_id, sound=sound, spoken_ms=told_ms)
        elif self._ground.recordings is None:
            return
        elif sound is None:
            await asyncio.to_thread(self._ground.recordings.failed, name)
        else:
            await asyncio.to_thread(self._ground.recordings.keep, name, sound, lasts_ms(sound))

    async def sweep(self, lives: frozenset[int]) -> None:
        """Fetches what ended while nobody listened; `lives` are the contacts with a call that is up."""
        for name in await self._switch.recordings():
            contact_id = contact_of(name)
            if contact_id is not None and contact_id not in lives:
                await self.keep(RecordingEnded(self._ground.clock.now_ms(), name, 0))
