"""Compares what a switch carries with our calls, now and then, and ends what belongs to nobody.

Events can be lost, a command's answer can come too late, the database can be away in the moment a call ends. Each
alone is handled where it happens; this is for all of them together, and for those that nobody thought of. Whatever it
finds is a fault.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from affluent.centre.calling import calls
from affluent.centre.refusals import Away as CentreAway
from affluent.centre.refusals import Refusal
from affluent.channels.voice.calls.ground import Ground
from affluent.channels.voice.calls.live import LiveCall
from affluent.channels.voice.switch import Ending, LegEnded, Switch, SwitchError
from affluent.facts.call import EndedBy

EVERY_S, AGAIN_S = 60.0, 3.0
"""What looks wrong is looked at again a little later: only what is still so was no matter of the moment."""
log = structlog.get_logger("affluent.voice")


class Carried(Protocol):
    """The calls of one switch, as their exchange knows them."""

    by_contact: dict[int, LiveCall]
    away: bool

    def owned(self) -> Mapping[str, LiveCall]:
        """The calls of all lines that belong to one."""
        ...

    def arriving(self) -> Collection[str]:
        """Lines whose calls are being opened."""
        ...


@dataclass(frozen=True, slots=True)
class Suspects:
    """What looks wrong: lines of nobody, lines of calls that are gone, lines let go that stay, calls without a line."""

    stray: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    staying: frozenset[str] = frozenset()
    forgotten: frozenset[int] = frozenset()

    def still(self, later: "Suspects") -> "Suspects":
        return Suspects(
            self.stray & later.stray,
            self.gone & later.gone,
            self.staying & later.staying,
            self.forgotten & later.forgotten,
        )

    def __len__(self) -> int:
        return len(self.stray) + len(self.gone) + len(self.staying) + len(self.forgotten)


@dataclass
class Sweeper:
    """Sweeps one exchange, once a minute. `swept` counts what it ended so far."""

    ground: Ground
    server_id: int
    switch: Switch
    carried: Carried
    swept: int = 0
    every_s: float = EVERY_S
    again_s: float = AGAIN_S

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self.every_s)
            try:
                await self.sweep()
            except (SwitchError, CentreAway, Refusal):
                # The switch or the centre is away: there is a next time.
                continue
            except Exception:
                log.exception("sweep_failed", server=self.server_id)

    async def sweep(self) -> Suspects:
        """Looks twice, and ends what was wrong both times; returns it."""
        first = await self._look()
        if not first:
            return first
        await asyncio.sleep(self.again_s)
        found = first.still(await self._look())
        if found:
            await self._end(found)
        return found

    async def _look(self) -> Suspects:
        if self.carried.away:
            return Suspects()
        owned, known = dict(self.carried.owned()), set(self.carried.by_contact)
        standing = {one.leg for one in await self.switch.standing()}
        up = await self.ground.ask(calls.calls_up, server_id=self.server_id)
        arriving = self.carried.arriving()
        ours = owned.keys() | self.carried.owned().keys() | set(arriving)
        ours |= {call.leg for call in self.carried.by_contact.values()}
        known |= set(self.carried.by_contact)
        return Suspects(
            frozenset(standing - ours),
            frozenset(leg for leg, call in owned.items() if leg and leg not in standing and not call.away),
            frozenset(leg for leg, call in owned.items() if leg == call.leg in standing and call.ended_by),
            frozenset(
                one.contact.id for one in up if one.contact.id not in known and one.call.leg not in arriving
            ),
        )

    async def _end(self, found: Suspects) -> None:
        self.swept += len(found)
        log.warning(
            "lines_swept", server=self.server_id, stray=len(found.stray), gone=len(found.gone),
            staying=len(found.staying), forgotten=len(found.forgotten),
        )  # fmt: skip
        now_ms = self.ground.clock.now_ms()
        owned = self.carried.owned()
        for leg in sorted(found.gone):
            if leg in owned:
                owned[leg].inbox.put_nowait(LegEnded(leg, now_ms, Ending.LOST))
        for leg in sorted(found.stray | found.staying):
            await self.switch.hang_up(leg)
        for contact_id in sorted(found.forgotten):
            await self.ground.ask(calls.call_over, contact_id=contact_id, by=EndedBy.LOST)
