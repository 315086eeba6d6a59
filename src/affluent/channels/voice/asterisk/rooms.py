"""Bridges as rooms: made when the first comes in, ended when the last has left, whatever hangs up meanwhile."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from affluent.channels.voice.asterisk.ari import Ari, listed
from affluent.channels.voice.switch import SwitchError

PREFIXES = ("call-", "listen-")
"""Rooms of ours: what else this Asterisk bridges is none of our business."""

_ENDING_S = (0.02, 0.05, 0.1, 0.2, 0.4)
"""How long Asterisk is given, again and again, to end a room of this name."""


@dataclass(eq=False)
class _Room:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    joins: int = 0
    """How often somebody came: a room is ended only when nobody did since it was seen empty."""
    sent: int = 0
    entered: int = 0
    """Lines that were put there, and those of which Asterisk told: what it tells of the room may be older."""


class Rooms:
    """The rooms of one Asterisk. Used from one event loop."""

    def __init__(self, ari: Ari) -> None:
        self._ari = ari
        self._rooms: dict[str, _Room] = {}
        self._tidying: set[asyncio.Task[None]] = set()

    async def join(self, room: str, legs: Sequence[str]) -> None:
        """Raises as `Switch.join` does; then nobody was put there, and an empty room ends."""
        while True:
            known = self._rooms.setdefault(room, _Room())
            async with known.lock:
                if self._rooms.get(room) is not known:
                    # It was ended while we waited at its door.
                    continue
                known.joins += 1
                try:
                    if known.joins == 1:
                        await self._make(room)
                    await self._ari.do("POST", f"bridges/{room}/addChannel", {"channel": ",".join(legs)})
                    known.sent += len(legs)
                except SwitchError:
                    self._tidy(room, known.joins, sure=False)
                    raise
                return

    async def _make(self, room: str) -> None:
        """A room that Asterisk is still ending goes away by itself; one that stays is ours, and taken as it is."""
        for pause_s in _ENDING_S:
            try:
                await self._ari.do("POST", f"bridges/{room}", {"type": "mixing", "name": room})
            except SwitchError as fault:
                if "already exists" not in str(fault):
                    raise
                await asyncio.sleep(pause_s)
            else:
                return

    def heard(self, event: Mapping[str, Any]) -> None:
        """Asterisk tells who is left whenever somebody leaves."""
        kind = event.get("type")
        if kind not in ("ChannelEnteredBridge", "ChannelLeftBridge"):
            return
        room = str(event["bridge"]["id"])
        known = self._rooms.get(room)
        if known is None:
            return
        if kind == "ChannelEnteredBridge":
            known.entered += 1
        elif not event["bridge"].get("channels"):
            sure = known.sent == known.entered and not known.lock.locked()
            self._tidy(room, known.joins, sure=sure)

    def end(self, room: str) -> None:
        """Ends a room as soon as nobody is in it."""
        self._tidy(room, self._rooms.setdefault(room, _Room(joins=1)).joins, sure=False)

    def _tidy(self, room: str, joins: int, *, sure: bool) -> None:
        task = asyncio.get_running_loop().create_task(self._end(room, joins, sure=sure))
        self._tidying.add(task)
        task.add_done_callback(self._tidying.discard)

    async def _end(self, room: str, joins: int, *, sure: bool) -> None:
        known = self._rooms.get(room)
        if known is None:
            return
        async with known.lock:
            if known.joins != joins or self._rooms.get(room) is not known:
                return
            with suppress(SwitchError):
                if not sure and (await self._ari.do("GET", f"bridges/{room}")).get("channels"):
                    return
                await self._ari.do("DELETE", f"bridges/{room}")
            # One that could not be ended is found empty when all is looked over.
            del self._rooms[room]

    async def standing(self) -> dict[str, str]:
        """The room of each line. Those of ours in which nobody is end."""
        before = {room: known.joins for room, known in self._rooms.items()}
        found: dict[str, str] = {}
        for one in listed(await self._ari.do("GET", "bridges")):
            room, legs = str(one["id"]), [str(leg) for leg in one.get("channels", ())]
            found |= dict.fromkeys(legs, room)
            known = self._rooms.setdefault(room, _Room(joins=1)) if room.startswith(PREFIXES) else None
            if known is not None and not legs:
                self._tidy(room, before.get(room, 1), sure=False)
        return found

    def forget(self, but: Collection[str]) -> None:
        """Only these are there: Asterisk was started anew."""
        self._rooms = {room: known for room, known in self._rooms.items() if room in but}

    async def close(self) -> None:
        tidying = tuple(self._tidying)
        for task in tidying:
            task.cancel()
        await asyncio.gather(*tidying, return_exceptions=True)
