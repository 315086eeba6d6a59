"""A real Dovecot on a loopback port, with its mail in a folder of the test."""

import getpass
import mailbox
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.support.certificates import Pair

PASSWORD = "a password for tests"


class DovecotMissing(AssertionError):
    """The machine lacks what these tests are about."""


class Dovecot:
    """One IMAP server with one mailbox, `ana`. It can be killed and started again on the same port.

    With a certificate it offers STARTTLS on `port`, serves TLS on `tls_port`, and takes no password in the open.
    """

    def __init__(self, folder: Path, certificate: Pair | None = None) -> None:
        program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
        if program is None:
            raise DovecotMissing(
                "dovecot is not installed: apt-get install dovecot-imapd (these tests need a real server)"
            )
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._certificate = certificate
        with socket.socket() as free, socket.socket() as other:
            free.bind(("127.0.0.1", 0))
            other.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
            self.tls_port = int(other.getsockname()[1])
        self.maildir = folder / "mail"
        for name in ("cur", "new", "tmp"):
            (self.maildir / name).mkdir(parents=True, exist_ok=True)
        self._configure()

    def _configure(self) -> None:
        me = pwd.getpwuid(os.getuid())
        group = str(me.pw_gid)
        mail_user = "dovecot" if me.pw_uid == 0 else getpass.getuser()
        owner = pwd.getpwnam(mail_user)
        (self._folder / "users").write_text(
            f"ana:{{PLAIN}}{PASSWORD}:{owner.pw_uid}:{owner.pw_gid}::{self._folder}::\n", encoding="utf-8"
        )
        internal = "dovecot" if me.pw_uid == 0 else mail_user
        login = "dovenull" if me.pw_uid == 0 else mail_user
        secure = "ssl = no\ndisable_plaintext_auth = no"
        if self._certificate is not None:
            secure = (
                f"ssl = required\nssl_cert = <{self._certificate.certificate}\n"
                f"ssl_key = <{self._certificate.key}\ndisable_plaintext_auth = yes"
            )
        self._folder.joinpath("dovecot.conf").write_text(
            f"""
base_dir = {self._folder}/run
state_dir = {self._folder}/state
log_path = {self._folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
{secure}
auth_mechanisms = plain
mail_location = maildir:{self.maildir}
first_valid_uid = 1
first_valid_gid = 0
default_internal_user = {internal}
default_internal_group = {internal if me.pw_uid == 0 else group}
default_login_user = {login}
passdb {{
  driver = passwd-file
  args = {self._folder}/users
}}
userdb {{
  driver = passwd-file
  args = {self._folder}/users
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port if self._certificate else 0}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
""",
            encoding="utf-8",
        )
        self._mail_owner = owner
        self._own()

    def _own(self) -> None:
        if os.getuid() != 0:
            return
        for parent in [self._folder, *list(self._folder.parents)[:4]]:
            if str(parent).count("/") > 1:
                parent.chmod(parent.stat().st_mode | 0o011)
        for path in [self.maildir, *self.maildir.rglob("*")]:
            os.chown(path, self._mail_owner.pw_uid, self._mail_owner.pw_gid)

    def start(self) -> None:
        self._own()
        self._process = subprocess.Popen(
            [self._program, "-F", "-c", str(self._folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        end = time.monotonic() + 15
        while time.monotonic() < end:
            if self._process.poll() is not None:
                complaint = self._process.stderr.read().decode() if self._process.stderr else ""
                raise AssertionError(f"dovecot did not start: {complaint}")
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("dovecot does not listen")

    def kill(self) -> None:
        """Ends the server at once, without any farewell to its clients."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)
        if self._process.stderr:
            self._process.stderr.close()
        self._process = None
        for left in (self._folder / "run").glob("*.pid"):
            left.unlink()

    def put(self, raw: bytes) -> str:
        """A new mail in the mailbox, as a delivery agent would put it there."""
        box = mailbox.Maildir(self.maildir, create=False)
        # Binary text keeps its bytes: add() of bytes writes them as they are.
        key = box.add(raw)
        self._own()
        return key

    def renumber(self) -> None:
        """Gives the mailbox a new UIDVALIDITY and new UIDs, as a restored backup or a moved mailbox has.
        Stop it first.
        """
        assert self._process is None, "renumber a stopped server"
        for name in (
            "dovecot-uidlist",
            "dovecot-uidvalidity",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
        ):
            self.maildir.joinpath(name).unlink(missing_ok=True)
        for left in self.maildir.glob("dovecot-uidvalidity.*"):
            left.unlink()
        # A UIDVALIDITY is the second in which it was made: two within one second would be equal.
        time.sleep(1.1)
