"""Tries a channel's mail servers before anyone relies on them."""

import asyncio
import ssl
from dataclasses import replace

from affluent.centre.administration.ports import Row, Step
from affluent.channels.email.door import imap_account
from affluent.channels.email.imap_session import ImapAccount, ImapSession
from affluent.channels.email.postman import smtp_account
from affluent.channels.email.secure import trouble
from affluent.channels.email.send import SmtpAccount, client_of, leave, sign_in

TRIAL_MS = 15_000


class MailTrial:
    """`ChannelTest` for e-mail; other media have nothing in the world to be tried."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self._trust = trust

    def test(self, medium: str, settings: Row, secrets: Row) -> list[Step]:
        """One step a server: whether it let us in, and why not if not. Nothing is sent or changed."""
        if medium != "email":
            return []
        steps: list[Step] = []
        reading = imap_account(settings, secrets)
        if reading is not None:
            steps.append(_imap(reading, self._trust))
        sending = smtp_account(settings, secrets)
        if sending is not None:
            steps.append(asyncio.run(_smtp(replace(sending, timeout_ms=TRIAL_MS), self._trust)))
        return steps


def _imap(account: ImapAccount, trust: ssl.SSLContext | None) -> Step:
    try:
        ImapSession(account, trust).close()
    except Exception as fault:  # whatever the server or the network said is the answer
        return _failed("imap_sign_in", fault)
    return Step("imap_sign_in", ok=True)


async def _smtp(account: SmtpAccount, trust: ssl.SSLContext | None) -> Step:
    client = client_of(account, trust)
    try:
        await sign_in(client, account)
    except Exception as fault:  # whatever the server or the network said is the answer
        return _failed("smtp_sign_in", fault)
    finally:
        await leave(client)
    return Step("smtp_sign_in", ok=True)


def _failed(step: str, fault: Exception) -> Step:
    said = " ".join(str(fault).split()) or type(fault).__name__
    return Step(step, ok=False, error=said[:300], code=f"mail_{trouble(fault)}")
