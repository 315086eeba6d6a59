"""The customers' mail as conversations, and their pages as HTML."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape

from affluent.channels.email.message import Attachment
from affluent.channels.email.replying import reply_subject
from affluent.cli.demo.drawing import page, words
from affluent.cli.demo.mailbox import SENT, Draft, Letter
from affluent.cli.demo.wording import FORMS

_PREFIX = re.compile(r"^(?:\s*(?:re|fwd?|tr)\s*:\s*)+", re.IGNORECASE)
ADDRESSES = {name: form["address"] for name, form in FORMS.items()}


@dataclass(slots=True)
class Conversation:
    """Mails that belong together, oldest first. Its name is its first mail's."""

    letters: list[Letter] = field(default_factory=list[Letter])

    @property
    def id(self) -> str:
        return self.letters[0].id

    @property
    def last(self) -> Letter:
        return self.letters[-1]

    @property
    def customer(self) -> str:
        return self.letters[0].customer

    @property
    def name(self) -> str:
        """The customer's, as they sign or are written to."""
        for one in reversed(self.letters):
            who = one.mail.sender if one.direction == SENT else (one.mail.to or (None,))[0]
            if who is not None and who.name:
                return who.name
        return self.customer

    @property
    def subject(self) -> str:
        return _PREFIX.sub("", self.letters[0].mail.subject).strip()


def conversations(letters: Sequence[Letter]) -> list[Conversation]:
    """By what each mail answers, else by customer and subject; those with news first."""
    found: list[Conversation] = []
    by_id: dict[str, Conversation] = {}
    by_subject: dict[tuple[str, str], Conversation] = {}
    for letter in letters:
        mail = letter.mail
        known = (by_id.get(one) for one in (mail.in_reply_to, *reversed(mail.references)) if one)
        subject = (letter.customer, _PREFIX.sub("", mail.subject).strip().lower())
        one = next((c for c in known if c is not None), None) or by_subject.get(subject)
        if one is None:
            one = Conversation()
            found.append(one)
            by_subject[subject] = one
        one.letters.append(letter)
        if mail.message_id:
            by_id[mail.message_id] = one
    return sorted(found, key=lambda one: (-one.last.at_ms, one.id))


def answer(
    conversation: Conversation, text: str, language: str, attachments: tuple[Attachment, ...] = ()
) -> Draft:
    """A reply to the last mail of the brand, else one more mail after one's own, threaded and quoted."""
    last = next((one for one in reversed(conversation.letters) if one.direction != SENT), conversation.last)
    mail = last.mail
    brand = mail.sender if last.direction != SENT else (mail.to or (None,))[0]
    to = (mail.reply_to[0] if last.direction != SENT and mail.reply_to else brand) or None
    when = datetime.fromtimestamp(last.at_ms / 1000, UTC).astimezone()
    intro = words(language)["wrote"].format(
        date=f"{when:%d/%m/%Y}", time=f"{when:%H:%M}", name=brand.name or brand.address if brand else ""
    )
    quoted = "\n".join(f"> {line}" for line in mail.text.rstrip().splitlines())
    return Draft(
        sender_name=conversation.name if conversation.name != conversation.customer else "",
        sender=conversation.customer,
        to=to.address if to else "",
        subject=reply_subject(conversation.subject),
        text=f"{text.strip()}\n\n{intro}\n{quoted}\n",
        in_reply_to=mail.message_id,
        references=mail.references,
        attachments=attachments,
    )


def shown(
    language: str,
    every: Sequence[Conversation],
    chosen: Conversation | None,
    *,
    error: str = "",
    text: str = "",
) -> str:
    """The list beside a conversation; on a phone one of the two."""
    say = words(language)
    main = (
        _conversation(say, chosen, error, text)
        if chosen
        else f"<p class=none>{escape(say['nothing_open'])}</p>"
    )
    return _frame(language, every, chosen, main, "one" if chosen else "many")


def new_mail(
    language: str, every: Sequence[Conversation], values: Mapping[str, str], *, error: str = ""
) -> str:
    """A mail to be written."""
    say = words(language)
    to = "".join(
        f'<option value="{address}"{" selected" if values.get("to") == address else ""}>'
        f"{escape(name)}, {address}</option>"
        for name, address in ADDRESSES.items()
    )
    name = escape(values.get("from_name", "Léa Moreau"))
    subject, text = escape(values.get("subject", "")), escape(values.get("text", ""))
    sender = escape(values.get("from", "lea.moreau@courriel.example"))
    main = (
        f"<article class=write><p class=back><a href=/demo/mail>{escape(say['list_back'])}</a></p>"
        f"<h1>{escape(say['write_title'])}</h1>{_error(error)}"
        "<form method=post action=/demo/mail/new enctype=multipart/form-data data-mail>"
        f'<label>{escape(say["from_name"])}<input name=from_name autocomplete=off value="{name}"></label>'
        f"<label>{escape(say['from'])}"
        f'<input name=from type=email required autocomplete=off value="{sender}"></label>'
        f"<label>{escape(say['to'])}<select name=to>{to}</select></label>"
        f'<label>{escape(say["subject"])}<input name=subject autocomplete=off value="{subject}"></label>'
        f"<label>{escape(say['text'])}<textarea name=text rows=9 required>{text}</textarea></label>"
        f"{_sending(say)}</form></article>"
    )
    return _frame(language, every, None, main, "one")


