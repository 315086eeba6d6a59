"""A storm on a real Asterisk: many calls, everybody hanging up at the worst moments; nothing remains of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.voice.asterisk import installed

pytestmark = pytest.mark.faults
ROOT = Path(__file__).parents[2]


def test_no_line_room_call_or_agent_is_left_after_a_storm(engine: None) -> None:
    command = [sys.executable, "benchmarks/at_work/voice.py", "--json", "--calls", "20", "--at-once", "0"]
    environment = {**os.environ, "AFFLUENT_ASTERISK": str(installed())}
    told = subprocess.run(
        [*command, "--storm", "120", "--rate", "20"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-2_000:]
    found = json.loads(told.stdout.splitlines()[-1])
    assert (found["bridged"], found["storm"]) == (20, 120)
    assert found["storm_bridged"] > 30, found
    left = ("orphan_lines", "orphan_rooms", "open_calls", "open_contacts", "stuck_agents", "swept")
    assert {name: found[name] for name in left} == dict.fromkeys(left, 0), told.stderr[-2_000:]
