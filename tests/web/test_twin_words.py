"""What runs of the twin can say of themselves has words in both languages."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from affluent.centre.twin_runs import records
from affluent.web.errors import words

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/affluent"
TOO_LITTLE = re.compile(r"TooLittle\(\"([a-z_]+)\"\)")
FAILED = re.compile(r"(?:Failed\(|\.fail\([a-z.]+, |\"code\": )\"([a-z_]+)\"")


def catalogue(locale: str) -> dict[str, Any]:
    return json.loads((ROOT / f"ui/src/twin/words/{locale}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_kind_state_step_and_origin_has_words(locale: str) -> None:
    told = catalogue(locale)
    sets = {
        "kind": get_args(records.Kind),
        "state": get_args(records.State),
        "origin": get_args(records.Origin),
        "step": [one for one in get_args(records.Step) if one],
    }
    assert {name: sorted(set(codes) - told[name].keys()) for name, codes in sets.items()} == {
        name: [] for name in sets
    }
    assert get_args(records.Kind) == records.KINDS and get_args(records.Step) == records.STEPS


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_way_in_which_a_run_fails_has_a_sentence(locale: str) -> None:
    little: set[str] = set()
    for file in [*(SOURCE / "twin/fitting").glob("*.py"), SOURCE / "centre/twin_runs/today.py"]:
        little |= {f"fit_{code}" for code in TOO_LITTLE.findall(file.read_text(encoding="utf-8"))}
    ended: set[str] = set()
    for path in ("centre/twin_runs/work.py", "cli/twin_worker/__main__.py", "storage/twin_runs.py"):
        ended |= set(FAILED.findall((SOURCE / path).read_text(encoding="utf-8")))
    assert len(little) >= 3 and {"run_lost", "run_accident", "no_target"} <= ended
    assert sorted((little | ended) - words(locale).keys()) == []
