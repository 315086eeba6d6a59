"""Passwords of channels, sealed: whoever reads the database or its backup without the key learns none of them.

AES-256-GCM (NIST SP 800-38D). A sealed text is bound to its place: moved to another channel, it does not open.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from psycopg.types.json import Jsonb

from affluent.storage.database import Conn

log = structlog.get_logger("affluent.storage")
KEY_CHARS_MIN = 32
NONCE_BYTES = 12
LOCK = 0x0AFF0003
"""The lock under which settings change."""


class Unsealable(Exception):
    """Sealed with a key that is not at hand, or changed since."""


class Sealer:
    """Seals with its first key and opens with any. Without a key it leaves everything as it is."""

    def __init__(self, keys: tuple[str, ...] = (), file: Path | None = None) -> None:
        """`keys`: the newest first, each at least 32 characters by chance. `file` keeps them instead, one a line."""
        self._file = file
        self._take(_lines(file) if file is not None else keys)

    def _take(self, keys: tuple[str, ...]) -> None:
        self._keys = {_name(key): AESGCM(_derived(key)) for key in keys}
        self._newest = next(iter(self._keys), None)

    def seal(self, values: Mapping[str, Any], place: str) -> dict[str, Any]:
        """`{"imap": {"password": ...}}` with each password sealed."""
        return {part: self._sealed(dict(held), f"{place}/{part}") for part, held in values.items()}

    def _sealed(self, held: dict[str, Any], place: str) -> dict[str, Any]:
        if self._newest is None or "password" not in held:
            return held
        nonce = os.urandom(NONCE_BYTES)
        text = self._keys[self._newest].encrypt(nonce, held["password"].encode(), place.encode())
        return {"sealed": f"{self._newest}.{base64.b64encode(nonce + text).decode()}"}

    def open(self, values: Mapping[str, Any], place: str) -> dict[str, Any]:
        """What `seal` was given; what was stored before there was a key stays as it is. Raises `Unsealable`."""
        return {part: self._opened(held, f"{place}/{part}") for part, held in values.items()}

    def _opened(self, held: dict[str, Any], place: str) -> dict[str, Any]:
        if "sealed" not in held:
            return held
        name, _, text = str(held["sealed"]).partition(".")
        if name not in self._keys and self._file is not None:
            # Another process may have changed the keys since.
            self._take(_lines(self._file))
        if name not in self._keys:
            raise Unsealable(f"the key {name} is not at hand")
        raw = base64.b64decode(text)
        try:
            password = self._keys[name].decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode())
        except InvalidTag:
            raise Unsealable("it was changed, or moved from another place") from None
        return {"password": password.decode()}

    def open_or_none(self, values: Mapping[str, Any], place: str) -> dict[str, Any]:
        """As `open`; what does not open is as if it had never been said, and the log names it."""
        try:
            return self.open(values, place)
        except Unsealable as fault:
            log.error("secrets_unreadable", place=place, why=str(fault))
            return {}

    def newest_sealed(self, values: Mapping[str, Any]) -> bool:
        """Whether nothing in there waits to be sealed (again)."""
        return self._newest is None or all(
            str(held.get("sealed", "")).startswith(f"{self._newest}.")
            for held in values.values()
            if "sealed" in held or "password" in held
        )


def seal_all(conn: Conn, sealer: Sealer) -> int:
    """Seals what was stored in the open or under an older key; returns of how many channels.

    Raises `Unsealable`, and then nothing has changed.
    """
    conn.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    done = 0
    for row in conn.execute("select id, secrets, public_key from channel order by id for update").fetchall():
        if sealer.newest_sealed(row["secrets"]):
            continue
        place = place_of(row["public_key"])
        again = sealer.seal(sealer.open(row["secrets"], place), place)
        conn.execute("update channel set secrets = %s where id = %s", [Jsonb(again), row["id"]])
        done += 1
    return done


def place_of(public_key: str) -> str:
    """Where a channel's secrets belong: to it alone, and for as long as it lives."""
    return f"channel/{public_key}"


def key_file(folder: Path) -> Path:
    """The key file beside the data, made when there is none; only the owner may read it."""
    path = folder / "secret.key"
    if not path.exists():
        write_keys(path, (new_key(),))
    return path


def write_keys(path: Path, keys: tuple[str, ...]) -> None:
    """Replaces the file as a whole: no crash leaves half a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write("".join(f"{key}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def keys_of(path: Path) -> tuple[str, ...]:
    """The keys of a key file, the newest first."""
    return _lines(path)


def new_key() -> str:
    return secrets.token_urlsafe(32)


def _lines(path: Path) -> tuple[str, ...]:
    return tuple(line.strip() for line in path.read_text(encoding="ascii").splitlines() if line.strip())


def _name(key: str) -> str:
    return hashlib.sha256(b"name of " + _derived(key)).hexdigest()[:8]


def _derived(key: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"affluent secrets").derive(key.encode())
