"""Writes the Python client of the API from its description: one module that needs nothing but Python.

    python clients/python/generate.py build/client/affluent_client.py [description.json]

Without a description it takes that of the Affluent that is installed.
"""

import json
import keyword
import re
import sys
from pathlib import Path
from typing import Any

API = "/api/v1"
RUNTIME = Path(__file__).with_name("affluent_client.py.in")
METHODS = ("get", "post", "put", "patch", "delete")
ENDLESS = frozenset({"/api/v1/stream"})
PLAIN = {"integer": "int", "number": "float", "string": "str", "boolean": "bool", "null": "None"}


def named(text: str) -> str:
    """A name that Python allows."""
    name = re.sub(r"\W", "_", text)
    return f"{name}_" if keyword.iskeyword(name) else name


def type_of(schema: dict[str, Any]) -> str:
    """The Python type of what a schema describes."""
    if "$ref" in schema:
        return named(schema["$ref"].rsplit("/", 1)[1])
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    if "enum" in schema:
        return f"Literal[{', '.join(repr(one) for one in schema['enum'])}]"
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " | ".join(dict.fromkeys(type_of(one) for one in schema[union]))
    match schema.get("type"):
        case "array":
            return f"list[{type_of(schema.get('items', {}))}]"
        case "object":
            return "dict[str, Any]"
        case str() as kind if kind in PLAIN:
            return PLAIN[kind]
        case _:
            return "Any"


def record(name: str, schema: dict[str, Any]) -> str:
    """A schema as a typed dictionary, or as another name of a type."""
    properties: dict[str, Any] = schema.get("properties", {})
    if schema.get("type") != "object" or not properties:
        return f"{named(name)} = {type_of(schema) if schema.get('type') == 'object' else repr(type_of(schema))}\n"
    required = set(schema.get("required", ()))
    fields = {
        field: type_of(one) if field in required else f"NotRequired[{type_of(one)}]"
        for field, one in properties.items()
    }
    if all(field.isidentifier() and not keyword.iskeyword(field) for field in fields):
        lines = "".join(f"    {field}: {kind}\n" for field, kind in fields.items())
        return f"class {named(name)}(TypedDict):\n{lines}"
    lines = "".join(f"    {field!r}: {kind!r},\n" for field, kind in fields.items())
    return f"{named(name)} = TypedDict({named(name)!r}, {{\n{lines}}})\n"


def optional(kind: str) -> str:
    """A type or nothing."""
    return kind if kind.endswith("None") else f"{kind} | None"


def content(place: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """The media type and the schema of a body, None for none."""
    kinds: dict[str, Any] = place.get("content", {})
    kind = "application/json" if "application/json" in kinds else next(iter(kinds), None)
    return kind, {} if kind is None else kinds[kind].get("schema", {})


def method(path: str, verb: str, operation: dict[str, Any]) -> str:
    """One operation as a method of the client."""
    parameters: list[dict[str, Any]] = operation.get("parameters", [])
    at = [one for one in parameters if one["in"] == "path"]
    asked = [one for one in parameters if one["in"] == "query"]
    repeated = any(one["name"] == "Idempotency-Key" for one in parameters)
    sent, body = content(operation.get("requestBody", {}))
    answers: dict[str, Any] = operation["responses"]
    good = next((one for status, one in sorted(answers.items()) if status.startswith("2")), {})
    told, answer = content(good)
    signature = ["self", *(f"{named(one['name'])}: {type_of(one['schema'])}" for one in at)]
    call = [
        repr(verb.upper()),
        "f" + repr(re.sub(r"\{(\w+)\}", lambda m: "{quote(" + named(m[1]) + ")}", path)),
    ]
    if sent == "application/json":
        signature.append(f"body: {type_of(body)}")
        call.append("body=body")
    elif sent is not None:
        signature += ["filename: str", "content: bytes", "content_type: str = 'application/octet-stream'"]
        call.append("file=(filename, content, content_type)")
    options = [f"{named(one['name'])}: {optional(type_of(one['schema']))} = None" for one in asked]
    if asked:
        pairs = ", ".join(f"{one['name']!r}: {named(one['name'])}" for one in asked)
        call.append(f"query={{{pairs}}}")
    if repeated:
        options.append("idempotency_key: str | None = None")
        call.append("repeated=idempotency_key or new_key()")
    if options:
        signature += ["*", *options]
    kind = type_of(answer) if told == "application/json" else "bytes"
    if told != "application/json":
        call.append("raw=True")
    text = (operation.get("description") or operation.get("summary") or "").replace("\\", "\\\\")
    text = text.replace('"""', "'''").strip()
    return (
        f"    def {named(operation['operationId'])}({', '.join(signature)}) -> {kind}:\n"
        f'        """{text}"""\n        return self._call({", ".join(call)})\n'
    )


def client(schema: dict[str, Any]) -> str:
    """The text of the module."""
    records = [record(name, one) for name, one in sorted(schema["components"]["schemas"].items())]
    methods = [
        method(path, verb, operation)
        for path, item in schema["paths"].items()
        if path.startswith(API) and path not in ENDLESS
        for verb, operation in item.items()
        if verb in METHODS
    ]
    runtime = RUNTIME.read_text(encoding="utf-8").replace("{{version}}", schema["info"]["version"])
    return runtime.replace("# {{records}}\n", "\n\n".join(records)).replace(
        "    # {{methods}}\n", "\n".join(methods)
    )


def description() -> dict[str, Any]:
    """That of the Affluent which is installed."""
    from affluent.cli.description import described  # noqa: PLC0415 -- only when no description is given

    return described().openapi()


def main(target: str, source: str | None = None) -> None:
    """Writes the client to `target`."""
    schema = description() if source is None else json.loads(Path(source).read_text(encoding="utf-8"))
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(client(schema), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
