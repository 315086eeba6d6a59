"""What the doors on customers' sites read, as ports. `storage` provides them on PostgreSQL.

A customer is nobody's viewer: no brand wall protects these looks, so each is bound to one chat and answers
only what its customer may see: their own messages, the replies, and the lines meant for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from affluent.centre.closing import closed_words
from affluent.centre.promised_hours import HoursOffered
from affluent.centre.records import Channel, Chat, NewFile, Problem
from affluent.centre.typography import either, in_french
from affluent.facts.states import ContactState


@dataclass(frozen=True, slots=True)
class Site:
    """A channel that customers reach from a page, with what the page shows of its brand.

    `hours` are those of its default queue; None means always open.
    """

    channel: Channel
    brand_name: str
    brand_colour: str
    hours: dict[str, Any] | None
    closed_until_ms: int | None = None
    """Closed by a supervisor until then; None when it is not."""
    closed_message: Mapping[str, str] = field(default_factory=dict[str, str])
    """What its customers are told meanwhile, by language; empty for a usual sentence."""

    problems: tuple[Problem, ...] = ()
    """Known problems of its brand, open or planned, that concern its door."""

    def notices(self, language: str, now_ms: int) -> dict[int, str]:
        """What its customers are told before they queue, by problem: each may still go on to a person."""
        told = {one.id: one.message(language) for one in self.problems if one.open_at(now_ms)}
        return {problem_id: text for problem_id, text in told.items() if text}

    closing: Mapping[str, str] = field(default_factory=dict[str, str])
    """What its customers are told outside its hours, by language: its queue's words or its brand's."""

    def closing_words(self, language: str, now_ms: int) -> str | None:
        """What to say now with the next opening; None while it is open or has no words."""
        return closed_words(self.closing, self.hours, now_ms, language)

    def closed_words(self, language: str) -> str:
        """What to say while a supervisor closed it; empty for a usual sentence."""
        text = self.closed_message.get(language, "")
        return in_french(text) if language == "fr" else text

    def closed_at(self, now_ms: int) -> bool:
        return self.closed_until_ms is not None and now_ms < self.closed_until_ms

    @property
    def origins(self) -> Sequence[str]:
        return self.channel.settings.get("origins") or ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a chat stands for its customer. `contact_id` is the latest contact, None before the first word.

    `left` is true once the customer said goodbye and wrote nothing since. `agent_read` is the last of the
    customer's messages that an agent has seen, 0 for none.
    """

    contact_id: int | None
    brand_id: int
    state: ContactState | None
    chat_state: str | None
    agent_name: str | None
    left: bool
    agent_read: int


@dataclass(frozen=True, slots=True)
class ChatFile:
    id: int
    filename: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message as a customer may see it. Identifiers grow in the order in which messages were committed.

    `author` is customer, agent, bot or system; `key` is given for the customer's own messages only.
    """

    id: int
    author: str
    name: str
    at_ms: int
    text: str
    key: str | None
    event: Mapping[str, Any] | None
    read: bool
    files: tuple[ChatFile, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Look:
    """A chat at one instant: how it stands, and what came after the message that was asked for."""

    standing: Standing
    messages: tuple[ChatMessage, ...]


@dataclass(frozen=True, slots=True)
class OtherDoor:
    """Another channel that a customer is offered: by which brand, in which words, on which medium."""

    brand: str
    text_fr: str
    text_en: str
    medium: str

    def text(self, language: str) -> str:
        return either(self.text_fr, self.text_en, language)


class OtherDoors(Protocol):
    """Offers of another channel, by the token of the customer's page."""

    def offered(self, token: str) -> OtherDoor | None:
        """What is offered, while it can be answered; None when it is too late. Raises `NotFound`."""
        ...


@dataclass(frozen=True, slots=True)
class HourPromised:
    """An hour as its customer sees it: while it `stands`, it can be moved to one of `others`, or cancelled."""

    brand: str
    subject: str
    language: str | None
    hour_ms: int
    timezone: str
    stands: bool
    cancelled: bool
    others: HoursOffered | None


class PromisedHours(Protocol):
    """The hours that a door can promise, and those that were promised, by the token of the customer's page."""

    def offered(self, channel_id: int, now_ms: int) -> HoursOffered | None:
        """The hours of the channel's default queue; None when it promises none."""
        ...

    def shown(self, token: str, now_ms: int) -> HourPromised:
        """Raises `NotFound`."""
        ...

    def path(self, contact_id: int) -> str | None:
        """Where on this server the customer of a contact finds their hour; None when none was promised."""
        ...


class Sites(Protocol):
    def site(self, medium: str, public_key: str) -> Site | None:
        """The active channel of this medium under a key, or None."""
        ...


class ChatDoorStore(Sites, Protocol):
    """The looks a chat door needs; each is one short transaction and may be called from any thread."""

    def chat(self, token_hash: bytes) -> Chat | None: ...
    def chat_with_hash(self, chat_id: int) -> tuple[Chat, bytes] | None:
        """A chat with what is stored of its token."""
        ...

    def look(self, chat_id: int, after: int) -> Look:
        """The chat now, with its messages above `after`, oldest first."""
        ...

    def keep_file(self, chat: Chat, brand_id: int, file: NewFile, now_ms: int) -> ChatFile:
        """Keeps an upload until a message of this chat takes it along."""
        ...

    def file(self, chat: Chat, file_id: int) -> tuple[ChatFile, bytes] | None:
        """A file this chat uploaded, or one on a message its customer may see."""
        ...

    def left_connected(self) -> Sequence[int]:
        """The chats noted as connected while their contact is live: after a restart, those of the past."""
        ...
