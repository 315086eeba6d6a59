"""Passwords: argon2id, checked in equal time whether or not the account exists."""

from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from affluent.centre.refusals import Invalid

LENGTH_MIN = 10
LENGTH_MAX = 200
_COMMON = frozenset(
    {
        "1234567890", "0123456789", "0987654321", "1q2w3e4r5t", "qwertyuiop", "azertyuiop", "motdepasse",
        "motdepasse1", "motdepasse123", "password12", "password123", "password1234", "passw0rd123",
        "administrator", "administrateur", "changeme123", "iloveyou123", "welcome123", "bienvenue1",
    }
)  # fmt: skip

_hasher = PasswordHash((Argon2Hasher(),))
# One verification takes 64 MiB: a crowd at the door waits its turn instead of taking all the memory.
_at_once = BoundedSemaphore(4)
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$G8wV/JCqrx5Aa0gxzCa+eg$hAZNt1S3E7YGWiSS7qEgkEuUCJ61VEku+2tFCRjIGc4"
"""What an unknown account is compared with, so that the answer takes as long as for a known one: of a password that
nobody kept. Written down, since making it at each start takes a tenth of a second."""


def hashed(password: str) -> str:
    """The argon2id hash of a password that is good enough. Raises `Invalid` when it is not."""
    check_strength(password)
    with _at_once:
        return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the right one; takes as long when there is no account or no password."""
    with _at_once:
        try:
            right = _hasher.verify(password[:LENGTH_MAX], password_hash or NOBODY)
        except UnknownHashError:
            right = False
    return right and password_hash is not None


def check_strength(password: str, field: str = "password") -> None:
    """Raises `Invalid` for a password that is too short, too long or among the first that are tried."""
    if len(password) < LENGTH_MIN:
        raise Invalid("password_too_short", field, least=LENGTH_MIN)
    if len(password) > LENGTH_MAX:
        raise Invalid("password_too_long", field, most=LENGTH_MAX)
    if password.lower() in _COMMON or len(set(password)) < 4:
        raise Invalid("password_too_common", field)
