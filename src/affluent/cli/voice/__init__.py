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
    agents: Annotated[str, typer.Option(help="Agents whose phone is their browser: 3,4,7-12.")] = "",
    desk_phones: Annotated[str, typer.Option(help="Agents who have a SIP phone: 5,20-29.")] = "",
    trunk: Annotated[
        list[str] | None,
        typer.Option(
            help="A line to the outside, as [NAME=][USER@]HOST[:PORT], perhaps followed by ;transport=tcp"
            " ;codecs=alaw+g722 ;match=ADDRESS+NETWORK. With USER it registers. Several may be given:"
            " one is called trunk (the one without a name), and calls of yours go out by it."
        ),
    ] = None,
    ari_host: Annotated[str, typer.Option(help="Where the ARI listens.")] = "127.0.0.1",
    ari_port: Annotated[int, typer.Option(min=1, max=65535)] = 8088,
    sip_host: Annotated[str, typer.Option(help="Where phones and the provider reach it.")] = "0.0.0.0",  # noqa: S104 -- a telephone server listens to the outside
    sip_port: Annotated[int, typer.Option(min=1, max=65535)] = 5060,
    rtp: Annotated[str, typer.Option(help="The UDP ports of sound.")] = "10000-20000",
    external_address: Annotated[str, typer.Option(help="Its public address, behind a router.")] = "",
    local_net: Annotated[
        list[str] | None, typer.Option(help="A network on this side of the router: 192.168.0.0/16.")
    ] = None,
    certificate: Annotated[str, typer.Option(help="PEM, with its chain: browsers' phones over TLS.")] = "",
    key: Annotated[str, typer.Option(help="Its key, when it is in a file of its own.")] = "",
    https_port: Annotated[int, typer.Option(min=1, max=65535)] = 8089,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, change nothing.")
    ] = False,
    new_passwords: Annotated[bool, typer.Option("--new-passwords", help="Else those there stay.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take away what this command wrote.")] = False,
) -> None:
    """Write the configuration of an Asterisk: its ARI, lines to the outside, phones; say what to enter where.

    What is there stays: ours is in the folder `affluent`, included at the end of five files. Run again, it
    writes what is asked then. Passwords of providers are read from AFFLUENT_TRUNK_PASSWORD, and for other
    lines AFFLUENT_TRUNK_PASSWORD_NAME.
    """
    from affluent.cli.voice.setup import remove as take_away  # noqa: PLC0415 -- heavy
    from affluent.cli.voice.setup import setup as run  # noqa: PLC0415 -- heavy
    from affluent.cli.voice.wishes import Wanted  # noqa: PLC0415 -- heavy

    if remove:
        take_away(folder, dry_run=dry_run)
        return
    wanted = Wanted(
        agents, desk_phones, tuple(trunk or ()), ari_host, ari_port, sip_host, sip_port, rtp, external_address,
        tuple(local_net or ()), certificate, key, https_port,
    )  # fmt: skip
    run(folder, wanted, dry_run=dry_run, new_passwords=new_passwords)


@voice.command("check")
def check(
    url: Annotated[str, typer.Argument(help="The address of its ARI.")] = "http://127.0.0.1:8088",
    user: Annotated[str, typer.Option(help="The ARI's user.")] = "affluent",
    sounds: Annotated[
        Path | None,
        typer.Option(help="The centre's folder of sounds; by default the one of this machine's centre."),
    ] = None,
    phones_url: Annotated[
        str, typer.Option(help="Where browsers' phones reach it: wss://phone.example.org/ws.")
    ] = "",
    console: Annotated[
        str, typer.Option(help="The program that asks it for its registrations, on its own machine.")
    ] = "asterisk",
    folder: Annotated[Path, typer.Option(help="Its settings, when on this machine.")] = Path("/etc/asterisk"),
) -> None:
    """Look whether a running Asterisk can serve, and say what to do where not.

    Version, ARI, commands by WebSocket, modules, clock, dialplan, sounds, lines, phones, certificate, ports. The
    password of the ARI is read from AFFLUENT_ARI_PASSWORD. Exits with 1 when calls cannot work.
    """
    from affluent.cli.voice.check import Asked  # noqa: PLC0415 -- heavy
    from affluent.cli.voice.check import check as run  # noqa: PLC0415 -- heavy

    run(Asked(url, user, sounds=sounds, phones_url=phones_url, console=console, folder=folder))


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
