"""Runs the demonstration: a usual centre on loopback, furnished, with its customers' mailboxes beside it."""

import threading
import time
import urllib.request
from contextlib import ExitStack
from urllib.error import URLError

import structlog
from rich.console import Console

from affluent.cli.clock import WallClock
from affluent.cli.compose import Centre
from affluent.cli.demo import arrivals, house, pages
from affluent.cli.demo.mailbox import Mailbox, free_port
from affluent.cli.demo.people import PASSWORD
from affluent.cli.serve import serve
from affluent.cli.settings import Settings

PORTS_TRIED = 20
OPEN_S_MAX = 60.0
log = structlog.get_logger("affluent.demo")


def run(settings: Settings, console: Console) -> None:
    """Runs until it is asked to stop. Raises `house.NotADemonstration` for a data folder that is in real use."""
    settings = on_free_port(settings, console)
    folder = settings.data_dir / "demo"
    mailbox = Mailbox(folder / "mail", WallClock())
    remembered = folder / "mail-port"
    port = mailbox.open(_number(remembered.read_text() if remembered.is_file() else ""))
    remembered.write_text(str(port))

    def open_house(centre: Centre, settings: Settings, console: Console, stack: ExitStack) -> None:
        if not settings.data_dir.joinpath("demo", "arrived").is_file():
            console.print(
                "[dim]Furnishing the demonstration centre: two brands, six people, eight queues.[/dim]"
            )
        furnish(centre, settings, mailbox, port)
        stopping = threading.Event()
        stack.callback(stopping.set)
        # Closed after the server, which sends away whoever is still there.
        here = stack.enter_context(ExitStack())
        announcing = threading.Thread(
            target=_announce, args=(centre, settings, console, mailbox, stopping, here), daemon=True
        )
        announcing.start()

    try:
        serve(settings, console, demo_accounts=house.accounts(), prepare=[open_house])
    finally:
        mailbox.close()


def furnish(centre: Centre, settings: Settings, mailbox: Mailbox, sink_port: int) -> None:
    """Makes what is missing in the centre and opens the customers' pages."""
    origins = tuple(f"http://{name}:{settings.port}" for name in ("localhost", "127.0.0.1"))
    services = centre.app.state.services
    house.furnish(services.administration, services.signing_in, house.Doors(origins, sink_port))
    assert settings.mail_port is not None
    pages.add(centre, mailbox, settings.mail_port)


def on_free_port(settings: Settings, console: Console) -> Settings:
    """The settings on the wanted port, or on the next free one, and with a listener for mail."""
    port = settings.port
    for tried in range(port, port + PORTS_TRIED) if port else (0,):
        try:
            port = free_port(tried)
            break
        except OSError:
            continue
    if port != settings.port and settings.port:
        console.print(f"[yellow]Port {settings.port} is taken:[/yellow] the demonstration opens on {port}.")
    mail_port = settings.mail_port or free_port()
    # Everyone who reaches a demonstration is its administrator: it opens on this machine only.
    return settings.model_copy(
        update={"host": "127.0.0.1", "port": port, "mail_host": "127.0.0.1", "mail_port": mail_port}
    )


def _announce(
    centre: Centre,
    settings: Settings,
    console: Console,
    mailbox: Mailbox,
    stopping: threading.Event,
    here: ExitStack,
) -> None:
    """Waits for the doors, lets the first customers in, and says where everything is."""
    address = f"http://localhost:{settings.port}"
    if not _open(f"http://127.0.0.1:{settings.port}/api/v1/start", stopping):
        return
    assert settings.mail_port is not None
    doors = arrivals.Doors(f"127.0.0.1:{settings.port}", settings.mail_port)
    try:
        arrivals.first_customers(centre, doors, mailbox, settings.data_dir / "demo", stopping, here)
    except Exception:
        # The centre works without them: what has not arrived is tried again at the next start.
        log.exception("demo_customers_failed")
    if stopping.is_set():
        return
    console.print(f"\n[bold]Ready.[/bold] Everything begins at  [bold]{address}/demo[/bold]\n")
    for what, where in (
        ("The centre", "/"),
        ("Arvène's site", "/demo/site/arvene"),
        ("Ligéo's site", "/demo/site/ligeo"),
        ("Customers' mail", "/demo/mail"),
    ):
        console.print(f"  {what:<18}{address}{where}", highlight=False)
    console.print(f"  {'Mail by SMTP':<18}127.0.0.1:{settings.mail_port}", highlight=False)
    console.print(f"\n  One click signs in; the password of all accounts is [bold]{PASSWORD}[/bold].")
    console.print("[dim]  Ctrl-C stops; the next start goes on where this one ended.[/dim]\n")


def _open(address: str, stopping: threading.Event) -> bool:
    end = time.monotonic() + OPEN_S_MAX
    while not stopping.is_set() and time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 -- our own address
                return True
        except (URLError, OSError):
            stopping.wait(0.1)
    return False


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdigit() else None
