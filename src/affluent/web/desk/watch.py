"""Who watches: one stream a browser. Turns what a commit changed into what each page must know.

The hub calls in the runner's thread, so nothing is read there: a few threads of our own read and deliver,
several changes of one desk becoming one reading.
"""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import structlog

from affluent.centre import hub as news
from affluent.centre.views import DeskViews
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import Clock

log = structlog.get_logger("affluent.watch")
BACKLOG_MAX = 500
SUMMARY_EVERY_S = 1.0


@dataclass(eq=False, slots=True)
class Stream:
    """One browser's stream. `open_contact` is the conversation on its screen."""

    viewer: Viewer
    loop: asyncio.AbstractEventLoop
    queue: "asyncio.Queue[str | None]"
    open_contact: int | None = None
    open_request: int | None = None

    def send(self, event: str, data: Any) -> None:
        """Queues an event from any thread; a browser that does not read is let go, and comes back afresh."""
        text = f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
        self.loop.call_soon_threadsafe(self._put, text)

    def _put(self, text: str | None) -> None:
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)
            return
        self.queue.put_nowait(text)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self._put, None)


class Watch:
    """All open streams of this process."""

    def __init__(self, views: DeskViews, clock: Clock, hub: news.Hub) -> None:
        self._views = views
        self._clock = clock
        self._streams: tuple[Stream, ...] = ()
        self._lock = threading.Lock()
        self._stale_desks: dict[int, None] = {}
        self._readers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="watch")
        self._desk_reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="watch-desks")
        self._summary_due = threading.Event()
        self._stopping = threading.Event()
        self._unsubscribe = hub.subscribe(self._heard)
        self._summary = threading.Thread(target=self._summarise, name="watch-summary", daemon=True)
        self._summary.start()
        self.on_stop: Callable[[], None] = lambda: None
        """Closes what else streams to browsers: they never end by themselves."""
        self.on_last_gone: Callable[[int], None] = lambda account_id: None
        self.on_first_back: Callable[[int], None] = lambda account_id: None

    def stop(self) -> None:
        self.on_stop()
        self._stopping.set()
        self._summary_due.set()
        self._unsubscribe()
        for stream in self._streams:
            stream.close()
        for readers in (self._readers, self._desk_reader):
            readers.shutdown(wait=False, cancel_futures=True)

    @property
    def count(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    def open(self, viewer: Viewer) -> Stream:
        """A stream on the running event loop."""
        stream = Stream(viewer, asyncio.get_running_loop(), asyncio.Queue(BACKLOG_MAX))
        with self._lock:
            first = not any(one.viewer.account_id == viewer.account_id for one in self._streams)
            self._streams = (*self._streams, stream)
        if first:
            self.on_first_back(viewer.account_id)
        return stream

    def shut(self, stream: Stream) -> None:
        with self._lock:
            self._streams = tuple(one for one in self._streams if one is not stream)
            last = not any(one.viewer.account_id == stream.viewer.account_id for one in self._streams)
        if stream.open_contact is not None:
            self._tell_viewers(stream.open_contact)
        if last and not self._stopping.is_set():
            self.on_last_gone(stream.viewer.account_id)

    def connected(self) -> frozenset[int]:
        """The accounts with at least one open stream."""
        return frozenset(one.viewer.account_id for one in self._streams)

    def streams(self) -> Counter[int]:
        """How many streams each account has open."""
        return Counter(one.viewer.account_id for one in self._streams)

    def looks_at(self, account_id: int, contact_id: int | None, request_id: int | None = None) -> None:
        """Someone opened a conversation: colleagues who have it open see it."""
        before: set[int] = set()
        for stream in self._streams:
            if stream.viewer.account_id == account_id:
                if stream.open_contact is not None:
                    before.add(stream.open_contact)
                stream.open_contact, stream.open_request = contact_id, request_id
        for changed in before | ({contact_id} if contact_id is not None else set()):
            self._tell_viewers(changed)

    def viewers(self, contact_id: int) -> list[tuple[int, str]]:
        """Who has this conversation on the screen."""
        found = {
            one.viewer.account_id: one.viewer.name for one in self._streams if one.open_contact == contact_id
        }
        return sorted(found.items())

    def _tell_viewers(self, contact_id: int) -> None:
        everyone = self.viewers(contact_id)
        for stream in self._streams:
            if stream.open_contact == contact_id:
                others = [
                    {"id": one, "name": name} for one, name in everyone if one != stream.viewer.account_id
                ]
                stream.send("viewers", {"contact_id": contact_id, "viewers": others})

    def _heard(self, item: news.Announcement) -> None:
        streams = self._streams
        match item:
            case news.DeskChanged():
                self._desk_changed(streams, item)
            case news.PulledBack():
                whose = [one for one in streams if one.viewer.account_id == item.agent_id]
                _tell(whose, "pulled_back", {"contact_id": item.contact_id})
            case news.ContactChanged():
                self._summary_due.set()
                data = {"contact_id": item.contact_id, "version": item.version, "request_id": item.request_id}
                _tell([one for one in streams if one.open_request == item.request_id], "contact", data)
            case news.MessageAdded():
                if any(one.open_request == item.request_id for one in streams):
                    self._read(self._send_message, item)
            case news.SettingsChanged():
                _tell(streams, "settings", {})
            case news.DeliveryMoved() | news.CustomerRead() | news.Typing():
                # To those who have it on the screen: they passed the brand wall when they opened it.
                watching = [one for one in streams if one.open_contact == item.contact_id]
                _tell_news(watching, item)
            case news.Notified():
                _tell([one for one in streams if one.viewer.account_id == item.account_id], "notified", {})
            case news.JobMoved():
                whose = [one for one in streams if one.viewer.account_id == item.account_id]
                _tell(whose, "job", {"id": item.job_id})
            case news.NoticesChanged():
                _tell([one for one in streams if one.viewer.account_id in item.account_ids], "notices", {})
            case news.TwinMoved():
                _tell(
                    [one for one in streams if _may_watch(one.viewer, item)],
                    "twin",
                    {
                        "id": item.run_id,
                        "state": item.state,
                        "step": item.step,
                        "done": item.done,
                        "total": item.total,
                    },
                )
            case (
                news.AgentRead()
                | news.OutboxFilled()
                | news.ContactMoved()
                | news.AgentMoved()
                | news.DoorChanged()
                | news.DoorsChanged()
                | news.BoardChanged()
            ):
                pass

    def _desk_changed(self, streams: tuple[Stream, ...], item: news.DeskChanged) -> None:
        """One reading for several changes: a desk that is stale already will be read after this one, too.

        And one for several desks: while some are read, those that change meanwhile gather for the next.
        """
        if not any(one.viewer.account_id == item.agent_id for one in streams):
            return
        with self._lock:
            first = not self._stale_desks
            self._stale_desks[item.agent_id] = None
        if first:
            self._read(self._send_desks, None, self._desk_reader)

    def _read(
        self, work: Callable[[Any], None], item: Any, readers: ThreadPoolExecutor | None = None
    ) -> None:
        def safely() -> None:
            try:
                work(item)
            except Exception:
                log.exception("watch_failed")

        if not self._stopping.is_set():
            (readers or self._readers).submit(safely)

    def _send_desks(self, _: None) -> None:
        with self._lock:
            stale, self._stale_desks = self._stale_desks, {}
        streams = [one for one in self._streams if one.viewer.account_id in stale]
        locales = {one.viewer.account_id: one.viewer.locale for one in streams}
        if not locales:
            return
        desks = self._views.desks(locales, self._clock.now_ms())
        for stream in streams:
            stream.send("desk", desks[stream.viewer.account_id])

    def _send_message(self, item: news.MessageAdded) -> None:
        message = self._views.message(item.message_id)
        data = {"contact_id": item.contact_id, "request_id": item.request_id, "message": message}
        for stream in self._streams:
            if stream.open_request == item.request_id:
                stream.send("message", data)

    def _summarise(self) -> None:
        """How much waits, at most once a second and only when something moved."""
        while not self._stopping.is_set():
            self._summary_due.wait()
            if self._stopping.wait(SUMMARY_EVERY_S):
                return
            self._summary_due.clear()
            by_brands: dict[tuple[int, ...] | None, list[Stream]] = {}
            for stream in self._streams:
                key = None if stream.viewer.brands is None else tuple(sorted(stream.viewer.brands))
                by_brands.setdefault(key, []).append(stream)
            for key, streams in by_brands.items():
                try:
                    brands = None if key is None else list(key)
                    summary = self._views.queues_summary(brands, self._clock.now_ms())
                except Exception:
                    log.exception("watch_failed")
                    continue
                for stream in streams:
                    stream.send("queues", summary)


def _may_watch(viewer: Viewer, item: news.TwinMoved) -> bool:
    return viewer.may(Right.RUN_TWIN) and (viewer.brands is None or set(item.brands) <= viewer.brands)


def _tell(streams: Iterable[Stream], event: str, data: Any) -> None:
    for stream in streams:
        stream.send(event, data)


def _tell_news(streams: Sequence[Stream], item: news.DeliveryMoved | news.CustomerRead | news.Typing) -> None:
    match item:
        case news.DeliveryMoved():
            data: dict[str, Any] = {
                "contact_id": item.contact_id,
                "message_id": item.message_id,
                "delivery": item.delivery,
                "error": item.error,
            }
            _tell(streams, "delivery", data)
        case news.CustomerRead():
            data = {"contact_id": item.contact_id, "read_up_to": item.up_to, "delivery": "read"}
            _tell(streams, "delivery", data)
        case news.Typing():
            who: Any = "customer" if item.agent_id is None else {"id": item.agent_id, "name": item.name}
            others = [one for one in streams if one.viewer.account_id != item.agent_id]
            _tell(others, "typing", {"contact_id": item.contact_id, "who": who, "on": item.on})
