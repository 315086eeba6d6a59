"""One PostgreSQL cluster in one folder: made, started, adopted, stopped."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from affluent.storage.account import Account, server_account
from affluent.storage.errors import StorageError

USER = DATABASE = "affluent"
SOCKET_PORT = 5432  # only a part of the socket's name: the server listens on no network address
SOCKET_PATH_MAX = 100  # bytes; macOS allows 103, Linux 107
FREE_MB_MIN = 200
START_S_MAX = 60.0
STOP_S_MAX = 60.0
LEFTOVER_S_MAX = 15.0
POLL_S = 0.02

SETTINGS = {
    "listen_addresses": "",
    "port": str(SOCKET_PORT),
    "unix_socket_permissions": "0700",
    "log_timezone": "UTC",
    "timezone": "UTC",
    # An import writes gigabytes in a minute: at the usual 1 GB a checkpoint holds it up each few seconds, and pages are
    # written whole again after each. Everyday work writes less between two that the clock begins.
    "max_wal_size": "3GB",
}
# Kept in every mode but the tests' throw-away one: an acknowledged contact survives a power cut.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "256MB"}


@dataclass
class Cluster:
    """The cluster below `root`, run by the binaries in `binaries`.

    `root` holds `postgres/` (the data), `run/` (the socket, closed to other accounts) and `postgres.log`.
    `durable=False` is for clusters thrown away after a test.
    """

    root: Path
    binaries: Path
    durable: bool = True
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    @property
    def data(self) -> Path:
        return self.root / "postgres"

    @property
    def log(self) -> Path:
        return self.root / "postgres.log"

    @property
    def socket_folder(self) -> Path:
        """Where the socket is: in `root`, or in a temporary folder when that path would be too long."""
        inside = self.root / "run"
        if len(os.fsencode(inside / f".s.PGSQL.{SOCKET_PORT}")) <= SOCKET_PATH_MAX:
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"affluent-{digest}"

    def dsn(self, database: str = DATABASE) -> str:
        """How to connect to `database` of this cluster."""
        return make_conninfo(host=str(self.socket_folder), port=SOCKET_PORT, user=USER, dbname=database)

    def start(self) -> str:
        """Make the cluster if there is none, start its server unless it runs already, and return the DSN.

        Raises `StorageError`: disk_full, data_dir_not_writable, wrong_major, server_failed,
        no_account, unreachable_folder.
        """
        account = self._prepared()
        if not self.answers():
            self._await_leftovers()
        if not self.answers():
            self._launch(account)
        self._ensure_database()
        return self.dsn()

    def stop(self) -> None:
        """Stop the server; open transactions are rolled back. Harmless when it is down.

        Raises `StorageError` (server_stuck).
        """
        pid = self.postmaster_pid()
        if pid is not None and self._is_ours(pid):
            os.kill(pid, signal.SIGINT)
            self._await_end(pid)
        self._reap()

    def runs(self) -> bool:
        """Whether the process of our server is alive, be it on its way up or down."""
        if self._child is not None and self._child.poll() is None:
            return True
        pid = self.postmaster_pid()
        return pid is not None and self._is_ours(pid)

    def answers(self) -> bool:
        """Whether a server on exactly this data folder answers on our socket."""
        try:
            with psycopg.connect(self.dsn("postgres"), connect_timeout=5, autocommit=True) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and Path(str(row[0])).resolve() == self.data.resolve()

    def postmaster_pid(self) -> int | None:
        """The process the cluster's own lock file names, alive or not; None without that file."""
        try:
            return abs(int((self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0]))
        except (OSError, ValueError, IndexError):
            return None

    def _prepared(self) -> Account:
        """The folders exist with the right owners, and hold a complete cluster of our major version."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            account = server_account(self.data)
            self.socket_folder.mkdir(mode=0o700, exist_ok=True)
            account.takes(self.socket_folder)
            if not self.data.exists():
                self._initialise(account)
            version = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
            self.log.touch()
            account.takes(self.log)
        except OSError as error:
            raise self.refusal(error.strerror or str(error)) from error
        if self.socket_folder.stat().st_uid != account.uid:
            raise StorageError(
                "data_dir_not_writable", path=self.socket_folder, detail="another account owns it"
            )
        ours = major_version(self.binaries)
        if version != str(ours):
            raise StorageError("wrong_major", path=self.data, found=version, ours=ours)
        return account

    def _initialise(self, account: Account) -> None:
        """Make the cluster beside its place and move it there whole: no crash leaves half of one."""
        if shutil.disk_usage(self.root).free < FREE_MB_MIN << 20:
            raise StorageError("disk_full", path=self.root, needed_mb=FREE_MB_MIN)
        fresh = self.root / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        account.takes(fresh)
        arguments = [str(self.binaries / "initdb"), "-D", str(fresh), "-U", USER, "--auth=trust"]
        arguments += ["--encoding=UTF8", "--data-checksums", *_locale(major_version(self.binaries))]
        if not self.durable:
            arguments.append("--no-sync")
        with tempfile.TemporaryFile() as output:
            code = account.run(arguments, enters=[self.root, self.binaries], output=output).wait()
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if code != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise self.refusal(said)
        fresh.rename(self.data)

    def _launch(self, account: Account) -> None:
        """Start the server and wait until it answers; try again while backends of a killed one end."""
        arguments = [str(self.binaries / "postgres"), "-D", str(self.data), "-k", str(self.socket_folder)]
        for name, value in {**SETTINGS, **(DURABLE if self.durable else HASTY), **self.settings}.items():
            arguments += ["-c", f"{name}={value}"]
        until_s = time.monotonic() + START_S_MAX
        while True:
            log_start = self.log.stat().st_size
            with self.log.open("ab") as log:
                self._child = account.run(arguments, enters=[self.root, self.binaries], output=log)
            while self._child.poll() is None and time.monotonic() < until_s:
                if self.answers():
                    return
                time.sleep(POLL_S)
            if self._child.poll() is None:
                self._child.terminate()
                raise StorageError("server_failed", log=self.log, detail=self._log_since(log_start))
            said = self._log_since(log_start)
            if "shared memory block" not in said or time.monotonic() > until_s:
                raise self.refusal(said)
            time.sleep(POLL_S * 10)

    def _await_leftovers(self) -> None:
        """Deal with what a crash left: a server on its way up or down, and lock files that mean nothing.

        The process they name may be an unrelated one by now (a reboot), for which PostgreSQL would refuse to
        start. `postmaster.pid` is not removed, as it also guards against orphaned backends: its first line is
        made to name us, the parent, whom PostgreSQL does not take for another server.
        """
        until_s = time.monotonic() + LEFTOVER_S_MAX
        while (pid := self.postmaster_pid()) is not None and self._is_ours(pid):
            if self.answers() or time.monotonic() > until_s:
                return
            time.sleep(POLL_S)
        self._reap()
        if pid is not None:
            lock = self.data / "postmaster.pid"
            _, _, rest = lock.read_text(encoding="utf-8").partition("\n")
            lock.write_text(f"{os.getpid()}\n{rest}", encoding="utf-8")
        (self.socket_folder / f".s.PGSQL.{SOCKET_PORT}.lock").unlink(missing_ok=True)

    def _reap(self) -> None:
        """Take note of the end of the server we started: else it would stay as a zombie."""
        if self._child is not None:
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(LEFTOVER_S_MAX)
            self._child = None

    def _is_ours(self, pid: int) -> bool:
        """Whether the process is the server of this cluster, alive: a pid may pass to another program."""
        try:
            process = psutil.Process(pid)
            return process.status() != psutil.STATUS_ZOMBIE and str(self.data) in process.cmdline()
        except psutil.Error:
            return False

    def _await_end(self, pid: int) -> None:
        try:
            if self._child is not None and self._child.pid == pid:
                self._child.wait(STOP_S_MAX)
            else:
                psutil.Process(pid).wait(STOP_S_MAX)
        except psutil.NoSuchProcess:
            return
        except (psutil.TimeoutExpired, subprocess.TimeoutExpired):
            raise StorageError("server_stuck", pid=pid, seconds=int(STOP_S_MAX), log=self.log) from None

    def _ensure_database(self) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            if (
                connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
                is None
            ):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _log_since(self, offset: int) -> str:
        with self.log.open("rb") as log:
            log.seek(offset)
            lines = log.read().decode(errors="replace").strip().splitlines()
        return "\n".join(lines[-5:])

    def refusal(self, detail: str) -> StorageError:
        """The typed error for what the system or PostgreSQL said."""
        if "No space left on device" in detail:
            return StorageError("disk_full", path=self.root, needed_mb=FREE_MB_MIN)
        if re.search(
            "Permission denied|wrong ownership|Read-only|invalid permissions|Not a directory", detail
        ):
            return StorageError("data_dir_not_writable", path=self.root, detail=detail)
        return StorageError("server_failed", log=self.log, detail=detail)


def major_version(binaries: Path) -> int:
    """The major version of the PostgreSQL whose programs are in `binaries`."""
    said = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [str(binaries / "postgres"), "--version"], capture_output=True, check=True, text=True
    ).stdout
    found = re.search(r"\) (\d+)", said)
    assert found is not None, said
    return int(found[1])


def _locale(major: int) -> list[str]:
    """Byte order for sorting, Unicode for upper and lower case (French names must match in either case)."""
    if major >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--lc-collate=C", f"--lc-ctype={'en_US.UTF-8' if sys.platform == 'darwin' else 'C.UTF-8'}"]
