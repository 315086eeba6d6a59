"""What is about to give way: rules over a queue as it stands now. They read no clock and keep nothing.

A rule looks at facts only: the pace at which the queue was served lately, who is there, what today's figures
say. It forecasts no effect of any lever.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from affluent.centre.supervising.ports import Alert
from affluent.facts.instants import MINUTE_MS, SECOND_MS

HORIZON_MS = 30 * MINUTE_MS
"""How far ahead the prediction looks."""
PACE_LEAST = 3
"""Contacts served lately below which no pace is known."""
WINDOW_LEAST_MS = 2 * MINUTE_MS
QUIET_MS = 15 * SECOND_MS
"""How long a cause must be gone before its alert ends: one that flutters is one alert."""
REWRITE_MS = 30 * SECOND_MS


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on alerts speak. Starting values from the field, editable by queue and for the centre."""

    oldest_share: float = 0.9
    """Of its target, used by the contact that is nearest to it."""
    abandonment: float = 0.05
    """Of today's contacts; the field calls 2 to 5 % usual."""
    contacts_least: int = 20
    """Contacts of today below which a share says nothing."""
    predicted_least: int = 1
    """Contacts that would pass their target at the present pace."""
    on: bool = True


def limits_of(kept: Mapping[int | None, Mapping[str, Any]], queue_id: int) -> Limits:
    """The queue's own limits over the centre's over the starting values."""
    return Limits(**{**kept.get(None, {}), **kept.get(queue_id, {})})


@dataclass(frozen=True, slots=True)
class Share:
    """A share of today as its counts."""

    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Announced:
    """Announced waits that no longer hold as promised: of the latest `of` waits this share held."""

    held: float
    promised: float
    of: int


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue at one instant. `dues` are (due_ms, target_ms) of those who wait; `served` within `window_ms`.

    `ready` could take one now, `there` are at work and able, perhaps busy; `able` could ever serve it.
    """

    queue_id: int
    brand_id: int
    now_ms: int
    open: bool
    target_share: float
    dues: Sequence[tuple[int, int]]
    served: int
    window_ms: int
    ready: int
    there: int
    able: int
    service_level: Share | None = None
    abandonment: Share | None = None
    announced: Announced | None = None


def alerts_of(queue: QueueNow, limits: Limits) -> list[Alert]:
    """All that is about to give way in a queue, at most one of a kind; nothing while it is closed."""
    if not limits.on or not queue.open:
        return []
    found = [_predicted(queue, limits), _oldest(queue, limits), _nobody(queue)]
    found += [_abandonment(queue, limits), _service_level(queue, limits), _waits(queue)]
    return [one for one in found if one is not None]


def _alert(queue: QueueNow, kind: str, level: str, **params: float) -> Alert:
    return Alert(kind, queue.queue_id, queue.brand_id, level, params)


def late_at_pace(queue: QueueNow) -> int | None:
    """How many not yet late contacts would pass their target within the horizon; None without a pace.

    Those due first are taken to be served first: the kind assumption.
    """
    if queue.served < PACE_LEAST or queue.window_ms < WINDOW_LEAST_MS:
        return None
    each_ms = queue.window_ms / queue.served
    late = 0
    for position, (due_ms, _) in enumerate(sorted(queue.dues), start=1):
        rest_ms = due_ms - queue.now_ms
        if 0 <= rest_ms <= HORIZON_MS and rest_ms < position * each_ms:
            late += 1
    return late


def _predicted(queue: QueueNow, limits: Limits) -> Alert | None:
    late = late_at_pace(queue)
    if late is None or late < max(1, limits.predicted_least):
        return None
    minutes = round(queue.window_ms / MINUTE_MS)
    return _alert(
        queue, "predicted", "soon", count=late, waiting=len(queue.dues), served=queue.served, minutes=minutes
    )


def _oldest(queue: QueueNow, limits: Limits) -> Alert | None:
    if not queue.dues:
        return None
    shares = [1 - (due_ms - queue.now_ms) / target_ms for due_ms, target_ms in queue.dues if target_ms > 0]
    worst = max(shares, default=0.0)
    if worst < limits.oldest_share:
        return None
    late = sum(one > 1 for one in shares)
    return _alert(queue, "oldest", "late" if late else "soon", share=round(worst, 2), count=late)


def _nobody(queue: QueueNow) -> Alert | None:
    """Someone waits, and nobody who could take them is ready: busy people come back, absent ones do not."""
    if not queue.dues or queue.there > 0:
        return None
    return _alert(queue, "nobody", "late", waiting=len(queue.dues), able=queue.able)


def _abandonment(queue: QueueNow, limits: Limits) -> Alert | None:
    share = queue.abandonment
    if share is None or share.whole < limits.contacts_least or share.part <= limits.abandonment * share.whole:
        return None
    return _alert(queue, "abandonment", "soon", share=round(share.part / share.whole, 4), whole=share.whole)


def _service_level(queue: QueueNow, limits: Limits) -> Alert | None:
    share = queue.service_level
    if share is None or share.whole < limits.contacts_least:
        return None
    reached = share.part / share.whole
    if reached >= queue.target_share:
        return None
    return _alert(
        queue, "service_level", "soon", share=round(reached, 4), target=queue.target_share, whole=share.whole
    )


def _waits(queue: QueueNow) -> Alert | None:
    """What customers are told of their wait is wrong more often than promised, and not by chance."""
    told = queue.announced
    if told is None:
        return None
    return _alert(
        queue, "waits", "soon", share=round(told.held, 4), target=round(told.promised, 4), whole=told.of
    )


@dataclass(slots=True)
class _Open:
    alert: Alert
    true_ms: int
    written_ms: int


@dataclass(slots=True)
class AlertBook:
    """Which alerts stand: tells what began, changed or ended, so that one that flutters is told once."""

    _open: dict[tuple[int, str], _Open] = field(default_factory=dict[tuple[int, str], _Open])

    def remember(self, standing: Iterable[Alert], now_ms: int) -> None:
        """Takes up those that stood before this process began."""
        for one in standing:
            self._open.setdefault((one.queue_id, one.kind), _Open(one, now_ms, now_ms))

    def turn(self, found: Iterable[Alert], now_ms: int) -> tuple[list[Alert], list[tuple[int, str]]]:
        """What is to be written of what was found: alerts begun or changed, and the keys of those ended."""
        write: list[Alert] = []
        for one in found:
            key = one.queue_id, one.kind
            known = self._open.get(key)
            if known is None:
                self._open[key] = _Open(one, now_ms, now_ms)
                write.append(one)
                continue
            known.true_ms = now_ms
            grew = known.alert.level != one.level
            if grew or (known.alert.params != one.params and now_ms - known.written_ms >= REWRITE_MS):
                known.alert, known.written_ms = one, now_ms
                write.append(one)
        ended = [key for key, one in self._open.items() if now_ms - one.true_ms >= QUIET_MS]
        for key in ended:
            del self._open[key]
        return write, ended
