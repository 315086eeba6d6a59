"""Writes the configuration of an Asterisk, and runs one of our own."""

import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from affluent.centre.calling.phones import phone_secret
from affluent.channels.voice.asterisk.configuration import PhoneOf, Plan, Trunk, files
from affluent.channels.voice.asterisk.own import furnish
from affluent.cli.settings import Settings
from affluent.cli.voice.wording import say

ARI_USER = "affluent"
AGENTS_MAX = 2_000
READABLE = 0o640
"""The files hold passwords: Asterisk's user and group, and nobody else."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, as it was typed."""

    agents: str
    browser: bool
    trunk: str
    trunk_user: str
    ari_host: str
    ari_port: int
    sip_host: str
    sip_port: int


def numbers(text: str) -> list[int]:
    """`3,4,7-9` as numbers. Raises `ValueError`."""
    found: list[int] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        first, dash, last = part.partition("-")
        found += range(int(first), int(last if dash else first) + 1)
    if len(found) > AGENTS_MAX or any(one < 1 for one in found):
        raise ValueError(text)
    return sorted(set(found))


def setup(folder: Path, wanted: Wanted, *, replace: bool) -> None:
    """Writes the files, and says what to enter where. Touches nothing when one is there and may not be replaced."""
    locale, console = Settings().locale, Console()
    try:
        agents = numbers(wanted.agents)
    except ValueError:
        console.print(say(locale, "bad_agents", text=wanted.agents), style="red")
        raise typer.Exit(2) from None
    trunk = None
    if wanted.trunk:
        password = os.environ.get("AFFLUENT_TRUNK_PASSWORD", "")
        if wanted.trunk_user and not password:
            console.print(say(locale, "trunk_password"), style="red")
            raise typer.Exit(2)
        trunk = Trunk(wanted.trunk, wanted.trunk_user, password)
    ari = secrets.token_urlsafe(24)
    plan = Plan(
        ARI_USER,
        ari,
        http_host=wanted.ari_host,
        http_port=wanted.ari_port,
        sip_host=wanted.sip_host,
        sip_port=wanted.sip_port,
        trunk=trunk,
        phones=tuple(
            PhoneOf(
                one,
                phone_secret(ari, one) if wanted.browser else secrets.token_urlsafe(12),
                web=wanted.browser,
            )
            for one in agents
        ),
    )
    _write(folder, files(plan), console, locale, replace=replace)
    _told(plan, console, locale)


def _write(folder: Path, texts: dict[str, str], console: Console, locale: str, *, replace: bool) -> None:
    there = [name for name in texts if (folder / name).exists()]
    if there and not replace:
        console.print(say(locale, "there_already", files=", ".join(there), folder=folder), style="red")
        raise typer.Exit(1)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        place = folder / name
        if place.exists():
            place.replace(place.with_suffix(".conf.before"))
        place.touch(mode=READABLE)
        place.write_text(text, encoding="utf-8")
    console.print(say(locale, "written", files=", ".join(texts), folder=folder))


def _told(plan: Plan, console: Console, locale: str) -> None:
    url = f"http://{plan.http_host}:{plan.http_port}"
    console.print(say(locale, "enter_server", url=url, user=plan.ari_user, password=plan.ari_password))
    for phone in plan.phones:
        console.print(say(locale, "phone", name=f"agent-{phone.agent_id}", password=phone.password))
    if plan.trunk is not None:
        console.print(say(locale, "trunk", host=plan.trunk.host))
    console.print(say(locale, "then_check", url=url))


def run(root: Path, folder: Path, sip_port: int, ari_port: int, agent: int) -> None:
    """Runs an Asterisk of our own until it is stopped. Its passwords are those of its first run."""
    locale, console = Settings().locale, Console()
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "passwords"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text("\n".join(secrets.token_urlsafe(12) for _ in range(3)), encoding="utf-8")
    ari, agents, customers = kept.read_text(encoding="utf-8").split()
    plan = Plan(
        ARI_USER,
        ari,
        http_port=ari_port,
        sip_host="127.0.0.1",
        sip_port=sip_port,
        media_address="127.0.0.1",
        phones=(PhoneOf(agent, agents),),
        customers=(("customer", customers),),
    )
    try:
        main = furnish(root.resolve(), folder.resolve(), plan)
    except FileNotFoundError:
        console.print(say(locale, "no_asterisk", root=root), style="red")
        raise typer.Exit(1) from None
    _told(plan, console, locale)
    console.print(say(locale, "customer", password=customers, port=sip_port))
    try:
        code = subprocess.call([str(root.resolve() / "run"), "-C", str(main), "-f"])  # noqa: S603 -- ours
    except KeyboardInterrupt:
        code = 0
    raise typer.Exit(code)
