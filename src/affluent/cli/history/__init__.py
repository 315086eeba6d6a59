"""`affluent history`: the log of another system, counted or imported.

Each command imports what it needs when it runs.
"""

from pathlib import Path
from typing import Annotated

import typer

history = typer.Typer(no_args_is_help=True, help="The log of another system: counted, imported, taken back.")

File = Annotated[
    Path, typer.Argument(help="CSV, TSV, Excel, Parquet, lines of JSON, or Asterisk's queue_log.")
]
Mapping = Annotated[
    str, typer.Option("--mapping", "-m", help="A mapping's file, or the name of one that comes along.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Refused = Annotated[Path | None, typer.Option("--refused", help="Write the refused rows here, as CSV.")]


@history.command("import")
def bring_in(
    file: File,
    mapping: Mapping,
    brand: Annotated[
        str | None, typer.Option(help="The brand whose history it is; unset: the only one.")
    ] = None,
    refused: Refused = None,
    as_json: Json = False,
) -> None:
    """Write the contacts of a log into the centre's history. Done again, it changes nothing."""
    from affluent.cli.history.acting import bring_in as run  # noqa: PLC0415 -- heavy

    run(file, mapping, brand, refused, as_json=as_json)


@history.command("kpi")
def kpi(
    file: File,
    mapping: Mapping,
    by: Annotated[
        str, typer.Option("--by", help="15min, 30min, hour, day, week, month, or none: the whole period.")
    ] = "day",
    timezone: Annotated[str | None, typer.Option(help="Whose midnights; unset: the mapping's.")] = None,
    refused: Refused = None,
    as_json: Json = False,
) -> None:
    """Count every indicator by queue and interval, without a database."""
    from affluent.cli.history.acting import count  # noqa: PLC0415 -- heavy

    count(file, mapping, by, timezone, refused, as_json=as_json)


@history.command("list")
def listed(as_json: Json = False) -> None:
    """Say what was imported, with the number that `undo` asks for."""
    from affluent.cli.history.acting import tell  # noqa: PLC0415 -- heavy

    tell(as_json=as_json)


@history.command("undo")
def undo(number: Annotated[int, typer.Argument(help="The number of an import, as `list` says it.")]) -> None:
    """Take an import back, whole."""
    from affluent.cli.history.acting import undo as run  # noqa: PLC0415 -- heavy

    run(number)


@history.command("mappings")
def mappings() -> None:
    """Name the mappings that come along."""
    from affluent.twin.history.mapping import shipped  # noqa: PLC0415 -- heavy

    for name in shipped():
        typer.echo(name)
