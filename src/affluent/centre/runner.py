"""The runner: the one writer of a routing partition. Commands that come together share a durable commit.

It holds the engine's state in memory and can rebuild it from the database at any moment; so whenever a commit
fails, or another process may have written, it simply does.
"""

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from queue import Empty, SimpleQueue
from typing import Concatenate, ParamSpec, TypeVar

import structlog

from affluent.centre import by_the_clock, explaining, follow, foresight, marking, rebuilding, timers
from affluent.centre.calling.missing import rang_in_vain
from affluent.centre.group import Command, Group, Observer, refuse_waiting, unanswered
from affluent.centre.hub import Announcement, Hub
from affluent.centre.integration import once
from affluent.centre.ports import EarlierSpoiled, Spoiled, Store
from affluent.centre.refusals import Away, Refusal
from affluent.centre.taking_up import taken_up
from affluent.centre.transaction import Transaction
from affluent.centre.writer import Partition, Writer
from affluent.facts.instants import MINUTE_MS, Clock
from affluent.routing.engine import Router
from affluent.routing.explain import Explanation

P = ParamSpec("P")
R = TypeVar("R")
log = structlog.get_logger("affluent.runner")

BATCH_MAX = 64
LISTEN_EVERY = 4  # commands; then it is asked whether the group before has landed
IDLE_S = RETRY_S = 0.5
PATIENCE_S = 30.0
CLOCK_BACK_MS = 5_000
TIMER_AGAIN_MS = MINUTE_MS


class RunnerStopped(Away):
    """The centre is stopping, or is not the writer: try again in a moment, with the same key."""


