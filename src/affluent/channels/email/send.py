"""Sends one mail by SMTP, step by step, so that it is known at every moment whether it may have gone."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, cast

import aiosmtplib
from aiosmtplib.errors import SMTPException, SMTPResponseException

from affluent.channels.email.compose import OutgoingMail
from affluent.channels.email.secure import OF_THE_ACCOUNT, trouble
from affluent.facts.instants import MINUTE_MS

RETRY_MS = MINUTE_MS
ACCOUNT_RETRY_MS = 15 * MINUTE_MS
BUSY_RETRY_MS = 5 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """How to reach the server that takes our mail."""

    host: str
    port: int = 465
    tls: Literal["tls", "starttls", "none"] = "tls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_ms: int = 60_000
    own_name: str | None = None
    """What we call ourselves in EHLO; the machine's name if None."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took the mail."""

    response: str
    refused: tuple[str, ...] = ()
    """Recipients refused while others were accepted."""


class SendError(Exception):
    """The mail was not (or not surely) taken."""


class TemporaryFailure(SendError):
    """Surely not sent; trying again later may work."""

    def __init__(self, message: str, retry_after_ms: int = RETRY_MS) -> None:
        super().__init__(message)
        self.retry_after_ms = retry_after_ms


class PermanentFailure(SendError):
    """Surely not sent, and it never will be as it is."""


class Uncertain(SendError):
    """The connection was lost after the mail began to flow: it may have gone. Only a person may send it
    again.
    """


def send(
    mail: OutgoingMail,
    account: SmtpAccount,
    about_to_send: Callable[[], None],
    *,
    tls: ssl.SSLContext | None = None,
) -> Sent:
    """Sends `mail` once. `about_to_send` is called when all but the content is agreed, just before DATA.

    The caller commits "sending" in `about_to_send` and "sent" after the return: a kill between the two leaves
    a reply that is known to be uncertain. What `about_to_send` raises goes to the caller, and nothing was
    sent. Raises TemporaryFailure, PermanentFailure or Uncertain. Not for use inside a running event loop.
    """
    return asyncio.run(send_async(mail, account, about_to_send, tls=tls))


async def send_async(
    mail: OutgoingMail,
    account: SmtpAccount,
    about_to_send: Callable[[], None],
    *,
    tls: ssl.SSLContext | None = None,
) -> Sent:
    """`send`, for a caller that runs an event loop; `about_to_send` is called in a thread."""
    client = client_of(account, tls)
    try:
        refused = await _agree(client, mail, account)
        await asyncio.to_thread(about_to_send)
        return Sent(await _transfer(client, mail), refused)
    finally:
        await leave(client)


def client_of(account: SmtpAccount, tls: ssl.SSLContext | None) -> aiosmtplib.SMTP:
    """A client that is not yet connected; `tls` says whom it believes, this machine's authorities if None."""
    return aiosmtplib.SMTP(
        hostname=account.host,
        port=account.port,
        use_tls=account.tls == "tls",
        start_tls=False,
        tls_context=tls,
        timeout=account.timeout_ms / 1_000,
        local_hostname=account.own_name,
    )


async def sign_in(client: aiosmtplib.SMTP, account: SmtpAccount) -> None:
    """Connects as safely as the account asks for, or not at all: the password is never said in the open."""
    await client.connect()
    await client.ehlo()
    if account.tls == "starttls":
        await client.starttls()
        await client.ehlo()
    if account.username is not None:
        await client.login(account.username, account.password or "")


async def _agree(client: aiosmtplib.SMTP, mail: OutgoingMail, account: SmtpAccount) -> tuple[str, ...]:
    """Everything before DATA: no failure in here can have sent anything."""
    try:
        await sign_in(client, account)
        options: list[str] = []
        if mail.needs_smtputf8:
            if not client.supports_extension("smtputf8"):
                raise PermanentFailure("the mail server does not take addresses with accents (SMTPUTF8)")
            options.append("SMTPUTF8")
        encoding = "utf-8" if mail.needs_smtputf8 else "ascii"
        await client.mail(mail.envelope_from, options=options, encoding=encoding)
        return await _recipients(client, mail, encoding)
    except (SMTPException, OSError, TimeoutError) as fault:
        code = trouble(fault)
        if isinstance(fault, SMTPResponseException) and code not in OF_THE_ACCOUNT:
            raise _by_code(fault) from fault
        # What only a change of the account mends need not be tried every minute.
        retry_ms = ACCOUNT_RETRY_MS if code in OF_THE_ACCOUNT else RETRY_MS
        raise TemporaryFailure(f"{code}: {fault}", retry_ms) from fault


async def _recipients(client: aiosmtplib.SMTP, mail: OutgoingMail, encoding: str) -> tuple[str, ...]:
    refused: list[tuple[str, SMTPResponseException]] = []
    for recipient in mail.envelope_to:
        try:
            await client.rcpt(recipient, encoding=encoding)
        except SMTPResponseException as fault:
            refused.append((recipient, fault))
    # The first recipient is the customer: copies alone are no answer.
    for recipient, fault in refused:
        if recipient == mail.envelope_to[0]:
            raise _by_code(fault)
    return tuple(recipient for recipient, _ in refused)


async def _transfer(client: aiosmtplib.SMTP, mail: OutgoingMail) -> str:
    try:
        response = await client.data(mail.raw)
    except SMTPResponseException as fault:
        # A code is an answer: the server says that it did not take the mail.
        if fault.code >= 400:
            raise _by_code(fault) from fault
        raise Uncertain(f"unexpected answer: {fault.code} {fault.message}") from fault
    except (SMTPException, OSError, TimeoutError, asyncio.CancelledError) as fault:
        raise Uncertain(f"{type(fault).__name__}: {fault}") from fault
    return f"{response.code} {response.message}"


def _by_code(fault: SMTPResponseException) -> SendError:
    text = f"{fault.code} {fault.message}"
    if 400 <= fault.code < 500 or fault.code < 0:
        return TemporaryFailure(text, BUSY_RETRY_MS)
    return PermanentFailure(text)


async def leave(client: aiosmtplib.SMTP) -> None:
    """Says goodbye if that works, and hangs up. Never raises."""
    transport = client.transport
    try:
        if client.is_connected:
            await client.quit(timeout=5)
    except (SMTPException, OSError, TimeoutError):
        pass
    finally:
        client.close()
        if transport is not None:
            # A secure connection would wait for the other side's goodbye, longer than our event loop lives.
            cast(asyncio.WriteTransport, transport).abort()
            await asyncio.sleep(0)
