"""Puts the telephone together: servers, menus, what is spoken to who waits."""

from collections.abc import Sequence
from functools import partial

from affluent.centre.calling.phones import ice_servers
from affluent.centre.calling.records import VoiceLine, VoiceServer
from affluent.centre.menus.turns import Prompt
from affluent.centre.menus.waiting import WaitNow
from affluent.centre.recording.keeping import RecordingKeeper
from affluent.channels.voice.asterisk.switch import AsteriskSwitch
from affluent.channels.voice.calls.door import VoiceDoor
from affluent.channels.voice.calls.live import LiveCall
from affluent.channels.voice.calls.menu_player import MenuPlayer, Menus
from affluent.channels.voice.calls.voicemail import MailboxOf
from affluent.channels.voice.calls.waiting_words import Waiting, in_seconds
from affluent.channels.voice.prompts.store import SoundStore
from affluent.channels.voice.switch import Sound, Switch
from affluent.channels.voice.web.switch import WebSwitch
from affluent.cli.compose import Centre
from affluent.cli.relays import Relays
from affluent.facts.states import ContactState
from affluent.storage.call_recordings import PgCallRecordings
from affluent.storage.calls import PgVoice
from affluent.storage.menus import PgMenus
from affluent.storage.waits import WaitsFollower
from affluent.web.metrics import Metrics, Telephone


def open_voice(centre: Centre) -> VoiceDoor:
    """The door of the telephone, on a centre at work."""
    spoken: SoundStore = centre.app.state.voice
    waits: WaitsFollower = centre.app.state.waits
    relays = Relays(centre.clock, spoken.folder.resolve())

    def connected(server: VoiceServer) -> Switch | None:
        if server.kind == "web":
            ways = partial(ice_servers, server)
            relay = relays.of(server.id) if server.relayed else None
            if relay is not None:
                from affluent.channels.voice.relay.switch import RelaySwitch  # noqa: PLC0415 -- an extra

                return RelaySwitch(server.id, centre.app.state.browsers, centre.clock, relay, ways)
            return WebSwitch(server.id, centre.app.state.browsers, centre.clock, ways)
        sounds = str(spoken.folder.resolve())
        return AsteriskSwitch(
            server.id, server.url, server.username, server.password, centre.clock, sounds=sounds
        )

    def announced(queue_id: int, now_ms: int) -> tuple[int, int] | None:
        # A queue that announces nothing to its customers tells callers nothing either.
        told = next(
            (one for one in waits.told(now_ms) if one.queue_id == queue_id and one.rule.announces), None
        )
        return None if told is None or told.next is None else in_seconds(told.next)

    def spoken_as(prompts: Sequence[Prompt]) -> list[Sound]:
        return [Sound(name) for name in spoken.names(prompts)]

    def known(contact_id: int, now_ms: int) -> WaitNow | None:
        ahead, told = centre.runner.position(contact_id), waits.range_of(contact_id, now_ms)
        if ahead is None:
            return None
        return WaitNow(ahead, None if told is None else in_seconds(told))

    menus = Menus(PgMenus(centre.database).playable, spoken_as, announced)

    def player(call: LiveCall, line: VoiceLine) -> MenuPlayer | None:
        in_menu = line.menu_id is not None and call.contact.state is ContactState.RECEIVED
        return MenuPlayer(call, line.menu_id, menus) if in_menu and line.menu_id is not None else None

    recordings = PgCallRecordings(centre.database, centre.sealer)
    door = VoiceDoor(
        centre.runner,
        PgVoice(centre.database, centre.sealer),
        centre.hub,
        centre.clock,
        connected,
        player,
        Waiting(spoken_as, known),
        MailboxOf(spoken_as, lambda: [Sound(spoken.tone())]),
        recordings,
    )
    door.start()
    keeper = RecordingKeeper(centre.runner, recordings, centre.clock)
    keeper.start()
    centre.stoppers.append(keeper.stop)
    centre.app.state.calls = door
    centre.stoppers.append(door.stop)
    centre.stoppers.append(relays.stop)
    if centre.readiness is not None:
        centre.readiness.add("voice", lambda: door.works, door.faults)
    measured: Metrics = centre.app.state.metrics
    measured.sources.telephones.append(lambda: Telephone(door.up(), len(door.away()), door.swept()))
    return door
