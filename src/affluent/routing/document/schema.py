"""The JSON Schema of the document (draft 2020-12): what an editor can check. `read_policy` checks the rest."""

from typing import Any

from affluent.routing.document import beside, fields
from affluent.routing.document.document import VERSION
from affluent.routing.document.kinds import NAME_SCHEMA, Schema
from affluent.routing.document.record import Record

_ID: Schema = {"type": "integer"}


def document_schema() -> Schema:
    """Made of the same tables that read the document."""
    whole = fields.WHOLE.schema()
    declared = _declared({})
    sections: Schema = {
        "version": {"const": VERSION},
        "media": _entries(fields.MEDIUM.schema()),
        "skills": declared,
        "bundles": _entries(_numbered(fields.BUNDLE, beside.BUNDLE)),
        "teams": _declared(beside.TEAM.schema()["properties"]),
        "queues": _entries(_numbered(fields.QUEUE, beside.QUEUE)),
        "agents": _entries(_numbered(fields.AGENT, beside.AGENT)),
        "segments": _entries(_with(fields.SEGMENT.schema(), beside.SEGMENT.schema()["properties"])),
        "brands": declared,
        "hours": _entries(beside.HOURS.schema()),
    }
    reserves = whole["properties"]["agent_reserves"]
    reserves["items"] = _with(reserves["items"], beside.RESERVE.schema()["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A routing policy of Affluent",
        **_with(whole, sections),
        "required": ["version"],
    }


def _declared(keys: Schema) -> Schema:
    """A list of names, or entries with an id and these keys."""
    entry = {"type": ["object", "null"], **_with({}, {"id": _ID, **keys})}
    return {"oneOf": [_names(), _entries(entry)]}


def _names() -> Schema:
    return {"type": "array", "items": NAME_SCHEMA, "uniqueItems": True}


def _entries(of: Schema) -> Schema:
    return {"type": "object", "propertyNames": NAME_SCHEMA, "additionalProperties": of}


def _numbered(record: Record, kept: Record) -> Schema:
    return _with(record.schema(), {"id": _ID, **kept.schema()["properties"]})


def _with(schema: Schema, more: Schema) -> Schema:
    known: dict[str, Any] = schema.get("properties", {})
    return {**schema, "properties": {**more, **known}, "additionalProperties": False}
