"""The live board of this process: one picture, one thread, one computation for all boards behind the same wall.

The hub calls in the runner's thread, so that there a change is only noted. The board's own thread applies it,
and sends each wall what changed: at once when nothing was sent lately, else after `FRAME_S`. A frame a quarter
of a second would by itself cost up to 250 ms from commit to screen; so there are at most eight a second.
"""

import asyncio
import contextlib
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import structlog

from affluent.centre import hub as news
from affluent.centre.refusals import Away
from affluent.centre.runner import Runner
from affluent.centre.supervising.alerts import AlertBook, Announced
from affluent.centre.supervising.doors import end_what_is_over, keep_alerts
from affluent.centre.supervising.ports import BoardViews, QueueToday, TodayFigures
from affluent.centre.wall import Viewer
from affluent.facts.instants import Clock
from affluent.web.board.judging import found_now, open_now, opens_ms
from affluent.web.board.picture import Json, Picture, Wall, sees

log = structlog.get_logger("affluent.board")

FRAME_S = 0.125
TICK_S = 1.0
JUDGE_EVERY_S = 2.0
FIGURES_EVERY_S = 5.0
AFRESH_EVERY_S = 300.0
"""How often the picture is read anew though nothing asked for it: no fault lasts longer."""
BACKLOG_MAX = 200


@dataclass(eq=False, slots=True)
class BoardStream:
    """One browser's board."""

    viewer: Viewer
    loop: asyncio.AbstractEventLoop
    queue: "asyncio.Queue[str | None]"

    def put(self, text: str | None) -> None:
        """Queues a frame from any thread; a browser that does not read is let go, and comes back afresh."""
        # A loop that has ended took its browsers along.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._put, text)

    def _put(self, text: str | None) -> None:
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)
            return
        self.queue.put_nowait(text)


@dataclass(frozen=True, slots=True)
class _Figured:
    """Today's figures, read beside the board's own thread: a slow read must not hold its frames."""

    today: Mapping[int, QueueToday]
    counting: bool


def frame(event: str, data: Any) -> str:
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


def _nothing(wall: Wall) -> Json:
    return {}


