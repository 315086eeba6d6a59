"""The sender of events: each until it has arrived, those of one contact one after another."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import structlog

from affluent.centre.hub import Hub, SettingsChanged
from affluent.centre.integration.webhooks import Deliveries, Delivery
from affluent.centre.refusals import Away
from affluent.channels.webhooks.posting import WHOLE_S, Posting
from affluent.facts.instants import Clock

log = structlog.get_logger("affluent.webhooks")
AT_ONCE = 8
OF_ONE_ENDPOINT = 4
"""The most tries at once for one endpoint: a slow one leaves room for the others."""
LOOK_EVERY_S = 15.0
WATCH_EVERY_S = 1.0
STOPPING_S = 5.0


class Sender:
    """A thread that finds what is due, and some that send it. One process at a time: a lock says which."""

    def __init__(
        self, deliveries: Deliveries, hub: Hub, clock: Clock, *, private: bool, version: str = "0"
    ) -> None:
        self._deliveries = deliveries
        self._hub = hub
        self._clock = clock
        self._private = private
        self._agent = f"Affluent/{version}"
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._at_work: dict[int, Posting] = {}
        self._chance = random.Random()  # noqa: S311 -- spreads tries in time
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._live, name="webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stir(self) -> None:
        """Something may be due."""
        self._wake.set()

    def stop(self) -> None:
        """Ends after the tries at work, or breaks them off: what has not arrived is sent by the next process."""
        self._stopping.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=30)
        end = time.monotonic() + STOPPING_S
        while self._working() and time.monotonic() < end:
            self._wake.clear()
            self._wake.wait(0.1)
        for posting in self._working():
            posting.break_off()
        self._pool.shutdown(wait=True)

    def _working(self) -> list[Posting]:
        with self._lock:
            return list(self._at_work.values())

    def _live(self) -> None:
        while not self._stopping.is_set():
            held = None
            try:
                held = self._deliveries.hold_lock()
                while held is not None and not self._stopping.is_set():
                    self._wake.clear()
                    if not self._dispatch():
                        self._wake.wait(self._patience_s())
                    self._break_off_late()
            except Away:
                # Whoever looks after the database says so; what is due waits for it.
                pass
            except Exception:
                log.exception("webhooks_failed")
            finally:
                if held is not None:
                    held.close()
            self._stopping.wait(2.0)

    def _dispatch(self) -> int:
        """Hands out what is due while there is room; returns how much."""
        started = 0
        now_ms = self._clock.now_ms()
        for webhook_id in self._deliveries.endpoints(now_ms):
            working = [one.delivery for one in self._working()]
            ours = sum(one.webhook_id == webhook_id for one in working)
            room = min(AT_ONCE - len(working), OF_ONE_ENDPOINT - ours)
            if room <= 0:
                continue
            at_work = [one.id for one in working]
            for delivery in self._deliveries.due(webhook_id, at_work, room, now_ms):
                posting = Posting(delivery, self._clock, private=self._private, agent=self._agent)
                with self._lock:
                    self._at_work[delivery.id] = posting
                self._pool.submit(self._send, posting)
                started += 1
        return started

    def _send(self, posting: Posting) -> None:
        delivery: Delivery = posting.delivery
        try:
            outcome = posting.run()
            if outcome.good or not self._stopping.is_set():
                now_ms = self._clock.now_ms()
                disabled = self._deliveries.settle(
                    delivery, outcome, jitter=self._chance.random(), now_ms=now_ms
                )
                if disabled:
                    log.warning("webhook_disabled", webhook=delivery.webhook_id)
                    self._hub.publish(SettingsChanged("webhooks"))
        except Exception:
            # Not settled: it stays due and is sent again, under the same identifier.
            log.exception("webhook_not_settled", webhook=delivery.webhook_id)
        finally:
            with self._lock:
                del self._at_work[delivery.id]
            self._wake.set()

    def _break_off_late(self) -> None:
        now_s = time.monotonic()
        for posting in self._working():
            if now_s - posting.started_s > WHOLE_S:
                posting.break_off()

    def _patience_s(self) -> float:
        if self._working():
            return WATCH_EVERY_S
        next_ms = self._deliveries.next_due_ms()
        if next_ms is None:
            return LOOK_EVERY_S
        return min(LOOK_EVERY_S, max(0.05, (next_ms - self._clock.now_ms()) / 1_000))