class Runner:
    """Runs use cases one after another. `do` may be called from any thread."""

    def __init__(self, partition: Partition, clock: Clock, hub: Hub) -> None:
        self._partition = partition
        self._clock = clock
        self._hub = hub
        self._inbox: SimpleQueue[Command | None] = SimpleQueue()
        self._stopping = threading.Event()
        self._leading = threading.Event()
        self._thread = threading.Thread(target=self._live, name="runner", daemon=True)
        self._router: Router | None = None
        self._next_timer_ms: int | None = None
        self._next_hours_ms: int | None = None
        self._trouble: str | None = None
        self._latest_ms = 0
        self._aloft: Group | None = None
        """Whose commit is on its way: its callers hear of it when it has landed."""
        self.observer: Observer | None = None
        self._marking = marking.Marking()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finishes what was asked and gives the lock back."""
        self._stopping.set()
        self._inbox.put(None)
        self._thread.join(timeout=30)

    def wait_until_leading(self, timeout_s: float) -> bool:
        """Whether this process became the writer within `timeout_s`."""
        return self._leading.wait(timeout_s)

    @property
    def leading(self) -> bool:
        return self._leading.is_set()

    @property
    def waiting(self) -> int:
        """How many commands wait for their turn."""
        return self._inbox.qsize()

    def position(self, contact_id: int) -> int | None:
        """How many wait before it in its queue; None when it does not wait. May lag by one commit."""
        return self.look(lambda router: follow.position(router, contact_id))

    def look(self, ask: Callable[[Router], R]) -> R | None:
        """What `ask` reads of the engine; None where another process writes. May lag by one commit."""
        return None if (router := self._router) is None else ask(router)

    def explanation(self, contact_id: int) -> Explanation | None:
        """Who could have a contact that waits; None when it does not. Raises `RunnerStopped` as `do` does."""
        return self.do(lambda tx: self._router and explaining.waiting(self._router, contact_id, tx.now_ms))

    def submit(
        self, use_case: Callable[Concatenate[Transaction, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> "Future[R]":
        """Queues a use case; the future is resolved after its commit, or with its refusal."""
        answer: Future[R] = Future()
        if self._stopping.is_set() or not self._leading.is_set():
            answer.set_exception(self._stopped())
            return answer
        command = Command(
            once.kept(lambda tx: use_case(tx, *args, **kwargs)),
            answer,
            lambda store: foresight.questions(store, use_case, *args, **kwargs),
        )
        self._inbox.put(command)
        if not self._thread.is_alive():
            refuse_waiting(self._inbox, self._stopped())
        return answer

    def do(self, use_case: Callable[Concatenate[Transaction, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs a use case and waits for its commit. Raises what it refuses, or `RunnerStopped`."""
        try:
            return self.submit(use_case, *args, **kwargs).result(timeout=PATIENCE_S)
        except FutureTimeout:
            # It may still be done: its key makes a second try harmless.
            raise RunnerStopped from None

    def _stopped(self) -> Away:
        trouble = self._trouble or "not_now"
        return RunnerStopped() if trouble == "not_now" else Away(trouble)

    async def done(
        self, use_case: Callable[Concatenate[Transaction, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `do`, without a thread that waits. Whoever no longer waits may find it done or not."""
        answer = asyncio.wrap_future(self.submit(use_case, *args, **kwargs))
        try:
            return await asyncio.wait_for(answer, PATIENCE_S)
        except TimeoutError:
            raise RunnerStopped from None

    def _live(self) -> None:
        said: str | None = None
        while not self._stopping.is_set():
            writer: Writer | None = None
            try:
                writer = self._partition.become_writer(RETRY_S)
                if writer is not None:
                    said = None
                    self._lead(writer)
            except Away as away:
                # Said once: a full disk may be that of the log.
                if away.code != said:
                    log.warning("runner_waits", why=away.code, cause=repr(away.__cause__))
                said = self._trouble = away.code
                time.sleep(RETRY_S)
            except Exception:
                log.exception("runner_lost_database")
                time.sleep(RETRY_S)
            finally:
                self._leading.clear()
                self._router = self._aloft = None
                if writer is not None:
                    writer.close()
                refuse_waiting(self._inbox, self._stopped())

    def _lead(self, writer: Writer) -> None:
        # What is built lives as long as the process: the collector need not walk through it, now or later.
        gc.disable()
        try:
            self._rebuild(writer)
            gc.collect()
            gc.freeze()
        finally:
            gc.enable()
        self._leading.set()
        log.info("runner_leads")
        while True:
            batch = self._gather()
            try:
                if batch:
                    self._commit(writer, batch)
                else:
                    self._settle(writer)
                    if self._stopping.is_set():
                        return
                    self._commit(writer, batch)
                if self._aloft is None:
                    writer.still_there()
            except BaseException as error:
                self._give_up(error, [*(self._aloft.commands if self._aloft else ()), *batch])
                if isinstance(error, Away) or not isinstance(error, Exception):
                    raise
                log.exception("runner_commit_failed")
                raise

    def _give_up(self, error: BaseException, commands: Iterable[Command]) -> None:
        """First of all no new ones; the outcome is unknown to the callers: their keys make a second try harmless."""
        self._leading.clear()
        self._trouble = error.code if isinstance(error, Away) else None
        unanswered(commands, self._stopped())

    def _gather(self) -> list[Command]:
        """Waits for a command or the next deadline; takes along whatever else is there (group commit)."""
        batch: list[Command] = []
        try:
            first = self._inbox.get(timeout=self._patience_s())
        except Empty:
            return batch
        while True:
            if first is not None and first.begin():
                batch.append(first)
            if len(batch) >= BATCH_MAX:
                return batch
            try:
                first = self._inbox.get_nowait()
            except Empty:
                return batch

    def _patience_s(self) -> float:
        assert self._router is not None
        if self._aloft is not None:
            return 0.0
        looks = (self._router.next_deadline(), self._next_timer_ms, self._next_hours_ms)
        deadlines = [at for at in looks if at is not None]
        if not deadlines:
            return IDLE_S
        return min(IDLE_S, max(0.0, (min(deadlines) - self._clock.now_ms()) / 1000))

    def _commit(self, writer: Writer, batch: list[Command]) -> None:
        now_ms = self._clock.now_ms()
        if now_ms < self._latest_ms - CLOCK_BACK_MS:
            # The engine's time never goes back: it would wait for hours that have been already.
            log.warning("clock_went_back", by_ms=self._latest_ms - now_ms)
            self._settle(writer)
            self._router = None
            self._rebuild(writer)
        self._latest_ms = now_ms
        timer_due = self._next_timer_ms is not None and self._next_timer_ms <= now_ms
        assert self._router is not None
        deadline = self._router.next_deadline()
        hours_due = self._next_hours_ms is not None and self._next_hours_ms <= now_ms
        if not batch and not timer_due and not hours_due and (deadline is None or deadline > now_ms):
            return
        try:
            group = self._run(writer, batch, now_ms, timer_due)
        except EarlierSpoiled as spoiled:
            self._again(writer, spoiled)
            self._commit(writer, batch)
            return
        except Spoiled as spoiled:
            self._settle(writer)
            self._one_by_one(writer, batch, spoiled)
            return
        # The one before has landed: no transaction is sent while another is on its way.
        self._tell()
        self._aloft = group
        if self._inbox.empty():
            self._settle(writer)

    def _settle(self, writer: Writer) -> None:
        """Waits for what is on its way, and tells its callers."""
        if self._aloft is None:
            return
        try:
            writer.land()
        except EarlierSpoiled as spoiled:
            self._again(writer, spoiled)
        else:
            self._tell()

    def _again(self, writer: Writer, spoiled: Spoiled) -> None:
        group, self._aloft = self._aloft, None
        assert group is not None, "it was on its way"
        try:
            self._one_by_one(writer, group.commands, spoiled)
        except BaseException as error:
            self._give_up(error, group.commands)
            raise

    def _one_by_one(self, writer: Writer, batch: list[Command], spoiled: Spoiled) -> None:
        """What the database refused to a group is tried alone: one command's fault is nobody else's."""
        if not batch:
            raise spoiled
        self._rebuild(writer)
        if len(batch) == 1:
            log.error("use_case_failed", exc_info=spoiled.__cause__)
            batch[0].answer.set_exception(spoiled.__cause__ or spoiled)
            return
        for command in batch:
            self._commit(writer, [command])
            self._settle(writer)

    def _run(self, writer: Writer, batch: list[Command], now_ms: int, timer_due: bool) -> Group:
        """Runs them together and sends what they wrote."""
        group = Group(batch, time.perf_counter())
        assert self._router is not None
        with writer.send() as store:
            group.announcements += self._time_passes(store, now_ms, timer_due)
            self._marking.look(Transaction(store, now_ms), self._router, len(batch))
            if len(batch) > 1:
                store.foresee(one for command in batch for one in command.asks(store))
            for at, command in enumerate(batch):
                if at % LISTEN_EVERY == 0 and self._aloft is not None and writer.landed():
                    self._tell()
                self._do(command, store, group, now_ms)
            self._next_timer_ms = store.timers.next_ms()
        return group

    def _do(self, command: Command, store: Store, group: Group, now_ms: int) -> None:
        """Runs one command, lets the engine follow, and notes what came of it."""
        assert self._router is not None
        tx = Transaction(store, now_ms)
        try:
            with store.savepoint():
                value = command.run(tx)
                if not taken_up(tx, self._router):
                    self._reload(tx)
                else:
                    follow.decide(tx, self._router)
        except (Spoiled, Away):
            raise
        except Refusal as refused:
            group.results.append((command, None, refused))
        except Exception as error:
            # The engine may have followed what was just undone: the database says how things stand.
            log.exception("use_case_failed")
            group.announcements += self._rebuilt(store, now_ms)
            group.results.append((command, None, error))
        else:
            self._next_hours_ms = now_ms if tx.look_now else self._next_hours_ms
            group.announcements += tx.announcements
            group.deciding_s.append(tx.deciding_s)
            group.results.append((command, value, None))

    def _tell(self) -> None:
        """It is committed: its callers hear so, and whoever watches what changed."""
        group, self._aloft = self._aloft, None
        if group is None:
            return
        self._trouble = None
        group.answer()
        self._hub.publish(*dict.fromkeys(group.announcements))
        if self.observer is not None and group.commands:
            self.observer(len(group.commands), time.perf_counter() - group.began_s, group.deciding_s)

    def _time_passes(self, store: Store, now_ms: int, timer_due: bool) -> list[Announcement]:
        assert self._router is not None
        tx = Transaction(store, now_ms)
        # First, by slices: whatever follows is an event to the engine, and would have it decide all at once.
        if rang_in_vain(tx, follow.pass_time(tx, self._router, now_ms)):
            follow.decide(tx, self._router)
        if timer_due:
            for kind, contact_id in store.timers.due(now_ms):
                try:
                    with store.savepoint():
                        timers.fire(tx, kind, contact_id)
                        follow.decide(tx, self._router)
                except (Spoiled, Away):
                    raise
                except Exception:
                    log.exception("timer_failed", kind=kind)
                    tx.facts.clear()
                    store.timers.set(kind, contact_id, now_ms + TIMER_AGAIN_MS)
                    self._reload(tx)
        if self._next_hours_ms is not None and self._next_hours_ms <= now_ms:
            self._next_hours_ms = by_the_clock.keep(tx)
            follow.decide(tx, self._router)
        return tx.announcements

    def _rebuild(self, writer: Writer) -> None:
        with writer.begin() as store:
            tx = Transaction(store, self._clock.now_ms())
            self._reload(tx)
            timers.put_right(tx)
            self._next_timer_ms = store.timers.next_ms()
        self._hub.publish(*tx.announcements)

    def _rebuilt(self, store: Store, now_ms: int) -> list[Announcement]:
        tx = Transaction(store, now_ms)
        self._reload(tx)
        return tx.announcements

    def _reload(self, tx: Transaction) -> None:
        """Builds the engine from the database, under the settings of now. Nobody loses their place."""
        rebuilding.requeue_strays(tx)
        self._next_hours_ms = by_the_clock.keep(tx)
        self._router, decisions = rebuilding.rebuilt(tx, self._router, most=follow.SLICE)
        follow.apply(tx, self._router, decisions)
