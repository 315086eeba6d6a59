"""The recording of one call: while an agent and the caller are together, and nobody asked for silence."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from affluent.centre.recording import consent
from affluent.centre.recording.ports import RecordingStore
from affluent.channels.voice.switch import LegGone, SwitchAway, SwitchError

if TYPE_CHECKING:
    from affluent.channels.voice.calls.live import LiveCall

log = structlog.get_logger("affluent.voice")


class Taping:
    """Off until everybody was told. `masked`: the agent asked for silence, while a card's number is said."""

    def __init__(self, store: RecordingStore) -> None:
        self._store = store
        self._asked_for: int | None = None
        self._silent = False
        self.masked = False
        self.name: str | None = None

    @property
    def runs(self) -> bool:
        return self.name is not None

    async def adopt(self, contact_id: int) -> None:
        """One may run already, begun by the process before us."""
        self.name = await asyncio.to_thread(self._store.running, contact_id)
        self._silent = False

    async def see_to(self, call: "LiveCall") -> None:
        """Begins it, has it fall silent or go on, as the call stands now."""
        together = call.in_room and any(one.in_room for one in call.phones.values())
        if self.name is None:
            holder = call.contact.agent_id
            if together and not self.masked and self._asked_for != holder:
                self._asked_for = holder
                await self._begin(call)
            return
        silent = self.masked or not together
        if silent != self._silent:
            self._silent = silent
            try:
                await call.switch.pause_recording(self.name, silent)
            except LegGone:
                # It has ended with its room; its end is told.
                self.name = None

    async def _begin(self, call: "LiveCall") -> None:
        beginning = await call.ground.ask(consent.begins, contact_id=call.id)
        if beginning is None:
            return
        name = await asyncio.to_thread(self._store.begin, beginning)
        try:
            await call.switch.record(call.room, name)
        except (SwitchAway, SwitchError) as fault:
            log.warning("not_recorded", contact=call.id, fault=str(fault))
            await asyncio.to_thread(self._store.failed, name)
            return
        self.name, self._silent = name, False

    def ended(self, name: str) -> None:
        """It is over; whoever is with the caller next may begin another."""
        if name == self.name:
            self.name, self._asked_for = None, None

    async def stop(self, call: "LiveCall") -> None:
        if self.name is not None:
            name, self.name = self.name, None
            with suppress(SwitchError):
                await call.switch.stop_recording(name)
