"""Files in any of the forms say the same; what they cannot say is refused, with its row, column and reason."""

import gzip
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from affluent.measure.outcomes import NAMES
from affluent.twin.history.mapping import Mapping, parse
from affluent.twin.history.refused import BadFile, Why
from affluent.twin.history.stays import History, history
from tests.twin.history import logs

ROWS = [line.split(",") for line in logs.GENERIC.splitlines()]
PLAIN = """
name: plain
timezone: Europe/Paris
columns:
  contact: {column: contact_id}
  queue: {column: queue}
  medium: {value: voice}
  arrived: {column: arrived_at}
  answered: {column: answered_at}
  ended: {column: ended_at}
"""


def as_csv(folder: Path) -> Path:
    file = folder / "log.csv"
    file.write_text(logs.GENERIC, encoding="utf-8")
    return file


def as_semicolons(folder: Path) -> Path:
    file = folder / "log.txt"
    file.write_text("Export\n\n" + logs.GENERIC.replace(",", ";"), encoding="cp1252")
    return file


def as_tsv(folder: Path) -> Path:
    file = folder / "log.tsv"
    file.write_text(logs.GENERIC.replace(",", "\t"), encoding="utf-8")
    return file


def as_gzip(folder: Path) -> Path:
    file = folder / "log.csv.gz"
    file.write_bytes(gzip.compress(logs.GENERIC.encode()))
    return file


def as_parquet(folder: Path) -> Path:
    file = folder / "log.parquet"
    with duckdb.connect() as conn:
        conn.execute(
            f"copy (select contact_id::int as contact_id, queue, arrived_at::timestamp as arrived_at,"
            f" answered_at::timestamp as answered_at, ended_at::timestamp as ended_at"
            f" from read_csv('{as_csv(folder)}', all_varchar = true)) to '{file}' (format parquet)"
        )
    return file


def as_excel(folder: Path) -> Path:
    """The least that is a workbook, with texts in its cells."""
    file = folder / "log.xlsx"
    cells = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for at, text in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate(ROWS, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    mime = "application/vnd.openxmlformats"
    sheets = f"{mime}-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        f'<Default Extension="rels" ContentType="{mime}-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{sheets}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheets}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">'
        '<sheets><sheet name="Calls" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return file


def columns(told: History) -> dict[str, list[int]]:
    return {name: told.stays.columns[name].tolist() for name in NAMES}


@pytest.mark.parametrize("written", [as_tsv, as_gzip, as_parquet, as_excel, as_semicolons])
def test_every_form_says_the_same(written: Callable[[Path], Path], tmp_path: Path) -> None:
    wanted = history(as_csv(tmp_path), parse(PLAIN))
    own = 'format: csv\ndelimiter: ";"\nskip: 1\nencoding: cp1252\n' if written is as_semicolons else ""
    assert columns(history(written(tmp_path), parse(own + PLAIN))) == columns(wanted)
    assert len(wanted.stays) == 8


def read(tmp_path: Path, text: str, mapping: str | Mapping = PLAIN) -> History:
    file = tmp_path / "log.csv"
    file.write_text(text, encoding="utf-8")
    return history(file, parse(mapping) if isinstance(mapping, str) else mapping)


def test_each_refused_row_says_where_and_why(tmp_path: Path) -> None:
    text = """\
contact_id,queue,arrived_at,answered_at,ended_at
1,Sales,2026-01-05 09:00,2026-01-05 09:01,2026-01-05 09:02
2,Sales,yesterday,,2026-01-05 09:02
3,,2026-01-05 09:00,,2026-01-05 09:02
4,Sales,2026-01-05 09:00,2026-01-05 08:59,2026-01-05 09:02
5,Sales,2026-01-05 09:00
6,Sales,2026-01-05 09:00,2026-01-05 09:01,2026-13-05 09:02
7,Sales,,,2026-01-05 09:02
8,Sales,2026-01-05 09:00,2026-01-05 09:01,
"""
    report = read(tmp_path, text).report
    assert [(one.row, one.column, one.value, one.why) for one in sorted(report.first, key=lambda one: one.row)] == [
        (3, "arrived_at", "yesterday", Why.BAD_INSTANT),
        (4, "queue", "", Why.MISSING),
        (5, "answered", "", Why.BACKWARDS),
        (6, "answered_at", "", Why.SHORT_ROW),
        (7, "ended_at", "2026-13-05 09:02", Why.BAD_INSTANT),
        (8, "arrived_at", "", Why.MISSING),
        (9, "ended", "", Why.MISSING),
    ]  # fmt: skip
    assert (report.rows, report.taken, report.refused) == (8, 1, 7)


