"""What an administrator asks of `affluent voice setup`, read as it was typed."""

import ipaddress
import re
from dataclasses import dataclass, field

from affluent.channels.voice.asterisk.configuration import Trunk

AGENTS_MAX = 2_000
CODECS = frozenset({"alaw", "ulaw", "g722", "g729", "gsm", "opus"})
CARRIERS = ("udp", "tcp", "tls")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?|\[[0-9A-Fa-f:]+\](?::\d{1,5})?")
_USER = re.compile(r"[A-Za-z0-9_.+~-]+")


class Unclear(ValueError):
    """`code` of the sentence that says what is wrong with `text`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, as it was typed."""

    agents: str = ""
    desk_phones: str = ""
    trunks: tuple[str, ...] = ()
    ari_host: str = "127.0.0.1"
    ari_port: int = 8088
    sip_host: str = "0.0.0.0"  # noqa: S104 -- a telephone server listens to the outside
    sip_port: int = 5060
    rtp: str = "10000-20000"
    external_address: str = ""
    local_nets: tuple[str, ...] = field(default=())
    certificate: str = ""
    key: str = ""
    https_port: int = 8089


def numbers(text: str) -> list[int]:
    """`3,4,7-9` as numbers. Raises `Unclear`."""
    found: list[int] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise Unclear("bad_agents", text)
        low, high = int(first), int(last if dash else first)
        if high - low >= AGENTS_MAX:
            raise Unclear("bad_agents", text)
        found += range(low, high + 1)
    if len(found) > AGENTS_MAX or any(one < 1 for one in found):
        raise Unclear("bad_agents", text)
    return sorted(set(found))


def ports(text: str) -> tuple[int, int]:
    """`10000-20000`. Raises `Unclear`."""
    first, _, last = text.partition("-")
    if not first.isdecimal() or not last.isdecimal() or not 1024 <= int(first) < int(last) <= 65_535:
        raise Unclear("bad_ports", text)
    return int(first), int(last)


def network(text: str) -> str:
    """`10.0.0.0/8`, or one address. Raises `Unclear`."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise Unclear("bad_network", text) from None


def trunk(text: str) -> Trunk:
    """`[NAME=][USER@]HOST[:PORT][;transport=…][;codecs=alaw+ulaw][;match=ADDRESS+ADDRESS]`. Raises `Unclear`."""
    way, *options = (one.strip() for one in text.split(";"))
    name, equals, rest = way.partition("=")
    if not equals:
        name, rest = "trunk", way
    user, at, host = rest.rpartition("@")
    told = {one.partition("=")[0]: one.partition("=")[2] for one in options}
    carrier = told.pop("transport", "udp")
    codecs = tuple(told.pop("codecs", "alaw+ulaw").split("+"))
    match = tuple(filter(None, told.pop("match", "").split("+")))
    fine = (
        _NAME.fullmatch(name)
        and not name.startswith(("agent-", "registered-", "affluent-"))
        and _HOST.fullmatch(host)
        and (not at or _USER.fullmatch(user))
        and carrier in CARRIERS
        and set(codecs) <= CODECS
        and all(_HOST.fullmatch(one.partition("/")[0]) for one in match)
    )
    if told or not fine:
        raise Unclear("bad_trunk", text)
    return Trunk(host, user, match=match, name=name, transport=carrier, codecs=codecs)


def variable(name: str) -> str:
    """The variable of the environment that holds the password of a trunk."""
    return "AFFLUENT_TRUNK_PASSWORD" + ("" if name == "trunk" else f"_{name.upper().replace('-', '_')}")
