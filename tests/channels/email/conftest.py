"""Where the tests of e-mail find the large corpora, and the servers they talk to."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from dovecot_server import Dovecot


@pytest.fixture
def corpora() -> Path:
    """The folder of test corpora; the test is skipped where it is not to be had."""
    root = Path(__file__).resolve().parents[3]
    for folder in (
        os.environ.get("AFFLUENT_DATA"),
        root / ".." / "shared" / "data",
        root / ".." / ".." / "shared" / "data",
    ):
        if folder and Path(folder).is_dir():
            return Path(folder)
    pytest.skip("the mail corpora are not on this machine: set AFFLUENT_DATA to their folder")


@pytest.fixture
def dovecot(tmp_path: Path) -> Iterator[Dovecot]:
    server = Dovecot(tmp_path)
    server.start()
    yield server
    server.kill()
