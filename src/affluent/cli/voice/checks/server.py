"""The ARI as HTTP shows it: is it there, is it ours to use, which version, what is loaded, what time is it."""

from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

import httpx

from affluent.cli.voice.checks.finding import Finding, warning

OLDEST = 20
CLOCK_OFF_S_MAX = 3
"""Asterisk tells whole seconds, and its answer travels: less is no difference."""
NEEDED = (
    "app_stasis", "chan_pjsip", "bridge_simple", "bridge_softmix", "res_ari_applications", "res_ari_asterisk",
    "res_ari_bridges", "res_ari_channels", "res_ari_endpoints", "res_ari_events", "res_ari_playbacks",
    "res_ari_recordings", "res_musiconhold", "res_rtp_asterisk", "res_stasis_answer", "res_stasis_playback",
    "res_stasis_recording", "res_stasis_snoop", "res_pjsip_registrar", "res_pjsip_sdp_rtp", "pbx_config", "format_wav",
)  # fmt: skip
FOR_BROWSERS = ("res_srtp", "res_http_websocket", "res_pjsip_transport_websocket", "res_crypto")
FOR_TRUNKS = ("res_pjsip_outbound_registration", "res_pjsip_header_funcs", "func_cut")


def reached(ari: httpx.Client, url: str, user: str) -> Iterator[Finding]:
    """The first that is wrong is the last that is told: nothing further can be seen then."""
    try:
        answer = ari.get("/asterisk/info")
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        yield Finding("unreachable", False, {"url": url, "why": str(fault) or type(fault).__name__})
        return
    if answer.status_code in (401, 403):
        yield Finding("wrong_password", False, {"user": user})
        return
    system = _system(answer)
    if answer.status_code != 200 or system is None:
        yield Finding("no_ari", False, {"url": url, "status": str(answer.status_code)})
        return
    version = system
    yield Finding("reached", True, {"url": url, "version": version})
    number = version.split(".", 1)[0]
    if not number.isdigit() or int(number) < OLDEST:
        yield warning("too_old", version=version, oldest=str(OLDEST))


def _system(answer: httpx.Response) -> str | None:
    """The version; None when it is no Asterisk that answers."""
    try:
        told = answer.json()
        return str(told["system"]["version"])
    except (ValueError, KeyError, TypeError):
        return None


def may_write(ari: httpx.Client, user: str) -> Iterator[Finding]:
    """A user who may only read is told so when it would change something: a room that is not there is let go."""
    if ari.delete("/bridges/affluent-check").status_code == 403:
        yield Finding("read_only", False, {"user": user})


def clock(ari: httpx.Client, now_s: Callable[[], float]) -> Iterator[Finding]:
    """Whether its clock and ours agree: the moments of calls are told by both."""
    before = now_s()
    told = ari.get("/asterisk/ping").headers.get("date")
    try:
        there = parsedate_to_datetime(told or "").timestamp()
    except (ValueError, TypeError):
        return
    off = there - (before + now_s()) / 2
    if abs(off) > CLOCK_OFF_S_MAX:
        yield warning("clock_ahead" if off > 0 else "clock_behind", seconds=str(round(abs(off))))
    else:
        yield Finding("clock", True)


def modules(ari: httpx.Client) -> Iterator[Finding]:
    loaded = {
        str(one["name"]).removesuffix(".so")
        for one in ari.get("/asterisk/modules").json()
        if one.get("status") == "Running"
    }
    missing = [one for one in NEEDED if one not in loaded]
    yield Finding("modules_missing" if missing else "modules", not missing, {"names": ", ".join(missing)})
    for code, names in (("browsers_missing", FOR_BROWSERS), ("trunks_missing", FOR_TRUNKS)):
        without = [one for one in names if one not in loaded]
        if without:
            yield warning(code, names=", ".join(without))
