"""The sessions of the simulated agents, kept over a restart: no password is checked twice without need."""

import asyncio
import json
from pathlib import Path


class Tokens:
    """Session tokens by address, in a file that only this user may read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.one_at_a_time = asyncio.Lock()
        """Checking a password takes a core for a moment: never two at once."""
        try:
            self._kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._kept = {}

    def get(self, email: str) -> str | None:
        return self._kept.get(email)

    def keep(self, email: str, token: str) -> None:
        self._kept[email] = token
        self._path.touch(mode=0o600)
        self._path.write_text(json.dumps(self._kept), encoding="utf-8")
