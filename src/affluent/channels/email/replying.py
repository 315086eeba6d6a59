"""Where an answer to a mail goes, and under which subject and thread."""

import re

from affluent.channels.email.message import ParsedMail

REFERENCES_MAX = 20
REFERENCES_CHARACTERS_MAX = 900
_PREFIX = re.compile(
    r"^(?:(?:re|aw|antw?|sv|vs|odp|ref|rif|res|ynt|yan|vá|ad|nº|回复|回覆|答复|返信|회신|réf|"
    r"rép)(?:\s?[\[(]\d{1,3}[\])])?\s?[:：]\s*)+",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(
    r"^(?:no|do-?not|ne-?pas|nicht)[-_.]?(?:reply|repondre|antworten|responder)|^nepasrepondre|^noresponder",
    re.I,
)


def answer_address(mail: ParsedMail) -> str:
    """The address an answer to `mail` goes to, or an empty string.

    It is the sender. Reply-To is followed only where that cannot lead a conversation astray: to the
    sender's own domain (or one above or below it), or when the sender takes no mail (`no-reply@` of a form
    service). Any other Reply-To is a favourite of forgers: an agent's answer, with the customer's data,
    would go to a stranger.
    """
    sender = mail.sender.address if mail.sender else ""
    if not mail.reply_to or "@" not in mail.reply_to[0].address:
        return sender
    wanted = mail.reply_to[0].address
    if not sender or _NO_REPLY.match(sender) or _related(_domain(sender), _domain(wanted)):
        return wanted
    return sender


def reply_to_refused(mail: ParsedMail) -> bool:
    """Whether the mail asks for answers elsewhere and we do not follow: worth a warning on the desk."""
    asked = mail.reply_to[0].address.lower() if mail.reply_to else ""
    return bool(asked) and asked != answer_address(mail).lower()


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip("[]. ").lower()


def _related(one: str, other: str) -> bool:
    return (
        bool(one)
        and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))
        and "." in one
        and "." in other
    )


def reply_subject(subject: str) -> str:
    """`subject` with exactly one "Re: " before it, whatever stood there in whatever language."""
    return f"Re: {_PREFIX.sub('', subject.strip())}".strip()


def reference_chain(references: tuple[str, ...], message_id: str | None) -> tuple[str, ...]:
    """References of a reply (RFC 5322, section 3.6.4): the first and the latest, at most twenty, at most
    900 characters.

    The first stays because mail programs file threads under it.
    """
    every = [*references, message_id] if message_id else list(references)
    short: dict[str, None] = {one: None for one in every if len(one) <= 250}
    chain = list(short)
    if message_id in chain:
        chain.remove(message_id)
        chain.append(message_id)
    if len(chain) > REFERENCES_MAX:
        chain = [chain[0], *chain[-(REFERENCES_MAX - 1) :]]
    while len(chain) > 2 and sum(len(one) + 1 for one in chain) > REFERENCES_CHARACTERS_MAX:
        del chain[1]
    return tuple(chain)
