"""A menu read from its text, YAML or JSON, with every problem at its line, and written back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from affluent.centre.menus import document as doc
from affluent.routing.document import DocumentError, DocumentProblem, write_duration
from affluent.routing.document.problems import Path, pointer
from affluent.routing.document.reading import meant
from affluent.routing.document.tree import Entries, Items, Node, Scalar, parse

_KINDS: Final[dict[str, type[BaseModel]]] = {
    "say": doc.Say, "choose": doc.Choose, "collect": doc.Collect, "identify": doc.Identify, "hours": doc.OpenHours,
    "language": doc.ChooseLanguage, "problems": doc.Problems, "answer": doc.SelfAnswer, "wait": doc.Wait,
    "queue": doc.ToQueue, "callback": doc.Callback, "link": doc.Link, "voicemail": doc.Voicemail,
    "goodbye": doc.Goodbye,
}  # fmt: skip
_CODES: Final[dict[str, str]] = {
    "missing": "missing_key",
    "union_tag_not_found": "missing_key",
    "union_tag_invalid": "unknown_kind",
    "extra_forbidden": "unknown_key",
    "string_pattern_mismatch": "bad_word",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "too_long": "too_many",
    "too_short": "too_few",
    "greater_than_equal": "menu_out_of_range",
    "less_than_equal": "menu_out_of_range",
    "literal_error": "unknown_choice",
    "bad_duration": "bad_duration",
    "least_above_most": "least_above_most",
    "control_characters": "control_characters",
}
_DURATIONS: Final = ("patience", "offers_from")


class Lines:
    """On which line each part of a document stands."""

    def __init__(self, tree: Node) -> None:
        self._tree = tree

    def of(self, path: Path) -> int:
        """The line of a part, or of what it would stand in."""
        node, line = self._tree, self._tree.line
        for part in path:
            if isinstance(node, Entries) and part in node.entries:
                line, node = node.lines[part], node.entries[part]
            elif isinstance(node, Items) and part.isdigit() and int(part) < len(node.items):
                node = node.items[int(part)]
                line = node.line
            else:
                break
        return line


def read_menu(text: str) -> tuple[doc.MenuDocument, Lines]:
    """Raises DocumentError with every reason. What its steps lead to is for `checking.py`."""
    tree = parse(text)
    lines = Lines(tree)
    if not isinstance(tree, Entries):
        raise DocumentError([DocumentProblem("wrong_type", "", tree.line, {"expected": "mapping"})])
    plain = _plain(tree)
    if str(plain.get("version", "")) == str(doc.VERSION):
        plain["version"] = doc.VERSION
    try:
        return doc.MenuDocument.model_validate(plain), lines
    except ValidationError as wrong:
        raise DocumentError(_problem(error, plain, lines) for error in wrong.errors()) from None


def _plain(node: Node) -> Any:
    match node:
        case Scalar():
            return None if node.empty else node.text
        case Items():
            return [_plain(item) for item in node.items]
        case Entries():
            return {key: _plain(value) for key, value in node.entries.items()}


def _problem(error: ErrorDetails, plain: Mapping[str, Any], lines: Lines) -> DocumentProblem:
    path = _path(error["loc"], plain)
    kind, context = error["type"], error.get("ctx", {})
    code = _CODES.get(kind, "wrong_type")
    params: dict[str, object] = {}
    match code:
        case "missing_key":
            key = "kind" if kind == "union_tag_not_found" else path[-1]
            params = {"key": key}
            path = path if kind == "union_tag_not_found" else path[:-1]
        case "unknown_key":
            params = {"name": path[-1], **meant(path[-1], _keys_at(path[:-1], plain))}
        case "unknown_kind":
            name = str(context.get("tag", ""))[:40]
            path = (*path, "kind")
            params = {"name": name, **meant(name, _KINDS)}
        case "unknown_choice":
            if path == ("version",):
                code = "unsupported_version"
                params = {"supported": doc.VERSION}
            else:
                name = str(error["input"])[:40]
                params = {"name": name, **meant(name, _expected(context))}
        case "bad_word" | "bad_duration":
            params = {"text": str(error["input"])[:40]}
        case "too_long" | "too_many":
            params = {"most": context.get("max_length", 0)}
        case "too_short" | "too_few":
            params = {"least": context.get("min_length", 0)}
        case "menu_out_of_range":
            params = {"low": context.get("ge", ""), "high": context.get("le", "")}
            code = "too_low" if "ge" in context else "too_high"
        case "wrong_type":
            params = {"expected": _EXPECTED.get(kind, "name")}
        case _:
            pass
    return DocumentProblem(code, pointer(path), lines.of(path), params)


_EXPECTED: Final[dict[str, str]] = {
    "int_parsing": "whole_number",
    "int_type": "whole_number",
    "bool_parsing": "true_or_false",
    "bool_type": "true_or_false",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "list_type": "list",
}


def _expected(context: Mapping[str, Any]) -> Sequence[str]:
    """The choices that pydantic names, such as `'fr' or 'en'`."""
    return str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")


def _path(loc: tuple[int | str, ...], plain: Mapping[str, Any]) -> Path:
    """The place in the document: what pydantic adds of its own (the step's kind, `[key]`) is left out."""
    parts = [str(part) for part in loc if part != "[key]"]
    steps = plain.get("steps")
    if len(parts) > 2 and parts[0] == "steps" and isinstance(steps, dict) and parts[2] in _KINDS:
        del parts[2]
    return tuple(parts)


def _keys_at(path: Path, plain: Mapping[str, Any]) -> Sequence[str]:
    if not path:
        return list(doc.MenuDocument.model_fields)
    if len(path) == 2 and path[0] == "steps":
        return list(_KINDS[plain["steps"][path[1]]["kind"]].model_fields)
    if "keys" in path:
        return list(doc.Choice.model_fields)
    return list(doc.Spoken.model_fields)


# Written


def content_of(menu: doc.MenuDocument) -> dict[str, Any]:
    """The document as plain values, the shortest way: what is as by default is left out."""
    whole = menu.model_dump(mode="json", exclude_defaults=True)
    whole["version"] = doc.VERSION
    for step in whole["steps"].values():
        _shorten(step)
    _write_durations(whole)
    return {key: whole[key] for key in doc.MenuDocument.model_fields if key in whole}


def _shorten(step: dict[str, Any]) -> None:
    _write_durations(step)
    for language, spoken in step.get("prompt", {}).items():
        if not spoken.get("recorded"):
            step["prompt"][language] = spoken.get("text", "")
    for key, choice in step.get("keys", {}).items():
        if isinstance(choice, dict) and set(choice) == {"to"}:
            step["keys"][key] = choice["to"]
    kind = step.pop("kind")
    rest = dict(step)
    step.clear()
    step.update({"kind": kind, **rest})


def _write_durations(values: dict[str, Any]) -> None:
    for key in _DURATIONS:
        if key in values:
            values[key] = write_duration(values[key])


def write_menu(menu: doc.MenuDocument) -> str:
    """The document as YAML that `read_menu` reads to the same."""
    return yaml.safe_dump(content_of(menu), sort_keys=False, allow_unicode=True, width=100)
