"""Open time read from the calendar on the wall, day by day: it shares no code with opening hours."""

from datetime import UTC, date, datetime, time, timedelta

from tests.measure.story import PARIS

OPEN = ((time(9), time(12, 30)), (time(14), time(18)))
HOLIDAYS = {
    date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25),
    date(2026, 7, 14), date(2026, 8, 15), date(2026, 11, 1), date(2026, 11, 11), date(2026, 12, 25), date(2027, 1, 1),
}  # fmt: skip
"""Public holidays of France in 2026, where Easter is on 5 April, and the New Year after."""


def open_ms(from_ms: int, to_ms: int) -> int:
    """Open time of the office between two instants, day by day by the clock of Paris."""
    total, day = 0, _paris(from_ms).date()
    while day <= _paris(to_ms).date():
        if day.weekday() < 5 and day not in HOLIDAYS:
            for begins, ends in OPEN:
                starts = max(from_ms, _ms(datetime.combine(day, begins, PARIS)))
                total += max(0, min(to_ms, _ms(datetime.combine(day, ends, PARIS))) - starts)
        day += timedelta(days=1)
    return total


def _paris(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(PARIS)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
