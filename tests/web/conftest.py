"""The application over a real database, and people signed in to it."""

import itertools
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.testclient import TestClient

from affluent.storage.database import Database
from tests.web.house import House, build


@contextmanager
def opened(dsn: str) -> Generator[House, None, None]:
    """The application over this database, until the block ends."""
    database = Database(dsn, size_max=6)
    database.open()
    try:
        yield build(database)
    finally:
        database.close()


def begun(house: House) -> TestClient:
    """The browser of the first administrator, who sees the whole centre."""
    client = house.browser()
    answer = client.post(
        "/api/v1/start",
        json={"name": "Ada", "email": "ada@example.org", "password": "a-long-password", "locale": "en"},
    )
    assert answer.status_code == 201, answer.text
    return client


@pytest.fixture
def house(dsn: str) -> Generator[House, None, None]:
    """An empty centre: nobody has an account yet."""
    with opened(dsn) as made:
        yield made


@pytest.fixture
def browser(house: House) -> Callable[[], TestClient]:
    """Makes browsers, each with its own cookies."""
    return house.browser


@pytest.fixture
def administrator(house: House) -> TestClient:
    """The browser of the first administrator."""
    return begun(house)


@pytest.fixture
def person(house: House, administrator: TestClient) -> Callable[..., TestClient]:
    """Makes people and signs them in: `person(role="supervisor", brand_ids=[1])`."""
    numbers = itertools.count(1)

    def signed_in(**values: Any) -> TestClient:
        entry = {"email": f"person{next(numbers)}@example.org", "password": "a-fine-password"}
        made = administrator.post("/api/v1/admin/agents", json={"name": "Someone", **entry, **values})
        assert made.status_code == 201, made.text
        client = house.browser()
        assert client.post("/api/v1/session", json=entry).status_code == 200
        return client

    return signed_in
