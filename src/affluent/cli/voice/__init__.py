"""`affluent voice`: an Asterisk for the centre: its configuration written, checked, and one of one's own to try.

Each command imports what it needs when it runs.
"""

from pathlib import Path
from typing import Annotated

import typer

voice = typer.Typer(no_args_is_help=True, help="The telephone: an Asterisk set up, checked, tried.")


@voice.command("setup")
def setup(
    folder: Annotated[Path, typer.Argument(help="Where Asterisk reads its settings, such as /etc/asterisk.")],
    agents: Annotated[str, typer.Option(help="The numbers of the agents who get a phone: 3,4,7-12.")] = "",
    browser: Annotated[
        bool, typer.Option("--browser/--desk-phones", help="Their phones are browsers.")
    ] = True,
    trunk: Annotated[str, typer.Option(help="The host of the telephone provider.")] = "",
    trunk_user: Annotated[str, typer.Option(help="The user name there; empty: by its address.")] = "",
    ari_host: Annotated[str, typer.Option(help="Where the ARI listens.")] = "127.0.0.1",
    ari_port: Annotated[int, typer.Option(min=1, max=65535)] = 8088,
    sip_host: Annotated[str, typer.Option(help="Where phones and the provider reach it.")] = "0.0.0.0",  # noqa: S104 -- a telephone server listens to the outside
    sip_port: Annotated[int, typer.Option(min=1, max=65535)] = 5060,
    replace: Annotated[
        bool, typer.Option("--replace", help="Files that are there are kept as *.before.")
    ] = False,
) -> None:
    """Write the configuration of an Asterisk: its ARI, a trunk, the phones of agents. Says what to enter where.

    The password of the provider is read from AFFLUENT_TRUNK_PASSWORD. Run again with --replace, passwords change.
    """
    from affluent.cli.voice.setup import Wanted  # noqa: PLC0415 -- heavy
    from affluent.cli.voice.setup import setup as run  # noqa: PLC0415 -- heavy

    run(
        folder,
        Wanted(agents, browser, trunk, trunk_user, ari_host, ari_port, sip_host, sip_port),
        replace=replace,
    )


@voice.command("check")
def check(
    url: Annotated[str, typer.Argument(help="The address of its ARI.")] = "http://127.0.0.1:8088",
    user: Annotated[str, typer.Option(help="The ARI's user.")] = "affluent",
) -> None:
    """Look whether a running Asterisk can serve: version, ARI, modules, trunk, phones.

    The password of the ARI is read from AFFLUENT_ARI_PASSWORD.
    """
    from affluent.cli.voice.check import check as run  # noqa: PLC0415 -- heavy

    run(url, user)


@voice.command("run")
def run_one(
    root: Annotated[Path, typer.Option(help="Where an Asterisk was unpacked.")] = Path("build/asterisk"),
    folder: Annotated[Path, typer.Option(help="Its settings and its log.")] = Path("build/voice"),
    sip_port: Annotated[int, typer.Option(min=1, max=65535)] = 5060,
    ari_port: Annotated[int, typer.Option(min=1, max=65535)] = 8088,
    agent: Annotated[int, typer.Option(help="The number of the agent who has the phone.")] = 1,
) -> None:
    """Run an Asterisk of your own on this machine, with a customer's phone and an agent's, until Ctrl+C."""
    from affluent.cli.voice.setup import run as run_it  # noqa: PLC0415 -- heavy

    run_it(root, folder, sip_port, ari_port, agent)
