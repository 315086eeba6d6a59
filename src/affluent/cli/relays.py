"""The relays of this process: one for each server whose sound passes through the centre."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from affluent.facts.instants import Clock

if TYPE_CHECKING:
    from affluent.channels.voice.relay.relay import Relay

log = structlog.get_logger("affluent.voice")


def relay_installed() -> bool:
    """Whether the extra `relay` is there."""
    return find_spec("aiortc") is not None


class Relays:
    """Made when they are first asked for. They outlast the telephone's door, as the lines of browsers do."""

    def __init__(self, clock: Clock, sounds: Path) -> None:
        self._clock = clock
        self._sounds = sounds
        self._made: dict[int, Relay] = {}

    def of(self, server_id: int) -> "Relay | None":
        """None where the extra is missing: browsers then connect to each other."""
        if not relay_installed():
            log.warning("relay_not_installed", server=server_id)
            return None
        # A part that not everybody installs.
        from affluent.channels.voice.relay.relay import Relay  # noqa: PLC0415

        if server_id not in self._made:
            made = Relay(self._clock, self._sounds, self._sounds / "relayed" / str(server_id))
            made.start()
            self._made[server_id] = made
        return self._made[server_id]

    def stop(self) -> None:
        for one in self._made.values():
            one.stop()
