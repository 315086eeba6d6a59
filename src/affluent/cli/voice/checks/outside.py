"""What stands between it and the phones: the certificate of the WebSocket, the ports of sound."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from affluent.cli.voice.checks.finding import Finding, warning

DAYS_LEFT_MIN = 21
DAY_S = 86_400
PORTS_A_CALL = 8
"""Two lines, each with two ports of its own; another two while lines are listened to or recorded."""
CALLS_MIN = 200
CONNECTED_S = 5.0
EPHEMERAL = "/proc/sys/net/ipv4/ip_local_port_range"
_FIRST, _LAST = 5_000, 31_000
"""What Asterisk takes where its settings say nothing."""


def browsers(url: str, trusted: ssl.SSLContext, now_s: float) -> Iterator[Finding]:
    """Whether a browser would believe it and be let in."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "wss" or not host:
        yield warning("phones_url_plain", url=url)
        return
    try:
        with (
            socket.create_connection((host, parts.port or 443), CONNECTED_S) as bare,
            trusted.wrap_socket(bare, server_hostname=host) as secure,
        ):
            told = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as fault:
        yield warning(_blamed(fault), host=host, why=fault.verify_message)
        return
    except (OSError, ssl.SSLError) as fault:
        yield warning("phones_url_silent", url=url, why=str(fault))
        return
    ends = ssl.cert_time_to_seconds(str(told["notAfter"]))
    days = int((ends - now_s) // DAY_S)
    yield (
        warning("certificate_ends", host=host, days=str(days))
        if days < DAYS_LEFT_MIN
        else Finding("certificate", True, {"host": host, "days": str(days)}, grave=False)
    )
    try:
        with connect(
            url, ssl=trusted, subprotocols=[Subprotocol("sip")], open_timeout=CONNECTED_S, close_timeout=1, proxy=None
        ) as found:  # fmt: skip
            said = found.subprotocol
    except (OSError, InvalidHandshake, WebSocketException, TimeoutError) as fault:
        yield warning("phones_url_no_sip", url=url, why=str(fault) or type(fault).__name__)
        return
    if said != "sip":
        yield warning("phones_url_no_sip", url=url, why="sip")
    else:
        yield Finding("phones_url", True, {"url": url}, grave=False)


_EXPIRED, _NOT_YET, _SELF, _WRONG_NAME = (10,), (9,), (18, 19, 20, 21), (62, 64)
"""Codes of X509_V_ERR in OpenSSL."""


def _blamed(fault: ssl.SSLCertVerificationError) -> str:
    code = fault.verify_code
    if code in _EXPIRED:
        return "certificate_expired"
    if code in _NOT_YET:
        return "certificate_not_yet"
    if code in _WRONG_NAME:
        return "certificate_name"
    return "certificate_unknown" if code in _SELF else "certificate_wrong"


def ports(rtp: Mapping[str, str]) -> Iterator[Finding]:
    """Whether there are enough ports of sound; `rtp`: what its settings say of them."""
    first, last = _number(rtp.get("rtpstart"), _FIRST), _number(rtp.get("rtpend"), _LAST)
    calls = max(0, last - first + 1) // PORTS_A_CALL
    told = {"first": str(first), "last": str(last), "calls": str(calls)}
    yield Finding("ports", True, told, grave=False) if calls >= CALLS_MIN else warning("ports_few", **told)
    if rtp.get("icesupport", "yes").lower() in ("no", "false", "off", "0"):
        yield warning("no_ice")


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdecimal() else otherwise
