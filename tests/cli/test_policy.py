"""`affluent policy check` says what is wrong, where, in both languages, and ends accordingly."""

import json
from pathlib import Path

from typer.testing import CliRunner

from affluent.cli.commands import app

FINE = "version: 1\nmedia: {chat: {units: 20}}\nqueues: {sales: {medium: chat}}\nagents: {ann: {limits: {chat: 1}}}\n"


def run(tmp_path: Path, text: str | bytes, *options: str) -> tuple[int, str]:
    file = tmp_path / "policy.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = CliRunner().invoke(app, ["policy", "check", str(file), *options])
    return result.exit_code, result.stdout.replace(str(file), "FILE")


def test_a_policy_that_can_work(tmp_path: Path) -> None:
    assert run(tmp_path, FINE) == (0, "FILE: can work\n")


def test_what_is_wrong_stands_with_its_line(tmp_path: Path) -> None:
    wrong = FINE.replace("medium: chat", "medium: chatt")
    code, said = run(tmp_path, wrong)
    assert (code, said) == (
        1,
        'FILE:3: /queues/sales/medium: no medium is called "chatt"; did you mean "chat"?\n',
    )
    assert run(tmp_path, wrong, "--french")[1].startswith("FILE:3: /queues/sales/medium\u00a0: aucun média")


def test_a_queue_nobody_can_serve_is_warned_about(tmp_path: Path) -> None:
    code, said = run(tmp_path, FINE.replace("chat: 1", "chat: 0"), "--json")
    found = json.loads(said)
    assert (code, found["valid"], [one["code"] for one in found["warnings"]]) == (
        0,
        True,
        ["nobody_can_serve"],
    )


def test_bytes_that_are_no_text_and_files_that_are_not_there(tmp_path: Path) -> None:
    code, said = run(tmp_path, FINE.encode() + b"\xff\n", "--json")
    assert (code, json.loads(said)["problems"][0]["line"]) == (1, 5)
    gone = CliRunner().invoke(app, ["policy", "check", str(tmp_path / "gone.yaml")])
    assert gone.exit_code == 1 and "gone.yaml" in gone.stdout


def test_the_schema_is_json() -> None:
    printed = CliRunner().invoke(app, ["policy", "schema"])
    assert json.loads(printed.stdout)["required"] == ["version"]
