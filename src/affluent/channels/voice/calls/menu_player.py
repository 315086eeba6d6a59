"""Plays a voice menu to one caller: speaks, gathers keys, asks the centre; `centre/menus` says what comes next."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import structlog

from affluent.centre.calling import asking, calls
from affluent.centre.menus import turns
from affluent.centre.menus.playing import begin, hear
from affluent.channels.voice.calls.live import LiveCall
from affluent.channels.voice.switch import Can, DigitHeard, PlayEnded, Sound, SwitchAway, SwitchError
from affluent.facts.call import EndedBy

SPOKEN_S_MAX = 180.0
"""Whatever is spoken is over by then, told or not."""
log = structlog.get_logger("affluent.voice")


Render = Callable[[Sequence[turns.Prompt]], Sequence[Sound]]
"""Prompts as sounds of the sound store. Called in a thread; raises `OSError` or `ValueError` for what it cannot."""
Wait = Callable[[int, int], tuple[int, int] | None]
"""What a queue announces at an instant to who comes now, in seconds; None for nothing."""


@dataclass(frozen=True)
class Menus:
    """What menus are played with."""

    playable: Callable[[int], turns.Menu | None]
    """The published version of a menu. Called in a thread."""
    render: Render
    wait: Wait


class MenuPlayer:
    """One caller in one menu, a `Player`."""

    def __init__(self, call: LiveCall, menu_id: int, menus: Menus) -> None:
        self._call = call
        self._menu_id = menu_id
        self._menus = menus
        self._ground = call.ground
        self._menu: turns.Menu | None = None
        self._turn: turns.Turn | None = None
        self._acts: deque[turns.Act] = deque()
        self._playing: str | None = None
        self._cuttable = False
        self._collect: turns.Collect | None = None
        self._digits = ""
        self._due_s: float | None = None
        self._done = False
        self._language = ""
        self._identified: int | None = None

    @property
    def done(self) -> bool:
        return self._done

    @property
    def due_s(self) -> float | None:
        return self._due_s

    def _caller(self) -> turns.Caller:
        known = self._turn.customer_id if self._turn is not None else None
        contact = self._call.contact
        number = self._call.from_number
        customer = known or (contact.customer_id if number else None)
        return turns.Caller(number, self._language or contact.language or "", customer)

    async def begin(self) -> None:
        menu = None
        if Can.PLAY in self._call.switch.can and self._call.answered:
            menu = await asyncio.to_thread(self._menus.playable, self._menu_id)
        if menu is None:
            # Nothing is published, or nothing can be played: a person answers.
            self._done = True
            await self._call.line_up()
            return
        self._menu = menu
        await self._follow(begin(menu, self._caller(), self._ground.clock.now_ms()))

    async def heard(self, event: object) -> None:
        match event:
            case DigitHeard() if self._collect is not None:
                await self._key(event.digit)
            case DigitHeard() if self._playing is not None and self._cuttable:
                self._digits += event.digit
                await self._call.switch.stop_play(self._playing)
            case PlayEnded() if event.play == self._playing:
                self._spoken()
                await self._go_on()
            case _:
                pass

    async def stop(self) -> None:
        self._done = True
        if self._playing is not None:
            playing, self._playing = self._playing, None
            await self._call.switch.stop_play(playing)

    async def time_over(self) -> None:
        self._due_s = None
        if self._collect is not None:
            await self._said(turns.Digits(self._digits) if self._digits else turns.SaidNothing())
        elif self._playing is not None:
            log.warning("prompt_without_end", contact=self._call.id)
            self._spoken()
            await self._go_on()

    def _spoken(self) -> None:
        self._playing = self._due_s = None

    async def _key(self, digit: str) -> None:
        collect = self._collect
        assert collect is not None
        if collect.end_key and digit == collect.end_key:
            await self._said(turns.Digits(self._digits) if self._digits else turns.SaidNothing())
            return
        self._digits += digit
        if len(self._digits) >= collect.most:
            await self._said(turns.Digits(self._digits[: collect.most]))
        else:
            self._within(collect.timeout_ms)

    def _within(self, ms: int) -> None:
        self._due_s = asyncio.get_running_loop().time() + ms / 1000

    async def _said(self, said: turns.Said) -> None:
        self._collect, self._digits, self._due_s = None, "", None
        assert self._menu is not None and self._turn is not None
        assert self._turn.place is not None, "a menu that is over hears nothing"
        turn = hear(self._menu, self._turn.place, said, self._caller(), self._ground.clock.now_ms())
        await self._follow(turn)

    async def _follow(self, turn: turns.Turn) -> None:
        assert self._menu is not None
        self._turn, self._acts, self._digits = turn, deque(turn.acts), ""
        for one in turn.steps:
            await self._ground.ask(
                calls.menu_stepped,
                contact_id=self._call.id,
                menu_id=self._menu.id,
                version=self._menu.version,
                step=one.step,
                choice=one.choice,
            )
        if turn.language != (self._language or self._call.contact.language):
            await self._ground.ask(calls.spoken_language, contact_id=self._call.id, language=turn.language)
        self._language = turn.language
        await self._identify(turn.customer_id)
        await self._go_on()

    async def _identify(self, customer_id: int | None) -> None:
        if customer_id is None or customer_id in (self._identified, self._call.contact.customer_id):
            return
        self._identified = customer_id
        await self._ground.ask(asking.is_customer, contact_id=self._call.id, customer_id=customer_id)

    async def _go_on(self) -> None:
        """Does what is next, until something is to be waited for."""
        while self._acts and self._playing is None and self._collect is None and not self._done:
            act = self._acts.popleft()
            match act:
                case turns.Speak():
                    await self._speak(act)
                case turns.Collect():
                    await self._gather(act)
                case turns.Ask():
                    await self._said(turns.Answer(act.name, await self._answer(act)))
                case turns.HangUp():
                    await self._bye(act)
                case turns.Voicemail() if self._call.mailbox is not None:
                    self._done = True
                    await self._call.take_message(act.queue_id, act.motive_id)
                case turns.ToQueue() | turns.OfferCallback() | turns.Voicemail():
                    self._done = True
                    await self._call.stand_in(act.queue_id, act.motive_id, dict(act.collected))
                    if isinstance(act, turns.OfferCallback):
                        await self._call.begin_talk()

    async def _answer(self, act: turns.Ask) -> object:
        """What the centre knows; None for what it does not."""
        values, contact_id = act.values, self._call.id
        match act.name:
            case "customer":
                digits = str(values.get("digits", ""))
                return await self._ground.ask(asking.customer_of, contact_id=contact_id, digits=digits)
            case "problems":
                about = {name: cast("int | None", values.get(name)) for name in ("motive_id", "queue_id")}
                return await self._ground.ask(asking.problems_told, contact_id=contact_id, **about)
            case "wait":
                queue_id = cast("int | None", values.get("queue_id"))
                return None if queue_id is None else self._menus.wait(queue_id, self._ground.clock.now_ms())
            case "link":
                # Nothing here sends a message to a telephone yet: the menu says so, and goes on.
                return None

    async def _speak(self, act: turns.Speak) -> None:
        if self._digits:
            # A key cut short what was spoken before: the rest is not said either.
            return
        try:
            sounds = await asyncio.to_thread(self._menus.render, act.prompts)
            if not sounds:
                return
            self._playing = await self._call.switch.play(self._call.leg, sounds)
        except SwitchAway:
            raise
        except (SwitchError, OSError, ValueError) as fault:
            # Better a menu with a gap than a caller in silence for ever.
            log.warning("prompt_not_played", contact=self._call.id, fault=str(fault))
            return
        self._cuttable = not act.whole and any(isinstance(one, turns.Collect) for one in self._acts)
        self._within(int(SPOKEN_S_MAX * 1000))

    async def _gather(self, act: turns.Collect) -> None:
        self._collect = act
        early, self._digits = self._digits, ""
        self._within(act.first_digit_ms)
        for digit in early:
            if self._collect is act:
                await self._key(digit)

    async def _bye(self, act: turns.HangUp) -> None:
        self._done = True
        if act.reason == "served":
            await self._ground.ask(calls.served_by_menu, contact_id=self._call.id)
        await self._call.let_go(EndedBy.SERVER)
