"""What a repository of ours never holds. Prints each finding and fails when there is one.

Looks at every file that git tracks or would track, for lock files that name an address, paths of somebody's
machine, files too long to be one room, and notes to do something later.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LINES_MAX = 400
LONG: dict[str, str] = {
    # path: why it may be longer
    "requirements/core.lock": "generated",
    "requirements/dev.lock": "generated",
    "requirements/node.lock": "generated",
    "ui/package-lock.json": "generated",
    "widget/package-lock.json": "generated",
    "LICENSE": "not ours to shorten",
    "tests/routing/oracle.py": "the rules once more, to be read from top to bottom",
    "tests/measure/slow_reading.py": "the indicators once more, to be read from top to bottom",
}
CODE = {
    ".py",
    ".ts",
    ".tsx",
    ".js",
    ".mjs",
    ".css",
    ".sql",
    ".sh",
    ".html",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".mako",
}
LOCK = re.compile(r"(^|/)([^/]*\.lock|package-lock\.json)$")
ADDRESS = re.compile(r"\b(https?|file|git\+\w+)://")
# The addresses in npm's locks that are no registry: the funding links of packages.
HARMLESS = re.compile(r'^\s*"url": "https://')
MACHINE = re.compile(r"(?<![\w.~-])/(?:home|Users|work|root)/[\w.-]+")
LATER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
RECORDED = ("tests/journals/", "tests/data/", "tests/fixtures/")
"""Captured from the outside world: real mail may say anything."""


def tracked() -> list[str]:
    """The paths of all files that git tracks, or would after `git add`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - wherever git is
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return sorted(path for path in set(listed.split("\0")) if path and Path(path).is_file())


def findings(path: str, text: str) -> Iterator[str]:
    """What is wrong with one file, one line of report for each."""
    lines = text.splitlines()
    is_lock = LOCK.search(path) is not None
    for number, line in enumerate(lines, start=1):
        if is_lock and ADDRESS.search(line) and not HARMLESS.search(line):
            yield f"{path}:{number}: a lock file names no address: {line.strip()[:80]}"
        if MACHINE.search(line):
            yield f"{path}:{number}: a path of one machine: {line.strip()[:80]}"
        if LATER.search(line) and not is_lock:
            yield f"{path}:{number}: do it now, or open an issue: {line.strip()[:80]}"
    if Path(path).suffix in CODE and len(lines) > LINES_MAX and path not in LONG:
        yield f"{path}: {len(lines)} lines, more than {LINES_MAX}: split it, or give LONG the reason"


def all_findings() -> Iterator[str]:
    """What is wrong with the whole repository."""
    paths = tracked()
    for path in paths:
        if path.startswith(RECORDED):
            continue
        try:
            text = Path(path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield from findings(path, text)
    for path in sorted(set(LONG) - set(paths)):
        if "package-lock" not in path:
            yield f"{path}: gone, so take it off LONG"


if __name__ == "__main__":
    found = list(all_findings())
    print("\n".join(found) if found else "the repository keeps its rules")
    sys.exit(bool(found))
