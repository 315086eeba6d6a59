"""What a channel can be set to, by medium."""

import re
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from affluent.centre.administration.noun import Fields
from affluent.centre.texts import Colour, Email, Id, Line, Locale, Name, Password, Prose
from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS

Tls = Literal["tls", "starttls", "none"]
Port = Annotated[int, Field(ge=1, le=65535)]
Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.:_-]{0,252}[A-Za-z0-9])?$")]
Patience = Annotated[int, Field(ge=1_000, le=366 * DAY_MS)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
ClockTime = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
PublicKey = Annotated[str, StringConstraints(max_length=100)]
FILE_BYTES_MAX = 25 * 1024 * 1024


def _origin(text: str) -> str:
    parts = urlsplit(text)
    try:
        plain = parts.port is None or parts.port > 0
    except ValueError:
        plain = False
    bare = f"{parts.scheme}://{parts.netloc}"
    allowed = parts.scheme in ("https", "http") and parts.hostname and "@" not in parts.netloc
    if not plain or not allowed or bare != text or any(c in parts.netloc for c in " *\\%"):
        raise PydanticCustomError(
            "not_an_origin", "An origin is written https://www.example.org, with no path"
        )
    return text


Origin = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, max_length=300, pattern=r"^[!-~]+$"),
    AfterValidator(_origin),
]
Origins = Annotated[list[Origin], Field(max_length=100)]


class Imap(Fields):
    """The mailbox to read."""

    host: Host
    port: Port = 993
    tls: Tls = "tls"
    username: Name
    password: Password | None = None
    folder: Name = "INBOX"


class Smtp(Fields):
    """The server that takes what we send."""

    host: Host
    port: Port = 587
    tls: Tls = "starttls"
    username: Line = ""
    password: Password | None = None


def _number(text: str) -> str:
    bare = re.sub(r"[\s().\-/\u00a0\u202f]", "", text)
    bare = f"+{bare[2:]}" if bare.startswith("00") else bare
    if not re.fullmatch(r"\+?[0-9*#]{2,20}|[A-Za-z0-9_.-]{2,40}", bare):
        raise PydanticCustomError(
            "not_a_number", "A number is written +33 1 45 67 89 00, or as its server says it"
        )
    return bare


Number = Annotated[str, StringConstraints(max_length=60), AfterValidator(_number)]


Chosen = TypeVar("Chosen", bound=str)


def _each_once(chosen: list[Chosen]) -> list[Chosen]:
    return list(dict.fromkeys(chosen))


class EmailSettings(Fields):
    """A mailbox: read by IMAP, or received by the listener, or both; answered by SMTP."""

    address: Email
    display_name: Line = ""
    imap: Imap | None = None
    smtp: Smtp | None = None
    listener: bool = False
    trusted_server: Line = ""
    """The mail server whose verdict on senders (Authentication-Results) is believed; empty: nobody's."""

    @model_validator(mode="after")
    def _reachable(self) -> "EmailSettings":
        if self.imap is None and not self.listener:
            raise PydanticCustomError("no_way_in", "Give an IMAP mailbox or turn the listener on")
        return self


class ChatSettings(Fields):
    """A chat on customers' pages. Nobody but its origins may open it.

    Warning, release and closing are counted from the agent's last answer.
    """

    site_key: PublicKey | None = None
    origins: Origins = Field(default=[])
    title_fr: Line = ""
    title_en: Line = ""
    colour: Colour = "#0a5b66"
    ask_name: bool = True
    ask_email: bool = False
    warn_after_ms: Patience = 5 * MINUTE_MS
    release_after_ms: Patience = 10 * MINUTE_MS
    close_after_ms: Patience = 30 * MINUTE_MS
    gone_after_ms: Patience = 2 * MINUTE_MS
    reopen_within_ms: Patience = 24 * HOUR_MS
    max_file_bytes: Annotated[int, Field(ge=0, le=FILE_BYTES_MAX)] = 10 * 1024 * 1024
    appointment_channel_id: Id | None = None
    """Through which channel customers are answered at an hour that they choose; None: none is offered here."""

    @model_validator(mode="after")
    def _in_order(self) -> "ChatSettings":
        if not self.warn_after_ms < self.release_after_ms <= self.close_after_ms:
            raise PydanticCustomError("chat_delays_out_of_order", "Warning, release, closing: in this order")
        return self


