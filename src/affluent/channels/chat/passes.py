"""Addresses of a chat's files that open one file for a while, and nothing else.

A link lands in histories, logs and forwarded pages: the token that opens the whole conversation has no place
in it. The pass is signed with what the centre stores of that token, so it needs no secret of its own and dies
with the chat.
"""

import hashlib
import hmac
from dataclasses import dataclass

from affluent.facts.instants import HOUR_MS

LASTS_MS = 24 * HOUR_MS
_MAC_CHARS = 32
_NUMBER_MAX = 2**53


@dataclass(frozen=True, slots=True)
class Opener:
    """Who may hand out passes: a chat, by what is stored of its token."""

    chat_id: int
    token_hash: bytes

    def url(self, file_id: int, now_ms: int) -> str:
        """Where the file is read until a day from now; the same for an hour, so that browsers keep it."""
        until_ms = (now_ms // HOUR_MS + 1) * HOUR_MS + LASTS_MS
        mac = _mac(self.token_hash, file_id, until_ms)
        return f"/chat/v1/files/{file_id}/{self.chat_id}.{until_ms}.{mac}"


@dataclass(frozen=True, slots=True)
class Pass:
    """What a link says; believed only once it `fits` the chat that it names."""

    file_id: int
    chat_id: int
    until_ms: int
    mac: str

    def fits(self, token_hash: bytes, now_ms: int) -> bool:
        signed = hmac.compare_digest(self.mac, _mac(token_hash, self.file_id, self.until_ms))
        return signed and now_ms < self.until_ms


def read(file_id: int, text: str) -> Pass | None:
    """The pass in a link, or None for what is none."""
    chat, _, rest = text.partition(".")
    until, _, mac = rest.partition(".")
    numbers = [int(one) for one in (chat, until) if one.isascii() and one.isdigit() and len(one) < 17]
    if len(numbers) < 2 or len(mac) != _MAC_CHARS or not mac.isascii() or not 0 < numbers[0] < _NUMBER_MAX:
        return None
    return Pass(file_id, numbers[0], numbers[1], mac)


def _mac(token_hash: bytes, file_id: int, until_ms: int) -> str:
    words = f"file:{file_id}:{until_ms}".encode()
    return hmac.new(token_hash, words, hashlib.sha256).hexdigest()[:_MAC_CHARS]
