"""Sound through the centre: callers' pages and desks in Python, each with a tone, over the machine's own address."""

import asyncio
import io
import wave
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aioice import ice
from numpy.typing import NDArray

from affluent.channels.voice.prompts.wav import RATE as NARROW_RATE
from affluent.channels.voice.relay import ways
from affluent.channels.voice.relay.handset import Handset
from affluent.channels.voice.relay.mixing import AHEAD, Voice, mixed
from affluent.channels.voice.relay.relay import Relay
from affluent.channels.voice.relay.sounds import FRAME, RATE, Samples, music
from affluent.channels.voice.relay.switch import RelaySwitch
from affluent.channels.voice.switch import LegArrived, LegUp, Reached, RecordingEnded
from affluent.channels.voice.web.lines import Browsers
from affluent.cli.clock import WallClock
from tests.voice.contract.grounds import Ear

CALLER_HZ, AGENT_HZ, BOSS_HZ = 440, 600, 1_000
PATIENCE_S = 8.0


def tone(hertz: int, loud: float = 0.3) -> Samples:
    return np.rint(loud * 32_767 * np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE)).astype(np.int16)


def share(samples: NDArray[Any], rate: int, hertz: int) -> float:
    """How much of the sound's power is at a tone."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    at = round(hertz * len(samples) / rate)
    return float(power[max(0, at - 4) : at + 5].sum() / (power.sum() + 1e-9))


class PythonPage:
    """A page, or a desk: the frames it is told, and a handset that does what they say."""

    def __init__(self, says: Callable[[dict[str, Any]], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self.handset = Handset(says)
        self.frames: list[dict[str, Any]] = []
        self._work: list[asyncio.Task[None]] = []

    def tell(self, frame: dict[str, Any]) -> None:
        self._loop.call_soon_threadsafe(self._take, frame)

    def replaced(self) -> None:
        raise AssertionError("nobody else is this page")

    def _take(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        match frame["t"]:
            case "peer":
                self._work.append(self._loop.create_task(self.handset.meet(frame["peer"], frame["line"])))
            case "signal":
                self._work.append(self._loop.create_task(self.handset.hear(frame)))
            case _:
                pass

    def hears(self, hertz: int) -> bool:
        heard = list(self.handset.heard)
        return len(heard) == 25 and share(np.concatenate(heard), RATE, hertz) > 0.2

    async def waits_to_hear(self, *hertz: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not all(self.hears(one) for one in hertz):
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        await asyncio.gather(*self._work)
        await self.handset.close()


class Stage:
    """A relay, whoever calls, and desks."""

    def __init__(self, folder: Path) -> None:
        self.browsers = Browsers(WallClock(), lambda contact, language: {"ahead": 0, "wait": None})
        self.relay = Relay(WallClock(), folder, folder / "recordings")
        self.relay.start()
        self.switch = RelaySwitch(1, self.browsers, WallClock(), self.relay)
        self.ear = Ear(self.switch)
        self.pages: list[PythonPage] = []

    async def caller(self) -> tuple[str, PythonPage]:
        made: list[Any] = []
        page = PythonPage(
            lambda frame: self.browsers.signal(
                made[0], frame["peer"], frame["line"], {"description": frame["description"]}
            )
        )
        self.pages.append(page)
        made.append(
            self.browsers.call(page, server_id=1, door="d", key="key-12345678", name="Zoé", language="fr")
        )
        leg = (await self.ear.waits_for(LegArrived)).leg
        await self.switch.answer(leg)
        page.handset.say(tone(CALLER_HZ), again=True)
        return leg, page

    async def desk(self, agent_id: int, hertz: int) -> tuple[str, PythonPage]:
        page = PythonPage(
            lambda frame: self.browsers.desk_signal(
                agent_id, frame["peer"], frame["line"], {"description": frame["description"]}
            )
        )
        self.pages.append(page)
        self.browsers.desk(agent_id, f"Agent {agent_id}", page)
        leg = await self.switch.dial(
            f"agent:{agent_id}", from_number="", name="", timeout_s=20, tags={"role": "agent"}
        )
        self.browsers.picks_up(agent_id, leg)
        await self.ear.waits_for(LegUp, leg)
        page.handset.say(tone(hertz), again=True)
        return leg, page


@asynccontextmanager
async def staged(folder: Path) -> AsyncGenerator[Stage]:
    stage = Stage(folder)
    await stage.ear.waits_for(Reached)
    try:
        yield stage
    finally:
        for page in stage.pages:
            await page.close()
        await stage.ear.stop()
        stage.relay.stop()


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    # Undone at the end of each test.
    monkeypatch.setattr(ice, "get_host_addresses", ice.get_host_addresses)
    ways.on_this_machine()


def test_each_hears_the_other_a_listener_is_heard_by_nobody_and_a_whisper_by_one(tmp_path: Path) -> None:
    async def talk() -> bytes:
        async with staged(tmp_path) as stage:
            leg, caller = await stage.caller()
            await stage.switch.music(leg, True)
            async with asyncio.timeout(PATIENCE_S):
                while caller.handset.sounded_s < 0.3:
                    await asyncio.sleep(0.02)
            (phone, agent), (ear, boss) = await stage.desk(1, AGENT_HZ), await stage.desk(2, BOSS_HZ)
            await stage.switch.join("call-1", [leg, phone])
            await stage.switch.record("call-1", "call-1-a")
            await asyncio.gather(caller.waits_to_hear(AGENT_HZ), agent.waits_to_hear(CALLER_HZ))
            assert not caller.hears(CALLER_HZ) and not agent.hears(AGENT_HZ), "nobody hears themselves"
            await stage.switch.listen(ear, phone, whisper=False)
            await boss.waits_to_hear(CALLER_HZ, AGENT_HZ)
            assert not caller.hears(BOSS_HZ) and not agent.hears(BOSS_HZ)
            await stage.switch.listen(ear, phone, whisper=True)
            await agent.waits_to_hear(BOSS_HZ, CALLER_HZ)
            assert not caller.hears(BOSS_HZ)
            await stage.switch.stop_recording("call-1-a")
            ended = await stage.ear.waits_for(RecordingEnded)
            sound = await stage.switch.fetch_recording(ended.name)
            assert ended.duration_ms > 500
            assert not await stage.switch.recordings()
            return sound

    sound = asyncio.run(talk())
    with wave.open(io.BytesIO(sound)) as read:
        assert (read.getframerate(), read.getnchannels()) == (NARROW_RATE, 1)
        samples = np.frombuffer(read.readframes(read.getnframes()), "<i2")[-NARROW_RATE // 2 :]
    found = [share(samples, NARROW_RATE, hertz) for hertz in (CALLER_HZ, AGENT_HZ, BOSS_HZ)]
    assert found[0] > 0.2 and found[1] > 0.2 and found[2] < 0.01, found


def says(frame: Samples, **how: Any) -> Voice:
    voice = Voice(**how)
    for _ in range(AHEAD):
        voice.heard(frame)
    return voice


def test_who_is_muted_or_alone_is_heard_by_nobody_and_loud_voices_do_not_fold_over() -> None:
    loud = np.full(FRAME, 30_000, np.int16)
    low = np.full(FRAME, 1_000, np.int16)
    voices = {
        "a": says(loud, room="r"),
        "b": says(loud, room="r"),
        "c": says(low, room="r", muted=True),
        "d": says(low),
    }
    frame = mixed(voices)
    assert int(frame.hears["c"][0]) == 32_767, "two loud voices together are the loudest there is"
    assert int(frame.hears["a"][0]) == 30_000
    assert not frame.hears["d"].any()
    assert int(frame.rooms["r"][0]) == 32_767


def test_music_goes_round_without_a_gap_and_stops_in_a_room() -> None:
    voice = Voice(music=True)
    assert len(music()) % FRAME == 0
    for _ in range(len(music()) // FRAME + 1):
        assert len(mixed({"a": voice}).hears["a"]) == FRAME
    assert voice.music_at == FRAME
    voice.room = "r"
    assert not mixed({"a": voice}).hears["a"].any()


def test_whoever_speaks_faster_than_time_is_not_heard_ever_later() -> None:
    voice = Voice(room="r")
    for value in range(40):
        voice.heard(np.full(FRAME, value, np.int16))
    heard = [int(frame[0]) for _ in range(20) if (frame := voice.next()) is not None]
    assert heard[0] >= 16 and heard[-1] == 39
