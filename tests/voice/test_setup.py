"""The commands of the telephone: what they write, and what they find in a running Asterisk."""

from collections.abc import Generator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from affluent.cli.commands import app
from affluent.cli.voice.check import look
from affluent.cli.voice.wording import words
from tests.voice.asterisk import PASSWORD, USER, Asterisk
from tests.voice.street import asterisk_in


def test_setup_writes_what_an_asterisk_needs_and_replaces_nothing_unasked(tmp_path: Path) -> None:
    arguments = ["voice", "setup", str(tmp_path), "--agents", "3,7-8", "--trunk", "sip.example.org"]
    first = CliRunner().invoke(app, arguments)
    assert first.exit_code == 0, first.output
    pjsip = (tmp_path / "pjsip.conf").read_text()
    assert all(f"[agent-{number}]" in pjsip for number in (3, 7, 8)) and "sip:sip.example.org" in pjsip
    assert (tmp_path / "ari.conf").stat().st_mode & 0o007 == 0, "it holds a password"
    again = CliRunner().invoke(app, arguments)
    assert (again.exit_code, (tmp_path / "pjsip.conf").read_text()) == (1, pjsip)
    assert CliRunner().invoke(app, [*arguments, "--replace"]).exit_code == 0
    assert (tmp_path / "pjsip.conf.before").read_text() == pjsip


@pytest.mark.parametrize("text", ["a", "3-", "-1", "1-99999"])
def test_what_names_no_agents_is_refused(tmp_path: Path, text: str) -> None:
    assert CliRunner().invoke(app, ["voice", "setup", str(tmp_path), f"--agents={text}"]).exit_code == 2


def test_every_sentence_is_there_in_both_languages() -> None:
    assert words("fr").keys() == words("en").keys()


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Asterisk]:
    made = asterisk_in(tmp_path_factory.mktemp("asterisk"))
    made.start()
    yield made
    made.stop()


@pytest.mark.faults
def test_check_finds_what_works_and_what_does_not(asterisk: Asterisk) -> None:
    found = {one.code: one for one in look(asterisk.url, USER, PASSWORD)}
    assert found["reached"].ok and found["modules"].ok
    assert found["phones"].params["all"] == "2"
    assert [one.code for one in look(asterisk.url, USER, "wrong")] == ["wrong_password"]
    assert [one.code for one in look("http://127.0.0.1:9", USER, PASSWORD)] == ["unreachable"]