class BoardLive:
    """Keeps the picture, tells the boards, watches for what is about to give way."""

    def __init__(
        self,
        views: BoardViews,
        figures: TodayFigures,
        runner: Runner,
        clock: Clock,
        hub: news.Hub,
        drifting: Callable[[], Mapping[int, Any]] = dict,
    ) -> None:
        """`drifting`: queues whose announced waits no longer hold, each with `held`, `promised` and `of`."""
        self._views = views
        self._figures = figures
        self._runner = runner
        self._clock = clock
        self._drifting = drifting
        self._inbox: deque[news.Announcement | _Figured] = deque()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._streams: tuple[BoardStream, ...] = ()
        self._newcomers: list[BoardStream] = []
        self._picture = Picture()
        self._book = AlertBook()
        self._today: Mapping[int, QueueToday] = {}
        self._counting = True
        self._open: dict[int, bool] = {}
        self._afresh = True
        self._alerts_stale = True
        self._unsubscribe = hub.subscribe(self._heard)
        self._thread = threading.Thread(target=self._live, name="board", daemon=True)
        self._reader = threading.Thread(target=self._read_figures, name="board-figures", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._reader.start()

    def close(self) -> None:
        """Ends the streams. Does not wait: for the event loop."""
        self._stopping.set()
        self._wake.set()
        self._unsubscribe()
        with self._lock:
            streams = (*self._streams, *self._newcomers)
        for stream in streams:
            stream.put(None)

    def stop(self) -> None:
        """Ends the streams and waits for the board's threads."""
        self.close()
        for thread in (self._thread, self._reader):
            if thread.is_alive():
                thread.join(timeout=5)

    def open(self, viewer: Viewer) -> BoardStream:
        """A board on the running event loop: the whole first, then what changes."""
        stream = BoardStream(viewer, asyncio.get_running_loop(), asyncio.Queue(BACKLOG_MAX))
        with self._lock:
            self._newcomers.append(stream)
        self._wake.set()
        return stream

    def shut(self, stream: BoardStream) -> None:
        with self._lock:
            self._newcomers = [one for one in self._newcomers if one is not stream]
            self._streams = tuple(one for one in self._streams if one is not stream)

    def _heard(self, item: news.Announcement) -> None:
        match item:
            case news.ContactMoved() | news.AgentMoved() | news.BoardChanged() | news.SettingsChanged():
                self._inbox.append(item)
                self._wake.set()
            case _:
                pass

    def _read_figures(self) -> None:
        while not self._stopping.is_set():
            try:
                counting = self._figures.counting()
                self._inbox.append(_Figured(self._figures.today(self._clock.now_ms()), counting))
                self._wake.set()
            except Away:
                # The runner says that the database is away; the next reading brings the figures up to date.
                pass
            except Exception:
                # The figures stay as they were; the next reading brings them up to date.
                log.exception("figures_failed")
            self._stopping.wait(FIGURES_EVERY_S)

    # The board's own thread, from here on

    def _live(self) -> None:
        sent_s = judged_s = afresh_s = 0.0
        while not self._stopping.is_set():
            self._wake.wait(TICK_S)
            if self._stopping.is_set():
                return
            now_s = time.monotonic()
            if now_s < sent_s + FRAME_S and self._stopping.wait(sent_s + FRAME_S - now_s):
                return
            self._wake.clear()
            try:
                if self._afresh or now_s - afresh_s >= AFRESH_EVERY_S:
                    self._read_afresh()
                    afresh_s = now_s
                if self._turn():
                    sent_s = time.monotonic()
                if now_s - judged_s >= JUDGE_EVERY_S:
                    judged_s = now_s
                    self._judge()
                if self._alerts_stale:
                    self._tell_alerts()
            except Away:
                # The runner says so; what was missed is read anew.
                pass
            except Exception:
                # What was missed is read anew.
                log.exception("board_failed")
                self._afresh = True
                self._stopping.wait(TICK_S)

    def _read_afresh(self) -> None:
        """Reads the whole and gives it to everyone. What moves meanwhile waits in the inbox."""
        self._afresh = False
        now_ms = self._clock.now_ms()
        facts = self._views.facts()
        with self._lock:
            self._picture.begin(facts, now_ms)
        self._book.remember(self._views.open_alerts(), now_ms)
        self._open = open_now(self._picture, now_ms)
        self._to_all("board", self._whole)

    def _turn(self) -> bool:
        """Applies what was heard and sends it; whether anything was sent."""
        changed: dict[int, int] = {}
        people: set[int] = set()
        notices = False
        figured: _Figured | None = None
        with self._lock:
            while self._inbox:
                item = self._inbox.popleft()
                match item:
                    case news.ContactMoved():
                        if self._picture.move(item) is not None:
                            changed[item.contact.id] = item.contact.brand_id
                    case news.AgentMoved():
                        self._picture.presence(item)
                        people.add(item.presence.account_id)
                    case news.BoardChanged(what="alerts"):
                        self._alerts_stale = True
                    case news.BoardChanged(what="notices"):
                        notices = True
                    case _Figured():
                        figured = item
                    case _:
                        self._afresh = True
        now_ms = self._clock.now_ms()

        def of_wall(wall: Wall) -> Json | None:
            return self._picture.delta(wall, changed, people, now_ms)

        if notices:
            self._to_all("notices", _nothing)
        if changed or people:
            self._to_all("delta", of_wall)
        if figured is not None:
            self._figured(figured, now_ms)
        if self._afresh:
            self._wake.set()
        return self._welcome() or bool(changed or people or notices)

    def _welcome(self) -> bool:
        """Newcomers get the whole as it is after this turn: the next delta follows on it."""
        with self._lock:
            fresh, self._newcomers = self._newcomers, []
            self._streams = (*self._streams, *fresh)
        for stream in fresh:
            stream.put(frame("board", self._whole(stream.viewer.brands)))
            stream.put(frame("alerts", {"items": self._alerts(stream.viewer)}))
        return bool(fresh)

    def whole(self, viewer: Viewer) -> Json:
        """The board as it was at its last turn, for who asks without a stream. From any thread."""
        with self._lock:
            return self._whole(viewer.brands)

    def _whole(self, wall: Wall) -> Json:
        return self._picture.snapshot(wall, self._clock.now_ms()) | {"today": self._figures_for(wall)}

    def _figures_for(self, wall: Wall) -> Json:
        mine = {one.id for one in self._picture.facts.queues if sees(wall, one.brand_id)}
        return {
            "queues": [
                {
                    "queue_id": queue_id,
                    "arrived": one.arrived,
                    "in_target": one.in_target,
                    "owed": one.owed,
                    "abandoned": one.abandoned,
                    "offered": one.offered,
                    "usual": one.usual,
                    "from_ms": one.from_ms,
                    "flow": one.flow,
                    "usual_flow": one.usual_flow,
                }
                for queue_id, one in sorted(self._today.items())
                if queue_id in mine
            ],
            "counting": self._counting,
            "closed": [queue_id for queue_id in sorted(mine) if not self._open.get(queue_id, True)],
            "opens_ms": {
                queue_id: at_ms
                for queue_id, at_ms in sorted(
                    opens_ms(self._picture, self._open, self._clock.now_ms()).items()
                )
                if queue_id in mine
            },
        }

    def _figured(self, figured: _Figured, now_ms: int) -> None:
        found = (figured.today, open_now(self._picture, now_ms), figured.counting)
        if found != (self._today, self._open, self._counting):
            self._today, self._open, self._counting = found
            self._to_all("today", self._figures_for)

    def _judge(self) -> None:
        """Looks for what is about to give way; only the process that writes keeps it."""
        if not self._runner.leading:
            return
        now_ms = self._clock.now_ms()
        self._end_what_is_over(now_ms)
        announced = {
            one: Announced(drift.held, drift.promised, drift.of) for one, drift in self._drifting().items()
        }
        found = found_now(self._picture, self._today, self._open, now_ms, announced)
        begun, ended = self._book.turn(found, now_ms)
        if begun or ended:
            self._ask(keep_alerts, begun=begun, ended=ended)

    def _end_what_is_over(self, now_ms: int) -> None:
        facts = self._picture.facts
        ends = [one["closed_until_ms"] for one in facts.channels if one["closed_until_ms"] is not None]
        ends += [one.raised.until_ms for one in facts.queues if one.raised is not None]
        if any(at_ms <= now_ms for at_ms in ends):
            self._ask(end_what_is_over)

    def _ask(self, use_case: Any, **arguments: Any) -> None:
        """Asks the runner and does not wait: the boards must not stand still for a commit."""
        self._runner.submit(use_case, **arguments).add_done_callback(self._asked)

    def _asked(self, answer: "Future[Any]") -> None:
        if not answer.cancelled() and answer.exception() is not None:
            # No writer just now: what stands is read anew, and what began is found again.
            self._book = AlertBook()
            self._afresh = True

    def _alerts(self, viewer: Viewer) -> list[Json]:
        return self._views.alerts(viewer, before_id=None, open_only=True)

    def _tell_alerts(self) -> None:
        self._alerts_stale = False
        viewers = {stream.viewer.brands: stream.viewer for stream in self._streams}
        told = {wall: frame("alerts", {"items": self._alerts(viewer)}) for wall, viewer in viewers.items()}
        for stream in self._streams:
            if stream.viewer.brands in told:
                stream.put(told[stream.viewer.brands])

    def _to_all(self, event: str, part: Callable[[Wall], Json | None]) -> None:
        """Makes each wall's frame once, and gives it to all its boards."""
        made: dict[Wall, str | None] = {}
        for stream in self._streams:
            wall = stream.viewer.brands
            if wall not in made:
                data = part(wall)
                made[wall] = None if data is None else frame(event, data)
            text = made[wall]
            if text is not None:
                stream.put(text)
