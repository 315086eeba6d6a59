"""What the doctor learns from mail servers and the DNS."""

from collections.abc import Iterator
from typing import Any

import dns.exception
import dns.resolver

from affluent.channels.email.trial import MailTrial
from affluent.cli.operate.finding import Finding, ok, problem, warning
from affluent.cli.operate.reach import sealer_at_hand
from affluent.cli.settings import Settings
from affluent.storage.database import Conn
from affluent.storage.sealing import Unsealable, place_of
from affluent.storage.settings import CHANNEL
from affluent.web.errors import sentence

DNS_S_MAX = 4.0


def look(conn: Conn, settings: Settings) -> Iterator[Finding]:
    """Signs in to every mailbox and looks for the SPF record of every sender. Sends nothing."""
    rows = conn.execute(
        CHANNEL + " where medium = 'email' and active and not archived order by id"
    ).fetchall()
    if not rows:
        return
    trial = MailTrial(settings.trust())
    sealer = sealer_at_hand(settings)
    for row in rows:
        try:
            secrets = sealer.open(row["secrets"], place_of(row["public_key"]))
        except Unsealable:
            # Told already: without its password there is nothing to try.
            continue
        steps = trial.test("email", row["settings"], secrets)
        for step in steps:
            if not step.ok:
                why = sentence(step.code or "refused", settings.locale)
                yield problem("mailbox_failed", name=row["name"], step=step.step, why=why)
        if not steps and not row["settings"].get("listener"):
            yield problem("mailbox_mute", name=row["name"])
        elif all(step.ok for step in steps):
            yield ok("mailbox", name=row["name"])
    domains = {str(row["settings"].get("address", "")).rpartition("@")[2].lower() for row in rows}
    for domain in sorted(domains - {""}):
        yield from _sender(domain)


def _sender(domain: str) -> Iterator[Finding]:
    try:
        found = _texts(domain)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoNameservers):
        yield warning("domain_unknown", domain=domain)
        return
    except (dns.resolver.NoAnswer, dns.resolver.NoRootSOA):
        found = []
    except (dns.exception.DNSException, OSError):
        yield warning("dns_silent", domain=domain)
        return
    records = [one for one in found if one.lower().startswith("v=spf1")]
    if len(records) == 1:
        yield ok("spf", domain=domain)
    else:
        yield warning("spf_many" if records else "spf_missing", domain=domain)


def _texts(domain: str) -> list[str]:
    answer: Any = dns.resolver.resolve(domain, "TXT", lifetime=DNS_S_MAX)
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
