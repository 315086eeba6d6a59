"""Levers that hold for a while and end by themselves: a closed channel, a raised queue; and when alerts speak."""

from collections.abc import Mapping, Sequence
from typing import Any

from affluent.centre.hub import BoardChanged, DoorChanged
from affluent.centre.refusals import NotFound
from affluent.centre.supervising.ports import Alert, Closure
from affluent.centre.supervising.supervising import note, until
from affluent.centre.transaction import Transaction
from affluent.centre.wall import Right, Viewer


def close_channel(
    tx: Transaction,
    *,
    viewer: Viewer,
    channel_id: int,
    until_ms: int,
    message_fr: str = "",
    message_en: str = "",
) -> None:
    """Closes a door to new contacts until an instant. Conversations go on; mail keeps being received."""
    viewer.require(Right.SUPERVISE)
    channel = tx.channel(channel_id)
    viewer.behind_wall(channel.brand_id)
    until(tx, until_ms)
    standing = tx.store.supervision.closure(channel_id)
    if standing is not None:
        tx.store.supervision.open(standing.id, viewer.account_id, tx.now_ms)
    closure = Closure(0, channel_id, until_ms, message_fr.strip(), message_en.strip())
    tx.store.supervision.close(viewer.account_id, tx.now_ms, closure)
    after = {"until_ms": until_ms, "message_fr": closure.message_fr, "message_en": closure.message_en}
    note(tx, viewer, "close", "channels", channel_id, [channel.brand_id], after)
    tx.tell(DoorChanged(channel_id))
    tx.tell(BoardChanged("levers"))


def open_channel(tx: Transaction, *, viewer: Viewer, channel_id: int) -> None:
    """Opens a closed door again. One that is open already changes nothing."""
    viewer.require(Right.SUPERVISE)
    channel = tx.channel(channel_id)
    viewer.behind_wall(channel.brand_id)
    standing = tx.store.supervision.closure(channel_id)
    if standing is None:
        return
    tx.store.supervision.open(standing.id, viewer.account_id, tx.now_ms)
    note(tx, viewer, "open", "channels", channel_id, [channel.brand_id], {"opened_ms": tx.now_ms})
    tx.tell(DoorChanged(channel_id))
    tx.tell(BoardChanged("levers"))


def raise_queue(tx: Transaction, *, viewer: Viewer, queue_id: int, tier: int, until_ms: int) -> None:
    """Gives a queue another tier until an instant: the engine takes it up at once."""
    viewer.require(Right.SUPERVISE)
    queue = tx.queue(queue_id)
    viewer.behind_wall(queue.brand_id)
    until(tx, until_ms)
    tx.store.supervision.raise_queue(queue_id, tier, viewer.account_id, tx.now_ms, until_ms)
    note(tx, viewer, "raise", "queues", queue_id, [queue.brand_id], {"tier": tier, "until_ms": until_ms})
    tx.policy_changed = True
    tx.tell(BoardChanged("levers"))


def lower_queue(tx: Transaction, *, viewer: Viewer, queue_id: int) -> None:
    """Gives a raised queue its own tier back. One that is not raised changes nothing."""
    viewer.require(Right.SUPERVISE)
    queue = tx.queue(queue_id)
    viewer.behind_wall(queue.brand_id)
    if not tx.store.supervision.lower_queue(queue_id, tx.now_ms):
        return
    note(tx, viewer, "lower", "queues", queue_id, [queue.brand_id], {"ended_ms": tx.now_ms})
    tx.policy_changed = True
    tx.tell(BoardChanged("levers"))


def end_what_is_over(tx: Transaction) -> None:
    """Ends the closures and raised queues whose time is up."""
    closures, raises = tx.store.supervision.standing()
    for closure in closures:
        if closure.until_ms <= tx.now_ms:
            tx.store.supervision.open(closure.id, None, tx.now_ms)
            tx.tell(DoorChanged(closure.channel_id))
            tx.tell(BoardChanged("levers"))
    for raised in raises:
        if raised.until_ms <= tx.now_ms:
            tx.store.supervision.lower_queue(raised.queue_id, tx.now_ms)
            tx.policy_changed = True
            tx.tell(BoardChanged("levers"))


def set_limits(
    tx: Transaction, *, viewer: Viewer, queue_id: int | None, limits: Mapping[str, Any] | None
) -> None:
    """From when on alerts are raised: for a queue, or for the whole centre. None goes back to the usual."""
    viewer.require(Right.SUPERVISE)
    brands: list[int] | None = None
    if queue_id is None:
        if viewer.brands is not None:
            # One brand's supervisor does not set what another brand's boards say.
            raise NotFound("not_found")
    else:
        queue = tx.queue(queue_id)
        viewer.behind_wall(queue.brand_id)
        brands = [queue.brand_id]
    before = tx.store.supervision.set_limits(queue_id, limits)
    note(tx, viewer, "limits", "queues", queue_id or 0, brands, limits or {}, before)
    tx.tell(BoardChanged("levers"))


def keep_alerts(tx: Transaction, *, begun: Sequence[Alert], ended: Sequence[tuple[int, str]]) -> None:
    """Writes what alerts began, changed or ended, so that they can be looked up later."""
    for alert in begun:
        tx.store.supervision.begin_alert(alert, tx.now_ms)
    for queue_id, kind in ended:
        tx.store.supervision.end_alert(queue_id, kind, tx.now_ms)
    if begun or ended:
        tx.tell(BoardChanged("alerts"))
