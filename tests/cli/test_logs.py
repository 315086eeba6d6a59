"""The log harms nobody: not when its disk is full, nor by what it tells."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest

from affluent.cli.logs import Forgiving

SCRIPT = """
import structlog
from affluent.cli.logs import set_up_logs
from affluent.cli.settings import Settings
set_up_logs(Settings(log_format={form!r}))
log = structlog.get_logger("test")
def fails(words):
    raise ValueError("no")
for number in range(500):
    log.warning("line", number=number, more="x" * 200)
try:
    fails("the words of a customer")
except ValueError:
    log.exception("failed")
print("done")
"""


def run(form: Literal["text", "json"], errors: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT.format(form=form)],
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_full_log_disk_stops_nothing(form: Literal["text", "json"]) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    with full.open("w") as device:
        done = run(form, device.fileno())
    assert (done.returncode, done.stdout) == (0, "done\n")


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_is_logged_with_its_places_and_without_what_variables_held(
    form: Literal["text", "json"],
) -> None:
    done = run(form, subprocess.PIPE)
    assert "fails" in done.stderr
    assert "the words of a customer" not in done.stderr.replace('fails("the words of a customer")', "")
    if form == "json":
        assert json.loads(done.stderr.splitlines()[-1])["exception"][0]["exc_type"] == "ValueError"


class Full(io.StringIO):
    full = True

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        return super().write(text)


def test_commands_and_workers_log_an_exception_without_what_variables_held() -> None:
    script = """
from affluent.cli.logs import log_plainly
log_plainly()
import structlog
def fails(words):
    raise ValueError("no")
try:
    fails("the words of a " + "customer")
except ValueError:
    structlog.get_logger("test").exception("failed")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "in fails" in done.stderr
    assert "the words of a customer" not in done.stderr


def test_lost_lines_are_counted_when_there_is_room_again() -> None:
    stream = Full()
    log = Forgiving(stream)
    log.write("one\n")
    log.write("two\n")
    stream.full = False
    log.write("three\n")
    assert stream.getvalue() == "log_lines_lost=2\nthree\n"
