"""What calls need from the outside, and what they offer to the pages, as ports."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from affluent.centre.calling.phones import DeskPhones
from affluent.centre.calling.quality import HeardHour, Quality
from affluent.centre.calling.records import Call, VoiceLine, VoiceServer


class Calls(Protocol):
    """The rows of calls, within one transaction. `storage` provides them on PostgreSQL."""

    def open(self, call: Call) -> None: ...
    def get(self, contact_id: int) -> Call | None: ...
    def update(self, contact_id: int, columns: Mapping[str, Any]) -> None: ...
    def heard(self, contact_id: int, quality: Quality) -> None:
        """Keeps how well one side of a call was heard."""
        ...

    def up(self, server_id: int) -> Sequence[Call]:
        """Those of a server that are up as far as we know, by contact."""
        ...

    def to_dial(self) -> Sequence[Call]:
        """Those whose customers are still to be reached, by contact."""
        ...

    def has_mail(self, customer_id: int) -> bool:
        """Whether a customer has an address for mail."""
        ...

    def messages_due(self, now_ms: int, most: int) -> Sequence[int]:
        """The first contacts whose voice message was kept as long as its channel keeps one."""
        ...

    def messages_of(self, customer_id: int) -> Sequence[int]:
        """The contacts of a customer that have the sound of a voice message."""
        ...

    def drop_message(self, contact_id: int) -> None:
        """The sound of its voice message is no more."""
        ...


class VoiceStore(Protocol):
    """What the door of the telephone reads; each look is one short transaction, from any thread."""

    def servers(self) -> Sequence[VoiceServer]:
        """Those in service, by identifier."""
        ...

    def lines(self) -> Sequence[VoiceLine]:
        """The channels of the telephone that are in service, by identifier."""
        ...

    def dials(self, contact_id: int) -> bool:
        """Whether its customer is still to be reached."""
        ...


class CallViews(Protocol):
    """What pages read of calls; each look is one short transaction, from any thread."""

    def of_contact(self, contact_id: int) -> Call | None:
        """Its call, up or over; None when it came by no telephone."""
        ...

    def quality(self, contact_id: int) -> Sequence[Quality]:
        """How well its call was heard, by side; empty while it is up, or where nothing was measured."""
        ...

    def heard_by_hour(self, from_ms: int, to_ms: int, brands: Sequence[int] | None) -> Sequence[HeardHour]:
        """How well calls that began in a period were heard, by hour and server; of these brands, None for all."""
        ...


class PhoneViews(Protocol):
    """What an agent's desk can be the telephone of; one short transaction, from any thread."""

    def of_agent(self, agent_id: int, now_ms: int) -> DeskPhones: ...


class CallActs(Protocol):
    """What an agent does with a call that is up. `channels/voice/calls` provides them; any thread may call.

    They raise `Refusal`: `no_call` when the contact has no call that is up here, `switch_away` when its server cannot
    be reached, `not_possible_here` for what its server cannot do.
    """

    def can(self, contact_id: int) -> frozenset[str]:
        """What the server of its call can do (`Can` of the switch); nothing where no call of it is up here."""
        ...

    def is_held(self, contact_id: int) -> bool:
        """Whether its caller is on hold now; false where no call of it is up here."""
        ...

    def hold(self, contact_id: int, agent_id: int) -> None: ...
    def resume(self, contact_id: int, agent_id: int) -> None: ...
    def mute(self, contact_id: int, agent_id: int, on: bool) -> None: ...
    def digits(self, contact_id: int, agent_id: int, digits: str) -> None: ...
    def hang_up(self, contact_id: int, agent_id: int) -> None:
        """Ends the call; the contact stays in hand for the work after it."""
        ...

    def is_recorded(self, contact_id: int) -> bool | None:
        """Whether its call is being recorded now: False while an agent keeps that silent, None when it is not."""
        ...

    def mask_recording(self, contact_id: int, agent_id: int, on: bool) -> None:
        """Silence in the recording while `on`: a card's number is said. Raises `not_recorded` where none is made."""
        ...

    def listen(self, contact_id: int, agent_id: int, *, whisper: bool) -> None:
        """A supervisor who takes part hears both; with `whisper` the agent alone hears them as well."""
        ...
