"""Lines to the outside and phones: who is registered where, and who not."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from typing import Any

import httpx

from affluent.channels.voice.asterisk.existing import Section
from affluent.cli.voice.checks.finding import Finding, warning

CONSOLE_S = 10
NAMED_MAX = 12
_REGISTRATION = re.compile(r"^\s*(\S+)/(sips?:\S+)\s+(\S+)\s+(Registered|Rejected|Unregistered|Stopped)\b")


def phones(ari: httpx.Client, known: Sequence[Section]) -> Iterator[Finding]:
    """Trunks and phones as endpoints; `known`: what its settings say, where they can be read."""
    answer = ari.get("/endpoints/PJSIP")
    ends: list[dict[str, Any]] = answer.json() if answer.status_code == 200 else []
    states = {str(one["resource"]): str(one.get("state", "")) for one in ends}
    agents = {name: state for name, state in states.items() if name.startswith("agent-")}
    trunks = {"trunk"} | {
        one.name for one in known if one.options.get("type") in ("identify", "registration")
    }
    for name in sorted(trunks):
        if name not in states:
            yield warning("no_trunk", name=name)
        elif states[name] == "offline":
            yield warning("trunk_offline", name=name)
        else:
            yield Finding("trunk_there", True, {"name": name}, grave=False)
    away = sorted((name for name, state in agents.items() if state != "online"), key=_by_number)
    told = {"all": str(len(agents)), "there": str(len(agents) - len(away))}
    if not agents:
        yield warning("no_phones")
    elif away:
        more = ", …" if len(away) > NAMED_MAX else ""
        yield warning("phones_away", **told, names=", ".join(away[:NAMED_MAX]) + more)
    else:
        yield Finding("phones", True, told, grave=False)


def _by_number(name: str) -> tuple[int, str]:
    number = name.removeprefix("agent-")
    return (int(number) if number.isdecimal() else 0, name)


def registrations(command: Sequence[str], wanted: Sequence[str] = ()) -> Iterator[Finding]:
    """Whether it is registered at its providers. The ARI does not tell: its console does, on its own machine.

    `wanted`: names of registrations that its settings hold.
    """
    if shutil.which(command[0]) is None:
        if wanted:
            yield warning("console_missing", program=command[0])
        return
    try:
        told = subprocess.run(  # noqa: S603 -- the administrator names it
            [*command, "-rx", "pjsip show registrations"],
            capture_output=True, text=True, timeout=CONSOLE_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as fault:
        yield warning("console_silent", program=command[0], why=str(fault))
        return
    if told.returncode != 0:
        yield warning("console_silent", program=command[0], why=(told.stderr or told.stdout).strip()[:200])
        return
    states = {
        one[1]: (one[2], one[4]) for line in told.stdout.splitlines() if (one := _REGISTRATION.match(line))
    }
    for name in sorted({*wanted, *states}):
        server, state = states.get(name, ("", "Stopped"))
        code = f"registration_{state.lower()}"
        yield Finding(code, state == "Registered", {"name": name, "server": server}, grave=False)
