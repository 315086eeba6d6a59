"""What every call stands on."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from affluent.centre.calling.numbers import number_of
from affluent.centre.calling.ports import VoiceStore
from affluent.centre.calling.records import VoiceLine, VoiceServer
from affluent.centre.recording.ports import RecordingStore
from affluent.centre.refusals import Away
from affluent.centre.runner import Runner
from affluent.centre.transaction import Transaction
from affluent.channels.voice.switch import Switch
from affluent.facts.instants import Clock

P = ParamSpec("P")
R = TypeVar("R")
AGAIN_S = 0.25
TRIES = 120
"""Half a minute: by then another server writes, and takes the calls over."""


class Player(Protocol):
    """Leads one caller through a voice menu, until it has put them in line or has said goodbye."""

    async def begin(self) -> None: ...
    async def heard(self, event: object) -> None:
        """Something of this caller's line: a digit, the end of what was played."""
        ...

    async def time_over(self) -> None:
        """The instant came that `due_s` named."""
        ...

    async def stop(self) -> None:
        """An agent is with the caller now: nothing is said to them any more."""
        ...

    @property
    def due_s(self) -> float | None:
        """When it is to be told that time went by, on the loop's clock; None: it waits for the caller."""
        ...

    @property
    def done(self) -> bool:
        """Whether the caller is in line, or the call is over."""
        ...


@dataclass(frozen=True)
class Ground:
    """The centre, as calls see it."""

    runner: Runner
    store: VoiceStore
    clock: Clock
    recordings: RecordingStore | None = None
    """Where talks are kept that are recorded; None: none is."""

    async def ask(
        self, use_case: Callable[Concatenate[Transaction, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Runs a use case, again and again while the centre is away. Raises what it refuses, `Away` in the end."""
        for _ in range(TRIES):
            try:
                return await self.runner.done(use_case, *args, **kwargs)
            except Away:
                await asyncio.sleep(AGAIN_S)
        return await self.runner.done(use_case, *args, **kwargs)


Connect = Callable[[VoiceServer], Switch | None]
"""How a server of the settings is reached; None for a kind that this process does not serve."""


def line_of(lines: tuple[VoiceLine, ...], server: VoiceServer, door: str) -> VoiceLine | None:
    """The channel that a called number leads to.

    The one that names it; else the first of those that name none. A web door is named by its channel's key.
    """
    here = [one for one in lines if one.server_id in (None, server.id)]
    called = number_of(door, server.country)
    for line in here:
        known = {number_of(number, server.country) for number in line.numbers}
        if called in known or door in line.numbers or door == line.channel.public_key:
            return line
    return next((one for one in here if not one.numbers), None)
