"""Under which system account the PostgreSQL server runs: our own, unless we are root, whom it refuses."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from affluent.storage.errors import StorageError

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A system account; `is_us` when nothing has to change to become it."""

    name: str
    uid: int
    gid: int
    is_us: bool

    def takes(self, path: Path) -> None:
        """Give `path` to this account."""
        if not self.is_us:
            os.chown(path, self.uid, self.gid)

    def run(
        self, arguments: Sequence[str], *, enters: Sequence[Path], output: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        """Start a program under this account, in a session of its own; what it prints goes to `output`.

        A checkout in a private folder (root's home, a build's temporary folder) is closed to another account.
        Its permissions are not touched: where the kernel allows it, the program gets the one capability
        to read past them. Raises `StorageError` (unreachable_folder) where it does not.
        """
        start = partial(
            subprocess.Popen[bytes],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
            start_new_session=True,
        )
        if self.is_us:
            return start(arguments)
        closed = next((folder for path in enters for folder in _closed_to(self, path)), None)
        if closed is None:
            return start(arguments, user=self.uid, group=self.gid, extra_groups=[])
        return start([*self._reading_all(closed), *arguments])

    def _reading_all(self, closed: Path) -> list[str]:
        """The command before a command that becomes this account, able to read past permissions."""
        setpriv, capability = shutil.which("setpriv"), _reading_capability()
        if setpriv is None or capability is None:
            raise StorageError("unreachable_folder", account=self.name, path=closed)
        return [
            setpriv,
            f"--reuid={self.uid}",
            f"--regid={self.gid}",
            "--clear-groups",
            f"--inh-caps=+{capability}",
            f"--ambient-caps=+{capability}",
            # Else access(2), by which PostgreSQL looks at its own programs, ignores capabilities.
            "--securebits=+no_setuid_fixup",
            "--",
        ]


def server_account(data: Path) -> Account:
    """The account for a server on the cluster folder `data`: its owner once it exists.

    Raises `StorageError` (no_account) when we are root and no other account exists.
    """
    if os.geteuid() != 0:
        ours = os.geteuid()
        return Account(name=str(ours), uid=ours, gid=os.getegid(), is_us=True)
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(name=_name(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid, is_us=False)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, is_us=False)
    raise StorageError("no_account", tried=", ".join(CANDIDATES))


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"


def _closed_to(account: Account, path: Path) -> list[Path]:
    """The folders on the way to `path`, itself included, that the account may not enter."""
    resolved = path.resolve()
    closed: list[Path] = []
    for folder in (resolved, *resolved.parents):
        status = folder.stat()
        owner_enters = status.st_uid == account.uid and status.st_mode & 0o100
        group_enters = status.st_gid == account.gid and status.st_mode & 0o010
        if not (owner_enters or group_enters or status.st_mode & 0o001):
            closed.append(folder)
    return closed


def _reading_capability() -> str | None:
    """The least capability we hold that lets a process read past permissions; None where there is none."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    effective = next(int(line.split()[1], 16) for line in lines if line.startswith("CapEff:"))
    for bit, name in ((2, "dac_read_search"), (1, "dac_override")):
        if effective >> bit & 1:
            return name
    return None
