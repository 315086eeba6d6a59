"""`affluent history` as an operator uses it."""

import json
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from affluent.cli.commands import app
from affluent.cli.history.wording import words
from affluent.twin.history.refused import Why
from tests.twin.history import logs


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "log.csv"
    file.write_text(logs.GENERIC, encoding="utf-8")
    return file


@pytest.fixture
def centre(dsn: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AFFLUENT_DATABASE_URL", dsn)
    with psycopg.connect(dsn) as conn:
        conn.execute("insert into brand (name) values ('Boutique')")
    return dsn


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["history", *map(str, words)])


def test_imported_listed_and_taken_back(centre: str, log: Path) -> None:
    first = run("import", log, "-m", "generic_csv", "--json")
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout)["import"]["contacts"] == 7
    again = run("import", log, "-m", "generic_csv")
    assert "Nothing new: all 7 contacts" in again.output
    assert "1" in run("list").output
    assert [one["contacts"] for one in json.loads(run("list", "--json").stdout)] == [7]
    assert "is taken back" in run("undo", "1").output
    assert json.loads(run("list", "--json").stdout) == []
    gone = run("undo", "1")
    assert gone.exit_code == 2
    assert "There is no import 1" in gone.output


def test_with_two_brands_it_asks_which(centre: str, log: Path) -> None:
    with psycopg.connect(centre) as conn:
        conn.execute("insert into brand (name) values ('Garage')")
    asked = run("import", log, "-m", "generic_csv")
    assert asked.exit_code == 2
    assert "--brand" in asked.output
    assert "Boutique, Garage" in asked.output
    assert run("import", log, "-m", "generic_csv", "--brand", "garage").exit_code == 0
    assert run("import", log, "-m", "generic_csv", "--brand", "Nobody").exit_code == 2


def test_people_read_a_table_and_what_was_refused(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_text(logs.GENERIC + "8,9007,Sales,Zoe,,,phone,soon,,,,,\n", encoding="utf-8")
    refused = tmp_path / "refused.csv"
    english = run("kpi", log, "-m", "generic_csv", "--by", "none", "--refused", refused)
    assert english.exit_code == 0, english.output
    assert "1 × not a point in time of the declared format" in english.output
    assert "row 10, column arrived_at: “soon”" in english.output
    assert refused.read_text() == "row,column,value,why\n10,arrived_at,soon,bad_instant\n"
    monkeypatch.setenv("AFFLUENT_LOCALE", "fr")
    french = run("kpi", log, "-m", "generic_csv", "--by", "none")
    assert "ligne 10, colonne arrived_at" in french.output


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--by", "fortnight"), "fortnight is no interval"),
        (("--timezone", "Mars/North"), "There is no time zone Mars/North"),
        (("-m", "nobody"), "Mappings that come along: amazon_connect"),
        (("-m", "zendesk_tickets"), "cannot be read"),
    ],
)
def test_what_an_operator_can_mend_is_said_in_a_sentence(
    given: tuple[str, ...], says: str, log: Path
) -> None:
    told = run("kpi", log, "-m", "generic_csv", *given)
    if "zendesk_tickets" in given:
        # Not a line of it is JSON: each is refused, none stops the rest.
        assert told.exit_code == 0
        assert "a line that cannot be read" in told.output
        return
    assert told.exit_code == 2
    assert says in " ".join(told.output.split())


def test_a_database_that_is_not_there_or_has_no_tables_is_said(
    empty_dsn: str, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFFLUENT_DATABASE_URL", empty_dsn)
    bare = run("import", log, "-m", "generic_csv")
    assert bare.exit_code == 1
    assert "has no tables yet" in bare.output
    monkeypatch.setenv("AFFLUENT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    absent = run("list")
    assert absent.exit_code == 1
    assert "cannot be reached" in absent.output


def test_the_mappings_that_come_along_are_named() -> None:
    assert run("mappings").output.split() == [
        "amazon_connect", "anonymous_bank", "asterisk_queue_log", "generic_csv", "genesys_cloud", "zendesk_tickets",
    ]  # fmt: skip


def test_words_in_both_languages_say_the_same_things() -> None:
    english, french = words("en"), words("fr")
    assert english.keys() == french.keys()
    assert {f"why_{why.value}" for why in Why} <= english.keys()
    for code, sentence in english.items():
        assert set(_named(sentence)) == set(_named(french[code])), code


def _named(sentence: str) -> list[str]:
    return [part.split("}")[0] for part in sentence.split("{")[1:]]
