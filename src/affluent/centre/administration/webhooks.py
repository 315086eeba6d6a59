"""Webhooks: where events are sent, which, and signed with what."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.administration.ports import Caution, Row, SettingsUnit
from affluent.centre.integration.events import Kind
from affluent.centre.integration.secrets import new_secret
from affluent.centre.texts import Id, Name

_REVIVED: Row = {
    "failures": 0,
    "failing_since_ms": None,
    "resume_ms": 0,
    "disabled_ms": None,
    "disabled_why": None,
}


def _address(text: str) -> str:
    parts = urlsplit(text)
    try:
        sound = parts.port is None or parts.port > 0
    except ValueError:
        sound = False
    named = parts.scheme in ("https", "http") and parts.hostname and "@" not in parts.netloc
    if not sound or not named or parts.fragment or "\\" in text:
        raise PydanticCustomError("not_an_address", "An address is written https://hooks.example.org/path")
    return text


Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=1_000, pattern=r"^[!-~]+$"),
    AfterValidator(_address),
]


class WebhookFields(Fields):
    """Without a brand it hears of every brand."""

    brand_id: Id | None = None
    name: Name
    url: Address
    events: Annotated[
        list[Kind], Field(min_length=1, max_length=50), AfterValidator(lambda kinds: sorted(set(kinds)))
    ]
    active: bool = True


def _check(draft: Draft) -> None:
    draft.reference("brands", draft.after["brand_id"], "brand_id")


def _stored(draft: Draft, values: Row) -> Row:
    if draft.before is None:
        secret = new_secret()
        return {**values, "secrets": [{"secret": secret, "until_ms": None}], "once": {"secret": secret}}
    if values.get("active") and not draft.before["active"]:
        return {**values, **_REVIVED}
    return values


def _cautions(row: Row, unit: SettingsUnit) -> list[Caution]:
    cautions: list[Caution] = []
    if row["disabled_ms"] is not None and not row["active"]:
        cautions.append(Caution("webhook_disabled"))
    elif row["failing_since_ms"] is not None:
        cautions.append(Caution("webhook_failing"))
    if row["url"].startswith("http://"):
        cautions.append(Caution("webhook_not_https"))
    return cautions


WEBHOOKS = Noun(
    key="webhooks",
    title="webhook",
    fields=WebhookFields,
    # One without a brand hears of all: it is the whole centre's alone to see, hence the empty set.
    side=lambda row: frozenset[int]() if row["brand_id"] is None else frozenset({row["brand_id"]}),
    check=_check,
    cautions=_cautions,
    stored=_stored,
    fixed=frozenset({"brand_id"}),
    extra_shown={
        "created_ms": int,
        "failing_since_ms": int | None,
        "disabled_ms": int | None,
        "disabled_why": str | None,
        "secret": (str | None, None),
    },
)
