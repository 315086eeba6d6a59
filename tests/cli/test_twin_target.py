"""`affluent twin target`: how long customers should wait, told to people and to programs."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from affluent.cli.commands import app
from tests.twin.targets.test_targets import SCENARIO, WORTH

pytestmark = pytest.mark.timeout(1_500)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    (tmp_path / "worth.yaml").write_text(WORTH)
    return [str(tmp_path / "scenario.yaml"), str(tmp_path / "worth.yaml")]


def asked(*words: str, locale: str = "en") -> Result:
    return CliRunner(env={"AFFLUENT_LOCALE": locale, "COLUMNS": "160"}).invoke(
        app, ["twin", "target", *words]
    )


def test_programs_get_the_curve_and_the_plan(files: list[str]):
    done = asked(*files, "--budget", "900", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert [one["queue"] for one in found["queues"]] == ["calls", "talks"]
    assert found["plan"]["cost"] <= 900


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "the best target is 80 %"), ("fr", "le meilleur objectif est 80")]
)
def test_people_get_a_sentence_in_their_language(files: list[str], locale: str, said: str):
    done = asked(*files, locale=locale)
    assert done.exit_code == 0, done.output
    assert said in done.stdout
    assert "letters, empty" in done.stdout


def test_what_is_wrong_names_the_file_and_the_line(files: list[str]):
    Path(files[1]).write_text("version: 1\nhour: 30\nclasses:\n  golf: {value: 2}\n")
    done = asked(*files)
    assert done.exit_code == 1
    assert "worth.yaml:4" in done.output.replace("\n", "") and "gold" in done.output


def test_a_budget_that_is_too_small_is_told(files: list[str]):
    done = asked(*files, "--budget", "9")
    assert done.exit_code == 2
    assert "budget" in done.output
    assert asked(files[0], files[1] + ".gone").exit_code == 2
