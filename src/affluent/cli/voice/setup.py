"""Writes the configuration of an Asterisk, and runs one of our own."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace as changed
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

from affluent.centre.calling.phones import phone_secret
from affluent.channels.voice.asterisk.beside import Change, Taken, changes, difference, removal
from affluent.channels.voice.asterisk.configuration import PhoneOf, Plan, Trunk
from affluent.channels.voice.asterisk.existing import OURS, kept, theirs
from affluent.channels.voice.asterisk.own import furnish
from affluent.cli.settings import Settings
from affluent.cli.voice.wishes import Unclear, Wanted, network, numbers, ports, trunk, variable
from affluent.cli.voice.wording import say

ARI_USER = "affluent"
READABLE = 0o640
"""The files hold passwords: Asterisk's user and group, and nobody else."""
BEFORE = ".before-affluent"
"""What a file of theirs was before it was first touched is kept beside it."""


def setup(folder: Path, wanted: Wanted, *, dry_run: bool = False, new_passwords: bool = False) -> None:
    """Writes the files, and says what to enter where; with `dry_run` shows what would change, and changes nothing."""
    locale, console = Settings().locale, Console()
    try:
        plan = planned(folder, wanted, {} if new_passwords else kept(folder), os.environ)
        found = changes(folder, plan)
    except Unclear as fault:
        _refused(console, say(locale, fault.code, text=fault.text), 2)
    except Taken as fault:
        _refused(console, say(locale, "taken", names=", ".join(fault.names), folder=folder), 1)
    if dry_run:
        _shown(found, console, locale)
        return
    _write(folder, found, console, locale)
    _told(plan, console, locale)
    carriers = sorted(set(theirs(folder).transports.values()))
    if plan.external_address and carriers:
        sentence = say(locale, "nat_theirs", names=", ".join(carriers), address=plan.external_address)
        console.print(sentence, style="yellow", markup=False)


def remove(folder: Path, *, dry_run: bool = False) -> None:
    """Takes away what `setup` wrote; what others wrote stays."""
    locale, console = Settings().locale, Console()
    found = removal(folder)
    if dry_run:
        _shown(found, console, locale)
        return
    _write(folder, found, console, locale)
    ours = folder / OURS
    if ours.is_dir() and not any(ours.iterdir()):
        ours.rmdir()


def planned(folder: Path, wanted: Wanted, before: Mapping[str, str], environment: Mapping[str, str]) -> Plan:
    """What the Asterisk is to be. Passwords of `before` stay, so that phones and the centre go on. Raises `Unclear`."""
    browsers, desks = numbers(wanted.agents), numbers(wanted.desk_phones)
    both = sorted(set(browsers) & set(desks))
    if both:
        raise Unclear("both_kinds", ", ".join(map(str, both)))
    trunks = [trunk(one) for one in wanted.trunks]
    names = [one.name for one in trunks]
    if len(set(names)) < len(names) or (names and "trunk" not in names):
        raise Unclear("trunk_names", ", ".join(names))
    ari = before.get(ARI_USER) or secrets.token_urlsafe(24)
    phones = [PhoneOf(one, phone_secret(ari, one), web=True) for one in browsers]
    phones += [PhoneOf(one, before.get(f"agent-{one}") or secrets.token_urlsafe(12)) for one in desks]
    if wanted.key and not wanted.certificate:
        raise Unclear("key_alone", wanted.key)
    said = theirs(folder).general.get("http.conf", {})
    port = said.get("bindport", "")
    return Plan(
        ARI_USER,
        ari,
        # Where their own HTTP server listens, it goes on listening.
        http_host=said.get("bindaddr") or wanted.ari_host,
        http_port=int(port) if port.isdecimal() else wanted.ari_port,
        sip_host=wanted.sip_host,
        sip_port=wanted.sip_port,
        rtp=ports(wanted.rtp),
        external_address=wanted.external_address,
        local_nets=tuple(network(one) for one in wanted.local_nets),
        certificate=wanted.certificate,
        key=wanted.key,
        https_port=wanted.https_port,
        trunks=tuple(_with_password(one, before, environment) for one in trunks),
        phones=tuple(phones),
    )


