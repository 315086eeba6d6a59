"""Where an event may go: never into the network that the centre itself stands in, unless its operator says so."""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv4 behind NAT64: the address that counts is in the last four bytes."""


class NotAllowed(Exception):
    """The address is not one to send to. `code` is a key of the message catalogue."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """An address that was resolved and found allowed: it is the one that is connected to."""

    ip: str
    port: int


def resolved(host: str, port: int, *, private: bool) -> Place:
    """The address of a host. Raises `NotAllowed`, and OSError when the name is not known.

    With one forbidden address among several, none is used: whoever answers so means to slip in.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places = [str(one[4][0]) for one in found]
    if not places:
        raise NotAllowed("webhook_unknown_host")
    if not private and not all(public(place) for place in places):
        raise NotAllowed("webhook_private")
    return Place(places[0], port)


def public(text: str) -> bool:
    """Whether an address is one of the open Internet, also looked at through what wraps it."""
    try:
        address = ip_address(text.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address in _TRANSLATED:
            return public(str(IPv4Address(int(address) & 0xFFFF_FFFF)))
        if not all(public(str(inner)) for inner in _wrapped(address)):
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    )


def _wrapped(address: IPv6Address) -> list[IPv4Address]:
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    return [one for one in inner if one is not None]
