"""`stage`: a small centre at work."""

from collections.abc import Generator

import pytest

from affluent.routing import warm_up
from tests.centre.stage import Stage, staged


@pytest.fixture(scope="session")
def engine() -> None:
    """The engine, compiled before the first clock runs."""
    warm_up(lambda line: None)


@pytest.fixture
def stage(dsn: str, engine: None) -> Generator[Stage]:
    with staged(dsn) as made:
        yield made
