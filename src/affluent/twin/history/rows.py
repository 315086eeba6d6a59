"""A log read by its mapping: one row a stay, as columns of whole numbers. What cannot be taken is refused."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as ByName
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import compress
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from affluent.facts.media import SYNCHRONOUS
from affluent.measure.outcomes import MEDIA, NEVER, OUTCOMES, Ints
from affluent.twin.history.mapping import Became, Code, Duration, Instant, Mapping, Text
from affluent.twin.history.reading import opened
from affluent.twin.history.refused import Report, Why
from affluent.twin.history.values import BAD, Names, Read, durations, instants

BECAME = tuple(Became)
LIVE = np.array([medium in SYNCHRONOUS for medium in MEDIA])
UNKNOWN_AGENT = "?"
"""Who answered where the log names nobody."""
_TEXTS = ("contact", "request", "customer", "queue", "agent", "motive", "segment")
Bools = NDArray[np.bool_]
Columns = ByName[str, Sequence[str]]


@dataclass(slots=True)
class Taken:
    """All rows that were taken. `columns` by name; `names` of the codes of texts."""

    columns: dict[str, Ints]
    names: dict[str, list[str]]
    keys: list[str]
    """What tells contacts apart, by the code in the column `contact`."""
    report: Report = field(default_factory=Report)


def read(file: Path, mapping: Mapping) -> Taken:
    """Reads a whole file. Raises `BadFile`."""
    report = Report()
    reader = _Reader(mapping, report)
    parts: list[dict[str, Ints]] = []
    with opened(file, mapping, reader.wanted, report) as chunks:
        for numbers, texts in chunks:
            part = reader.part(numbers, dict(zip(reader.wanted, texts, strict=True)))
            if part is not None:
                parts.append(part)
    names = reader.names()
    columns = {name: np.concatenate([part[name] for part in parts]) for name in _ALL} if parts else _NONE
    return Taken(columns, names, names["contact"], report)


_ALL = (
    "row", *_TEXTS, "medium", "arrived", "answered", "ended", "wrap", "handling", "became", "resolution",
)  # fmt: skip
_NONE: dict[str, Ints] = {name: np.zeros(0, np.int64) for name in _ALL}


class _Reader:
    """Reads part after part; what it read once it need not read again."""

    def __init__(self, mapping: Mapping, report: Report) -> None:
        self._mapping, self._report = mapping, report
        self._columns = mapping.columns
        self._texts: dict[str, Names] = {
            name: Names((*mapping.missing, *text.missing), text.codes)
            for name in _TEXTS
            if (text := getattr(self._columns, name)) is not None
        }
        self._texts.setdefault("agent", Names(mapping.missing))
        self._instants: dict[Instant, Read] = {}
        self._durations: dict[Duration, Read] = {}
        self._gone: dict[tuple[str, ...], Read] = {}
        self._seen: dict[bytes, int] = {}
        self._contacts = self._texts.setdefault("contact", Names(()))
        codes = (self._columns.medium, self._columns.became, self._columns.resolution)
        known: tuple[Sequence[str], ...] = (MEDIA, BECAME, OUTCOMES)
        self._codes = [
            None if code is None else Read(_coded(code, list(among)), () if code.other else mapping.missing)
            for code, among in zip(codes, known, strict=True)
        ]
        self.wanted = _wanted(mapping)

    def names(self) -> dict[str, list[str]]:
        return {name: known.names for name, known in self._texts.items()}

    def part(self, numbers: list[int], columns: Columns) -> dict[str, Ints] | None:
        """The next rows; None when none of them is taken."""
        self._report.rows += len(numbers)
        out = self._left_out(columns, len(numbers))
        if out.any():
            self._report.left_out += int(out.sum())
            kept = ~out
            numbers = list(compress(numbers, kept))
            columns = {name: list(compress(column, kept)) for name, column in columns.items()}
        return self._taken(_Rows(numbers, columns, self._report)) if numbers else None

    def _left_out(self, columns: Columns, size: int) -> Bools:
        out = np.zeros(size, np.bool_)
        for together in self._mapping.leave_out:
            all_true = np.ones(size, np.bool_)
            for one in together:
                values = frozenset(one.one_of if one.one_of is not None else one.none_of or ())
                inside = np.fromiter((text in values for text in columns[one.column]), np.bool_, size)
                all_true &= inside if one.one_of is not None else ~inside
            out |= all_true
        return out

    def _taken(self, rows: "_Rows") -> dict[str, Ints] | None:
        mapping = self._columns
        found: dict[str, Ints] = {"row": np.array(rows.numbers, np.int64)}
        for name in _TEXTS:
            found[name] = self._text(rows, name)
        for name, code, read in zip(
            ("medium", "became", "resolution"),
            (mapping.medium, mapping.became, mapping.resolution),
            self._codes,
            strict=True,
        ):
            found[name] = self._code(rows, code, read)
        found["arrived"] = self._instant(rows, mapping.arrived, {}, needed=True)
        found["answered"] = self._instant(rows, mapping.answered, found)
        found["ended"] = self._instant(rows, mapping.ended, found)
        found["left"] = self._instant(rows, mapping.left, found)
        found["wrap"] = self._added(rows, mapping.wrap)
        found["handling"] = self._added(rows, mapping.handling)
        self._settled(rows, found)
        found["contact"] = self._keyed(rows, found["contact"])
        self._report.taken += int(rows.good.sum())
        return {name: found[name][rows.good] for name in _ALL} if rows.good.any() else None

    def _settled(self, rows: "_Rows", found: dict[str, Ints]) -> None:
        """What became of each row, and whether its instants agree with that."""
        arrived, answered, ended = found["arrived"], found["answered"], found["ended"]
        live = LIVE[np.maximum(found["medium"], 0)]
        if (found["became"] < 0).any():
            left = np.where(live, _at(Became.ABANDONED), _at(Became.CLOSED))
            unanswered = np.where(ended >= 0, left, _at(Became.OPEN))
            derived = np.where(answered >= 0, _at(Became.ANSWERED), unanswered)
            found["became"] = np.where(found["became"] < 0, derived, found["became"])
        became = found["became"]
        # Who answered an asynchronous contact and has not closed it yet goes on with it.
        open_yet = (became == _at(Became.OPEN)) | ((became == _at(Became.ANSWERED)) & ~live & (ended < 0))
        without = (became != _at(Became.ANSWERED)) & (became != _at(Became.OPEN))
        gone = without & (found["left"] >= 0)
        ended[gone] = found["left"][gone]
        rows.refuse((became == _at(Became.ANSWERED)) & (answered < 0), "answered", Why.NOT_ANSWERED)
        rows.refuse((ended < 0) & ~open_yet, "ended", Why.MISSING)
        answered[without] = NEVER
        ended[open_yet] = NEVER
        rows.refuse((answered >= 0) & (answered < arrived), "answered", Why.BACKWARDS)
        rows.refuse((ended >= 0) & (ended < np.maximum(arrived, answered)), "ended", Why.BACKWARDS)
        unnamed = (answered >= 0) & (found["agent"] < 0)
        if unnamed.any():
            found["agent"][unnamed] = self._texts["agent"].code(UNKNOWN_AGENT)

    def _text(self, rows: "_Rows", name: str) -> Ints:
        text: Text | None = getattr(self._columns, name)
        if text is None or (not text.columns and text.value is None):
            return np.full(len(rows), NEVER)
        names = self._texts[name]
        if not text.columns:
            return np.full(len(rows), names.code(text.value or ""))
        told = [rows.columns[column] for column in text.columns]
        codes = names.column(told[0] if len(told) == 1 else map(" ".join, zip(*told, strict=True)))
        if text.else_column is not None and (codes < 0).any():
            codes = np.where(codes < 0, names.column(rows.columns[text.else_column]), codes)
        if text.value is not None and (codes < 0).any():
            codes = np.where(codes < 0, names.code(text.value), codes)
        if name == "queue":
            rows.refuse(codes == NEVER, text.columns[0], Why.MISSING)
        return codes

    def _code(self, rows: "_Rows", code: Code | None, read: Read | None) -> Ints:
        if code is None or read is None:
            return np.full(len(rows), NEVER)
        if code.column is None:
            return np.full(len(rows), read[code.value or ""])
        codes = read.column(rows.columns[code.column])
        rows.refuse(codes == BAD, code.column, Why.UNKNOWN_CODE)
        if code is self._columns.medium:
            rows.refuse(codes == NEVER, code.column, Why.MISSING)
        return codes

    def _instant(
        self, rows: "_Rows", candidates: Iterable[Instant], found: dict[str, Ints], *, needed: bool = False
    ) -> Ints:
        at = np.full(len(rows), NEVER)
        told = ""
        for one in candidates:
            if one.after is not None:
                base = found[one.after]
            else:
                told = told or one.columns[0]
                base = self._read_instant(rows, one)
            more = self._added(rows, one.plus, absent=NEVER) if one.plus else np.zeros(len(rows), np.int64)
            less = self._added(rows, one.minus)
            # A duration that is not there leaves the instant unknown: nothing was waited for, or nobody says.
            known = (base >= 0) & (more >= 0)
            at = np.where((at < 0) & known, base + more - less, at)
        if needed:
            rows.refuse(at < 0, told, Why.MISSING)
        return at

    def _read_instant(self, rows: "_Rows", one: Instant) -> Ints:
        read = self._instants.get(one)
        if read is None:
            zone = self._mapping.zone if one.timezone is None else ZoneInfo(one.timezone)
            missing = (*self._mapping.missing, *one.missing)
            read = self._instants[one] = Read(
                _first_of([instants(form, zone) for form in one.formats]), missing
            )
        columns = [rows.columns[name] for name in one.columns]
        if len(columns) == 1:
            at = read.column(columns[0])
        else:
            at = read.column(map(" ".join, zip(*columns, strict=True)))
            gone = self._gone.setdefault(one.missing, Read(_there, (*self._mapping.missing, *one.missing)))
            for column in columns:
                at[gone.column(column) < 0] = NEVER
        rows.refuse(at == BAD, one.columns[0], Why.BAD_INSTANT)
        return at

    def _added(self, rows: "_Rows", parts: tuple[Duration, ...], absent: int = 0) -> Ints:
        """The sum of some durations; `absent` where none of them is there."""
        total = np.zeros(len(rows), np.int64)
        there = np.zeros(len(rows), np.bool_)
        for one in parts:
            read = self._durations.get(one)
            if read is None:
                read = self._durations[one] = Read(durations(one.unit), self._mapping.missing)
            lengths = read.column(rows.columns[one.column])
            rows.refuse(lengths == BAD, one.column, Why.BAD_DURATION)
            there |= lengths >= 0
            total += np.maximum(lengths, 0)
        return np.where(there, total, absent)

    def _keyed(self, rows: "_Rows", codes: Ints) -> Ints:
        """A row without an identifier is a contact of its own, known by all that it says."""
        unnamed = np.flatnonzero(codes < 0).tolist()
        columns = list(rows.columns.values())
        for at in unnamed:
            digest = blake2b("\0".join(column[at] for column in columns).encode(), digest_size=12).digest()
            times = self._seen[digest] = self._seen.get(digest, 0) + 1
            codes[at] = self._contacts.code(f"row {digest.hex()}" + ("" if times == 1 else f" {times}"))
        return codes


class _Rows:
    """Some rows, and which of them are still good."""

    def __init__(self, numbers: list[int], columns: Columns, report: Report) -> None:
        self.numbers, self.columns, self._report = numbers, columns, report
        self.good = np.ones(len(numbers), np.bool_)

    def __len__(self) -> int:
        return len(self.numbers)

    def refuse(self, which: Bools, column: str, why: Why) -> None:
        """A row is refused once, for the first thing that is wrong with it."""
        for at in np.flatnonzero(which & self.good).tolist():
            text = self.columns[column][at] if column in self.columns else ""
            self._report.refuse(self.numbers[at], column, text, why)
        self.good &= ~which


def _at(became: Became) -> int:
    return BECAME.index(became)


def _there(text: str) -> int:
    return 0


def _first_of(reads: list[Callable[[str], int]]) -> Callable[[str], int]:
    if len(reads) == 1:
        return reads[0]

    def read(text: str) -> int:
        for one in reads:
            try:
                return one(text)
            except ValueError:
                continue
        raise ValueError(text)

    return read


def _coded(code: Code, known: list[str]) -> Callable[[str], int]:
    def number(text: str) -> int:
        if code.column is None:
            return known.index(text)
        return known.index(code.codes.get(text, code.other or text))

    return number


def _wanted(mapping: Mapping) -> list[str]:
    """The columns that a mapping reads, each once."""
    return list(dict.fromkeys(_read_by(mapping)))


def _read_by(mapping: Mapping) -> Iterator[str]:
    for together in mapping.leave_out:
        yield from (one.column for one in together)
    columns = mapping.columns
    for name in _TEXTS:
        text: Text | None = getattr(columns, name)
        if text is not None:
            yield from text.columns
            if text.else_column is not None:
                yield text.else_column
    for code in (columns.medium, columns.became, columns.resolution):
        if code is not None and code.column is not None:
            yield code.column
    for instant in (*columns.arrived, *columns.answered, *columns.ended, *columns.left):
        yield from instant.columns
        yield from (one.column for one in (*instant.plus, *instant.minus))
    yield from (one.column for one in (*columns.wrap, *columns.handling))
