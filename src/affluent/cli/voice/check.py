"""Looks whether a running Asterisk can serve a centre, and says so in plain words."""

import os
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import typer
from rich.console import Console

from affluent.channels.email.secure import trusting
from affluent.channels.voice.asterisk.existing import OURS, Section, sections
from affluent.cli.settings import Settings
from affluent.cli.voice.checks.finding import Finding, warning
from affluent.cli.voice.checks.lines import phones, registrations
from affluent.cli.voice.checks.outside import browsers, ports
from affluent.cli.voice.checks.server import clock, may_write, modules, reached
from affluent.cli.voice.checks.speaking import speaking
from affluent.cli.voice.wording import say

ANSWER_S = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be looked at; `console` is the program of an Asterisk on this machine, with its options."""

    url: str
    user: str
    password: str = ""
    sounds: Path | None = None
    phones_url: str = ""
    console: str = "asterisk"
    folder: Path = Path("/etc/asterisk")
    ca_file: Path | None = None


def check(asked: Asked) -> None:
    """Prints what was found; exits with 1 when calls cannot work. The password is of `AFFLUENT_ARI_PASSWORD`."""
    settings, console = Settings(), Console()
    ours = settings.data_dir / "sounds"
    whole = Asked(
        asked.url, asked.user, os.environ.get("AFFLUENT_ARI_PASSWORD", ""),
        asked.sounds or (ours if ours.is_dir() else None), asked.phones_url, asked.console, asked.folder,
        settings.ca_file,
    )  # fmt: skip
    found: list[Finding] = []
    for one in look(whole):
        found.append(one)
        mark, style = ("✓", "green") if one.ok else ("✗", "red") if one.grave else ("!", "yellow")
        console.print(mark, style=style, end=" ")
        console.print(say(settings.locale, one.code, **one.params), markup=False, highlight=False)
    grave = sum(one.grave and not one.ok for one in found)
    if grave:
        console.print(say(settings.locale, "check_failed", count=grave), style="red", markup=False)
        raise typer.Exit(1)
    warned = sum(not one.ok for one in found)
    code = "check_warned" if warned else "check_fine"
    console.print(say(settings.locale, code, count=warned), markup=False)


def look(asked: Asked, now_s: Callable[[], float] = time.time) -> Iterator[Finding]:
    """What of it works, the first first; little further when it cannot be reached."""
    url, auth = asked.url.rstrip("/"), (asked.user, asked.password)
    with httpx.Client(base_url=f"{url}/ari", auth=auth, timeout=ANSWER_S, trust_env=False) as ari:
        there = list(reached(ari, url, asked.user))
        yield from there
        if any(one.code == "reached" for one in there):
            try:
                yield from may_write(ari, asked.user)
                yield from clock(ari, now_s)
                yield from modules(ari)
                yield from speaking(ari, url, auth, asked.sounds)
                yield from phones(ari, _settings(asked.folder))
            except (httpx.HTTPError, ValueError) as fault:
                yield Finding("broke_off", False, {"why": str(fault) or type(fault).__name__})
    registers = [one.name for one in _settings(asked.folder) if one.options.get("type") == "registration"]
    yield from registrations(shlex.split(asked.console), registers)
    if asked.phones_url:
        yield from browsers(asked.phones_url, trusting(asked.ca_file), now_s())
    if (asked.folder / "rtp.conf").exists():
        said = [*sections(asked.folder, "rtp.conf"), *sections(asked.folder / OURS, "rtp.conf")]
        yield from ports(
            {name: value for one in said if one.name == "general" for name, value in one.options.items()}
        )
    elif not asked.folder.is_dir():
        yield warning("no_folder", folder=str(asked.folder))


def _settings(folder: Path) -> list[Section]:
    """What we wrote of lines and phones there."""
    return sections(folder / OURS, "pjsip.conf")
