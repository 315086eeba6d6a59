"""The demonstration at work for tests, on a database of one test's own and on free ports."""

import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from rich.console import Console

from affluent.cli.clock import WallClock
from affluent.cli.compose import Centre, compose, open_mail
from affluent.cli.demo import demo, house, menus
from affluent.cli.demo.mailbox import Mailbox, free_port
from affluent.cli.demo.simulation import Simulation
from affluent.cli.settings import Settings
from affluent.cli.telephone import open_voice
from tests.channels.centre import eventually


@dataclass
class Demonstration:
    """A demonstration that runs; its simulated people come when `simulation` is started."""

    centre: Centre
    settings: Settings
    mailbox: Mailbox
    sink_port: int
    simulation: Simulation
    dsn: str

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def furnish(self) -> None:
        demo.furnish(self.dsn, self.settings, self.sink_port, Console(quiet=True), days=0)


@contextmanager
def demonstration(
    dsn: str, folder: Path, *, days: float = 0, pace: str | None = None, calls: bool = False
) -> Generator[Demonstration]:
    """A demonstration, furnished, with its doors open (that of the telephone if `calls`) and `days` of history."""
    settings = Settings(data_dir=folder, port=free_port(), mail_port=free_port())
    mailbox = Mailbox(folder / "demo" / "mail", WallClock())
    with ExitStack() as stack:
        sink_port = mailbox.open()
        stack.callback(mailbox.close)
        demo.furnish(dsn, settings, sink_port, Console(quiet=True), days=days)
        centre = compose(dsn, demo_accounts=house.accounts())
        stack.callback(centre.stop)
        assert centre.runner.wait_until_leading(60)
        assert settings.mail_port is not None
        open_mail(centre, ("127.0.0.1", settings.mail_port))
        if calls:
            menus.furnish(centre)
            open_voice(centre)
        simulation = demo.inhabit(centre, settings, mailbox, pace=pace)
        stack.enter_context(_served(centre, settings.port))
        stack.callback(simulation.stop)
        if pace is not None:
            simulation.start()
        yield Demonstration(centre, settings, mailbox, sink_port, simulation, dsn)


@contextmanager
def _served(centre: Centre, port: int) -> Generator[None]:
    config = uvicorn.Config(
        centre.app,
        host="127.0.0.1",
        port=port,
        log_config=None,
        ws="websockets-sansio",
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        eventually(lambda: server.started, "the server")
        yield
    finally:
        centre.watch.stop()
        server.should_exit = True
        thread.join(timeout=15)
