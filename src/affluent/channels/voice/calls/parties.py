"""Who is on the lines of a call beside its caller, and who tells it of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from affluent.channels.voice.calls.live import LiveCall


@dataclass(slots=True)
class Phone:
    """An agent's line in this call."""

    agent_id: int
    leg: str
    up: bool = False
    in_room: bool = False
    listens: bool = False


class Lines(Protocol):
    """Who tells a call what happens on its lines."""

    def follow(self, leg: str, call: "LiveCall") -> None: ...
    def forget(self, leg: str) -> None: ...
    def ended(self, call: "LiveCall") -> None: ...
