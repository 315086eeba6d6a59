"""Files as rows of texts, some thousands at a time: CSV, TSV, Excel, Parquet, lines of JSON, Asterisk's queue_log."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO
from zipfile import BadZipFile

from affluent.twin.history.mapping import Form, Mapping
from affluent.twin.history.queue_log import COLUMNS as OF_QUEUE_LOG
from affluent.twin.history.queue_log import calls
from affluent.twin.history.refused import BadFile, Report, Why

CHUNK = 50_000
ENDINGS = {
    ".csv": Form.CSV, ".tsv": Form.TSV, ".txt": Form.TSV, ".xlsx": Form.EXCEL, ".xls": Form.EXCEL,
    ".xlsb": Form.EXCEL, ".ods": Form.EXCEL, ".parquet": Form.PARQUET, ".jsonl": Form.JSONL, ".ndjson": Form.JSONL,
    ".json": Form.JSONL,
}  # fmt: skip
Rows = tuple[list[int], list[Sequence[str]]]
"""The numbers of some rows in their file, and their texts by column."""


@contextmanager
def opened(file: Path, mapping: Mapping, wanted: Sequence[str], report: Report) -> Generator[Iterator[Rows]]:
    """The rows of a file, each with the texts of the columns `wanted`, in that order.

    What is no row is refused into `report`. Raises `BadFile` when there is no such file, it is not of its form,
    or a column wanted is not there.
    """
    form = mapping.format or ENDINGS.get(Path(file.name.removesuffix(".gz")).suffix.lower(), Form.CSV)
    try:
        match form:
            case Form.EXCEL:
                yield _chunked(_picked(_sheet(file, mapping), mapping, wanted, report, file))
            case Form.PARQUET:
                yield _parquet(file, mapping, wanted)
            case _:
                with _text(file, mapping.encoding) as stream:
                    yield _of_text(form, stream, mapping, wanted, report, file)
    except (OSError, UnicodeDecodeError, csv.Error, BadZipFile, EOFError) as fault:
        raise BadFile("unreadable", file=str(file), why=str(fault)) from None


def _of_text(
    form: Form, stream: TextIO, mapping: Mapping, wanted: Sequence[str], report: Report, file: Path
) -> Iterator[Rows]:
    if form is Form.JSONL:
        return _chunked(_objects(stream, wanted, report))
    if form is Form.QUEUE_LOG:
        pick = _pick(_places(OF_QUEUE_LOG, wanted, mapping, file))
        return _chunked((number, pick(row)) for number, row in calls(stream, report))
    reader = csv.reader(stream, delimiter=mapping.delimiter or ("\t" if form is Form.TSV else ","))
    numbered = ((reader.line_num, row) for row in reader if row)
    return _chunked(_picked(numbered, mapping, wanted, report, file))


@contextmanager
def _text(file: Path, encoding: str) -> Generator[TextIO]:
    if file.suffix == ".gz":
        with gzip.open(file, "rt", encoding=encoding, newline="") as stream:
            yield io.TextIOWrapper(stream.buffer, encoding=encoding, newline="")
    else:
        with file.open(encoding=encoding, newline="") as stream:
            yield stream


def _picked(
    rows: Iterable[tuple[int, Sequence[str]]], mapping: Mapping, wanted: Sequence[str], report: Report, file: Path
) -> Iterator[tuple[int, Sequence[str]]]:  # fmt: skip
    numbered = iter(rows)
    for _ in range(mapping.skip):
        next(numbered, None)
    header: Sequence[str] = mapping.header
    if not header:
        _, first = next(numbered, (0, ()))
        header = [name.strip() for name in first]
    where = _places(header, wanted, mapping, file)
    least = max(where, default=-1) + 1
    pick = _pick(where)
    for number, row in numbered:
        if len(row) < least:
            report.rows += 1
            report.refuse(number, header[len(row)], "", Why.SHORT_ROW)
        else:
            yield number, pick(row)


def _places(header: Sequence[str], wanted: Sequence[str], mapping: Mapping, file: Path) -> list[int]:
    """Where the columns are; -1 for one that the file may do without. Raises `BadFile` for any other."""
    absent = [name for name in wanted if name not in header]
    if not set(absent) <= set(mapping.may_lack):
        raise BadFile("no_column", file=str(file), columns=", ".join(absent), there=", ".join(header))
    return [header.index(name) if name in header else -1 for name in wanted]


def _pick(where: list[int]) -> Callable[[Sequence[str]], Sequence[str]]:
    """Takes some columns of a row. `itemgetter` is the quickest, and gives no sequence for one column."""
    if len(where) == 1 or -1 in where:
        return lambda row: [row[at] if at >= 0 else "" for at in where]
    return itemgetter(*where)


def _chunked(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Rows]:
    """Rows turned into columns."""
    numbered = iter(rows)
    while some := list(islice(numbered, CHUNK)):
        numbers = [number for number, _ in some]
        yield numbers, [list(column) for column in zip(*(row for _, row in some), strict=True)]


def _objects(stream: TextIO, wanted: Sequence[str], report: Report) -> Iterator[tuple[int, Sequence[str]]]:
    """One JSON object a line; a column names what lies deeper with dots: `Queue.Name`."""
    paths = [name.split(".") for name in wanted]
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            report.rows += 1
            report.refuse(number, "", line.strip(), Why.UNREADABLE)
            continue
        yield number, [_deep(told, path) for path in paths]


def _deep(told: Any, path: list[str]) -> str:
    for name in path:
        if not isinstance(told, dict):
            return ""
        told = told.get(name)
    return _said(told)


def _said(value: Any) -> str:
    """A cell as the text that one would have typed."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            seconds = value // timedelta(milliseconds=1) / 1000
            return f"{int(seconds // 3600)}:{int(seconds // 60) % 60:02}:{int(seconds) % 60:02}"
        case _:
            return str(value)


