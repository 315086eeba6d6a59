"""Durations as people write them: `15s`, `4h`, `2d`, `1h30m`, `250ms`, `0`."""

import re

UNITS_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
"""From the largest to the smallest: the order in which they must stand."""

PATTERN = r"^(?=[0-9])([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$|^0$"
_SHAPE = re.compile(PATTERN)
_DIGITS_MAX = 15


def read_duration_ms(text: str) -> int | None:
    """Milliseconds; None for what is no duration."""
    if text == "0":
        return 0
    found = _SHAPE.match(text)
    if found is None or not text.isascii():
        return None
    total_ms = 0
    for part, unit_ms in zip(found.groups(), UNITS_MS.values(), strict=True):
        digits = (part or "0").rstrip("dhms")
        if len(digits) > _DIGITS_MAX:
            return None
        total_ms += int(digits) * unit_ms
    return total_ms


def write_duration(value_ms: int) -> str:
    """The shortest of the ways to write it that `read_duration_ms` reads; no negative ones."""
    assert value_ms >= 0, "a policy has no negative duration"
    if value_ms == 0:
        return "0s"
    parts: list[str] = []
    for unit, unit_ms in UNITS_MS.items():
        count, value_ms = divmod(value_ms, unit_ms)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)
