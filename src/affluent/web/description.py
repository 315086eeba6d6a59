"""The description of the API, made whole: what every route shares, examples, and the events of webhooks."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from affluent.centre.integration.events import EVENTS
from affluent.web.errors import Error
from affluent.web.examples import example_of

API = "/api/v1/"
INTRODUCTION = """\
All that the pages do, a program can do. It bears an API key, made in the settings: `Authorization: Bearer afl_...`.

Instants are milliseconds since the epoch, UTC, in names that end in `_ms`. Lists are
`{"items": [...], "next": null | "cursor"}`: pass `next` as `cursor` for the following page. An answer from 400 up is
`{"error": {"code", "message", "field", "details"}}`, whose `message` is in the language of `Accept-Language`.

Every answer tells the caller's limit in `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`; beyond it
comes 429 with `Retry-After`. A POST with an `Idempotency-Key` may be sent again: it is done once.
"""
TAGS = {
    "Session": "Signing in, and one's own account.",
    "Desk": "What agents do: presence, offers, conversations, replies.",
    "Integration": "A channel of your own, and customers kept in step with your house.",
    "Webhooks": "Events that are sent to you, and their deliveries.",
    "Administration": "Settings: six routes for each noun.",
}
_UNKEYED = frozenset({"/api/v1/session", "/api/v1/start"})
_MADE = "_api_v1_"
"""Follows the name of the function in an identifier that the framework made up."""
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same key within 24 hours, the request is done once and answered alike.",
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,255}$", "maxLength": 255},
}
_LIMITED = {
    name: {"description": text, "schema": {"type": "integer"}}
    for name, text in (
        ("RateLimit-Limit", "Requests a minute of this caller."),
        ("RateLimit-Remaining", "How many are left."),
        ("RateLimit-Reset", "After so many seconds all are back."),
    )
}


def describe(app: FastAPI) -> None:
    """Makes `app.openapi()` tell the whole."""
    plain = app.openapi

    def whole() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _whole(plain())
        return app.openapi_schema

    app.openapi = whole  # pyright: ignore[reportAttributeAccessIssue] - as FastAPI's own manual extends it


def _whole(schema: dict[str, Any]) -> dict[str, Any]:
    schema["info"]["description"] = INTRODUCTION
    schema["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    components: dict[str, Any] = schema.setdefault("components", {}).setdefault("schemas", {})
    components.setdefault("Error", Error.model_json_schema(ref_template="#/components/schemas/{model}"))
    for inner, model in components["Error"].pop("$defs", {}).items():
        components.setdefault(inner, model)
    _events(schema, components)
    taken = {
        one["operationId"]
        for item in schema["paths"].values()
        for method, one in item.items()
        if method in _METHODS
    }
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if method not in _METHODS:
                continue
            name, made, _ = operation["operationId"].partition(_MADE)
            if made:
                # What agents read and administrators keep may bear one name.
                tag = operation.get("tags", ["other"])[0].lower()
                operation["operationId"] = name if name not in taken else f"{tag}_{name}"
                taken.add(operation["operationId"])
            if path.startswith(API):
                _shared(path, method, operation)
            _exampled(operation, components)
    return schema


def _shared(path: str, method: str, operation: dict[str, Any]) -> None:
    """What every route of the API has: its limits, and for those that do something the key of a repeat."""
    answers: dict[str, Any] = operation["responses"]
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    limited = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}, **_LIMITED}
    answers.setdefault("429", {"description": "Too many requests", "content": problem, "headers": limited})
    for status, answer in answers.items():
        if status.startswith("2"):
            answer.setdefault("headers", _LIMITED)
    if operation.get("parameters") or operation.get("requestBody") or method == "post":
        answers.setdefault("422", {"description": "Unprocessable", "content": problem})
    if method != "get":
        answers.setdefault("503", {"description": "Not now: try again in a moment", "content": problem})
        answers.setdefault("403", {"description": "Forbidden", "content": problem})
        answers.setdefault("413", {"description": "Too large", "content": problem})
    if method == "post" and path not in _UNKEYED:
        operation["parameters"] = [*operation.get("parameters", ()), _KEY]
        answers.setdefault("409", {"description": "Conflict", "content": problem})


def _exampled(operation: dict[str, Any], components: Mapping[str, Any]) -> None:
    """An example for what is sent and what is answered, where the schema gives none."""
    places = [operation.get("requestBody", {}), *operation["responses"].values()]
    for place in places:
        for kind, content in place.get("content", {}).items():
            if kind == "application/json" and "schema" in content and "example" not in content:
                content["example"] = example_of(content["schema"], components)


def _events(schema: dict[str, Any], components: dict[str, Any]) -> None:
    _, described = models_json_schema(
        [(model, "serialization") for model in EVENTS.values()], ref_template="#/components/schemas/{model}"
    )
    for name, model in described.get("$defs", {}).items():
        components.setdefault(name, model)
    schema["webhooks"] = {
        kind: {
            "post": {
                "operationId": f"on_{kind.replace('.', '_')}",
                "tags": ["Webhooks"],
                "summary": f"Event {kind}",
                "description": "Sent to every webhook that hears of it, signed as Standard Webhooks has it.",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": f"#/components/schemas/{model.__name__}"},
                            "example": example_of(
                                {"$ref": f"#/components/schemas/{model.__name__}"}, components
                            ),
                        }
                    },
                },
                "responses": {"2XX": {"description": "Taken. Any other answer, or none, is tried again."}},
            }
        }
        for kind, model in EVENTS.items()
    }
