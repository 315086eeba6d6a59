"""The application over a real database, and people signed in to it."""

from collections.abc import Callable, Generator

import pytest
from starlette.testclient import TestClient

from affluent.storage.database import Database
from tests.web.house import House, build


@pytest.fixture
def house(dsn: str) -> Generator[House, None, None]:
    """An empty centre: nobody has an account yet."""
    database = Database(dsn, size_max=6)
    database.open()
    try:
        yield build(database)
    finally:
        database.close()


@pytest.fixture
def browser(house: House) -> Callable[[], TestClient]:
    """Makes browsers, each with its own cookies."""
    return house.browser


@pytest.fixture
def administrator(house: House) -> TestClient:
    """The browser of the first administrator, who sees the whole centre."""
    client = house.browser()
    answer = client.post(
        "/api/v1/start",
        json={"name": "Ada", "email": "ada@example.org", "password": "a-long-password", "locale": "en"},
    )
    assert answer.status_code == 201, answer.text
    return client
