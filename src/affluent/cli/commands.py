"""The commands. Each imports what it needs when it runs, so that `affluent --help` answers at once."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from affluent.cli.history import history
from affluent.cli.twin import twin
from affluent.cli.voice import voice

# An accident tells places and no values: what a variable holds may be a customer's words.
app = typer.Typer(
    no_args_is_help=True,
    help="A cross-channel contact centre.",
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
mail = typer.Typer(no_args_is_help=True, help="Look at e-mail as Affluent understands it.")
app.add_typer(mail, name="mail")
keys = typer.Typer(no_args_is_help=True, help="The key that seals the passwords of channels.")
app.add_typer(keys, name="secrets")
outbound = typer.Typer(no_args_is_help=True, help="What leaves the house: replies held back, or sent.")
app.add_typer(outbound, name="outbound")
app.add_typer(history, name="history")
app.add_typer(twin, name="twin")
app.add_typer(voice, name="voice")
bench = typer.Typer(no_args_is_help=True, help="Measure the engine and the runner on this machine.")
app.add_typer(bench, name="bench")
policy = typer.Typer(no_args_is_help=True, help="Routing policies written as documents.")
app.add_typer(policy, name="policy")

_REFUSED = {
    "not_a_demonstration": "This data folder holds a centre that is not the demonstration. Give the demonstration"
    " a folder of its own: AFFLUENT_DATA_DIR=demo-data affluent demo",
}


@app.command()
def serve() -> None:
    """Run the centre until it is asked to stop. Settings are environment variables AFFLUENT_*."""
    from affluent.cli.serve import serve as run  # noqa: PLC0415 -- heavy
    from affluent.cli.settings import Settings  # noqa: PLC0415 -- heavy

    _guarded(lambda: run(Settings(), Console(stderr=True)))


@app.command()
def demo() -> None:
    """Run a demonstration centre on this machine, with customers, mailboxes and people to sign in as."""
    from affluent.cli.demo.demo import run  # noqa: PLC0415 -- heavy
    from affluent.cli.settings import Settings  # noqa: PLC0415 -- heavy

    _guarded(lambda: run(Settings(), Console(stderr=True)))


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    from affluent.cli.settings import Settings  # noqa: PLC0415 -- heavy
    from affluent.storage.migrate import migrate as run  # noqa: PLC0415 -- heavy
    from affluent.storage.server import choose  # noqa: PLC0415 -- heavy

    def work() -> None:
        settings = Settings()
        url = settings.database_url.get_secret_value() if settings.database_url else None
        provider = choose(settings.data_dir, url=url, kind=settings.postgres)
        try:
            run(provider.start())
        finally:
            provider.stop()

    _guarded(work)


@mail.command("parse")
def mail_parse(
    files: Annotated[list[Path], typer.Argument(help="Messages, one a file; - reads standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a message.")] = False,
) -> None:
    """Show what each message says. Nothing in a message makes this fail."""
    from affluent.channels.email.cli import parse_files  # noqa: PLC0415 -- heavy

    parse_files(files, as_json, sys.stdout)


@keys.command("rotate")
def secrets_rotate() -> None:
    """Seal all passwords with a new key."""
    from affluent.cli.sealing import rotate  # noqa: PLC0415 -- heavy
    from affluent.cli.settings import Settings  # noqa: PLC0415 -- heavy

    _guarded(lambda: rotate(Settings(), Console(stderr=True)))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for monitoring.")] = False,
    no_network: Annotated[bool, typer.Option("--no-network", help="Ask no mail server and no DNS.")] = False,
) -> None:
    """Say what is wrong with this centre and what to do. Ends with 1 when something is."""
    from affluent.cli.operate.doctor import run  # noqa: PLC0415 -- heavy
    from affluent.cli.settings import Settings  # noqa: PLC0415 -- heavy

    def work() -> None:
        if not run(Settings(), sys.stdout, as_json=as_json, network=not no_network):
            raise typer.Exit(1)

    _guarded(work)


@app.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Where to; unset, a new file in the data folder.")
    ] = None,
    with_key: Annotated[
        bool, typer.Option("--with-key", help="Also the key of the mailboxes' passwords.")
    ] = False,
    keep: Annotated[
        int, typer.Option(min=0, help="Delete older backups of the data folder but so many; 0: none.")
    ] = 0,
) -> None:
    """Write everything into one file, while the centre runs."""
    from affluent.cli.operate.saving import save  # noqa: PLC0415 -- heavy
    from affluent.cli.settings import Settings  # noqa: PLC0415 -- heavy

    def work() -> None:
        save(Settings(), Console(), file, with_key=with_key, keep=keep)

    _guarded(work)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file written by `affluent backup`.")],
    replace: Annotated[bool, typer.Option("--replace", help="In the place of all that is there.")] = False,
) -> None:
    """Put a backup back. The centre must not run; nothing is sent until `affluent outbound release`."""
    from affluent.cli.operate.saving import put_back  # noqa: PLC0415 -- heavy
    from affluent.cli.settings import Settings  # noqa: PLC0415 -- heavy

    _guarded(lambda: put_back(Settings(), Console(), file, replace=replace))


@outbound.command("status")
def outbound_status() -> None:
    """Say whether replies are held back, and how many wait."""
    from affluent.cli.operate.saving import tell_outbound  # noqa: PLC0415 -- heavy
    from affluent.cli.settings import Settings  # noqa: PLC0415 -- heavy

    _guarded(lambda: tell_outbound(Settings(), Console()))


@outbound.command("hold")
def outbound_hold() -> None:
    """Send nothing until it is released."""
    from affluent.cli.operate.saving import hold_outbound  # noqa: PLC0415 -- heavy
    from affluent.cli.settings import Settings  # noqa: PLC0415 -- heavy

    _guarded(lambda: hold_outbound(Settings(), Console()))


@outbound.command("release")
def outbound_release(
    send_all: Annotated[
        bool, typer.Option("--send-all", help="Also what may have gone before a restore.")
    ] = False,
) -> None:
    """Send again. What may have gone since a restored backup is shown to agents, who decide."""
    from affluent.cli.operate.saving import release_outbound  # noqa: PLC0415 -- heavy
    from affluent.cli.settings import Settings  # noqa: PLC0415 -- heavy

    _guarded(lambda: release_outbound(Settings(), Console(), send_all=send_all))


@bench.command("router")
def bench_router(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    agents: Annotated[int, typer.Option(min=10, help="Agents of the engine.")] = 7_500,
    queues: Annotated[int, typer.Option(min=50)] = 5_000,
    waiting: Annotated[int, typer.Option(min=1, help="Contacts in line.")] = 500_000,
    skills: Annotated[int, typer.Option(min=8, help="Skills that there are.")] = 64,
    turns: Annotated[int, typer.Option(min=10, help="Turns of arrival, withdrawal and release.")] = 5_000,
    runner_agents: Annotated[int, typer.Option(min=1, help="Agents of the runner.")] = 1_000,
    rate: Annotated[int, typer.Option(min=1, help="Contacts a second, for the time to an offer.")] = 200,
    seconds: Annotated[int, typer.Option(min=1, help="How long at that rate.")] = 15,
    contacts: Annotated[int, typer.Option(min=10, help="Whole lives, as fast as they go.")] = 10_000,
) -> None:
    """Decisions of the engine, its rebuild from a database, and what the runner carries. Takes minutes."""
    from affluent.cli.bench.router import Sizes, run  # noqa: PLC0415 -- heavy

    sizes = Sizes(agents, queues, waiting, skills, turns, runner_agents, rate, seconds, contacts)
    _guarded(lambda: run(sizes, sys.stdout, as_json=as_json))


@bench.command("twin")
def bench_twin(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    contacts: Annotated[int, typer.Option(min=1_000, help="A day of the small centre.")] = 500_000,
) -> None:
    """Contacts a second of the twin, beside a bare loop and general simulators. Takes minutes."""
    from affluent.cli.twin import unchecked  # noqa: PLC0415 -- it must come before what reads it

    unchecked()
    from affluent.cli.bench.twin import Sizes, run  # noqa: PLC0415 -- heavy

    sizes = Sizes(contacts, contacts * 3 // 5, contacts * 3 // 5, contacts // 10)
    _guarded(lambda: run(sizes, sys.stdout, as_json=as_json))


@app.command()
def route(
    file: Annotated[Path, typer.Argument(help="The policy, as a document.")],
    interpreted: Annotated[
        bool | None,
        typer.Option(
            "--interpreted/--compiled",
            help="How the engine runs; the answers are the same. Unset: compiled if it has been before.",
        ),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Tell with each decision how it came.")] = False,
    done: Annotated[bool, typer.Option("--done", help="End the answers to each line with a line.")] = False,
) -> None:
    """Answer events on standard input with decisions on standard output, one JSON object a line."""
    from affluent.cli.route import run  # noqa: PLC0415 -- heavy

    if not run(
        file, sys.stdin.buffer, sys.stdout.buffer, sys.stderr, interpreted, explain=explain, done=done
    ):
        raise typer.Exit(1)


@policy.command("check")
def policy_check(
    file: Annotated[Path, typer.Argument(help="The document; - reads standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    french: Annotated[bool, typer.Option("--french", help="Sentences in French.")] = False,
) -> None:
    """Say what is wrong with a policy, and on which line. Ends with 1 when it cannot work."""
    from affluent.cli.policy import check_file  # noqa: PLC0415 -- heavy

    if not check_file(file, sys.stdout, as_json=as_json, language="fr" if french else "en"):
        raise typer.Exit(1)


@policy.command("schema")
def policy_schema() -> None:
    """Print the JSON Schema of the document, for editors."""
    from affluent.cli.policy import print_schema  # noqa: PLC0415 -- heavy

    print_schema(sys.stdout)


_Url = Annotated[str, typer.Option("--url", envvar="AFFLUENT_URL", help="Where the pages of the centre are.")]
_Key = Annotated[
    str, typer.Option("--key", envvar="AFFLUENT_API_KEY", help="A key that may read and change settings.")
]


@policy.command("export")
def policy_export(url: _Url, key: _Key) -> None:
    """Print the routing of a running centre as one document."""
    from affluent.cli import policy_remote  # noqa: PLC0415 -- heavy

    try:
        policy_remote.export(policy_remote.Centre(url, key, "en"), sys.stdout)
    except policy_remote.Unanswered as why:
        Console(stderr=True).print(str(why), markup=False)
        raise typer.Exit(1) from None


@policy.command("apply")
def policy_apply(
    file: Annotated[Path, typer.Argument(help="The document; - reads standard input.")],
    url: _Url,
    key: _Key,
    reason: Annotated[str | None, typer.Option("--reason", help="Why, for those who read versions.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; change nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    french: Annotated[bool, typer.Option("--french", help="Sentences in French.")] = False,
) -> None:
    """Make the routing of a running centre what the document says, as one version. Ends with 1 when it cannot be."""
    from affluent.cli import policy_remote  # noqa: PLC0415 -- heavy

    centre = policy_remote.Centre(url, key, "fr" if french else "en")
    try:
        text = policy_remote.read_text(file, sys.stdin)
        done = policy_remote.apply(
            centre, str(file), text, sys.stdout, reason=reason, only_try=dry_run, as_json=as_json
        )
    except policy_remote.Unanswered as why:
        Console(stderr=True).print(str(why), markup=False)
        raise typer.Exit(1) from None
    if not done:
        raise typer.Exit(1)


def _guarded(work: Callable[[], None]) -> None:
    """Says what is wrong and what to do, instead of a traceback, for what an operator can mend."""
    from pydantic import ValidationError  # noqa: PLC0415 -- heavy

    from affluent.centre.refusals import Refusal  # noqa: PLC0415 -- heavy
    from affluent.cli.logs import log_plainly  # noqa: PLC0415 -- heavy
    from affluent.storage.errors import StorageError  # noqa: PLC0415 -- heavy
    from affluent.storage.sealing import Unsealable  # noqa: PLC0415 -- heavy

    console = Console(stderr=True)
    # Standard output is for what the command was asked; `serve` arranges its own log.
    log_plainly()
    try:
        work()
    except StorageError as error:
        console.print(f"[red]{error}[/red]", highlight=False)
        raise typer.Exit(1) from None
    except Unsealable as error:
        console.print(
            f"[red]A password cannot be opened: {error}. Put the key back, or type the password of the channel"
            " again.[/red]",
            highlight=False,
        )
        raise typer.Exit(1) from None
    except Refusal as refusal:
        console.print(f"[red]{_REFUSED.get(refusal.code, refusal.code)}[/red]", highlight=False)
        raise typer.Exit(1) from None
    except ValidationError as error:
        for one in error.errors():
            name = "AFFLUENT_" + "_".join(map(str, one["loc"])).upper()
            console.print(f"[red]{name}: {one['msg']}[/red]", highlight=False)
        raise typer.Exit(2) from None


def main() -> None:
    """Entry point of the console script."""
    app()
