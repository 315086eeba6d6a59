"""Where the metrics take their numbers from."""

from collections.abc import Mapping
from typing import Any

from affluent.centre.runner import Runner
from affluent.channels.email.door import MailDoor
from affluent.facts.instants import Clock
from affluent.storage import inspection
from affluent.storage.database import Database
from affluent.web.desk.watch import Watch
from affluent.web.metrics import Metrics, Sources


def measured(
    database: Database, clock: Clock, runner: Runner, watch: Watch, *, token: str | None = None
) -> Metrics:
    """Metrics of a centre, which its runner tells of each group."""

    def counts() -> Mapping[str, Any]:
        with database.reading() as conn:
            return inspection.counts(conn, clock.now_ms())

    metrics = Metrics(
        Sources(
            counts=counts,
            leading=lambda: runner.leading,
            queued=lambda: runner.waiting,
            streams=lambda: watch.count,
        ),
        token=token,
    )
    runner.observer = metrics.ran
    return metrics


def watch_mailboxes(metrics: Metrics, door: MailDoor, clock: Clock) -> None:
    """Adds how long ago each mailbox was looked at."""

    def ago_ms() -> Mapping[int, int | None]:
        now_ms = clock.now_ms()
        return {
            channel_id: None if status.seen_ms is None else now_ms - status.seen_ms
            for channel_id, status in door.status().items()
        }

    metrics.sources.mailboxes.append(ago_ms)
