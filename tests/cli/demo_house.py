"""The demonstration at work for tests, on a database of one test's own and on free ports."""

import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from affluent.cli.clock import WallClock
from affluent.cli.compose import Centre, compose, open_mail
from affluent.cli.demo import arrivals, demo, house
from affluent.cli.demo.mailbox import Mailbox, free_port
from affluent.cli.settings import Settings
from tests.channels.centre import eventually


@dataclass
class Demonstration:
    """A demonstration that runs, before its first customers."""

    centre: Centre
    settings: Settings
    mailbox: Mailbox
    sink_port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def furnish(self) -> None:
        demo.furnish(self.centre, self.settings, self.mailbox, self.sink_port)

    def let_customers_in(self) -> None:
        assert self.settings.mail_port is not None
        doors = arrivals.Doors(f"127.0.0.1:{self.settings.port}", self.settings.mail_port)
        folder = self.settings.data_dir / "demo"
        with ExitStack() as here:
            arrivals.first_customers(self.centre, doors, self.mailbox, folder, threading.Event(), here)


@contextmanager
def demonstration(dsn: str, folder: Path) -> Generator[Demonstration]:
    """A demonstration, furnished, with its doors open."""
    settings = Settings(data_dir=folder, port=free_port(), mail_port=free_port())
    mailbox = Mailbox(folder / "demo" / "mail", WallClock())
    with ExitStack() as stack:
        sink_port = mailbox.open()
        stack.callback(mailbox.close)
        centre = compose(dsn, demo_accounts=house.accounts())
        stack.callback(centre.stop)
        assert centre.runner.wait_until_leading(60)
        assert settings.mail_port is not None
        open_mail(centre, ("127.0.0.1", settings.mail_port))
        running = Demonstration(centre, settings, mailbox, sink_port)
        running.furnish()
        stack.enter_context(_served(centre, settings.port))
        yield running


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
