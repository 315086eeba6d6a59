"""What the centre is doing, in numbers, as Prometheus asks for them (exposition format 0.0.4)."""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from affluent.centre.refusals import Away, Forbidden
from affluent.web.errors import responses
from affluent.web.keys import bearer

router = APIRouter(tags=["Operation"])
HTTP_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
COMMIT_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
ENGINE_S = (1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 5e-4, 1e-3, 1e-2)
GROUP = (1, 2, 4, 8, 16, 32, 64)
ENDLESS = ("/stream",)
"""Ends of routes whose answers last: how long says nothing of their speed."""


@dataclass(frozen=True, slots=True)
class Telephone:
    """Calls that are up, servers that cannot be reached, and lines found so far that belonged to nobody: faults."""

    up: int
    away: int
    swept: int


@dataclass(frozen=True, slots=True)
class Sources:
    """What is asked when Prometheus asks."""

    counts: Callable[[], Mapping[str, Any]]
    """The present in the database: contacts, agents, outbox, webhooks. May raise `Away`."""
    leading: Callable[[], bool]
    queued: Callable[[], int]
    streams: Callable[[], int]
    mailboxes: list[Callable[[], Mapping[int, int | None]]] = field(
        default_factory=list[Callable[[], Mapping[int, int | None]]]
    )
    """For each door: by channel, how many ms ago its mailbox was looked at with success; None for never."""
    telephones: list[Callable[[], Telephone]] = field(default_factory=list[Callable[[], Telephone]])


class Metrics:
    """One registry a centre: two in one process do not mix."""

    def __init__(self, sources: Sources, *, token: str | None = None) -> None:
        self.sources = sources
        self.token = token
        self.registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self.registry)
        self.http = Histogram(
            "affluent_http_seconds", "Time to answer a request.", ("method", "route", "status"),
            buckets=HTTP_S, registry=self.registry,
        )  # fmt: skip
        self.open = Gauge(
            "affluent_connections_open",
            "Requests and sockets being served.",
            ("kind",),
            registry=self.registry,
        )
        self.groups = Histogram(
            "affluent_group_commands", "Commands that shared a commit.", buckets=GROUP, registry=self.registry
        )
        self.commits = Histogram(
            "affluent_group_seconds", "Time of a group of commands with its commit.",
            buckets=COMMIT_S, registry=self.registry,
        )  # fmt: skip
        self.engine = Histogram(
            "affluent_engine_seconds", "Time the engine took over one command.",
            buckets=ENGINE_S, registry=self.registry,
        )  # fmt: skip
        self.failed = Counter(
            "affluent_scrape_failures", "Times the database could not be asked.", registry=self.registry
        )
        self.registry.register(_Present(self))

    def ran(self, commands: int, took_s: float, deciding_s: Sequence[float]) -> None:
        """The runner's observer."""
        self.groups.observe(commands)
        self.commits.observe(took_s)
        for one in deciding_s:
            if one:
                self.engine.observe(one)

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _Present(Collector):
    """What is counted only when asked."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        sources = self._metrics.sources
        yield _gauge("affluent_leading", "1 while this process is the writer.", int(sources.leading()))
        yield _gauge("affluent_commands_waiting", "Commands that wait for the writer.", sources.queued())
        yield _gauge("affluent_streams_open", "Desks and boards that watch.", sources.streams())
        lag = _by(
            "affluent_mailbox_lag_seconds", "Since a mailbox was last looked at with success.", "channel"
        )
        for door in sources.mailboxes:
            for channel_id, ago_ms in door().items():
                lag.add_metric([str(channel_id)], float("inf") if ago_ms is None else ago_ms / 1000)
        yield lag
        for told in (door() for door in sources.telephones):
            yield _gauge("affluent_calls_up", "Calls that are up.", told.up)
            yield _gauge(
                "affluent_voice_servers_away", "Telephone servers that cannot be reached.", told.away
            )
            yield _gauge(
                "affluent_lines_swept", "Lines found that belonged to nobody: each a fault.", told.swept
            )
        try:
            counts = sources.counts()
        except Away:
            self._metrics.failed.inc()
            return
        yield from _counted(counts)


def _counted(counts: Mapping[str, Any]) -> Iterator[Metric]:
    contacts = _by("affluent_contacts", "Contacts that have not ended.", "state", "medium", "queue")
    for one in counts["contacts"]:
        contacts.add_metric([one["state"], one["medium"], str(one["queue_id"])], one["n"])
    yield contacts
    for name, text, of in (
        ("affluent_agents", "Agents who are there.", "agents"),
        ("affluent_outbox", "Replies to be sent; those that failed, of the last day.", "outbox"),
        ("affluent_webhook_deliveries", "Events to be delivered, or given up.", "webhooks"),
    ):
        family = _by(name, text, "state")
        for state, count in sorted(counts[of].items()):
            family.add_metric([state], count)
        yield family
    late_s = (counts["outbox_late_ms"] or 0) / 1000
    yield _gauge("affluent_outbox_late_seconds", "How late the reply is that waits longest.", late_s)
    yield _gauge("affluent_timers_due", "Alarms of contacts that should have rung.", counts["timers_due"])


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _by(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, labels=labels)


# Of the class `Response`, so that refusals are described as what they are: JSON.
_TEXT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("/metrics", response_class=Response, responses={**_TEXT, **responses()})
def read_metrics(request: Request) -> PlainTextResponse:
    """For Prometheus: with the token of AFFLUENT_METRICS_TOKEN, or without one from this machine itself."""
    metrics: Metrics = request.app.state.metrics
    if not _allowed(metrics.token, request):
        raise Forbidden("forbidden")
    return PlainTextResponse(
        metrics.text(),
        media_type="text/plain; version=0.0.4; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


def _allowed(token: str | None, request: Request) -> bool:
    if token is not None:
        return secrets.compare_digest((bearer(request.headers) or "").encode(), token.encode())
    # What a proxy on this machine passes on comes from elsewhere.
    if any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via")):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class Measured:
    """ASGI middleware around everything: counts and times each request by its route, never by its path."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        if kind not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        began_s, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._metrics.open.labels(kind).track_inprogress():
            try:
                await self._app(scope, receive, noting)
            finally:
                route = str(getattr(scope.get("route"), "path", "none"))
                if kind == "http" and not route.endswith(ENDLESS):
                    known = self._metrics.http.labels(scope["method"], route, str(status))
                    known.observe(time.perf_counter() - began_s)
