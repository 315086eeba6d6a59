"""The rules of the repository find what breaks them, and nothing else."""

import pytest
from tools.check_repository import LINES_MAX, findings


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements/core.lock", "--index-url https://registry.example/simple\n"),
        ("ui/package-lock.json", '"resolved": "https://registry.example/a.tgz"\n'),
        ("src/a.py", 'DATA = "/ho' + 'me/someone/data"\n'),
        ("src/a.py", "# TO" + "DO: later\n"),
        ("src/a.py", "\n" * (LINES_MAX + 1)),
    ],
)
def test_what_breaks_a_rule_is_found(path: str, text: str) -> None:
    assert list(findings(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements/core.lock", "httpx==0.28.1\n"),
        ("ui/package-lock.json", '        "url": "https://github.com/sponsors/someone"\n'),
        ("src/a.py", 'PAGE = "https://example.org/home/page"\nurl = "/home/"\n'),
        ("tests/data.json", "\n" * (LINES_MAX + 1)),
    ],
)
def test_what_keeps_the_rules_is_left_alone(path: str, text: str) -> None:
    assert not list(findings(path, text))
