"""The JSON Schema of the document (draft 2020-12): what an editor can check. `read_policy` checks the rest."""

from typing import Any

from affluent.routing.document import fields
from affluent.routing.document.document import VERSION
from affluent.routing.document.kinds import NAME_SCHEMA, Schema
from affluent.routing.document.record import Record

_ID: Schema = {"type": "integer"}


def document_schema() -> Schema:
    """Made of the same tables that read the document."""
    whole = fields.WHOLE.schema()
    declared = {"oneOf": [_names(), _entries({"type": ["object", "null"], **_with({}, {"id": _ID})})]}
    sections: Schema = {
        "version": {"const": VERSION},
        "media": _entries(fields.MEDIUM.schema()),
        "skills": declared,
        "bundles": _entries(_numbered(fields.BUNDLE)),
        "teams": declared,
        "queues": _entries(_numbered(fields.QUEUE)),
        "agents": _entries(_numbered(fields.AGENT)),
        "segments": _entries(fields.SEGMENT.schema()),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A routing policy of Affluent",
        **_with(whole, sections),
        "required": ["version"],
    }


def _names() -> Schema:
    return {"type": "array", "items": NAME_SCHEMA, "uniqueItems": True}


def _entries(of: Schema) -> Schema:
    return {"type": "object", "propertyNames": NAME_SCHEMA, "additionalProperties": of}


def _numbered(record: Record) -> Schema:
    return _with(record.schema(), {"id": _ID})


def _with(schema: Schema, more: Schema) -> Schema:
    known: dict[str, Any] = schema.get("properties", {})
    return {**schema, "properties": {**more, **known}, "additionalProperties": False}
