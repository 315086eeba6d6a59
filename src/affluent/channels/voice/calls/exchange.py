"""One switch at work: what happens on its lines goes to their calls; new callers get a call of their own."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Collection, Coroutine, Mapping
from contextlib import suppress
from typing import Any

import structlog

from affluent.centre.calling import calling_back, calls
from affluent.centre.calling.numbers import number_of, told
from affluent.centre.calling.quality import Side
from affluent.centre.calling.records import ArrivingCall, Call, CallUp, VoiceLine, VoiceServer
from affluent.centre.menus.document import Language
from affluent.centre.records import Contact
from affluent.centre.refusals import Away as CentreAway
from affluent.centre.refusals import Refusal
from affluent.channels.voice.calls.callback_player import CallbackPlayer, TalkOf
from affluent.channels.voice.calls.ground import Ground, Player, line_of
from affluent.channels.voice.calls.live import LiveCall
from affluent.channels.voice.calls.measuring import Measuring
from affluent.channels.voice.calls.messages import LookedOver, Moved, SwitchLost
from affluent.channels.voice.calls.notice import RecordingNotice
from affluent.channels.voice.calls.outward import Outward
from affluent.channels.voice.calls.parties import Phone
from affluent.channels.voice.calls.recorder import Recorder, contact_of, is_message
from affluent.channels.voice.calls.sweeping import Sweeper
from affluent.channels.voice.calls.taping import Taping
from affluent.channels.voice.calls.voicemail import MailboxOf, VoicemailPlayer
from affluent.channels.voice.calls.waiting_words import Waiting, WaitingWords
from affluent.channels.voice.switch import (
    Away,
    Can,
    LegArrived,
    LegStanding,
    QualityMeasured,
    Reached,
    RecordingEnded,
    Switch,
    SwitchError,
    SwitchEvent,
)
from affluent.facts.call import EndedBy
from affluent.facts.states import ENDED, ContactState

AWAY_S_MAX = 20.0
"""A switch that does not come back within it has lost its calls, as far as their callers are concerned."""
EARLY_MAX = 2_000
log = structlog.get_logger("affluent.voice")
MakePlayer = Callable[[LiveCall, VoiceLine], Player | None]


class Exchange:
    """All calls of one switch. Used from one event loop."""

    def __init__(
        self,
        ground: Ground,
        server: VoiceServer,
        switch: Switch,
        lines: Callable[[], tuple[VoiceLine, ...]],
        player: MakePlayer,
        waiting: Waiting | None = None,
        mailbox: MailboxOf | None = None,
    ) -> None:
        self.server = server
        self.switch = switch
        self.away = True
        self.by_contact: dict[int, LiveCall] = {}
        self._ground = ground
        self._lines = lines
        self._player = player
        self._waiting = waiting
        self._mailbox = mailbox
        self._recorder = Recorder(ground, switch)
        self._messages: dict[int, RecordingEnded] = {}
        """Messages of callers whose lines are not closed yet, by contact."""
        self._by_leg: dict[str, LiveCall] = {}
        self._early: OrderedDict[str, list[SwitchEvent]] = OrderedDict()
        """What was told of lines before whoever dialled them knew their names."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._giving_up: asyncio.TimerHandle | None = None
        self._seen = False
        """Whether the switch was reached before, by this process."""
        self._arriving: set[str] = set()
        self._measuring = Measuring()
        self.sweeper = Sweeper(ground, server.id, switch, self)

    async def run(self) -> None:
        """Until it is cancelled: then its calls go on without us, for whoever comes next."""
        events = self.switch.events()
        self._start(self.sweeper.run())
        try:
            async for event in events:
                try:
                    await self._hear(event)
                except (SwitchError, CentreAway, Refusal) as fault:
                    log.warning("switch_event_lost", server=self.server.name, fault=str(fault))
                except Exception:
                    log.exception("switch_event_failed", server=self.server.name)
        finally:
            if self._giving_up is not None:
                self._giving_up.cancel()
            calls = tuple(self._tasks)
            for task in calls:
                task.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
            if isinstance(events, AsyncGenerator):
                await events.aclose()
            await self.switch.close()

    async def _hear(self, event: SwitchEvent) -> None:
        match event:
            case Reached():
                await self._reached()
            case Away():
                self._gone_away()
            case LegArrived():
                self._arrives(event)
            case RecordingEnded():
                self._recorded(event)
            case _:
                leg = getattr(event, "leg", None)
                if leg is None:
                    return
                call = self._by_leg.get(leg)
                if isinstance(event, QualityMeasured):
                    if call is not None:
                        side = Side.CALLER if leg == call.leg else Side.AGENT
                        self._measuring.note(call.id, side, event)
                elif call is not None:
                    call.inbox.put_nowait(event)
                else:
                    self._early.setdefault(leg, []).append(event)
                    if len(self._early) > EARLY_MAX:
                        self._early.popitem(last=False)

    def _recorded(self, event: RecordingEnded) -> None:
        contact_id = contact_of(event.name)
        call = None if contact_id is None else self.by_contact.get(contact_id)
        if call is not None:
            call.inbox.put_nowait(event)
        if call is not None and is_message(event.name):
            self._messages[call.id] = event
        elif contact_id is not None:
            self._start(self._recorder.keep(event))

    # -- what a call asks of us

    def follow(self, leg: str, call: LiveCall) -> None:
        self._by_leg[leg] = call
        for event in self._early.pop(leg, ()):
            call.inbox.put_nowait(event)

    def forget(self, leg: str) -> None:
        self._by_leg.pop(leg, None)

    def ended(self, call: LiveCall) -> None:
        if self.by_contact.get(call.id) is call:
            del self.by_contact[call.id]
        for leg in [leg for leg, of in self._by_leg.items() if of is call]:
            del self._by_leg[leg]
        self._start(self._measuring.keep(self._ground, call.id, call.over))
        message = self._messages.pop(call.id, None)
        if message is not None:
            self._start(self._recorder.keep(message))
        # Perhaps they are to be called back, and somebody has them already.
        self._start(self._look_again(call.id))

    @property
    def dials(self) -> bool:
        """Whether customers can be called from here now."""
        return Can.DIAL_NUMBERS in self.switch.can and not self.away

    async def _look_again(self, contact_id: int) -> None:
        if self.dials and await asyncio.to_thread(self._ground.store.dials, contact_id):
            for one in await self._ground.ask(calling_back.to_call, contact_id=contact_id):
                self.call_out(one)

    def call_out(self, one: CallUp) -> None:
        """Somebody has, or is asked to take, a contact whose customer is to be called."""
        if one.contact.id in self.by_contact:
            return
        number = one.call.dial_number
        call = self._made(one.contact, "", number, told(number))
        call.outward = Outward()
        self._start(call.live())

    def owned(self) -> Mapping[str, LiveCall]:
        """The calls of all lines that belong to one."""
        return self._by_leg

    def arriving(self) -> Collection[str]:
        """Lines whose calls are being opened."""
        return self._arriving

    def moved(self, contact: Contact) -> None:
        """A contact moved; most are no calls of ours."""
        call = self.by_contact.get(contact.id)
        if call is not None:
            call.inbox.put_nowait(Moved(contact))

    # -- callers

    def _arrives(self, event: LegArrived) -> None:
        if event.leg in self._by_leg or event.leg in self._arriving:
            return
        self._arriving.add(event.leg)
        self._start(self._welcome(event))

    async def _welcome(self, event: LegArrived) -> None:
        try:
            call = await self._opened(event)
        except (Refusal, CentreAway) as refused:
            log.info("call_not_taken", server=self.server.name, door=event.door, why=refused.code)
            call = None
        except SwitchError:
            # Gone before it was known: the centre hears so by the end of its line, or when we look over all.
            call = None
        except Exception:
            log.exception("call_not_opened", server=self.server.name, door=event.door)
            call = None
        finally:
            self._arriving.discard(event.leg)
        if call is None:
            self._early.pop(event.leg, None)
            with suppress(SwitchError):
                await self.switch.hang_up(event.leg)
            return
        await call.live()

    async def _opened(self, event: LegArrived) -> LiveCall | None:
        line = line_of(self._lines(), self.server, event.door)
        if line is None:
            log.warning("call_to_nobody", server=self.server.name, door=event.door)
            return None
        country = self.server.country
        arriving = ArrivingCall(
            f"call:{self.server.id}:{event.leg}",
            line.channel.id,
            self.server.id,
            event.leg,
            number_of(event.from_number, country),
            # Who calls from a page dialled no number.
            "" if event.door == line.channel.public_key else number_of(event.door, country),
            event.name,
            event.language,
        )
        arrived = await self._ground.ask(calls.call_arrived, call=arriving)
        if arrived.contact.state in ENDED:
            return None
        call = self._made(arrived.contact, event.leg, arriving.from_number, arrived.customer_name)
        await self._furnish(call, line)
        try:
            await self.switch.tag(event.leg, {"contact": str(call.id), "role": "caller"})
            if Can.PLAY in self.switch.can:
                await self.switch.answer(event.leg)
                call.answered = True
        except SwitchError:
            # It hung up meanwhile. Its end is told to the call, or found when all is looked over.
            log.info("caller_left_at_once", contact=call.id)
        return call

    async def _furnish(self, call: LiveCall, line: VoiceLine, adopted: Call | None = None) -> None:
        """What a call is led, spoken to and recorded with; `adopted`: one that another process began."""
        call.player, call.words, call.talk = (
            self._player(call, line),
            self._words(call, line),
            self._talk(line),
        )
        of = self._mailbox
        if of is not None and {Can.PLAY, Can.RECORD} <= self.switch.can:
            call.mailbox = lambda call, queue_id, motive_id: VoicemailPlayer(call, of, queue_id, motive_id)
            if adopted is not None and adopted.mailbox is not None:
                where = adopted.mailbox
                call.player = VoicemailPlayer(call, of, where["queue_id"], where["motive_id"])
                return
        store = self._ground.recordings
        if store is None or Can.RECORD not in self.switch.can or not line.recording.percent:
            return
        call.taping = Taping(store)
        if adopted is not None:
            await call.taping.adopt(call.id)
        if (
            call.contact.state is ContactState.RECEIVED
            and self._waiting is not None
            and Can.PLAY in self.switch.can
        ):
            call.player = RecordingNotice(call, call.player, self._waiting.render)

    def _words(self, call: LiveCall, line: VoiceLine) -> WaitingWords | None:
        if self._waiting is None or Can.PLAY not in self.switch.can:
            return None
        language: Language = "en" if (call.contact.language or line.language).startswith("en") else "fr"
        return WaitingWords(self._waiting, line.waiting, language, self._ground.clock)

    def _talk(self, line: VoiceLine) -> Callable[[LiveCall], Player] | None:
        if (
            not line.callback.offers
            or self._waiting is None
            or not {Can.PLAY, Can.DIAL_NUMBERS} <= self.switch.can
        ):
            return None
        talk = TalkOf(self._waiting.render, self.server.country, self._waiting.known)
        return lambda call: CallbackPlayer(call, talk)

    def _made(self, contact: Contact, leg: str, from_number: str, name: str) -> LiveCall:
        call = LiveCall(self._ground, self, self.switch, leg, contact, from_number, name or told(from_number))
        self.by_contact[contact.id] = call
        return call

    def _start(self, live: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(live)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- the switch comes and goes

    def _gone_away(self) -> None:
        if self.away:
            return
        self.away = True
        log.warning("switch_away", server=self.server.name, calls=len(self.by_contact))
        for call in self.by_contact.values():
            call.away = True
        loop = asyncio.get_running_loop()
        self._giving_up = loop.call_later(AWAY_S_MAX, self._give_up)

    def _give_up(self) -> None:
        log.warning("switch_lost", server=self.server.name, calls=len(self.by_contact))
        for call in list(self.by_contact.values()):
            call.inbox.put_nowait(SwitchLost())

    async def _reached(self) -> None:
        """Takes over what it carries: calls of ours go on, those of a process before us are adopted."""
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None
        standing = {one.leg: one for one in await self.switch.standing()}
        known = await self._ground.ask(calls.calls_up, server_id=self.server.id)
        self.away = False
        for call in list(self.by_contact.values()):
            call.inbox.put_nowait(LookedOver(standing))
        gone = EndedBy.SERVER if self._seen else EndedBy.LOST
        self._seen = True
        for one in known:
            if one.contact.id in self.by_contact:
                continue
            if one.call.leg in standing:
                await self._adopt(one, standing)
            else:
                await self._ground.ask(calls.call_over, contact_id=one.contact.id, by=gone)
        await self._clear(standing)
        self._start(self._sweep())
        if self.dials:
            for one in await self._ground.ask(calling_back.to_call):
                if one.call.server_id == self.server.id:
                    self.call_out(one)
        log.info("switch_reached", server=self.server.name, calls=len(self.by_contact))

    async def _adopt(self, one: CallUp, standing: Mapping[str, LegStanding]) -> None:
        call = self._made(one.contact, one.call.leg, one.call.from_number, "")
        caller = standing[one.call.leg]
        call.answered = caller.up
        if one.call.dials and caller.tags.get("outward"):
            call.outward = Outward()
        call.held = caller.tags.get("held") == "1"
        call.in_room = caller.room == call.room
        for leg in standing.values():
            if leg.tags.get("contact") == str(call.id) and leg.tags.get("role") == "agent":
                agent_id = int(leg.tags["agent"])
                call.phones[agent_id] = Phone(agent_id, leg.leg, leg.up, leg.room == call.room)
                self.follow(leg.leg, call)
        line = next((line for line in self._lines() if line.channel.id == one.contact.channel_id), None)
        if line is not None:
            await self._furnish(call, line, one.call)
        log.info("call_adopted", contact=call.id, phones=len(call.phones))
        self._start(call.live())

    async def _clear(self, standing: Mapping[str, LegStanding]) -> None:
        """Whoever arrived while nobody listened is welcomed; lines that belong to nothing any more end."""
        for leg in standing.values():
            if leg.leg in self._by_leg or leg.leg in self._arriving or self._adopted(leg.leg):
                continue
            if "contact" in leg.tags:
                await self.switch.hang_up(leg.leg)
            else:
                self._arrives(LegArrived(leg.leg, leg.since_ms, leg.from_number, leg.door, tags=leg.tags))

    async def _sweep(self) -> None:
        try:
            await self._recorder.sweep(frozenset(self.by_contact))
        except (SwitchError, CentreAway, Refusal) as fault:
            log.warning("recordings_not_fetched", server=self.server.name, fault=str(fault))

    def _adopted(self, leg: str) -> bool:
        """Its call is there already, and has not begun to follow it."""
        return any(call.leg == leg for call in self.by_contact.values())
