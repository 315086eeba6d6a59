"""Templates: texts with names, fields to be filled in, choices, and parts for one language.

`{{customer.name}}` `{{agent.name}}` `{{brand.name}}` are filled in by themselves; `{{field:Order number}}` asks;
`{{choice:Size|small|large}}` offers; `{{#fr}}…{{/fr}}` stands for customers who write French only,
`{{#else}}…{{/else}}` for those whose language has no part of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from affluent.centre.refusals import Invalid

NAMES = frozenset({"customer.name", "agent.name", "brand.name"})
VALUE_CHARS_MAX = 2_000
_MARK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_PART = re.compile(r"\{\{\s*#\s*([a-z]{2,4})\s*\}\}(.*?)\{\{\s*/\s*\1\s*\}\}", re.DOTALL)
_ELSE = "else"


@dataclass(frozen=True, slots=True)
class Field:
    """What is asked before the text is inserted; `choices` is empty for a free text."""

    label: str
    kind: Literal["text", "choice"]
    choices: tuple[str, ...] = ()


def _field(mark: str) -> Field | None:
    kind, _, rest = mark.partition(":")
    if kind == "field":
        return Field(rest.strip(), "text")
    if kind == "choice":
        label, *choices = (one.strip() for one in rest.split("|"))
        return Field(label, "choice", tuple(choices))
    return None


def check(body: str) -> None:
    """Raises `Invalid` for a template that could never be filled in."""
    rest = _PART.sub(lambda found: found[2], body)
    left = _MARK.sub("", rest)
    if "{{" in left or "}}" in left:
        raise Invalid("template_mark_open", "body")
    known: dict[str, Field] = {}
    for mark in _MARK.findall(rest):
        field = _field(mark)
        if mark.startswith(("#", "/")):
            raise Invalid("template_part_open", "body", part=mark.lstrip("#/").strip())
        if field is None:
            if mark not in NAMES:
                raise Invalid("template_unknown_name", "body", name=mark[:60])
        elif not field.label:
            raise Invalid("template_field_nameless", "body")
        elif field.kind == "choice" and (len(field.choices) < 2 or not all(field.choices)):
            raise Invalid("template_choice_empty", "body", label=field.label[:60])
        elif known.setdefault(field.label, field) != field:
            raise Invalid("template_field_twice", "body", label=field.label[:60])


def in_language(body: str, language: str | None) -> str:
    """The text with the parts that hold for this language."""
    spoken = (language or "")[:2]
    has_own = any(found[1] == spoken for found in _PART.finditer(body))

    def kept(found: re.Match[str]) -> str:
        return found[2] if found[1] == spoken or (found[1] == _ELSE and not has_own) else ""

    return _PART.sub(kept, body)


def fields(body: str, language: str | None = None) -> list[Field]:
    """What is asked, in the order of the text, each once. Without a language: of all its parts."""
    text = body if language is None else in_language(body, language)
    found: dict[str, Field] = {}
    for mark in _MARK.findall(text):
        field = _field(mark)
        if field is not None and field.label:
            found.setdefault(field.label, field)
    return list(found.values())


def filled(body: str, language: str | None, names: Mapping[str, str], values: Mapping[str, str]) -> str:
    """The text as it is inserted. Raises `Invalid` for a field without a value, or a choice that is none."""
    text = in_language(body, language)
    for field in fields(text):
        value = values.get(field.label, "").strip()
        if not value:
            raise Invalid("template_value_missing", f"values.{field.label}", label=field.label)
        if len(value) > VALUE_CHARS_MAX:
            raise Invalid("text_too_long", f"values.{field.label}", most=VALUE_CHARS_MAX)
        if field.choices and value not in field.choices:
            raise Invalid("not_a_choice", f"values.{field.label}", expected=", ".join(field.choices))
    return _put(text, names, values)


def preview(body: str, language: str | None, names: Mapping[str, str], values: Mapping[str, str]) -> str:
    """The text as far as it is known: what has no value yet stands as it was written."""
    return _put(in_language(body, language), names, values)


def _put(text: str, names: Mapping[str, str], values: Mapping[str, str]) -> str:
    def put(found: re.Match[str]) -> str:
        field = _field(found[1])
        if field is not None:
            return values.get(field.label, found[0]).strip()
        return names.get(found[1], found[0])

    return _MARK.sub(put, text).strip()