def _sending(say: Mapping[str, str]) -> str:
    return (
        f'<div class=sending><label class=file>{escape(say["file"])}<input type=file name=file data-too-big="'
        f'{escape(say["too_big"])}"></label><button class="btn main">{escape(say["send"])}</button></div>'
    )


def _error(error: str) -> str:
    return f"<p class=error role=alert>{escape(error)}</p>" if error else ""


def _frame(
    language: str, every: Sequence[Conversation], chosen: Conversation | None, main: str, phone: str
) -> str:
    say = words(language)
    newest = max((one.last.id for one in every), default="")
    body = (
        f'<div class="mail {phone}" data-newest="{newest}"><aside><header><h2>{escape(say["mail"])}</h2>'
        f'<a class="btn main" href=/demo/mail/new>{escape(say["write"])}</a></header>'
        f'<nav aria-label="{escape(say["conversations"])}">{_listed(say, every, chosen)}</nav>'
        f"<footer><a href=/demo>{escape(say['back'])}</a></footer></aside><main>{main}</main></div>"
        f'<p class=news role=status hidden>{escape(say["new_mail"])} <a href="">{escape(say["show"])}</a></p>'
    )
    return page(
        language, say["mail"], body, look="webmail", end='<script src="/demo/static/mail.js" defer></script>'
    )


def _listed(say: Mapping[str, str], every: Sequence[Conversation], chosen: Conversation | None) -> str:
    if not every:
        return f"<p class=none>{escape(say['no_mail'])}</p>"
    by_customer: dict[str, list[Conversation]] = {}
    for one in every:
        by_customer.setdefault(one.customer, []).append(one)
    return "".join(
        f"<section><h3>{escape(of_one[0].name)}<span>{escape(customer)}</span></h3>"
        + "".join(_line(say, one, chosen is one) for one in of_one)
        + "</section>"
        for customer, of_one in by_customer.items()
    )


def _line(say: Mapping[str, str], one: Conversation, current: bool) -> str:
    last = one.last
    mark = "answered" if last.direction != SENT else ""
    preview = " ".join((last.mail.new_text or last.mail.text).split())[:90]
    return (
        f'<a href="/demo/mail/{one.id}" class="{mark}"{" aria-current=page" if current else ""}>'
        f"<b>{escape(one.subject or say['no_subject'])}</b>{_time(last.at_ms)}<span>{escape(preview)}</span></a>"
    )


def _time(at_ms: int) -> str:
    when = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone()
    today = when.date() == datetime.now(UTC).astimezone().date()
    text = f"{when:%H:%M}" if today else f"{when:%d/%m}"
    return f'<time datetime="{when:%Y-%m-%dT%H:%M:%S%z}">{text}</time>'


def _conversation(say: Mapping[str, str], one: Conversation, error: str, text: str) -> str:
    letters = "".join(_letter(say, letter) for letter in one.letters)
    return (
        f"<article><p class=back><a href=/demo/mail>{escape(say['list_back'])}</a></p>"
        f"<h1>{escape(one.subject or say['no_subject'])}</h1>{letters}{_error(error)}"
        f'<form method=post action="/demo/mail/{one.id}" enctype=multipart/form-data data-mail class=reply>'
        f"<label>{escape(say['reply_text'])}<textarea name=text rows=5 required>{escape(text)}</textarea></label>"
        f"{_sending(say)}</form></article>"
    )


def _letter(say: Mapping[str, str], letter: Letter) -> str:
    mail, mine = letter.mail, letter.direction == SENT
    sender = mail.sender
    who = (sender.name or sender.address) if sender else ""
    files = "".join(
        f'<li><a href="/demo/mail/{letter.id}/file/{number}" download>{escape(file.filename or say["file"])}</a>'
        f" <span>{_size(file.size)}</span></li>"
        for number, file in enumerate(mail.attachments)
        if not file.inline
    )
    quoted = (
        f"<details><summary>{escape(say['quoted'])}</summary><pre>{escape(mail.quoted)}</pre></details>"
        if mail.quoted
        else ""
    )
    text = mail.new_text if mail.quoted else mail.text
    return (
        f'<section class="letter {"mine" if mine else "theirs"}"><header><b>{escape(who)}</b>'
        f"<span>{escape(sender.address if sender else '')}</span>{_time(letter.at_ms)}</header>"
        f"<pre>{escape(text.strip())}</pre>{quoted}{f'<ul class=files>{files}</ul>' if files else ''}</section>"
    )


def _size(size: int) -> str:
    return f"{max(1, round(size / 1000))} ko"
