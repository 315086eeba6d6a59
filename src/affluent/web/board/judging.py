"""From the picture to what the alert rules look at."""

from collections.abc import Mapping

from affluent.centre.hours import is_open, next_opening_ms
from affluent.centre.supervising.alerts import Announced, QueueNow, Share, alerts_of, limits_of
from affluent.centre.supervising.ports import Alert, QueueToday
from affluent.web.board.picture import NOBODY, NOT_IN_HAND, Picture

NOTHING_ANNOUNCED: Mapping[int, Announced] = {}


def open_now(picture: Picture, now_ms: int) -> dict[int, bool]:
    """Which queues are within their opening hours."""
    return {one.id: one.hours is None or is_open(one.hours, now_ms) for one in picture.facts.queues}


def opens_ms(picture: Picture, is_open_now: Mapping[int, bool], now_ms: int) -> dict[int, int]:
    """When the queues that are closed open, those that ever will."""
    shut = (one for one in picture.facts.queues if not is_open_now.get(one.id, True))
    found = {one.id: None if one.hours is None else next_opening_ms(one.hours, now_ms) for one in shut}
    return {queue_id: at_ms for queue_id, at_ms in found.items() if at_ms is not None}


def found_now(
    picture: Picture,
    today: Mapping[int, QueueToday],
    is_open_now: Mapping[int, bool],
    now_ms: int,
    announced: Mapping[int, Announced] = NOTHING_ANNOUNCED,
) -> list[Alert]:
    """All that is about to give way, queue by queue."""
    dues: dict[int, list[tuple[int, int]]] = {}
    for one in picture.contacts.values():
        waits = one.state in NOT_IN_HAND and one.queue_id is not None and (one.promised_ms or 0) <= now_ms
        if waits and one.due_ms is not None and one.target_ms is not None:
            dues.setdefault(one.queue_id or 0, []).append((one.due_ms, one.target_ms))
    held = picture.in_hand()
    found: list[Alert] = []
    for queue in picture.facts.queues:
        there = [one for one in queue.able if picture.presences.get(one, NOBODY).state != "offline"]
        ready = [
            one
            for one in there
            if picture.presences[one].state == "ready"
            and held.get((one, queue.medium), 0) < picture.people[one].limits.get(queue.medium, 0)
        ]
        served, window_ms = picture.served_lately(queue.id, now_ms)
        figures = today.get(queue.id)
        standing = QueueNow(
            queue_id=queue.id,
            brand_id=queue.brand_id,
            now_ms=now_ms,
            open=is_open_now.get(queue.id, True),
            target_share=queue.target_share,
            dues=dues.get(queue.id, ()),
            served=served,
            window_ms=window_ms,
            ready=len(ready),
            there=len([one for one in there if picture.presences[one].state == "ready"]),
            able=len(queue.able),
            service_level=None if figures is None else Share(figures.in_target, figures.owed),
            abandonment=None if figures is None else Share(figures.abandoned, figures.offered),
            announced=announced.get(queue.id),
        )
        found += alerts_of(standing, limits_of(picture.facts.limits, queue.id))
    return found
