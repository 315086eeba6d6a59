"""`affluent twin fit` from a file, and the centre's own history as a fit reads it."""

import json
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from affluent.cli.commands import app
from affluent.cli.history.telling import Telling
from affluent.storage.database import Database
from affluent.storage.fitting import NoBrand, log_of
from affluent.storage.history.history import HistoryWriter
from affluent.twin.history.facts import facts_of
from affluent.twin.history.mapping import parse
from affluent.twin.history.stays import history
from affluent.twin.scenario import read_scenario

pytestmark = pytest.mark.timeout(1_500)
MAPPING = """
name: made
timezone: UTC
columns:
  contact: {column: id}
  customer: {column: customer, missing: [""]}
  queue: {column: queue}
  agent: {column: agent}
  arrived: {column: arrived}
  answered: {after: arrived, plus: [{column: wait}]}
  ended: {after: answered, plus: [{column: talk}]}
  left: {after: arrived, plus: [{column: wait}]}
  became: {column: result, codes: {A: answered, L: abandoned}}
"""


def written(folder: Path) -> tuple[Path, Path]:
    """Three days of sixty calls; one in six leaves."""
    lines = ["id,customer,queue,agent,arrived,wait,talk,result"]
    for number in range(180):
        day, at = divmod(number, 60)
        left = number % 6 == 0
        who = "" if number % 3 else f"k{number % 7}"
        agent, talk = ("", 0) if left else (f"agent {number % 2}", 60 + number)
        when = f"2026-01-{day + 5:02d} {9 + at // 30:02d}:{at % 30 * 2:02d}:00"
        lines.append(f"c{number},{who},line,{agent},{when},{number % 40},{talk},{'L' if left else 'A'}")
    log, mapping = folder / "log.csv", folder / "mapping.yaml"
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    return log, mapping


def test_a_log_becomes_a_scenario_and_a_report(tmp_path: Path) -> None:
    log, mapping = written(tmp_path)
    scenario, report = tmp_path / "day.yaml", tmp_path / "report.html"
    told = CliRunner().invoke(
        app,
        ["twin", "fit", str(log), "-m", str(mapping), "-o", str(scenario), "--report", str(report), "--json"],
    )
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["contacts"] == 180
    (line,) = read_scenario(scenario.read_text(encoding="utf-8")).classes
    assert line.name == "line"
    assert "<svg" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--period", "yesterday"], "yesterday"),
        (["--day", "short"], "full"),
        (["--period", "2020-01-01"], ""),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(tmp_path: Path, options: list[str], word: str) -> None:
    log, mapping = written(tmp_path)
    told = CliRunner().invoke(app, ["twin", "fit", str(log), "-m", str(mapping), *options])
    assert told.exit_code == 2
    assert "Traceback" not in told.output
    assert word in told.output


def test_the_own_history_of_a_centre_reads_as_the_file_it_came_from(tmp_path: Path, dsn: str) -> None:
    log, _ = written(tmp_path)
    file = history(log, parse(MAPPING))
    with psycopg.connect(dsn) as conn:
        conn.execute("insert into brand (name) values ('Boutique')")
    database = Database(dsn, size_max=3)
    database.open()
    try:
        HistoryWriter(database, Telling(file), facts_of).write(
            "log.csv", "d", 1, lambda: 7, lambda share: None
        )
        found = log_of(database, "Boutique")
        assert found.stays.waited_ms.tolist() == file.stays.waited_ms.tolist()
        assert found.stays.ours_ms.tolist() == file.stays.ours_ms.tolist()
        assert list(found.queues.values()) == ["line"]
        assert int(found.known.sum()) == 7
        with pytest.raises(NoBrand):
            log_of(database, "Other")
    finally:
        database.close()
