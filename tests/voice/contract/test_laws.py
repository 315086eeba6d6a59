"""The laws of `Switch`. What a switch says it cannot do is not asked of it."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path

import numpy as np
import pytest

from affluent.channels.voice.prompts.wav import RATE, as_wav
from affluent.channels.voice.switch import (
    Can,
    DigitHeard,
    Ending,
    LegArrived,
    LegEnded,
    LegGone,
    LegJoined,
    LegLeft,
    LegRings,
    PlayEnded,
    Reached,
    Sound,
    SwitchError,
)
from tests.voice.asterisk import Asterisk
from tests.voice.contract.grounds import (
    DOOR,
    NUMBER,
    AsteriskGround,
    Ear,
    Ground,
    RelayGround,
    ScriptedGround,
    WebGround,
    arrived,
    dialled,
    listening,
)
from tests.voice.scripted_switch import ScriptedSwitch

Law = Callable[[Ground, Ear], Awaitable[None]]
REAL = [pytest.mark.faults]


@pytest.fixture(scope="module")
def pbx(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Asterisk, Path]]:
    folder = tmp_path_factory.mktemp("pbx")
    sounds = folder / "sounds"
    sounds.mkdir()
    (sounds / "long.wav").write_bytes(as_wav(np.zeros(RATE * 20, np.int16)))
    made = Asterisk(folder / "asterisk", (1,))
    made.start()
    yield made, sounds
    made.stop()


@pytest.fixture(
    params=[
        "scripted",
        "web",
        "relay",
        pytest.param("asterisk-socket", marks=REAL),
        pytest.param("asterisk-http", marks=REAL),
    ]
)
def ground(request: pytest.FixtureRequest) -> Ground:
    match request.param:
        case "scripted":
            return ScriptedGround()
        case "web":
            return WebGround()
        case "relay":
            folder = request.getfixturevalue("tmp_path")
            (folder / "sounds").mkdir()
            (folder / "sounds" / "long.wav").write_bytes(as_wav(np.zeros(RATE * 20, np.int16)))
            return RelayGround(folder)
        case kind:
            asterisk, sounds = request.getfixturevalue("pbx")
            return AsteriskGround(asterisk, sounds, socket=kind == "asterisk-socket")


def holds(ground: Ground, law: Law, *needed: Can) -> None:
    missing = set(needed) - ground.switch.can
    if missing:
        pytest.skip(f"it says that it cannot: {sorted(missing)}")

    async def tried() -> None:
        async with listening(ground) as ear:
            await law(ground, ear)
            await _left_alone(ground)

    asyncio.run(tried())


async def _left_alone(ground: Ground) -> None:
    """Whatever a law leaves behind, it can be hung up, and then nothing stands."""
    for one in await ground.switch.standing():
        await ground.switch.hang_up(one.leg)
    for _ in range(50):
        if not await ground.switch.standing():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(await ground.switch.standing())


def test_a_caller_arrives_once_and_their_end_is_told_once(ground: Ground) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        caller, leg = await arrived(ground, ear)
        assert ear.of(LegArrived)[0].door == DOOR
        (standing,) = await ground.switch.standing()
        assert (standing.leg, standing.up, standing.room) == (leg, True, None)
        caller.hangs_up()
        assert (await ear.waits_for(LegEnded, leg)).ending is Ending.HUNG_UP
        await ground.switch.hang_up(leg)
        await asyncio.sleep(0.1)
        assert len(ear.of(LegEnded, leg)) == len(ear.of(LegArrived)) == 1

    holds(ground, law)


def test_what_is_asked_of_a_leg_that_is_gone_is_told_as_such_and_hanging_it_up_is_no_fault(
    ground: Ground,
) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        caller, leg = await arrived(ground, ear)
        caller.hangs_up()
        await ear.waits_for(LegEnded, leg)
        for act in (
            ground.switch.answer(leg),
            ground.switch.join("call-1", [leg]),
            ground.switch.tag(leg, {"a": "b"}),
        ):
            with pytest.raises(LegGone):
                await act
        await ground.switch.hang_up(leg)

    holds(ground, law)


def test_a_phone_rings_is_picked_up_and_hung_up_from_here(ground: Ground) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        _, leg = await dialled(ground, ear)
        assert ear.of(LegRings, leg)
        await ground.switch.hang_up(leg)
        await ear.waits_for(LegEnded, leg)
        assert len(ear.of(LegEnded, leg)) == 1

    holds(ground, law)


def test_a_phone_that_rings_can_be_silenced(ground: Ground) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        _, leg = await dialled(ground, ear, up=False)
        await ground.switch.hang_up(leg)
        await ear.waits_for(LegEnded, leg)

    holds(ground, law)


def test_a_phone_that_refuses_ends_without_having_been_up(ground: Ground) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        phone, leg = await dialled(ground, ear, up=False)
        phone.refuses()
        ended = await ear.waits_for(LegEnded, leg)
        assert ended.ending in (Ending.BUSY, Ending.REJECTED)

    holds(ground, law)


def test_a_phone_that_is_nowhere_is_refused_or_ends(ground: Ground) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        if isinstance(ground.switch, ScriptedSwitch):
            ground.switch.unreachable.add("agent:99")
        try:
            leg = await ground.switch.dial("agent:99", from_number=NUMBER, name="", timeout_s=5, tags={})
        except SwitchError:
            return
        ended = await ear.waits_for(LegEnded, leg)
        assert ended.ending in (Ending.UNREACHABLE, Ending.NO_ANSWER)

    holds(ground, law)


def test_who_is_in_a_room_is_told_and_stands_there_until_parted(ground: Ground) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        _, leg = await arrived(ground, ear)
        _, phone = await dialled(ground, ear)
        await ground.switch.join("call-1", [leg, phone])
        for one in (leg, phone):
            assert (await ear.waits_for(LegJoined, one)).room == "call-1"
        assert {one.room for one in await ground.switch.standing()} == {"call-1"}
        await ground.switch.part("call-1", leg)
        await ear.waits_for(LegLeft, leg)
        rooms = {one.leg: one.room for one in await ground.switch.standing()}
        assert rooms == {leg: None, phone: "call-1"}
        await ground.switch.join("call-1", [leg])
        await ear.waits_for(LegJoined, leg, 2)
        await ground.switch.mute(leg, True)
        await ground.switch.mute(leg, False)

    holds(ground, law)


def test_a_room_that_everybody_left_can_be_entered_again(ground: Ground) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        _, leg = await arrived(ground, ear)
        for times in range(1, 6):
            await ground.switch.join("call-1", [leg])
            await ear.waits_for(LegJoined, leg, times)
            await ground.switch.part("call-1", leg)
            if times % 2:
                await ear.waits_for(LegLeft, leg, times)

    holds(ground, law)


def test_notes_on_a_leg_are_told_to_whoever_comes_after_us(ground: Ground) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        _, leg = await arrived(ground, ear)
        _, phone = await dialled(ground, ear)
        await ground.switch.tag(leg, {"contact": "7"})
        await ground.switch.tag(leg, {"role": "caller", "held": "1"})
        await ear.stop()
        after = ground.again()
        other = Ear(after)
        await other.waits_for(Reached)
        tags = {one.leg: dict(one.tags) for one in await after.standing()}
        assert tags == {
            leg: {"contact": "7", "role": "caller", "held": "1"},
            phone: {"contact": "7", "role": "agent"},
        }
        await other.stop()
        await Ear(ground.switch).waits_for(Reached)

    holds(ground, law)


def test_keys_are_heard_in_order(ground: Ground) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        caller, leg = await arrived(ground, ear)
        await asyncio.sleep(0.1)
        caller.presses("12#")
        await ear.waits_for(DigitHeard, leg, 3)
        assert "".join(one.digit for one in ear.of(DigitHeard, leg)) == "12#"

    holds(ground, law, Can.DIGITS)


def test_what_is_played_ends_once_stopped_or_not_and_music_comes_and_goes(ground: Ground) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        _, leg = await arrived(ground, ear)
        play = await ground.switch.play(leg, [Sound("long")])
        await ground.switch.stop_play(play)
        ended = await ear.waits_for(PlayEnded, leg)
        assert (ended.play, ended.stopped) == (play, True)
        await ground.switch.stop_play(play)
        await ground.switch.music(leg, True)
        await ground.switch.music(leg, False)
        assert len(ear.of(PlayEnded, leg)) == 1

    holds(ground, law, Can.PLAY)


def test_who_listens_hears_and_is_let_go_with_the_leg(ground: Ground) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        _, leg = await arrived(ground, ear)
        _, phone = await dialled(ground, ear)
        # A switch may know of ears only where a line is in a room.
        await ground.switch.join("call-8", [leg])
        await ground.switch.listen(phone, leg, whisper=False)
        await ground.switch.listen(phone, leg, whisper=True)
        assert {one.leg for one in await ground.switch.standing()} == {leg, phone}, "an ear is no line"

    holds(ground, law, Can.LISTEN)


def test_two_hang_up_at_once_and_the_room_goes_with_them(ground: Ground) -> None:
    async def law(ground: Ground, ear: Ear) -> None:
        caller, leg = await arrived(ground, ear)
        agent, phone = await dialled(ground, ear)
        joining = asyncio.ensure_future(ground.switch.join("call-9", [leg, phone]))
        await asyncio.sleep(0)
        caller.hangs_up()
        agent.hangs_up()
        await asyncio.gather(joining, return_exceptions=True)
        for one in (leg, phone):
            await ear.waits_for(LegEnded, one)

    holds(ground, law)
