"""Requests made from the API's own description, sent by somebody signed in: none may break it."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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

from tests.web.house import WRITES

Operation = schemathesis.APIOperation[Any, Any, Any, Any]
EXAMPLES = int(os.environ.get("AFFLUENT_FUZZ_EXAMPLES", "5"))
"""Requests per operation and kind; a long search sets more."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ENDLESS = "/stream"
"""How the paths of answers end that never end."""
draws_by_itself = pytest.mark.filterwarnings(
    "ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning"
)
"""Now and then schemathesis draws from `random` itself."""


@dataclass
class Fuzz:
    """What was answered, in all and by operation."""

    client: TestClient
    cookie: str | None = None
    """Sent with each request instead of what the client keeps: a made-up answer may sign it out."""
    statuses: Counter[int] = field(default_factory=Counter[int])
    of: dict[str, Counter[int]] = field(default_factory=dict[str, Counter[int]])

    def attempt(
        self,
        operation: Operation,
        mode: schemathesis.GenerationMode,
        there: Mapping[str, Sequence[int]],
        *,
        times: int = 1,
    ) -> None:
        """Sends requests for one operation, half of them about what is there: identifiers by their names."""
        name = f"{operation.method.upper()} {operation.path}"

        @settings(
            max_examples=times * EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=[
                HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large,
            ],
        )  # fmt: skip
        @given(operation.as_strategy(generation_mode=mode), st.integers(0, 1_000), st.booleans())
        def send(case: schemathesis.Case[Any], number: int, real: bool) -> None:
            if real:
                for one in case.path_parameters:
                    if there.get(one):
                        case.path_parameters[one] = there[one][number % len(there[one])]
            request = case.as_transport_kwargs(base_url="http://centre.test")
            body = request.get("json")
            if real and mode is schemathesis.GenerationMode.POSITIVE:
                body = _about(body, there, number)
            answer = self.client.request(
                request["method"],
                request["url"],
                params=request.get("params"),
                json=body,
                content=request.get("data"),
                headers={**_plain(request.get("headers") or {}), **WRITES, **self._cookie()},
            )
            if self.cookie is not None:
                self.client.cookies.clear()
            self.statuses[answer.status_code] += 1
            self.of.setdefault(name, Counter())[answer.status_code] += 1
            case.validate_response(schemathesis.Response.from_any(answer), checks=CHECKS)

        send()

    def _cookie(self) -> dict[str, str]:
        return {} if self.cookie is None else {"Cookie": self.cookie}


def operations(app: Any, mode: schemathesis.GenerationMode) -> Iterator[Operation]:
    """Of the application's description; in the negative mode those that take anything to get wrong."""
    for found in schemathesis.openapi.from_dict(app.openapi()).get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        takes_input = list(operation.iter_parameters()) or list(operation.body)
        if not operation.path.endswith(ENDLESS) and (
            mode is schemathesis.GenerationMode.POSITIVE or takes_input
        ):
            yield operation


def _about(body: Any, there: Mapping[str, Sequence[int]], number: int) -> Any:
    """A body whose identifiers are of things that are there."""
    if isinstance(body, list):
        return [_about(one, there, number) for one in body]
    if not isinstance(body, dict):
        return body
    about: dict[str, Any] = {}
    for name, value in body.items():
        ids = there.get(name.removesuffix("s"))
        if ids and isinstance(value, int) and not isinstance(value, bool):
            about[name] = ids[number % len(ids)]
        elif ids and isinstance(value, list):
            about[name] = [ids[number % len(ids)]]
        else:
            about[name] = _about(value, there, number)
    return about


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers that can be sent at all: the client refuses the others itself. Who asks stays who asks."""
    return {
        name: value
        for name, value in headers.items()
        if value.isascii() and value.isprintable() and name.lower() not in ("authorization", "cookie")
    }
