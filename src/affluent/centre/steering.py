"""Motives steered to the channels that suit them: another channel is offered, and never forced.

The customer answers on a page of their own (`channels/moving`). Who says yes goes on there with their words and their
place; who says no, or nothing, waits on where they are. Both are facts, so that acceptance can be measured.
"""

import secrets
from typing import Any

from affluent.centre.answering import BY_MAIL
from affluent.centre.hours import is_open
from affluent.centre.records import Channel, Contact, MotiveSteer, NewMessage, Steering
from affluent.centre.refusals import NotFound
from affluent.centre.transaction import Transaction
from affluent.facts.instants import DAY_MS
from affluent.facts.media import SYNCHRONOUS, Medium
from affluent.facts.states import ContactState
from affluent.facts.steering import SteeringOffered, SteeringRefused

LINE = (ContactState.RECEIVED, ContactState.WAITING)
FROM = (Medium.CHAT, Medium.EMAIL, Medium.FORM)
TO = (Medium.CHAT, Medium.EMAIL)
"""Where somebody can be taken to: a chat opens on our page, a mail needs an address only."""


def offer(tx: Transaction, contact: Contact) -> None:
    """Offers the channel that suits the contact's motive better, once, while nobody is about to answer.

    A chat is offered only while it is open and few wait there.
    """
    if contact.motive_id is None or contact.steered is not None or contact.medium not in FROM:
        return
    if contact.state not in LINE or contact.problem_id is not None:
        return
    motive = tx.store.settings.motive_steer(contact.motive_id)
    if motive is None or contact.medium.value in motive.media:
        return
    channel = _suited(tx, contact, motive)
    link = _link(tx, contact)
    if channel is None or link is None:
        return
    # By mail once a day at most: what answers by itself must not be answered for ever.
    key = f"steer:{contact.motive_id}:{contact.customer_id}:{tx.now_ms // DAY_MS}"
    if contact.medium is not Medium.EMAIL:
        key = f"steer:{contact.id}"
    if tx.store.journal.known(key) is not None:
        return
    token = secrets.token_urlsafe(24)
    tx.store.steerings.offer(token, contact.id, channel.id, tx.now_ms)
    text = motive.text(contact.language)
    tx.emit(SteeringOffered(tx.now_ms, contact.id, contact.motive_id, channel.medium.value), dedupe_key=key)
    params: dict[str, Any] = {"text": text, "token": token, "to": channel.medium.value}
    event = {"code": "steer_offered", "params": params, "to_customer": contact.medium in SYNCHRONOUS}
    tx.write(contact, NewMessage(direction="event", author_kind="system", event=event))
    if contact.medium is Medium.EMAIL:
        body = f"{text}\n\n{link}/move/{token}"
        message_id = tx.write(
            contact, NewMessage(direction="out", author_kind="bot", text=body, delivery="pending")
        )
        tx.promise("mail", message_id=message_id, contact=contact)


def _link(tx: Transaction, contact: Contact) -> str | None:
    """Where our pages are, as a mail must name it; a chat and a form know their server. None: nobody knows."""
    if contact.medium is not Medium.EMAIL:
        return ""
    return tx.store.settings.public_url() if (contact.reply_address or {}).get("to") else None


def _suited(tx: Transaction, contact: Contact, motive: MotiveSteer) -> Channel | None:
    for name in motive.media:
        medium = Medium(name)
        if medium not in TO or (medium is Medium.EMAIL and contact.medium in BY_MAIL):
            continue
        for channel in tx.store.settings.channels_of(contact.brand_id, medium):
            if medium not in SYNCHRONOUS or _short_wait(tx, channel, motive):
                return channel
    return None


def _short_wait(tx: Transaction, channel: Channel, motive: MotiveSteer) -> bool:
    closure = tx.store.supervision.closure(channel.id)
    queue = None if channel.queue_id is None else tx.store.settings.queue(channel.queue_id)
    if queue is None or (closure is not None and tx.now_ms < closure.until_ms):
        return False
    if queue.hours is not None and not is_open(queue.hours, tx.now_ms):
        return False
    return len(tx.store.contacts.waiting_in(queue.id)) <= motive.waiting_most


def standing_offer(tx: Transaction, contact_id: int, language: str) -> tuple[str, str] | None:
    """What a customer who has just been offered another channel is to read, with the token of their page."""
    contact = tx.contact(contact_id)
    if contact.steered != "offered" or contact.motive_id is None:
        return None
    motive, token = tx.store.settings.motive_steer(contact.motive_id), tx.store.steerings.of(contact_id)
    return None if motive is None or token is None else (motive.text(language), token)


def standing(tx: Transaction, token: str) -> tuple[Steering, Contact]:
    steering = tx.store.steerings.get(token)
    if steering is None:
        raise NotFound("not_found")
    return steering, tx.contact(steering.contact_id)


def refuse(tx: Transaction, *, token: str) -> None:
    """The customer stays where they are. A second answer changes nothing."""
    steering, contact = standing(tx, token)
    if contact.steered != "offered":
        return
    medium = tx.channel(steering.channel_id).medium
    tx.emit(SteeringRefused(tx.now_ms, contact.id, medium.value))
    tx.note_event(contact, "steer_refused", to=medium.value)
