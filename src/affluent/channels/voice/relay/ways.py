"""Ways to browsers on this machine where there is no network at all."""

from aioice import ice

LOOPBACK = "127.0.0.1"
_found = ice.get_host_addresses


def _with_loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    return _found(use_ipv4, use_ipv6) or _loopback(use_ipv4, use_ipv6)


def without_network() -> None:
    """The library leaves the machine's own address out, always; whoever has no other one keeps it from here on."""
    ice.get_host_addresses = _with_loopback


def on_this_machine() -> None:
    """Nothing goes over a network: for a process whose calls stay on its machine."""
    ice.get_host_addresses = _loopback


def _loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    return [LOOPBACK] if use_ipv4 else []
