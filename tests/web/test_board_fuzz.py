"""The board's routes, met by requests made from their own description: none may break them."""

from collections import Counter
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

from tests.web.desk_house import desk_house
from tests.web.house import WRITES

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 6


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_no_request_breaks_the_board(dsn: str, mode: schemathesis.GenerationMode) -> None:
    statuses: Counter[int] = Counter()
    with desk_house(dsn) as house:
        sam = house.browser("sam")
        for _ in range(3):
            house.mail()
        schema = schemathesis.openapi.from_dict(house.centre.app.openapi())
        for found in schema.get_all_operations():
            assert isinstance(found, Ok), found
            operation = found.ok()
            of_board = "/board" in operation.path or "/notices" in operation.path
            takes_input = list(operation.iter_parameters()) or list(operation.body)
            if not of_board or operation.path.endswith("/stream"):
                continue
            if mode is schemathesis.GenerationMode.NEGATIVE and not takes_input:
                continue
            _try(sam, operation, mode, statuses)
    assert statuses[401] == statuses[500] == 0
    assert statuses[200] > 10 if mode is schemathesis.GenerationMode.POSITIVE else statuses[422] > 10, (
        statuses
    )


def _try(
    client: TestClient,
    operation: schemathesis.APIOperation[Any, Any, Any, Any],
    mode: schemathesis.GenerationMode,
    statuses: Counter[int],
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
        if real:
            for name in case.path_parameters:
                case.path_parameters[name] = row_id
        request = case.as_transport_kwargs(base_url="http://centre.test")
        headers = {name: value for name, value in (request.get("headers") or {}).items() if value.isascii()}
        # Sam asks: whoever else a made-up key or cookie would be is another test's.
        headers = {
            name: value
            for name, value in headers.items()
            if value.isprintable() and name.lower() not in ("authorization", "cookie")
        }
        answer = client.request(
            request["method"],
            request["url"],
            params=request.get("params"),
            json=request.get("json"),
            content=request.get("data"),
            headers={**headers, **WRITES},
        )
        statuses[answer.status_code] += 1
        case.validate_response(schemathesis.Response.from_any(answer), checks=CHECKS)

    send()
