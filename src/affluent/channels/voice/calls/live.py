"""One call, from its first ring to its last: a task that hears its lines and its contact, and puts each in its place.

Nothing is driven step by step. Whatever happens, the call looks at how its contact stands (`placing.py`) and does what
is missing: so the order in which a phone rings, a desk clicks and a cable breaks does not matter.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from affluent.centre.calling import calls
from affluent.centre.calling.picking_up import phone_gone, picked_up
from affluent.centre.records import Contact
from affluent.centre.refusals import Refusal
from affluent.channels.voice.calls.ground import Ground, Player
from affluent.channels.voice.calls.messages import Asked, LookedOver, Message, Moved, SwitchLost
from affluent.channels.voice.calls.placing import placed, wanted
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


@dataclass(slots=True)
class Phone:
    """An agent's line in this call."""

    agent_id: int
    leg: str
    up: bool = False
    in_room: bool = False
    listens: bool = False


class Lines(Protocol):
    """Who tells a call what happens on its lines."""

    def follow(self, leg: str, call: "LiveCall") -> None: ...
    def forget(self, leg: str) -> None: ...
    def ended(self, call: "LiveCall") -> None: ...


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
        """Puts the caller in a queue, or where the rules lead for a motive and what they pressed.

        Whoever finds no line at all is let go: nobody waits for nobody.
        """
        try:
            self._stands(
                await self.ground.ask(
                    calls.call_queued,
                    contact_id=self.id,
                    queue_id=queue_id,
                    motive_id=motive_id,
                    values=values,
                )
            )
        except Refusal as refused:
            log.warning("line_refused", contact=self.id, queue=queue_id, code=refused.code)
        if self.contact.state is not ContactState.RECEIVED:
            return
        if queue_id is not None:
            await self.stand_in(None, motive_id, values)
            return
        log.warning("call_without_queue", contact=self.id)
        await self.let_go(EndedBy.SERVER)

    async def let_go(self, by: EndedBy) -> None:
        """Ends the caller's line ourselves."""
        self.ended_by = by
        await self.switch.hang_up(self.leg)
        self.closed = True

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
                self._stands(message.contact)
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
            case Asked():
                await self._act(message)
            case LookedOver():
                await self._looked_over(message.standing)
            case SwitchLost():
                await self._caller_gone(EndedBy.SERVER)
            case _:
                pass

    def _words_due_s(self) -> float | None:
        """When the caller may be spoken to: while they wait with music, or are being spoken to."""
        waits = self.music or (self.words is not None and self.words.playing is not None)
        lined = self.contact.state in (ContactState.WAITING, ContactState.OFFERED)
        return self.words.due_s if self.words is not None and waits and lined and not self.away else None

    async def _speak(self) -> None:
        assert self.words is not None, "somebody speaks"
        sounds = await self.words.words(self.id)
        if sounds and self.music:
            self.music = False
            await self.switch.music(self.leg, False)
            self.words.said(await self.switch.play(self.leg, sounds))

    async def _hush(self) -> None:
        """Somebody is there now: what was being spoken to who waited stops."""
        if self.words is not None:
            playing, self.words.playing = self.words.playing, None
            self.words.begin_again()
            if playing is not None:
                await self.switch.stop_play(playing)

    def _stands(self, contact: Contact) -> None:
        """The newest is how it stands: what is told may overtake what was answered."""
        if contact.version >= self.contact.version:
            same = contact.agent_id == self.contact.agent_id and contact.state is ContactState.IN_HAND
            self.held = self.held and same
            self.contact = contact

    async def _act(self, asked: Asked) -> None:
        try:
            await asked.act()
        except SwitchAway:
            self._tell(asked, Refusal("switch_away"))
        except LegGone:
            self._tell(asked, Refusal("no_call"))
        except SwitchError:
            self._tell(asked, Refusal("not_possible_here"))
        except Exception as fault:
            self._tell(asked, fault)
        else:
            self._tell(asked, None)

    def _tell(self, asked: Asked, fault: Exception | None) -> None:
        if not asked.answer.done():
            asked.answer.set_result(None) if fault is None else asked.answer.set_exception(fault)

    # -- lines that come and go

    async def _caller_gone(self, by: EndedBy) -> None:
        self.over = True
        self.lines.forget(self.leg)
        # First of all no phone rings on: whoever picked up now would hear nobody.
        for phone in list(self.phones.values()):
            await self._drop(phone)
        await self.ground.ask(calls.call_over, contact_id=self.id, by=self.ended_by or by)

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
            self._stands(await self.ground.ask(picked_up, contact_id=self.id, agent_id=phone.agent_id))
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
        self._stands(
            await self.ground.ask(phone_gone, contact_id=self.id, agent_id=phone.agent_id, was_up=phone.up)
        )

    async def _looked_over(self, standing: Mapping[str, LegStanding]) -> None:
        """The switch was away, and is back: what it lost meanwhile is gone."""
        self.away = False
        if self.leg not in standing:
            await self._caller_gone(EndedBy.SERVER)
            return
        self.in_room, self.music = standing[self.leg].room == self.room, False
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
        place = placed(self.contact, up, held=self.held)
        await self._room(place.room, caller=place.caller)
        for agent_id in place.listening:
            await self._listen(self.phones[agent_id])
        await self._waits(not place.caller)

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

    async def _room(self, agents: tuple[int, ...], *, caller: bool) -> None:
        for phone in self.phones.values():
            if phone.in_room and phone.agent_id not in agents:
                phone.in_room = False
                await self.switch.part(self.room, phone.leg)
        if self.in_room and not caller:
            self.in_room = False
            await self.switch.part(self.room, self.leg)
        coming = [self.phones[one] for one in agents if not self.phones[one].in_room]
        legs = [one.leg for one in coming]
        if caller and not self.in_room:
            await self._hush()
            await self._waits(False)
            if not self.answered:
                self.answered = True
                await self.switch.answer(self.leg)
            legs.insert(0, self.leg)
        if not legs:
            return
        await self.switch.join(self.room, legs)
        self.in_room = self.in_room or self.leg in legs
        for phone in coming:
            phone.in_room = True

    async def _listen(self, phone: Phone) -> None:
        holder = self.phones.get(self.contact.agent_id or 0)
        if phone.listens or holder is None or Can.LISTEN not in self.switch.can:
            return
        phone.listens = True
        whisper = phone.agent_id in self.whispering
        await self.switch.listen(phone.leg, holder.leg, whisper=whisper)

    async def _waits(self, on: bool) -> None:
        """Music for a caller who hears nobody; in the menu that speaks itself."""
        on = on and self.answered and (self.player is None or self.player.done)
        on = on and (self.words is None or self.words.playing is None)
        if on != self.music and Can.PLAY in self.switch.can:
            self.music = on
            await self.switch.music(self.leg, on)
