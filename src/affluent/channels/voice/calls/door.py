"""The door of the telephone: every server of the settings, in a thread and an event loop of their own.

It works while this process writes. When another one takes over, the calls go on, and that one adopts them.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from affluent.centre.calling import calling_back, calls
from affluent.centre.calling.calling_back import AT_WORK
from affluent.centre.calling.ports import VoiceStore
from affluent.centre.calling.records import VoiceLine, VoiceServer
from affluent.centre.hub import Announcement, ContactMoved, Hub, SettingsChanged
from affluent.centre.recording import consent
from affluent.centre.recording.ports import RecordingStore
from affluent.centre.refusals import Away as CentreAway
from affluent.centre.refusals import Forbidden, Refusal
from affluent.centre.runner import Runner
from affluent.channels.voice.calls.exchange import Exchange, MakePlayer
from affluent.channels.voice.calls.ground import Connect, Ground
from affluent.channels.voice.calls.live import LiveCall
from affluent.channels.voice.calls.messages import Asked
from affluent.channels.voice.calls.sweeping import AGAIN_S, EVERY_S
from affluent.channels.voice.calls.voicemail import MailboxOf
from affluent.channels.voice.calls.waiting_words import Waiting
from affluent.facts.call import EndedBy
from affluent.facts.instants import Clock
from affluent.facts.media import Medium
from affluent.facts.states import ContactState

WATCH_S = 0.5
ACT_S_MAX = 5.0
_READ_BY = frozenset({"voice_servers", "channels"})
log = structlog.get_logger("affluent.voice")


def no_menu(call: LiveCall, line: VoiceLine) -> None:
    """No menu: callers go straight to the queue."""


class VoiceDoor:
    """All telephone servers of this process. A change of the settings is taken up while it runs.

    It is the port `CallActs` as well: what an agent does with a call that is up.
    """

    def __init__(
        self,
        runner: Runner,
        store: VoiceStore,
        hub: Hub,
        clock: Clock,
        connect: Connect,
        player: MakePlayer = no_menu,
        waiting: Waiting | None = None,
        mailbox: MailboxOf | None = None,
        recordings: RecordingStore | None = None,
        sweeps: tuple[float, float] = (EVERY_S, AGAIN_S),
    ) -> None:
        """`sweeps`: every so many seconds it is looked for lines of nobody, and how soon again when there are some."""
        self._ground = Ground(runner, store, clock, recordings)
        self._mailbox = mailbox
        self._runner = runner
        self._store = store
        self._connect = connect
        self._player = player
        self._waiting = waiting
        self._sweeps = sweeps
        self._loop = asyncio.new_event_loop()
        self._stale = asyncio.Event()
        self._lines: tuple[VoiceLine, ...] = ()
        self._exchanges: dict[int, tuple[VoiceServer, Exchange, asyncio.Task[None]]] = {}
        self._unsubscribe = hub.subscribe(self._heard)
        self._calling_out: set[asyncio.Task[None]] = set()
        self._main: asyncio.Task[None] | None = None
        self._swept = 0
        """By exchanges that are gone."""
        self._thread = threading.Thread(target=self._live, name="voice", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Lets go of the servers; the calls they carry go on."""
        self._unsubscribe()
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._cancel)
            self._thread.join(timeout=10)

    @property
    def works(self) -> bool:
        return self._thread.is_alive()

    def away(self) -> list[str]:
        """The names of the servers that cannot be reached now."""
        return [server.name for server, exchange, _ in tuple(self._exchanges.values()) if exchange.away]

    def reached(self) -> list[str]:
        """The names of the servers whose calls are in our hands."""
        return [server.name for server, exchange, _ in tuple(self._exchanges.values()) if not exchange.away]

    def swept(self) -> int:
        """How many lines and calls were found that belonged to nothing any more: each is a fault."""
        exchanges = [exchange for _, exchange, _ in tuple(self._exchanges.values())]
        return self._swept + sum(one.sweeper.swept for one in exchanges)

    def faults(self) -> str | None:
        """What is wrong with the telephone while it works, as codes."""
        away, swept = self.away(), self.swept()
        told = (f"away_{len(away)}" if away else "", f"swept_{swept}" if swept else "")
        return " ".join(filter(None, told)) or None

    def up(self) -> int:
        """How many calls are up."""
        return sum(len(exchange.by_contact) for _, exchange, _ in tuple(self._exchanges.values()))

    def _cancel(self) -> None:
        if self._main is not None:
            self._main.cancel()

    def _live(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._main = self._loop.create_task(self._keep_up())
            with suppress(asyncio.CancelledError):
                self._loop.run_until_complete(self._main)
        except Exception:
            log.exception("voice_door_failed")
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    async def _keep_up(self) -> None:
        self._stale.set()
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stale.wait(), WATCH_S)
                if not self._runner.leading:
                    await self._leave()
                elif self._stale.is_set() or not self._exchanges:
                    self._stale.clear()
                    try:
                        await self._take_up()
                    except Exception:
                        # The database may be away: looked at again in a moment.
                        log.exception("voice_settings_not_read")
        finally:
            await self._leave()

    async def _take_up(self) -> None:
        self._lines = tuple(await asyncio.to_thread(self._store.lines))
        wanted = {one.id: one for one in await asyncio.to_thread(self._store.servers)}
        for server_id, (server, _, task) in list(self._exchanges.items()):
            if wanted.get(server_id) != server or task.done():
                await self._end(server_id)
        for server_id, server in wanted.items():
            switch = None if server_id in self._exchanges else self._connect(server)
            if switch is not None:
                exchange = Exchange(
                    self._ground,
                    server,
                    switch,
                    lambda: self._lines,
                    self._player,
                    self._waiting,
                    self._mailbox,
                )
                exchange.sweeper.every_s, exchange.sweeper.again_s = self._sweeps
                self._exchanges[server_id] = (server, exchange, self._loop.create_task(exchange.run()))

    async def _end(self, server_id: int) -> None:
        _, exchange, task = self._exchanges.pop(server_id)
        self._swept += exchange.sweeper.swept
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task

    async def _leave(self) -> None:
        for server_id in list(self._exchanges):
            await self._end(server_id)

    def _heard(self, announcement: Announcement) -> None:
        """In the publisher's thread."""
        match announcement:
            case ContactMoved() if announcement.contact.medium is Medium.VOICE:
                act, told = self._moved, announcement
            case SettingsChanged() if announcement.noun in _READ_BY:
                self._soon(self._stale.set)
                return
            case _:
                return
        self._soon(lambda: act(told))

    def _soon(self, act: Callable[[], None]) -> None:
        with suppress(RuntimeError):
            # The loop is closed: the door is.
            self._loop.call_soon_threadsafe(act)

    def _moved(self, told: ContactMoved) -> None:
        contact, known = told.contact, False
        for _, exchange, _ in self._exchanges.values():
            exchange.moved(contact)
            known = known or contact.id in exchange.by_contact
        if not known and contact.state in AT_WORK:
            task = self._loop.create_task(self._calls_out(contact.id))
            self._calling_out.add(task)
            task.add_done_callback(self._calling_out.discard)

    async def _calls_out(self, contact_id: int) -> None:
        """Nobody is on its line: perhaps its customer is to be called."""
        try:
            if not await asyncio.to_thread(self._store.dials, contact_id):
                return
            for one in await self._ground.ask(calling_back.to_call, contact_id=contact_id):
                here = [exchange for _, exchange, _ in self._exchanges.values() if exchange.dials]
                here.sort(key=lambda exchange: (exchange.server.id != one.call.server_id, exchange.server.id))
                if here:
                    here[0].call_out(one)
                else:
                    await self._ground.ask(calling_back.not_reached, contact_id=contact_id, cause="no_line")
        except (Refusal, CentreAway) as refused:
            log.info("customer_not_called", contact=contact_id, code=refused.code)

    # -- what agents do with their calls

    def can(self, contact_id: int) -> frozenset[str]:
        for _, exchange, _ in tuple(self._exchanges.values()):
            if contact_id in exchange.by_contact:
                return frozenset(one.value for one in exchange.switch.can)
        return frozenset()

    def is_held(self, contact_id: int) -> bool:
        found = (exchange.by_contact.get(contact_id) for _, exchange, _ in tuple(self._exchanges.values()))
        return any(call is not None and call.held for call in found)

    def hold(self, contact_id: int, agent_id: int) -> None:
        async def act(call: LiveCall) -> None:
            await self._ground.ask(calls.held, contact_id=contact_id, agent_id=agent_id)
            call.held = True
            await call.switch.tag(call.leg, {"held": "1"})

        self._act(contact_id, act)

    def resume(self, contact_id: int, agent_id: int) -> None:
        async def act(call: LiveCall) -> None:
            await self._ground.ask(calls.resumed, contact_id=contact_id, agent_id=agent_id)
            call.held = False
            await call.switch.tag(call.leg, {"held": ""})

        self._act(contact_id, act)

    def mute(self, contact_id: int, agent_id: int, on: bool) -> None:
        async def act(call: LiveCall) -> None:
            await call.switch.mute(_phone(call, agent_id), on)

        self._act(contact_id, act)

    def digits(self, contact_id: int, agent_id: int, digits: str) -> None:
        async def act(call: LiveCall) -> None:
            _phone(call, agent_id)
            await call.switch.send_digits(call.leg, digits)

        self._act(contact_id, act)

    def hang_up(self, contact_id: int, agent_id: int) -> None:
        async def act(call: LiveCall) -> None:
            if call.contact.agent_id != agent_id or call.contact.state is not ContactState.IN_HAND:
                raise Forbidden("not_in_your_hand")
            await call.let_go(EndedBy.AGENT)

        self._act(contact_id, act)

    def is_recorded(self, contact_id: int) -> bool | None:
        found = (exchange.by_contact.get(contact_id) for _, exchange, _ in tuple(self._exchanges.values()))
        taping = next((call.taping for call in found if call is not None), None)
        return None if taping is None or not taping.runs else not taping.masked

    def mask_recording(self, contact_id: int, agent_id: int, on: bool) -> None:
        async def act(call: LiveCall) -> None:
            if call.taping is None:
                raise Refusal("not_recorded")
            if call.taping.masked != on:
                await self._ground.ask(consent.paused, contact_id=contact_id, agent_id=agent_id, on=on)
                call.taping.masked = on
                await call.taping.see_to(call)

        self._act(contact_id, act)

    def listen(self, contact_id: int, agent_id: int, *, whisper: bool) -> None:
        async def act(call: LiveCall) -> None:
            _phone(call, agent_id)
            (call.whispering.add if whisper else call.whispering.discard)(agent_id)
            call.phones[agent_id].listens = False

        self._act(contact_id, act)

    def _act(self, contact_id: int, act: Callable[[LiveCall], Awaitable[None]]) -> None:
        """Has it done in the call's own task; waits for it. Raises what it refuses."""

        async def asked() -> None:
            call = self._call(contact_id)
            answer = self._loop.create_future()
            call.inbox.put_nowait(Asked(lambda: act(call), answer))
            await asyncio.wait_for(answer, ACT_S_MAX)

        if not self._thread.is_alive():
            raise Refusal("no_call")
        try:
            asyncio.run_coroutine_threadsafe(asked(), self._loop).result(ACT_S_MAX + 1)
        except TimeoutError:
            raise Refusal("switch_away") from None

    def _call(self, contact_id: int) -> LiveCall:
        for _, exchange, _ in self._exchanges.values():
            call = exchange.by_contact.get(contact_id)
            if call is not None and not call.over:
                return call
        raise Refusal("no_call")


def _phone(call: LiveCall, agent_id: int) -> str:
    """The line of an agent who is in the call. Raises `Forbidden`."""
    phone = call.phones.get(agent_id)
    if phone is None or not phone.up:
        raise Forbidden("not_in_your_hand")
    return phone.leg
