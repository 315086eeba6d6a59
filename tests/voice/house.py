"""A centre with a telephone: the stage of `tests/centre`, a door, and switches."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from affluent.centre.calling.records import VoiceServer
from affluent.centre.recording.ports import RecordingStore
from affluent.channels.voice.calls.door import VoiceDoor, no_menu
from affluent.channels.voice.calls.exchange import MakePlayer
from affluent.channels.voice.calls.sweeping import AGAIN_S, EVERY_S
from affluent.channels.voice.calls.voicemail import MailboxOf
from affluent.channels.voice.calls.waiting_words import Waiting
from affluent.channels.voice.switch import Switch
from affluent.storage.calls import PgVoice
from tests.centre.stage import OFFER_MS, Stage, insert_into, settings_changed, staged
from tests.channels.centre import eventually
from tests.voice.scripted_switch import Line, ScriptedSwitch

NUMBER = "+33145678900"


@dataclass
class House:
    """Ada and Bob have phones; one server, one number, one queue."""

    stage: Stage
    switches: dict[int, Switch] = field(default_factory=dict[int, Switch])
    door: VoiceDoor = field(init=False)
    player: MakePlayer = no_menu
    waiting: Waiting | None = None
    mailbox: MailboxOf | None = None
    recordings: RecordingStore | None = None
    sweeps: tuple[float, float] = (EVERY_S, AGAIN_S)

    def __post_init__(self) -> None:
        ids = self.stage.ids
        self.server = self.add_server("pbx")
        self.queue = insert_into(
            self.stage, "queue", brand_id=ids.north, name="calls", medium="voice", target_ms=20_000,
            offer_ms=OFFER_MS,
        )  # fmt: skip
        insert_into(
            self.stage, "channel", brand_id=ids.north, medium="voice", name="phone", queue_id=self.queue,
            public_key="phone", settings={"numbers": [NUMBER], "server_id": None},
        )  # fmt: skip
        for agent in (ids.ada, ids.bob):
            self.stage.change("insert into agent_capacity values (%s, 'voice', 1)", agent)
        self.stage.do(settings_changed)
        self.open()

    def add_server(self, name: str) -> int:
        server = insert_into(self.stage, "voice_server", name=name, kind="asterisk", public_key=name)
        self.switches[server] = ScriptedSwitch(server)
        return server

    def connect(self, server: VoiceServer) -> Switch:
        return self.switches[server.id]

    def open(self) -> None:
        stage = self.stage
        self.door = VoiceDoor(
            stage.runner,
            PgVoice(stage.database),
            stage.hub,
            stage.clock,
            self.connect,
            self.player,
            self.waiting,
            self.mailbox,
            self.recordings,
            self.sweeps,
        )
        self.door.start()
        eventually(lambda: len(self.door.reached()) == len(self.switches), "the switches")

    def restart(self) -> None:
        """This process goes, and another one comes; the switches and their calls never notice."""
        self.door.stop()
        self.stage.restart()
        self.open()

    @property
    def switch(self) -> ScriptedSwitch:
        return self.switch_of(self.server)

    def switch_of(self, server: int) -> ScriptedSwitch:
        found = self.switches[server]
        assert isinstance(found, ScriptedSwitch)
        return found

    def contact_of(self, leg: str) -> int:
        rows: list[dict[str, Any]] = eventually(
            lambda: self.stage.query("select id from call where leg = %s", leg), "the contact of a call"
        )
        return rows[0]["id"]

    def state(self, contact: int, state: str) -> None:
        eventually(lambda: self.stage.state(contact) == state, f"contact {contact} as {state}")

    def calls(self, *, state: str = "offered") -> tuple[str, int]:
        """Somebody calls, and their contact comes so far: (leg, contact)."""
        leg = self.switch.rings()
        contact = self.contact_of(leg)
        self.state(contact, state)
        return leg, contact

    def phone(self, agent_id: int) -> Line:
        """The line of an agent's phone, once it rings."""
        found: Line = eventually(lambda: self.switch.of(agent_id), f"the phone of {agent_id}")
        return found

    def talks(self) -> tuple[str, int, int, str]:
        """Somebody calls and is answered: (leg, contact, agent, the agent's leg)."""
        leg, contact = self.calls()
        agent = self.stage.holder(contact)
        assert agent is not None
        phone = self.phone(agent)
        self.switch.picks_up(phone.leg)
        eventually(lambda: self.switch.together(leg, phone.leg), "both in one room")
        return leg, contact, agent, phone.leg

    def last(self, contact: int, kind: str) -> None:
        eventually(lambda: self.facts(contact)[-1] == kind, f"{kind} of contact {contact}")

    def facts(self, contact: int) -> list[str]:
        return self.stage.facts(contact)


@contextmanager
def housed(dsn: str) -> Generator[House]:
    with staged(dsn) as stage:
        house = House(stage)
        try:
            yield house
        finally:
            house.door.stop()
