"""The configuration of an Asterisk, written from a few facts: its ARI, a trunk, the phones of agents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

APP = "affluent"
AGAIN = 20
"""A caller who comes while we restart hears ringing, and is taken within so many seconds."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """The way to the public telephone network. Without `host` it takes calls from anywhere on `match` alone."""

    host: str
    username: str = ""
    password: str = ""
    match: tuple[str, ...] = ()
    watched_s: int = 60
    """Every so often it is asked whether it is there; 0: it always counts as there."""


@dataclass(frozen=True, slots=True)
class PhoneOf:
    """The phone of an agent: registers as `agent-{id}`. `web`: a browser by WebRTC. `contact`: where it always is."""

    agent_id: int
    password: str
    web: bool = False
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one Asterisk is to be."""

    ari_user: str
    ari_password: str
    http_host: str = "127.0.0.1"
    http_port: int = 8088
    sip_host: str = "0.0.0.0"  # noqa: S104 -- where a telephone server listens; a plan may say otherwise
    sip_port: int = 5060
    rtp: tuple[int, int] = (10_000, 20_000)
    media_address: str = ""
    """The address that lines are told for their sound; empty: what Asterisk finds."""
    ice_hosts: tuple[tuple[str, str], ...] = ()
    """Addresses of this machine as browsers are to see them: (own, told)."""
    lost_after_s: int = 10
    """A line from which no sound came for so long is cut."""
    trunk: Trunk | None = None
    phones: tuple[PhoneOf, ...] = field(default=())
    customers: tuple[tuple[str, str], ...] = ()
    """Phones to try it with, as (name, password): whatever they dial comes in as a call from outside."""


def files(plan: Plan) -> dict[str, str]:
    """The files that Affluent needs, by their names in Asterisk's folder of settings."""
    return {
        "http.conf": _http(plan),
        "ari.conf": _ari(plan),
        "rtp.conf": _rtp(plan),
        "pjsip.conf": _pjsip(plan),
        "extensions.conf": _extensions(),
    }


def _section(name: str, *lines: str) -> str:
    return "\n".join((f"[{name}]", *lines, ""))


def _http(plan: Plan) -> str:
    return _section(
        "general",
        "enabled=yes",
        f"bindaddr={plan.http_host}",
        f"bindport={plan.http_port}",
        "sessionlimit=2000",
    )


def _ari(plan: Plan) -> str:
    general = _section("general", "enabled=yes", "pretty=no", "websocket_write_timeout=1000")
    user = _section(
        plan.ari_user, "type=user", "read_only=no", f"password={plan.ari_password}", "password_format=plain"
    )
    return f"{general}\n{user}"


def _rtp(plan: Plan) -> str:
    first, last = plan.rtp
    text = _section("general", f"rtpstart={first}", f"rtpend={last}", "icesupport=yes")
    if plan.ice_hosts:
        text += "\n" + _section("ice_host_candidates", *(f"{own} => {told}" for own, told in plan.ice_hosts))
    return text


def _pjsip(plan: Plan) -> str:
    at = f"{plan.sip_host}:{plan.sip_port}"
    parts = [
        _section("global", "type=global", "endpoint_identifier_order=username,ip"),
        _section("udp", "type=transport", "protocol=udp", f"bind={at}"),
        _section("tcp", "type=transport", "protocol=tcp", f"bind={at}"),
        _section("ws", "type=transport", "protocol=ws", f"bind={plan.sip_host}"),
    ]
    if plan.trunk is not None:
        parts += _trunk(plan, plan.trunk)
    for phone in plan.phones:
        parts += _phone(plan, phone)
    for name, password in plan.customers:
        parts += _registers(plan, name, password, "from-trunk", _DESK_PHONE)
    return "\n".join(parts)


def _sound(plan: Plan) -> Sequence[str]:
    lines = ["disallow=all", "direct_media=no", "rtp_symmetric=yes", "force_rport=yes", "rewrite_contact=yes"]
    # While a line is on hold its phone may be silent for as long as it likes.
    lines += [f"rtp_timeout={plan.lost_after_s}", "rtp_timeout_hold=0", "rtp_keepalive=2"]
    if plan.media_address:
        lines += [f"media_address={plan.media_address}", "bind_rtp_to_media_address=yes"]
    return lines


def _trunk(plan: Plan, trunk: Trunk) -> Iterable[str]:
    more = ["outbound_auth=trunk"] if trunk.username else []
    yield _section(
        "trunk", "type=endpoint", "transport=udp", "context=from-trunk", *_sound(plan), "allow=alaw,ulaw",
        "dtmf_mode=rfc4733", "trust_id_inbound=yes", "aors=trunk", *more,
    )  # fmt: skip
    if trunk.host:
        yield _section(
            "trunk", "type=aor", f"contact=sip:{trunk.host}", f"qualify_frequency={trunk.watched_s}"
        )
    else:
        yield _section("trunk", "type=aor", "max_contacts=1")
    for address in trunk.match or (trunk.host.partition(":")[0],):
        yield _section("trunk", "type=identify", "endpoint=trunk", f"match={address}")
    if trunk.username:
        yield _section(
            "trunk",
            "type=auth",
            "auth_type=userpass",
            f"username={trunk.username}",
            f"password={trunk.password}",
        )
        yield _section(
            "trunk", "type=registration", "outbound_auth=trunk", f"server_uri=sip:{trunk.host}",
            f"client_uri=sip:{trunk.username}@{trunk.host}", "retry_interval=30", "contact_user=trunk",
        )  # fmt: skip


_DESK_PHONE = ("transport=udp", "allow=alaw,ulaw", "dtmf_mode=rfc4733")
_BROWSER = ("webrtc=yes", "dtls_auto_generate_cert=yes", "allow=opus,ulaw")


def _phone(plan: Plan, phone: PhoneOf) -> Iterable[str]:
    name = f"agent-{phone.agent_id}"
    if not phone.contact:
        yield from _registers(
            plan, name, phone.password, "from-agent", _BROWSER if phone.web else _DESK_PHONE
        )
        return
    yield _section(name, "type=endpoint", "context=from-agent", f"aors={name}", *_sound(plan), *_DESK_PHONE)
    yield _section(name, "type=aor", f"contact={phone.contact}")


def _registers(plan: Plan, name: str, password: str, context: str, kind: Iterable[str]) -> Iterable[str]:
    """A phone that says where it is, with a password."""
    yield _section(
        name, "type=endpoint", f"context={context}", f"aors={name}", f"auth={name}", *_sound(plan), *kind
    )
    yield _section(name, "type=auth", "auth_type=userpass", f"username={name}", f"password={password}")
    yield _section(name, "type=aor", "max_contacts=1", "remove_existing=yes", "qualify_frequency=15")


def _extensions() -> str:
    into = "\n".join(
        (
            "exten => _[+0-9a-zA-Z].,1,Set(TRIES=0)",
            f" same => n(try),Stasis({APP},inbound,${{EXTEN}})",
            # A centre that restarts takes its callers up again within seconds: they hear it ring meanwhile.
            ' same => n,GotoIf($["${STASISSTATUS}" = "SUCCESS"]?end)',
            " same => n,Ringing()",
            " same => n,Wait(1)",
            " same => n,Set(TRIES=$[${TRIES} + 1])",
            f" same => n,GotoIf($[${{TRIES}} < {AGAIN}]?try)",
            " same => n(end),Hangup()",
            "",
        )
    )
    echo = "exten => echo,1,Answer()\n same => n,Echo()\n same => n,Hangup()\n"
    return f"[from-trunk]\n{into}\n[from-agent]\n{echo}"
