"""Texts of a log as numbers: instants, durations, codes. Each different text is read once."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from affluent.measure.outcomes import NEVER, Ints

BAD = -2
"""A text that says nothing: beside `NEVER`, which is a value that is not there."""
UNITS = {"ms": 1, "s": SECOND_MS, "min": MINUTE_MS, "h": HOUR_MS, "day": DAY_MS}
KEPT_MAX = 200_000
_EPOCH_DAY = datetime(1970, 1, 1, tzinfo=UTC).toordinal()
_MONTHS = {
    name: at
    for at, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_PARTS = {
    "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d{2})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})", "I": r"(?P<I>\d{1,2})", "M": r"(?P<M>\d{1,2})", "S": r"(?P<S>\d{1,2})",
    "f": r"(?P<f>\d{1,9})", "p": r"(?P<p>[AaPp])\.?[Mm]\.?", "b": r"(?P<b>[A-Za-z]{3})[a-z]*",
    "z": r"(?P<z>Z|[+-]\d{2}:?\d{2})", "%": "%",
}  # fmt: skip


class Read(dict[str, int]):
    """Numbers of texts: what was read before is looked up."""

    def __init__(self, read: Callable[[str], int], missing: Iterable[str] = ()) -> None:
        self._missing = dict.fromkeys(missing, NEVER)
        super().__init__(self._missing)
        self._read = read

    def __missing__(self, text: str) -> int:
        try:
            number = self._read(text)
        except (ValueError, OverflowError):
            number = BAD
        self[text] = number
        return number

    def column(self, texts: Iterable[str]) -> Ints:
        if len(self) > KEPT_MAX:
            # Instants hardly come twice: what was read of them needs no memory of millions.
            self.clear()
            self.update(self._missing)
        return np.fromiter(map(self.__getitem__, texts), np.int64)


class Names:
    """Texts as codes from 0 on, in the order in which they come; `names` tells them back."""

    def __init__(self, missing: Iterable[str], codes: dict[str, str] | None = None) -> None:
        self.names: list[str] = []
        self._code: dict[str, int] = {}
        self._translate = codes or {}
        self._read = Read(self._coded, missing)

    def _coded(self, text: str) -> int:
        return self.code(self._translate.get(text, text))

    def code(self, name: str) -> int:
        """The code of a name as it is shown."""
        if name not in self._code:
            self._code[name] = len(self.names)
            self.names.append(name)
        return self._code[name]

    def column(self, texts: Iterable[str]) -> Ints:
        return self._read.column(texts)


def instants(pattern: str, zone: ZoneInfo) -> Callable[[str], int]:
    """Reads instants of a pattern as milliseconds; those without a zone of their own are told by `zone`.

    Where the clocks go back, a time that comes twice is the first of the two. Raises `ValueError` for a pattern
    that is none.
    """
    if pattern in ("epoch_s", "epoch_ms"):
        factor = 1 if pattern == "epoch_ms" else SECOND_MS
        return lambda text: _positive(round(float(text) * factor))
    local = _Local(zone)
    if pattern == "iso":

        def iso(text: str) -> int:
            at = datetime.fromisoformat(text)
            ms = _ms(at.toordinal(), at.hour, at.minute, at.second, at.microsecond // 1000)
            offset = at.utcoffset()
            return _positive(local.utc_ms(ms) if offset is None else ms - offset // timedelta(milliseconds=1))

        return iso
    return _patterned(pattern, local)


def durations(unit: str) -> Callable[[str], int]:
    """Reads lengths of time in milliseconds; a negative one is a `ValueError`."""
    if unit == "hms":

        def hms(text: str) -> int:
            whole, _, rest = text.strip().partition(".")
            total = 0
            for part in whole.split(":"):
                total = total * 60 + int(part)
            return _positive(total * SECOND_MS + (int(rest[:3].ljust(3, "0")) if rest else 0))

        return hms
    factor = UNITS[unit]
    return lambda text: _positive(round(float(text.replace(",", ".")) * factor))


class _Local:
    """The wall clock of a zone: its offset is looked up once an hour of it."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._offsets: dict[int, int] = {}

    def utc_ms(self, wall_ms: int) -> int:
        # A quarter of an hour: no zone changes its clocks within one.
        quarter = wall_ms // (15 * MINUTE_MS)
        offset = self._offsets.get(quarter)
        if offset is None:
            wall = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * quarter)
            told = wall.replace(tzinfo=self._zone).utcoffset() or timedelta()
            offset = self._offsets[quarter] = told // timedelta(milliseconds=1)
        return wall_ms - offset


def _patterned(pattern: str, local: _Local) -> Callable[[str], int]:
    parts = re.split(r"%(.)", pattern)
    expression = "".join(
        _part(one) if at % 2 else re.escape(one).replace(r"\ ", r"\s+") for at, one in enumerate(parts)
    )
    try:
        matches = re.compile(expression).fullmatch
    except re.error:
        raise ValueError(f"{pattern!r} says something twice") from None
    named = set(re.compile(expression).groupindex)
    if not ({"d"} <= named and named & {"Y", "y"} and named & {"m", "b"}):
        raise ValueError(f"{pattern!r} names no day, month and year")

    def read(text: str) -> int:
        found = matches(text.strip())
        if found is None:
            raise ValueError(text)
        has = found.groupdict()
        year = int(has["Y"]) if "Y" in has else _century(int(has["y"]))
        month = int(has["m"]) if "m" in has else _MONTHS.get(has["b"].lower(), 0)
        hour = int(has.get("H") or 0)
        if "I" in has:
            hour = int(has["I"]) % 12 + 12 * (has.get("p", "a").lower() == "p")
        minute, second = int(has.get("M") or 0), int(has.get("S") or 0)
        if hour > 23 or minute > 59 or second > 60:
            raise ValueError(text)
        day = datetime(year, month, int(has["d"]), tzinfo=UTC).toordinal()
        ms = _ms(day, hour, minute, second, int((has.get("f") or "0").ljust(3, "0")[:3]))
        zone = has.get("z")
        return _positive(local.utc_ms(ms) if zone is None else ms - _offset_ms(zone))

    return read


def _part(letter: str) -> str:
    try:
        return _PARTS[letter]
    except KeyError:
        raise ValueError(f"%{letter} is not known: {', '.join('%' + one for one in _PARTS)}") from None


def _century(year: int) -> int:
    """As POSIX has it: 69 to 99 are of the last century."""
    return year + (1900 if year >= 69 else 2000)


def _offset_ms(zone: str) -> int:
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "")
    ms = int(digits[:2]) * HOUR_MS + int(digits[2:]) * MINUTE_MS
    return -ms if zone[0] == "-" else ms


def _ms(ordinal: int, hour: int, minute: int, second: int, milli: int) -> int:
    return (ordinal - _EPOCH_DAY) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + milli


def _positive(number: int) -> int:
    if number < 0:
        raise ValueError(number)
    return number
