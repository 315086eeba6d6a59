"""A `Switch` that is an Asterisk. Its channels are legs, its bridges rooms."""

import asyncio
import base64
import json
import uuid
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog

from affluent.channels.voice.asterisk.ari import ANSWER_S, Ari, listed
from affluent.channels.voice.asterisk.lines import DIALLED, INBOUND, SNOOP, Leg, Lines
from affluent.channels.voice.asterisk.measured import EVERY_S, FIRST_S, MEASURED
from affluent.channels.voice.asterisk.rooms import Rooms
from affluent.channels.voice.switch import (
    Away,
    Can,
    LegEnded,
    LegGone,
    LegStanding,
    Reached,
    Sound,
    SwitchAway,
    SwitchError,
    SwitchEvent,
)
from affluent.facts.instants import Clock

APP = "affluent"
TAGS = "AFFLUENT_TAGS"
PHONE = "PJSIP/agent-{id}"
TRUNK = "PJSIP/{number}@trunk"
AGAIN_S, AGAIN_S_MAX = 0.2, 3.0
UNHEARD = (
    "ChannelVarset", "ChannelDialplan", "ChannelConnectedLine", "ChannelCallerId", "ChannelTalkingStarted",
    "ChannelTalkingFinished", "PlaybackStarted", "PlaybackContinuing", "BridgeCreated", "BridgeDestroyed",
    "ChannelCreated", "DeviceStateChanged", "RecordingStarted",
)  # fmt: skip
"""Events that nobody here needs: they are not sent at all."""
Heard = asyncio.Queue[dict[str, Any] | None]
log = structlog.get_logger("affluent.voice")


