"""`affluent route`: a filter for anybody's tests. Events in, decisions out, one JSON object a line."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, TextIO

LINE_MAX = 4 * 1024 * 1024  # bytes


def run(
    file: Path,
    lines: BinaryIO,
    out: BinaryIO,
    errors: TextIO,
    interpreted: bool | None,
    *,
    explain: bool,
    done: bool,
) -> bool:
    """Answers each line as it comes; False, with the reasons on `errors`, for a policy that cannot work."""
    # The engine is compiled, or not, as it is imported; so first of all.
    if interpreted is None:
        os.environ["AFFLUENT_QUICK_START"] = "1"
    else:
        os.environ["NUMBA_DISABLE_JIT"] = "1" if interpreted else "0"
    from affluent.cli.policy import check_file, read_file  # noqa: PLC0415 -- after the setting
    from affluent.routing.document import DocumentError  # noqa: PLC0415 -- after the setting
    from affluent.routing.stream import Session  # noqa: PLC0415 -- after the setting
    from affluent.routing.stream.lines import written  # noqa: PLC0415 -- after the setting

    try:
        document = read_file(file)
    except (DocumentError, OSError):
        check_file(file, errors, as_json=False, language="en")
        return False
    session = Session(document, read_file=lambda name: read_file(Path(name)), explained=explain)
    try:
        for number, line in numbered(lines):
            answers = _answers(session, number, line)
            if done and line is not None:
                answers = [*answers, _end(session, number)]
            for answer in answers:
                # What a line may quote need not be text that UTF-8 has: then it stays escaped.
                out.write(written(answer).encode("utf-8", "backslashreplace") + b"\n")
            out.flush()
    except BrokenPipeError:
        # Whoever read has read enough. Python would complain once more when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    return True


def numbered(lines: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Lines with their numbers, from 1; those without anything are left out. None: too long to be read."""
    number = 0
    while line := lines.readline(LINE_MAX + 1):
        number += 1
        if len(line) > LINE_MAX:
            while line and not line.endswith(b"\n"):
                line = lines.readline(LINE_MAX)
            yield number, None
        elif line.strip():
            yield number, line


def _answers(session: Any, number: int, line: bytes | None) -> list[dict[str, Any]]:
    if line is None:
        return [{"line": number, "error": "too_long", "most_bytes": LINE_MAX}]
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        return [{"line": number, "error": "bad_encoding"}]
    return session.answer(number, text)


def _end(session: Any, number: int) -> dict[str, Any]:
    return {
        "line": number,
        "done": True,
        "now_ms": session.now_ms,
        "next_deadline_ms": session.router.next_deadline(),
    }
