"""Whether two customers may be one person: what speaks for it, in codes that the pages put into words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz

from affluent.centre.highlighting import folded

LIKELY = 60
NAMESAKES_MAX = 2
"""More who share nothing but a name are a sign of a common name, not of one person."""
"""From this score on a pair is worth showing. Evidence adds up; one piece of identity is enough."""
NAME_SCORE_MIN = 88.0
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_COMMON_BOXES = frozenset(
    {"contact", "info", "bonjour", "hello", "admin", "service", "accueil", "mail", "office"}
)

Card = Mapping[str, Any]
"""A customer with `name`, `note` and `addresses` [{kind, value}]."""


def _emails(card: Card) -> set[str]:
    return {one["value"].casefold() for one in card["addresses"] if one["kind"] == "email"}


def _claimed(card: Card) -> set[str]:
    """Addresses that were typed into a chat or a note: a claim, no proof."""
    return {found.casefold() for found in _EMAIL.findall(card["note"] or "")}


def _phones(card: Card) -> set[str]:
    digits = (re.sub(r"\D", "", one["value"]) for one in card["addresses"] if one["kind"] == "phone")
    return {one[-9:] for one in digits if len(one) >= 9}


def evidence(one: Card, other: Card) -> tuple[int, Sequence[dict[str, Any]]]:
    """How much speaks for it, from 0 to 100, and what."""
    found: list[dict[str, Any]] = []
    score = 0
    for email in sorted(
        (_claimed(one) & (_emails(other) | _claimed(other))) | (_claimed(other) & _emails(one))
    ):
        found.append({"code": "claimed_email", "params": {"value": email}})
        score += 70
    for phone in sorted(_phones(one) & _phones(other)):
        found.append({"code": "same_phone", "params": {"value": phone}})
        score += 70
    boxes = {email.split("@")[0]: email for email in _emails(one)}
    for email in sorted(_emails(other) - _emails(one)):
        box = email.split("@")[0]
        if box in boxes and box not in _COMMON_BOXES and len(box) >= 5:
            found.append({"code": "same_mailbox", "params": {"value": boxes[box], "other": email}})
            score += 45
    names = folded(one["name"] or ""), folded(other["name"] or "")
    if all(len(name.split()) >= 2 for name in names):
        likeness = fuzz.token_sort_ratio(*names)
        if likeness >= NAME_SCORE_MIN:
            code = "same_name" if likeness == 100 else "similar_name"
            found.append({"code": code, "params": {"share": round(likeness / 100, 2)}})
            score += 60 if likeness == 100 else 45
    return min(100, score), found


def without_namesakes(found: Sequence[tuple[int, Any, Sequence[dict[str, Any]]]]) -> list[tuple[int, Any]]:
    """Score and candidate of those (score, candidate, evidence) who share more than a common name."""
    only = [why for _, _, why in found if [one["code"] for one in why] == ["same_name"]]
    return [
        (score, one)
        for score, one, why in found
        if len(only) <= NAMESAKES_MAX or [each["code"] for each in why] != ["same_name"]
    ]
