"""`affluent route` as a process: bytes in, bytes out, however the engine runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from affluent.routing.document import naming_of, write_policy
from tests.routing.storm import a_storm

ROOT = Path(__file__).parents[2]
POLICY = "version: 1\nmedia: {chat: {units: 20}}\nqueues: {sales: {medium: chat}}\nagents: {ann: {limits: {chat: 1}}}\n"


Ran = subprocess.CompletedProcess[bytes]


def route(tmp_path: Path, policy: str, lines: bytes, *options: str, **settings: str) -> Ran:
    file = tmp_path / "policy.yaml"
    file.write_text(policy, encoding="utf-8")
    command = [
        sys.executable,
        "-W",
        "error",
        "-c",
        "from affluent.cli import main; main()",
        "route",
        str(file),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **settings}
    environment.pop("NUMBA_DISABLE_JIT", None)
    return subprocess.run(
        [*command, *options], input=lines, capture_output=True, cwd=tmp_path, env=environment, check=False
    )


def answers(ran: Ran) -> list[dict[str, object]]:
    assert ran.stderr == b""
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.mark.timeout(600)  # compiling everything, where no test has before
def test_compiled_and_interpreted_answer_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    lines: list[str] = []
    document, _ = a_storm(5, 1)
    for seed in (5, 6, 7):
        lines += a_storm(seed, 150)[1]
    policy = write_policy(document.policy, naming_of(document), document.segments)
    told = "\n".join(lines).encode()
    compiled = route(tmp_path, policy, told, "--compiled", PYTHONHASHSEED="1")
    interpreted = route(tmp_path, policy, told, "--interpreted", PYTHONHASHSEED="2")
    assert compiled.returncode == interpreted.returncode == 0
    assert compiled.stdout == interpreted.stdout
    assert len(answers(compiled)) >= len([line for line in lines if "error" in line])


def test_bytes_that_are_no_text_lines_without_end_and_the_mark_of_a_file(tmp_path: Path) -> None:
    lines = b'\xef\xbb\xbf{"event": "ready", "agent": "ann"}\n\n\xff\n' + b"x" * (5 * 1024 * 1024) + b"\n"
    lines += '{"event": "arrive", "contact": "Zoé", "queue": "sales"}'.encode()
    found = answers(route(tmp_path, POLICY, lines, "--interpreted"))
    assert [(one["line"], one.get("error", one.get("contact"))) for one in found] == [
        (3, "bad_encoding"),
        (4, "too_long"),
        (5, "Zoé"),
    ]


def test_each_line_may_be_told_to_end_its_answers(tmp_path: Path) -> None:
    lines = b'{"event": "ready", "agent": "ann"}\n{"event": "arrive", "contact": "c", "queue": "sales"}\n'
    found = answers(route(tmp_path, POLICY, lines, "--interpreted", "--done", "--explain"))
    assert [one.get("done") for one in found] == [True, None, True]
    assert found[2]["next_deadline_ms"] == 20_000
    assert found[1]["explanation"]["chosen"] == "ann"  # pyright: ignore[reportIndexIssue]  # a mapping


def test_a_policy_may_come_from_a_file_and_one_that_cannot_work_is_told(tmp_path: Path) -> None:
    (tmp_path / "next.yaml").write_text(POLICY.replace("ann", "zoe"), encoding="utf-8")
    lines = b'{"event": "policy", "file": "next.yaml"}\n{"event": "ready", "agent": "zoe"}\n'
    lines += b'{"event": "arrive", "contact": "c", "queue": "sales"}\n'
    assert [one["agent"] for one in answers(route(tmp_path, POLICY, lines, "--interpreted"))] == ["zoe"]
    refused = route(tmp_path, POLICY.replace("chat: 1", "caht: 1"), b"", "--interpreted")
    assert refused.returncode == 1 and refused.stdout == b""
    assert b'did you mean "chat"?' in refused.stderr