def _with_password(one: Trunk, before: Mapping[str, str], environment: Mapping[str, str]) -> Trunk:
    if not one.username:
        return one
    password = environment.get(variable(one.name)) or before.get(one.name, "")
    if not password or not password.isprintable():
        raise Unclear("trunk_password", variable(one.name))
    return changed(one, password=password)


def _refused(console: Console, sentence: str, code: int) -> NoReturn:
    console.print(sentence, style="red", markup=False)
    raise typer.Exit(code)


def _shown(found: list[Change], console: Console, locale: str) -> None:
    for one in found:
        console.print(difference(one), markup=False, highlight=False, soft_wrap=True)
    console.print(say(locale, "would_change" if found else "nothing_changes", count=len(found)), markup=False)


def _write(folder: Path, found: list[Change], console: Console, locale: str) -> None:
    if not found:
        console.print(say(locale, "nothing_changes"), markup=False)
        return
    (folder / OURS).mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        _owned_as(folder / OURS, folder)
    for one in found:
        place = folder / one.name
        if one.after is None:
            place.unlink()
        else:
            _replaced(place, one.after, folder)
    names = ", ".join(one.name for one in found)
    console.print(say(locale, "written", files=names, folder=folder), markup=False)


def _replaced(place: Path, text: str, folder: Path) -> None:
    """Whole or not at all: an Asterisk that reads it meanwhile reads the old text. Its owner and rights stay."""
    keep = place.with_name(place.name + BEFORE)
    ours = place.parent != folder
    place = place.resolve()
    aside, like = place.with_name(f".{place.name}.new"), place if place.exists() else folder
    aside.unlink(missing_ok=True)
    aside.touch(mode=READABLE)
    aside.write_text(text, encoding="utf-8", errors="surrogateescape")
    if os.geteuid() == 0:
        _owned_as(aside, like)
    if place.exists():
        aside.chmod(place.stat().st_mode & 0o777)
        if not ours and not keep.exists():
            shutil.copy2(place, keep)
    aside.replace(place)


def _owned_as(place: Path, other: Path) -> None:
    told = other.stat()
    os.chown(place, told.st_uid, told.st_gid)


def _told(plan: Plan, console: Console, locale: str) -> None:
    def tell(code: str, **params: object) -> None:
        console.print(say(locale, code, **params), markup=False, highlight=False, soft_wrap=True)

    host = f"[{plan.http_host}]" if ":" in plan.http_host else plan.http_host
    host = "127.0.0.1" if plan.http_host in ("0.0.0.0", "::") else host  # noqa: S104 -- compared, not bound
    url = f"http://{host}:{plan.http_port}"
    tell("enter_server", url=url, user=plan.ari_user, password=plan.ari_password)
    for phone in plan.phones:
        if not phone.web:
            tell("phone", name=f"agent-{phone.agent_id}", password=phone.password)
    web = [phone for phone in plan.phones if phone.web]
    if web:
        tell("browsers", count=len(web))
        tell("browsers_tls" if plan.certificate else "browsers_no_tls", port=plan.https_port)
    for one in plan.trunks:
        tell("trunk_registers" if one.username else "trunk", name=one.name, host=one.host, user=one.username)
    tell("then_check", url=url)


def run(root: Path, folder: Path, sip_port: int, ari_port: int, agent: int) -> None:
    """Runs an Asterisk of our own until it is stopped. Its passwords are those of its first run."""
    locale, console = Settings().locale, Console()
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "passwords"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text("\n".join(secrets.token_urlsafe(12) for _ in range(3)), encoding="utf-8")
    ari, agents, customers = secret.read_text(encoding="utf-8").split()
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