class AsteriskSwitch:
    """One Asterisk. Used from the one event loop that reads its `events`."""

    def __init__(
        self,
        number: int,
        url: str,
        username: str,
        password: str,
        clock: Clock,
        *,
        sounds: str = "",
        app: str = APP,
        socket: bool = True,
    ) -> None:
        """`sounds`: the folder of the sound store as Asterisk sees it; without it nothing is played but music.

        `socket`: whether commands may go by the WebSocket, where it takes them.
        """
        self.id = number
        self.can = frozenset(Can)
        self._ari = Ari(url, username, password, app, socket=socket)
        self._clock = clock
        self._sounds = sounds.rstrip("/")
        self._app = app
        self._lines = Lines()
        self._tags: dict[str, dict[str, str]] = {}
        self._rooms = Rooms(self._ari)
        self._snoops: dict[str, str] = {}
        """The ear of a leg that listens, by that leg."""
        self._ears: dict[str, asyncio.Event] = {}
        """Ears that were asked for, until they are in our application: before, they cannot be put in a room."""
        self._tidying: set[asyncio.Task[None]] = set()
        self._dialling: set[str] = set()
        """Lines that are being asked for: Asterisk may not have them yet."""
        self._anew = False
        """Whether the connection is new: what we believed of lines before it is worth nothing."""

    @property
    def version(self) -> str:
        """As it calls itself, such as `22.10.1`; empty before it was reached."""
        return self._ari.version

    @property
    def by_socket(self) -> bool:
        """Whether it takes commands by the WebSocket."""
        return self._ari.by_socket

    async def events(self) -> AsyncIterator[SwitchEvent]:
        pause_s = AGAIN_S
        while True:
            heard: Heard = asyncio.Queue()
            listening = asyncio.create_task(self._ari.listen(heard))
            reached = False
            try:
                while True:
                    message = await _next(heard, listening)
                    if message is None:
                        await self._filter()
                        reached, pause_s, self._anew = True, AGAIN_S, True
                        self._tidy(self._measures(heard, listening))
                        yield Reached(self._clock.now_ms())
                        continue
                    self._rooms.heard(message)
                    if message.get("type") == "StasisStart" and message["channel"]["id"] in self._ears:
                        self._ears[message["channel"]["id"]].set()
                    for event in self._lines.told(message, self._clock.now_ms()):
                        self._note(event)
                        yield event
            except SwitchAway as fault:
                if reached:
                    log.warning("asterisk_away", server=self.id, why=str(fault))
                    yield Away(self._clock.now_ms())
            finally:
                listening.cancel()
                with suppress(asyncio.CancelledError, SwitchError):
                    await listening
            await asyncio.sleep(pause_s)
            pause_s = min(AGAIN_S_MAX, pause_s * 2)

    async def _filter(self) -> None:
        unheard = [{"type": one} for one in UNHEARD]
        try:
            await self._ari.do(
                "PUT", f"applications/{self._app}/eventFilter", body={"allowed": [], "disallowed": unheard}
            )
        except SwitchAway:
            raise
        except SwitchError as fault:
            # Only more to read.
            log.info("asterisk_tells_all", why=str(fault))

    async def _measures(self, heard: Heard, listening: "asyncio.Task[None]") -> None:
        """While the connection stands, has how each line is heard told like any other event."""
        await asyncio.sleep(FIRST_S)
        while not listening.done():
            for leg in [leg for leg, one in self._lines.legs.items() if one.up]:
                with suppress(SwitchError):
                    found = await self._ari.do("GET", f"channels/{leg}/rtp_statistics")
                    heard.put_nowait({"type": MEASURED, "channel": {"id": leg}, "statistics": found})
            await asyncio.sleep(EVERY_S)

    def _note(self, event: SwitchEvent) -> None:
        if isinstance(event, LegEnded):
            self._forget(event.leg)

    def _forget(self, leg: str) -> None:
        self._tags.pop(leg, None)
        ear = self._snoops.pop(leg, None)
        if ear is not None:
            self._tidy(self.hang_up(ear))
            self._rooms.end(f"listen-{leg}")

    def _tidy(self, act: Coroutine[Any, Any, None]) -> None:
        async def done() -> None:
            with suppress(SwitchError):
                await act

        task = asyncio.get_running_loop().create_task(done())
        self._tidying.add(task)
        task.add_done_callback(self._tidying.discard)

    async def standing(self) -> Sequence[LegStanding]:
        anew, self._anew = self._anew, False
        if anew:
            self._tags.clear()
        before = set(self._lines.legs) - self._dialling
        rooms = await self._rooms.standing()
        found: list[LegStanding] = []
        for channel in listed(await self._ari.do("GET", "channels")):
            one = await self._standing_of(channel, rooms)
            if one is not None:
                found.append(one)
        there = {one.leg for one in found}
        for leg in before - there:
            # Whoever asked sees that it is gone; its end may never have been told.
            self._lines.legs.pop(leg, None)
            self._forget(leg)
        for one in found:
            if anew or one.leg not in before:
                self._lines.legs.setdefault(one.leg, Leg(up=one.up))
                self._tags.setdefault(one.leg, dict(one.tags))
        if anew:
            self._rooms.forget(but=set(rooms.values()))
        return found

    async def _standing_of(self, channel: Mapping[str, Any], rooms: Mapping[str, str]) -> LegStanding | None:
        """A channel of ours; None for whatever else this Asterisk carries."""
        leg, dialplan = str(channel["id"]), channel.get("dialplan") or {}
        args = str(dialplan.get("app_data", "")).split(",")
        ours = dialplan.get("app_name") == "Stasis" and args[0] == self._app
        if SNOOP in args:
            if leg not in self._snoops.values():
                self._tidy(self.hang_up(leg))
            return None
        if not (ours or leg.startswith("affluent-")):
            return None
        tags: dict[str, str] | None = self._tags.get(leg)
        if tags is None:
            tags = await self._tags_of(leg)
            if tags is None:
                return None
            with suppress(SwitchError):
                await self._ari.do(
                    "POST", f"applications/{self._app}/subscription", {"eventSource": f"channel:{leg}"}
                )
        door = args[2] if len(args) > 2 and args[1] == INBOUND else str(dialplan.get("exten", ""))
        caller: Mapping[str, Any] = channel.get("caller") or {}
        return LegStanding(
            leg,
            # A caller whom we have not answered yet rings at our end, and is there all the same.
            str(channel.get("state")) == "Up",
            rooms.get(leg),
            str(caller.get("number", "")),
            door,
            self._clock.now_ms(),
            tags,
        )

    async def _tags_of(self, leg: str) -> dict[str, str] | None:
        try:
            found = await self._ari.do("GET", f"channels/{leg}/variable", {"variable": TAGS})
        except SwitchAway:
            raise
        except LegGone as gone:
            # No such line, or a line without tags: 404 either way.
            return {} if "variable" in str(gone).split("404", 1)[-1].lower() else None
        except SwitchError:
            return {}
        return _unpacked(str((found or {}).get("value", "")))

    async def tag(self, leg: str, tags: Mapping[str, str]) -> None:
        mine = self._tags.setdefault(leg, {})
        mine.update(tags)
        await self._ari.do("POST", f"channels/{leg}/variable", {"variable": TAGS, "value": _packed(mine)})

    async def answer(self, leg: str) -> None:
        await self._ari.do("POST", f"channels/{leg}/answer")

    async def play(self, leg: str, sounds: Sequence[Sound]) -> str:
        if not self._sounds:
            raise SwitchError("this Asterisk was told of no sounds")
        name = f"play-{uuid.uuid4().hex}"
        media = ",".join(f"sound:{self._sounds}/{one.name}" for one in sounds)
        await self._ari.do("POST", f"channels/{leg}/play/{name}", {"media": media})
        return name

    async def stop_play(self, play: str) -> None:
        self._lines.stopped.add(play)
        with suppress(LegGone):
            await self._ari.do("DELETE", f"playbacks/{play}")

    async def music(self, leg: str, on: bool) -> None:
        await self._ari.do("POST" if on else "DELETE", f"channels/{leg}/moh")

    async def dial(
        self, to: str, *, from_number: str, name: str, timeout_s: int, tags: Mapping[str, str]
    ) -> str:
        kind, _, number = to.partition(":")
        endpoint = PHONE.format(id=number) if kind == "agent" else TRUNK.format(number=to)
        leg = f"affluent-{uuid.uuid4().hex}"
        self._lines.legs[leg] = Leg()
        self._tags[leg] = dict(tags)
        self._dialling.add(leg)
        shown = name.replace('"', "").replace("<", "").replace(">", "")[:60]
        try:
            await self._ari.do(
                "POST",
                "channels",
                {
                    "endpoint": endpoint,
                    "app": self._app,
                    "appArgs": DIALLED,
                    "channelId": leg,
                    "callerId": f'"{shown}" <{from_number}>',
                    "timeout": str(timeout_s),
                },
                {"variables": {TAGS: _packed(tags)}},
            )
        except SwitchError:
            self._lines.legs.pop(leg, None)
            self._tags.pop(leg, None)
            # It may have been dialled all the same, when only the answer came too late.
            self._tidy(self.hang_up(leg))
            raise
        finally:
            self._dialling.discard(leg)
        return leg

    async def join(self, room: str, legs: Sequence[str]) -> None:
        await self._rooms.join(room, legs)

    async def part(self, room: str, leg: str) -> None:
        await self._ari.do("POST", f"bridges/{room}/removeChannel", {"channel": leg})

    async def mute(self, leg: str, on: bool) -> None:
        await self._ari.do("POST" if on else "DELETE", f"channels/{leg}/mute", {"direction": "in"})

    async def send_digits(self, leg: str, digits: str) -> None:
        await self._ari.do("POST", f"channels/{leg}/dtmf", {"dtmf": digits})

    async def listen(self, leg: str, to_leg: str, *, whisper: bool) -> None:
        before = self._snoops.pop(leg, None)
        if before is not None:
            await self.hang_up(before)
        ear = self._snoops[leg] = f"ear-{uuid.uuid4().hex}"
        there = self._ears[ear] = asyncio.Event()
        try:
            await self._ari.do(
                "POST",
                f"channels/{to_leg}/snoop/{ear}",
                {"spy": "both", "whisper": "out" if whisper else "none", "app": self._app, "appArgs": SNOOP},
            )
            await asyncio.wait_for(there.wait(), ANSWER_S)
        except TimeoutError:
            raise SwitchError("the ear did not come about") from None
        finally:
            del self._ears[ear]
        await self._rooms.join(f"listen-{leg}", (ear, leg))

    async def record(self, room: str, name: str) -> None:
        await self._ari.do(
            "POST", f"bridges/{room}/record", {"name": name, "format": "wav", "ifExists": "fail"}
        )

    async def take_message(self, leg: str, name: str, *, most_s: int, silence_s: int) -> None:
        await self._ari.do(
            "POST",
            f"channels/{leg}/record",
            {
                "name": name,
                "format": "wav",
                "ifExists": "fail",
                "maxDurationSeconds": str(most_s),
                "maxSilenceSeconds": str(silence_s),
                "terminateOn": "#",
            },
        )

    async def recordings(self) -> Sequence[str]:
        return [str(one["name"]) for one in listed(await self._ari.do("GET", "recordings/stored"))]

    async def pause_recording(self, name: str, on: bool) -> None:
        await self._ari.do("POST" if on else "DELETE", f"recordings/live/{name}/mute")

    async def stop_recording(self, name: str) -> None:
        await self._ari.do("POST", f"recordings/live/{name}/stop")

    async def fetch_recording(self, name: str) -> bytes:
        sound = await self._ari.file(f"recordings/stored/{name}/file")
        await self._ari.do("DELETE", f"recordings/stored/{name}")
        return sound

    async def hang_up(self, leg: str) -> None:
        with suppress(LegGone):
            await self._ari.do("DELETE", f"channels/{leg}")

    async def close(self) -> None:
        tidying = tuple(self._tidying)
        for task in tidying:
            task.cancel()
        await asyncio.gather(*tidying, return_exceptions=True)
        await self._rooms.close()


async def _next(heard: Heard, listening: "asyncio.Task[None]") -> dict[str, Any] | None:
    """What is heard next. Raises `SwitchAway` once the connection is cut and all it brought was read."""
    if heard.empty() and not listening.done():
        getting = asyncio.ensure_future(heard.get())
        try:
            await asyncio.wait({getting, listening}, return_when=asyncio.FIRST_COMPLETED)
            if getting.done():
                return getting.result()
        finally:
            getting.cancel()
    if not heard.empty():
        return heard.get_nowait()
    fault = None if listening.cancelled() else listening.exception()
    raise SwitchAway("the connection was cut") from fault


def _packed(tags: Mapping[str, str]) -> str:
    """As the value of a variable: no commas, no quotes."""
    return base64.urlsafe_b64encode(json.dumps(dict(tags)).encode()).decode()


def _unpacked(value: str) -> dict[str, str]:
    try:
        found = json.loads(base64.urlsafe_b64decode(value.encode()))
    except ValueError:
        return {}
    return {str(key): str(one) for key, one in found.items()} if isinstance(found, dict) else {}
