"""A real Exim on loopback ports: an independent mail server that takes what we send, and keeps it in a file."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.support.certificates import Pair

USER, PASSWORD = "centre", "a password for tests"


class EximMissing(AssertionError):
    """The machine lacks what these tests are about."""


class Exim:
    """Offers STARTTLS on `port` and serves TLS on `tls_port`; lets in who signs in, over a safe connection only."""

    def __init__(self, folder: Path, certificate: Pair) -> None:
        program = shutil.which("exim4", path="/usr/sbin:/usr/bin") or shutil.which("exim")
        if program is None:
            raise EximMissing(
                "exim is not installed: apt-get install exim4-daemon-light (these tests need a real server)"
            )
        self._program = program
        self._folder = folder / "exim"
        self._folder.mkdir()
        self.box = self._folder / "box"
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            other.bind(("127.0.0.1", 0))
            self.port, self.tls_port = one.getsockname()[1], other.getsockname()[1]
        root = os.getuid() == 0
        # Exim delivers to no file as root: as root, Debian's own account of it does the work.
        user = pwd.getpwnam("Debian-exim") if root else pwd.getpwuid(os.getuid())
        self._folder.joinpath("exim.conf").write_text(
            _configured(self, self._folder, user.pw_name, certificate)
        )
        if root:
            for path in (self._folder, certificate.certificate, certificate.key):
                os.chown(path, user.pw_uid, user.pw_gid)
            for parent in list(self._folder.parents)[:4]:
                if str(parent).count("/") > 1:
                    parent.chmod(parent.stat().st_mode | 0o011)
            self._folder.joinpath("exim.conf").chmod(0o644)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [self._program, "-bdf", "-q10s", "-C", str(self._folder / "exim.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        end = time.monotonic() + 15
        while time.monotonic() < end:
            if self._process.poll() is not None:
                complaint = self._process.stderr.read().decode() if self._process.stderr else ""
                raise AssertionError(f"exim did not start: {complaint}")
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.tls_port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("exim does not listen")

    def stop(self) -> None:
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(timeout=10)
        if self._process.stderr:
            self._process.stderr.close()

    def taken(self) -> str:
        """All it took, as an mbox."""
        return self.box.read_text("utf-8", "replace") if self.box.exists() else ""


def _configured(server: Exim, folder: Path, user: str, certificate: Pair) -> str:
    return f"""
primary_hostname = mail.brand.example
exim_user = {user}
exim_group = {user}
never_users =
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {server.port} : {server.tls_port}
tls_on_connect_ports = {server.tls_port}
tls_advertise_hosts = *
tls_certificate = {certificate.certificate}
tls_privatekey = {certificate.key}
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_rcpt = rcpt
acl_smtp_data = accept_all
rfc1413_hosts =
host_lookup =

begin acl
rcpt:
  accept authenticated = *
  deny message = sign in first
accept_all:
  accept

begin routers
everything:
  driver = accept
  transport = box

begin transports
box:
  driver = appendfile
  file = {server.box}
  user = {user}

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{USER}}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth2
"""