class FormField(Fields):
    key: Key
    label_fr: Name
    label_en: Name
    kind: Literal["text", "long", "email", "phone", "choice", "file", "checkbox"] = "text"
    required: bool = False
    choices_fr: Annotated[list[Name], Field(max_length=100)] = Field(default=[])
    choices_en: Annotated[list[Name], Field(max_length=100)] = Field(default=[])

    @model_validator(mode="after")
    def _choices(self) -> "FormField":
        if self.kind == "choice" and not self.choices_fr:
            raise PydanticCustomError("choices_missing", "A choice needs choices")
        if len(self.choices_fr) != len(self.choices_en):
            raise PydanticCustomError("choices_differ", "As many choices in each language")
        return self


def _distinct(fields: list[FormField]) -> list[FormField]:
    if len({field.key for field in fields}) < len(fields):
        raise PydanticCustomError("key_twice", "A key stands twice")
    return fields


class FormSettings(Fields):
    """A web form. It needs an e-mail field, since it is answered by e-mail."""

    form_key: PublicKey | None = None
    origins: Origins = Field(default=[])
    title_fr: Line = ""
    title_en: Line = ""
    fields: Annotated[list[FormField], Field(min_length=1, max_length=60), AfterValidator(_distinct)]
    thanks_fr: Prose = ""
    thanks_en: Prose = ""
    reply_from_channel_id: Id | None = None

    @model_validator(mode="after")
    def _answerable(self) -> "FormSettings":
        if not any(field.kind == "email" and field.required for field in self.fields):
            raise PydanticCustomError("form_needs_email", "A form needs a required e-mail field")
        return self


class MessageSettings(Fields):
    """A channel of an integrator's own: a program brings in what customers write, and takes the replies out."""

    continue_within_ms: Patience = 7 * DAY_MS
    """A customer who writes again after the end, within this time, goes on with the same request."""


class VoiceSettings(Fields):
    """Telephone numbers, and what answers them.

    Without a server they may be called on any; without numbers every call of its server comes here that no other
    channel names.
    """

    site_key: PublicKey | None = None
    origins: Origins = Field(default=[])
    """Sites whose pages may have a call button, where the server connects browsers."""
    server_id: Id | None = None
    numbers: Annotated[list[Number], Field(max_length=200), AfterValidator(_each_once)] = Field(default=[])
    menu_id: Id | None = None
    """The voice menu that greets callers; None: straight to the queue."""
    language: Locale = "fr"
    announces: bool = True
    """Whether who waits is told how long it will still take."""
    says_position: bool = True
    announce_every_ms: Annotated[int, Field(ge=20_000, le=10 * MINUTE_MS)] = 45_000
    """The music is not interrupted more often."""
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""
    """Whose law of the telephone applies: where it asks for the wait at the start, it is told there."""
    callback: bool = False
    """Whether who waits may be called back instead, keeping their place, or at an hour that the queue promises."""
    callback_attempts: Annotated[int, Field(ge=1, le=10)] = 3
    callback_every_ms: Annotated[int, Field(ge=MINUTE_MS, le=7 * DAY_MS)] = 15 * MINUTE_MS
    """Between two attempts, at least."""
    callback_from: ClockTime = "08:00"
    """From this time of the day, by the clock of who is called, up to, without, the other."""
    callback_to: ClockTime = "20:00"
    callback_sundays: bool = False

    shares: Annotated[
        list[Literal["camera", "screen", "board"]], Field(max_length=3), AfterValidator(_each_once)
    ] = Field(default=[])
    """What callers from a page and agents may share once both agree: seeing each other, a screen, a board."""

    record_percent: Annotated[int, Field(ge=0, le=100)] = 0
    """Of so many of a hundred calls, drawn by chance, what is said with an agent is recorded: 0 for none.

    Their callers are told so first, and may refuse.
    """
    record_queue_ids: Annotated[list[Id], Field(max_length=500)] = Field(default=[])
    """Only in these queues; none named: in all."""
    record_purpose: Literal["quality", "proof", "training"] = "quality"
    record_days: Annotated[int, Field(ge=1, le=183)] = 30
    """Erased after so many days: six months at most."""
    voicemail_days: Annotated[int, Field(ge=1, le=730)] = 90
    """The sound of a message on the answering machine is erased after so many days."""

    @model_validator(mode="after")
    def _hours_in_order(self) -> "VoiceSettings":
        if self.callback_from >= self.callback_to:
            raise PydanticCustomError("callback_hours_out_of_order", "Calls begin before they end")
        return self
