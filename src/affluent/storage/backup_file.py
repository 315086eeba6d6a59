"""The file of a backup: a tar of COPY texts behind zstd, readable by `zstd -d | tar x` without Affluent.

`affluent.json` comes first and says what this is; `tables/<name>/<part>` hold the rows as COPY writes them, cut into
parts so that neither side holds a table in memory; `manifest.json` comes last with what was written, by SHA-256. So a
file without it was never finished.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from affluent.storage.errors import StorageError

FORMAT = 1
HEAD, MANIFEST = "affluent.json", "manifest.json"
PART_BYTES = 4 << 20
LEVEL = 6


@dataclass(slots=True)
class Kept:
    """One member by name: all its parts together."""

    sha256: str
    size: int
    rows: int = 0
    columns: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Manifest:
    """What a backup holds."""

    format: int
    schema: str
    version: str
    created_ms: int
    tables: dict[str, Kept] = field(default_factory=dict[str, Kept])
    extras: dict[str, Kept] = field(default_factory=dict[str, Kept])
    sequences: dict[str, int] = field(default_factory=dict[str, int])
    """By `table.column`: the highest number given out."""

    def text(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


def _manifest(text: bytes) -> Manifest:
    said: dict[str, Any] = json.loads(text)
    for part in ("tables", "extras"):
        said[part] = {name: Kept(**kept) for name, kept in said[part].items()}
    return Manifest(**said)


class BackupWriter:
    """Writes members as they come; memory holds one part."""

    def __init__(self, stream: BinaryIO, manifest: Manifest) -> None:
        self._packed = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).stream_writer(
            stream, closefd=False
        )
        self._tar = tarfile.open(fileobj=self._packed, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 -- `close` ends it
        self.manifest = manifest
        head = {"format": FORMAT, "schema": manifest.schema, "version": manifest.version}
        self._member(HEAD, json.dumps(head).encode())

    def table(self, name: str, columns: list[str], blocks: Iterator[bytes]) -> Kept:
        """All rows of a table; the caller says how many they were."""
        kept = self._parts(f"tables/{name}", blocks)
        kept.columns = columns
        self.manifest.tables[name] = kept
        return kept

    def beside(self, name: str, content: bytes) -> None:
        """Something beside the tables."""
        self.manifest.extras[name] = self._parts(f"extras/{name}", iter([content]))

    def close(self) -> None:
        """Ends the file; without this it counts as damaged."""
        self._member(MANIFEST, self.manifest.text())
        self._tar.close()
        self._packed.close()

    def _parts(self, name: str, blocks: Iterator[bytes]) -> Kept:
        digest, size, part, held = hashlib.sha256(), 0, 0, bytearray()
        for block in blocks:
            held += block
            if len(held) >= PART_BYTES:
                size, part = size + len(held), part + 1
                digest.update(held)
                self._member(f"{name}/{part:06d}", bytes(held))
                held.clear()
        digest.update(held)
        self._member(f"{name}/{part + 1:06d}", bytes(held))
        return Kept(digest.hexdigest(), size + len(held))

    def _member(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = len(content), 0o600, self.manifest.created_ms // 1000
        self._tar.addfile(entry, io.BytesIO(content))


@contextmanager
def _members(path: Path) -> Generator[Iterator[tuple[str, bytes]]]:
    """The members in their order. Raises `StorageError` (backup_damaged, backup_missing)."""
    try:
        with (
            path.open("rb") as file,
            zstandard.ZstdDecompressor().stream_reader(file) as plain,
            tarfile.open(fileobj=plain, mode="r|") as tar,
        ):
            yield _each(tar)
    except OSError as fault:
        raise StorageError("backup_missing", path=path, detail=fault.strerror or str(fault)) from fault
    except (zstandard.ZstdError, tarfile.TarError, EOFError) as fault:
        raise StorageError("backup_damaged", path=path, detail=str(fault)) from fault


def _each(tar: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for entry in tar:
        content = tar.extractfile(entry)
        if content is not None:
            yield entry.name, content.read()


def verify(path: Path) -> Manifest:
    """Reads the whole file and compares it with its manifest.

    Raises `StorageError`: backup_missing, backup_damaged, backup_newer for a format of a later version.
    """
    digests: dict[str, Any] = {}
    sizes: dict[str, int] = {}
    manifest: Manifest | None = None
    with _members(path) as members:
        for name, content in members:
            if name == HEAD:
                _known_format(path, content)
            elif name == MANIFEST:
                manifest = _manifest(content)
            else:
                whole = name.rpartition("/")[0]
                digests.setdefault(whole, hashlib.sha256()).update(content)
                sizes[whole] = sizes.get(whole, 0) + len(content)
    if manifest is None:
        raise StorageError("backup_damaged", path=path, detail="it ends too early")
    wanted = {f"tables/{name}": kept for name, kept in manifest.tables.items()}
    wanted |= {f"extras/{name}": kept for name, kept in manifest.extras.items()}
    for name in sorted(wanted.keys() | digests.keys()):
        kept, found = wanted.get(name), digests.get(name)
        if kept is None or found is None or (kept.sha256, kept.size) != (found.hexdigest(), sizes[name]):
            raise StorageError("backup_damaged", path=path, detail=name)
    return manifest


def _known_format(path: Path, content: bytes) -> None:
    try:
        found: dict[str, Any] = json.loads(content)
        known = found["format"] <= FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError("backup_damaged", path=path, detail="manifest") from error
    if not known:
        raise StorageError("backup_newer", path=path, found=found["version"])


@contextmanager
def parts(path: Path) -> Generator[Iterator[tuple[str, str, bytes]]]:
    """What the file holds as (`tables` or `extras`, name, part), in order: the parts of one name follow each other."""
    with _members(path) as members:
        yield ((*_place(member), content) for member, content in members if member.count("/") > 1)


def _place(member: str) -> tuple[str, str]:
    kind, name, _ = member.split("/")
    return kind, name


def extra(path: Path, name: str) -> bytes:
    """What was kept beside the tables under `name`, empty if nothing was."""
    with parts(path) as found:
        return b"".join(content for kind, one, content in found if (kind, one) == ("extras", name))
