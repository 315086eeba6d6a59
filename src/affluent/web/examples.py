"""An example of whatever a JSON Schema describes: the schema's own where it has one, else a plausible one."""

from collections.abc import Mapping
from typing import Any

INSTANT_MS = 1_790_000_000_000
DEPTH_MAX = 8
_BY_NAME: dict[str, Any] = {
    "name": "Camille Martin", "email": "camille@example.org", "locale": "en", "colour": "#0a5b66",
    "language": "en", "subject": "My parcel", "text": "Where is my parcel?", "new_text": "Where is my parcel?",
    "preview": "Where is my parcel?", "key": "d41d8cd98f00b204", "url": "https://hooks.example.org/affluent",
    "password": "correct-horse-battery", "secret": "shown-once", "timezone": "Europe/Paris",
    "outcome": "resolved", "state": "waiting", "medium": "message", "next": None,
    "timestamp": "2026-09-21T14:13:20.000Z", "id": 17, "cursor": "40",
}  # fmt: skip


def example_of(
    schema: Mapping[str, Any], components: Mapping[str, Any], name: str = "", depth: int = 0
) -> Any:
    """An example; `name` is that of the field it stands in."""
    if "$ref" in schema:
        if depth > DEPTH_MAX:
            return {}
        return example_of(components[schema["$ref"].rsplit("/", 1)[1]], components, name, depth + 1)
    for given in ("example", "const", "default"):
        if given in schema and not (given == "default" and schema[given] in (None, "", [], {})):
            return schema[given]
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            some = [one for one in schema[union] if one.get("type") != "null"] or schema[union]
            return example_of(some[0], components, name, depth)
    return _of_type(schema, components, name, depth)


def _of_type(schema: Mapping[str, Any], components: Mapping[str, Any], name: str, depth: int) -> Any:
    match schema.get("type"):
        case "object":
            properties: Mapping[str, Any] = schema.get("properties", {})
            return {field: example_of(one, components, field, depth + 1) for field, one in properties.items()}
        case "array":
            if depth > DEPTH_MAX or "items" not in schema:
                return []
            return [example_of(schema["items"], components, name, depth + 1)]
        case "integer":
            return INSTANT_MS if name.endswith("_ms") else int(schema.get("minimum", 1)) or 1
        case "number":
            return schema.get("exclusiveMaximum", schema.get("maximum", 0.8))
        case "boolean":
            return True
        case "string":
            known = _BY_NAME.get(name)
            return known if isinstance(known, str) else "text"
        case _:
            return _BY_NAME.get(name)
