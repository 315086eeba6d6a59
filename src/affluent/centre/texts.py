"""What people may type, as pydantic types: lines, prose, addresses, identifiers, languages.

They refuse what no column can hold (NUL) and what has no place in a header or a name (other controls).
"""

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

_LINE_BREAKERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
    re.IGNORECASE,
)
NO_NUL = r"^[^\x00]*$"
"""What may be looked for: PostgreSQL holds no NUL."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def _one_line(text: str) -> str:
    if _LINE_BREAKERS.search(text):
        raise PydanticCustomError("control_characters", "Control characters have no place here")
    return unicodedata.normalize("NFC", text)


def _prose(text: str) -> str:
    if _CONTROLS.search(text):
        raise PydanticCustomError("control_characters", "Control characters have no place here")
    return text


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text) or len(text) > 254:
        raise PydanticCustomError("not_an_email", "Not an e-mail address")
    return text


def _colour(text: str) -> str:
    if not _COLOUR.fullmatch(text):
        raise PydanticCustomError("not_a_colour", "A colour is written #rrggbb")
    return text.lower()


_stripped = StringConstraints(strip_whitespace=True)

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(_one_line)
]
"""A line of text that may not be empty."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_one_line)]
"""A line of text, perhaps empty."""
Prose = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_prose)]
"""Text of several lines, perhaps empty."""
Email = Annotated[str, _stripped, AfterValidator(_email)]
Password = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(_prose)]
Colour = Annotated[str, AfterValidator(_colour)]
Locale = Literal["fr", "en"]
Id = Annotated[int, Field(ge=1, le=2**53)]
"""An identifier: within what a browser can count exactly."""
