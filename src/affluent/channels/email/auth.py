"""Did the mail come from whom it says? SPF, DKIM and DMARC, by a trusted server's word or by our own
check.
"""

import re
from collections.abc import Callable
from email.message import Message
from typing import Any

from affluent.channels.email import headers
from affluent.channels.email.message import Verdict

_RESULT = re.compile(r"(?:^|;)\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_KNOWN = {"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy"}

DnsText = Callable[..., Any]
"""Looks up TXT records the way dkimpy and authheaders ask for them: (name, ...) -> the record."""


def from_results(message: Message, trusted_server: str) -> Verdict:
    """The verdict in the topmost Authentication-Results written by `trusted_server` (RFC 8601).

    Headers of any other name are the sender's own claim, and ignored. The mail server must strip forged
    ones of its own name, as the RFC requires of it.
    """
    for value in headers.raw_values(message, "authentication-results"):
        text = _COMMENT.sub(" ", headers.unfold(value))
        server, _, rest = text.partition(";")
        if server.strip().split(" ")[0].lower() != trusted_server.strip().lower():
            continue
        found: dict[str, str] = {}
        for method, result in _RESULT.findall(f";{rest}"):
            outcome = result.lower() if result.lower() in _KNOWN else "unknown"
            if found.get(method.lower()) != "pass":
                found[method.lower()] = outcome
        return Verdict(**{name: found.get(name, "none") for name in ("spf", "dkim", "dmarc")})
    return Verdict()


def own_check(raw: bytes, dns_text: DnsText) -> Verdict:
    """Verifies the DKIM signature and the DMARC alignment of `raw` with the given resolver.

    SPF stays `unknown`: it is about the address of the connection, which only the receiving server saw.
    Never raises; a check that breaks is `temperror`. This module opens no connection of its own: without a
    resolver it is not run.
    """
    import authheaders  # noqa: PLC0415  (loads a resolver library; most installations believe their own server)

    if not re.search(rb"(?im)^dkim-signature:", raw[:200_000]):
        return Verdict(dkim="none")
    try:
        dkim = authheaders.check_dkim(raw, dnsfunc=dns_text)
    except Exception:  # a hostile signature or a broken resolver must not cost the mail
        return Verdict(dkim="temperror")
    try:
        dmarc = authheaders.check_dmarc(raw, None, dkim, dnsfunc=dns_text)
        outcome = str(getattr(dmarc, "result", "") or "none").lower()
    except Exception:  # as above
        outcome = "temperror"
    return Verdict(dkim=str(getattr(dkim, "result", "none")).lower(), dmarc=outcome)
