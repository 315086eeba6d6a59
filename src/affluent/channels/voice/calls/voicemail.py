"""Takes a message from one caller: a tone, what they say, a word of thanks. A `Player`."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from affluent.centre.calling import mailbox
from affluent.centre.menus.phrases import PHRASES
from affluent.centre.menus.turns import Prompt, SpokenText
from affluent.channels.voice.calls.live import LiveCall
from affluent.channels.voice.calls.recorder import MESSAGE
from affluent.channels.voice.switch import PlayEnded, RecordingEnded, Sound, SwitchAway, SwitchError
from affluent.facts.call import EndedBy

MOST_S, SILENCE_S = 120, 6
SPOKEN_S_MAX = 15.0
log = structlog.get_logger("affluent.voice")


@dataclass(frozen=True, slots=True)
class MailboxOf:
    """How messages are taken. `render` and `tone` are called in a thread."""

    render: Callable[[Sequence[Prompt]], Sequence[Sound]]
    tone: Callable[[], Sequence[Sound]]


class VoicemailPlayer:
    """Over when the caller hung up; who only fell silent is thanked, and hung up on."""

    def __init__(self, call: LiveCall, of: MailboxOf, queue_id: int | None, motive_id: int | None) -> None:
        self._call = call
        self._of = of
        self._where = (queue_id, motive_id)
        self._playing: str | None = None
        self._name = f"{MESSAGE}-{call.id}-{call.ground.clock.now_ms()}"
        self._takes = self._taken = False
        self._due_s: float | None = None

    @property
    def done(self) -> bool:
        """Never: the call ends with it."""
        return False

    @property
    def due_s(self) -> float | None:
        return self._due_s

    async def begin(self) -> None:
        queue_id, motive_id = self._where
        await self._call.ground.ask(
            mailbox.begins, contact_id=self._call.id, queue_id=queue_id, motive_id=motive_id
        )
        await self._say(self._of.tone)

    async def stop(self) -> None:
        """Nobody joins who leaves a message."""

    async def heard(self, event: object) -> None:
        match event:
            case PlayEnded() if event.play == self._playing:
                await self._spoken()
            case RecordingEnded() if event.name == self._name:
                await self._thank()
            case _:
                pass

    async def time_over(self) -> None:
        self._due_s = None
        if self._takes and not self._taken:
            # It should have ended by itself.
            await self._thank()
        else:
            await self._spoken()

    async def _spoken(self) -> None:
        self._playing = self._due_s = None
        if self._taken:
            await self._call.let_go(EndedBy.VOICEMAIL)
        elif not self._takes:
            self._takes = True
            await self._call.switch.take_message(
                self._call.leg, self._name, most_s=MOST_S, silence_s=SILENCE_S
            )
            self._within(MOST_S + SILENCE_S + SPOKEN_S_MAX)

    async def _thank(self) -> None:
        self._taken = True
        language = "en" if (self._call.contact.language or "").startswith("en") else "fr"
        said = (SpokenText(PHRASES["message_taken"][language], language),)
        await self._say(lambda: self._of.render(said))

    async def _say(self, made: Callable[[], Sequence[Sound]]) -> None:
        try:
            sounds = await asyncio.to_thread(made)
            if sounds:
                self._playing = await self._call.switch.play(self._call.leg, sounds)
                self._within(SPOKEN_S_MAX)
                return
        except SwitchAway:
            raise
        except (SwitchError, OSError, ValueError) as fault:
            log.warning("prompt_not_played", contact=self._call.id, fault=str(fault))
        await self._spoken()

    def _within(self, seconds: float) -> None:
        self._due_s = asyncio.get_running_loop().time() + seconds
