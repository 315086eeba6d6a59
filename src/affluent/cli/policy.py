"""`affluent policy`: what is wrong with a policy written as a document, and its schema."""

import json
import sys
from pathlib import Path
from typing import Any, TextIO

from affluent.routing.document import (
    DocumentError,
    DocumentProblem,
    PolicyDocument,
    document_schema,
    read_policy,
)
from affluent.routing.document.words import Language, sentence


def read_file(path: Path) -> PolicyDocument:
    """The policy of a file; `-` is standard input. Raises DocumentError, also for what is not UTF-8; OSError."""
    raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DocumentError([DocumentProblem("bad_yaml", "", line, {"said": "not UTF-8"})]) from None
    return read_policy(text)


def check_file(path: Path, out: TextIO, *, as_json: bool, language: Language) -> bool:
    """Prints what is wrong with a policy, or warned about; whether it can work."""
    try:
        document = read_file(path)
    except DocumentError as error:
        _print(path, error.problems, [], out, as_json=as_json, language=language)
        return False
    except OSError as error:
        out.write(f"{path}: {error.strerror}\n")
        return False
    _print(path, [], list(document.warnings), out, as_json=as_json, language=language)
    return True


def print_schema(out: TextIO) -> None:
    """The JSON Schema of the document, for editors."""
    json.dump(document_schema(), out, indent=2, ensure_ascii=False)
    out.write("\n")


def written(problem: DocumentProblem, language: Language = "en") -> dict[str, Any]:
    """A problem as JSON."""
    return {
        "code": problem.code,
        "path": problem.path,
        "line": problem.line,
        "params": dict(problem.params),
        "text": sentence(problem, language),
    }


def _print(
    path: Path,
    problems: list[DocumentProblem],
    warnings: list[DocumentProblem],
    out: TextIO,
    *,
    as_json: bool,
    language: Language,
) -> None:
    if as_json:
        found = {
            "valid": not problems,
            "problems": [written(one, language) for one in problems],
            "warnings": [written(one, language) for one in warnings],
        }
        out.write(json.dumps(found, ensure_ascii=False, sort_keys=True) + "\n")
        return
    words = {"en": ("warning", "can work"), "fr": ("attention", "peut servir")}[language]
    colon = "\u00a0:" if language == "fr" else ":"
    for one in problems:
        out.write(f"{path}:{one.line}: {one.path or '/'}{colon} {sentence(one, language)}\n")
    for one in warnings:
        out.write(
            f"{path}:{one.line}: {one.path or '/'}{colon} {words[0]}{colon} {sentence(one, language)}\n"
        )
    if not problems:
        out.write(f"{path}{colon} {words[1]}\n")
