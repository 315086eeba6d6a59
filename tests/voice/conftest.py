"""`house`: a centre with a telephone, on a switch in memory."""

from collections.abc import Generator

import pytest

from affluent.routing import warm_up
from tests.voice.house import House, housed


@pytest.fixture(scope="session")
def engine() -> None:
    """The engine, compiled before the first clock runs."""
    warm_up(lambda line: None)


@pytest.fixture
def house(dsn: str, engine: None) -> Generator[House]:
    with housed(dsn) as made:
        yield made
