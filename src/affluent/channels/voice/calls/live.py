"""One call, from its first ring to its last: a task that hears its lines and its contact, and puts each in its place.

Nothing is driven step by step. Whatever happens, the call looks at how its contact stands (`placing.py`) and does what
is missing: so the order in which a phone rings, a desk clicks and a cable breaks does not matter.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from affluent.centre.calling import calls
from affluent.centre.calling.callback_rules import CALLBACK_KEY
from affluent.centre.calling.picking_up import phone_gone, picked_up
from affluent.centre.recording import consent
from affluent.centre.recording.rules import REFUSE_KEY
from affluent.centre.records import Contact
from affluent.centre.refusals import Refusal
from affluent.channels.voice.calls import shared
from affluent.channels.voice.calls.ground import Ground, Player
from affluent.channels.voice.calls.lining_up import stand_in
from affluent.channels.voice.calls.messages import Asked, LookedOver, Message, Moved, SwitchLost, carry_out
from affluent.channels.voice.calls.outward import Outward
from affluent.channels.voice.calls.parties import Lines, Phone
from affluent.channels.voice.calls.placing import placed, wanted
from affluent.channels.voice.calls.seating import seat
from affluent.channels.voice.calls.taping import Taping
from affluent.channels.voice.calls.waiting_words import WaitingWords
from affluent.channels.voice.switch import (
    Can,
    DigitHeard,
    Ending,
    LegEnded,
    LegGone,
    LegStanding,
    LegUp,
    PlayEnded,
    RecordingEnded,
    Switch,
    SwitchAway,
    SwitchError,
)
from affluent.facts.call import EndedBy
from affluent.facts.states import ENDED, ContactState

RING_S = 300
"""A phone rings so long at most: how long an offer stands is for the engine to say."""
log = structlog.get_logger("affluent.voice")
_ENDED_BY = {Ending.LOST: EndedBy.LOST}


@dataclass(eq=False)
class LiveCall:
    """A call that is up at `switch`. `live` runs until the caller's line is closed, and the centre knows it."""

    ground: Ground
    lines: Lines
    switch: Switch
    leg: str
    contact: Contact
    from_number: str
    name: str = ""
    player: Player | None = None
    words: WaitingWords | None = None
    """What is spoken to the caller while they wait; None: only music."""
    talk: Callable[["LiveCall"], Player] | None = None
    """How they are talked with who would rather be called back; None: that is not offered."""
    mailbox: Callable[["LiveCall", int | None, int | None], Player] | None = None
    """How a message is taken from them, for a queue and a motive; None: they wait instead."""
    taping: Taping | None = None
    outward: Outward | None = None
    """For a customer whom we call; `leg` is empty until their phone is rung."""
    answered: bool = False
    phones: dict[int, Phone] = field(default_factory=dict[int, Phone])
    held: bool = False
    whispering: set[int] = field(default_factory=set[int])
    in_room: bool = False
    music: bool = False
    away: bool = False
    over: bool = False
    ended_by: EndedBy | None = None
    again_s: float | None = None  # When, on the loop's clock, what failed is put right again.
    closed: bool = False
    inbox: "asyncio.Queue[Message]" = field(default_factory=asyncio.Queue[Message])

    @property
    def id(self) -> int:
        return self.contact.id

    @property
    def room(self) -> str:
        return f"call-{self.contact.id}"

    async def live(self) -> None:
        """Runs the call. A fault in one step is told to the log; the next one looks at everything anew."""
        if self.leg:
            self.lines.follow(self.leg, self)
        try:
            await self._safely(self._begin)
            while not self.over:
                await self._safely(self._step)
        finally:
            self.lines.ended(self)

    async def _safely(self, act: Callable[[], Awaitable[None]]) -> None:
        self.again_s = asyncio.get_running_loop().time() + 1.0
        try:
            await act()
            self.again_s = None
        except (SwitchAway, LegGone):
            return  # The one is told by its own message; of the other the line's end is on its way.
        except Refusal as refused:
            log.info("call_refused", contact=self.id, code=refused.code)
        except Exception:
            log.exception("call_failed", contact=self.id)

    async def _begin(self) -> None:
        if self.player is not None:
            await self.player.begin()
        elif self.contact.state is ContactState.RECEIVED:
            await self.line_up()
        await self._settle()

    async def line_up(self) -> None:
        """Puts the caller in line where the rules lead."""
        await self.stand_in(None, None, {})

    async def stand_in(self, queue_id: int | None, motive_id: int | None, values: Mapping[str, str]) -> None:
        """Puts the caller in a queue, or where the rules lead for a motive and what they pressed."""
        await stand_in(self, queue_id, motive_id, values)

    async def let_go(self, by: EndedBy) -> None:
        """Ends the caller's line ourselves."""
        self.ended_by = by
        if self.leg:
            await self.switch.hang_up(self.leg)
            self.closed = True
        elif self.outward is not None:
            await self.outward.ends(self, Ending.HUNG_UP)

    async def begin_talk(self) -> None:
        """The caller would rather be called back: they are asked where, and when."""
        if self.talk is None:
            return
        await self.hush(again=False)
        await self.waits(False)
        self.player = self.talk(self)
        await self.player.begin()

    async def take_message(self, queue_id: int | None, motive_id: int | None) -> None:
        assert self.mailbox is not None, "messages are taken here"
        self.player = self.mailbox(self, queue_id, motive_id)
        await self.player.begin()

    async def end_without(self, *, hang_up: bool) -> None:
        """The call is over before the customer was on the line."""
        self.over = True
        if self.leg:
            self.lines.forget(self.leg)
        for phone in list(self.phones.values()):
            await self._drop(phone)
        if hang_up and self.leg:
            await self.switch.hang_up(self.leg)

    async def _step(self) -> None:
        in_menu = self.player is not None and not self.player.done
        due_s = self.player.due_s if self.player is not None and in_menu else self._words_due_s()
        loop = asyncio.get_running_loop()
        try:
            waits = [max(0.0, one - loop.time()) for one in (due_s, self.again_s) if one is not None]
            message = await asyncio.wait_for(self.inbox.get(), min(waits, default=None))
        except TimeoutError:
            if due_s is None or due_s > loop.time():
                self.again_s = None
            elif self.player is not None and in_menu:
                await self.player.time_over()
            else:
                await self._speak()
        else:
            await self._take(message)
            while not self.inbox.empty() and not self.over:
                await self._take(self.inbox.get_nowait())
        if not self.over:
            await self._settle()

    async def _take(self, message: Message) -> None:
        match message:
            case Moved():
                self.stands(message.contact)
            case LegUp() if message.leg == self.leg and self.outward is not None:
                await self.outward.picks_up(self)
            case LegEnded() if message.leg == self.leg and self._unreached is not None:
                await self._unreached.ends(self, message.ending)
            case LegEnded() if message.leg == self.leg:
                await self._caller_gone(_ENDED_BY.get(message.ending, EndedBy.CALLER))
            case LegEnded():
                await self._phone_gone(message.leg, message.ending)
            case LegUp():
                await self._phone_up(message.leg)
            case PlayEnded() if self.words is not None and self.words.ended(message.play):
                # The music comes back as everybody is put in their place.
                pass
            case DigitHeard() | PlayEnded() if self.player is not None and not self.player.done:
                await self.player.heard(message)
            case DigitHeard() if message.leg == self.leg and message.digit == CALLBACK_KEY and self._lined:
                await self.begin_talk()
            case DigitHeard() if message.leg == self.leg and message.digit == REFUSE_KEY and self._lined:
                await self.ground.ask(consent.refused, contact_id=self.id)
            case RecordingEnded():
                await self._recorded(message)
            case Asked():
                await carry_out(message)
            case LookedOver():
                await self._looked_over(message.standing)
            case SwitchLost():
                await self._gone_with_switch()
            case _:
                await shared.told(self.ground, self.id, message)

    def _words_due_s(self) -> float | None:
        """When the caller may be spoken to: while they wait with music, or are being spoken to."""
        waits = self.music or (self.words is not None and self.words.playing is not None)
        return (
            self.words.due_s if self.words is not None and waits and self._lined and not self.away else None
        )

    @property
    def _lined(self) -> bool:
        return self.contact.state in (ContactState.WAITING, ContactState.OFFERED)

    @property
    def _unreached(self) -> Outward | None:
        """The attempt that is being made, while the customer is not on the line."""
        return self.outward if self.outward is not None and not self.outward.reached else None

    async def _speak(self) -> None:
        assert self.words is not None, "somebody speaks"
        sounds = await self.words.words(self.id)
        if sounds and self.music:
            self.music = False
            await self.switch.music(self.leg, False)
            self.words.said(await self.switch.play(self.leg, sounds))

    async def hush(self, *, again: bool = True) -> None:
        """Somebody is there now: what was being spoken to who waited stops."""
        if self.player is not None and not self.player.done:
            await self.player.stop()
        if self.words is not None:
            playing, self.words.playing = self.words.playing, None
            if again:
                self.words.begin_again()
            if playing is not None:
                await self.switch.stop_play(playing)

    def stands(self, contact: Contact) -> None:
        """The newest is how it stands: what is told may overtake what was answered."""
        if contact.version >= self.contact.version:
            same = contact.agent_id == self.contact.agent_id and contact.state is ContactState.IN_HAND
            self.held = self.held and same
            self.contact = contact

    # -- lines that come and go

    async def _caller_gone(self, by: EndedBy) -> None:
        self.over = True
        self.lines.forget(self.leg)
        if self.taping is not None:
            await self.taping.stop(self)
        # First of all no phone rings on: whoever picked up now would hear nobody.
        for phone in list(self.phones.values()):
            await self._drop(phone)
        await self.ground.ask(calls.call_over, contact_id=self.id, by=self.ended_by or by)

    async def _recorded(self, event: RecordingEnded) -> None:
        if self.taping is not None:
            self.taping.ended(event.name)
        if self.player is not None and not self.player.done:
            await self.player.heard(event)

    async def _gone_with_switch(self) -> None:
        if self._unreached is not None:
            await self._unreached.fails(self, "lost")
        else:
            await self._caller_gone(EndedBy.SERVER)

    async def _drop(self, phone: Phone) -> None:
        self.phones.pop(phone.agent_id, None)
        self.lines.forget(phone.leg)
        try:
            await self.switch.hang_up(phone.leg)
        except SwitchError as fault:
            # Orphans are looked for whenever the switch is reached again.
            log.info("phone_not_hung_up", contact=self.id, agent=phone.agent_id, fault=str(fault))

    def _phone_of(self, leg: str) -> Phone | None:
        return next((one for one in self.phones.values() if one.leg == leg), None)

    async def _phone_up(self, leg: str) -> None:
        phone = self._phone_of(leg)
        if phone is None:
            return
        phone.up = True
        try:
            self.stands(await self.ground.ask(picked_up, contact_id=self.id, agent_id=phone.agent_id))
        except Refusal:
            # The offer had moved on a moment before: nobody is on this line.
            await self._drop(phone)

    async def _phone_gone(self, leg: str, ending: Ending) -> None:
        phone = self._phone_of(leg)
        if phone is None:
            return
        del self.phones[phone.agent_id]
        self.lines.forget(leg)
        await self._without(phone, ending)

    async def _without(self, phone: Phone, ending: Ending) -> None:
        """A phone is gone that belonged here: what that means depends on whether it was up, and whose it was."""
        hers = phone.agent_id == self.contact.agent_id and self.contact.state is ContactState.IN_HAND
        if hers and phone.up and ending is Ending.HUNG_UP:
            await self.let_go(EndedBy.AGENT)
            return
        there = ending is not Ending.UNREACHABLE
        self.stands(
            await self.ground.ask(
                phone_gone, contact_id=self.id, agent_id=phone.agent_id, was_up=phone.up, there=there
            )
        )

    async def _looked_over(self, standing: Mapping[str, LegStanding]) -> None:
        """The switch was away, and is back: what it lost meanwhile is gone."""
        self.away = False
        if self.leg and self.leg not in standing:
            await self._gone_with_switch()
            return
        self.in_room, self.music = bool(self.leg) and standing[self.leg].room == self.room, False
        if self._unreached is not None and self.leg and standing[self.leg].up:
            await self._unreached.picks_up(self)
        for phone in list(self.phones.values()):
            found = standing.get(phone.leg)
            if found is None:
                await self._phone_gone(phone.leg, Ending.LOST)
            else:
                phone.in_room = found.room == self.room
                if found.up and not phone.up:
                    await self._phone_up(phone.leg)

    # -- everyone in their place

    async def _settle(self) -> None:
        if self.over or self.away:
            return
        if self.contact.state in ENDED or self.ended_by is not None:
            if not self.closed:
                await self.let_go(self.ended_by or EndedBy.AGENT)
            return
        await self._phones()
        up = frozenset(one.agent_id for one in self.phones.values() if one.up)
        if self._unreached is not None:
            await self._unreached.see_to(self, up)
            return
        place = placed(self.contact, up, held=self.held)
        await seat(self, place)
        await self.waits(not place.caller)
        if self.taping is not None:
            await self.taping.see_to(self)

    async def _phones(self) -> None:
        here = {one.agent_id: one for one in wanted(self.contact)}
        for phone in list(self.phones.values()):
            if phone.agent_id not in here:
                await self._drop(phone)
        for agent_id in here:
            if agent_id not in self.phones:
                await self._ring(agent_id)

    async def _ring(self, agent_id: int) -> None:
        tags = {"contact": str(self.id), "role": "agent", "agent": str(agent_id)}
        try:
            leg = await self.switch.dial(
                f"agent:{agent_id}", from_number=self.from_number, name=self.name, timeout_s=RING_S, tags=tags
            )
        except SwitchAway:
            raise
        except SwitchError as fault:
            log.info("phone_not_there", contact=self.id, agent=agent_id, fault=str(fault))
            await self._without(Phone(agent_id, ""), Ending.UNREACHABLE)
            return
        self.phones[agent_id] = Phone(agent_id, leg)
        self.lines.follow(leg, self)

    async def waits(self, on: bool) -> None:
        """Music for a caller who hears nobody; in the menu that speaks itself."""
        on = on and self.answered and (self.player is None or self.player.done)
        on = on and (self.words is None or self.words.playing is None)
        if on != self.music and Can.PLAY in self.switch.can:
            self.music = on
            await self.switch.music(self.leg, on)
