"""Who asks by a key: the person it acts for, with no more than the key's rights and brands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from affluent.centre.administration.api_keys import PREFIX, secret_hash
from affluent.centre.refusals import NotSignedIn
from affluent.centre.wall import Right, Role, Viewer, brands_of
from affluent.facts.instants import MINUTE_MS, Clock

USED_EVERY_MS = MINUTE_MS
"""How often it is noted that a key was used."""
_KNOWN = frozenset(right.value for right in Right)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A live key with what a viewer needs of its person, in one read."""

    id: int
    rights: Sequence[str]
    brand_ids: Sequence[int]
    last_used_ms: int | None
    account_id: int
    account_name: str
    role: Role
    locale: str
    granted: tuple[int, ...]


class Keys(Protocol):
    """Where keys are kept."""

    def live(self, hashed: bytes, *, now_ms: int) -> KeyRow | None:
        """The key with this hash, unless it is revoked or expired, or its person may not sign in."""
        ...

    def used(self, key_id: int, ip: str, *, now_ms: int) -> None: ...


class KeyRing:
    """Tells keys apart. One that is unknown, expired or revoked is no key at all."""

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def viewer(self, secret: str, ip: str) -> Viewer:
        """Who asks by `secret`. Raises `NotSignedIn`."""
        now_ms = self._clock.now_ms()
        row = (
            self._keys.live(secret_hash(secret), now_ms=now_ms)
            if secret.startswith(PREFIX) and len(secret) < 200
            else None
        )
        if row is None:
            raise NotSignedIn("key_unknown")
        if row.last_used_ms is None or now_ms - row.last_used_ms >= USED_EVERY_MS:
            self._keys.used(row.id, ip, now_ms=now_ms)
        theirs = brands_of(row.role, row.granted)
        own = frozenset(row.brand_ids)
        brands = (own if theirs is None else own & theirs) if own else theirs
        rights = frozenset(Right(right) for right in row.rights if right in _KNOWN)
        if own and (theirs is None or not theirs <= own):
            # Whoever serves sees their whole desk, whatever the brand.
            rights -= {Right.SERVE}
        return Viewer(row.account_id, row.account_name, row.role, row.locale, brands, rights, row.id)


class NoKeys:
    """The double of `Keys` for a centre that has none."""

    def live(self, hashed: bytes, *, now_ms: int) -> KeyRow | None:
        return None

    def used(self, key_id: int, ip: str, *, now_ms: int) -> None:
        return None