def _sheet(file: Path, mapping: Mapping) -> Iterator[tuple[int, Sequence[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound  # noqa: PLC0415 -- heavy

    try:
        book = CalamineWorkbook.from_path(str(file))
        sheet = (
            book.get_sheet_by_name(mapping.sheet) if mapping.sheet is not None else book.get_sheet_by_index(0)
        )
        for number, row in enumerate(sheet.iter_rows(), sheet.start[0] + 1 if sheet.start else 1):
            yield number, [_said(cell) for cell in row]
    except (CalamineError, WorksheetNotFound) as fault:
        raise BadFile("unreadable", file=str(file), why=str(fault)) from None


def _parquet(file: Path, mapping: Mapping, wanted: Sequence[str]) -> Iterator[Rows]:
    try:
        import duckdb  # noqa: PLC0415 -- heavy, and optional
    except ImportError:
        raise BadFile("package_missing", file=str(file), package="duckdb") from None

    if not file.is_file():
        raise FileNotFoundError(f"{file}: no such file")
    with duckdb.connect(config={"autoinstall_known_extensions": "false", "threads": "1"}) as conn:
        try:
            there = [row[0] for row in conn.execute(
                "select column_name from (describe select * from read_parquet(?))", [str(file)]
            ).fetchall()]  # fmt: skip
            where = _places(there, wanted, mapping, file)
            named = ", ".join(
                "''"
                if at < 0
                else "coalesce(cast(\"{}\" as varchar), '')".format(there[at].replace('"', '""'))
                for at in where
            )
            cursor = conn.execute(f"select {named} from read_parquet(?)", [str(file)])
            number = 1
            while some := cursor.fetchmany(CHUNK):
                yield list(range(number, number + len(some))), [list(one) for one in zip(*some, strict=True)]
                number += len(some)
        except duckdb.Error as fault:
            raise BadFile("unreadable", file=str(file), why=str(fault)) from None
