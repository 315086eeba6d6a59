"""A customer's addresses as people type them on a card: checked, and brought to the form that is compared."""

import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic import TypeAdapter, ValidationError

from affluent.centre.identify import folded_address
from affluent.centre.refusals import Invalid
from affluent.centre.texts import Email

TYPED = frozenset({"email", "phone"})
"""The kinds that people type. A chat's address is its browser's: nobody types it, and it stays."""
_EMAIL = TypeAdapter[str](Email)
_SIGNS = re.compile(r"[\s().\-\u00a0\u202f/]")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")
_FRENCH = re.compile(r"0[1-9][0-9]{8}")


def checked(kind: str, value: str) -> str:
    """The address in the form that is compared. Raises `Invalid` for what is none.

    A telephone number is kept as E.164 writes it; without its country it must be a French one.
    """
    if kind == "email":
        try:
            return folded_address(kind, _EMAIL.validate_python(value.strip()))
        except ValidationError:
            raise Invalid("not_an_email") from None
    number = _SIGNS.sub("", value)
    number = f"+{number[2:]}" if number.startswith("00") else number
    if _FRENCH.fullmatch(number):
        number = f"+33{number[1:]}"
    if not _INTERNATIONAL.fullmatch(number):
        raise Invalid("not_a_phone")
    return number


def all_checked(addresses: Iterable[Mapping[str, str]]) -> Sequence[tuple[int, str, str]]:
    """The typed ones as (position, kind, value), each once. Raises `Invalid` naming the one at fault."""
    found: dict[tuple[str, str], int] = {}
    for position, address in enumerate(addresses):
        kind = address["kind"]
        if kind not in TYPED:
            continue
        try:
            value = checked(kind, address["value"])
        except Invalid as wrong:
            raise Invalid(wrong.code, f"addresses.{position}.value") from None
        found.setdefault((kind, value), position)
    return [(position, kind, value) for (kind, value), position in found.items()]
