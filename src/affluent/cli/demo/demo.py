"""Runs the demonstration: a usual centre on loopback, furnished and with a past, and simulated people around it."""

import threading
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from urllib.error import URLError

import structlog
from rich.console import Console

from affluent.centre.administration.administration import Administration
from affluent.centre.signing_in import SigningIn
from affluent.cli.clock import WallClock
from affluent.cli.compose import Centre
from affluent.cli.demo import callers, house, menus, pages, phones, twin
from affluent.cli.demo.doors import keys_of
from affluent.cli.demo.mailbox import Letter, Mailbox, free_port
from affluent.cli.demo.past import history
from affluent.cli.demo.people import PASSWORD
from affluent.cli.demo.simulation import Place, Simulation
from affluent.cli.serve import serve
from affluent.cli.settings import Settings
from affluent.storage.accounts import PostgresAccounts
from affluent.storage.administration import PostgresSettings
from affluent.storage.database import Database

PORTS_TRIED = 20
OPEN_S_MAX = 60.0
PRUNE_S = 600.0
log = structlog.get_logger("affluent.demo")


def run(settings: Settings, console: Console, *, days: float = history.DAYS, pace: str | None = None) -> None:
    """Runs until it is asked to stop. Raises `house.NotADemonstration` for a data folder that is in real use.

    `days` of history; `pace` of the simulated people, the last one chosen if None.
    """
    settings = on_free_port(settings, console)
    folder = settings.data_dir / "demo"
    mailbox = Mailbox(folder / "mail", WallClock())
    remembered = folder / "mail-port"
    port = mailbox.open(_number(remembered.read_text() if remembered.is_file() else ""))
    remembered.write_text(str(port))

    def furnished(dsn: str, settings: Settings, console: Console) -> None:
        furnish(dsn, settings, port, console, days=days)

    def open_house(centre: Centre, settings: Settings, console: Console, stack: ExitStack) -> None:
        menus.furnish(centre)
        simulation = inhabit(centre, settings, mailbox, pace=pace)
        stopping = threading.Event()
        stack.callback(simulation.stop)
        stack.callback(stopping.set)
        for work in (
            lambda: _announce(settings, console, simulation, stopping),
            lambda: keep_house(mailbox, stopping),
            lambda: twin.ready(centre, stopping),
        ):
            threading.Thread(target=work, name="demo", daemon=True).start()

    try:
        serve(settings, console, demo_accounts=house.accounts(), before=[furnished], prepare=[open_house])
    finally:
        mailbox.close()


def furnish(
    dsn: str, settings: Settings, sink_port: int, console: Console, *, days: float = history.DAYS
) -> None:
    """Makes what is missing in the centre, and its past when it has none. Nothing runs on the database yet."""
    origins = tuple(f"http://{name}:{settings.port}" for name in ("localhost", "127.0.0.1"))
    clock, database = WallClock(), Database(dsn)
    database.open()
    try:
        with console.status("furnishing the demonstration centre") as status:
            house.furnish(
                Administration(PostgresSettings(database), clock),
                SigningIn(PostgresAccounts(database), clock),
                house.Doors(origins, sink_port),
            )
            house.share_password(database)

            def progress(share: float) -> None:
                status.update(f"living through three weeks of history: {share:.0%}")

            written = 0
            if days and _has_no_past(database):
                written = history.make_history(dsn, progress, days=days)
        if written:
            console.print(f"[dim]The centre has a past of {written} contacts.[/dim]")
    except history.HistoryFailed as fault:
        log.warning("demo_without_history", why=str(fault))
    finally:
        database.close()


def _has_no_past(database: Database) -> bool:
    with database.transaction() as conn:
        row = conn.execute("select not exists (select from contact) as empty").fetchone()
    return row is not None and bool(row["empty"])


def inhabit(centre: Centre, settings: Settings, mailbox: Mailbox, *, pace: str | None = None) -> Simulation:
    """Adds the visitors' pages; the simulated people, who start when the doors are open."""
    assert settings.mail_port is not None
    folder: Path = settings.data_dir / "demo"
    place = Place(f"127.0.0.1:{settings.port}", settings.mail_port, keys_of(centre), folder)
    simulation = Simulation(centre, place, pace=pace)

    def received(letter: Letter) -> None:
        simulation.letter(letter.id, letter.customer)

    mailbox.on_received = received
    pages.add(centre, mailbox, settings.mail_port, simulation)
    callers.furnish(centre)
    telephones = phones.Phones(centre, everybody=simulation.telephones)
    simulation.on_seats = telephones.given
    telephones.given(frozenset())
    return simulation


def keep_house(mailbox: Mailbox, stopping: threading.Event) -> None:
    """What is done in the background: old mails of customers are thrown away."""
    while not stopping.is_set():
        try:
            mailbox.prune()
        except Exception:
            log.exception("demo_housekeeping_failed")
        stopping.wait(PRUNE_S)


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
    settings: Settings, console: Console, simulation: Simulation, stopping: threading.Event
) -> None:
    """Waits for the doors, sends the simulated people in, and says where everything is."""
    address = f"http://localhost:{settings.port}"
    if not is_open(f"http://127.0.0.1:{settings.port}/api/v1/start", stopping):
        return
    simulation.start()
    if not simulation.telephones:
        console.print("[dim]Simulated customers write and do not call: pip install 'affluent[relay]'.[/dim]")
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


def is_open(address: str, stopping: threading.Event) -> bool:
    """Waits until the server answers."""
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
