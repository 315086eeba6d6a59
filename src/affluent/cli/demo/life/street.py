"""Where the doors of the centre stand, and what the simulated people have done so far."""

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from affluent.cli.demo.life.pace import Tempo
from affluent.cli.demo.stories import Customer, Story

RECENT_MAX = 4_000
CALLERS_MAX = 50
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Doors:
    """`web` as host:port; `keys` are the public keys of sites and forms by brand and medium."""

    web: str
    mail_port: int
    mail_folder: str
    keys: dict[str, dict[str, str]]
    seed: int

    @property
    def api(self) -> str:
        return f"http://{self.web}/api/v1"


@dataclass
class Street:
    """What everybody shares."""

    doors: Doors
    tempo: Tempo
    chance: random.Random
    counts: Counter[str] = field(default_factory=Counter[str])
    names: dict[str, None] = field(default_factory=dict[str, None])
    """Who is simulated, by name, the latest last: an agent tells a visitor from them."""
    callers: dict[str, Story] = field(default_factory=dict[str, Story])
    """What whoever called lately wants, by name."""
    telephones: bool = False
    """Whether simulated people can speak: the relay is installed."""
    seats: frozenset[str] = frozenset()
    """Agents whose seat a visitor has taken, by address."""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server must know at once how things stand."""
    tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def calling(self, customer: Customer) -> None:
        """They tell on the telephone what others write."""
        self.callers[customer.name] = customer.story
        while len(self.callers) > CALLERS_MAX:
            del self.callers[next(iter(self.callers))]

    def knows(self, name: str) -> bool:
        return name in self.names

    def remember(self, name: str) -> None:
        self.names[name] = None
        while len(self.names) > RECENT_MAX:
            del self.names[next(iter(self.names))]

    def start(self, work: Coroutine[Any, Any, None], what: str) -> "asyncio.Task[None]":
        """Lets something happen on its own; a failure is counted and said, and stops nobody else."""

        async def safely() -> None:
            try:
                await work
            except asyncio.CancelledError:
                raise
            except Exception as fault:
                self.counts[f"failed_{what}"] += 1
                print(f"demonstration, {what}: {type(fault).__name__}: {fault}", file=sys.stderr, flush=True)

        task = asyncio.create_task(safely())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def address(self) -> str | None:
        """An address of the loopback network for one customer: the doors count by address. None: the usual."""
        if sys.platform != "linux":
            return None
        return (
            f"127.{self.chance.randint(16, 250)}.{self.chance.randint(0, 255)}.{self.chance.randint(1, 254)}"
        )
