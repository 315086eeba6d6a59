"""The commands. Each imports what it needs when it runs, so that `affluent --help` answers at once."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(no_args_is_help=True, help="A cross-channel contact centre.", add_completion=False)
mail = typer.Typer(no_args_is_help=True, help="Look at e-mail as Affluent understands it.")
app.add_typer(mail, name="mail")
keys = typer.Typer(no_args_is_help=True, help="The key that seals the passwords of channels.")
app.add_typer(keys, name="secrets")

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


def _guarded(work: Callable[[], None]) -> None:
    """Says what is wrong and what to do, instead of a traceback, for what an operator can mend."""
    from pydantic import ValidationError  # noqa: PLC0415 -- heavy

    from affluent.centre.refusals import Refusal  # noqa: PLC0415 -- heavy
    from affluent.storage.errors import StorageError  # noqa: PLC0415 -- heavy
    from affluent.storage.sealing import Unsealable  # noqa: PLC0415 -- heavy

    console = Console(stderr=True)
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
