"""Deliveries of events: when each is tried, when it is given up, and what administrators do with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from affluent.centre.administration.administration import Administration
from affluent.centre.integration.secrets import new_secret
from affluent.centre.refusals import NotFound
from affluent.centre.views import Json
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS, Clock

PATIENCE_MS = 3 * DAY_MS
"""A delivery that fails for so long is parked; an endpoint that does, is disabled."""
ROTATION_MS = DAY_MS
"""For so long after a rotation events are signed with the old secret as well."""
KEPT_MS = 30 * DAY_MS
"""For so long deliveries that came to an end are shown."""
_STEPS_MS = (5_000, 30_000, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS)
_PAUSE_MS_MAX = 15 * MINUTE_MS
_RETRY_AFTER_MS_MAX = HOUR_MS


@dataclass(frozen=True, slots=True)
class Delivery:
    """One that is due, with all that its request needs."""

    id: int
    webhook_id: int
    event: str
    """Its identifier, the same on every try."""
    body: str
    url: str
    secrets: tuple[str, ...]
    attempts: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try. `status` is None when there was no answer; `error` a code of the catalogue, or text."""

    status: int | None
    error: str | None
    excerpt: str
    took_ms: int
    retry_after_ms: int | None = None

    @property
    def good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """The endpoint asks never to be called again."""
        return self.status == 410

    @property
    def of_endpoint(self) -> bool:
        """Whether any other event would fare the same, so that none need be tried for a while."""
        return self.status is None or self.status >= 500 or self.status in (408, 429)


def next_try_ms(attempts: int, jitter: float, retry_after_ms: int | None = None) -> int:
    """How long to wait after the `attempts`-th try. `jitter` from 0 to 1 spreads tries over ±20 %."""
    step = _STEPS_MS[min(attempts, len(_STEPS_MS)) - 1]
    waited = int(step * (0.8 + 0.4 * jitter))
    return max(waited, min(retry_after_ms or 0, _RETRY_AFTER_MS_MAX))


def pause_ms(failures: int, retry_after_ms: int | None = None) -> int:
    """How long an endpoint is left alone after so many failures in a row."""
    asked = min(retry_after_ms or 0, _RETRY_AFTER_MS_MAX)
    return max(asked, min(_PAUSE_MS_MAX, 1_000 * 2 ** min(failures, 10)))


class Deliveries(Protocol):
    """Where deliveries are kept, as their sender sees them. Each call is one transaction."""

    def endpoints(self, now_ms: int) -> Sequence[int]:
        """The active webhooks that are not paused and have something due."""
        ...

    def due(self, webhook_id: int, at_work: Sequence[int], most: int, now_ms: int) -> Sequence[Delivery]:
        """What may be tried now: of each contact the earliest that has not arrived."""
        ...

    def next_due_ms(self) -> int | None: ...
    def settle(self, delivery: Delivery, outcome: Outcome, *, jitter: float, now_ms: int) -> bool:
        """Writes what came of a try; true when its endpoint was disabled for it."""
        ...

    def hold_lock(self) -> Any:
        """The sender's lock, or None while another process holds it. Dropped by its `close()`."""
        ...


class DeliveryDesk(Protocol):
    """Deliveries as administrators see them."""

    def page(self, webhook_id: int, state: str | None, before: int | None, most: int) -> list[Json]:
        """The latest first."""
        ...

    def again(self, webhook_id: int, delivery_id: int | None, now_ms: int) -> int:
        """Makes one, or all that are parked, due again; returns how many."""
        ...

    def test(self, webhook_id: int, now_ms: int) -> int:
        """A test event for this endpoint alone; returns its delivery."""
        ...

    def rotate(self, webhook_id: int, secret: str, *, until_ms: int, now_ms: int) -> None:
        """Signs with `secret` from now on, and until `until_ms` with the one before as well."""
        ...


class Webhooks:
    """What administrators do with webhooks, beside changing them as settings."""

    def __init__(
        self, administration: Administration, desk: DeliveryDesk, clock: Clock, stir: Callable[[], None]
    ) -> None:
        self._administration = administration
        self._desk = desk
        self._clock = clock
        self._stir = stir

    def deliveries(
        self, viewer: Viewer, webhook_id: int, *, state: str | None, before: int | None, most: int
    ) -> list[Json]:
        """A page of them, the latest first, with one more to tell whether there is a next."""
        self._administration.read(viewer, "webhooks", webhook_id)
        return self._desk.page(webhook_id, state, before, most + 1)

    def again(self, viewer: Viewer, webhook_id: int, delivery_id: int | None) -> int:
        """Sends one again, or all that were parked. Raises `NotFound`."""
        self._walled(viewer, webhook_id)
        count = self._desk.again(webhook_id, delivery_id, self._clock.now_ms())
        if delivery_id is not None and count == 0:
            raise NotFound("not_found")
        self._stir()
        return count

    def test(self, viewer: Viewer, webhook_id: int) -> int:
        """Sends a test event; returns its delivery."""
        self._walled(viewer, webhook_id)
        delivery_id = self._desk.test(webhook_id, self._clock.now_ms())
        self._stir()
        return delivery_id

    def rotate(self, viewer: Viewer, webhook_id: int) -> tuple[str, int]:
        """A new secret, told once, and until when the old one signs as well."""
        self._walled(viewer, webhook_id)
        secret, now_ms = new_secret(), self._clock.now_ms()
        until_ms = now_ms + ROTATION_MS
        self._desk.rotate(webhook_id, secret, until_ms=until_ms, now_ms=now_ms)
        self._administration.noted(viewer, "webhooks", webhook_id, "rotate")
        # What could not be signed may go now.
        self._stir()
        return secret, until_ms

    def _walled(self, viewer: Viewer, webhook_id: int) -> None:
        viewer.require(Right.CHANGE_SETTINGS)
        self._administration.read(viewer, "webhooks", webhook_id)
