"""The API, met by requests made from its own description: none may break it, every answer is as described."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import pytest
import schemathesis

from affluent.storage.database import Database
from affluent.web.signin import COOKIE
from tests.support.postgres import Databases
from tests.web.fuzzing import Fuzz, draws_by_itself, operations
from tests.web.house import House, build
from tests.web.settings import furnish

ROWS = (1, 2, 3)
"""Of every noun there are about so many."""


@dataclass
class Fuzzed(Fuzz):
    """The administrator of a centre, who may take the rights from themselves."""

    house: House | None = None

    def mend(self) -> None:
        """Brings the administrator back, whatever the requests did to them."""
        assert self.house is not None
        with self.house.database.transaction() as conn:
            conn.execute("delete from account_brand where account_id = 1")
            conn.execute(
                "update account set active = true, archived = false, role = 'administrator' where id = 1"
            )
            conn.execute("update session set revoked = false where account_id = 1")


@pytest.fixture(scope="module")
def fuzzed(clusters: Callable[[str], Databases]) -> Generator[Fuzzed, None, None]:
    """A furnished centre and its administrator."""
    with clusters("embedded").fresh() as dsn:
        database = Database(dsn, size_max=6)
        database.open()
        house = build(database)
        with house.browser() as client:
            entry = {"name": "Ada", "email": "ada@example.org", "password": "a-long-password"}
            assert client.post("/api/v1/start", json=entry).status_code == 201
            furnish(client)
            cookie = f"{COOKIE}={client.cookies[COOKIE]}"
            client.cookies.clear()
            yield Fuzzed(client, cookie, house=house)
        database.close()


@pytest.mark.timeout(300)
@draws_by_itself
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_no_request_breaks_the_api(fuzzed: Fuzzed, mode: schemathesis.GenerationMode) -> None:
    assert fuzzed.house is not None
    tried = 0
    for operation in operations(fuzzed.house.app, mode):
        fuzzed.mend()
        fuzzed.attempt(operation, mode, {"row_id": ROWS})
        tried += 1
    assert tried > 40
    statuses = fuzzed.statuses
    assert statuses[200] + statuses[201] > tried and statuses[401] < tried, statuses
