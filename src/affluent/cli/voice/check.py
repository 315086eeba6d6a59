"""Looks whether a running Asterisk can serve a centre."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import typer
from rich.console import Console

from affluent.cli.settings import Settings
from affluent.cli.voice.wording import say

OLDEST = 20
NEEDED = (
    "app_stasis", "chan_pjsip", "bridge_simple", "bridge_softmix", "res_ari_applications", "res_ari_bridges",
    "res_ari_channels", "res_ari_events", "res_ari_playbacks", "res_ari_recordings", "res_musiconhold",
    "res_rtp_asterisk", "res_stasis_playback", "res_stasis_recording", "res_stasis_snoop", "res_stasis_answer",
)  # fmt: skip
FOR_BROWSERS = ("res_srtp", "res_http_websocket", "res_pjsip_transport_websocket", "res_crypto")


@dataclass(frozen=True, slots=True)
class Finding:
    """`grave`: no calls without it."""

    code: str
    ok: bool
    params: dict[str, str]
    grave: bool = True


def check(url: str, user: str) -> None:
    """Prints what was found; exits with 1 when calls cannot work."""
    locale, console = Settings().locale, Console()
    found = list(look(url.rstrip("/"), user, os.environ.get("AFFLUENT_ARI_PASSWORD", "")))
    for one in found:
        mark, style = ("✓", "green") if one.ok else ("✗", "red" if one.grave else "yellow")
        console.print(f"[{style}]{mark}[/{style}] {say(locale, one.code, **one.params)}", highlight=False)
    if any(one.grave and not one.ok for one in found):
        raise typer.Exit(1)


def look(url: str, user: str, password: str) -> Iterator[Finding]:
    """What of it works, the first first; nothing further when it cannot be reached."""
    with httpx.Client(base_url=f"{url}/ari", auth=(user, password), timeout=5, trust_env=False) as ari:
        try:
            answer = ari.get("/asterisk/info")
        except httpx.HTTPError as fault:
            yield Finding("unreachable", False, {"url": url, "why": str(fault) or type(fault).__name__})
            return
        if answer.status_code in (401, 403):
            yield Finding("wrong_password", False, {"user": user})
            return
        if answer.status_code != 200:
            yield Finding("no_ari", False, {"url": url, "status": str(answer.status_code)})
            return
        version = str(answer.json().get("system", {}).get("version", ""))
        yield Finding("reached", True, {"url": url, "version": version})
        number = version.split(".", 1)[0]
        if not number.isdigit() or int(number) < OLDEST:
            yield Finding("too_old", False, {"version": version, "oldest": str(OLDEST)}, grave=False)
        yield from _modules(ari)
        yield from _lines(ari)


def _modules(ari: httpx.Client) -> Iterator[Finding]:
    loaded = {
        str(one["name"]).removesuffix(".so")
        for one in ari.get("/asterisk/modules").json()
        if one.get("status") == "Running"
    }
    missing = [one for one in NEEDED if one not in loaded]
    code = "modules_missing" if missing else "modules"
    yield Finding(code, not missing, {"names": ", ".join(missing)})
    browsers = [one for one in FOR_BROWSERS if one not in loaded]
    if browsers:
        yield Finding("browsers_missing", False, {"names": ", ".join(browsers)}, grave=False)


def _lines(ari: httpx.Client) -> Iterator[Finding]:
    answer = ari.get("/endpoints/PJSIP")
    ends: list[dict[str, Any]] = answer.json() if answer.status_code == 200 else []
    states = {str(one["resource"]): str(one.get("state", "")) for one in ends}
    if "trunk" not in states:
        yield Finding("no_trunk", False, {}, grave=False)
    else:
        yield Finding("trunk_state", states["trunk"] != "offline", {"state": states["trunk"]}, grave=False)
    phones = {name: state for name, state in states.items() if name.startswith("agent-")}
    there = sorted(name for name, state in phones.items() if state == "online")
    told = {"all": str(len(phones)), "there": str(len(there))}
    yield Finding("phones", bool(phones), told, grave=False)
