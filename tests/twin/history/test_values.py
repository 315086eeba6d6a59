"""Texts as instants and lengths."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from affluent.twin.history.values import BAD, Read, durations, instants

PARIS = ZoneInfo("Europe/Paris")


def ms(*parts: int) -> int:
    return round(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type] -- parts of a date


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        ("iso", "2026-01-05 09:00:00", ms(2026, 1, 5, 8)),
        ("iso", "2026-07-05T09:00:00", ms(2026, 7, 5, 7)),
        ("iso", "2026-01-05T09:00:00Z", ms(2026, 1, 5, 9)),
        ("iso", "2026-01-05T09:00:00.250+02:00", ms(2026, 1, 5, 7) + 250),
        ("epoch_s", "1767603600.5", ms(2026, 1, 5, 9) + 500),
        ("epoch_ms", "1767603600000", ms(2026, 1, 5, 9)),
        ("%d/%m/%Y %H:%M:%S", "5/1/2026 9:00:00", ms(2026, 1, 5, 8)),
        ("%m/%d/%y %I:%M %p", "1/5/26 12:05 AM", ms(2026, 1, 4, 23, 5)),
        ("%m/%d/%y %I:%M %p", "1/5/26 12:05 pm", ms(2026, 1, 5, 11, 5)),
        ("%d %b %Y %H:%M", "05 Jan 2026 09:00", ms(2026, 1, 5, 8)),
        ("%y%m%d %H:%M:%S", "990201 7:02:47", ms(1999, 2, 1, 6, 2, 47)),
        ("%Y-%m-%d %H:%M:%S.%f %z", "2026-01-05 09:00:00.123456 -0500", ms(2026, 1, 5, 14) + 123),
        # The hour that comes twice is the first of the two; the one that is skipped is told by the clock before.
        ("iso", "2026-10-25 02:30:00", ms(2026, 10, 25, 0, 30)),
        ("iso", "2026-03-29 02:30:00", ms(2026, 3, 29, 1, 30)),
    ],
)
def test_instants(pattern: str, text: str, wanted: int) -> None:
    assert instants(pattern, PARIS)(text) == wanted


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30 09:00:00", "32/01/2026 09:00:00", "05/01/2026 25:00:00"]
)
def test_what_is_no_instant(text: str) -> None:
    for pattern in ("iso", "%d/%m/%Y %H:%M:%S", "epoch_s"):
        assert Read(instants(pattern, PARIS))[text] == BAD


@pytest.mark.parametrize(
    ("unit", "text", "wanted"),
    [
        ("s", "12", 12_000), ("s", "1.5", 1_500), ("s", "1,5", 1_500), ("ms", "250", 250), ("min", "2", 120_000),
        ("h", "1", 3_600_000), ("day", "1", 86_400_000), ("hms", "1:02:03", 3_723_000), ("hms", "02:03", 123_000),
        ("hms", "100:00:00.250", 360_000_250), ("hms", "7", 7_000),
    ],
)  # fmt: skip
def test_lengths(unit: str, text: str, wanted: int) -> None:
    assert durations(unit)(text) == wanted


@pytest.mark.parametrize(
    ("unit", "text"), [("s", "-1"), ("s", "long"), ("hms", "1:x"), ("s", "nan"), ("s", "inf")]
)
def test_what_is_no_length(unit: str, text: str) -> None:
    assert Read(durations(unit))[text] == BAD
