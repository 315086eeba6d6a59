"""What is known of calls, and of what carries them."""

from dataclasses import dataclass, field
from typing import Any

from affluent.centre.calling.callback_rules import CallbackRules
from affluent.centre.menus.waiting import WaitingRules
from affluent.centre.recording.rules import RecordingRules
from affluent.centre.records import Channel, Contact
from affluent.facts.call import EndedBy

CALLBACK = "callback"
"""Why a customer is called: they asked for it."""
DIALLING = "dialling"
"""The line of a customer whom we are about to call, until their server has named it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a contact. It is up while `ended_ms` is None."""

    contact_id: int
    server_id: int
    leg: str
    """The caller's line, as its server calls it."""
    from_number: str
    """In E.164; empty when it is withheld."""
    to_number: str
    direction: str
    started_ms: int
    answered_ms: int | None = None
    """When an agent was first with the caller."""
    ended_ms: int | None = None
    ended_by: EndedBy | None = None
    dial_number: str = ""
    """Where we call the customer, in E.164; empty while only they called us."""
    dial_why: str = ""
    """`callback`: they asked for it. `outbound`: an agent wants to."""
    dials: bool = False
    """Whether they are still to be reached there, by whoever has the contact in hand."""
    attempts: int = 0
    mailbox: dict[str, Any] | None = None
    """For which queue and motive they leave a message, until it is there."""
    purpose: str = ""
    """Why an agent calls: `service` or `prospecting`."""
    consent: str = ""
    """`announced`: they heard that they may be recorded. `refused`: they do not want it."""

    @property
    def up(self) -> bool:
        return self.ended_ms is None

    @property
    def asked_twice(self) -> bool:
        """Whether they asked to be called back while an earlier contact stood in line for that."""
        return self.dial_why == CALLBACK and not self.dials and not self.attempts


@dataclass(frozen=True, slots=True)
class VoiceServer:
    """What carries calls, as an administrator set it up. `country` is the one whose numbers need no prefix."""

    id: int
    name: str
    kind: str
    url: str
    username: str
    password: str
    country: str
    ice_urls: tuple[str, ...] = ()
    """STUN and TURN servers, for browsers."""
    phones_url: str = ""
    """Where agents' browsers reach its telephones (ws or wss); empty: they do not."""
    relayed: bool = False
    """Whether the sound of browsers passes through this centre."""


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """A channel of the telephone: the numbers, of one server or of any, that lead to it."""

    channel: Channel
    server_id: int | None
    numbers: tuple[str, ...]
    menu_id: int | None
    language: str
    waiting: WaitingRules = field(default_factory=WaitingRules)
    """How callers are spoken to while they wait."""
    callback: CallbackRules = field(default_factory=CallbackRules)
    recording: RecordingRules = field(default_factory=RecordingRules)


@dataclass(frozen=True, slots=True)
class ArrivingCall:
    """A caller as their door understood them. `key` makes a repeat harmless."""

    key: str
    channel_id: int
    server_id: int
    leg: str
    from_number: str
    to_number: str
    name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """The contact of a call that came in, and what is known of its caller."""

    contact: Contact
    customer_name: str
    segment: str | None
    language: str


@dataclass(frozen=True, slots=True)
class CallUp:
    """A call that is up as far as the centre knows, with its contact as it stands."""

    call: Call
    contact: Contact
