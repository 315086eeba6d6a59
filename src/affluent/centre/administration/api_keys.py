"""API keys: by which programs ask, each for a person, with some of that person's rights."""

import hashlib
import secrets
from typing import Annotated

from pydantic import AfterValidator, Field

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.administration.ports import Caution, Row, SettingsUnit
from affluent.centre.refusals import Invalid, Refusal
from affluent.centre.texts import Id, Name
from affluent.centre.wall import RIGHTS, Right, Role

PREFIX = "afl_"
SHOWN_CHARS = 10
"""How much of a key is kept in clear, so that people recognise it."""


class KeyFields(Fields):
    """`account_id` is the person it acts for; without `brand_ids` it sees the brands that they see."""

    name: Name
    account_id: Id
    rights: Annotated[
        list[Right], Field(min_length=1, max_length=50), AfterValidator(lambda rights: sorted(set(rights)))
    ]
    brand_ids: Annotated[list[Id], Field(max_length=500), AfterValidator(lambda ids: sorted(set(ids)))] = (
        Field(default=[])
    )
    expires_ms: Annotated[int, Field(ge=0, le=2**53)] | None = None


def secret_hash(secret: str) -> bytes:
    """What is kept of a key. It is random and long, so that a plain hash hides it."""
    return hashlib.sha256(secret.encode()).digest()


def _check(draft: Draft) -> None:
    key = draft.after
    if draft.before is not None and draft.before["archived"]:
        raise Refusal("key_revoked")
    for position, brand_id in enumerate(key["brand_ids"]):
        draft.reference("brands", brand_id, f"brand_ids.{position}")
    person = draft.unit.row("agents", key["account_id"])
    seen = person is not None and (
        draft.viewer.brands is None or bool(frozenset(person["brand_ids"]) & draft.viewer.brands)
    )
    if person is None or person["archived"] or not seen:
        raise Invalid("no_such_reference", "account_id")
    wanted = frozenset(map(Right, key["rights"]))
    if not all(map(draft.viewer.may, wanted)):
        raise Invalid("beyond_your_rights", "rights")
    if not wanted <= RIGHTS[Role(person["role"])]:
        raise Invalid("beyond_their_role", "rights", name=person["name"])
    theirs, own = frozenset[int](person["brand_ids"]), frozenset[int](key["brand_ids"])
    if Right.SERVE in wanted and own and (not theirs or not theirs <= own):
        raise Invalid("key_serves_all_brands", "brand_ids", name=person["name"])


def _stored(draft: Draft, values: Row) -> Row:
    if draft.before is not None:
        return values
    secret = PREFIX + secrets.token_urlsafe(32)
    return {
        **values,
        "prefix": secret[:SHOWN_CHARS],
        "secret_hash": secret_hash(secret),
        "once": {"secret": secret},
    }


def _cautions(row: Row, unit: SettingsUnit) -> list[Caution]:
    person = unit.row("agents", row["account_id"])
    if person is None or person["archived"] or not person["active"]:
        return [Caution("key_of_nobody")]
    beyond = frozenset(map(Right, row["rights"])) - RIGHTS[Role(person["role"])]
    return [Caution("key_beyond_role", {"name": person["name"]})] if beyond else []


KEYS = Noun(
    key="keys",
    title="key",
    fields=KeyFields,
    # One without brands of its own sees what its person sees: the whole centre's to give, hence the empty set.
    side=lambda row: frozenset(row["brand_ids"]),
    check=_check,
    cautions=_cautions,
    stored=_stored,
    fixed=frozenset({"account_id"}),
    extra_shown={
        "account_name": str,
        "prefix": str,
        "created_ms": int,
        "last_used_ms": int | None,
        "secret": (str | None, None),
    },
)
