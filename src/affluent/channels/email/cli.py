"""What `affluent mail parse` does: one JSON object a message, one message a file."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from affluent.channels.email.headers import iso_utc
from affluent.channels.email.message import ParsedMail
from affluent.channels.email.parse import parse

JsonValue = (
    str
    | int
    | bool
    | None
    | list[str]
    | list[dict[str, str]]
    | list[dict[str, str | int | None]]
    | dict[str, str]
)


def as_json(mail: ParsedMail) -> dict[str, JsonValue]:
    """The public form of a parsed mail; `docs/guides/email.md` describes the keys."""
    return {
        "subject": mail.subject,
        "from": mail.sender.as_json() if mail.sender else None,
        "to": [one.as_json() for one in mail.to],
        "cc": [one.as_json() for one in mail.cc],
        "date": iso_utc(mail.date_ms),
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "text": mail.text,
        "new_text": mail.new_text,
        "html": mail.html,
        "attachments": [one.as_json() for one in mail.attachments],
        "language": mail.language,
        "is_auto_reply": mail.is_auto_reply,
        "is_bounce": mail.is_bounce,
        "defects": list(mail.defects),
    }


def parse_files(paths: Iterable[Path], as_json_lines: bool, out: TextIO) -> int:
    """Writes one line a file to `out`; the number of files that could not be read is returned. Never
    raises on input.

    With `as_json_lines` a line is a JSON object, else a short summary for a person.
    """
    unread = 0
    for path in paths:
        try:
            mail = parse(path.read_bytes())
        except (OSError, ValueError) as fault:
            unread += 1
            mail = ParsedMail(defects=(f"unreadable_file:{type(fault).__name__}",))
        out.write(
            (json.dumps(as_json(mail), ensure_ascii=True) if as_json_lines else _summary(path, mail)) + "\n"
        )
    return unread


def _summary(path: Path, mail: ParsedMail) -> str:
    sender = mail.sender.address if mail.sender else "-"
    marks = [name for name, on in (("auto-reply", mail.is_auto_reply), ("bounce", mail.is_bounce)) if on]
    return "\t".join(
        [
            str(path),
            sender,
            mail.subject,
            mail.language or "-",
            ",".join(marks) or "-",
            ",".join(mail.defects) or "-",
        ]
    )
