"""What is wrong with typed input, told as a refusal: pydantic's errors in the centre's words."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

from affluent.centre.refusals import Invalid
from affluent.facts.media import Medium

# pydantic's kinds of error -> a code of the message catalogue; any other of its kinds is `invalid_value`. A
# kind that is not pydantic's is the centre's own reason, and its code.
_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "too_few",
    "too_long": "too_many_items",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than": "too_big",
    "less_than_equal": "too_big",
    "json_invalid": "not_json",
    "literal_error": "not_a_choice",
    "enum": "not_a_choice",
    "union_tag_invalid": "not_a_choice",
    "union_tag_not_found": "missing",
}
_PYDANTICS = frozenset[str](get_args(ErrorType))
_TAGS = frozenset(Medium)
"""Where a body is one of several models, pydantic puts which one before the field."""
_SHOWN = ("min_length", "max_length", "ge", "gt", "le", "lt", "expected", "expected_tags")


def invalid_from(errors: Iterable[Mapping[str, Any]]) -> Invalid:
    """The first complaint as the refusal, all of them in its details."""
    complaints = [_complaint(error) for error in errors]
    assert complaints, "pydantic refused without saying why"
    first = complaints[0]
    params: dict[str, Any] = first["params"]
    return Invalid(first["code"], first["field"], **params, errors=complaints)


def invalid(error: ValidationError) -> Invalid:
    """A pydantic error as the centre's refusal."""
    return invalid_from(error.errors(include_url=False, include_input=False))


def _complaint(error: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(error["type"])
    own = kind not in _PYDANTICS
    code = kind if own else _CODES.get(kind, "invalid_value")
    context: Mapping[str, Any] = error.get("ctx") or {}
    shown = context if own else {k: v for k, v in context.items() if k in _SHOWN}
    params = {k: v for k, v in shown.items() if isinstance(v, str | int | float | bool)}
    limit = next(
        (params[k] for k in ("min_length", "max_length", "ge", "gt", "le", "lt") if k in params), None
    )
    if limit is not None:
        params["limit"] = limit
    choices = params.pop("expected_tags", params.get("expected"))
    if choices is not None and not own:
        params["expected"] = _plain_list(str(choices))
    location = [str(part) for part in error.get("loc", ())]
    if location and location[0] in ("body", "query", "path", "header"):
        location = location[1:]
    if len(location) > 1 and location[0] in _TAGS:
        location = location[1:]
    return {"code": code, "field": ".".join(location) or None, "params": params}


def _plain_list(choices: str) -> str:
    """pydantic's `'a', 'b' or 'c'` as `a, b, c`: its words are English, whatever the language of the sentence."""
    return ", ".join(re.findall(r"'([^']*)'", choices)) or choices
