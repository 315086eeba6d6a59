"""What customers are told at the doors while a queue is closed: its own words, or its brand's, and when it opens."""

from collections.abc import Mapping
from typing import Any

from affluent.centre.hours import AnyHours, closing_ms, is_open, next_opening_ms
from affluent.centre.records import Contact, NewMessage, Queue
from affluent.centre.saying import LANGUAGES, hour_told, language_of, said
from affluent.centre.transaction import Transaction
from affluent.centre.typography import in_french
from affluent.facts.instants import DAY_MS


def words_of(queue: Queue) -> dict[str, str]:
    """The words of a queue by language, empty where neither it nor its brand has any."""
    return {"fr": queue.closing_fr, "en": queue.closing_en}


def closing_said(
    words: Mapping[str, str], hours: Mapping[str, Any] | None, now_ms: int, language: str | None
) -> str:
    """The words of this language, or a usual sentence, with the day and the hour at which it opens."""
    language = language_of(language)
    text = words.get(language, "")
    text = (in_french(text) if language == "fr" else text) or said("closed", language)
    opens_ms = None if hours is None else next_opening_ms(hours, now_ms)
    if hours is None or opens_ms is None:
        return text
    return f"{text} {said('opens', language, {'hour': hour_told(opens_ms, hours['timezone'], language)})}"


def closed_words(
    words: Mapping[str, str], hours: Mapping[str, Any] | None, now_ms: int, language: str | None
) -> str | None:
    """What to say now; None while it is open, or where nobody wrote any words for this language."""
    if hours is None or is_open(hours, now_ms) or not words.get(language_of(language)):
        return None
    return closing_said(words, hours, now_ms, language)


def previewed(words: Mapping[str, str], hours: AnyHours | None, now_ms: int) -> dict[str, str]:
    """As the doors will say it the next time it is closed, by language."""
    row: Mapping[str, Any] | None = hours if isinstance(hours, Mapping) else None
    at_ms = now_ms if row is None or not is_open(row, now_ms) else closing_ms(row, now_ms)
    return {language: closing_said(words, row, at_ms, language) for language in LANGUAGES}


def acknowledge(tx: Transaction, contact: Contact) -> None:
    """Writes by mail to who came to a closed queue that has words for it: once a day at most to one customer.

    Whatever answers by itself must not be answered for ever. Who was promised an hour knows already when we come back.
    """
    queue = None if contact.queue_id is None else tx.store.settings.queue(contact.queue_id)
    if queue is None or contact.not_before_ms is not None or not (contact.reply_address or {}).get("to"):
        return
    text = closed_words(words_of(queue), queue.hours, tx.now_ms, contact.language)
    key = f"closed:{queue.id}:{contact.customer_id}:{tx.now_ms // DAY_MS}"
    if text is None or tx.store.journal.known(key) is not None:
        return
    tx.keep_key(key, contact.id)
    message = NewMessage(direction="out", author_kind="bot", text=text, delivery="pending")
    tx.promise("mail", message_id=tx.write(contact, message), contact=contact)
