"""What the use cases read: rows as frozen records."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from affluent.centre.hours import due_ms
from affluent.centre.promised_hours import Promises
from affluent.centre.typography import either
from affluent.facts.media import SYNCHRONOUS, Medium
from affluent.facts.states import AgentState, ContactState
from affluent.routing.policy import SkillNeed


class Contact(NamedTuple):
    """A contact as it stands. Times in ms; `due_ms` is None while the ball is with the customer.

    `owed_ms` is since when an answer is owed: what `due_ms` is counted from. A tuple, because each fact makes a new
    one: that is several times as fast as a dataclass.
    """

    id: int
    request_id: int
    brand_id: int
    customer_id: int
    channel_id: int
    medium: Medium
    queue_id: int | None
    state: ContactState
    agent_id: int | None
    last_agent_id: int | None
    motive_id: int | None
    language: str | None
    subject: str
    arrived_ms: int
    queued_ms: int | None
    answered_ms: int | None
    last_customer_ms: int | None
    target_ms: int | None
    due_ms: int | None
    owed_ms: int | None
    awaiting: str
    wakes_ms: int | None
    wakes_on_customer: bool
    wrote: bool
    chat_state: str | None
    reply_address: dict[str, Any] | None
    version: int
    demands: dict[str, Any] | None = None
    """What it asks beyond its queue."""
    not_before_ms: int | None = None
    """The hour that was promised: it is offered to nobody before."""
    wraps_until_ms: int | None = None
    """It is over, and keeps its agent's hand full until then at the latest."""
    problem_id: int | None = None
    """The known problem that it is about."""
    home_queue_id: int | None = None
    """Where it would have gone without that problem."""
    steered: str | None = None
    """What became of the offer of another channel: `offered`, `accepted` or `refused`; None without one."""
    parts: list[dict[str, Any]] | None = None
    """Who takes part beside its agent, or is asked to: `centre/parts.py` reads and writes it."""


class Standing(NamedTuple):
    """What the engine must know of a contact to stand where it stood, and no more: there may be very many.

    `place_ms` is its place in line, `entered_ms` when it came to its queue (None: when it arrived).
    """

    id: int
    brand_id: int
    queue_id: int | None
    state: ContactState
    agent_id: int | None
    demands: dict[str, Any] | None
    not_before_ms: int | None
    wraps_until_ms: int | None
    place_ms: int
    expires_ms: int | None
    kept_for: int | None
    kept_until_ms: int | None
    entered_ms: int | None
    parts: list[dict[str, Any]] | None


@dataclass(frozen=True, slots=True)
class Channel:
    """A door that an administrator set up. `secrets` never leave the server."""

    id: int
    brand_id: int
    medium: Medium
    name: str
    queue_id: int | None
    active: bool
    settings: dict[str, Any]
    secrets: dict[str, Any]
    public_key: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue; `hours_edition` names the hours of now for ever, whatever they are changed to."""

    id: int
    brand_id: int
    name: str
    medium: Medium
    target_ms: int
    keep_ms: int
    hours: dict[str, Any] | None
    target_clock: str | None = None
    hours_edition: int | None = None
    closes: bool = False
    """It is served in its hours only."""
    passes_on: bool = False
    """While it is closed, it sends on whoever comes."""
    wrap_up_ms: int = 0
    last_agent_ms: int | None = None
    """For how long the agent of the last contact is asked first; None: however long ago it was."""
    repeat_ms: int | None = None
    """Whoever comes again about the same motive within it goes one level up; None: nobody does."""
    needs: tuple[SkillNeed, ...] = ()
    by_hand: bool = True
    """Agents may take what waits in it without an offer."""
    promises: Promises | None = None
    """The hours that its customers are promised at the doors; None: none are."""
    closing_fr: str = ""
    closing_en: str = ""
    """What customers are told while it is closed, or what its brand says then."""

    @property
    def target_hours(self) -> dict[str, Any] | None:
        """The opening hours in which its target runs; None when it runs around the clock.

        Who waits on the line waits by the wall clock; what is written runs in opening hours, unless the queue
        says otherwise.
        """
        usual = "always" if self.medium in SYNCHRONOUS else "open_hours"
        return self.hours if (self.target_clock or usual) == "open_hours" else None

    def due_ms(self, from_ms: int, target_ms: int | None = None) -> int:
        """When a target is due that runs from `from_ms`: the queue's, or the one given."""
        runs_ms = self.target_ms if target_ms is None else target_ms
        hours = self.target_hours
        return from_ms + runs_ms if hours is None else due_ms(hours, from_ms, runs_ms)


