"""The configuration of an Asterisk, written from a few facts: its ARI, a trunk, the phones of agents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

APP = "affluent"
FROM_TRUNK, FROM_AGENT = "affluent-trunk", "affluent-agent"
"""The contexts of the dialplan into which lines and agents' phones come."""
AGAIN = 20
"""A caller who comes while we restart hears ringing, and is taken within so many seconds."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """A way to the public telephone network. Without `host` it takes calls from anywhere on `match` alone.

    With a `username` it registers there and proves itself when it calls, else the provider knows it by its address.
    """

    host: str
    username: str = ""
    password: str = ""
    match: tuple[str, ...] = ()
    watched_s: int = 60
    """Every so often it is asked whether it is there; 0: it always counts as there."""
    name: str = "trunk"
    """Calls of ours go out by the one of this name."""
    transport: str = "udp"
    codecs: tuple[str, ...] = ("alaw", "ulaw")


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
    external_address: str = ""
    """The public address of a server behind a router; phones in `local_nets` are told its own."""
    local_nets: tuple[str, ...] = ()
    certificate: str = ""
    """With it browsers reach the WebSocket over TLS at `https_port`; the key may stand in the same file."""
    key: str = ""
    https_port: int = 8089
    ice_hosts: tuple[tuple[str, str], ...] = ()
    """Addresses of this machine as browsers are to see them: (own, told)."""
    lost_after_s: int = 10
    """A line from which no sound came for so long is cut."""
    trunks: tuple[Trunk, ...] = ()
    phones: tuple[PhoneOf, ...] = field(default=())
    customers: tuple[tuple[str, str], ...] = ()
    """Phones to try it with, as (name, password): whatever they dial comes in as a call from outside."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """What the settings of an Asterisk say already, beside ours: it stays as it is, and ours go by it."""

    general: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """The options under `[general]`, by file; no entry for a file without such a section."""
    transports: Mapping[str, str] = field(default_factory=dict[str, str])
    """The name of the transport of each protocol."""
    has_global: bool = False


NOTHING = Theirs()


def files(plan: Plan, theirs: Theirs = NOTHING) -> dict[str, str]:
    """The files that Affluent needs, by their names in Asterisk's folder of settings.

    With `theirs` they are what is to be said after those that are there.
    """
    return {
        "http.conf": _http(plan, theirs),
        "ari.conf": _ari(plan, theirs),
        "rtp.conf": _rtp(plan, theirs),
        "pjsip.conf": _pjsip(plan, theirs),
        "extensions.conf": _extensions(plan),
    }


def _section(name: str, *lines: str) -> str:
    return "\n".join((f"[{name}]", *lines, ""))


def _general(file: str, theirs: Theirs, wanted: Mapping[str, str]) -> str:
    """What is said there stays, but for what is switched off that we need; what is not said is said."""
    said = theirs.general.get(file)
    if said is None:
        return _section("general", *(f"{name}={value}" for name, value in wanted.items()))
    adds = [
        f"{name}={value}"
        for name, value in wanted.items()
        if name not in said or (value == "yes" and said[name].lower() not in ("yes", "true", "on", "1"))
    ]
    # A section of a name that is there already is added to.
    return "\n".join(("[general](+)", *adds, "")) if adds else ""


def _http(plan: Plan, theirs: Theirs) -> str:
    wanted = {
        "enabled": "yes",
        "bindaddr": plan.http_host,
        "bindport": str(plan.http_port),
        "sessionlimit": "2000",
    }
    if plan.certificate:
        wanted |= {
            "tlsenable": "yes",
            "tlsbindaddr": f"{plan.sip_host}:{plan.https_port}",
            "tlscertfile": plan.certificate,
            **({"tlsprivatekey": plan.key} if plan.key else {}),
        }
    return _general("http.conf", theirs, wanted)


def _ari(plan: Plan, theirs: Theirs) -> str:
    wanted = {"enabled": "yes", "pretty": "no", "websocket_write_timeout": "1000"}
    user = _section(
        plan.ari_user, "type=user", "read_only=no", f"password={plan.ari_password}", "password_format=plain"
    )
    return f"{_general('ari.conf', theirs, wanted)}\n{user}"


def _rtp(plan: Plan, theirs: Theirs) -> str:
    first, last = plan.rtp
    text = _general("rtp.conf", theirs, {"rtpstart": str(first), "rtpend": str(last), "icesupport": "yes"})
    if plan.ice_hosts:
        text += "\n" + _section("ice_host_candidates", *(f"{own} => {told}" for own, told in plan.ice_hosts))
    return text


def _pjsip(plan: Plan, theirs: Theirs) -> str:
    parts: list[str] = []
    if not theirs.has_global:
        # After a restart lines and phones are asked at once whether they are there, not within their usual minute.
        parts.append(
            _section(
                "global", "type=global", "endpoint_identifier_order=username,ip", "max_initial_qualify_time=2"
            )
        )
    parts += _transports(plan, theirs)
    for trunk in plan.trunks:
        parts += _trunk(plan, trunk, theirs)
    desk_phone = _desk_phone(theirs)
    for phone in plan.phones:
        parts += _phone(plan, phone, desk_phone)
    for name, password in plan.customers:
        parts += _registers(plan, name, password, FROM_TRUNK, desk_phone)
    return "\n".join(parts)


def _carrier(protocol: str, theirs: Theirs) -> str:
    """The name of the transport of a protocol: theirs where they have one, since an address is bound once."""
    return theirs.transports.get(protocol, f"affluent-{protocol}")


def _transports(plan: Plan, theirs: Theirs) -> Iterable[str]:
    nat = [f"local_net={net}" for net in plan.local_nets]
    if plan.external_address:
        outside = plan.external_address
        nat += [f"external_media_address={outside}", f"external_signaling_address={outside}"]
    wanted = {"udp": plan.sip_port, "tcp": plan.sip_port, "ws": 0}
    more: dict[str, list[str]] = {}
    if plan.certificate:
        wanted |= {"wss": 0}
        if any(one.transport == "tls" for one in plan.trunks):
            wanted |= {"tls": plan.sip_port + 1}
            more["tls"] = [f"cert_file={plan.certificate}", f"priv_key_file={plan.key or plan.certificate}"]
    elif any(one.transport == "tls" for one in plan.trunks):
        wanted |= {"tls": plan.sip_port + 1}
    for protocol, port in wanted.items():
        if protocol not in theirs.transports:
            at = f"{plan.sip_host}:{port}" if port else plan.sip_host
            yield _section(
                _carrier(protocol, theirs), "type=transport", f"protocol={protocol}", f"bind={at}", *nat,
                *more.get(protocol, ()),
            )  # fmt: skip


def _sound(plan: Plan) -> Sequence[str]:
    lines = ["disallow=all", "direct_media=no", "rtp_symmetric=yes", "force_rport=yes", "rewrite_contact=yes"]
    # While a line is on hold its phone may be silent for as long as it likes.
    lines += [f"rtp_timeout={plan.lost_after_s}", "rtp_timeout_hold=0", "rtp_keepalive=2"]
    if plan.media_address:
        lines += [f"media_address={plan.media_address}", "bind_rtp_to_media_address=yes"]
    return lines


def _trunk(plan: Plan, trunk: Trunk, theirs: Theirs) -> Iterable[str]:
    name, carrier = trunk.name, _carrier(trunk.transport, theirs)
    way = "" if trunk.transport == "udp" else f"\\;transport={trunk.transport}"
    more = [f"outbound_auth={name}", f"from_user={trunk.username}", "send_pai=yes"] if trunk.username else []
    yield _section(
        name, "type=endpoint", f"transport={carrier}", f"context={FROM_TRUNK}", *_sound(plan),
        f"allow={','.join(trunk.codecs)}", "dtmf_mode=rfc4733", "trust_id_inbound=yes", f"aors={name}", *more,
    )  # fmt: skip
    if trunk.host:
        yield _section(
            name, "type=aor", f"contact=sip:{trunk.host}{way}", f"qualify_frequency={trunk.watched_s}"
        )
    else:
        yield _section(name, "type=aor", "max_contacts=1")
    for address in trunk.match or (urlsplit(f"//{trunk.host}").hostname or trunk.host,):
        yield _section(name, "type=identify", f"endpoint={name}", f"match={address}")
    if trunk.username:
        yield _section(
            name,
            "type=auth",
            "auth_type=userpass",
            f"username={trunk.username}",
            f"password={_literal(trunk.password)}",
        )
        # `line`: calls to where we registered are this trunk's, from whichever of its machines they come. A refused
        # password is tried again, slowly: the provider may unblock the account.
        yield _section(
            name, "type=registration", f"transport={carrier}", f"outbound_auth={name}",
            f"server_uri=sip:{trunk.host}{way}", f"client_uri=sip:{trunk.username}@{trunk.host}",
            f"contact_user={_called(trunk)}", "expiration=300", "max_random_initial_delay=2",
            "retry_interval=30", "max_retries=100000",
            "auth_rejection_permanent=no", "forbidden_retry_interval=300", "fatal_retry_interval=300",
            "line=yes", f"endpoint={name}",
        )  # fmt: skip


def _literal(text: str) -> str:
    """What follows a semicolon is a comment otherwise."""
    return text.replace(";", "\\;")


def _called(trunk: Trunk) -> str:
    """What a provider calls that knows us by our registration alone."""
    return f"registered-{trunk.name}"


def _desk_phone(theirs: Theirs) -> Sequence[str]:
    return (f"transport={_carrier('udp', theirs)}", "allow=alaw,ulaw", "dtmf_mode=rfc4733")


_BROWSER = ("webrtc=yes", "dtls_auto_generate_cert=yes", "allow=opus,ulaw")


def _phone(plan: Plan, phone: PhoneOf, desk_phone: Sequence[str]) -> Iterable[str]:
    name = f"agent-{phone.agent_id}"
    if not phone.contact:
        yield from _registers(plan, name, phone.password, FROM_AGENT, _BROWSER if phone.web else desk_phone)
        return
    yield _section(name, "type=endpoint", f"context={FROM_AGENT}", f"aors={name}", *_sound(plan), *desk_phone)
    yield _section(name, "type=aor", f"contact={phone.contact}")


def _registers(plan: Plan, name: str, password: str, context: str, kind: Iterable[str]) -> Iterable[str]:
    """A phone that says where it is, with a password."""
    yield _section(
        name, "type=endpoint", f"context={context}", f"aors={name}", f"auth={name}", *_sound(plan), *kind
    )
    yield _section(
        name, "type=auth", "auth_type=userpass", f"username={name}", f"password={_literal(password)}"
    )
    yield _section(name, "type=aor", "max_contacts=1", "remove_existing=yes", "qualify_frequency=15")


def _extensions(plan: Plan) -> str:
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
            *(_registered(one) for one in plan.trunks if one.username),
        )
    )
    echo = "exten => echo,1,Answer()\n same => n,Echo()\n same => n,Hangup()\n"
    return f"[{FROM_TRUNK}]\n{into}\n[{FROM_AGENT}]\n{echo}"


def _registered(trunk: Trunk) -> str:
    """The number that was dialled, of a call that came to where we registered: whom it is to, else whose line it is."""
    called = _called(trunk)
    return "\n".join(
        (
            f"exten => {called},1,Set(CALLED=${{PJSIP_HEADER(read,To)}})",
            " same => n,Set(CALLED=${CUT(CALLED,@,1)})",
            " same => n,Set(CALLED=${CUT(CALLED,:,2)})",
            f' same => n,GotoIf($["${{CALLED}}" = "" | "${{CALLED}}" = "{called}"]?own)',
            f" same => n,Goto({FROM_TRUNK},${{CALLED}},1)",
            f" same => n(own),Goto({FROM_TRUNK},{trunk.username},1)",
            "",
        )
    )
