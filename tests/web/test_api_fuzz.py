"""The API, met by requests made from its own description: none may break it, every answer is as described."""

import os
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from affluent.storage.database import Database
from affluent.web.signin import COOKIE
from tests.support.postgres import Databases
from tests.web.house import WRITES, House, build
from tests.web.settings import furnish

EXAMPLES = int(os.environ.get("AFFLUENT_FUZZ_EXAMPLES", "5"))
"""Requests per operation and kind; a long search sets more."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ENDLESS = {"/api/v1/stream"}
"""Answers that never end."""


@dataclass
class Fuzzed:
    house: House
    client: TestClient
    cookie: str
    statuses: Counter[int] = field(default_factory=Counter[int])

    def mend(self) -> None:
        """Brings the administrator back, whatever the requests did to them."""
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
            yield Fuzzed(house, client, cookie)
        database.close()


@pytest.mark.timeout(300)
# Now and then schemathesis draws from `random` itself.
@pytest.mark.filterwarnings(
    "ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning"
)
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_no_request_breaks_the_api(fuzzed: Fuzzed, mode: schemathesis.GenerationMode) -> None:
    schema = schemathesis.openapi.from_dict(fuzzed.house.app.openapi())
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        takes_input = list(operation.iter_parameters()) or list(operation.body)
        if operation.path in ENDLESS or (mode is schemathesis.GenerationMode.NEGATIVE and not takes_input):
            continue
        fuzzed.mend()
        _try(fuzzed, operation, mode)
        tried += 1
    assert tried > 40
    statuses = fuzzed.statuses
    assert statuses[200] + statuses[201] > tried and statuses[401] < tried, statuses


def _try(
    fuzzed: Fuzzed,
    operation: schemathesis.APIOperation[Any, Any, Any, Any],
    mode: schemathesis.GenerationMode,
) -> None:
    """Sends requests for one operation, half of them to things that exist."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(operation.as_strategy(generation_mode=mode), st.integers(1, 3), st.booleans())
    def send(case: schemathesis.Case[Any], row_id: int, real: bool) -> None:
        if real and "row_id" in case.path_parameters:
            case.path_parameters["row_id"] = row_id
        request = case.as_transport_kwargs(base_url="http://centre.test")
        answer = fuzzed.client.request(
            request["method"],
            request["url"],
            params=request.get("params"),
            json=request.get("json"),
            content=request.get("data"),
            headers={**_plain(request.get("headers") or {}), **WRITES, "Cookie": fuzzed.cookie},
        )
        fuzzed.client.cookies.clear()
        if answer.status_code == 401:
            fuzzed.mend()
        fuzzed.statuses[answer.status_code] += 1
        case.validate_response(schemathesis.Response.from_any(answer), checks=CHECKS)

    send()


def _plain(headers: dict[str, str]) -> dict[str, str]:
    """Headers that can be sent at all: the client refuses the others itself. Who asks is the administrator."""
    return {
        name: value
        for name, value in headers.items()
        if value.isascii() and value.isprintable() and name.lower() not in ("authorization", "cookie")
    }