@dataclass(frozen=True, slots=True)
class Opening:
    """A queue that is served in its opening hours only, and whether it was closed when last looked at.

    `hours` is None when it is to be open: its hours close it no more.
    """

    queue_id: int
    name: str
    hours: dict[str, Any] | None
    closed: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A classification rule: when all `conditions` hold, `actions` apply."""

    id: int
    name: str
    conditions: tuple[dict[str, Any], ...]
    actions: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """A known problem: open from `begins_ms` until `ends_ms`, None for no planned end.

    It is about contacts with one of its `words`, or about one of its motives; with `from_queue_ids` only those that
    are headed for one of these queues. They wait in one of `queue_ids`, at most one a medium.
    """

    id: int
    name: str
    brand_id: int | None
    message_fr: str
    message_en: str
    words: tuple[str, ...]
    motive_ids: tuple[int, ...]
    from_queue_ids: tuple[int, ...]
    queue_ids: tuple[int, ...]
    replies: bool
    owner_id: int | None
    begins_ms: int
    ends_ms: int | None
    archived: bool = False
    live: bool = False
    """Whether it was open when last looked at."""
    seen_contact: int | None = None
    """How far those who wait already have been looked through; None when all have been."""

    def open_at(self, now_ms: int) -> bool:
        return (
            not self.archived and self.begins_ms <= now_ms and (self.ends_ms is None or now_ms < self.ends_ms)
        )

    def of_brand(self, brand_id: int) -> bool:
        return self.brand_id is None or self.brand_id == brand_id

    def message(self, language: str | None) -> str:
        """What a customer of this language is told; the other language's when it has only that one."""
        return either(self.message_fr, self.message_en, language)


@dataclass(frozen=True, slots=True)
class MotiveSteer:
    """The media that suit a motive, the best first, and what customers at another door are told.

    A chat is offered while no more than `waiting_most` wait in its queue.
    """

    media: tuple[str, ...]
    text_fr: str
    text_en: str
    waiting_most: int

    def text(self, language: str | None) -> str:
        return either(self.text_fr, self.text_en, language)


@dataclass(frozen=True, slots=True)
class Steering:
    """An offer of another channel."""

    contact_id: int
    channel_id: int
    offered_ms: int


@dataclass(frozen=True, slots=True)
class Appointment:
    """An hour that a customer was promised. `queue_id` is the queue among whose hours it counts."""

    contact_id: int
    token: str
    queue_id: int
    hour_ms: int
    timezone: str
    made_ms: int
    cancelled_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """A customer's chat session on a site; it outlives its contacts."""

    id: int
    channel_id: int
    customer_id: int | None
    contact_id: int | None
    language: str
    connected: bool


@dataclass(frozen=True, slots=True)
class Customer:
    id: int
    brand_id: int
    name: str
    language: str | None
    segment: str | None
    named_agent_id: int | None = None
    """Who looks after them: asked first while there."""
    wishes: tuple[int, ...] = ()
    """The skills that they asked for."""


@dataclass(frozen=True, slots=True)
class Segment:
    """What a segment of customers is given: a tier at least, targets by medium, and skills that suit it better."""

    name: str
    tier: int
    targets: dict[str, int]
    needs: tuple[SkillNeed, ...] = ()
    id: int = 0


@dataclass(frozen=True, slots=True)
class Presence:
    account_id: int
    state: AgentState
    reason: str | None
    since_ms: int
    lifted: dict[str, int] | None = None
    """Contacts over the limits that a supervisor allows, by medium, until `lifted_until_ms`."""
    lifted_until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class NewFile:
    filename: str
    content_type: str
    content: bytes
    inline_cid: str | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be written into a conversation. `key` makes a repeat harmless."""

    direction: str
    author_kind: str
    author_name: str = ""
    author_id: int | None = None
    text: str = ""
    new_text: str | None = None
    quoted: str | None = None
    html: str | None = None
    has_remote_images: bool = False
    delivery: str | None = None
    key: str | None = None
    mail: dict[str, Any] | None = None
    event: dict[str, Any] | None = None
    file_ids: tuple[int, ...] = ()
    files: tuple[NewFile, ...] = field(default=())
