"""Passwords of channels and signing secrets of webhooks, sealed: whoever reads the database or its backup without
the key learns none of them.

AES-256-GCM (NIST SP 800-38D). A sealed text is bound to its place: moved to another channel or webhook, it does not
open.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
        sealed = None if "password" not in held else self.seal_text(held["password"], place)
        return held if sealed is None else {"sealed": sealed}

    def seal_text(self, text: str, place: str) -> str | None:
        """One text sealed with the newest key; None without a key."""
        if self._file is not None:
            # Another process may have changed the keys since: the one before may be gone from the file already.
            self._take(_lines(self._file))
        if self._newest is None:
            return None
        nonce = os.urandom(NONCE_BYTES)
        raw = self._keys[self._newest].encrypt(nonce, text.encode(), place.encode())
        return f"{self._newest}.{base64.b64encode(nonce + raw).decode()}"

    def open(self, values: Mapping[str, Any], place: str) -> dict[str, Any]:
        """What `seal` was given; what was stored before there was a key stays as it is. Raises `Unsealable`."""
        return {part: self._opened(held, f"{place}/{part}") for part, held in values.items()}

    def _opened(self, held: dict[str, Any], place: str) -> dict[str, Any]:
        return {"password": self.open_text(str(held["sealed"]), place)} if "sealed" in held else held

    def open_text(self, sealed: str, place: str) -> str:
        """What `seal_text` was given. Raises `Unsealable`."""
        name, _, text = sealed.partition(".")
        if name not in self._keys and self._file is not None:
            # Another process may have changed the keys since.
            self._take(_lines(self._file))
        if name not in self._keys:
            raise Unsealable(f"the key {name} is not at hand")
        raw = base64.b64decode(text)
        try:
            return self._keys[name].decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
        except InvalidTag:
            raise Unsealable("it was changed, or moved from another place") from None

    def open_or_none(self, values: Mapping[str, Any], place: str) -> dict[str, Any]:
        """As `open`; what does not open is as if it had never been said, and the log names it."""
        try:
            return self.open(values, place)
        except Unsealable as fault:
            log.error("secrets_unreadable", place=place, why=str(fault))
            return {}

    def newest_sealed(self, parts: Iterable[Mapping[str, Any]]) -> bool:
        """Whether none of these waits to be sealed (again)."""
        return self._newest is None or all(
            str(held.get("sealed", "")).startswith(f"{self._newest}.")
            for held in parts
            if not held.keys().isdisjoint(("sealed", "password", "secret"))
        )


@dataclass(slots=True)
class Sealing:
    """What came of sealing everything: how much was sealed (again), and the places that do not open."""

    done: int = 0
    unreadable: list[str] = field(default_factory=list[str])


def seal_all(conn: Conn, sealer: Sealer) -> Sealing:
    """Seals what was stored in the open or under an older key; what does not open stays as it is, and is named."""
    conn.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    came = Sealing()
    for row in conn.execute("select id, secrets, public_key from channel order by id for update").fetchall():
        if sealer.newest_sealed(row["secrets"].values()):
            continue
        place = place_of(row["public_key"])
        try:
            again = sealer.seal(sealer.open(row["secrets"], place), place)
        except Unsealable:
            came.unreadable.append(place)
            continue
        conn.execute("update channel set secrets = %s where id = %s", [Jsonb(again), row["id"]])
        came.done += 1
    for row in conn.execute(
        "select id, secrets, public_key from voice_server order by id for update"
    ).fetchall():
        if sealer.newest_sealed(row["secrets"].values()):
            continue
        place = voice_place(row["public_key"])
        try:
            again = sealer.seal(sealer.open(row["secrets"], place), place)
        except Unsealable:
            came.unreadable.append(place)
            continue
        conn.execute("update voice_server set secrets = %s where id = %s", [Jsonb(again), row["id"]])
        came.done += 1
    for row in conn.execute("select id, secrets from webhook order by id for update").fetchall():
        if sealer.newest_sealed(row["secrets"]):
            continue
        try:
            kept = seal_signing(sealer, row["id"], open_signing(sealer, row["id"], row["secrets"]))
        except Unsealable:
            came.unreadable.append(signing_place(row["id"]))
            continue
        conn.execute("update webhook set secrets = %s where id = %s", [Jsonb(kept), row["id"]])
        came.done += 1
    return came


def seal_signing(sealer: Sealer, webhook_id: int, kept: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A webhook's `[{"secret", "until_ms"}]` as it is stored; without a key, as it is."""
    place = signing_place(webhook_id)
    return [
        dict(one)
        if (text := sealer.seal_text(one["secret"], place)) is None
        else {"sealed": text, "until_ms": one["until_ms"]}
        for one in kept
    ]


def open_signing(
    sealer: Sealer, webhook_id: int, stored: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What `seal_signing` was given. Raises `Unsealable`."""
    place = signing_place(webhook_id)
    return [
        {"secret": sealer.open_text(one["sealed"], place), "until_ms": one["until_ms"]}
        if "sealed" in one
        else dict(one)
        for one in stored
    ]


def signing_place(webhook_id: int) -> str:
    """Where a webhook's signing secrets belong."""
    return f"webhook/{webhook_id}"


def voice_place(public_key: str) -> str:
    """Where the secrets of a telephone server belong."""
    return f"voice/{public_key}"


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
