"""The description of the API is complete: every route says what it is, what it takes, what it answers, who may."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from affluent.centre.integration.events import EVENTS
from affluent.cli.description import described
from affluent.web.reference import rendered

OPEN = {"read_start", "start", "sign_in"}
"""For whom nobody is signed in yet."""


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """All routes of the API, over nothing: only what they say of themselves is asked."""
    return described()


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, one)
        for path, item in schema["paths"].items()
        for method, one in item.items()
        if path.startswith("/api/v1/")
    ]


def test_every_route_is_described_whole(app: FastAPI) -> None:
    schema = TestClient(app).get("/api/v1/openapi.json").json()
    found = operations(schema)
    assert len(found) > 90
    lacking: list[str] = []
    for method, path, one in found:
        where = f"{method} {path}"
        answers: dict[str, Any] = one["responses"]
        good = [answer for status, answer in answers.items() if status.startswith("2")]
        typed = all(
            content.get("schema") or kind != "application/json"
            for answer in good
            for kind, content in answer.get("content", {}).items()
        )
        wanted = {
            "summary": bool(one.get("summary")),
            "tag": bool(one.get("tags")),
            "typed answer": bool(good) and typed,
            "429": "429" in answers,
            "errors": one["operationId"] in OPEN or {"401", "403"} <= answers.keys(),
            "security": one["operationId"] in OPEN or bool(one.get("security")),
            "plain name": "_api_v1_" not in one["operationId"],
            "example": all("example" in content for content in _json(one.get("requestBody", {}))),
            "repeat": method != "post" or one["operationId"] in OPEN or _keyed(one),
        }
        lacking += [f"{where}: {name}" for name, holds in wanted.items() if not holds]
    assert lacking == []
    names = [one["operationId"] for _, _, one in found]
    assert sorted(set(names)) == sorted(names)


def test_both_ways_to_sign_in_and_every_event_are_described(app: FastAPI) -> None:
    schema = app.openapi()
    assert set(schema["components"]["securitySchemes"]) == {"session", "key"}
    assert schema["webhooks"].keys() == EVENTS.keys()
    for item in schema["webhooks"].values():
        content = item["post"]["requestBody"]["content"]["application/json"]
        kind = content["example"]["type"]
        EVENTS[kind].model_validate(content["example"])
    for reference in _references(schema):
        assert reference.rsplit("/", 1)[1] in schema["components"]["schemas"], reference


def test_the_page_of_the_reference_needs_nothing_from_elsewhere(app: FastAPI) -> None:
    answer = TestClient(app).get("/docs/api")
    assert answer.status_code == 200 and "text/html" in answer.headers["content-type"]
    assert "<script" not in answer.text and "open_contact" in answer.text
    assert rendered({"info": {"version": "<1>"}, "paths": {}}).count("&lt;1&gt;") == 1


def _json(place: dict[str, Any]) -> list[dict[str, Any]]:
    return [content for kind, content in place.get("content", {}).items() if kind == "application/json"]


def _keyed(operation: dict[str, Any]) -> bool:
    return any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ()))


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [one for inner in node.values() for one in _references(inner)]
    return [one for inner in node for one in _references(inner)] if isinstance(node, list) else []