def test_a_code_that_is_not_translated_is_refused(tmp_path: Path) -> None:
    mapping = PLAIN + "  became: {column: result, codes: {OK: answered}}\n"
    text = (
        "contact_id,queue,arrived_at,answered_at,ended_at,result\n"
        "1,a,2026-01-05 09:00,2026-01-05 09:01,2026-01-05 09:02,OK\n"
        "2,a,2026-01-05 09:00,2026-01-05 09:01,2026-01-05 09:02,??\n"
    )
    report = read(tmp_path, text, mapping).report
    assert [(one.column, one.value, one.why) for one in report.first] == [("result", "??", Why.UNKNOWN_CODE)]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("name: x", "columns"),
        ("name: x\ncolumns: {arrived: {column: a}}\ntimezone: Mars/North", "time zone"),
        ("name: x\ncolumns: {arrived: {column: a, after: answered}}", "either"),
        ("name: x\ncolumns: {arrived: {column: a}}\ntargets: {default: 20}", "string"),
        ("name: x\ncolumns: {arrived: {column: a}}\ntargets: {default: 20 parsecs}", "length of time"),
        ("name: x\ncolumns: {arrived: {column: a}, became: {column: b, codes: {x: vanished}}}", "vanished"),
        ("name: x\ncolumns: {arrived: {column: a}}\nleave_out: [{column: b}]", "either"),
        ("name: x\ncolumns: {arrived: {column: a}, colour: blue}", "colour"),
        ("name: [", "expected"),
        ("name: x\ncolumns: {arrived: {column: a, format: '%H:%M'}}", "names no day"),
        ("name: x\ncolumns: {arrived: {column: a, format: '%d.%m.%Y %Q'}}", "%Q"),
        ("name: x\ncolumns: {arrived: {column: a, timezone: Mars/North}}", "time zone"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_with_its_place(wrong: str, says: str) -> None:
    with pytest.raises(BadFile) as refused:
        parse(wrong)
    assert refused.value.code == "bad_mapping"
    assert says in refused.value.params["why"]


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no_column"):
        read(tmp_path, "a,b\n1,2\n")
    with pytest.raises(BadFile, match="unreadable"):
        history(tmp_path / "absent.csv", parse(PLAIN))
    for name in ("log.xlsx", "log.parquet", "log.csv.gz"):
        (tmp_path / name).write_bytes(b"nothing of the kind")
        with pytest.raises(BadFile, match="unreadable"):
            history(tmp_path / name, parse(PLAIN))
    file = tmp_path / "latin.csv"
    file.write_bytes("contact_id,queue,arrived_at,answered_at,ended_at\n1,Priorité,,,\n".encode("latin-1"))
    with pytest.raises(BadFile, match="unreadable"):
        history(file, parse(PLAIN))


def test_without_its_package_a_parquet_file_is_refused_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = as_parquet(tmp_path)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(BadFile) as refused:
        history(file, parse(PLAIN))
    assert (refused.value.code, refused.value.params["package"]) == ("package_missing", "duckdb")


def test_an_empty_log_has_no_figures_and_no_faults(tmp_path: Path) -> None:
    told = read(tmp_path, "contact_id,queue,arrived_at,answered_at,ended_at\n")
    assert (told.contacts, told.report.rows) == (0, 0)
