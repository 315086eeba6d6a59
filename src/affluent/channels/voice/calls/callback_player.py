"""Talks with one caller about being called back; `centre/calling/callback_talk` says what."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from affluent.centre.calling import calling_back
from affluent.centre.calling.call_hours import zone_of_country, zones_of
from affluent.centre.calling.callback_talk import Offer, Said, Stand, begin, hear, refused
from affluent.centre.calling.callback_talk import stands as stands_already
from affluent.centre.menus.document import Language
from affluent.centre.menus.turns import Ahead, Collect, Prompt
from affluent.centre.refusals import Refusal
from affluent.channels.voice.calls.live import LiveCall
from affluent.channels.voice.calls.waiting_words import Known
from affluent.channels.voice.switch import DigitHeard, PlayEnded, Sound, SwitchAway, SwitchError
from affluent.facts.call import EndedBy
from affluent.facts.states import ContactState

SPOKEN_S_MAX = 60.0
LINED = (ContactState.WAITING, ContactState.OFFERED)
log = structlog.get_logger("affluent.voice")
Render = Callable[[Sequence[Prompt]], Sequence[Sound]]


@dataclass(frozen=True, slots=True)
class TalkOf:
    """How a channel's callers are talked with. `render` and `known` are called in a thread."""

    render: Render
    country: str
    known: Known


class CallbackPlayer:
    """One such talk, a `Player`: done when they are to be called back, or stay in line."""

    def __init__(self, call: LiveCall, talk: TalkOf) -> None:
        self._call = call
        self._talk = talk
        self._offer: Offer | None = None
        self._said: Said | None = None
        self._playing: str | None = None
        self._digits = ""
        self._due_s: float | None = None
        self._done = False

    @property
    def done(self) -> bool:
        return self._done

    @property
    def due_s(self) -> float | None:
        return self._due_s

    async def begin(self) -> None:
        call = self._call
        language: Language = "en" if (call.contact.language or "").startswith("en") else "fr"
        hours_ms = await call.ground.ask(calling_back.hours_for, contact_id=call.id, number=call.from_number)
        country = self._talk.country
        zone = zones_of(call.from_number, zone_of_country(country))[0]
        self._offer = Offer(call.from_number, country, language, hours_ms, zone)
        await self._say(begin(self._offer))

    async def stop(self) -> None:
        """Somebody is there now: no more of this."""
        self._done = True
        if self._playing is not None:
            playing, self._playing = self._playing, None
            await self._call.switch.stop_play(playing)

    async def heard(self, event: object) -> None:
        match event:
            case DigitHeard() if self._collect is not None:
                await self._key(event.digit, self._collect)
            case PlayEnded() if event.play == self._playing:
                self._playing = None
                await self._spoken()
            case _:
                pass

    async def time_over(self) -> None:
        self._due_s = None
        if self._playing is not None:
            # Its end was never told.
            self._playing = None
            await self._spoken()
        elif self._said is not None and self._said.stand is not None:
            await self._keys(self._digits)

    @property
    def _collect(self) -> Collect | None:
        return None if self._said is None else self._said.collect

    async def _key(self, digit: str, collect: Collect) -> None:
        if self._playing is not None:
            playing, self._playing = self._playing, None
            await self._call.switch.stop_play(playing)
        if collect.end_key and digit == collect.end_key:
            await self._keys(self._digits)
            return
        self._digits += digit
        if len(self._digits) >= collect.most:
            await self._keys(self._digits)
        else:
            self._within(collect.timeout_ms / 1000)

    async def _keys(self, keys: str) -> None:
        assert self._offer is not None and self._said is not None and self._said.stand is not None
        stand: Stand = self._said.stand
        self._digits = ""
        await self._say(hear(self._offer, stand, keys))

    async def _say(self, said: Said) -> None:
        if said.agreed is not None:
            said = await self._kept(said)
        self._said, self._digits = said, ""
        try:
            sounds = await asyncio.to_thread(self._talk.render, said.prompts)
            if sounds:
                self._playing = await self._call.switch.play(self._call.leg, sounds)
                self._within(SPOKEN_S_MAX)
                return
        except SwitchAway:
            raise
        except (SwitchError, OSError, ValueError) as fault:
            log.warning("prompt_not_played", contact=self._call.id, fault=str(fault))
        await self._spoken()

    async def _kept(self, said: Said) -> Said:
        """Promised before it is said."""
        assert said.agreed is not None and self._offer is not None
        agreed = said.agreed
        try:
            stands = await self._call.ground.ask(
                calling_back.ask_callback,
                contact_id=self._call.id,
                number=agreed.number,
                hour_ms=agreed.hour_ms,
            )
        except Refusal as why:
            log.info("callback_refused", contact=self._call.id, code=why.code)
            return refused(self._offer)
        if stands.id == self._call.id:
            return said
        return stands_already(self._offer, agreed, await self._place(stands.id))

    async def _place(self, contact_id: int) -> tuple[Prompt, ...]:
        """How far a contact in line is; nothing for one that waits for its hour."""
        assert self._offer is not None
        now = await asyncio.to_thread(self._talk.known, contact_id, self._call.ground.clock.now_ms())
        return () if now is None else (Ahead(now.ahead, self._offer.language),)

    async def _spoken(self) -> None:
        """What was to be said is said: keys are waited for, or the talk is over."""
        assert self._said is not None
        self._due_s = None
        if self._said.stand is not None:
            collect = self._said.collect
            assert collect is not None
            self._within((collect.timeout_ms if self._digits else collect.first_digit_ms) / 1000)
            return
        self._done = True
        if self._said.agreed is not None and self._call.contact.state in LINED:
            await self._call.let_go(EndedBy.CALLBACK)

    def _within(self, seconds: float) -> None:
        self._due_s = asyncio.get_running_loop().time() + seconds
