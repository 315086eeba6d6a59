"""What every change of a setting goes through: what may be seen, what may be changed, what is noted of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from affluent.centre.administration.noun import HIDDEN, Noun, merge
from affluent.centre.administration.ports import AuditEntry, Caution, Row, SettingsUnit
from affluent.centre.complaints import invalid
from affluent.centre.refusals import Forbidden, Invalid, NotFound, Refusal
from affluent.centre.wall import Viewer

USES_TOLD = 5
OF_SEVERAL = frozenset({"agents", "keys"})
"""Nouns that belong to several brands; without one they are the whole centre's alone to see."""


def validated(noun: Noun, values: Mapping[str, Any]) -> Row:
    try:
        return noun.validated(values).model_dump(mode="json")
    except ValidationError as error:
        raise invalid(error) from None


def completed(noun: Noun, before: Row, changes: Row) -> Row:
    """The whole, as it would be sent anew."""
    whole = {name: before[name] for name in noun.fields.model_fields if name in before}
    for name, value in changes.items():
        whole[name] = merge(whole.get(name), value) if name in noun.merged else value
    return whole


def sees(viewer: Viewer, noun: Noun, row: Row) -> bool:
    side = noun.side(row)
    return viewer.brands is None or side is None or bool(side & viewer.brands)


def seen_by(viewer: Viewer, row: Row) -> Row:
    """Without the names of brands behind the wall."""
    if viewer.brands is None or "brand_ids" not in row:
        return row
    return {**row, "brand_ids": [brand_id for brand_id in row["brand_ids"] if brand_id in viewer.brands]}


def found(viewer: Viewer, noun: Noun, unit: SettingsUnit, row_id: int) -> Row:
    row = unit.row(noun.key, row_id)
    if row is None or not sees(viewer, noun, row):
        raise NotFound("not_found")
    return row


def row_of(unit: SettingsUnit, noun: str, row_id: int) -> Row:
    row = unit.row(noun, row_id)
    assert row is not None, "just written"
    return row


def may_change(viewer: Viewer, noun: Noun, row: Row) -> None:
    """A bound administrator changes only what belongs to their brands and to no other."""
    side = noun.side(row)
    if viewer.brands is None or (side and side <= viewer.brands):
        return
    if noun.key in OF_SEVERAL and not side:
        raise Invalid("brands_required", "brand_ids")
    if side is not None and not side & viewer.brands:
        raise Invalid("no_such_reference", "brand_ids" if noun.key in OF_SEVERAL else "brand_id")
    raise Forbidden("whole_centre_only")


def refuse_in_use(noun: Noun, unit: SettingsUnit, row_id: int) -> None:
    uses = unit.uses(noun.key, row_id)
    if uses:
        told: Sequence[dict[str, Any]] = [
            {"noun": use.noun, "id": use.id, "name": use.name} for use in uses[:USES_TOLD]
        ]
        names = ", ".join(use.name for use in uses[:USES_TOLD])
        raise Refusal("in_use", names=names, count=len(uses), uses=told)


def told(viewer: Viewer, noun: Noun, unit: SettingsUnit, row: Row) -> Row:
    cautions: list[Caution] = [] if row["archived"] else noun.cautions(row, unit)
    warnings = [{"code": caution.code, "params": caution.params} for caution in cautions]
    return {**seen_by(viewer, row), "warnings": warnings}


def noted(
    viewer: Viewer,
    at_ms: int,
    noun: Noun,
    action: str,
    before: Row | None,
    after: Row,
    *,
    secret: bool = False,
    reason: str | None = None,
    batch: int | None = None,
) -> AuditEntry:
    """The entry of the trail for a change: the fields that differ. `secret`: also one that is not shown."""
    differs = {name for name in after if before is None or before.get(name) != after[name]}
    shown_before = None if before is None else {name: before.get(name) for name in sorted(differs)}
    shown_after = {name: after[name] for name in sorted(differs)}
    if secret:
        shown_after["secrets"] = HIDDEN
    side = noun.side(after)
    sides = None if side is None else side | (noun.side(before) or frozenset() if before else frozenset())
    return AuditEntry(
        at_ms=at_ms,
        account_id=viewer.account_id,
        key_id=viewer.key_id,
        action=action,
        noun=noun.key,
        noun_id=after["id"],
        brands=None if sides is None else sorted(sides),
        before=shown_before,
        after=shown_after,
        reason=(reason or "").strip() or None,
        batch=batch,
    )
