"""Tries a channel's mail servers before anyone relies on them."""

import asyncio
from typing import Any

import aiosmtplib

from affluent.centre.administration.ports import Row, Step
from affluent.channels.email.imap_session import ImapAccount, ImapSession

TRIAL_S = 15.0


class MailTrial:
    """`ChannelTest` for e-mail; other media have nothing in the world to be tried."""

    def test(self, medium: str, settings: Row, secrets: Row) -> list[Step]:
        """One step a server: whether it let us in, and what it said if not. Nothing is sent or changed."""
        if medium != "email":
            return []
        steps: list[Step] = []
        imap: dict[str, Any] = settings.get("imap") or {}
        if imap.get("host"):
            steps.append(_imap(imap, (secrets.get("imap") or {}).get("password") or ""))
        smtp: dict[str, Any] = settings.get("smtp") or {}
        if smtp.get("host"):
            steps.append(asyncio.run(_smtp(smtp, (secrets.get("smtp") or {}).get("password"))))
        return steps


def _imap(imap: dict[str, Any], password: str) -> Step:
    account = ImapAccount(
        host=imap["host"],
        username=imap.get("username") or "",
        password=password,
        port=int(imap.get("port") or 993),
        tls=imap.get("tls") or "tls",
        folder=imap.get("folder") or "INBOX",
    )
    try:
        ImapSession(account, None).close()
    except Exception as fault:  # whatever the server or the network said is the answer
        return Step("imap_sign_in", ok=False, error=f"{type(fault).__name__}: {fault}"[:300])
    return Step("imap_sign_in", ok=True)


async def _smtp(smtp: dict[str, Any], password: str | None) -> Step:
    client = aiosmtplib.SMTP(
        hostname=smtp["host"],
        port=int(smtp.get("port") or 465),
        use_tls=(smtp.get("tls") or "tls") == "tls",
        start_tls=smtp.get("tls") == "starttls",
        timeout=TRIAL_S,
    )
    try:
        await client.connect()
        if smtp.get("username"):
            await client.login(smtp["username"], password or "")
        await client.quit()
    except Exception as fault:  # whatever the server or the network said is the answer
        return Step("smtp_sign_in", ok=False, error=f"{type(fault).__name__}: {fault}"[:300])
    finally:
        client.close()
    return Step("smtp_sign_in", ok=True)
