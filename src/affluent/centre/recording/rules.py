"""Which calls of a channel are recorded, what for, and how long that is kept."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from affluent.facts.instants import DAY_MS

REFUSE_KEY = "9"
"""What a caller presses who does not want to be recorded."""


@dataclass(frozen=True, slots=True)
class RecordingRules:
    """Of `percent` of the calls; in `queue_ids` alone when there are any. Off when 0."""

    percent: int = 0
    queue_ids: tuple[int, ...] = ()
    purpose: str = "quality"
    keep_ms: int = 30 * DAY_MS

    def of_queue(self, queue_id: int | None) -> bool:
        return not self.queue_ids or queue_id in self.queue_ids


def recording_rules(settings: Mapping[str, Any]) -> RecordingRules:
    """Those of a channel's settings."""
    usual = RecordingRules()
    return RecordingRules(
        int(settings.get("record_percent") or 0),
        tuple(int(one) for one in settings.get("record_queue_ids") or ()),
        str(settings.get("record_purpose") or usual.purpose),
        int(settings.get("record_days") or usual.keep_ms // DAY_MS) * DAY_MS,
    )


def drawn(contact_id: int, percent: int) -> bool:
    """Whether a call falls to the share that is recorded: by its number alone, as if by chance, and always the same."""
    told = hashlib.sha256(f"recording {contact_id}".encode()).digest()
    return int.from_bytes(told[:8]) % 10_000 < percent * 100
