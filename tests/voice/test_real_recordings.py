"""What a real Asterisk records: a caller's message, and both voices of a talk; nothing of it stays there."""

from collections.abc import Generator
from pathlib import Path

import httpx
import numpy as np
import pytest

from affluent.centre.menus.waiting import WaitNow
from affluent.channels.voice.calls.live import LiveCall
from affluent.channels.voice.calls.voicemail import MailboxOf, VoicemailPlayer
from affluent.channels.voice.calls.waiting_words import Waiting
from affluent.channels.voice.prompts.store import SoundStore
from affluent.channels.voice.prompts.wav import RATE, samples_of
from affluent.channels.voice.switch import Sound
from affluent.facts.states import ContactState
from affluent.storage.call_recordings import PgCallRecordings
from affluent.storage.sealing import Sealer, new_key
from tests.channels.centre import eventually
from tests.voice.asterisk import PASSWORD, USER, Asterisk
from tests.voice.street import ADA_HZ, CALLER_HZ, RealHouse, asterisk_in, streeted
from tests.voice.test_recording import WHOLE, recorded

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Asterisk]:
    made = asterisk_in(tmp_path_factory.mktemp("asterisk"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def house(dsn: str, engine: None, asterisk: Asterisk, tmp_path: Path) -> Generator[RealHouse]:
    with streeted(dsn, asterisk) as made:
        store = SoundStore(tmp_path, None, lambda number: None)
        made.sounds = str(tmp_path)
        made.waiting = Waiting(
            lambda prompts: [Sound(name) for name in store.names(prompts)],
            lambda contact, now_ms: WaitNow(0, None),
        )
        made.mailbox = MailboxOf(made.waiting.render, lambda: [Sound(store.tone())])
        made.recordings = PgCallRecordings(made.stage.database, Sealer((new_key(),)))
        yield made


def share_at(sound: bytes, hz: int, from_s: float, to_s: float) -> float:
    """How much of what is heard in a part of a sound is a tone of `hz`."""
    samples = samples_of(sound)[int(from_s * RATE) : int(to_s * RATE)].astype(np.float64)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    at = round(hz * len(samples) / RATE)
    return float(power[at - 4 : at + 5].sum() / power.sum())


def stored(asterisk: Asterisk) -> list[str]:
    answer = httpx.get(f"{asterisk.url}/ari/recordings/stored", auth=(USER, PASSWORD), trust_env=False)
    return [one["name"] for one in answer.json()]


def test_a_message_is_what_the_caller_said(house: RealHouse) -> None:
    assert house.asterisk is not None
    house.door.stop()
    house.player = lambda call, line: _mailbox(house, call)
    house.open()
    caller = house.caller()
    contact = house.contact()
    eventually(lambda: caller.hears(1_000), "the tone", 5)
    eventually(lambda: not caller.hears(1_000), "its end", 5)
    house.stage.query("select pg_sleep(1.5)")
    house.do(caller.hang_up)
    house.state(contact, "waiting")
    (row,) = house.stage.query("select f.content from file f join message_file m on m.file_id = f.id")
    assert share_at(bytes(row["content"]), CALLER_HZ, 0.3, 1.0) > 0.9
    assert stored(house.asterisk) == []
    house.no_line_left()


def _mailbox(house: RealHouse, call: LiveCall) -> VoicemailPlayer | None:
    assert house.mailbox is not None
    received = call.contact.state is ContactState.RECEIVED
    return VoicemailPlayer(call, house.mailbox, house.queue, None) if received else None


def test_both_voices_are_recorded_and_silence_while_the_agent_asks_for_it(house: RealHouse) -> None:
    assert house.asterisk is not None
    recorded(house, record_percent=100)
    house.door.stop()
    house.open()
    ada = house.stage.ids.ada
    house.at_work(ada)
    caller = house.caller()
    agent = house.rings_at(ada)
    house.do(agent.answer)
    house.hear_each_other(caller, agent)
    contact = house.contact()
    eventually(lambda: house.door.is_recorded(contact), "the recording")
    house.stage.query("select pg_sleep(1)")
    house.door.mask_recording(contact, ada, True)
    house.stage.query("select pg_sleep(1)")
    house.door.mask_recording(contact, ada, False)
    house.do(caller.hang_up)
    house.last(contact, "CallEnded")
    (row,) = eventually(lambda: house.stage.query("select * from call_recording where state = 'kept'"))
    store = house.recordings
    assert isinstance(store, PgCallRecordings)
    sound = store.listen(WHOLE, row["id"], house.stage.clock.at_ms)
    assert share_at(sound, CALLER_HZ, 0.1, 0.9) > 0.3
    assert share_at(sound, ADA_HZ, 0.1, 0.9) > 0.3
    loud = np.abs(samples_of(sound).astype(np.int32)).reshape(-1)
    frames = loud[: len(loud) // 800 * 800].reshape(-1, 800).max(axis=1)
    assert (frames < 50).sum() >= 7, "0.7 s of silence at least"
    assert stored(house.asterisk) == []
