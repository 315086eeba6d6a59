"""Safe connections to mail servers: whom we believe, what we show ourselves, and why one was not safe."""

import imaplib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

from aiosmtplib.errors import SMTPAuthenticationError, SMTPException, SMTPNotSupported
from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError

# OpenSSL's X509_V_ERR_* (openssl-verification-options(1)) by what an administrator can do about them.
_VERDICTS = {
    9: "certificate_not_yet",
    10: "certificate_expired",
    18: "certificate_unknown",
    19: "certificate_unknown",
    20: "certificate_unknown",
    21: "certificate_unknown",
    62: "certificate_of_other_host",
    64: "certificate_of_other_host",
}
OF_THE_ACCOUNT = frozenset(_VERDICTS.values()) | {
    "certificate_refused",
    "folder_missing",
    "login_refused",
    "server_lacks",
    "starttls_missing",
    "tls_refused",
}
"""Trouble that lasts until someone changes the channel or its server."""
_NO_STARTTLS = ("tls not supported by server", "starttls extension not supported", "starttls illegal")


class BadCertificate(ValueError):
    """A file of certificates or of a key cannot be used; `str()` says which and why."""


def trusting(ca_file: Path | None = None) -> ssl.SSLContext:
    """Believes the authorities of this machine, and those in `ca_file` (PEM) besides.

    The name and the dates of a certificate are always checked. Raises `BadCertificate`.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as fault:
            raise BadCertificate(f"{ca_file} holds no readable certificate (PEM): {fault}") from fault
    return context


class Shown:
    """The certificate that our own listener shows. A renewed file is taken up without a restart."""

    def __init__(self, certificate: Path, key: Path | None = None) -> None:
        """Raises `BadCertificate`. Without `key`, the certificate's file holds it too."""
        self._files = (certificate, key or certificate)
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._written_ns = self._written()
        self._load()

    def refresh(self) -> None:
        """Loads the files again if they have changed; a half-written renewal leaves what was there."""
        try:
            written_ns = self._written()
            if written_ns != self._written_ns:
                # Tried aside first: a context whose key did not fit would refuse everyone.
                Shown(*self._files)
                self._load()
                self._written_ns = written_ns
        except BadCertificate:
            return

    def _written(self) -> tuple[int, ...]:
        try:
            return tuple(one.stat().st_mtime_ns for one in self._files)
        except OSError as fault:
            raise BadCertificate(f"{fault.filename}: {fault.strerror}") from fault

    def _load(self) -> None:
        certificate, key = self._files
        try:
            self.context.load_cert_chain(certificate, key)
        except (OSError, ssl.SSLError) as fault:
            raise BadCertificate(
                f"{certificate} and {key} are no certificate with its key (PEM): {fault}"
            ) from fault


def trouble(fault: BaseException) -> str:
    """The code of what went wrong with a mail server; the sentence of each is `mail_` and the code."""
    for one in _chain(fault):
        if isinstance(one, ssl.SSLCertVerificationError):
            return _VERDICTS.get(one.verify_code, "certificate_refused")
    for one in _chain(fault):
        code = _plain(one)
        if code is not None:
            return code
    return "server_error"


def _plain(fault: BaseException) -> str | None:
    text = str(fault).lower()
    if isinstance(fault, imaplib.IMAP4.error | SMTPException) and any(one in text for one in _NO_STARTTLS):
        return "starttls_missing"
    if isinstance(fault, MailboxLoginError | SMTPAuthenticationError):
        return "login_refused"
    if isinstance(fault, MailboxFolderSelectError):
        return "folder_missing"
    if isinstance(fault, SMTPNotSupported):
        return "server_lacks"
    if isinstance(fault, ssl.SSLError):
        return "tls_refused"
    if isinstance(fault, socket.gaierror):
        return "host_unknown"
    if isinstance(fault, TimeoutError):
        return "no_answer"
    # What a library says of its own has a cause that says more.
    if isinstance(fault, OSError | EOFError) and not fault.__cause__:
        return "unreachable"
    return None


def _chain(fault: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = fault
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__
