"""The media a contact can come by."""

from enum import StrEnum


class Medium(StrEnum):
    """How a customer reaches the centre (ISO 18295 calls it a channel; ours is the door *and* its medium)."""

    VOICE = "voice"
    CHAT = "chat"
    EMAIL = "email"
    SMS = "sms"
    MESSAGE = "message"
    SOCIAL = "social"
    FORM = "form"
    POST = "post"
    FAX = "fax"
    VIDEO = "video"


SYNCHRONOUS = frozenset({Medium.VOICE, Medium.CHAT, Medium.VIDEO})
"""Media whose customer is there, waiting, while the contact lasts."""


class Outcome(StrEnum):
    """How a contact ended."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    SPAM = "spam"
    DUPLICATE = "duplicate"
    NO_REPLY = "no_reply"
    ABANDONED = "abandoned"
    SILENT = "silent"
    """The customer wrote, then went without a word before anyone could answer."""
    TURNED_AWAY = "turned_away"
    """Their queue was full, and sends nobody on: they were told so at once."""
    SELF_SERVED = "self_served"
    """The voice menu gave them what they wanted: they asked for no agent."""
    UNREACHED = "unreached"
    """They asked to be called back, and were not there however often we called."""


CHOSEN_AT_CLOSE = frozenset(
    {Outcome.RESOLVED, Outcome.UNRESOLVED, Outcome.SPAM, Outcome.DUPLICATE, Outcome.NO_REPLY}
)
