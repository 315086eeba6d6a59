"""Fixtures for every folder: `dsn` is a fresh, migrated database of one test's own.

The cluster behind it lives for the session. A module that must hold on every PostgreSQL we support says
`pytestmark = EVERY_POSTGRES` (tests/support/versions.py): it runs on ours and on PostgreSQL 15.
"""

import os
from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from affluent.storage.server import embedded_binaries, system_binaries
from tests.support.postgres import Databases, throw_away

DEBIAN_MAJOR = 15
BINARIES: dict[str, Callable[[], Path | None]] = {
    "embedded": embedded_binaries,
    "debian": lambda: system_binaries(DEBIAN_MAJOR),
}


@pytest.fixture(scope="session", autouse=True)
def hasty_hashes() -> Generator[None, None, None]:
    """A password of a test takes no 64 MiB and no tenth of a second; processes of their own hash as ever."""
    with pytest.MonkeyPatch.context() as patch:
        hasty = Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr("affluent.centre.passwords._hasher", PasswordHash((hasty,)))
        yield


@pytest.fixture(scope="session")
def clusters(tmp_path_factory: pytest.TempPathFactory) -> Generator[Callable[[str], Databases], None, None]:
    """The session's clusters by the name of their binaries, each started when first asked for."""
    started: dict[str, Databases] = {}
    with ExitStack() as stack:

        def cluster(name: str) -> Databases:
            if name not in started:
                binaries = BINARIES[name]()
                if binaries is None:
                    missing = f"PostgreSQL ({name}) is not installed: `make test-parts` says how"
                    # In CI a missing part is a failure: a green run has tested all it names.
                    (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
                root = tmp_path_factory.mktemp(f"postgres-{name}")
                started[name] = stack.enter_context(throw_away(root, binaries))
            return started[name]

        yield cluster


@pytest.fixture
def databases(request: pytest.FixtureRequest, clusters: Callable[[str], Databases]) -> Databases:
    """The cluster of this test: the embedded one, or the one its parameter names."""
    return clusters(getattr(request, "param", "embedded"))


@pytest.fixture
def dsn(databases: Databases) -> Generator[str, None, None]:
    """A fresh database with the newest schema."""
    with databases.fresh() as fresh:
        yield fresh


@pytest.fixture
def empty_dsn(databases: Databases) -> Generator[str, None, None]:
    """A fresh database with nothing in it."""
    with databases.fresh(migrated=False) as fresh:
        yield fresh
