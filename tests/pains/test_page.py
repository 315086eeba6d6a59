"""The page of pains names tests that there are, at least one for each of the fifteen."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/pains.md"


def test_each_of_the_fifteen_pains_has_tests_that_exist() -> None:
    rows = re.findall(r"^\| (\d+) \|.*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in rows] == list(range(1, 16))
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if re.match(r"\| \d+ \|", line):
            named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", line)
            assert named, line
            for file, test in named:
                text = (ROOT / file).read_text(encoding="utf-8")
                assert f"def {test}(" in text if test else "def test_" in text, (file, test)
