"""Tells a caller that they may be recorded, and hears whether they mind; then goes on to the menu, or to the line."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from affluent.centre.menus.phrases import PHRASES
from affluent.centre.menus.turns import Prompt, SpokenText
from affluent.centre.recording import consent
from affluent.centre.recording.rules import REFUSE_KEY
from affluent.channels.voice.calls.ground import Player
from affluent.channels.voice.calls.live import LiveCall
from affluent.channels.voice.switch import DigitHeard, PlayEnded, Sound, SwitchAway, SwitchError

SPOKEN_S_MAX = 30.0
AFTER_S = 1.5
"""So long a caller may still refuse when it was said."""
log = structlog.get_logger("affluent.voice")


class RecordingNotice:
    """A `Player` before another one. Who was not drawn hears nothing of it; who was is not recorded unless told."""

    def __init__(
        self, call: LiveCall, then: Player | None, render: Callable[[Sequence[Prompt]], Sequence[Sound]]
    ) -> None:
        self._call = call
        self._then = then
        self._render = render
        self._playing: str | None = None
        self._said = False
        self._refused = False
        self._over = False
        self._due_s: float | None = None

    @property
    def done(self) -> bool:
        return self._over and (self._then is None or self._then.done)

    @property
    def due_s(self) -> float | None:
        return self._then.due_s if self._over and self._then is not None else self._due_s

    async def begin(self) -> None:
        call = self._call
        if not await call.ground.ask(consent.is_drawn, contact_id=call.id):
            await self._onward()
            return
        language = "en" if (call.contact.language or "").startswith("en") else "fr"
        try:
            told = SpokenText(PHRASES["may_be_recorded"][language], language)
            sounds = await asyncio.to_thread(self._render, (told,))
            if sounds:
                self._playing = await call.switch.play(call.leg, sounds)
                self._within(SPOKEN_S_MAX)
                return
        except SwitchAway:
            raise
        except (SwitchError, OSError, ValueError) as fault:
            log.warning("recording_not_announced", contact=call.id, fault=str(fault))
        # What cannot be announced is not recorded.
        await self._onward()

    async def stop(self) -> None:
        self._over = True
        if self._then is not None:
            await self._then.stop()

    async def heard(self, event: object) -> None:
        if self._over:
            if self._then is not None:
                await self._then.heard(event)
            return
        match event:
            case DigitHeard() if event.digit == REFUSE_KEY:
                self._refused = True
                await self._call.ground.ask(consent.refused, contact_id=self._call.id)
                if self._playing is None:
                    await self._onward()
                else:
                    await self._call.switch.stop_play(self._playing)
            case PlayEnded() if event.play == self._playing:
                self._playing = None
                self._said = not event.stopped
                if self._refused:
                    await self._onward()
                else:
                    self._within(AFTER_S)
            case _:
                pass

    async def time_over(self) -> None:
        if self._over:
            if self._then is not None:
                await self._then.time_over()
            return
        if self._said and not self._refused:
            await self._call.ground.ask(consent.announced, contact_id=self._call.id)
        await self._onward()

    async def _onward(self) -> None:
        self._over, self._due_s, self._playing = True, None, None
        if self._then is not None:
            await self._then.begin()
        else:
            await self._call.line_up()

    def _within(self, seconds: float) -> None:
        self._due_s = asyncio.get_running_loop().time() + seconds
