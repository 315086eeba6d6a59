"""Queues that are served in their opening hours only: outside of them nobody is asked, and all keep their place.

Time closes and opens them, as it makes offers expire: the runner looks when the next of their hours comes.
"""

from typing import Any

from affluent.centre.closing import words_of
from affluent.centre.hours import closing_ms, is_open, next_opening_ms
from affluent.centre.records import Contact, NewMessage, Opening, Queue
from affluent.centre.transaction import Transaction
from affluent.facts.instants import DAY_MS
from affluent.facts.media import SYNCHRONOUS
from affluent.facts.queue import QueueClosed, QueueOpened


def keep_hours(tx: Transaction) -> int | None:
    """Closes and opens the queues whose hours say so; when to look again, None while no queue has such hours."""
    look_ms: list[int] = []
    for queue in tx.store.settings.opening():
        open_now = queue.hours is None or is_open(queue.hours, tx.now_ms)
        if open_now and queue.closed:
            tx.store.settings.set_closed(queue.queue_id, None)
            tx.emit_queue(QueueOpened(tx.now_ms, queue.queue_id))
        elif not open_now and not queue.closed:
            tx.store.settings.set_closed(queue.queue_id, tx.now_ms)
            tx.emit_queue(QueueClosed(tx.now_ms, queue.queue_id))
            _tell_all(tx, queue)
        if queue.hours is not None:
            look_ms.append(_next_change_ms(queue.hours, tx.now_ms, open_now))
    return min(look_ms, default=None)


def _next_change_ms(hours: dict[str, Any], now_ms: int, open_now: bool) -> int:
    if not open_now:
        opens_ms = next_opening_ms(hours, now_ms)
        return now_ms + DAY_MS if opens_ms is None else opens_ms
    return closing_ms(hours, now_ms)


def _tell_all(tx: Transaction, queue: Opening) -> None:
    for contact in tx.store.contacts.waiting_in(queue.queue_id):
        if contact.medium in SYNCHRONOUS and contact.agent_id is None:
            _tell(tx, contact, queue.queue_id, queue.hours)


def tell_if_closed(tx: Transaction, contact: Contact, queue: Queue) -> None:
    """Whoever comes to a closed queue, and is there to read it, learns when it opens."""
    if contact.medium not in SYNCHRONOUS or not queue.closes or queue.hours is None or queue.passes_on:
        return
    if not is_open(queue.hours, tx.now_ms):
        _tell(tx, contact, queue.id, queue.hours)


def _tell(tx: Transaction, contact: Contact, queue_id: int, hours: dict[str, Any] | None) -> None:
    queue = tx.store.settings.queue(queue_id)
    params = {
        "words": {} if queue is None else words_of(queue),
        "opens_ms": None if hours is None else next_opening_ms(hours, tx.now_ms),
        "timezone": None if hours is None else hours["timezone"],
    }
    event = {"code": "queue_closed", "params": params, "to_customer": True}
    tx.write(contact, NewMessage(direction="event", author_kind="system", event=event))
