"""What carries calls, as a narrow port: Asterisk, the relay between browsers, or browsers by themselves.

A *leg* is one party's line at a switch: a caller's, an agent's phone. Legs that are in one *room* hear each other.
A switch knows nothing of contacts, queues or agents; it does what it is told and tells what happened, in order.
Every act may come too late, because its leg has just hung up: then it raises `LegGone`, which is never a fault.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class SwitchError(Exception):
    """The switch refused or could not do it."""


class LegGone(SwitchError):
    """The leg, or the room, is not there any more."""


class SwitchAway(SwitchError):
    """The switch cannot be reached; what it carried may be lost."""


class Can(StrEnum):
    """What not every switch can do."""

    PLAY = "play"
    """Prompts and music: without it a caller goes straight to the queue and hears what their own page plays."""
    DIGITS = "digits"
    RECORD = "record"
    LISTEN = "listen"
    DIAL_NUMBERS = "dial_numbers"
    """Public telephone numbers, beside the phones of agents."""


class Ending(StrEnum):
    """Why a leg ended."""

    HUNG_UP = "hung_up"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    LOST = "lost"
    """Its network, or its switch, was cut."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What is played: a file of the sound store by its name (8 kHz mono WAV), in order with others."""

    name: str


@dataclass(frozen=True, slots=True)
class LegArrived:
    """A caller is there, not yet answered. `from_number` is empty when it is withheld.

    `door` is the number or the web door they called; `language` and `name` are what their page told, if it did.
    """

    leg: str
    at_ms: int
    from_number: str
    door: str
    language: str = ""
    name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class LegRings:
    """A leg that was dialled rings at its end."""

    leg: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class LegUp:
    """A leg that was dialled was picked up."""

    leg: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A leg is over: the last that is ever told of it, and told once."""

    leg: str
    at_ms: int
    ending: Ending


@dataclass(frozen=True, slots=True)
class DigitHeard:
    leg: str
    at_ms: int
    digit: str


@dataclass(frozen=True, slots=True)
class PlayEnded:
    """All the sounds of one `play` were heard, or it was stopped."""

    leg: str
    at_ms: int
    play: str
    stopped: bool


@dataclass(frozen=True, slots=True)
class LegJoined:
    leg: str
    at_ms: int
    room: str


@dataclass(frozen=True, slots=True)
class LegLeft:
    leg: str
    at_ms: int
    room: str


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """`name` can be fetched now. `failed` says why there is nothing, if so."""

    at_ms: int
    name: str
    duration_ms: int
    failed: str = ""


@dataclass(frozen=True, slots=True)
class QualityMeasured:
    """How a leg's sound travels: loss in percent of packets, jitter and round trip in ms, None if unknown."""

    leg: str
    at_ms: int
    loss_percent: float | None
    jitter_ms: float | None
    round_trip_ms: float | None


@dataclass(frozen=True, slots=True)
class SharingBegan:
    """A caller and an agent see each other (`camera`), see a screen, or draw together (`board`), from now on.

    `asked_by` and `shown_by` are `agent` or `customer`; `shown_by` is `both` where each shows something.
    """

    leg: str
    at_ms: int
    agent_id: int
    what: str
    asked_by: str
    shown_by: str


@dataclass(frozen=True, slots=True)
class SharingEnded:
    """It is over: `ended_by` the agent, the customer, or the call, which they left."""

    leg: str
    at_ms: int
    agent_id: int
    what: str
    shown_by: str
    lasted_ms: int
    ended_by: str


@dataclass(frozen=True, slots=True)
class Reached:
    """The connection to the switch stands (again). Ask `standing()` what it carries."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Away:
    """The connection to the switch is cut. Its calls may go on without us: nothing is ended by this alone."""

    at_ms: int


SwitchEvent = (
    LegArrived
    | LegRings
    | LegUp
    | LegEnded
    | DigitHeard
    | PlayEnded
    | LegJoined
    | LegLeft
    | RecordingEnded
    | QualityMeasured
    | SharingBegan
    | SharingEnded
    | Reached
    | Away
)


@dataclass(frozen=True, slots=True)
class LegStanding:
    """A leg that a switch carries now, after a restart of ours. `tags` are those it was given."""

    leg: str
    up: bool
    room: str | None
    from_number: str
    door: str
    since_ms: int
    tags: Mapping[str, str]


class Switch(Protocol):
    """One server that carries calls. All methods raise `LegGone`, `SwitchAway`, or another `SwitchError`."""

    @property
    def id(self) -> int:
        """The voice server's identifier in the settings."""
        ...

    @property
    def can(self) -> frozenset[Can]: ...

    def events(self) -> AsyncIterator[SwitchEvent]:
        """What happens, for one reader, until it is closed. It reconnects by itself and tells `Away`, `Reached`."""
        ...

    async def standing(self) -> Sequence[LegStanding]:
        """Everything it carries for us now."""
        ...

    async def tag(self, leg: str, tags: Mapping[str, str]) -> None:
        """Notes on a leg, kept by the switch, that `standing` tells after a restart (such as its contact)."""
        ...

    async def answer(self, leg: str) -> None: ...

    async def play(self, leg: str, sounds: Sequence[Sound]) -> str:
        """Plays to one leg, in a room or not; returns the name under which `PlayEnded` tells of it."""
        ...

    async def stop_play(self, play: str) -> None: ...

    async def music(self, leg: str, on: bool) -> None:
        """Music while the leg waits, alone."""
        ...

    async def dial(
        self, to: str, *, from_number: str, name: str, timeout_s: int, tags: Mapping[str, str]
    ) -> str:
        """Rings a phone: an agent's (`agent:17`) or a number. Returns its leg at once; events tell the rest."""
        ...

    async def join(self, room: str, legs: Sequence[str]) -> None:
        """Lets legs hear each other in a room, which is made when it is not there."""
        ...

    async def part(self, room: str, leg: str) -> None:
        """Takes a leg out of a room; it stays up, in silence."""
        ...

    async def mute(self, leg: str, on: bool) -> None:
        """Whether the others in its room hear it."""
        ...

    async def send_digits(self, leg: str, digits: str) -> None: ...

    async def listen(self, leg: str, to_leg: str, *, whisper: bool) -> None:
        """`leg` hears what `to_leg` hears and says; with `whisper`, `to_leg` alone hears it as well."""
        ...

    async def record(self, room: str, name: str) -> None: ...

    async def take_message(self, leg: str, name: str, *, most_s: int, silence_s: int) -> None:
        """Records what a leg says until it is silent for so long, presses `#`, or for `most_s` at most."""
        ...

    async def pause_recording(self, name: str, on: bool) -> None:
        """Silence in the recording while `on`."""
        ...

    async def stop_recording(self, name: str) -> None: ...

    async def fetch_recording(self, name: str) -> bytes:
        """The sound (WAV) of an ended recording, which the switch then forgets."""
        ...

    async def recordings(self) -> Sequence[str]:
        """The names of ended recordings that nobody has fetched."""
        ...

    async def hang_up(self, leg: str) -> None:
        """Ends a leg. A leg that is over already is no fault here."""
        ...

    async def close(self) -> None: ...
