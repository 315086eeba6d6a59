"""`affluent serve`: the whole centre in one process."""

import signal
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import structlog
import uvicorn
from rich.console import Console

from affluent.cli.compose import Centre, compose, open_mail
from affluent.cli.logs import set_up_logs
from affluent.cli.sealing import sealed
from affluent.cli.settings import Settings
from affluent.cli.telephone import open_voice
from affluent.routing import warm_up
from affluent.storage.migrate import migrate
from affluent.storage.server import choose
from affluent.web.services import DemoAccount, Limits

LEADS_S_MAX = 5.0
log = structlog.get_logger("affluent.serve")
Prepare = Callable[[Centre, Settings, Console, ExitStack], None]
"""A step between the start of the centre and the opening of its doors."""
Before = Callable[[str, Settings, Console], None]
"""A step on the migrated database, before anything of the centre runs on it. Given its address."""


def serve(
    settings: Settings,
    console: Console,
    *,
    demo_accounts: tuple[DemoAccount, ...] = (),
    before: Sequence[Before] = (),
    prepare: Sequence[Prepare] = (),
) -> None:
    """Runs until it is asked to stop. Raises `StorageError` when there is no database to be had."""
    set_up_logs(settings)
    _unwind_on_sigterm()
    url = settings.database_url.get_secret_value() if settings.database_url else None
    provider = choose(settings.data_dir, url=url, kind=settings.postgres)
    with ExitStack() as stack:
        dsn = provider.start()
        stack.callback(provider.stop)
        migrate(dsn)
        with console.status("compiling the engine") as status:
            warm_up(lambda name: status.update(f"compiling the engine: {name}"))
        for first in before:
            first(dsn, settings, console)
        centre = compose(
            dsn,
            origins=_origins(settings),
            demo_accounts=demo_accounts,
            limits=_limits(settings),
            webhooks_private=settings.webhooks_private,
            trust=settings.trust(),
            room=provider.room,
            sealer=sealed(settings, dsn),
            metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else None,
            twin_runs=settings.twin_runs if "worker" in settings.roles else 0,
            sounds=settings.data_dir / "sounds",
        )
        stack.callback(centre.stop)
        if not centre.runner.wait_until_leading(LEADS_S_MAX):
            # It shows what there is, refuses what would be written, and takes over as soon as the other goes.
            log.warning("another_server_leads")
        listen = (settings.mail_host, settings.mail_port) if settings.mail_port is not None else None
        open_mail(centre, listen, settings.shown())
        open_voice(centre)
        for step in prepare:
            step(centre, settings, console, stack)
        _listen(centre, settings, console)


def _unwind_on_sigterm() -> None:
    """SIGTERM ends the program the way an exception does: everything that was started is stopped in its turn.

    uvicorn takes the signal, finishes, and raises it again: by default that would end the process on the spot, with
    mail on the wire and PostgreSQL running.
    """

    def unwind(*_: object) -> None:
        # The second one finds us at it.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        log.info("stopping")
        raise SystemExit(0)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, unwind)


def _origins(settings: Settings) -> frozenset[str]:
    return frozenset({settings.public_url.rstrip("/")}) if settings.public_url else frozenset()


def _limits(settings: Settings) -> Limits:
    return Limits(signed_in=settings.api_per_minute, unknown=settings.api_unknown_per_minute)


def _listen(centre: Centre, settings: Settings, console: Console) -> None:
    config = uvicorn.Config(
        centre.app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_max_size=128 * 1024,
        server_header=False,
    )
    listener = config.bind_socket()
    host, port = listener.getsockname()[:2]
    shown = "localhost" if host in ("0.0.0.0", "127.0.0.1", "::") else host  # noqa: S104 -- compared, not bound
    console.print(f"[bold]Affluent[/bold]  {settings.public_url or f'http://{shown}:{port}/'}")
    server = _Server(config, centre)
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Streams never end by themselves: they are closed before uvicorn waits for its connections."""

    def __init__(self, config: uvicorn.Config, centre: Centre) -> None:
        super().__init__(config)
        self._centre = centre

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._centre.watch.stop()
        await super().shutdown(sockets)
