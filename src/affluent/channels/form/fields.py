"""What a filled-in form says, field by field, against what its administrator asked. Nothing here waits."""

import dataclasses
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from affluent.centre.records import NewFile
from affluent.channels.form.wording import sentence

LINE_CHARS_MAX = 500
TEXT_CHARS_MAX = 20_000
EMAIL_CHARS_MAX = 254
SUBJECT_CHARS_MAX = 200
FILES_MAX = 10
FILE_BYTES_MAX = 10 * 1024 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ().\-/]{3,30}")
_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
    re.IGNORECASE,
)
_NAMES = ("name", "nom", "full_name")
_SUBJECTS = ("subject", "sujet", "objet", "motif")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one field."""

    field: str
    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was filled in well. `fields` are (key, label, value) in the form's order."""

    email: str
    name: str
    subject: str
    fields: tuple[tuple[str, str, str], ...]
    files: tuple[NewFile, ...]


def checked(
    settings: Mapping[str, Any],
    values: Mapping[str, object],
    files: Mapping[str, Sequence[NewFile]],
    language: str,
) -> Filled | list[Complaint]:
    """The form as its administrator's settings read it, or every complaint about it in the form's order."""
    complaints: list[Complaint] = []
    said: list[tuple[str, str, str]] = []
    kept: list[NewFile] = []
    for one in settings.get("fields") or ():
        key, kind = one["key"], one["kind"]
        given = files.get(key, ()) if kind == "file" else ()
        value, code, params = (
            _files(given, settings) if kind == "file" else _value(one, values.get(key), language)
        )
        if code is None and one.get("required") and not (given or value):
            code = "missing"
        if code is not None:
            complaints.append(Complaint(key, code, params))
            continue
        kept += given
        said.append((key, one.get(f"label_{language}") or one.get("label_fr") or key, value))
    if len(kept) > FILES_MAX:
        complaints.append(Complaint("", "too_many_files", {"most": FILES_MAX}))
    if complaints:
        return complaints
    return _filled(settings, said, kept, language)


def _filled(
    settings: Mapping[str, Any], said: list[tuple[str, str, str]], kept: list[NewFile], language: str
) -> Filled:
    kinds = {one["key"]: one["kind"] for one in settings.get("fields") or ()}
    by_key = {key: value for key, _, value in said}
    email = next((value for key, _, value in said if kinds[key] == "email" and value), "")
    named = [key for key in _NAMES if kinds.get(key) == "text"]
    about = [key for key in _SUBJECTS if kinds.get(key) in ("text", "choice")]
    about += [key for key, kind in kinds.items() if kind == "choice"]
    title = settings.get(f"title_{language}") or sentence("title", language)
    return Filled(
        email=email,
        name=next((by_key[key] for key in named if by_key[key]), "")[:120],
        subject=next((by_key[key] for key in about if by_key[key]), title)[:SUBJECT_CHARS_MAX],
        fields=tuple(said),
        files=tuple(kept),
    )


_Checked = tuple[str, str | None, dict[str, Any]]


def _value(asked: Mapping[str, Any], given: object, language: str) -> _Checked:
    """The value as it is kept, and what is wrong with it."""
    kind = asked["kind"]
    if kind == "checkbox":
        ticked = given is True or given in ("true", "on", "1")
        # Unticked is an answer, but not the one that a required box asks for.
        untold = "" if asked.get("required") else sentence("no", language)
        return (sentence("yes", language) if ticked else untold), None, {}
    if given is None:
        return "", None, {}
    if not isinstance(given, str):
        return "", "unreadable", {}
    most = TEXT_CHARS_MAX if kind == "long" else EMAIL_CHARS_MAX if kind == "email" else LINE_CHARS_MAX
    text = _CONTROLS.sub("\ufffd", given.replace("\r\n", "\n").replace("\r", "\n"))
    value = unicodedata.normalize("NFC", text if kind == "long" else _SPACES.sub(" ", text)).strip()
    if len(value) > most:
        return "", "field_too_long", {"most": most}
    return value, _fault(asked, value), {}


def _fault(asked: Mapping[str, Any], value: str) -> str | None:
    if not value:
        return None
    match asked["kind"]:
        case "email" if not _EMAIL.fullmatch(value):
            return "not_an_email"
        case "phone" if not _PHONE.fullmatch(value):
            return "not_a_phone"
        case "choice" if value not in (*(asked.get("choices_fr") or ()), *(asked.get("choices_en") or ())):
            return "choice_unknown"
        case _:
            return None


def _files(given: Sequence[NewFile], settings: Mapping[str, Any]) -> _Checked:
    most = int(settings.get("max_file_bytes") or FILE_BYTES_MAX)
    if any(len(one.content) > most for one in given):
        return "", "file_too_large", {"most": round(most / 1_000_000, 1)}
    return ", ".join(one.filename for one in given), None, {}
